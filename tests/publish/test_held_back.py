"""Sources whose rules nobody has signed: the others are published, and that is said."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.publish.people import MARTS, add_source, make_people, protected_contracts
from tests.publish.support import NOW, info, query, settings_for
from warehouse.disclosure.configuration import DEFAULT, read_configuration
from warehouse.disclosure.ledger import Ledger
from warehouse.publish import Publication, PublicationCheck, publish
from warehouse.publish.approval import approval_check, held_back
from warehouse.publish.database import attached
from warehouse.publish.protection import protect_build
from warehouse.publish.results import PublicationError
from warehouse.publish.rules import APPROVED, ATTACK
from warehouse.settings import Settings

TODAY = date(2026, 3, 1)
EXPIRED = {"role": "chief", "date": "2020-01-01", "until": "2025-12-31"}
CONTRACTS = protected_contracts("elsa")


def rules(folder: Path, **sources: dict) -> Path:
    """The project's file with other keys for some sources; None leaves a key out."""
    content = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    for source, changes in sources.items():
        given = content["sources"][source]
        for key, value in changes.items():
            given[key] = value
            if value is None:
                del given[key]
    path = folder / "own.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def make_both(settings: Settings) -> None:
    add_source(make_people(settings), "elsa")


def release(settings: Settings, days: int) -> Publication:
    return publish(settings, CONTRACTS, info=info(), now=NOW + timedelta(days=days))


def published(settings: Settings, mart: str, source: str) -> list[tuple]:
    path = settings.paths.published / "jamlik.duckdb"
    return query(path, f"from {mart} where source = '{source}' order by all")


def check(made: Publication, name: str) -> PublicationCheck:
    return next(one for one in made.checks if one.name == name)


def test_one_source_is_held_back_and_comes_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(tmp_path)
    make_both(settings)
    assert check(release(settings, 0), APPROVED).passed
    marts = [*MARTS, "quality.disclosure"]
    before = {mart: published(settings, mart, "elsa") for mart in marts}
    others = {mart: published(settings, mart, "lupp") for mart in marts}
    assert all(before.values()) and all(others.values())

    unsigned = settings.with_changes(
        disclosure=rules(tmp_path, elsa={"approved": {"demo": EXPIRED}})
    )
    made = release(unsigned, 1)
    said = check(made, APPROVED)
    assert not said.passed and said.severity == "warn"
    assert "elsa is held back: The approval of how elsa (demo)" in said.found
    assert "sources.elsa.approved.demo" in said.remedy
    assert "elsa is held back, no row of it is published" in caplog.text
    # The attack has the release before beside it, in which the source was.
    assert "beside 1 earlier" in check(made, ATTACK).found
    for mart in marts:
        assert published(settings, mart, "elsa") == []
        assert published(settings, mart, "lupp") == others[mart]
    assert '"held_back": [\n    "elsa"' in (settings.paths.current / "disclosure.json").read_text()
    with Ledger(settings).reading() as con:
        kept = "select count(*) from cell where table_name like 'elsa%'"
        assert con.execute(kept).fetchall()[0][0] > 50

    release(settings, 2)
    assert {mart: published(settings, mart, "elsa") for mart in marts} == before


def test_all_sources_are_held_back_and_one_comes(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_both(settings)
    unsigned = {source: {"approved": {}} for source in ("lupp", "elsa")}
    nobody = settings.with_changes(disclosure=rules(tmp_path, **unsigned))
    made = release(nobody, 0)
    assert "elsa is held back" in check(made, APPROVED).found
    assert "lupp is held back" in check(made, APPROVED).found
    assert made.tables["core.fct_value"] > 0
    assert {made.tables[mart] for mart in MARTS} == {0}
    assert not Ledger(settings).is_there
    release(settings.with_changes(disclosure=rules(tmp_path, elsa={"approved": {}})), 1)
    assert published(settings, "survey.estimate", "lupp") and Ledger(settings).is_there


@pytest.mark.parametrize(
    ("origin", "changes", "words"),
    [
        ("delivered", {}, "Nobody has approved how elsa (delivered) is published"),
        ("demo", {"approved": {"demo": EXPIRED}}, "holds from 2020-01-01 to 2025-12-31"),
        ("demo", {"threshold": None}, "sources.elsa.threshold is missing, or below 2"),
        ("demo", {"base": 1}, "sources.elsa.base is missing, or below 2"),
    ],
)
def test_rules_that_are_not_in_force(
    build: Settings, tmp_path: Path, origin: str, changes: dict, words: str
) -> None:
    configuration = read_configuration(rules(tmp_path, elsa=changes))
    with attached(build, build=build.paths.build) as con:
        held = held_back(con, configuration, CONTRACTS, origin, TODAY)
        with_no_rows = held_back(con, configuration, protected_contracts(), origin, TODAY)
    assert words in held["elsa"].what
    assert words in approval_check(held).found
    assert "elsa" not in with_no_rows
    assert ("lupp" in held) == (origin == "delivered")


def test_a_source_that_no_rule_knows_is_held_back_everywhere(build: Settings) -> None:
    """Also where a mart shows all but the known sources as they are."""
    protection = protect_build(build, protected_contracts("elsa", "school"), NOW)
    assert protection is not None and "school" in protection.held
    with duckdb.connect(str(protection.masked), read_only=True) as con:
        for mart in MARTS:
            sources = con.execute(f"select distinct source from {mart} order by 1").fetchall()
            assert sources == [("elsa",), ("lupp",)]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A build of three sources, which tests only read."""
    settings = settings_for(tmp_path_factory.mktemp("held_back"))
    make_both(settings)
    add_source(settings.paths.build, "school")
    return settings


def test_published_questions_are_not_grouped_otherwise(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_both(settings)
    first = release(settings, 0)
    grouped = {"questions": [{"items": {"lupp_bullied": ["bad"], "lupp_sleep": ["good"]}}]}
    other = settings.with_changes(disclosure=rules(tmp_path, lupp=grouped))
    with pytest.raises(PublicationError, match="lupp_bullied was published as one question with"):
        release(other, 1)
    assert settings.paths.current.resolve().name == first.release_id
