"""The register against what Kolada said and published: metadata, groups, real values."""

import json
import re
from functools import cache

import duckdb
import pytest

from tests.register.register import BY_ID, ROWS, each_row
from tests.support import shared_dir
from warehouse.register import denominator_ids

STRATEGI, FOLKHALSA, AGENDA = "G2KPI95271", "G2KPI207703", "G2KPI196605"


@cache
def kolada(name: str) -> list[dict]:
    answer = json.loads((shared_dir() / "data/kolada" / name).read_text(encoding="utf-8"))
    return answer["values"] if isinstance(answer, dict) else answer


def metadata() -> dict[str, dict]:
    return {kpi["id"]: kpi for kpi in kolada("kpi_v3.json")}


def members(group_id: str) -> set[str]:
    """KPIs of a group and of all groups below it."""
    found: set[str] = set()
    for group in kolada("kpi_groups.json"):
        if group["id"] == group_id:
            found |= {member["member_id"] for member in group["members"]}
        elif group["parent"] == group_id:
            found |= members(group["id"])
    return found


def described() -> str:
    return (shared_dir() / "sources/kolada.md").read_text(encoding="utf-8")


def ids_between(start: str, end: str) -> list[str]:
    """KPI ids in the description of Kolada between two phrases."""
    return re.findall(r"\b[NU]\d{5}\b", described().split(start, 1)[1].split(end, 1)[0])


@cache
def values() -> duckdb.DuckDBPyConnection:
    """Recorded values as table `v`: kpi, area, period, gender, value."""
    connection = duckdb.connect()
    connection.execute(
        "create table v as select kpi, municipality as area, period, gender, value"
        " from read_parquet(?) where value is not null and kpi in (select unnest(?))",
        [str(shared_dir() / "data/kolada/values.parquet"), [*BY_ID, *denominator_ids(BY_ID)]],
    )
    return connection


def test_register_holds_exactly_the_two_groups():
    assert set(BY_ID) == members(STRATEGI) | members(FOLKHALSA)


@each_row
def test_programmes_are_the_groups(row):
    groups = {"Strategi för hälsa": STRATEGI, "Folkhälsa": FOLKHALSA, "Agenda 2030": AGENDA}
    expected = [name for name, g in groups.items() if row["indicator_id"] in members(g)]
    assert row["programmes"].split("|") == expected


@each_row
def test_title_and_status_are_koladas(row):
    kpi = metadata().get(row["indicator_id"])
    assert row["status"] == ("current" if kpi else "withdrawn")
    if kpi:
        assert row["title"] == kpi["title"]
    else:
        member_titles = {
            member["member_id"]: member["member_title"]
            for group in kolada("kpi_groups.json")
            for member in group["members"]
        }
        assert row["title"] == member_titles[row["indicator_id"]]


def test_polarity_is_the_described_one():
    expected = dict.fromkeys(ids_between("higher is better for", "lower is better for"), "1")
    expected |= dict.fromkeys(ids_between("lower is better for", "neither for"), "-1")
    expected |= dict.fromkeys(ids_between("neither for", "\n#"), "0")
    assert {r["indicator_id"]: r["polarity"] for r in ROWS} == expected


def test_given_target_areas_are_the_described_ones():
    text = described().split("Health outcomes:", 1)[1].split("Socioeconomic position", 1)[0]
    parts = re.split(r"\b[1-8] (?=[a-z])", text)
    expected = {
        kpi: str(area) for area, part in enumerate(parts) for kpi in re.findall(r"[NU]\d{5}", part)
    }
    assert len(expected) == 34
    given = {
        r["indicator_id"]: r["target_area"] for r in ROWS if r["target_area_source"] == "given"
    }
    assert given == expected


STATED_MEANS = {
    "4": r"\bår T-3 till (år )?T\b|åren T till T-3|fyraårsmedelvärde",
    "3": r"3-årsm|år T-2 till T",
    "5": r"fem-årsintervall|år T till år T-4",
}


def stated_years(kpi: dict) -> str:
    text = f"{kpi['title']} {kpi['description']}"
    return next((years for years, words in STATED_MEANS.items() if re.search(words, text)), "1")


def test_years_in_mean_are_the_stated_ones_but_for_four():
    by_kpi = metadata()
    differing = {
        i for i in BY_ID.keys() & by_kpi if BY_ID[i]["years_in_mean"] != stated_years(by_kpi[i])
    }
    # Three are measured below; the index U61901 is built on four-year means.
    assert differing == {"N01451", "N01458", "N01460", "U61901"}


