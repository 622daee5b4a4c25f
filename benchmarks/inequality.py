"""Speed of the inequality macros, beside a hand-written query, pandas and a plain loop.

What belongs here: generated groups and the four ways to measure them. What does not:
correctness (`tests/statistics`), though all four must agree on a checksum.
"""

import math
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import in_child, print_table, verdict
from warehouse.statistics.macros import render

# As many result sets and groups as 1 892 KPIs have: 614 000 and 9 million.
SETS = 614_000
SAMPLE = 6_000
CLOSED = ["d", "r", "sii", "rii", "aci", "rci", "bgv", "ti", "mld", "par", "paf"]
COMPARED = ("bgv", "sii", "ti", "mdmw")

# What one would write for one purpose: complete groups, no ties, no reasons.
HAND_WRITTEN = """
with mean as (
    select set_id, sum(population) as n, sum(population * estimate) / sum(population) as mu,
        arg_max(estimate, group_order) as top, arg_min(estimate, group_order) as bottom,
        arg_max(se, group_order) as s_top, arg_min(se, group_order) as s_bottom
    from groups group by set_id
), ranked as (
    select set_id, estimate as y, se as s, population as p,
        sum(population) over (partition by set_id order by group_order) - population / 2 as c
    from groups
), summed as (
    select r.set_id, any_value(top) as top, any_value(bottom) as bottom, any_value(mu) as mu,
        any_value(s_top) as s_top, any_value(s_bottom) as s_bottom,
        sum(p / n * (y - mu) ** 2) as bgv, sum(p / n * abs(y - mu)) as mdmw,
        1000 * sum(p / n * y / mu * ln(y / mu)) as ti, -1000 * sum(p / n * ln(y / mu)) as mld,
        sum((p / n * s) ** 2) as v_w, sum((p / n * s * (y - mu)) ** 2) as v_wd,
        sum((p / n) ** 2 * s ** 4) as v4, sum((p / n) ** 3 * s ** 4) as v43,
        sum((p / n * s * ln(y / mu)) ** 2) as v_l, sum((p / n * s * (1 - mu / y)) ** 2) as v_h,
        sum(p / n * (c / n - 0.5) ** 2) as sxx, sum(p / n * (c / n - 0.5) * y) as sxy,
        sum((p / n * s * (c / n - 0.5)) ** 2) as v_xx,
        sum((p / n * s) ** 2 * (c / n - 0.5)) as v_x
    from ranked as r join mean using (set_id) group by r.set_id
)
select set_id, top - bottom as d, top / bottom as r, sxy / sxx as sii, 2 * sxy as aci,
    (mu + sxy / sxx / 2) / (mu - sxy / sxx / 2) as rii, 2 * sxy / mu as rci, bgv, ti, mld, mdmw,
    greatest(top - mu, 0) as par, 100 * (top / mu - 1) as paf, sqrt(v_xx) / sxx as se_sii,
    sqrt(s_top ** 2 + s_bottom ** 2) as se_d, sqrt(4 * v_wd + 2 * (v_w ** 2 + v4 - 2 * v43)) as se,
    sqrt(v_l) as se_ti, sqrt(v_h) as se_mld, sqrt(v_x + v_w) as se_rci
from summed
"""


def _groups(path: Path | str, sets: int) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(
            "create table groups as select s as set_id, j as group_no, "
            "20 + (hash(s, j) % 10000) / 1e3 + j * 0.3 as estimate, "
            "1 + (hash(j, s) % 1000) / 1e3 as se, (1000 + hash(s, j, 1) % 50000)::double as "
            "population, j::int as group_order, false as is_reference, 1 as polarity, "
            "0e0 as scale_min, 100e0 as scale_max, true as is_ordered, null::double as "
            "setting_average from range(1, ? + 1) as t(s), range(1, 17) as u(j) "
            "where j < 15 + s % 3",
            [sets],
        )


def in_sql(path: str, sql: str) -> Generator[None, None, dict[str, Any]]:
    """One query on all sets, its result kept in a table."""
    with duckdb.connect(path, config={"threads": 2, "memory_limit": "8GB"}) as con:
        yield
        con.execute(f"create temp table result as {sql}")
        yield
        names = {column[0] for column in con.table("result").description}
        if "measure" in names:
            rows = con.execute(
                "select measure, sum(estimate) from result group by measure"
            ).fetchall()
            return dict(rows)
        sums = ", ".join(f"sum({name})" for name in COMPARED)
        row = con.execute(f"select {sums} from result").fetchone() or ()
        return dict(zip(COMPARED, row, strict=True))


