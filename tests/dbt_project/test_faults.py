"""Every singular check finds the fault it is for; settings reach the marts."""

import shutil

import duckdb
import pytest

from tests.dbt_project.conftest import Dbt

TALKS = (
    "insert into survey.coverage by name select 'elsa' as source, 2024 as round, "
    "'{area}' as area_id, 'all' as grade, 12 as n_talks, {seen} as n_seen, 11 as n_pupils, "
    "true as is_demonstration"
)
# One fault per check, planted in a copy of the build.
FAULTS = {
    "assert_every_municipality_has_a_county": (
        "update core.dim_area set county_id = '0099' where area_id = '2080'"
    ),
    "assert_fct_value_equals_latest_reading": (
        "update core.fct_value set value = value + 1 "
        "where indicator_id = 'N00925' and area_id = '2080' and year_end = 2022"
    ),
    "assert_similar_areas_exclude_the_focus": (
        "update intermediate.int_similar_area set similar_area_id = area_id "
        "where area_id = '2080' and year_end = 2022"
    ),
    "assert_similar_groups_are_complete": (
        "delete from intermediate.int_similar_area where area_id = '2081'"
    ),
    "assert_gap_sign_follows_polarity": (
        "update equity.area_gap set gap_size = -gap_size "
        "where indicator_id = 'N00925' and area_id = '2080' and year_end = 2022"
    ),
    "assert_ranks_are_complete": (
        "update equity.area_gap set rank = rank + 1 where indicator_id = 'N03926' "
        "and area_id = '2080' and benchmark = 'riket'"
    ),
    "assert_total_lies_between_women_and_men": (
        "update core.fct_value set value = 101 where gender = 'T' and value is not null "
        "and indicator_id in ('N15428', 'N17461', 'N02797', 'N03926')"
    ),
    "assert_register_kpis_are_in_kolada": (
        "update core.dim_indicator set status = 'renamed' where indicator_id = 'N00925'"
    ),
    "assert_titles_can_be_read": (
        "update core.dim_indicator set is_register = false, unit = null "
        "where indicator_id = 'N00970' or indicator_id = 'N00973'"
    ),
    "assert_values_break_no_rule": (
        "update quality.value_note_count set note = 'outlier' where note = 'coverage_drop' "
        "and indicator_id = 'U01405'"
    ),
    "assert_history_leads_to_the_present": (
        "insert into core.reading_history select indicator_id, area_id, year_start, year_end, "
        "gender, value, status, read_at - interval 1 day, read_at + interval 1 day, "
        "is_demonstration from core.fct_value limit 1"
    ),
    "assert_folkhalsodata_estimates_are_whole": (
        "insert into folkhalsodata.raw_folkhalsodata.estimate values ('t', '01', 'Stressad', "
        "'0020', 'T', 2021, 2024, 20, 21, 22, 900, null, false, timestamp '2026-01-01')"
    ),
    "assert_every_talk_is_counted": TALKS.format(area="2080", seen=10),
    "assert_no_more_pupils_are_seen_than_there_are": TALKS.format(area="2081", seen=12),
    "unique_key_fct_value_indicator_id__area_id__year_end__gender": (
        "insert into core.fct_value from core.fct_value limit 1"
    ),
    "fct_value_known_ids": (
        "update core.fct_value set area_id = '9999' where indicator_id = 'U30446' "
        "and area_id = '2080'"
    ),
    "dim_area_declared_values": (
        "update core.dim_area set area_type = 'parish' where area_id = '2084'"
    ),
}


@pytest.fixture(scope="module")
def copy(built: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """A build to plant faults in; one for all tests, so that dbt parses the project once."""
    folder = tmp_path_factory.mktemp("faults")
    shutil.copy(built.build, folder / "jamlik.duckdb")
    return Dbt(folder, built.raw)


def test_every_check_finds_its_fault(copy: Dbt) -> None:
    with duckdb.connect(str(copy.build)) as con:
        con.execute(f"attach '{copy.folkhalsodata}' as folkhalsodata")
        for statement in FAULTS.values():
            (changed,) = con.execute(statement).fetchone() or (0,)
            assert changed, statement
    done = copy.run("test", "--select", *FAULTS)
    assert done.returncode == 1
    results = copy.results()
    assert {name for name in FAULTS if results[name] not in ("fail", "warn")} == set()


def test_every_singular_check_has_a_fault(manifest: dict) -> None:
    singular = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and not node.get("test_metadata")
    }
    assert singular == {name for name in FAULTS if name.startswith("assert_")}


def test_region_and_origin_are_settings(copy: Dbt) -> None:
    done = copy.run(
        "run", "--select", "int_area", "dim_area", JAMLIK_REGION="09", JAMLIK_ORIGIN="demo"
    )
    assert done.returncode == 0, done.stdout[-2000:]
    with duckdb.connect(str(copy.build), read_only=True) as con:
        focus = con.execute("select area_id from core.dim_area where is_focus order by all")
        assert focus.fetchall() == [("0009",), ("0980",)]
        flags = con.execute("select distinct is_demonstration from core.dim_area").fetchall()
        assert flags == [(True,)]


def test_unknown_origin_is_refused(copy: Dbt) -> None:
    done = copy.run("run", "--select", "dim_area", JAMLIK_ORIGIN="guess")
    assert done.returncode != 0
    assert "JAMLIK_ORIGIN is 'guess'; set it to demo, replay or live." in done.stdout
