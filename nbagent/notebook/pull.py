"""``%nbagent pull``: a model is fetched, with a bar that grows; the kernel's interrupt stops it, and what has arrived is kept."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol, runtime_checkable

from nbagent.bridge import engine, in_thread, interruptible
from nbagent.errors import ConfigError, RunCancelled
from nbagent.events import Waiting
from nbagent.notebook.progress import Bar
from nbagent.provider import connect, provider_names, split_spec

PERIOD = 0.2
"""Seconds between two looks; a page takes no harm from five a second."""


@runtime_checkable
class Pulls(Protocol):
    """A provider whose server fetches models. Closing the generator stops it."""

    def pull(self, model: str) -> AsyncGenerator[Waiting, None]: ...


def pull(spec: str, base_url: str | None = None) -> None:
    """Fetch ``provider:model`` and show how far it is. Raises `ConfigError` for a provider that fetches nothing, and what the fetching raises."""
    name, model = split_spec(spec)
    if name == "local":
        steps = _embedded(model)
    else:
        provider = connect(name, base_url)
        if not isinstance(provider, Pulls):
            able = [each for each in ("local", "ollama") if each in provider_names()]
            raise ConfigError(f"{name} fetches no models: they are on its server.", mend=f"Models are fetched for {' and '.join(able)}.")
        if not model:
            raise ConfigError("Which model is to be fetched?", mend=f"Name it: %nbagent pull {name}:NAME")
        steps = provider.pull(model)
    bar = Bar(spec)
    last: list[Waiting] = []

    async def take() -> None:
        async with aclosing(steps) as arriving:
            async for step in arriving:
                last[:] = [step]

    task = asyncio.run_coroutine_threadsafe(take(), engine())
    try:
        interruptible(lambda: _watch(task, last, bar))
    except KeyboardInterrupt as interrupt:
        task.cancel()
        bar.show("stopped; what has arrived is kept", None)
        raise RunCancelled(f"Fetching {spec} was stopped.", "What has arrived is kept.", "The same line carries on.") from interrupt
    except BaseException:
        bar.show("failed", None)
        raise
    bar.show("is here", 1.0)


def _watch(task: Any, last: list[Waiting], bar: Bar) -> None:
    while not task.done():
        if last:
            fraction = last[0].fraction
            bar.show(last[0].what + (f" {fraction * 100:.0f} %" if fraction is not None and fraction < 1 else ""), fraction)
        time.sleep(PERIOD)
    task.result()


async def _embedded(name: str) -> AsyncGenerator[Waiting, None]:
    """The embedded model's own fetching, as the steps of a pull."""
    from nbagent.providers.local.download import fetch
    from nbagent.providers.local.models import LocalModel, choose

    chosen = choose(name)
    if not isinstance(chosen, LocalModel):
        return
    said: list[Waiting] = []
    stop = threading.Event()
    task = asyncio.ensure_future(in_thread(lambda: fetch(chosen, report=lambda what, done: said.append(Waiting(what, done)), stop=stop)))
    try:
        while not task.done():
            await asyncio.wait([task], timeout=PERIOD)
            if said:
                yield said[-1]
        await task
    finally:
        stop.set()
