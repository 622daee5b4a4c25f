"""Against Statistics Norway's tools: patterns, and the bounds of given patterns."""

import itertools

import numpy as np
import pytest
from scipy import sparse

from benchmarks.fewest import Reader, fewest
from tests.disclosure.reference import SSB, Case, case, rows_of
from warehouse.attack.bounds import bounds
from warehouse.attack.knowledge import open_cells
from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.witnesses import Verdict
from warehouse.disclosure.protect import protect
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Flags

# The larger ones are in `benchmarks/disclosure.py`: minutes, not seconds.
SMALL = [name for name in SSB if "_d3_" not in name and "_d4_" not in name]
SDCT = {
    "sdct_test": ("sdct_test_HITAS", "total"),
    "sdct_seed4711": ("sdct_seed4711_GAUSS", "Total"),
}


def assert_safe(given: Case, hidden: Flags, rules: Rules) -> None:
    outcomes = list(
        run_modes(Scene(given.table.hiding(hidden).from_outside(), not rules.zeros_protected))
    )
    assert len(outcomes) == 3 + (not rules.zeros_protected)
    for outcome in outcomes:
        assert len(outcome.of(Verdict.SAFE)) == hidden.sum(), outcome.mode


def compare(name: str, given: Case, hidden: Flags) -> None:
    n, theirs = given.table.n, given.table.is_hidden
    print(
        f"{name}: hidden {hidden.sum()} (sum {n[hidden].sum()}), "
        f"published pattern {theirs.sum()} (sum {n[theirs].sum()})"
    )


@pytest.mark.parametrize("name", SMALL)
def test_small_cases_are_safe(name: str) -> None:
    given, rules = case(name), SSB[name]
    hidden = protect(given.table, rules, given.inner, primary=given.table.is_primary)
    compare(name, given, hidden)
    assert (hidden >= given.table.is_primary).all()
    assert_safe(given, hidden, rules)


@pytest.mark.parametrize(("name", "best"), [("ssb_munacc_maxN3", 27), ("ssb_d1_maxN3", 6)])
def test_close_to_the_best_safe_pattern(name: str, best: int) -> None:
    """The published pattern of the first hides 24 and is not safe."""
    given = case(name)
    assert given.table.is_primary is not None
    found = fewest(given.table, given.inner, SSB[name], given.table.is_primary, 60.0)
    assert found == (best, True)
    hidden = protect(given.table, SSB[name], given.inner)
    assert best <= hidden.sum() <= best + 2


def test_the_fewest_are_those_of_brute_force() -> None:
    """Every pattern of two by three cells with totals, from the smallest on."""
    margins = sparse.csr_matrix(np.kron([[1, 0], [0, 1], [1, 1]], np.vstack([np.eye(3), [1] * 3])))
    for counts in ([2, 9, 14, 11, 3, 17], [1, 6, 8, 7, 2, 1]):
        inner = np.array(counts)
        n = (margins @ inner).astype(np.int64)
        labels = tuple((str(at),) for at in range(len(n)))
        table = CountTable(("cell",), labels, margins.astype(np.int64), n, n < 0)
        primary = Rules(4).primary(n)
        others = np.flatnonzero(~primary)
        reader = Reader(table, inner, Rules(4))

        def is_safe(more: tuple[int, ...], reader: Reader = reader, first: Flags = primary) -> bool:
            hidden = first.copy()
            hidden[list(more)] = True
            return not list(reader.failures(hidden))

        sizes = (
            size
            for size in range(len(others) + 1)
            if any(map(is_safe, itertools.combinations(others, size)))
        )
        expected = int(primary.sum()) + next(sizes)
        assert fewest(table, inner, Rules(4), primary, 30.0) == (expected, True)


@pytest.mark.parametrize("name", SDCT)
def test_sdctable_cases_are_safe(name: str) -> None:
    published, total = SDCT[name]
    given = case(name, published, total)
    rules = Rules(int(given.table.n[given.table.is_primary].max()) + 1)
    hidden = protect(given.table, rules, given.inner, primary=given.table.is_primary)
    compare(name, given, hidden)
    assert_safe(given, hidden, rules)


def test_a_large_case_hides_little_more() -> None:
    """13 of the published pattern's cells are not safe."""
    given = case("ssb_d3_maxN4")
    hidden = protect(given.table, SSB["ssb_d3_maxN4"], given.inner)
    compare("ssb_d3_maxN4", given, hidden)
    assert hidden.sum() <= 1.1 * given.table.is_hidden.sum()
    assert_safe(given, hidden, SSB["ssb_d3_maxN4"])


def test_a_real_sized_year_hides_little_more() -> None:
    """GaussSuppression with interval protection hides 369."""
    given = case("h2y2023", "h2y2023_z1_protectionIntervals_published")
    hidden = protect(given.table, Rules(5), given.inner)
    compare("h2y2023", given, hidden)
    assert given.table.is_hidden.sum() == 369
    assert hidden.sum() <= 1.1 * 369
    assert_safe(given, hidden, Rules(5))
    again = protect(given.table, Rules(5), given.inner)
    assert (hidden == again).all()


BOUNDS = [
    (name, pattern, kind)
    for name in [*(name for name in SMALL), "ssb_d3_maxN4_z0"]
    for pattern in ("primary", "suppressed")
    for kind in ("lp", "int")
    if name != "ssb_d3_maxN4_z0" or pattern == "primary"
]


@pytest.mark.parametrize(("name", "pattern", "kind"), BOUNDS)
def test_bounds_of_given_patterns(name: str, pattern: str, kind: str) -> None:
    given, expected = case(name), rows_of(f"{name}_attack_{pattern}_{kind}")
    hidden = given.table.is_primary if pattern == "primary" else given.table.is_hidden
    assert hidden is not None
    assert (np.flatnonzero(hidden) + 1).tolist() == [int(row["pub"]) for row in expected]
    low, high = bounds(open_cells(given.table.hiding(hidden).from_outside()), whole=kind == "int")
    exact = 0 if kind == "int" else 1e-9
    assert np.abs(low - [float(row["lo"]) for row in expected]).max() <= exact
    assert np.abs(high - [float(row["up"]) for row in expected]).max() <= exact