@each_row
def test_series_breaks_are_in_the_description(row):
    text = metadata().get(row["indicator_id"], {}).get("description", "")
    for year in filter(None, row["series_breaks"].split("|")):
        # "From 2021" names the first year of the new series, "up to 2011" the last of the old.
        assert year in text or str(int(year) - 1) in text


def test_surveys_are_marked():
    words = r"\(HLV\)|enkät|undersökning om|Brukarbedömning|[Mm]edborgarundersökning"
    expected = {
        i for i in BY_ID if i in metadata() and re.search(words, str(metadata()[i].values()))
    }
    assert {r["indicator_id"] for r in ROWS if r["source_kind"] == "survey"} == expected


def lowest_highest(kind: str) -> list[tuple]:
    ids = [r["indicator_id"] for r in ROWS if r["value_kind"] == kind]
    query = "select kpi, min(value), max(value), avg((value = floor(value))::int) from v"
    found = values().execute(f"{query} where kpi in (select unnest(?)) group by kpi", [ids])
    result = found.fetchall()
    assert len(result) == len(ids)
    return result


@pytest.mark.parametrize("kind", ["share", "index"])
def test_shares_and_indices_lie_within_0_and_100(kind):
    for kpi, low, high, _ in lowest_highest(kind):
        assert 0 <= low < high <= 100, kpi
        assert high > 2, f"{kpi} looks like a proportion, not per cent"


def test_codes_are_0_1_2_and_counts_are_whole():
    assert lowest_highest("code") == [("U30446", 0, 2, 1)]
    assert all(low >= 0 and whole == 1 for _, low, _, whole in lowest_highest("count"))


def test_paired_indicators_have_only_totals():
    for row in ROWS:
        if row["pair_id"]:
            query = "select distinct gender from v where kpi = ?"
            genders = values().execute(query, [row["indicator_id"]]).fetchall()
            assert genders == [("T",)]


def test_denominators_are_counts_of_inhabitants():
    for row in ROWS:
        for kpi in filter(None, row["denominator_kpis"].split("|")):
            assert metadata()[kpi]["title"].endswith(", antal"), kpi


@pytest.mark.parametrize(("kpi", "denominator"), [("N02923", "N01951"), ("N00973", "N00964")])
def test_denominator_gives_whole_numerators(kpi, denominator):
    # The parts of the others are not among the recorded values.
    assert BY_ID[kpi]["denominator_kpis"] == denominator
    query = (
        "select count(*), quantile_cont(abs(n - round(n)), 0.999) from ("
        "select s.value * d.value / 100 as n from v s join v d using (area, period, gender)"
        # Riket and regions are left out: six decimals of a share are too few for them.
        " where s.kpi = ? and d.kpi = ? and s.area >= '0100')"
    )
    count, worst = values().execute(query, [kpi, denominator]).fetchone()
    assert count > 1000
    assert worst < 0.02


@pytest.mark.parametrize("kpi", ["N05400", "N05401"])
def test_elections_repeat_between_cycles_only(kpi):
    assert BY_ID[kpi]["cycle_years"] == "4"
    query = (
        "select a.period, avg((a.value = b.value)::int) from v a join v b using (kpi, area, gender)"
        " where kpi = ? and b.period = a.period - 1 and area >= '0100' group by 1"
    )
    repeated = {year: share > 0.9 for year, share in values().execute(query, [kpi]).fetchall()}
    assert repeated == {year: (year - 1994) % 4 != 0 for year in repeated}


def overlap_ends_at(kpi: str, years: int) -> bool:
    """Whether a KPI's values correlate over time as means over so many years do.

    A mean over k years shares k - j of them with the value j years later, so correlation
    falls with each year of distance up to k and is level after it.
    """
    query = (
        "with c as (select *, value - avg(value) over (partition by period) as d from v"
        "  where kpi = ? and gender = 'T' and area >= '0100')"
        " select b.period - a.period as lag, corr(a.d, b.d) from c a join c b using (area)"
        " where b.period > a.period group by 1"
    )
    at = dict(values().execute(query, [kpi]).fetchall())
    fall_before = at[years - 1] - at[years]
    fall_after = (at[years] - at[years + 2]) / 2
    return fall_before > 0.05 and fall_before > 3 * abs(fall_after)


@pytest.mark.parametrize("kpi", ["N01451", "N01458", "N01460"])
def test_unstated_means_show_in_the_values(kpi):
    assert overlap_ends_at(kpi, int(BY_ID[kpi]["years_in_mean"]))


def test_the_measure_of_unstated_means_knows_stated_ones():
    assert overlap_ends_at("N02013", 5)
    assert not any(overlap_ends_at("U01415", years) for years in (3, 4, 5))
    assert not any(overlap_ends_at("N02013", years) for years in (3, 4))
