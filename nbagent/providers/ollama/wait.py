"""What keeps the first word from coming, said while it does: loading a large model takes a minute.

The rule: a stream that begins soon is handed on as it is; whoever leaves early leaves nothing running.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress

from nbagent.events import ProviderEvent, Waiting

PATIENCE = 2.0
"""Seconds without a word after which a person wants to know why."""


async def told_meanwhile(
    batches: AsyncGenerator[list[ProviderEvent], None], doing: Callable[[], Awaitable[str]], *, sent: asyncio.Event, after: float
) -> AsyncGenerator[list[ProviderEvent], None]:
    """`batches`, and before the first of them, where it comes later than `after` seconds from `sent` on, what `doing` says."""
    async with aclosing(batches):
        first = asyncio.ensure_future(anext(batches, None))
        begun = asyncio.ensure_future(sent.wait())
        try:
            await asyncio.wait({first, begun}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({first}, timeout=after)
            if not first.done() and (what := await doing()) and not first.done():
                yield [Waiting(what)]
            batch = await first
        finally:
            begun.cancel()
            if not first.done():  # left, or cancelled: the request goes with its reader
                first.cancel()
            with suppress(asyncio.CancelledError, Exception):  # it was raised above, or nobody is there to hear it
                await first
        if batch is None:
            return
        yield batch
        async for batch in batches:
            yield batch
