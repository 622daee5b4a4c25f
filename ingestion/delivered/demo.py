"""The demonstration's survey files: generated once, then loaded like any others.

What belongs here: when they are made. What does not: what is in them (`hlv/generate.py`,
`lupp/generate.py`).
"""

import hashlib
import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingestion.delivered import store
from ingestion.delivered.load import LoadResult, load_into
from ingestion.delivered.reading import NOTHING_TOLD
from warehouse.paths import PROJECT_ROOT
from warehouse.sealed.keys import key_folder, sealed_name
from warehouse.sealed.store import remove_sealed
from warehouse.settings import Settings

Result = TypeVar("Result")

# What generated files depend on besides the region.
CODE = (
    "ingestion/survey_truth.py",
    "ingestion/*/generate*.py",
    "ingestion/*/shares.py",
    "ingestion/*/codebooks/*",
    "dbt_project/seeds/items.csv",
    "ingestion/delivered/*.py",
    "ingestion/elsa/*.py",
)


def load_demo(source: str, settings: Settings) -> list[LoadResult]:
    """Generate a source's files in a temporary folder and load them.

    Nothing is done when the store was made by the same code for the same region and key.

    Args:
        source: hlv or lupp.
        settings: Region and data folder.

    Returns:
        What became of each file; empty when nothing was done.
    """

    told = importlib.import_module(f"ingestion.{source}.generate").TOLD

    def load(files: list[Path]) -> list[LoadResult]:
        with store.open_store(source, settings) as con:
            return [
                load_into(con, path, source, settings, told.get(path.name, NOTHING_TOLD))
                for path in files
            ]

    return make_demo(source, settings, load)


def make_demo(
    source: str, settings: Settings, load: Callable[[list[Path]], list[Result]]
) -> list[Result]:
    """The same with another way to load, for a source that has its own.

    Args:
        source: Whose `generate` writes the files.
        settings: Region and data folder.
        load: Is handed the files, in a folder that is gone afterwards.
    """
    generate = importlib.import_module(f"ingestion.{source}.generate")
    mark = settings.paths.restricted(source, "demo").with_suffix(".made_by")
    state = _state(source, settings)
    if mark.exists() and mark.read_text(encoding="utf-8") == state:
        return []
    remove_sealed(settings.paths.restricted(source, "demo"))
    settings.paths.tmp.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=settings.paths.tmp) as folder:
        files = generate.write_demo_files(Path(folder), settings.region)
        results = load(files)
    mark.write_text(state, encoding="utf-8")
    return results


def _state(source: str, settings: Settings) -> str:
    key = key_folder(settings).read(sealed_name(source))
    digest = hashlib.sha256(f"{settings.region} {key.check}".encode())
    for pattern in CODE:
        for path in sorted(PROJECT_ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
