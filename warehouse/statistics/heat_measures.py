"""Measures of inequality for a table in HEAT Plus layout: `jamlik inequality`.

What belongs here: running the SQL macros over checked groups and writing the result. What
does not: reading (`heat.py`) and formulas (`dbt_project/macros/statistics/inequality*.sql`).
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.errors import InputError, JamlikError
from warehouse.statistics.heat import SET_KEYS, Group, read
from warehouse.statistics.macros import render

RESULTS = (
    *("measure", "estimate", "se", "ci_lower", "ci_upper", "ci_method", "n_groups", "reason"),
    *("gap_size", "gap_direction"),
)
SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("set_id", "group_no", "group_order", "polarity")),
        *((name, pa.bool_()) for name in ("is_reference", "is_ordered")),
        *((name, pa.float64()) for name in ("estimate", "se", "population")),
        *((name, pa.float64()) for name in ("scale_min", "scale_max", "setting_average")),
    ]
)
ONLY_DRAWS = "no closed interval, only draws"
# Draws of groups at a time: 60 bytes each, so that 1 000 draws of any table fit 0.5 GB.
AT_A_TIME = 4_000_000


def inequality(
    source: Path, target: Path, confidence: float = 95.0, draws: int = 1000, seed: int = 1
) -> int:
    """Write all measures of all result sets of a table.

    Args:
        source: CSV in HEAT Plus layout.
        target: CSV to write, replaced as a whole when all went well.
        confidence: Of the intervals, in percent.
        draws: For measures without a closed interval; 0 for none.
        seed: Of the draws.

    Returns:
        The number of rows written.

    Raises:
        JamlikError: An option cannot be used, the table breaks a rule, or the target cannot
            be written; no file is left then.
    """
    _check_options(confidence, draws, seed)
    groups = read(source)
    keys = sorted({group.key for group in groups})
    rows = measures(table(groups), confidence, draws, seed)
    return write_csv(
        target, (*SET_KEYS, *RESULTS), ((*keys[set_id - 1], *row) for set_id, *row in rows)
    )


def _check_options(confidence: float, draws: int, seed: int) -> None:
    for name, value, holds, rule in (
        ("--confidence", confidence, 50 <= confidence < 100, "from 50 to below 100"),
        ("--draws", draws, draws == 0 or 100 <= draws <= 100_000, "0, or 100 to 100 000"),
        ("--seed", seed, 0 <= seed < 2**31 - 1, "from 0 to 2147483646"),
    ):
        if not holds:
            raise InputError(f"{name} {value} cannot be used.", f"It must be {rule}.")


def table(groups: Sequence[Group]) -> pa.Table:
    """The groups as the macros want them; sets and groups are numbered in order of names.

    The numbers decide ties and seed the draws, so the order of the rows changes nothing.
    """
    keys = sorted({group.key for group in groups})
    sets = {key: n for n, key in enumerate(keys, 1)}
    rows: list[dict[str, Any]] = []
    group_no = 0
    for group in sorted(groups, key=lambda one: (one.key, one.subgroup)):
        group_no = group_no + 1 if rows and rows[-1]["set_id"] == sets[group.key] else 1
        scale = group.numbers["indicator_scale"]
        rows.append(
            {
                **{name: group.numbers[name] for name in ("estimate", "se", "population")},
                "set_id": sets[group.key],
                "group_no": group_no,
                "group_order": group.order,
                "polarity": 1 if group.is_favourable else -1,
                "is_reference": group.is_reference,
                "is_ordered": group.is_ordered,
                "scale_min": None if scale is None else 0.0,
                "scale_max": scale,
                "setting_average": group.numbers["setting_average"],
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def measures(groups: pa.Table, confidence: float, draws: int, seed: int) -> list[tuple[Any, ...]]:
    """Run the macros.

    Returns:
        set_id and the columns of `RESULTS`, by set_id and measure.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 200)
    with duckdb.connect() as con:
        con.register("given", groups)
        con.execute("create table groups as select * from given")
        con.execute(f"create table closed as {render('inequality_measures', 'groups', z=repr(z))}")
        con.execute("create table drawn (set_id bigint, measure varchar, low double, high double)")
        for first, last in _portions(con, draws) if draws else ():
            part = (
                f"(select * from groups where set_id between {first} and {last} and set_id in "
                f"(select set_id from closed where reason = '{ONLY_DRAWS}'))"
            )
            tail = f"{(1 - confidence / 100) / 2:.15g}"
            con.execute(f"insert into drawn {render('inequality_draws', part, draws, seed, tail)}")
        return con.execute(
            f"select set_id, {', '.join(RESULTS)} from "
            f"({render('inequality_with_draws', 'closed', 'drawn')}) order by set_id, measure"
        ).fetchall()


def _portions(con: duckdb.DuckDBPyConnection, draws: int) -> Iterator[tuple[int, int]]:
    """Ranges of sets whose draws fit the memory; a larger set stands alone."""
    first, last, size = 1, 0, 0
    for set_id, n in con.execute(
        "select set_id, count(*) from groups group by set_id order by set_id"
    ).fetchall():
        if size and (size + n) * draws > AT_A_TIME:
            yield first, last
            first, size = set_id, 0
        last, size = set_id, size + n
    yield first, last


def write_csv(target: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> int:
    """Write a file as a whole, or not at all.

    Returns:
        The number of rows below the header.

    Raises:
        JamlikError: The file cannot be written.
    """
    count = 0
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        temporary = Path(name)
        with open(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                count += 1
                writer.writerow(["" if cell is None else cell for cell in row])
        # mkstemp gives 0600; a result is as open as any new file.
        temporary.chmod(0o666 & ~_umask())
        os.replace(temporary, target)
    except OSError as error:
        raise JamlikError(f"{target} cannot be written ({error.strerror}).") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return count


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
