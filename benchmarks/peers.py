"""What a user would do instead of running jamlik: two scripts, timed on the same server.

What belongs here: a plain script with requests and pandas, and dlt's `rest_api` source with
its defaults, beside jamlik's own load. What does not: reading pages from disk (`ingest.py`).
"""

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

from benchmarks.contenders import summary
from benchmarks.measure import in_child, print_table
from benchmarks.recorded import record, snapshot
from ingestion.kolada.plan import batches
from ingestion.kolada.replay.process import replay_process
from warehouse.errors import JamlikError

Work = Generator[None, None, dict[str, Any]]

# dlt's defaults take minutes for all requests; the first two stand for its rate.
REST_API_REQUESTS = 2


def jamlik(base_url: str, work: str, kpis: list[str]) -> Work:
    """A whole load: metadata, values, history and books."""
    import duckdb

    from ingestion.kolada.load import load
    from warehouse.settings import load_settings

    settings = load_settings(
        data_dir=Path(work), kolada="replay", snapshot=snapshot(), kpis=",".join(kpis)
    )
    yield
    load(settings, base_url)
    yield
    with duckdb.connect(str(settings.paths.raw_kolada("replay")), read_only=True) as con:
        return summary(con, "raw_kolada.reading")


def requests_pandas(base_url: str, work: str, paths: list[str]) -> Work:
    """Ask page by page, flatten with pandas, store as a DuckDB table."""
    import duckdb
    import pandas as pd
    import requests

    session = requests.Session()
    yield
    frames = []
    for path in paths:
        url: str | None = f"{base_url}/{path}"
        while url:
            page = session.get(url, timeout=60).json()
            if page["values"]:
                frames.append(
                    pd.json_normalize(page["values"], "values", ["kpi", "municipality", "period"])
                )
            url = page["next_url"]
    frame = pd.concat(frames, ignore_index=True)
    con = duckdb.connect(f"{work}/pandas.duckdb")
    con.register("frame", frame)
    con.execute("create table reading as select * from frame")
    yield
    with con:
        return summary(con, "reading")


def rest_api(base_url: str, work: str, paths: list[str]) -> Work:
    """dlt's declarative source: it lands items, and genders in a child table."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    resources: list[Any] = [
        {
            "name": f"values_{number}",
            "table_name": "reading",
            "endpoint": {
                "path": path,
                "data_selector": "values",
                "paginator": {"type": "json_link", "next_url_path": "next_url"},
            },
        }
        for number, path in enumerate(paths)
    ]
    source = rest_api_source({"client": {"base_url": f"{base_url}/"}, "resources": resources})
    pipeline = dlt.pipeline(
        "peers",
        pipelines_dir=f"{work}/pipelines",
        destination=dlt.destinations.duckdb(f"{work}/rest_api.duckdb"),
        dataset_name="kolada",
    )
    yield
    pipeline.run(source)
    yield
    with pipeline.sql_client() as client:
        return summary(client.native_connection, "kolada.reading__values")


def measure(work: Path, *, full: bool) -> None:
    """Print seconds and values per second of each, on the register's KPIs."""
    recording = record(work / "pages-register", full=False)
    paths = [path for batch in batches(recording.kpis, recording.areas) for path in batch.paths]
    ways: list[tuple[str, Any, list[str]]] = [
        ("jamlik, with metadata and history", jamlik, recording.kpis),
        ("requests and pandas", requests_pandas, paths),
        ("dlt rest_api (sample)", rest_api, paths[:REST_API_REQUESTS]),
    ]
    rows, results = [], {}
    for name, contender, argument in ways:
        folder = work / "peers"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with replay_process(snapshot()) as base_url:
            one = in_child(contender, base_url, folder, argument)
        results[name] = one.result
        values = one.result["values"]
        cells = (one.wall, one.cpu, values / one.wall, one.peak)
        rows.append(
            [name, values, *(f"{x:.{n}f}" for x, n in zip(cells, (1, 1, 0, 0), strict=True))]
        )
    shutil.rmtree(folder)
    print_table(["way", "values", "wall s", "CPU s", "values/s", "peak MiB"], rows)
    if results["requests and pandas"] != results["jamlik, with metadata and history"]:
        raise JamlikError(f"The ways gave different values: {results}.")
