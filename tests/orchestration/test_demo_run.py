"""One whole run on demonstration data, and what each user then finds."""

import json
import re
from pathlib import Path

import dagster as dg
import pytest

from ingestion.kolada.replay.demo_areas import YEARS, demo_areas
from ingestion.kolada.replay.demo_truth import demo_truth
from tests.orchestration.house import jamlik, published, values, warm
from tests.support import PROJECT_ROOT
from warehouse.register import register_ids

# Without generated surveys, whose protection and attack take 150 s; `.ci/run` has them.
DEMO = {"KOLADA": "demo", "SURVEYS": "delivered"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, small_house: Path) -> Path:
    folder = warm(small_house, tmp_path_factory.mktemp("demo"))
    done = jamlik(folder, "run", **DEMO, OU_KPIS="N15601,N15813", JAMLIK_SITE="yes")
    assert done.returncode == 0, done.stderr
    assert str(folder / "published") in done.stdout, "the run says where the result lies"
    return folder


def test_every_register_indicator_has_a_view_with_the_same_columns(house: Path) -> None:
    with published(house) as con:
        columns = con.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where schema_name = 'indicator' group by table_name"
        ).fetchall()
    assert {name for name, _ in columns} == {kpi.lower() for kpi in register_ids()}
    assert len({tuple(names) for _, names in columns}) == 1


def test_intervals_hold_the_truth_that_the_demonstration_is_made_with(house: Path) -> None:
    """The difference of each municipality from Riket in three shares with known numerators."""
    areas = demo_areas()
    people = areas.population / areas.population.sum(axis=0)
    held = []
    for kpi in ("N01982", "N02243", "N02797"):
        truth = demo_truth(kpi)
        expected = truth.level + truth.socioeconomic_gradient * (areas.position - 0.5)
        with published(house) as con:
            rows = con.execute(
                "select area_id, year_end, ci_lower, ci_upper from equity.area_gap "
                "where indicator_id = ? and gender = 'T' and benchmark = 'riket' "
                "and area_id > '0100' and ci_lower is not null",
                [kpi],
            ).fetchall()
        assert len(rows) == 290 * len(YEARS)
        for area, year, lower, upper in rows:
            # Trends are the same everywhere, and women and men nearly as many.
            riket = (people[:, YEARS.index(year)] * expected).sum()
            held.append(lower <= expected[areas.ids.index(area)] - riket <= upper)
    assert 0.94 < sum(held) / len(held) < 0.96


def test_demonstration_data_say_so_everywhere(house: Path) -> None:
    with published(house) as con:
        tables = con.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables()"
        ).fetchall()
        assert len(tables) >= 8
        for table, comment in tables:
            assert comment.startswith("DEMONSTRATION DATA"), table
            if table == "core.dim_item":
                # Says whether the surveys are generated, and here none are.
                continue
            real = f"select count(*) from {table} where not is_demonstration"
            assert con.execute(real).fetchone() == (0,), table


def test_the_focus_region_is_one_filter_away(house: Path) -> None:
    with published(house) as con:
        names = con.execute(
            "select name from core.dim_area where is_focus and area_type = 'municipality'"
        ).fetchall()
    assert len(names) == 15
    assert {"Malung-Sälen", "Älvdalen", "Rättvik", "Säter"} <= {name for (name,) in names}


def test_schools_stand_beside_their_municipalities(house: Path) -> None:
    with published(house) as con:
        schools = con.execute(
            "select unit.area_id, count(distinct unit_id), count(*) from core.fct_unit_value "
            "join core.dim_unit as unit using (unit_id) "
            "where indicator_id = 'N15601' and year_end = 2024 and unit_type = 'V15' "
            "group by unit.area_id"
        ).fetchall()
        assert len(schools) == 290
        assert all(2 <= units <= 5 and rows == 3 * units for _, units, rows in schools)
        kpis = con.execute("select distinct indicator_id from core.fct_unit_value order by 1")
        assert kpis.fetchall() == [("N15601",), ("N15813",)]


def test_the_ui_has_the_run_its_checks_and_the_unit_tests(house: Path) -> None:
    with dg.DagsterInstance.from_config(str(house / "dagster")) as instance:
        run = instance.get_runs()[0]
        assert run.status == dg.DagsterRunStatus.SUCCESS
        records = instance.get_records_for_run(
            run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION, limit=1000
        ).records
    checks = {
        (data.asset_key.to_user_string(), data.check_name): data.passed
        for record in records
        if (data := record.event_log_entry.dagster_event.asset_check_evaluation_data)
    }
    assert checks[("core/fct_value", "great_expectations")] is True
    assert checks[("raw_kolada/reading", "great_expectations")] is True
    assert checks[("raw_hlv/respondent", "great_expectations")] is True
    assert checks[("raw_elsa/respondent", "great_expectations")] is True
    assert checks[("survey/estimate", "great_expectations")] is True
    assert checks[("published/release", "primary_keys_are_unique")] is True
    assert checks[("raw_kolada/kpi", "register_is_in_kolada")] is False, "U01901 is withdrawn"
    assert len([name for _, name in checks if name.startswith("unit_")]) >= 8


