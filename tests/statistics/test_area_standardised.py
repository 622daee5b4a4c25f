"""Standardised rates and life expectancy against OHID's package."""

from pathlib import Path
from typing import Any

import pytest

from tests.statistics.reference import Rows, area, compare, evaluate, query, reference
from warehouse.statistics.area_input import InputError
from warehouse.statistics.macros import render

LIMITS = {
    f"{side}{level}cl": f"{side}{level}cl"
    for level in ("95_0", "99_8")
    for side in ("lower", "upper")
}
BANDS = {"area": "area", "ageband": "ageband", "count": "count", "pop": "pop"}


def test_direct(tmp_path: Path) -> None:
    """ESP 2013 by itself and given as weights; per 10 000 and per 100 000."""
    rows = reference("phe_input_dsr_multiarea_esp")
    expected = reference("phe_DSR_ISR__testresults_DSR") + reference("phe_computed_dsr")
    compared = 0
    for columns in (BANDS, {**BANDS, "stdpop": "esp2013"}):
        for per in ("10000", "100000"):
            found = area(tmp_path, rows, columns, "dsr", multiplier=float(per))
            for have in found:
                wanted = [
                    row
                    for row in expected
                    if row["area"] == have["area"]
                    and row["statistic"] in (f"dsr per {per}", "dsr NA for total count < 10")
                ]
                columns_of = {n: n for n in ("total_count", "total_pop", "value", *LIMITS)}
                compared += compare([have] * len(wanted), wanted, columns_of)
                assert {row["statistic"] for row in wanted} == {have["statistic"]}
    # big and small: 1 row per 10 000 and 2 per 100 000, 7 numbers; tiny: 3 rows, 2 numbers.
    assert compared == 2 * (2 * 3 * 7 + 2 * 3 * 2)
    assert found[2]["n_missing_counts"] == "1"


def test_direct_1976_with_its_errata(tmp_path: Path) -> None:
    """The reference's 99.8 % limits of this case are ten times too large."""
    rows = reference("phe_DSR_ISR__testdata_1976")
    columns = {"ageband": "Age Band", "count": "count", "pop": "pop", "stdpop": "esp1976"}
    expected = [
        row for row in reference("phe_DSR_ISR__testresults_DSR") if row["area"] == "testdata_1976"
    ]
    compared = 0
    for per, want in zip((1e4, 1e5), expected, strict=True):
        found = area(tmp_path, rows, columns, "dsr", multiplier=per)
        right = {n: n for n in ("value", "lower95_0cl", "upper95_0cl")}
        compared += compare(found, [want], right)
        for name in ("lower99_8cl", "upper99_8cl"):
            assert float(found[0][name]) * 10 == pytest.approx(float(want[name]), rel=1e-9)
            compared += 1
    assert compared == 2 * 5


def test_direct_with_several_events_per_person() -> None:
    """Squared numbers of events in the variance."""
    rows = reference("phe_input_dsr_nonindependent")
    table: dict[str, list[Any]] = {
        "area": [row["area"] for row in rows],
        "band": [row["ageband"] for row in rows],
        **{
            name: [float(row[column] or 0) for row in rows]
            for name, column in (("freq", "freq"), ("persons", "persons"), ("pop", "pop"))
        },
        "weight": [float(row["esp2013"]) for row in rows],
    }
    bands = """(
        select area, band, sum(freq * persons) as events, sum(freq * freq * persons) as squares,
            max(pop) as pop, max(weight) as weight
        from input group by area, band
    )"""
    sums = render(
        "directly_standardised", bands, ["area"], "events", "pop", "weight", squares="squares"
    )
    limits = ", ".join(
        render(f"dobson_{side}", "rate", "variance", "total_count", render("z_value", level))
        for level in (95, 99.8)
        for side in ("lower", "upper")
    )
    found = {
        row[0]: row[1:]
        for row in query(f"select area, total_count, rate, {limits} from ({sums}) as t", table)
    }
    compared = 0
    theirs = [r for r in reference("phe_DSR_ISR__testresults_DSR") if "_nonind_" in r["area"]]
    for want in reference("phe_computed_dsr_nonindependent") + theirs:
        count, *values = found[want["area"]]
        assert count == float(want["total_count"])
        for value, column in zip(values, ["value", *LIMITS], strict=True):
            if want[column]:
                assert value * 1e5 == pytest.approx(float(want[column]), rel=1e-9)
                compared += 1
    assert compared == 2 * 3 * 5


def _isr_rows() -> Rows:
    """The band that the reference leaves empty, filled from its own other tables."""
    rows = reference("phe_DSR_ISR__testdata_multiarea_isr")
    filled = 0
    for row in rows:
        if not row["pop"]:
            row.update(count="0", pop="609", refcount="0")
            filled += 1
    assert filled == 1
    return rows


@pytest.mark.parametrize(
    ("kind", "multiplier", "statistic", "computed"),
    [
        ("isr", 1, "indirectly standardised ratio x 1", "phe_computed_isratio"),
        ("isr", 100, "indirectly standardised ratio x 100", None),
        ("isr_rate", 1e5, "indirectly standardised rate per 100000", "phe_computed_israte"),
        ("isr_rate", 1e3, "indirectly standardised rate per 1000", None),
    ],
)
def test_indirect(
    kind: str, multiplier: float, statistic: str, computed: str | None, tmp_path: Path
) -> None:
    columns = {**BANDS, "refcount": "refcount", "refpop": "refpop"}
    found = area(tmp_path, _isr_rows(), columns, kind, multiplier=multiplier)
    tables = [
        [r for r in reference("phe_DSR_ISR__testresults_ISR") if r["statistic"] == statistic],
        reference(computed) if computed else [],
    ]
    names = {n: n for n in ("observed", "expected", "value", *LIMITS)}
    if kind == "isr_rate":
        names["ref_rate"] = "ref_rate"
    areas, compared = {row["area"] for row in found}, 0
    for expected in tables:
        for want in expected:
            if want["area"] not in areas:
                continue
            have = [row for row in found if row["area"] == want["area"]]
            compared += compare(have, [want], names)
            assert (have[0]["statistic"], have[0]["method"]) == (statistic, want["method"])
    assert compared == (6 if computed else 3) * len(names)


