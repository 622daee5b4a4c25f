"""How often intervals of inequality measures hold the truth, simulated.

What belongs here: groups with known true values, and counting. What does not: the measures,
which are the SQL macros. `tests/statistics/test_inequality_coverage.py` runs a smaller one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.measure import print_table
from warehouse.statistics.macros import render

REPLICATIONS = 2000
DRAWS = 400
DRAWN_SETS = 400
CLOSED = ("d", "sii", "rii", "aci", "rci", "par", "paf", "bgv", "ti", "mld", "bgv_corrected")
DRAWN = ("bgsd", "cov", "mdmu", "mdmw", "mdbu", "mdbw", "idisu", "idisw")


@dataclass(frozen=True)
class Scene:
    """Groups that are simulated.

    Args:
        name: For the table.
        n: How many groups.
        spread: Of true values, in standard errors (root mean square).
        uneven: Standard deviation of the logarithm of population; errors follow it.
        is_ordered: Whether the groups have an order; half of the spread then follows it.
        reference: Whether the first group is named as reference.
    """

    name: str
    n: int
    spread: float
    uneven: float = 0.0
    is_ordered: bool = True
    reference: bool = False
    seed: int = 1
    error: float = field(default=2.0)

    def groups(self, replications: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Simulated groups, a set for each replication, and the true ones as set 0."""
        random = np.random.default_rng([self.seed, self.n, int(self.spread * 100)])
        population = np.exp(random.normal(0, self.uneven, self.n)) * 1000
        se = np.sqrt(1 / population)
        se *= self.error / np.sqrt(np.mean(se**2))
        along = np.linspace(-1, 1, self.n)
        true = along / along.std() + random.normal(0, 1, self.n)
        true = true - np.average(true, weights=population)
        true *= self.spread * self.error / np.sqrt(np.average(true**2, weights=population))
        frame = pd.DataFrame(
            {
                "group_no": np.arange(1, self.n + 1),
                "se": se,
                "population": population,
                "group_order": np.arange(1, self.n + 1) if self.is_ordered else None,
                "is_reference": np.arange(self.n) == (0 if self.reference else -1),
                "polarity": 1,
                "scale_min": 0.0,
                "scale_max": 200.0,
                "is_ordered": self.is_ordered,
                "setting_average": np.nan,
            }
        ).astype({"group_order": "Int64"})
        truth = frame.assign(set_id=0, estimate=60 + true)
        sample = pd.concat([frame] * replications, ignore_index=True)
        noise = random.normal(size=(replications, self.n)) * se
        sample["set_id"] = np.repeat(np.arange(1, replications + 1), self.n)
        sample["estimate"] = (60 + true + noise).ravel()
        return sample, truth


def coverage(
    scene: Scene, replications: int, draws: int = 0, *, gated: bool = True
) -> pd.DataFrame:
    """Per measure: intervals given, those that hold the truth, means of estimate and truth.

    Args:
        scene: What to simulate.
        replications: How many sets.
        draws: Per set, for the measures without closed interval; 0 leaves them out.
        gated: Whether intervals are withheld as in the marts.

    Returns:
        Indexed by measure, with `given`, `held` (shares of 1), `estimate` and `truth`.
    """
    sample, truth = scene.groups(replications)
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        con.register("frame", sample)
        con.register("true_frame", truth)
        columns = ", ".join(sample.columns)
        con.execute(f"create table groups as select {columns} from frame")
        con.execute(
            "create table truth as "
            + render("inequality_measures", f"(select {columns} from true_frame)", gated=False)
        )
        con.execute("create table found as " + render("inequality_measures", "groups", gated=gated))
        if draws:
            con.execute(f"create table drawn as {render('inequality_draws', 'groups', draws, 1)}")
            con.execute(
                "create or replace table found as "
                + render("inequality_with_draws", "found", "drawn")
            )
        # The truth has no noise to subtract, so its bgv is what bgv_corrected aims at.
        return (
            con.execute(
                "select f.measure, avg((f.ci_upper is not null)::int) as given, "
                "avg((t.estimate between f.ci_lower - 1e-9 and f.ci_upper + 1e-9)::int) as held, "
                "avg(f.estimate) as estimate, avg(t.estimate) as truth from found as f inner join "
                "truth as t on t.measure = replace(f.measure, 'bgv_corrected', 'bgv') "
                "group by f.measure order by f.measure"
            )
            .df()
            .set_index("measure")
        )


SPREADS = (0.0, 0.5, 1.0, 2.5, 4.0, 6.0)


def measure(work: Path, *, full: bool) -> None:
    """Print coverage of all methods, and the bias under no inequality."""
    del work
    replications = REPLICATIONS * (5 if full else 1)
    for name, options in {
        "5 equal groups, ordered": {"n": 5},
        "21 equal groups, ordered": {"n": 21},
        "21 uneven groups, ordered": {"n": 21, "uneven": 1.2},
        "290 uneven groups, ordered": {"n": 290, "uneven": 1.2},
    }.items():
        scenes = [Scene(name, spread=spread, **options) for spread in SPREADS]
        cut = replications // (4 if options["n"] > 100 else 1)
        _print(name, CLOSED, [coverage(scene, cut) for scene in scenes])
        if options["n"] < 100:
            results = [coverage(scene, DRAWN_SETS, DRAWS) for scene in scenes]
            _print(f"{name}, {DRAWS} draws", DRAWN, results)
    unordered = {"n": 21, "is_ordered": False}
    for name, measures, options, gated in (
        ("21 groups, a reference", ("d", "r"), unordered | {"reference": True}, True),
        ("21 groups, a reference, ungated", ("d", "r"), unordered | {"reference": True}, False),
        ("21 groups, highest less lowest, ungated", ("d", "par"), unordered, False),
        ("290 equal groups, ungated", ("bgv", "ti", "mld"), {"n": 290}, False),
    ):
        scenes = [Scene(name, spread=spread, **options) for spread in SPREADS]
        cut = replications // (4 if options["n"] > 100 else 1)
        _print(name, measures, [coverage(scene, cut, gated=gated) for scene in scenes])
    scene = Scene("no inequality", 21, 0.0, is_ordered=False)
    _print_bias(coverage(scene, replications))


def _print(title: str, measures: Sequence[str], results: Sequence[pd.DataFrame]) -> None:
    print(f"\n  {title}: % of intervals that hold the truth / % of sets with one")
    rows = []
    for name in measures:
        cells = []
        for result in results:
            given = result.loc[name, "given"]
            # avg() leaves sets without an interval out; few of them say nothing.
            shown = f"{100 * result.loc[name, 'held']:.1f}" if given > 0.02 else "-"
            cells.append(f"{shown} / {100 * given:.0f}")
        rows.append([name, *cells])
    print_table(["spread / standard error", *(f"{s:g}" for s in SPREADS)], rows)


def _print_bias(result: pd.DataFrame) -> None:
    print("\n  21 groups of standard error 2 around a mean of 60, no inequality: mean estimates")
    names = ("d", "bgv", "bgv_corrected", "bgsd", "mdmu", "mdbu", "ti", "mld", "par")
    print_table(
        ["measure", "truth", "estimate"],
        [[n, f"{result.loc[n, 'truth']:.2f}", f"{result.loc[n, 'estimate']:.2f}"] for n in names],
    )
