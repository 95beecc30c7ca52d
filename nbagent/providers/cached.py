"""Answers that are given again to the same request: in memory, or from a file that any kernel can use.

::

    agent = Agent(model=Cached("openai:gpt-6-luna"))                    # while this process lives
    agent = Agent(model=Cached("openai:gpt-6-luna", "answers.jsonl"))   # and in the next one

The rule: only the same request has a cached answer (same model, messages, instructions, tools, parameters), and only an answer that
came whole is kept. It is the answer as it came, tokens with it, at no cost; it says so.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from nbagent.events import Noted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import Usage
from nbagent.provider import Provider, Request, listening, passes_on, resolve
from nbagent.providers import recording
from nbagent.providers.recording import Entry
from nbagent.providers.wrappers.composed import with_tools

_WHOLE = ("stop", "tool_calls")


class Cached:
    """Another provider that is asked the same thing once. `hits` and `misses` count; ``clear()`` forgets.

    `model` is a ``provider:model`` string or a provider. `path` is a file of answers, JSON lines without keys, as `Recorder` writes it;
    None: they are in memory. Addresses in a ``repr``, ids of calls and keys make no request another one. With ``temperature=1`` and a
    cache every sample is the first one: ask without it where answers are to differ. Raises `RecordingError` where `path` cannot be
    written or is another kind of file, before anything is asked.
    """

    def __init__(self, model: str | Provider, path: str | Path | None = None, *, base_url: str | None = None, api_key: str | None = None) -> None:
        if isinstance(model, str):
            self.provider, self.model = resolve(model, base_url=base_url, api_key=api_key)
        else:
            self.provider, self.model = model, getattr(model, "model", "")
        self.provider = with_tools(self.provider, self.model)  # what is kept are calls, not the text that they were written in
        self.name = self.provider.name
        self.path = None if path is None else Path(path).expanduser()
        self.hits = self.misses = 0
        self._secrets = [api_key] if api_key else []
        self._answers: dict[str, list[Sequence[ProviderEvent]]] = {}
        passes_on(self, self.provider)
        if self.path is not None:
            recording.begin(self.path, append=True)
            for entry in recording.read(self.path):
                if entry.error is None and not entry.stopped:
                    self._answers[_key(entry.provider, entry.request)] = [recording.events_from_json(events) for _, *events in entry.reads]

    def __repr__(self) -> str:
        where = "memory" if self.path is None else str(self.path)
        return f"<Cached {self.name}:{self.model} in {where}, {len(self._answers)} answers, {self.hits} hits, {self.misses} misses>"

    def __len__(self) -> int:
        return len(self._answers)

    def __bool__(self) -> bool:
        return True  # an empty cache is one

    def clear(self) -> None:
        """Forget all answers, those in the file too."""
        self._answers.clear()
        if self.path is not None:
            recording.begin(self.path, append=False)

    async def stream(self, request: Request) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        """The answer that is kept, or what the provider streams."""
        asked = recording.without_keys(recording.comparable(request), self._secrets)
        key = _key(self.name, asked)
        if (kept := self._answers.get(key)) is not None:
            self.hits += 1
            for again in _again(kept):
                yield again
            return
        self.misses += 1
        start = time.perf_counter()
        reads: list[tuple[float, Sequence[ProviderEvent]]] = []
        async with listening(self.provider, request) as batches:
            async for batch in batches:
                events = batch if isinstance(batch, Sequence) else [batch]
                reads.append((time.perf_counter() - start, events))
                yield events
        end = next((event for _, events in reads for event in events if isinstance(event, StreamEnded)), None)
        if end is not None and end.finish_reason in _WHOLE:
            self._keep(key, asked, reads)

    def _keep(self, key: str, asked: dict[str, Any], reads: Sequence[tuple[float, Sequence[ProviderEvent]]]) -> None:
        told = [(at, recording.events_to_json(events)) for at, events in reads]
        self._answers[key] = [recording.events_from_json(events) for _, events in told]  # new ones: those that were streamed are stamped
        if self.path is not None:
            entry = Entry(self.name, asked, [[round(at, 3), *events] for at, events in told], round(reads[-1][0], 3))
            recording.add(self.path, entry, self._secrets)


def _again(kept: Sequence[Sequence[ProviderEvent]]) -> list[list[ProviderEvent]]:
    """An answer's batches as new events, at no cost, after a word that it is no new one."""
    batches: list[list[ProviderEvent]] = [[Noted("The same was asked before: the answer is from the cache.", "cached")]]
    batches += [[replace(event, cost=0.0) if isinstance(event, UsageReported) else replace(event) for event in batch] for batch in kept]
    if not any(isinstance(event, UsageReported) for batch in batches for event in batch):
        batches.insert(1, [UsageReported(Usage(), cost=0.0)])
    return batches


def _key(provider: str, request: dict[str, Any]) -> str:
    return json.dumps([provider, request], sort_keys=True)
