"""Kolada's API from a snapshot folder, served on loopback.

What belongs here: joining the snapshot, its DuckDB connection and the server. What does not:
sockets (`ingestion/http/server.py`), what is answered (`api.py`) and faults (`faults.py`).
"""

import json
import tempfile
from pathlib import Path

import duckdb

from ingestion.http.server import Answer, LoopbackServer
from ingestion.kolada.replay.api import ROOT, Api
from ingestion.kolada.replay.faults import Fault, FaultPlan, change_page
from ingestion.kolada.replay.snapshot import open_snapshot


class ReplayServer(LoopbackServer[Fault]):
    """Serves one snapshot folder from threads of this process until closed.

    Usable as a context manager. A speed test should run it as a child process instead
    (`replay_process`), since it shares the interpreter lock with its client here.

    Args:
        folder: The snapshot folder.
        faults: What goes wrong, if anything; may be replaced while running (`.faults`).
        port: TCP port on 127.0.0.1; 0 takes a free one.
        seed: Decides the gender order inside items.

    Raises:
        SnapshotError: The folder cannot be served.
        OSError: The port is taken.
    """

    def __init__(
        self, folder: Path, faults: FaultPlan | None = None, port: int = 0, seed: int = 0
    ) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="jamlik-replay-")
        self._con = _connect(self._spill.name)
        try:
            self._api = Api(open_snapshot(Path(folder).resolve(), self._con), self._con, seed)
            super().__init__(faults or FaultPlan(), port, ROOT)
        except BaseException:
            self._con.close()
            self._spill.cleanup()
            raise

    def close(self) -> None:
        """Stop serving; may be called twice."""
        super().close()
        with self.lock:
            self._con.close()
        self._spill.cleanup()

    def answer(self, target: str, question: bytes = b"") -> Answer:
        """The faultless answer to a request."""
        with self.lock:
            try:
                return self._api.answer(target, self.origin)
            except duckdb.Error as error:
                # The snapshot was replaced or memory ran out while serving: say so.
                detail = f"The replay server failed: {error}"
                return Answer(500, json.dumps({"detail": detail}).encode())

    def changed(self, fault: Fault, answer: Answer, target: str) -> Answer:
        """The page as the fault makes it."""
        page = change_page(fault, json.loads(answer.body), self.origin + target)
        return Answer(answer.status, json.dumps(page, ensure_ascii=False).encode())


def _connect(spill: str) -> duckdb.DuckDBPyConnection:
    # One thread: the second core is the client's. 160 MB keep the process below 350 MB with
    # 9 million rows on disk.
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "160MB",
        "temp_directory": spill,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(config=config)
