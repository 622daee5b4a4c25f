"""Where Folkhälsodata is asked: the real API, a folder of tables, or generated ones.

What belongs here: turning the setting into an address, and the server's life where the address is
on loopback. What does not: asking (`client.py`).

No origin falls back to another: what cannot be had is an error.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.folkhalsodata.catalogue import CATALOGUE, catalogue
from ingestion.folkhalsodata.replay.server import PxwebServer
from warehouse.errors import SettingsError
from warehouse.paths import PROJECT_ROOT
from warehouse.register import ITEMS
from warehouse.settings import Settings

# What generated tables depend on besides the region.
RECIPE = (
    "ingestion/folkhalsodata/replay/demo.py",
    "ingestion/survey_truth.py",
    "ingestion/hlv/generate.py",
    "ingestion/hlv/generate_questions.py",
    "ingestion/areas.csv",
)


@contextmanager
def folkhalsodata_api(settings: Settings) -> Iterator[str]:
    """Give the base address of the API that the settings name.

    Raises:
        SettingsError: The source is off.
        JamlikError: The folder of a replay cannot be served.
    """
    origin = settings.folkhalsodata_origin
    if origin == "live":
        yield settings.folkhalsodata_url
        return
    if origin == "demo":
        folder = _demo_tables(settings)
    elif origin == "replay" and settings.folkhalsodata_snapshot:
        folder = settings.folkhalsodata_snapshot
    else:
        raise SettingsError(
            "Folkhälsodata is off.", "Set FOLKHALSODATA to demo, replay or live to read it."
        )
    with PxwebServer(folder) as server:
        yield server.base_url


def _demo_tables(settings: Settings) -> Path:
    """Generated tables for the catalogue and region as they are; made again when either changes."""
    recipe = hashlib.sha256(settings.region.encode())
    for path in (CATALOGUE, ITEMS, *(PROJECT_ROOT / name for name in RECIPE)):
        recipe.update(path.read_bytes())
    folder = settings.paths.make().tmp / f"folkhalsodata-demo-{recipe.hexdigest()[:12]}"
    if not (folder / "complete").exists():
        # It brings pandas along, which a load of finished tables need not wait for.
        from ingestion.folkhalsodata.replay.demo import write_demo_tables

        shutil.rmtree(folder, ignore_errors=True)
        write_demo_tables(folder, catalogue(), settings.region)
        (folder / "complete").touch()
    return folder
