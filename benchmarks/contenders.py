"""Ways from recorded pages to a table of values, ours and others'.

What belongs here: one generator function per way (see `measure.py`). What does not:
comparing them (`ingest.py`). Each imports what it needs when it starts, so that its memory
is its own.
"""

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

Work = Generator[None, None, dict[str, Any]]

_PAGE_TYPE = """STRUCT(kpi VARCHAR, municipality VARCHAR, period INTEGER, "values" STRUCT(
    gender VARCHAR, "count" INTEGER, status VARCHAR, value DOUBLE, isdeleted BOOLEAN)[])[]"""

# Decoding something makes pyarrow import pandas, which is start-up and not work.
_NO_VALUES = b'{"values": [], "next_url": null}'


def jamlik(recording: str, work: str) -> Work:
    """The project's own way: decode, dlt, Parquet, change history and books, all batches.

    Only the metadata, which are 4 requests, are left out.
    """
    from benchmarks.recorded import RecordedClient, Recording
    from ingestion import history
    from ingestion.kolada import books
    from ingestion.kolada.decode import decode_values
    from ingestion.kolada.plan import Progress, batches
    from ingestion.kolada.reading import LoadContext, TableLoad
    from ingestion.kolada.tables import READING, TABLES
    from warehouse.connection import connect
    from warehouse.settings import load_settings

    recorded = Recording.open(recording)
    settings = load_settings(data_dir=Path(work), kolada="demo")
    planned = batches(recorded.kpis, recorded.areas)
    progress = Progress(sum(len(batch.paths) for batch in planned))
    with connect(Path(work) / "raw.duckdb", settings) as con:
        history.create_tables(con, TABLES)
        report = books.open_load(con, "demo", "benchmark", is_full=True)
        report.kpis[READING.name] = recorded.kpis
        context = LoadContext(con, RecordedClient(recorded), report, Path(work) / "landing")
        loading = TableLoad(context, READING, recorded.kpis, recorded.areas)
        decode_values(_NO_VALUES)
        yield
        loading.load_batches(planned, progress)
        yield
        return summary(con, "raw_kolada.reading")


def duckdb_json(recording: str, work: str, typed: bool) -> Work:
    """DuckDB's reader of JSON, into a plain table without history or checks.

    Args:
        recording: Folder of the recorded pages.
        work: Where the table is made.
        typed: Whether it is told the types, or finds them itself, as a script leaves it to.
    """
    import duckdb

    types = f", columns = {{'values': '{_PAGE_TYPE}'}}" if typed else ""
    with duckdb.connect(f"{work}/plain.duckdb", config={"threads": 2}) as con:
        yield
        con.execute(f"""
            create table reading as
            select item.kpi, item.municipality, item.period, unnest(item.values, recursive := true)
            from (
                select unnest("values") as item
                from read_json('{recording}/pages/*.json'{types})
            )
        """)
        yield
        return summary(con, "reading")


def decoding(recording: str, _: str) -> Work:
    """Our decoder alone: from bytes to Arrow tables, which are thrown away."""
    from benchmarks.recorded import Recording
    from ingestion.kolada.decode import decode_values

    pages = Recording.open(recording).pages
    decode_values(_NO_VALUES)
    rows = 0
    yield
    for page in pages:
        rows += decode_values(page.read_bytes()).table.num_rows
    yield
    return {"values": rows}


def dlt_dicts(recording: str, work: str, page_limit: int) -> Work:
    """dlt as its tutorial shows it: rows as dicts, its own defaults, into DuckDB."""
    import dlt

    pages = _pages(recording, page_limit)
    pipeline = dlt.pipeline(
        "dicts",
        pipelines_dir=f"{work}/pipelines",
        destination=dlt.destinations.duckdb(f"{work}/dicts.duckdb"),
        dataset_name="kolada",
    )
    yield
    pipeline.run(_rows(pages), table_name="reading")
    yield
    with pipeline.sql_client() as client:
        return summary(client.native_connection, "kolada.reading")


def pandas_script(recording: str, work: str) -> Work:
    """A plain script: json, pandas and one table in DuckDB."""
    import duckdb
    import pandas as pd

    pages = _pages(recording)
    yield
    frame = pd.concat(
        (
            pd.json_normalize(
                json.loads(page.read_text(encoding="utf-8"))["values"],
                "values",
                ["kpi", "municipality", "period"],
            )
            for page in pages
        ),
        ignore_index=True,
    )
    con = duckdb.connect(f"{work}/pandas.duckdb")
    con.execute("create table reading as select * from frame")
    yield
    del frame
    with con:
        return summary(con, "reading")


def _pages(recording: str, limit: int | None = None) -> list[Path]:
    return sorted((Path(recording) / "pages").glob("*.json"))[:limit]


def _rows(pages: list[Path]) -> Iterator[dict[str, Any]]:
    for page in pages:
        for item in json.loads(page.read_text(encoding="utf-8"))["values"]:
            values = item.pop("values")
            for value in values:
                yield {**item, **value}


def summary(con: Any, table: str) -> dict[str, Any]:
    """What must be the same for all: rows, values that are not null, and their exact sum."""
    rows, known, total = con.execute(
        f"select count(*), count(value), sum(value::decimal(38, 6))::varchar from {table}"
    ).fetchone()
    return {"values": rows, "known": known, "sum": total}
