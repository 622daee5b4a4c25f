"""`jamlik doctor`: what is in force, who holds what, what is stale.

What belongs here: reading the state of the house and putting it in words. What does not:
changing anything.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from warehouse import locks
from warehouse.paths import Paths
from warehouse.sealed.status import key_status
from warehouse.settings import Settings

TOOLS = ("dagster", "dbt-core", "dbt-duckdb", "dlt", "duckdb", "great-expectations", "pyarrow")
STALE_AFTER = timedelta(days=8)


def report(settings: Settings, remembered_keys: Callable[[Settings], Iterable[str]]) -> str:
    """The state of the house as text for a terminal.

    Args:
        settings: In force.
        remembered_keys: Lines on keys that stores remember; the stores are beyond this folder.
    """
    parts = [
        ("Settings", list(_settings(settings))),
        ("Versions", [f"{tool} {version(tool)}" for tool in TOOLS]),
        ("Keys", [*key_status(settings), *remembered_keys(settings)]),
        ("Locks", list(_locks(settings.paths))),
        ("Release", list(_release(settings.paths))),
    ]
    return "\n\n".join("\n  ".join([title, *lines]) for title, lines in parts)


def _settings(settings: Settings) -> Iterator[str]:
    for name, field in type(settings).model_fields.items():
        variable = str(field.validation_alias)
        origin = "set" if variable in os.environ else "default"
        yield f"{variable} = {getattr(settings, name)} ({origin}). {field.description}"


def _locks(paths: Paths) -> Iterator[str]:
    held = [lock for lock in sorted(paths.locks.rglob("*.lock")) if locks.is_held(lock)]
    for lock in held:
        yield f"{lock.relative_to(paths.locks)} held by {locks.holder(lock)}"
    if not held:
        yield "none held"


def _release(paths: Paths) -> Iterator[str]:
    if not paths.current.exists():
        yield "none published yet: make run"
        return
    manifest = json.loads((paths.current / "manifest.json").read_text(encoding="utf-8"))
    created = datetime.fromisoformat(manifest["created"])
    age = datetime.now(UTC) - created
    release = Path(os.readlink(paths.current)).name
    yield f"{release}, origin {manifest['origin']}, made {created:%Y-%m-%d %H:%M} UTC"
    if age > STALE_AFTER:
        yield f"STALE: {age.days} days old; Kolada is read weekly. Run `make run`."
    for table, facts in sorted(manifest["tables"].items()):
        yield f"{table}: {facts['rows']} rows"
