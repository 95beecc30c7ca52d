"""The floor: a stream's bytes as they come from httpx2, split on lines or frames, and each payload decoded; what no engine can do without."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
import msgspec

T = TypeVar("T")


class Bare:
    """An HTTP client on an event loop of its own, with connections that are kept."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = httpx2.AsyncClient(timeout=60, limits=httpx2.Limits(max_connections=1000, max_keepalive_connections=100))

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        async def main() -> T:
            return await make()

        return self.loop.run_until_complete(main())

    async def read(self, url: str) -> int:
        """How many payloads there were."""
        found = 0
        rest = b""
        async with self.client.stream("POST", url, json={"stream": True}) as response:
            framed = "eventstream" in response.headers.get("content-type", "")
            async for chunk in response.aiter_raw():
                if framed:
                    payloads, rest = _frames(rest + chunk)
                else:
                    *lines, rest = (rest + chunk).split(b"\n")
                    payloads = [line[6:] if line.startswith(b"data: ") else line for line in lines]
                for payload in payloads:
                    if payload.startswith(b"{"):
                        _: Any = msgspec.json.decode(payload)
                        found += 1
        return found

    def close(self) -> None:
        self.run(self.client.aclose)
        self.loop.close()


def _frames(data: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of the whole messages of AWS's event stream in `data`, nothing checked, and what is left."""
    payloads, start = [], 0
    while len(data) - start >= 12:
        size, headers = struct.unpack_from(">II", data, start)
        if len(data) - start < size:
            break
        payloads.append(data[start + 12 + headers : start + size - 4])
        start += size
    return payloads, data[start:]
