"""The witness on HTTP: two addresses, each request bounded in bytes and in time, all of them in threads."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Any

from ledger.errors import harmless
from ledger.witness.protocol import BODY_BYTES_MAX, MALFORMED, NOT_KNOWN, NOT_NOW
from ledger.witness.service import Reply, Witness

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

REQUEST_SECONDS = 15.0  # from the first byte that is waited for to the last that is answered
THREADS_MAX = 32
_ADD = "/add-checkpoint"
_READ = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,9}", re.ASCII)
_NO_LENGTH, _TOO_LARGE = 411, 413
_TOLD_CHARS = 400
_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nAsk again later.\n"

Tell = Callable[[str], object]


class WitnessServer(ThreadingHTTPServer):
    """A server that is bound to its address once it is made; `serve_forever` serves it.

    `tell` is given one sentence a request, from several threads.
    """

    daemon_threads = True  # what is under way when the program ends is stored, or is not: the memory allows for both
    request_queue_size = 64

    def __init__(
        self,
        host: str,
        port: int,
        witness: Witness,
        tell: Tell,
        *,
        prefix: str = "",
        seconds: float = REQUEST_SECONDS,
        threads: int = THREADS_MAX,
    ) -> None:
        """Bind to an address, port 0 for any that is free; raises OSError. `prefix` comes before every path."""
        self.witness, self.tell, self.prefix, self.seconds = witness, tell, prefix.rstrip("/"), seconds
        self._free = BoundedSemaphore(threads)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Answering)

    @property
    def url(self) -> str:
        """Where it answers, as a client is told."""
        host, port = self.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else host
        return f"http://{shown!s}:{port}{self.prefix}"

    def server_bind(self) -> None:
        """Bind, without asking the network for a name of this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread; where there are as many as there may be, answer at once that it is busy."""
        if not self._free.acquire(blocking=False):
            self._turn_away(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one request, and let the next one have the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that was lost: whoever asked is gone."""

    def _turn_away(self, request: Any) -> None:
        try:
            request.settimeout(0)
            request.send(_BUSY)
        except OSError:
            pass
        finally:
            self.shutdown_request(request)
        self.tell("Turned away: as many requests are under way as may be.")


class _Answering(BaseHTTPRequestHandler):
    """One request, and its answer."""

    server: WitnessServer
    server_version, sys_version = "cluster-ledger-witness", ""

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_Timed(self.connection, self.server.seconds))

    def do_POST(self) -> None:
        self._served(self._added)

    def do_GET(self) -> None:
        self._served(self._read)

    def _added(self) -> Reply:
        if self.path != self.server.prefix + _ADD:
            return _said(NOT_KNOWN, f"Nothing takes a request at this address; {_ADD} does.")
        lengths = self.headers.get_all("Content-Length") or []
        if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]) or "Transfer-Encoding" in self.headers:
            return _said(_NO_LENGTH, "Say how many bytes the request has, in Content-Length.")
        if int(lengths[0]) > BODY_BYTES_MAX:
            return _said(_TOO_LARGE, f"A request has at most {BODY_BYTES_MAX:,} bytes.")
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            return _said(MALFORMED, "The request ended before its last byte.")
        return self.server.witness.add_checkpoint(body)

    def _read(self) -> Reply:
        found = _READ.fullmatch(self.path.removeprefix(self.server.prefix))
        if found is None or not self.path.startswith(self.server.prefix):
            return _said(NOT_KNOWN, "Nothing stands at this address.")
        return self.server.witness.checkpoint(found[1])

    def _served(self, reply: Callable[[], Reply]) -> None:
        try:
            made = reply()
        except OSError:  # whoever asked is gone, or too slow
            raise
        except Exception as error:
            fault = f"This is a fault of cluster-ledger itself ({type(error).__name__}: {error})."
            made = Reply(NOT_NOW, b"This witness cannot answer that.\n", fault)
        self._answer(made)

    def _answer(self, reply: Reply) -> None:
        self.server.tell(harmless(reply.told, _TOLD_CHARS))
        self.connection.settimeout(self.server.seconds)
        self.request_version = self.protocol_version  # or there is no head where a request names no version
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request of HTTP, in a sentence and not on a page."""
        self._answer(_said(int(code), f"{harmless(message or 'This is no request')}."))

    def log_error(self, format: str, *args: Any) -> None:
        """Tell of whoever was too slow, which is all that this is called for."""
        self.server.tell("Given up: a request did not come in time.")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: each answer is told by itself."""


class _Timed(io.RawIOBase):
    """A connection to read from, until its time is over: however slowly it is sent, a request ends."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection, self._ends = connection, monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def _said(status: int, sentence: str) -> Reply:
    return Reply(status, f"{sentence}\n".encode(), f"Refused with {status}: {sentence}")
