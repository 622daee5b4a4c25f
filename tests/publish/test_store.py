"""Which releases stay, in what order they are named, and going back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.publish.support import NOW, change_build, contracts, info, make_build, settings_for
from warehouse.publish import PublicationError, publish, rollback, store
from warehouse.settings import Settings

FIXED = ("jamlik.duckdb", "parquet", "datapackage.json", "dictionary.html", "power_bi.json")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    return settings


def _publish(settings: Settings, value: int, origin: str = "demo") -> str:
    change_build(settings, f"update core.fct_value set value = {value} where area_id = '0001'")
    return publish(settings, contracts(), info=info(origin), now=NOW).release_id


def _stored(settings: Settings) -> list[str]:
    return [release.release_id for release in store.releases(settings.paths)]


def _current(settings: Settings) -> str:
    return settings.paths.current.resolve().name


def test_last_five_stay(settings: Settings) -> None:
    made = [_publish(settings, value) for value in range(7)]
    assert made == sorted(made)
    assert _stored(settings) == made[-5:]
    assert _current(settings) == made[-1]


def test_last_release_of_another_origin_stays(settings: Settings) -> None:
    live = _publish(settings, 0, "live")
    made = [_publish(settings, value) for value in range(1, 7)]
    assert _stored(settings) == [live, *made[-5:]]


def test_rollback_goes_one_back_each_time_and_says_when_there_is_none(settings: Settings) -> None:
    made = [_publish(settings, value) for value in range(3)]
    assert rollback(settings) == made[1] == _current(settings)
    assert rollback(settings) == made[0] == _current(settings)
    with pytest.raises(PublicationError, match=f"no demo release before {made[0]}"):
        rollback(settings)
    assert _current(settings) == made[0]
    assert rollback(settings, made[2]) == made[2] == _current(settings)
    assert (settings.paths.published / "jamlik.duckdb").resolve().parent.name == made[2]


def test_release_that_was_rolled_back_to_stays(settings: Settings) -> None:
    made = [_publish(settings, value) for value in range(5)]
    rollback(settings, made[0])
    newer = [_publish(settings, value) for value in range(10, 11)]
    # The oldest was current until this release: readers may be opening it right now.
    assert _stored(settings) == [*made, *newer]
    assert _current(settings) == newer[0]


def test_rollback_never_turns_real_values_into_demonstration(settings: Settings) -> None:
    demo = _publish(settings, 0, "demo")
    _publish(settings, 1, "live")
    with pytest.raises(PublicationError, match="no live release"):
        rollback(settings)
    assert rollback(settings, demo) == demo


def test_rollback_refuses_damaged_and_unknown_releases(settings: Settings) -> None:
    with pytest.raises(PublicationError, match="Nothing has been published"):
        rollback(settings)
    first, second = _publish(settings, 0), _publish(settings, 1)
    with pytest.raises(PublicationError, match=f"no release nonsense.*{first}"):
        rollback(settings, "nonsense")
    parquet = settings.paths.releases / first / "parquet" / "core.dim_area.parquet"
    parquet.write_bytes(parquet.read_bytes()[:-1])
    with pytest.raises(PublicationError, match=r"parquet/core\.dim_area\.parquet"):
        rollback(settings)
    assert _current(settings) == second


def test_leftovers_of_dead_attempts_are_removed(settings: Settings) -> None:
    paths = settings.paths
    (paths.releases / "my copy").mkdir()
    for name in (".making-20260101T000000Z-00000000", ".gone-20250101T000000Z-00000000"):
        (paths.releases / name / "parquet").mkdir(parents=True)
    (paths.published / ".link-current").symlink_to("releases/nowhere")
    release = _publish(settings, 0)
    assert {f.name for f in paths.releases.iterdir()} == {release, "my copy"}
    assert not list(paths.published.glob(".link-*"))


def test_site_is_reached_by_a_fixed_path_while_the_release_has_one(settings: Settings) -> None:
    with_site, without = _publish(settings, 0), _publish(settings, 1)
    (settings.paths.releases / with_site / "site").mkdir()
    site = settings.paths.published / "site"
    assert not site.exists()
    rollback(settings, with_site)
    assert site.is_dir()
    rollback(settings, without)
    assert not site.is_symlink()


def test_links_that_a_kill_left_out_are_made_by_the_next_run(settings: Settings) -> None:
    release = _publish(settings, 0)
    for name in FIXED:
        (settings.paths.published / name).unlink()
    assert not publish(settings, contracts(), info=info(), now=NOW).is_new
    for name in FIXED:
        link = settings.paths.published / name
        assert link.resolve() == settings.paths.releases / release / name


@given(
    st.lists(
        st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2)),
        min_size=2,
        max_size=6,
    )
)
def test_names_increase_however_the_clock_goes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[timedelta]
) -> None:
    paths = settings_for(tmp_path_factory.mktemp("ids")).paths
    moment: datetime = NOW
    made = []
    for step in steps:
        moment += step
        made.append(store.next_id(paths, moment, "0123abcd"))
        (paths.releases / made[-1]).mkdir()
    assert made == sorted(set(made))