def test_the_manifest_keeps_what_was_checked(house: Path) -> None:
    manifest = json.loads((house / "published/current/manifest.json").read_text("utf-8"))
    assert manifest["origin"] == "demo"
    assert manifest["inputs"]["kolada"]["kpis_requested"] == 66
    assert {"core/fct_value"} <= {check["asset"] for check in manifest["checks"]}


def test_the_release_has_pages_that_its_manifest_knows(house: Path) -> None:
    manifest = json.loads((house / "published/current/manifest.json").read_text("utf-8"))
    page = (house / "published/site/area/2080.html").read_text("utf-8")
    assert "Falun" in page and "Demonstrationsdata" in page
    pages = [name for name in manifest["files"] if name.startswith("site/")]
    assert len([name for name in pages if name.startswith("site/area/")]) == 3 * 16


def test_a_second_run_finds_nothing_new_and_rewrites_no_mart(house: Path) -> None:
    before = values(house), (house / "published/current").readlink()
    build = (house / "build/jamlik.duckdb").stat().st_mtime_ns
    done = jamlik(house, "run", **DEMO, JAMLIK_SITE="yes")
    assert done.returncode == 0, done.stderr
    assert "Nothing had changed" in done.stdout
    assert (values(house), (house / "published/current").readlink()) == before
    assert (house / "build/jamlik.duckdb").stat().st_mtime_ns == build


def test_doctor_tells_the_release_and_the_settings(house: Path) -> None:
    done = jamlik(house, "doctor", JAMLIK_REGION="03")
    assert done.returncode == 0
    assert (house / "published/current").readlink().name in done.stdout
    assert "JAMLIK_REGION = 03 (set)" in done.stdout
    assert "none held" in done.stdout


def test_the_readmes_questions_have_answers(house: Path) -> None:
    blocks = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "README.md").read_text("utf-8"), re.S)
    assert len(blocks) == 4
    with published(house) as con:
        for block in blocks:
            assert con.execute(block).fetchall(), block


def test_the_warehouse_can_be_asked_as_of_a_moment(house: Path) -> None:
    with published(house) as con:
        (now,) = con.execute("select count(*) from core.fct_value").fetchone() or (0,)
        as_of = "select count(*) from core.value_as_of(timestamp '{}')"
        assert con.execute(as_of.format("2100-01-01")).fetchone() == (now,)
        assert con.execute(as_of.format("2000-01-01")).fetchone() == (0,)


def test_analysts_questions_with_an_argument_have_macros(house: Path) -> None:
    with published(house) as con:
        worst_first = con.execute(
            "select area_id, gap_size from equity_of('n00925') "
            "where gender = 'T' and gap_size is not null"
        ).fetchall()
        gaps = con.execute(
            "select area_id, gap_size from equity.area_gap join core.dim_area using (area_id) "
            "where indicator_id = 'N00925' and benchmark = 'riket' and gender = 'T' and is_focus "
            "and year_end = 2024 order by gap_size desc, area_id"
        ).fetchall()
        assert len(gaps) == 16 and worst_first == gaps
        profile = "from municipality_profile('2080')"
        shown = con.execute(f"select distinct indicator_id {profile} order by 1").fetchall()
        assert [kpi for (kpi,) in shown] == sorted(register_ids())
        (latest,) = con.execute(
            f"select value {profile} where indicator_id = 'N17461' and gender = 'K'"
        ).fetchone() or (None,)
        assert (latest,) == con.execute(
            "select arg_max(value, year_end) from core.fct_value where area_id = '2080' "
            "and indicator_id = 'N17461' and gender = 'K'"
        ).fetchone()
        compared = con.execute(
            "select distinct area_name from compare_areas('N00925', ['2080', '2039']) order by 1"
        ).fetchall()
        assert compared == [("Falun",), ("Älvdalen",)]
        said = con.execute(
            "select function_name, comment from duckdb_functions() where not internal"
        ).fetchall()
        assert len(said) == 4 and all(f"{name}(" in comment for name, comment in said)
