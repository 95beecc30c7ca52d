"""The body of an answer that is no success, read no further than it can be of use.

The rule: whoever is asked, an SDK's client or ours, a refusal costs `MOST` bytes and no more; the connection is closed behind it.
It is imported where a client is made, since it needs httpx2.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import httpx2

MOST = 65_536
"""Bytes of a refusal that are read: errors of the vendors are below 10,000, pages of proxies below 50,000."""


async def cut_short(response: httpx2.Response) -> None:
    """What an httpx2 client is told to do with every response, as an event hook, before its body is read."""
    if not response.is_success and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Beginning(response.stream)


class _Beginning(httpx2.AsyncByteStream):
    def __init__(self, whole: httpx2.AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left, chunks = MOST, self._whole.__aiter__()
        try:
            async for chunk in chunks:
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        await self._whole.aclose()
