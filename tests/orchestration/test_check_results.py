"""What every check says of its result, and how long it is remembered."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from expectations.suite import load_suites
from orchestration.asset_checks.dbt_tests import is_restricted, with_findings
from orchestration.asset_checks.finding import RowsRule, rows_check
from orchestration.asset_checks.surveys import survey_checks
from orchestration.check_history import record_results
from orchestration.cli import main
from orchestration.resources import Warehouse
from warehouse import check_log
from warehouse.errors import JamlikError
from warehouse.settings import Settings, load_settings

SHAPE = {
    *("kind", "rule", "expected", "found", "n_failing", "failing_keys", "query", "runbook"),
    *("what_to_do", "failing_since", "origin", "is_restricted"),
}
# A rule of the runbook, here over a table of the test's own.
RULE = RowsRule("metadata_stay", "kpi", "No row.", "no row", "select id from rows order by id")
RESTRICTED = "restricted sentinel"


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    return load_settings()


@dg.asset(key=["raw_kolada", "kpi"])
def kpi() -> None: ...


def evaluate(
    instance: dg.DagsterInstance, rows: list[str], is_restricted: bool = False
) -> dg.AssetCheckEvaluation:
    """Run the rule over rows; it is run from a job, as in the house."""

    def opener(_: Warehouse) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute("create table rows as select unnest(?::varchar[]) as id", [rows])
        return con

    check = rows_check("raw_kolada", RULE, opener, is_restricted=is_restricted)
    result = dg.materialize([kpi, check], instance=instance, resources={"warehouse": Warehouse()})
    (found,) = result.get_asset_check_evaluations()
    return found


def failing_since(found: dg.AssetCheckEvaluation) -> float | None:
    return found.metadata["failing_since"].value


def test_a_failure_says_since_when_until_a_pass_ends_the_row(own_settings: Settings) -> None:
    with dg.instance_for_test() as instance:
        first, second, passed, third = (
            evaluate(instance, rows) for rows in (["a"], ["a", "b"], [], ["c"])
        )
        # Each run has taken over the ones before it.
        assert record_results(instance, own_settings, "none") == 1
        assert record_results(instance, own_settings, "none") == 0
    assert failing_since(first) and failing_since(third) and failing_since(passed) is None
    # The first failure is known to itself a moment before Dagster stores it.
    assert failing_since(second) == pytest.approx(failing_since(first), abs=5)
    assert failing_since(second) < failing_since(third)
    with check_log.open_log(own_settings) as con:
        kept = con.execute(
            "select passed, n_failing, found, kind, severity from raw_checks.result "
            "order by checked_at"
        ).fetchall()
        since = check_log.failing_since(con, "demo", "raw_kolada.kpi", RULE.name)
        last = con.execute("select max(checked_at) from raw_checks.result").fetchone()
        assert check_log.failing_since(con, "live", "raw_kolada.kpi", RULE.name) is None
    assert kept == [
        (False, 1, "1 found:\na", "load", "warn"),
        (False, 2, "2 found:\na\nb", "load", "warn"),
        (True, 0, "none", "load", "warn"),
        (False, 1, "1 found:\nc", "load", "warn"),
    ]
    assert last == (since,)


def test_a_failure_names_rows_query_and_what_to_do(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAMLIK_DOCS_URL", "https://docs.example/jamlik/")
    with dg.instance_for_test() as instance:
        found = evaluate(instance, [f"K{n:02}" for n in range(30)])
    said = found.metadata
    assert said.keys() >= SHAPE
    assert said["n_failing"].value == 30
    assert [row.data["id"] for row in said["failing_keys"].records] == [
        f"K{n:02}" for n in range(20)
    ]
    assert found.description == said["found"].value and "and 10 more" in found.description
    assert RULE.query in said["query"].value
    assert said["runbook"].value == "https://docs.example/jamlik/runbook.md#metadata_stay"
    assert "series_breaks" in said["what_to_do"].value


def test_of_people_there_are_counts_only(own_settings: Settings) -> None:
    with dg.instance_for_test() as instance:
        found = evaluate(instance, [RESTRICTED, RESTRICTED], is_restricted=True)
        record_results(instance, own_settings, "none")
    assert found.metadata["n_failing"].value == 2
    assert found.description == found.metadata["found"].value == "2 found"
    assert RESTRICTED not in repr(found)
    with check_log.open_log(own_settings) as con:
        (row,) = con.execute("select found, n_failing from raw_checks.result").fetchall()
    assert row == (None, 2)


def test_of_disclosure_checks_only_the_outcome_is_kept(own_settings: Settings) -> None:
    key = {"asset": "survey.estimate", "check_name": "disclosure_attack", "run_id": "r"}
    record = check_log.CheckRecord(
        **key,
        **{"origin": "demo", "kind": "disclosure", "rule": "No cell is found.", "passed": False},
        **{"severity": "error", "is_blocking": True, "is_restricted": False},
        **{"expected": "0 cells", "found": "cell 3 of table 7", "n_failing": 1},
        checked_at=datetime(2026, 1, 1),
    )
    with check_log.open_log(own_settings) as con:
        check_log.append(con, [record])
        row = con.execute(
            "select passed, expected, found, n_failing from raw_checks.result"
        ).fetchone()
    assert row == (False, None, None, None)


def test_a_log_that_cannot_be_opened_is_named(own_settings: Settings) -> None:
    own_settings.paths.make().check_log.write_bytes(b"no DuckDB file" * 1000)
    with (
        pytest.raises(JamlikError, match=r"checks\.duckdb cannot be opened"),
        check_log.open_log(own_settings),
    ):
        pass


@pytest.fixture
def broken(small_house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a house whose build has a key twice."""
    for part in ("build", "raw", "dbt"):
        shutil.copytree(small_house / part, tmp_path / part)
    with duckdb.connect(str(tmp_path / "build" / "jamlik.duckdb")) as con:
        con.execute("insert into core.dim_area from core.dim_area where area_id = '2080'")
        con.execute("insert into quality.load from quality.load")
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FOLKHALSODATA", "off")
    return tmp_path


