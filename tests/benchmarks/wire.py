"""A server on loopback in a process of its own, so that what it costs is not counted; and the answers that it gives.

A request to ``/NAME/...`` is answered with the stream called NAME, ``API-TOKENS-CUT``: ``anthropic-5000-event`` is 5,000
tokens of Messages. The cut says how the same bytes come: ``block`` in HTTP chunks of 64 KB, so that decoding is what costs;
``event`` with every event in an HTTP chunk of its own, as fast as the socket takes them; ``paced`` like that with a moment
between them, so that each is a network read of its own.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.benchmarks.answers import ANSWERS, TYPES

BLOCK = 64 * 1024
PACE = 0.0003  # seconds between events
_ROOT = Path(__file__).resolve().parents[2]


@cache
def _writes(name: str) -> list[bytes]:
    """A whole HTTP response, as the pieces that are written."""
    api, count, cut = name.rsplit("-", 2)
    events = list(ANSWERS[api](int(count)))
    whole = b"".join(events)
    chunks = [whole[start : start + BLOCK] for start in range(0, len(whole), BLOCK)] if cut == "block" else events
    kind = TYPES.get(api, "text/event-stream; charset=utf-8")
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    pieces = [head, *(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks), b"0\r\n\r\n"]
    return pieces if cut == "paced" else [b"".join(pieces)]


async def _pace(transport: asyncio.Transport, pieces: list[bytes]) -> None:
    for piece in pieces:
        transport.write(piece)
        await asyncio.sleep(PACE)


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._got = transport, b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head, length = self._got[:end].decode(), 0
            if found := re.search(r"content-length: *(\d+)", head, re.IGNORECASE):
                length = int(found[1])
            if len(self._got) < end + 4 + length:
                return
            self._got = self._got[end + 4 + length :]
            pieces = _writes(head.split(" ", 2)[1].split("/")[1])
            if len(pieces) == 1:
                self._transport.write(pieces[0])
            else:
                self._pacing = asyncio.ensure_future(_pace(self._transport, pieces))


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the one who started this closes it, also by dying


@contextmanager
def wire() -> Iterator[str]:
    """The server's URL. ``{url}/{NAME}`` is the base URL of an API that always gives the answer NAME."""
    with subprocess.Popen([sys.executable, "-m", "tests.benchmarks.wire"], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


if __name__ == "__main__":
    asyncio.run(_main())