def in_pandas(path: str, sets: int) -> Generator[None, None, dict[str, Any]]:
    """groupby().apply() with numpy formulas."""
    import numpy as np
    import pandas as pd

    with duckdb.connect(path, read_only=True) as con:
        frame = con.execute(f"select * from groups where set_id <= {sets}").df()

    def measures(group: pd.DataFrame) -> pd.Series:
        group = group.sort_values("group_order")
        y, p = group["estimate"].to_numpy(), group["population"].to_numpy()
        s, w = group["se"].to_numpy(), p / p.sum()
        mu, v = (w * y).sum(), (w * s) ** 2
        x, log, away = np.cumsum(w) - w / 2 - 0.5, np.log(y / mu), y - mu
        sxx, sxy = (w * x * x).sum(), (w * x * y).sum()
        low, high, theil = mu - sxy / sxx / 2, mu + sxy / sxx / 2, (w * y / mu * log).sum()
        k = w * x / sxx
        last = np.arange(len(y)) == len(y) - 1
        noise = 2 * (v.sum() ** 2 - (v**2).sum() + (v * (1 - w) ** 2 * s**2).sum())
        values = {
            "d": y[-1] - y[0],
            "r": y[-1] / y[0],
            "sii": sxy / sxx,
            "rii": high / low,
            "aci": 2 * sxy,
            "rci": 2 * sxy / mu,
            "bgv": (w * away**2).sum(),
            "ti": 1000 * theil,
            "mld": -1000 * (w * log).sum(),
            "mdmw": (w * abs(away)).sum(),
            "par": max(y[-1] - mu, 0),
            "paf": 100 * max(y[-1] / mu - 1, 0),
            "se_d": np.hypot(s[-1], s[0]),
            "se_r": np.hypot(s[-1] / y[-1], s[0] / y[0]),
            "se_sii": np.sqrt((k**2 * s**2).sum()),
            "se_rii": np.sqrt((((w + k / 2) / high - (w - k / 2) / low) ** 2 * s**2).sum()),
            "se_aci": np.sqrt((4 * x**2 * v).sum()),
            "se_rci": np.sqrt(((2 * x - 2 * sxy / mu) ** 2 * v).sum()) / mu,
            "se_bgv": np.sqrt(4 * (v * away**2).sum() + noise),
            "se_ti": 1000 * np.sqrt(((log - theil) ** 2 * v).sum()) / mu,
            "se_mld": 1000 * np.sqrt(((1 - mu / y) ** 2 * v).sum()) / mu,
            "se_par": np.sqrt((((last - w) * s) ** 2).sum()),
            "se_paf": 100 * np.sqrt((((last - w * y[-1] / mu) * s) ** 2).sum()) / mu,
        }
        return pd.Series(values)

    yield
    result = frame.groupby("set_id").apply(measures)
    yield
    return {name: float(result[name].sum()) for name in COMPARED}


def in_a_loop(path: str, sets: int) -> Generator[None, None, dict[str, Any]]:
    """Rows fetched one by one, sums in plain Python."""
    totals = dict.fromkeys(COMPARED, 0.0)
    with duckdb.connect(path, read_only=True) as con:
        yield
        rows = con.execute(
            f"select set_id, estimate, population from groups where set_id <= {sets} "
            "order by set_id, group_order"
        )
        found: dict[int, list[tuple[float, float]]] = defaultdict(list)
        while row := rows.fetchone():
            found[row[0]].append(row[1:])
        for group in found.values():
            n = sum(p for _, p in group)
            mu = sum(p * y for y, p in group) / n
            below = sxx = sxy = 0.0
            for y, p in group:
                x, w = (below + p / 2) / n - 0.5, p / n
                below += p
                sxx += w * x * x
                sxy += w * x * y
                totals["bgv"] += w * (y - mu) ** 2
                totals["ti"] += 1000 * w * y / mu * math.log(y / mu)
                totals["mdmw"] += w * abs(y - mu)
            totals["sii"] += sxy / sxx
    yield
    return totals


def measure(work: Path, *, full: bool) -> None:
    """Print times and memory; with `--all` also of ten times the rows."""
    path, sample = work / "groups.duckdb", work / "groups-sample.duckdb"
    for file, sets in ((path, SETS), (sample, SAMPLE)):
        file.unlink(missing_ok=True)
        _groups(file, sets)
    closed = render("inequality_measures", "groups", [*CLOSED, "mdmw"])
    everything = render("inequality_measures", "groups")
    hand = in_child(in_sql, path, HAND_WRITTEN)
    macros = in_child(in_sql, path, closed)
    whole = in_child(in_sql, path, everything)
    _require_same(hand.result, macros.result)
    small = in_child(in_sql, sample, HAND_WRITTEN)
    pandas, loop = in_child(in_pandas, sample, SAMPLE), in_child(in_a_loop, sample, SAMPLE)
    _require_same(small.result, pandas.result)
    _require_same(small.result, loop.result)
    scale = SETS / SAMPLE
    print_table(
        [f"{SETS} sets, 9 million groups", "seconds", "CPU s", "peak MiB"],
        [
            ["hand-written query, closed forms", *_cells(hand)],
            ["macros, closed forms, reasons, long", *_cells(macros)],
            ["macros, all measures", *_cells(whole)],
            [f"pandas groupby-apply (from {SAMPLE} sets)", f"{pandas.wall * scale:.0f}", "", ""],
            [f"loop over rows (from {SAMPLE} sets)", f"{loop.wall * scale:.0f}", "", ""],
        ],
    )
    print(verdict("macros / hand-written", macros.wall / hand.wall, 6, "", at_least=False))
    print(verdict("pandas / macros", pandas.wall * scale / macros.wall, 50, "", at_least=True))
    if full:
        many = work / "groups-10.duckdb"
        many.unlink(missing_ok=True)
        _groups(many, 10 * SETS)
        ten = in_child(in_sql, many, closed)
        print(verdict("10 times the rows", ten.wall / macros.wall, 12, " times", at_least=False))


def _cells(one: Any) -> list[str]:
    return [f"{one.wall:.1f}", f"{one.cpu:.1f}", f"{one.peak:.0f}"]


def _require_same(first: dict[str, float], second: dict[str, float]) -> None:
    for name in COMPARED:
        if not math.isclose(first[name], second[name], rel_tol=1e-9):
            raise ValueError(f"{name}: {first[name]} and {second[name]}")