def manifest_of(house: Path) -> dict[str, Any]:
    """Read where the run made it: another folder's environment would have it parsed anew."""
    return json.loads((house / "dbt" / "demo" / "manifest.json").read_text("utf-8"))


def dbt_said(manifest: dict[str, Any], **failing: int) -> Iterator[Any]:
    """What dagster-dbt yields of a build that ends with a failure."""
    tests = {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] == "test"}
    for name, count in failing.items():
        yield dg.AssetCheckResult(
            asset_key=["core", "dim_area"],
            check_name=name,
            passed=count == 0,
            metadata={
                "unique_id": tests[name]["unique_id"],
                "dagster_dbt/failed_row_count": count,
                "status": "fail" if count else "pass",
            },
        )
    raise DagsterDbtCliRuntimeError("dbt ended with status 1")


def test_dbts_failures_have_their_rows_even_when_dbt_fails(broken: Path) -> None:
    manifest = manifest_of(broken)
    targets = [path.parent for path in (broken / "dbt" / "demo").glob("build_marts*/compiled")]
    names = {"unique_key_dim_area_area_id": 1, "unique_key_load_load_id": 1, "known": 0}
    names["unique_key_fct_value_indicator_id__area_id__year_end__gender"] = names.pop("known")
    events = with_findings(dbt_said(manifest, **names), manifest, targets[0], Warehouse())
    results: dict[str, dg.AssetCheckResult] = {}
    with pytest.raises(DagsterDbtCliRuntimeError, match="status 1"):
        for event in events:
            results[event.check_name] = event
    assert results.keys() == names.keys()
    assert all((one.metadata or {}).keys() >= SHAPE for one in results.values())
    area = results["unique_key_dim_area_area_id"]
    (row,) = area.metadata["failing_keys"].records
    assert row.data == {"area_id": "2080", "n_rows": "2"}
    assert "group by area_id" in area.metadata["query"].value
    assert "join in the model" in area.metadata["what_to_do"].value
    load = results["unique_key_load_load_id"]
    assert load.metadata["is_restricted"].value and not load.metadata["failing_keys"].records
    assert load.metadata["n_failing"].value == 1


