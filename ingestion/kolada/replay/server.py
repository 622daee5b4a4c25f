"""The HTTP/1.1 server on 127.0.0.1: connections, faults that concern them, counting.

What belongs here: everything about sockets and threads. What does not: what is answered
(`api.py`) and which request meets which fault (`faults.py`).
"""

import json
import socket
import struct
import sys
import tempfile
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any

import duckdb

from ingestion.kolada.replay.api import ROOT, Answer, Api
from ingestion.kolada.replay.faults import TRANSPORT_ACTIONS, Fault, FaultPlan, change_page
from ingestion.kolada.replay.snapshot import open_snapshot
from ingestion.kolada.replay.stats import Stats

STATS_PATH = "/_stats"


class ReplayServer:
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
        self.faults = faults or FaultPlan()
        self.stats = Stats()
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._spill = tempfile.TemporaryDirectory(prefix="jamlik-replay-")
        self._con = _connect(self._spill.name)
        try:
            self._api = Api(open_snapshot(Path(folder).resolve(), self._con), self._con, seed)
            self._http = _HttpServer(("127.0.0.1", port), self)
        except BaseException:
            self._con.close()
            self._spill.cleanup()
            raise
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="kolada-replay", daemon=True
        )
        self._thread.start()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What a client takes for the address of Kolada's API."""
        return self.origin + ROOT

    @property
    def requests(self) -> int:
        """Number of requests so far."""
        return self.stats.requests

    def close(self) -> None:
        """Stop serving; may be called twice."""
        if not self.closing.is_set():
            self.closing.set()
            self._http.shutdown()
            self._http.server_close()
            with self.lock:
                self._con.close()
            self._spill.cleanup()

    def __enter__(self) -> "ReplayServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, target: str) -> Answer:
        """The faultless answer to a request."""
        with self.lock:
            try:
                return self._api.answer(target, self.origin)
            except duckdb.Error as error:
                # The snapshot was replaced or memory ran out while serving: say so.
                detail = f"The replay server failed: {error}"
                return Answer(500, json.dumps({"detail": detail}).encode())

    def count(self, target: str, fault: Fault | None, status: int) -> None:
        """Note one request."""
        with self.lock:
            self.stats.add(target, fault.action if fault else None, status)


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


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], replay: ReplayServer) -> None:
        self.replay = replay
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own way looks up the host's name, which may ask the network.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        # Kept-alive connections too: a closed server must not answer on them.
        for request in tuple(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that hang up are what fault tests are about.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _HttpServer

    def setup(self) -> None:
        super().setup()
        with self.server.replay.lock:
            self.server.replay.stats.connections += 1

    def do_GET(self) -> None:
        replay = self.server.replay
        if self.path == STATS_PATH:
            with replay.lock:
                body = replay.stats.as_json()
            self._send(Answer(200, body))
            return
        fault = replay.faults.pick(self.path)
        if fault and fault.action == "silence":
            replay.closing.wait(fault.seconds)
        if fault and fault.action in TRANSPORT_ACTIONS and fault.action != "silence":
            replay.count(self.path, fault, _status_sent(fault))
            self._break(fault)
            return
        answer = replay.answer(self.path)
        if fault and fault.action != "silence" and answer.status == HTTPStatus.OK:
            page: dict[str, Any] = json.loads(answer.body)
            page = change_page(fault, page, replay.origin + self.path)
            answer = Answer(answer.status, json.dumps(page, ensure_ascii=False).encode())
        replay.count(self.path, fault, answer.status)
        self._send(answer)

    def _break(self, fault: Fault) -> None:
        """Carry out a fault of the connection or of the whole answer."""
        if fault.action == "reset":
            # Linger of 0 s makes close() send RST; the server's own shutdown() would send FIN.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
        elif fault.action == "cut":
            self._send(self.server.replay.answer(self.path), cut=True)
        elif fault.action == "text":
            page = "<html><body>Tillfälligt underhåll</body></html>".encode()
            self._send(Answer(200, page), content_type="text/html")
        else:
            wait = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            self._send(Answer(fault.status, b'{"detail":"fault on demand"}'), headers=wait)

    def _send(
        self,
        answer: Answer,
        *,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        cut: bool = False,
    ) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not printed."""


def _status_sent(fault: Fault) -> int:
    if fault.action == "reset":
        return 0
    return fault.status if fault.action == "status" else int(HTTPStatus.OK)
