"""`jamlik share`: weighted shares from a table, by the macros that the marts use.

What belongs here: checked rows into DuckDB, the macros run, results written whole or not at
all. What does not: formulas (the macros), rules (`survey_input`), totals
(`survey_calibration`).
"""

from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.errors import InputError
from warehouse.statistics.heat_measures import write_csv
from warehouse.statistics.macros import render
from warehouse.statistics.survey_calibration import Calibration, calibrate
from warehouse.statistics.survey_input import Columns, Sample, read_sample

RESULTS = (
    *("n", "n_yes", "estimate", "se", "df", "ci_lower", "ci_upper", "ci_method", "n_eff"),
    "reason",
)


def write_shares(
    source: Path,
    output: Path,
    columns: Columns,
    *,
    margins: Path | None = None,
    calibration: str = "linear",
    method: str = "logit",
    confidence: float = 95.0,
) -> int:
    """Write the shares of all domains of a table.

    Args:
        source: CSV, one row a person.
        output: CSV to write, replaced as a whole when all went well.
        columns: Which columns are what.
        margins: Totals to calibrate to; None: the weights as they are.
        calibration: `linear` or `raking`.
        method: Of the intervals: `logit`, `korn_graubard` or `simple`.
        confidence: In percent, 60 to 99.99.

    Returns:
        The number of rows written.

    Raises:
        InputError: An option, the table or the totals cannot be used; nothing was written.
        JamlikError: The output cannot be written.
    """
    if not 60 <= confidence <= 99.99:
        raise InputError(
            f"--confidence {confidence:g} is not from 60 to 99.99.", "Give it in percent."
        )
    clash = [name for name in columns.by if name in RESULTS]
    if clash:
        raise InputError(f'--by "{clash[0]}" has the name of a result.', "Rename the column.")
    if output.exists() and any(
        file is not None and file.exists() and output.samefile(file) for file in (source, margins)
    ):
        raise InputError(f"{output}: this is an input.", "Name another file for --output.")
    sample = read_sample(source, columns)
    weights = calibrate(sample, margins, calibration) if margins else None
    with Estimation(sample, weights, columns) as estimation:
        rows = estimation.shares(method, confidence)
    return write_csv(output, (*columns.by, *RESULTS), rows)


class Estimation:
    """The macros over one sample: cells and shares stand as tables until it is closed.

    Args:
        sample: The checked rows.
        calibration: New weights, or None.
        columns: Which columns are what.
    """

    def __init__(self, sample: Sample, calibration: Calibration | None, columns: Columns) -> None:
        self.sample = sample
        self.by = [f"by_{n}" for n in range(1, len(columns.by) + 1)]
        # Macros need a key even where there are no labels; a mart has its items there.
        self.keys = ["item_id", *self.by]
        self.clustered = columns.cluster is not None
        self.two_stages = len(columns.population) > 1
        self.calibration = calibration
        # One thread: results do not depend on the number of processors.
        self.con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        self._make_cells()
        self._make_variances()

    def __enter__(self) -> "Estimation":
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def shares(self, method: str, confidence: float) -> list[tuple[Any, ...]]:
        """Per domain: its labels (empty: all), and the columns of `RESULTS`."""
        z = repr(NormalDist().inv_cdf(0.5 + confidence / 200))
        sql = render("survey_intervals", "share", z, method=method)
        found = self.con.execute(
            f"select {', '.join((*self.by, *RESULTS))} from ({sql}) order by all"
        ).fetchall()
        names = [["", *labels] for labels in self.sample.labels]
        width = len(self.by)
        return [
            (*(label[number] for label, number in zip(names, row, strict=False)), *row[width:])
            for row in found
        ]

    def differences(self, pairs: str) -> list[tuple[int, float, float | None]]:
        """Differences of two domains with their standard errors.

        Args:
            pairs: A table as the macro `survey_pair_parts` describes it.

        Returns:
            pair_id, the first domain's share less the second's, and its standard error.
        """
        parts = render("survey_pair_parts", pairs, "part", "cell", "domain", self.keys)
        variance = render(
            "survey_variance",
            f"({parts})",
            ["pair_id"],
            "stratum",
            self.clustered,
            clusters="cluster_" if self.two_stages else None,
        )
        on = {side: render("survey_on", side, "p", self.keys, side) for side in "ab"}
        return self.con.execute(
            f"""
            select p.pair_id, a.estimate - b.estimate, sqrt(v.variance)
            from {pairs} as p
            inner join domain as a on {on["a"]}
            inner join domain as b on {on["b"]}
            left join ({variance}) as v on p.pair_id = v.pair_id
            order by p.pair_id
            """
        ).fetchall()

    def _table(self, name: str, macro: str, *arguments: object, **named: object) -> None:
        self.con.execute(f"create table {name} as {render(macro, *arguments, **named)}")

    def _make_cells(self) -> None:
        self.con.register("input", self._input())
        self._table("sampled", "survey_rows", "input")
        self._table("finest", "survey_cells", "sampled", self.keys, "answer")
        self._table("cell", "survey_margins", "finest", self.by, ["item_id"])
        self._table("stratum", "survey_strata", "sampled", self.clustered)
        if self.two_stages:
            self._table("cluster_", "survey_clusters", "sampled")

    def _input(self) -> pa.Table:
        sample, calibration = self.sample, self.calibration
        size = len(sample.weights)
        weights = pa.array(sample.weights, pa.float64())
        columns = {
            "stratum_id": pa.array(sample.strata, pa.int64()),
            "cluster_id": pa.array(sample.clusters, pa.int64()),
            "group_id": pa.array([0] * size, pa.int64()),
            "weight": weights,
            "design_weight": pa.nulls(size, pa.float64()),
            "population": pa.array(sample.populations, pa.float64()),
            "population_2": pa.array(sample.populations_2, pa.float64()),
            "answer": pa.array(sample.answers, pa.float64()),
            "item_id": pa.array([1] * size, pa.int64()),
        }
        if calibration:
            columns["group_id"] = pa.array(calibration.groups, pa.int64())
            columns["weight"] = pa.array(calibration.weights, pa.float64())
            columns["design_weight"] = weights
        labels = zip(self.by, sample.label_ids, strict=True)
        return pa.table(columns | {name: pa.array(ids, pa.int64()) for name, ids in labels})

    def _make_variances(self) -> None:
        named: dict[str, object] = {}
        if self.calibration:
            group, other, value = zip(*self.calibration.projection, strict=True)
            self.con.register(
                "projected", pa.table({"group_id": group, "from_group_id": other, "value": value})
            )
            self._table("sample_cell", "survey_sample", "sampled")
            named = {"sample": "sample_cell", "projection": "projected"}
        self._table("domain", "survey_domains", "cell", self.keys, self.clustered)
        self._table("part", "survey_parts", "cell", "domain", self.keys, **named)
        self._table(
            "variance",
            "survey_variance",
            "part",
            self.keys,
            "stratum",
            self.clustered,
            clusters="cluster_" if self.two_stages else None,
        )
        self.con.execute(
            "create table share as select *, sqrt(variance) as se "
            f"from domain left join variance using ({', '.join(self.keys)})"
        )
