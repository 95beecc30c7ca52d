"""An answer that is made in the background, read to its end over as many connections as it takes.

The rule: what was decoded is never asked for again. The events are numbered; a new connection begins after the last whole
one, and what was cut in two is forgotten. An answer that is stopped here is stopped there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.carriers.transport import StreamedResponse
from nbagent.providers.openai.decode import ResponsesDecoder

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_TRIES = 4  # connections in a row that bring nothing new, before the answer is given up
_WAIT = 0.5  # seconds before the second of them, twice as long before each next
_STOP = 2.0  # seconds that the provider has to hear that nobody waits any more


class Continued:
    """A body over several connections: the response that is read, and the framing that reads it."""

    def __init__(self, decoder: ResponsesDecoder) -> None:
        self._decoder = decoder
        self._payloads = Payloads()

    # a `transport.Framing`

    def feed(self, data: bytes) -> Sequence[bytes]:
        return self._payloads.feed(data)

    def end(self) -> Sequence[bytes]:
        return self._payloads.end()

    # a `transport.StreamedResponse`

    @property
    def http_response(self) -> Any:
        return self

    @property
    def headers(self) -> Mapping[str, str]:
        return self._first.headers

    @asynccontextmanager
    async def opened(
        self, first: AbstractAsyncContextManager[Any], client: AsyncOpenAI, timeout: httpx2.Timeout, headers: Any
    ) -> AsyncGenerator[StreamedResponse, None]:  # fmt: skip
        """The first connection, and the means to open others."""
        async with first as response:
            self._first: httpx2.Response = response.http_response
            self._client, self._timeout, self._headers = client, timeout, headers
            try:
                yield self
            except (asyncio.CancelledError, GeneratorExit):
                await self._stop()
                raise

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        """All that comes. Raises what broke the last connection, where no other could be had."""
        decoder, broken = self._decoder, None
        try:
            async for chunk in self._first.aiter_bytes():
                yield chunk
        except Exception as error:  # noqa: BLE001  raised below, where no other connection helps
            broken = error
        tries, last = 0, decoder.sequence
        while tries < _TRIES and decoder.response_id and decoder.sequence >= 0 and not (decoder.done or decoder.failure):
            if tries:
                await asyncio.sleep(_WAIT * 2 ** (tries - 1))
            self._payloads = Payloads()
            try:
                async with self._reopened() as response:
                    decoder.go_on()
                    async for chunk in response.aiter_bytes():
                        yield chunk
            except Exception as error:  # noqa: BLE001
                if 400 <= getattr(error, "status_code", 0) < 500:
                    break  # it is not there to be read: what is to be told is that it was cut
                broken = broken or error
            tries, last = (tries + 1, last) if decoder.sequence == last else (1, decoder.sequence)
        if broken is not None and not decoder.done:
            raise broken

    async def _stop(self) -> None:
        """Nobody waits for the answer any more: the provider need not go on with it."""
        if self._decoder.response_id and not self._decoder.done:
            with suppress(Exception):
                async with asyncio.timeout(_STOP):
                    await self._client.responses.cancel(self._decoder.response_id, extra_headers=self._headers)

    @asynccontextmanager
    async def _reopened(self) -> AsyncGenerator[httpx2.Response, None]:
        """The same answer, from behind the last event that came."""
        retrieve = self._client.responses.with_streaming_response.retrieve
        after, headers = self._decoder.sequence, self._headers
        async with retrieve(self._decoder.response_id, stream=True, starting_after=after, timeout=self._timeout, extra_headers=headers) as response:
            yield response.http_response
