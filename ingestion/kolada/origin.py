"""Where Kolada is asked: the real API, a recorded snapshot, or generated values.

What belongs here: turning the setting into an address, and the server's life where the
address is on loopback. What does not: asking (`client.py`).

No origin falls back to another: what cannot be had is an error.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.kolada.replay.demo import write_demo_snapshot
from ingestion.kolada.replay.process import replay_process
from warehouse.paths import Paths
from warehouse.register import REGISTER
from warehouse.settings import Settings, SettingsError


@contextmanager
def kolada_api(settings: Settings) -> Iterator[str]:
    """Give the base address of the API that the settings name.

    Raises:
        SettingsError: A replay without a snapshot folder.
        JamlikError: The snapshot folder lacks a file or has a damaged one.
    """
    if settings.kolada == "live":
        yield settings.kolada_url
        return
    if settings.kolada == "demo":
        folder = _demo_snapshot(settings.paths)
    elif settings.snapshot:
        folder = settings.snapshot
    else:
        raise SettingsError("KOLADA=replay needs a snapshot folder.", "Add SNAPSHOT=<folder>.")
    with replay_process(folder) as base_url:
        yield base_url


def _demo_snapshot(paths: Paths) -> Path:
    """Generated values for the register as it is; made again when its recipe changes."""
    recipe = hashlib.sha256()
    for path in sorted([REGISTER, *(Path(__file__).parent / "replay").glob("*[yv]")]):
        recipe.update(path.read_bytes())
    folder = paths.tmp / f"demo-{recipe.hexdigest()[:12]}"
    if not (folder / "complete").exists():
        write_demo_snapshot(folder, REGISTER)
        (folder / "complete").touch()
    return folder
