"""The five-point trend test on series whose truth is known: false alarms and power.

What belongs here: how often the test calls a trend, with and without widening by
overdispersion. What does not: speed, and tests; the figures stand in
docs/statistics_areas.md.
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.statistics.macros import render

SERIES = 100_000
EXTRA = (0.0, 0.5, 1.0, 2.0)
SLOPES = (0.0, 0.5, 1.0, 1.5, 2.0)


def measure(work: Path, *, full: bool = False) -> None:
    """Print the share of series called increasing or decreasing, in percent.

    Args:
        work: Not used; the series are drawn.
        full: Not used.
    """
    del work, full
    print("5 points of se 1; slope per point and true scatter between years, both in se;")
    print(f"{SERIES} series each; sampling error only / widened by overdispersion")
    print("scatter  " + "".join(f"slope {slope:<9g}" for slope in SLOPES))
    for extra in EXTRA:
        shares = [
            f"{called(slope, extra, False):.2f} / {called(slope, extra, True):.2f}"
            for slope in SLOPES
        ]
        print(f"{extra:<9g}" + "".join(f"{share:<15}" for share in shares))


def called(slope: float, extra: float, widen: bool) -> float:
    """Percent of series with a trend found.

    Args:
        slope: True slope per point, in standard errors.
        extra: Standard deviation of true scatter between years, in standard errors.
        widen: Divide by the estimated overdispersion.
    """
    t = np.tile(np.arange(5), SERIES)
    scatter = np.random.default_rng(1).normal(0, np.hypot(1, extra), t.size)
    table = pa.table(
        {"k": np.repeat(np.arange(SERIES), 5), "t": t, "y": slope * t + scatter, "s": t * 0 + 1.0}
    )
    sql = render("trend_of_estimates", "series_drawn", ["k"], "t", "y", "s", widen=widen)
    with duckdb.connect() as con:
        con.register("series_drawn", table)
        found = con.execute(
            f"select 100 * avg(case when trend in ('increasing', 'decreasing') then 1.0 else 0 end)"
            f" from ({sql}) as t"
        ).fetchone()
    assert found
    return float(found[0])
