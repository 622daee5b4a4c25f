"""Recorded pages of Kolada's API on disk.

What belongs here: finding the recorded values, writing them down as the API's pages, and a
client that reads those pages back. What does not: what is done with them.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgspec

from ingestion.kolada.client import KoladaClient, PageT
from ingestion.kolada.plan import batches
from ingestion.kolada.replay.process import replay_process
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT
from warehouse.register import register_ids


class _Envelope(msgspec.Struct):
    next_url: str | None


@dataclass(frozen=True)
class Recording:
    """Pages of one complete reading.

    Args:
        folder: Holds `pages/*.json` and `index.json`.
        kpis: KPIs that were asked for.
        areas: Areas that were asked for.
        files: Page files of each request path, in order.
    """

    folder: Path
    kpis: list[str]
    areas: list[str]
    files: dict[str, list[str]]

    @classmethod
    def open(cls, folder: Path | str) -> "Recording":
        """Read the index of a recording."""
        index = json.loads((Path(folder) / "index.json").read_text(encoding="utf-8"))
        return cls(Path(folder), **index)

    @property
    def pages(self) -> list[Path]:
        """All page files, in the order in which they were answered."""
        return sorted((self.folder / "pages").glob("*.json"))


class RecordedClient(KoladaClient):
    """A client whose answers lie on disk; it asks nobody."""

    def __init__(self, recording: Recording) -> None:
        super().__init__("http://127.0.0.1/v3", "benchmark")
        self._recording = recording

    def pages(self, path: str, decode: Callable[[bytes], PageT]) -> Iterator[PageT]:
        """Decode the pages of a recorded request."""
        for name in self._recording.files[path]:
            yield decode((self._recording.folder / "pages" / name).read_bytes())


def snapshot() -> Path:
    """The folder of recorded Kolada data, which is never part of the project.

    Raises:
        JamlikError: It is not there.
    """
    shared = Path(os.environ.get("JAMLIK_SHARED") or PROJECT_ROOT.parent / "shared").resolve()
    folder = shared / "data" / "kolada"
    if not folder.is_dir():
        raise JamlikError(
            f"Recorded Kolada data are not at {folder}.",
            "Set JAMLIK_SHARED, or place 'shared' beside the project.",
        )
    return folder


def record(folder: Path, *, full: bool) -> Recording:
    """Write the pages down, unless the folder has them already.

    Args:
        folder: Where to.
        full: All KPIs with values rather than the register's.
    """
    if (folder / "index.json").exists():
        return Recording.open(folder)
    source = snapshot()
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    kpis = _kpis_with_values(source) if full else register_ids()
    municipalities = json.loads((source / "municipality_v3.json").read_text(encoding="utf-8"))
    areas = sorted(area["id"] for area in municipalities["values"])
    files: dict[str, list[str]] = {}
    count = 0

    def keep(body: bytes) -> _Envelope:
        nonlocal count
        name = f"{count:06}.json"
        (folder / "pages" / name).write_bytes(body)
        files[path].append(name)
        count += 1
        return msgspec.json.decode(body, type=_Envelope)

    with replay_process(source) as base_url:
        client = KoladaClient(base_url, "benchmark")
        for path in (path for batch in batches(kpis, areas) for path in batch.paths):
            files[path] = []
            for _ in client.pages(path, keep):
                pass
        client.close()
    index = {"kpis": kpis, "areas": areas, "files": files}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return Recording.open(folder)


def _kpis_with_values(source: Path) -> list[str]:
    rows = duckdb.execute(
        f"select distinct kpi from read_parquet('{source / 'values.parquet'}') order by kpi"
    ).fetchall()
    return [kpi for (kpi,) in rows]
