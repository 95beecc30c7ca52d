"""Model calls kept in a file, and given again from it: without a key, without a network, with the same output.

::

    Session(Agent(model=Recorder("anthropic:claude-haiku-5-5", "weather.jsonl"))).run("Coat?")   # asks, and keeps what came
    Session(Agent(model=Replayer("weather.jsonl"))).run("Coat?")                                 # gives it again

The same request gets its recorded answer, in whatever order requests come; one that was made several times gets its
answers in the order in which they came, and then from the first again, so that cells can be run twice.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Literal

from nbagent import errors
from nbagent.errors import ConfigError, IncompleteStream, NbagentError, ProviderError, RecordingError
from nbagent.events import ProviderEvent, StreamEnded
from nbagent.provider import Capabilities, Knows, Provider, Request, passes_on, resolve
from nbagent.providers import recording
from nbagent.providers.recording import Entry, Failure
from nbagent.providers.wrappers.composed import with_tools


class Recorder:
    """Another provider, with every call of it kept in `path`: ``Recorder("openai:gpt-6-luna", "weather.jsonl")``.

    `model` is a ``provider:model`` string or a provider. A recording that is there already grows, or with
    ``append=False`` is begun anew. Calls that fail or are stopped are kept with what had come. No key gets into the
    file: not `api_key`, none of the environment, and nothing that looks like one.
    Raises `RecordingError`, before anything is asked, where `path` cannot be written or is another kind of file.
    """

    def __init__(
        self, model: str | Provider, path: str | Path, *, append: bool = True, base_url: str | None = None, api_key: str | None = None
    ) -> None:  # fmt: skip
        if isinstance(model, str):
            self.provider, self.model = resolve(model, base_url=base_url, api_key=api_key)
        else:
            self.provider, self.model = model, getattr(model, "model", "")
        self.provider = with_tools(self.provider, self.model)  # the calls are recorded, not the text that they were written in: a replay has no table
        self.name = self.provider.name
        self.path = Path(path).expanduser()
        self._secrets = [api_key] if api_key else []
        passes_on(self, self.provider)
        recording.begin(self.path, append=append)

    def __repr__(self) -> str:
        return f"<Recorder of {self.name}:{self.model} in {self.path}>"

    async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent]]:
        """What the provider streams. The entry is written when the stream ends, however it ends."""
        start = time.perf_counter()
        reads: list[tuple[float, Sequence[ProviderEvent]]] = []
        ended, failure = False, None
        try:
            async with aclosing(self.provider.stream(request)) as batches:  # type: ignore[type-var]  # AsyncIterator does not say that generators have aclose
                async for batch in batches:
                    events = batch if isinstance(batch, Sequence) else [batch]
                    reads.append((time.perf_counter() - start, events))
                    ended = ended or any(isinstance(event, StreamEnded) for event in events)
                    yield events
            ended = True
        except Exception as error:
            ended, failure = True, _kept(error)
            raise
        finally:
            entry = Entry(
                self.name, recording.comparable(request), [[round(at, 3), *recording.events_to_json(events)] for at, events in reads],
                round(time.perf_counter() - start, 3), failure, not ended, self._can(request.model),
            )  # fmt: skip
            recording.add(self.path, entry, self._secrets)

    def _can(self, model: str) -> dict[str, bool] | None:
        if not isinstance(self.provider, Knows):
            return None
        can = self.provider.capabilities(model)
        return {"tools": can.tools, "output_schema": can.output_schema}


class Replayer:
    """The provider that a recording was made of, as far as it was recorded: ``Replayer("weather.jsonl")``.

    `model` (``provider:model``) says which one is meant where the recording has several. Names, tokens and prices are
    the recorded ones. ``timing="real"`` waits as long as the model did; ``"fast"`` does not wait.
    Raises `RecordingError` where the file is none, and for a request that is not in it; its `difference` shows how the
    closest one differs.
    """

    def __init__(self, path: str | Path, *, model: str | None = None, timing: Literal["fast", "real"] = "fast") -> None:
        if timing not in ("fast", "real"):
            raise ConfigError(f"timing={timing!r} is none.", mend='It is timing="fast" or timing="real".')
        self.path, self.timing = Path(path).expanduser(), timing
        entries = recording.read(self.path)
        name, _, self.model = (model or "").partition(":")
        self.entries = [entry for entry in entries if not name or entry.provider == name]
        self.name = name or _only({entry.provider for entry in self.entries}) or "recorded"
        self.model = self.model or _only({entry.request.get("model", "") for entry in self.entries})
        self._answers: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._answers[_key(entry.request)].append(entry)
        self._given: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"<Replayer of {self.name}:{self.model}, {len(self.entries)} calls in {self.path}>"

    def capabilities(self, model: str) -> Capabilities:
        """What decided then how the model was asked, so that it is asked in the same way."""
        known = [entry for entry in self.entries if entry.can is not None]
        entry = next((entry for entry in known if model in ("", entry.request.get("model"))), known[0] if known else None)
        can = entry.can if entry is not None else None
        return Capabilities(tools=can.get("tools", True), output_schema=can.get("output_schema", False)) if can else Capabilities()

    async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent]]:
        """What the provider streamed then, read by read, and its error where it failed."""
        entry, more = self._answer(request)
        start = time.perf_counter()
        for at, *events in entry.reads:
            await self._wait_until(start + at)
            yield recording.events_from_json(events)
        await self._wait_until(start + entry.seconds)
        if entry.error is not None:
            raise _revived(entry.error, entry.provider, asked_again=more, in_real_time=self.timing == "real")
        if entry.stopped:
            stopped = IncompleteStream(f"{self.path.name}: this call was stopped by hand while it was recorded.", "The rest of the answer is not known.")
            stopped.retryable = False
            raise stopped

    async def _wait_until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.perf_counter()) if self.timing == "real" else 0)

    def _answer(self, request: Request) -> tuple[Entry, bool]:
        """The entry for this request, and whether the recording has another one for it after that."""
        asked = recording.without_keys(recording.comparable(request))
        key = _key(asked)
        same = [entry for entry in self._answers.get(key, ()) if not asked["model"] or not entry.request["model"] or entry.request["model"] == asked["model"]]
        whole = [entry for entry in same if not entry.stopped] or same  # one that was stopped and asked again is passed over
        if not whole:
            raise self._missing(asked)
        key += asked["model"]
        self._given[key] += 1
        at = (self._given[key] - 1) % len(whole)
        return whole[at], at + 1 < len(whole)

    def _missing(self, asked: dict[str, Any]) -> RecordingError:
        if not self.entries:
            what = "is empty" if self.name == "recorded" else f"has no answers of {self.name}"
            return RecordingError(f"The recording {self.path.name} {what}.", mend="Make it with --record, or Recorder(...).")
        diff = recording.difference(recording.closest(self.entries, asked).request, asked)
        error = RecordingError(
            f"The recording {self.path.name} has no answer to this request.",
            f"Closest of {len(self.entries)}: {recording.in_short(diff)}", "Record it again; the error's `difference` shows all of it.",
        )  # fmt: skip
        error.difference = "\n".join(diff)
        return error


def _key(request: dict[str, Any]) -> str:
    """What two requests with the same answer have in common. The model stands apart: a provider object may not know its name."""
    return json.dumps({name: value for name, value in request.items() if name != "model"}, sort_keys=True)


def _only(names: set[str]) -> str:
    return names.pop() if len(names) == 1 else ""


def _kept(error: Exception) -> Failure:
    kind = next((base.__name__ for base in type(error).__mro__ if getattr(errors, base.__name__, None) is base), type(error).__name__)
    if isinstance(error, ProviderError):
        return Failure(kind, error.what, error.why, error.mend, error.status, error.retry_after, error.request_id, error.retryable)
    if isinstance(error, NbagentError):
        return Failure(kind, error.what, error.why, error.mend)
    return Failure(kind, str(error))


def _revived(failure: Failure, provider: str, *, asked_again: bool, in_real_time: bool) -> NbagentError:
    kind = getattr(errors, failure.type, None)
    if not (isinstance(kind, type) and issubclass(kind, NbagentError)):
        return ProviderError(f"{provider}: {failure.type}: {failure.what}")
    if not issubclass(kind, ProviderError):
        return kind(failure.what, failure.why, failure.mend)
    error = kind(
        failure.what, failure.why, failure.mend, status=failure.status, request_id=failure.request_id,
        retry_after=failure.retry_after if in_real_time else 0.0,  # no server has to be waited for
    )  # fmt: skip
    error.retryable = failure.retryable and asked_again  # what was not tried again then has no other answer now
    return error