def test_what_is_made_from_people_is_known(small_house: Path) -> None:
    manifest = manifest_of(small_house)
    by_name = {n["name"]: n["unique_id"] for n in manifest["nodes"].values()}
    assert is_restricted(manifest, by_name["estimate"])
    assert is_restricted(manifest, by_name["stg_lupp__respondent"])
    assert not is_restricted(manifest, by_name["fct_value"])
    assert not is_restricted(manifest, by_name["stg_folkhalsodata__estimate"])


def test_every_check_of_a_run_has_the_shape(small_house: Path) -> None:
    with dg.DagsterInstance.from_config(str(small_house / "dagster")) as instance:
        records = instance.get_records_for_run(
            instance.get_runs()[0].run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ).records
        checks = [
            r.event_log_entry.dagster_event.asset_check_evaluation_data
            for r in records
            if r.event_log_entry.dagster_event
        ]
    assert len(checks) > 150
    shapeless = [c.check_name for c in checks if not c.metadata.keys() >= SHAPE]
    assert shapeless == []
    assert all(
        (c.metadata["failing_since"].value is None) == c.passed and c.metadata["rule"].value
        for c in checks
    )
    with duckdb.connect(str(small_house / "published" / "jamlik.duckdb"), read_only=True) as con:
        here = con.execute("select distinct kind from quality.check_result").fetchall()
        assert ("load",) in here, "what was checked before the mart was built is in it"
        never = con.execute(
            "select count(*) from quality.trust where mart = 'core.fct_value' and passed is null"
        ).fetchone()
        assert never and never[0] > 10, "the rest comes with the next release"


def test_pages_of_suites_need_something_built(
    own_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["docs"]) == 1
    assert "make run" in capsys.readouterr().err


def test_pages_of_suites_are_made_of_the_house(
    broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["docs", "--to", str(tmp_path / "pages")]) == 0
    assert f"{len(load_suites())} suites" in capsys.readouterr().out
    areas = (tmp_path / "pages" / "core__dim_area.html").read_text("utf-8")
    assert "municipalities = 291" in areas
    assert "model.jamlik.fct_value" in (tmp_path / "pages" / "dbt.html").read_text("utf-8")


def test_a_list_of_withdrawals_that_was_not_taken_is_red_until_it_is_gone(
    own_settings: Settings,
) -> None:
    @dg.asset(key=["raw_elsa", "load"])
    def load() -> None: ...

    [check] = [one for one in survey_checks() if "put_aside" in str(next(iter(one.check_keys)))]
    aside = own_settings.paths.inbox("withdrawals") / "rejected" / "0123456789abcdef.csv"
    aside.parent.mkdir(parents=True)
    found = []
    for step in (
        lambda: aside.write_text(RESTRICTED, encoding="utf-8"),
        lambda: aside.rename(own_settings.paths.inbox("elsa") / "rejected" / aside.name),
        lambda: shutil.rmtree(own_settings.paths.inbox("elsa")),
    ):
        own_settings.paths.inbox("elsa").joinpath("rejected").mkdir(parents=True, exist_ok=True)
        step()
        result = dg.materialize([load, check], resources={"warehouse": Warehouse()})
        found += result.get_asset_check_evaluations()
    assert [(one.passed, one.severity.value) for one in found] == [
        (False, "ERROR"),
        (False, "WARN"),
        (True, "WARN"),
    ]
    assert found[0].metadata["found"].value == "1 lists of withdrawals, 0 exports"
    assert RESTRICTED not in str([one.metadata for one in found])
