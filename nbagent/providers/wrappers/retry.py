"""A provider that tries again: what failed before anything of the answer came is asked once more.

The rule: a retry is never silent (`Retried` is passed on before the wait), and never after the first part: what a
person has seen is not unsaid. The waits grow, with jitter, and follow a server that says how long.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence

from nbagent.errors import ProviderError
from nbagent.events import PartStarted, ProviderEvent, Retried
from nbagent.provider import Provider, Request, listening, passes_on

LONGEST = 60.0
"""Seconds: a server that asks for more is not waited for."""


class Retry:
    """`provider`, asked up to `attempts` times. The waits are random between 0 and `base` * 2^n seconds, at most `cap`."""

    def __init__(self, provider: Provider, *, attempts: int = 4, base: float = 0.5, cap: float = 30.0) -> None:
        self.name = provider.name
        self.provider, self.attempts, self.base, self.cap = provider, attempts, base, cap
        passes_on(self, provider)

    def __repr__(self) -> str:
        return f"Retry({self.provider!r}, attempts={self.attempts})"

    async def stream(self, request: Request) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        """The provider's batches, and a `Retried` before each wait."""
        for attempt in range(1, self.attempts + 1):
            begun = False
            try:
                async with listening(self.provider, request) as batches:
                    async for batch in batches:
                        events = batch if isinstance(batch, Sequence) else (batch,)
                        begun = begun or any(type(event) is PartStarted for event in events)
                        yield events
            except ProviderError as error:
                if begun and error.retryable:
                    error.advise("Part of the answer had come and is kept, so it was not tried again. Run it again to ask anew.")
                    raise
                if begun or not error.retryable or attempt == self.attempts:
                    raise
                wait = self._wait(attempt, error)
                reason = error.what
            else:
                return
            yield (Retried(attempt=attempt, wait=wait, reason=reason),)
            await asyncio.sleep(wait)

    def _wait(self, attempt: int, error: ProviderError) -> float:
        """Seconds before the next attempt. Raises the error, with the reason, where the server asks for too long."""
        asked = error.retry_after or 0.0
        if asked > LONGEST:
            error.advise(f"The server asks to wait {asked:.0f} s, longer than the {LONGEST:.0f} s that are waited. Run it again then.")
            raise error
        return max(asked, random.uniform(0, min(self.cap, self.base * 2.0 ** (attempt - 1))))  # noqa: S311  spreads requests, hides nothing
