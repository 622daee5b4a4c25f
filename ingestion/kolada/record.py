"""Storing Kolada's answers as a snapshot folder that the replay server serves.

What belongs here: writing the five files, and two more when units are asked for. What does
not: asking (`client.py`) and serving (`replay/`).
"""

import json
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.kolada.client import KoladaClient, KoladaError
from ingestion.kolada.decode import decode_values
from ingestion.kolada.plan import Batch, Progress, batches
from ingestion.kolada.source import MetadataPage, decode_metadata
from ingestion.kolada.tables import OU_READING, READING, ReadingTable
from warehouse.errors import JamlikError
from warehouse.register import register_ids
from warehouse.settings import Settings

METADATA_FILES = {
    "kpi": "kpi_v3.json",
    "municipality": "municipality_v3.json",
    "municipality_groups": "municipality_groups_v3.json",
    "kpi_groups": "kpi_groups.json",
}
UNITS_FILE = {"ou": "ou_v3.json"}


def record(settings: Settings, base_url: str, folder: Path) -> int:
    """Record metadata, and the values of the KPIs that the settings name.

    Args:
        settings: KPIs, contact and rate.
        base_url: The API.
        folder: A folder that does not exist yet; made whole or not at all.

    Returns:
        Number of values recorded.

    Raises:
        JamlikError: The folder exists, or an answer was not usable.
    """
    if folder.exists():
        raise JamlikError(f"{folder} exists already.", "Name a new folder.")
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    client = KoladaClient(base_url, settings.contact, settings.kolada_rate)
    try:
        files = METADATA_FILES | (UNITS_FILE if settings.ou_kpi_list else {})
        items = {
            name: _record_metadata(client, name, making / file) for name, file in files.items()
        }
        listed = [item["id"] for item in items["kpi"]]
        kpis = settings.kpi_list or (register_ids() if settings.kpis == "register" else listed)
        areas = [item["id"] for item in items["municipality"]]
        values = _record_values(client, READING, batches(kpis, areas), making / "values.parquet")
        if settings.ou_kpi_list:
            units = [item["id"] for item in items["ou"]]
            plan = batches(settings.ou_kpi_list, units, OU_READING)
            values += _record_values(client, OU_READING, plan, making / "ou_values.parquet")
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    finally:
        client.close()
    return values


def _record_metadata(client: KoladaClient, endpoint: str, file: Path) -> list[dict[str, Any]]:
    pages: list[MetadataPage] = list(client.pages(endpoint, decode_metadata))
    items = [item for page in pages for item in page.items]
    text = json.dumps({"values": items, "count": len(items)}, ensure_ascii=False, indent=0)
    file.write_text(text, encoding="utf-8")
    return items


def _record_values(
    client: KoladaClient, table: ReadingTable, plan: Sequence[Batch], file: Path
) -> int:
    """Values sorted as they were asked for: 25 KPIs stand together, which replay reads fast."""
    rows = 0
    decode = partial(decode_values, table=table)
    progress = Progress(sum(len(batch.paths) for batch in plan))
    with pq.ParquetWriter(file, table.schema, compression="zstd") as writer:
        for batch in plan:
            for path in batch.paths:
                pages: list[pa.Table] = []
                for page in client.pages(path, decode):
                    if page.rejections:
                        first = page.rejections[0]
                        raise KoladaError(
                            f"{first.kpi} {first.place} {first.period}: {first.reason}.",
                            "A recording holds right answers only; load them to quarantine this.",
                        )
                    pages.append(page.table)
                answer = pa.concat_tables(pages)
                writer.write_table(answer)
                rows += answer.num_rows
                progress.advance(answer.num_rows)
    return rows