@pytest.mark.parametrize(
    ("kind", "multiplier", "statistic"),
    [
        ("isr", 100, "indirectly standardised ratio x 100"),
        ("isr_rate", 1e5, "indirectly standardised rate per 100000"),
    ],
)
def test_indirect_on_another_reference(
    kind: str, multiplier: float, statistic: str, tmp_path: Path
) -> None:
    """Two areas with 95 % only; one has a band without persons."""
    bands = reference("phe_DSR_ISR__refdata")
    rows = [
        {**band, **row}
        for row, band in zip(reference("phe_DSR_ISR__testdata_err2"), 2 * bands, strict=True)
    ]
    columns = {**BANDS, "ageband": "Age Band", "refcount": "refcount", "refpop": "refpop"}
    found = area(tmp_path, rows, columns, kind, multiplier=multiplier, confidence=[95])
    expected = [
        row
        for row in reference("phe_DSR_ISR__testresults_ISR")
        if row["area"].startswith("Area") and row["statistic"] == statistic
    ]
    names = {n: n for n in ("observed", "expected", "value", "lower95_0cl", "upper95_0cl")}
    assert compare(found, expected, names) == 10


def test_all_rows_of_the_results_are_compared_above() -> None:
    areas = [row["area"] for row in reference("phe_DSR_ISR__testresults_DSR")]
    assert areas.count("testdata_1976") == 2 and len(areas) == 12
    assert len([a for a in areas if a.startswith("testdata_nonind")]) == 4
    statistics = [row["statistic"] for row in reference("phe_DSR_ISR__testresults_ISR")]
    assert sorted(statistics.count(s) for s in set(statistics)) == [3, 3, 5, 5]


@pytest.mark.parametrize(
    ("table", "kind", "rule"),
    [
        ("phe_DSR_ISR__testdata_err1", "dsr", 'row 7, column "count": must be at least 0'),
        ("phe_DSR_ISR__testdata_err3", "dsr", 'row 3, column "pop": must be above 0'),
        ("phe_DSR_ISR__testdata_err4", "dsr", 'row 7, column "stdpop": must be at least 0'),
    ],
)
def test_faulty_reference_inputs(table: str, kind: str, rule: str, tmp_path: Path) -> None:
    columns = {"ageband": "Age Band", "count": "count", "pop": "pop", "stdpop": "stdpop"}
    with pytest.raises(InputError, match=rule):
        area(tmp_path, reference(table), columns, kind)
    assert not (tmp_path / "out.csv").exists()


def test_life_expectancy(tmp_path: Path) -> None:
    rows = reference("phe_input_life_expectancy")
    columns = {name: name for name in ("startage", "pops", "deaths")}
    found = area(tmp_path, rows, columns, "life_expectancy")
    expected = reference("phe_computed_life_expectancy")
    names = {n: n for n in ("startage", "value", "pops_used", "dths_used", *LIMITS)}
    assert compare(found, expected, names, rel=1e-12) == 20 * 8
    assert [r["statistic"] for r in found] == [r["statistic"] for r in expected]
    cumulated = reference("phe_expected_le_cum")
    assert compare(found, cumulated, {"pops_used": "pops_used", "dths_used": "dths_used"}) == 40


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pops": 0.005}, "population of 5 000 or fewer"),
        ({"last_deaths": 0.0}, "no deaths in the last band"),
        ({"drop": 7}, "bands are not 0, 1, 5, 10, ... 85, 90"),
    ],
)
def test_no_life_table_where_it_would_mislead(change: dict[str, float], reason: str) -> None:
    rows = reference("phe_input_life_expectancy")
    table: dict[str, list[Any]] = {
        "area": [1] * 20,
        "age": [int(row["startage"]) for row in rows],
        "p": [float(row["pops"]) * change.get("pops", 1) for row in rows],
        "d": [float(row["deaths"]) * change.get("pops", 1) for row in rows],
    }
    table["d"][-1] *= change.get("last_deaths", 1)
    if "drop" in change:
        table = {name: values[:7] + values[8:] for name, values in table.items()}
    sql = render("life_table", "input", ["area"], "age", "p", "d")
    found = query(f"select life_expectancy, se, reason from ({sql}) as t", table)
    assert set(found) == {(None, None, reason)}


def test_standard_population_is_ohids() -> None:
    weights = [float(row["stdpop"]) for row in reference("phe_pkgdata_esp2013")]
    ages = [5 * i for i in range(19)]
    assert len(weights) == 19 and sum(weights) == 100_000
    assert evaluate(render("esp2013", "age"), age=ages) == weights
    assert evaluate(render("esp2013", "age"), age=1) is None


def test_sums_do_not_depend_on_order() -> None:
    """Bands turned round: the same to the last bit."""
    rows = reference("phe_input_dsr_multiarea_esp")[:19]
    columns: dict[str, list[Any]] = {
        name: [float(row[column]) for row in rows]
        for name, column in (("x", "count"), ("n", "pop"), ("w", "esp2013"))
    }
    columns["k"] = [1] * 19
    sql = render("directly_standardised", "input", ["k"], "x", "n", "w")
    turned = {name: values[::-1] for name, values in columns.items()}
    assert query(sql, columns) == query(sql, turned)
