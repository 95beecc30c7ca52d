"""A provider that keeps to a number of requests and tokens a minute, together with all the others of its name in this process.

The rule: who comes first goes first, a wait is said (`Waiting`) and can be stopped, and a server that asks for a pause
(429 with a time) gets it from everyone. Tokens are estimated before a request and put right by what it says it used.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from nbagent.errors import ConfigError, RateLimited
from nbagent.events import Noted, ProviderEvent, UsageReported, Waiting
from nbagent.provider import Provider, Request, listening, passes_on
from nbagent.providers.token_estimate import estimate
from nbagent.providers.wrappers.retry import LONGEST

_TOLD = 0.05  # seconds from which on a wait is one to a person
_TICK = 1.0  # seconds between two words on how long it still takes


class _Level:
    """What is left of one limit: it fills with `limit` a minute, holds no more than that, and may be overdrawn."""

    def __init__(self, limit: float, now: float) -> None:
        self.limit, self.left, self._at = limit, limit, now

    def take(self, amount: float, now: float) -> float:
        """Take it; the seconds until it was there to be taken. More than the limit is there once the level is full."""
        self._fill(now)
        wait = max(0.0, (min(amount, self.limit) - self.left) * 60 / self.limit)
        self.left -= amount
        return wait

    def give(self, amount: float, now: float) -> None:
        self._fill(now)
        self.left = min(self.limit, self.left + amount)

    def _fill(self, now: float) -> None:
        self.left = min(self.limit, self.left + (now - self._at) * self.limit / 60)
        self._at = now


class Bucket:
    """The limits of one provider. Whoever takes from it has a place in the queue by that: the next one's wait is longer."""

    def __init__(self, requests: float | None, tokens: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests, self.tokens, self.clock = requests, tokens, clock
        self._levels = [_Level(limit, clock()) if limit else None for limit in (requests, tokens)]
        self._paused = -math.inf
        self._lock = threading.Lock()

    def take(self, tokens: float) -> float:
        """Take a request of so many tokens; the moment from which it may be sent."""
        with self._lock:
            now = self.clock()
            return now + max((level.take(amount, now) for level, amount in zip(self._levels, (1.0, tokens), strict=True) if level), default=0.0)

    def give(self, requests: float, tokens: float) -> None:
        """Give back what was not used; less than nothing where more was."""
        with self._lock:
            now = self.clock()
            for level, amount in zip(self._levels, (requests, tokens), strict=True):
                if level:
                    level.give(amount, now)

    def pause(self, seconds: float) -> None:
        """Nothing is sent for so long."""
        self._paused = max(self._paused, self.clock() + seconds)

    def wait(self, moment: float) -> float:
        """Seconds until what was taken for `moment` may be sent; a pause may have come since."""
        return max(moment, self._paused) - self.clock()


_buckets: dict[str, Bucket] = {}


def set_rate_limit(provider: str, *, requests: float | None = None, tokens: float | None = None) -> None:
    """Ask a provider no more often than this, a minute, in all runs of this process: ``set_rate_limit("openai", requests=60)``.

    `tokens` are those sent and answered. Requests beyond the limit wait their turn, which the page says. Without a
    number the limit is lifted. Raises `ConfigError` for a number that is none.
    """
    for name, value in (("requests", requests), ("tokens", tokens)):
        if value is not None and not (isinstance(value, int | float) and math.isfinite(value) and value > 0):
            raise ConfigError(f"{name}={value!r} is no limit.", "Limits are numbers a minute, above 0.")
    bucket = _buckets.get(provider)
    if requests is None and tokens is None:
        _buckets.pop(provider, None)
    elif bucket is None or (bucket.requests, bucket.tokens) != (requests, tokens):  # said again it stays as full as it is
        _buckets[provider] = Bucket(requests, tokens)


def set_rate_limits(limits: Mapping[str, Any]) -> None:
    """The same for several providers, as the setting `rate_limits` has them."""
    for provider, limit in limits.items():
        set_rate_limit(provider, requests=limit.get("requests"), tokens=limit.get("tokens"))


class RateLimit:
    """`provider`, within the limits of its name; where none is set it is the provider itself that streams."""

    def __init__(self, provider: Provider, *, bucket: Bucket | None = None) -> None:
        self.name, self.provider, self._bucket = provider.name, provider, bucket
        passes_on(self, provider)

    def __repr__(self) -> str:
        return f"RateLimit({self.provider!r})"

    def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]:
        """The provider's batches, after `Waiting` for as long as it is not its turn."""
        bucket = self._bucket or _buckets.get(self.name)
        return self.provider.stream(request) if bucket is None else self._in_turn(request, bucket)

    async def _in_turn(self, request: Request, bucket: Bucket) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        expected = estimate(request).tokens if bucket.tokens else 0
        sent, used = False, None
        moment = bucket.take(expected)
        began = bucket.clock()
        try:
            whole = bucket.wait(moment)
            while (left := bucket.wait(moment)) > 0:
                whole = max(whole, left)
                yield (Waiting(what=f"rate limit of {self.name}: {left:.0f} s", fraction=1 - left / whole),)
                await asyncio.sleep(min(left, _TICK))
            if (waited := bucket.clock() - began) > _TOLD:
                yield (Noted(text=f"The rate limit of {self.name} was waited for, {waited:.1f} s.", kind="rate_limit", seconds=waited),)
            sent = True
            async with listening(self.provider, request) as batches:
                async for batch in batches:
                    events = batch if isinstance(batch, Sequence) else (batch,)
                    used = next((event.usage.total_tokens for event in reversed(events) if type(event) is UsageReported), used)
                    yield events
        except RateLimited as error:
            if error.retry_after and error.retry_after <= LONGEST:
                bucket.pause(error.retry_after)
            raise
        finally:
            bucket.give(0 if sent else 1, expected - (used if used is not None else expected if sent else 0))
