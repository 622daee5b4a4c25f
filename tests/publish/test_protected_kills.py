"""SIGKILL while a release about people is made: publication and ledger stay sound, and agree."""

import importlib
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.publish.people import make_people, release
from tests.publish.support import query, settings_for
from tests.support import forkserver
from warehouse.disclosure.ledger import Ledger
from warehouse.publish import store
from warehouse.settings import Settings

OLD, PENDING = ["published"], ["published", "pending"]
MOMENTS = {
    "protected": ("warehouse.publish.release", "check_build", 1, OLD),
    "attacking": ("warehouse.attack.published", "attack_alone", 3, OLD),
    "writing the ledger": ("warehouse.disclosure.ledger", "_add_rows", 2, OLD),
    "the ledger takes the old one's place": ("warehouse.sealed.store", "sync_folder", 1, PENDING),
    "not yet linked": ("warehouse.publish.store", "point_current", 1, PENDING),
    "linked": ("warehouse.disclosure.ledger", "Ledger.confirm", 1, PENDING),
}
ROUNDS = "select round, count(*), count(n_yes) from survey.estimate group by 1 order by 1"


def _release_and_die(folder: Path, module: str, name: str, number: int) -> None:
    """Publish, and die when a function is called for the n-th time: a clock rarely hits these."""
    owner: Any = importlib.import_module(module)
    *owners, last = name.split(".")
    for one in owners:
        owner = getattr(owner, one)
    called, real = 0, getattr(owner, last)

    def dying(*given: Any, **named: Any) -> Any:
        nonlocal called
        called += 1
        if called == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)

    setattr(owner, last, dying)
    release(settings_for(folder), days=1)


@pytest.fixture(scope="module")
def prepared(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One release, and a build with one more round."""
    folder = tmp_path_factory.mktemp("kills") / "data"
    settings = settings_for(shutil.copytree(released, folder, symlinks=True))
    make_people(settings, rounds=(2024, 2025))
    return settings


def states(settings: Settings) -> list[str]:
    """What the ledger says of each release; it opens only if its seal holds."""
    with Ledger(settings).reading() as con:
        found = con.execute("select state from release order by number").fetchall()
    return [state for (state,) in found]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_leaves_publication_and_ledger_sound(
    prepared: Settings, tmp_path: Path, moment: str
) -> None:
    shutil.copytree(prepared.paths.root, tmp_path / "data", symlinks=True)
    settings = settings_for(tmp_path / "data")
    path = settings.paths.published / "jamlik.duckdb"
    first = store.current_release(settings.paths)
    before = query(path, ROUNDS)
    module, name, number, in_ledger = MOMENTS[moment]
    died = forkserver().Process(
        target=_release_and_die, args=(tmp_path / "data", module, name, number)
    )
    died.start()
    died.join()
    assert died.exitcode == -signal.SIGKILL

    current = store.current_release(settings.paths)
    assert current is not None and first is not None and current.damaged_files() == []
    is_linked = moment == "linked"
    assert (current.release_id != first.release_id) == is_linked
    assert (query(path, ROUNDS) == before) == (not is_linked)
    assert states(settings) == in_ledger

    assert release(settings, days=2).is_new == (not is_linked)
    assert [row[0] for row in query(path, ROUNDS)] == [2024, 2025]
    assert query(path, ROUNDS)[0] == before[0]
    assert set(states(settings)) == {"published"}
    with Ledger(settings).reading() as con:
        rounds = con.execute("select distinct universe from cell order by 1").fetchall()
    assert [text for (text,) in rounds] == ['[2024, "hs"]', '[2025, "hs"]']
    assert not [one for one in settings.paths.releases.iterdir() if one.name.startswith(".")]
