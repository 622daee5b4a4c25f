"""An HTTP/1.1 server on 127.0.0.1: connections, faults that concern them, counting.

What belongs here: everything about sockets and threads. What does not: what is answered, which each
source's server says, and which request meets which fault (`faults.py`).
"""

import socket
import struct
import sys
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Generic, Self

from ingestion.http.faults import TRANSPORT_ACTIONS, FaultPlan, FaultT, HttpFault
from ingestion.http.stats import Stats

STATS_PATH = "/_stats"


@dataclass(frozen=True)
class Answer:
    """What goes back to the client.

    Args:
        status: HTTP status.
        body: UTF-8 JSON.
    """

    status: int
    body: bytes


class LoopbackServer(ABC, Generic[FaultT]):
    """Answers from threads of this process until closed; usable as a context manager.

    Args:
        faults: What goes wrong; may be replaced while running (`.faults`).
        port: TCP port on 127.0.0.1; 0 takes a free one.
        root: Path that every address of the API begins with.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, faults: FaultPlan[FaultT], port: int, root: str) -> None:
        self.faults = faults
        self.stats = Stats()
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._root = root
        self._http = _HttpServer(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="loopback-server", daemon=True
        )
        self._thread.start()

    @abstractmethod
    def answer(self, target: str, question: bytes = b"") -> Answer:
        """The faultless answer to a request; called from several threads.

        Args:
            target: Path and query as sent.
            question: What was posted; empty for GET.
        """

    @abstractmethod
    def changed(self, fault: FaultT, answer: Answer, target: str) -> Answer:
        """An answer with status 200 as one of the source's own faults makes it."""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What a client takes for the address of the API."""
        return self.origin + self._root

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def count(self, target: str, fault: HttpFault | None, status: int) -> None:
        """Note one request."""
        with self.lock:
            self.stats.add(target, fault.action if fault else None, status)


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], replay: LoopbackServer[Any]) -> None:
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
        self._respond(b"")

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _respond(self, question: bytes) -> None:
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
            self._break(fault, question)
            return
        answer = replay.answer(self.path, question)
        if fault and fault.action != "silence" and answer.status == HTTPStatus.OK:
            answer = replay.changed(fault, answer, self.path)
        replay.count(self.path, fault, answer.status)
        self._send(answer)

    def _break(self, fault: HttpFault, question: bytes) -> None:
        """Carry out a fault of the connection or of the whole answer."""
        if fault.action == "reset":
            # Linger of 0 s makes close() send RST; the server's own shutdown() would send FIN.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
        elif fault.action == "cut":
            self._send(self.server.replay.answer(self.path, question), cut=True)
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


def _status_sent(fault: HttpFault) -> int:
    if fault.action == "reset":
        return 0
    return fault.status if fault.action == "status" else int(HTTPStatus.OK)
