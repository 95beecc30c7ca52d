"""The floor: a stream's bytes as they come from httpx2, split on lines, and each payload decoded; what no engine can do without."""

from __future__ import annotations

import asyncio
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
            async for chunk in response.aiter_raw():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line.startswith(b"data: {"):
                        _: Any = msgspec.json.decode(line[6:])
                        found += 1
        return found

    def close(self) -> None:
        self.run(self.client.aclose)
        self.loop.close()
