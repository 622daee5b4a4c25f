"""Stopping before a changed API rewrites the history.

What belongs here: what a batch's answers must not look like. What does not: single wrong
values, which are quarantined (`decode.py`).
"""

from collections.abc import Sequence

import duckdb

from ingestion.history import current_sql, id_list
from ingestion.kolada.client import KoladaError
from ingestion.kolada.decode import Rejection
from ingestion.kolada.tables import KPI, SCHEMA, ReadingTable

# A batch in which this share of the values cannot be read has met another API, not a few
# wrong values; 100 keeps small loads from being refused for one of them.
REJECTED_SHARE, REJECTED_LEAST = 0.05, 100


def refuse_unreadable(
    con: duckdb.DuckDBPyConnection, answered: str, rejections: Sequence[Rejection]
) -> None:
    """Refuse a batch of which too much could not be read.

    Args:
        con: Connection to the raw file.
        answered: SQL of the rows that could be read.
        rejections: Values that could not.

    Raises:
        KoladaError: Says how many, and the first reason.
    """
    rejected = len(rejections)
    if rejected < REJECTED_LEAST:
        return
    row = con.execute(f"select count(*) from ({answered})").fetchone()
    read = row[0] if row else 0
    if rejected > REJECTED_SHARE * (read + rejected):
        raise KoladaError(
            f"{rejected} of {read + rejected} values could not be read, "
            f"the first because: {rejections[0].reason}.",
            "Nothing of this batch was loaded; the API may have changed.",
        )


def refuse_silence(
    con: duckdb.DuckDBPyConnection, table: ReadingTable, answered: str, kpis: Sequence[str]
) -> None:
    """Refuse a batch in which a KPI that Kolada lists has lost all its values.

    Kolada answers wrong parameters with an empty list; that must not read as a withdrawal.

    Args:
        con: Connection to the raw file.
        table: The raw table that the values are for.
        answered: SQL of the rows that were read.
        kpis: The batch's KPIs.

    Raises:
        KoladaError: Names the KPIs.
    """
    asked = id_list(kpis)
    row = con.execute(
        f"""
        select string_agg(distinct id, ', ' order by id) from ({current_sql(KPI)})
        where {table.offered} and id in ({asked})
          and id in (select distinct kpi from {SCHEMA}.{table.name} where kpi in ({asked}))
          and id not in (select distinct kpi from ({answered}))
        """
    ).fetchone()
    if row and row[0]:
        raise KoladaError(
            f"Kolada lists {row[0]} but gave none of its values, which are known here.",
            "Nothing of this batch was loaded; try again later.",
        )
