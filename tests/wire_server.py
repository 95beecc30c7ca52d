"""A real HTTP server on loopback that answers with given bytes: split, delayed, cut, refused or silent, as asked.

Own code on plain sockets, so that a test can do what no well-behaved server does. It keeps every request it got.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Split = int | Literal["random"] | None


@dataclass(frozen=True)
class Answer:
    """What the server does with one request.

    `split`: bytes a chunk of the transfer (None: the whole body in one); `delay`: seconds before each chunk, which also
    makes each its own network read; `cut_at`: the socket is closed after that many bytes of the body, without the
    transfer's end (`reset`: with an RST instead of a FIN); `hang`: nothing more is sent after the body's last byte but
    the connection stays open (`hang_first`: not even the headers are sent).
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    split: Split = None
    delay: float = 0.0
    cut_at: int | None = None
    reset: bool = False
    hang: bool = False
    hang_first: bool = False
    chunked: bool = True

    def pieces(self) -> Iterator[bytes]:
        body = self.body if self.cut_at is None else self.body[: self.cut_at]
        if self.split is None:
            if body:
                yield body
            return
        chance = random.Random(len(body))  # the same body is always split the same way
        start = 0
        while start < len(body):
            size = chance.randint(1, 40) if self.split == "random" else self.split
            yield body[start : start + size]
            start += size


def error(status: int, message: str = "no", headers: dict[str, str] | None = None, **fields: Any) -> Answer:
    """An answer with a status and OpenAI's error object (Anthropic's SDK reads it as well)."""
    body = json.dumps({"error": {"message": message, **fields}}).encode()
    return Answer(body, status=status, headers={"content-type": "application/json", **(headers or {})}, chunked=False)


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class WireServer:
    """Gives `answers` in order, the last one again and again. ``with WireServer(body) as server: server.url``.

    `client_left` is set when a client closed its connection before it had its whole answer.
    """

    def __init__(self, *answers: Answer | bytes) -> None:
        self._answers: Sequence[Answer] = [a if isinstance(a, Answer) else Answer(a) for a in answers]
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()
        self.client_left = threading.Event()
        self.requests: list[Got] = []
        self.connections = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._sockets:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets.add(connection)
                self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection.makefile("rb") as reader:
                while (got := _read_request(reader)) is not None:
                    with self._lock:
                        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
                        self.requests.append(got)
                    if not self._answer(connection, answer):
                        return
        except OSError:
            if not self._stopping.is_set():
                self.client_left.set()
        finally:
            with self._lock:
                self._sockets.discard(connection)
            connection.close()

    def _answer(self, connection: socket.socket, answer: Answer) -> bool:
        """Send it; whether the connection can be used again."""
        if answer.hang_first:
            return self._wait_for_client(connection)
        headers = {"content-type": "text/event-stream", **answer.headers}
        headers |= {"transfer-encoding": "chunked"} if answer.chunked else {"content-length": str(len(answer.body))}
        head = f"HTTP/1.1 {answer.status} Answer\r\n"
        pending = (head + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n").encode()
        for piece in answer.pieces():
            framed = b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece
            if answer.delay:
                connection.sendall(pending)
                pending = b""
                if self._left_within(connection, answer.delay):
                    raise ConnectionResetError
            pending += framed
        if answer.cut_at is None and answer.chunked and not answer.hang:
            pending += b"0\r\n\r\n"
        connection.sendall(pending)
        if answer.cut_at is not None:
            if answer.reset:
                time.sleep(0.05)  # an RST overtakes what the client has not yet read
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return False
        return self._wait_for_client(connection) if answer.hang else True

    def _wait_for_client(self, connection: socket.socket) -> bool:
        if self._left_within(connection, None):
            raise ConnectionResetError
        return False

    def _left_within(self, connection: socket.socket, seconds: float | None) -> bool:
        """Whether the client closes its side within that time; None waits until it does or the server stops."""
        connection.settimeout(seconds)
        try:
            return connection.recv(1) == b"" and not self._stopping.is_set()
        except TimeoutError:
            return False
        finally:
            connection.settimeout(None)


def _read_request(reader: Any) -> Got | None:
    line = reader.readline().decode()
    if not line.strip():
        return None
    method, path, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while (header := reader.readline().decode().strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Got(method, path, headers, reader.read(int(headers.get("content-length", 0))))
