"""dbt's way to the restricted files of surveys: a dbt-duckdb plugin, named in `profiles.yml`.

What belongs here: attaching them to dbt's connection. What does not: what models do with them.

Nothing of a key reaches dbt's settings, environment, log or `target/`: it goes from its file
into a bound parameter.
"""

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.environments import local
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from ingestion.delivered.dbt_cursor import SilentCursor
from ingestion.delivered.provenance import refuse_plain_hashes
from ingestion.delivered.store import is_there, make_empty
from warehouse.sealed.keys import KeyFolder, key_folder_of
from warehouse.sealed.store import attach_sealed, load_crypto


class Plugin(BasePlugin):
    """Attaches each store, read-only; one that was never made as empty tables in memory."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read what `profiles.yml` says.

        Args:
            plugin_config: `stores`, path by source.
        """
        self._stores = {source: Path(path) for source, path in plugin_config["stores"].items()}
        if any(is_there(path) and _origin(path) != "demo" for path in self._stores.values()):
            # dbt-duckdb lets nobody choose the cursor; it takes the one of this name.
            local.DuckDBCursorWrapper = SilentCursor  # type: ignore[misc]

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Attach the stores.

        Raises:
            JamlikError: A store's key or seal is not right.
        """
        # This process is dbt's own: whatever it writes from here on is the owner's only.
        os.umask(0o077)
        # What a query spills holds rows about people, whichever file it came from.
        load_crypto(conn)
        conn.execute("set temp_file_encryption = true")
        found = conn.execute("select database_name from duckdb_databases()").fetchall()
        for source, path in self._stores.items():
            if (source,) in found:
                continue
            if is_there(path):
                attach_sealed(conn, path, _keys(path), source)
                refuse_plain_hashes(conn, source)
            else:
                make_empty(conn, source)


def _origin(path: Path) -> str:
    return path.stem.rpartition("_")[2]


def _keys(path: Path) -> KeyFolder:
    """The folder of a store's keys, found as the pipeline finds it."""
    key_dir = os.environ.get("JAMLIK_KEY_DIR")
    data_dir = path.resolve().parents[1]
    return key_folder_of(_origin(path), data_dir, Path(key_dir) if key_dir else None)
