"""A provider of several models: the first answers, and where it cannot, the next one does.

The rule: another model is never silent (`Noted` says which, and why), and never comes in after the first part: what a
person has seen stays the answer, and is kept. A model that failed rests for `COOL_DOWN`, so that the cells after it do
not each wait for its retries; then it is the first again.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from nbagent.errors import (
    AuthenticationFailed,
    ContextLengthExceeded,
    MalformedCall,
    MissingExtra,
    MissingKey,
    MissingSignature,
    NbagentError,
    ProviderError,
    RequestRefused,
)
from nbagent.events import ModelAnswered, Noted, PartStarted, ProviderEvent
from nbagent.provider import Knows, Provider, Request, listening, passes_on

COOL_DOWN = 300.0
"""Seconds for which a model that failed is not asked first."""

_Then = Literal["rest", "next", "raise"]

AFTER: dict[type[NbagentError], _Then] = {
    ProviderError: "rest",  # all that is said of a provider and stands not below: overload, limits, failures, cut streams, garbage
    AuthenticationFailed: "next",  # the key may be corrected at any moment, and asking costs one short request
    MissingKey: "next",
    MissingExtra: "next",
    MalformedCall: "next",  # chance, mostly
    MissingSignature: "next",  # what one model signed, another never asks for
    ContextLengthExceeded: "next",  # this conversation is too long for it, another is not
    RequestRefused: "raise",  # the request itself is wrong: another model would only hide that
}
"""What follows an error that came before the first part: the next model (``next``), while this one rests (``rest``), or the
error (``raise``). The closest ancestor counts; what has none (a run that is stopped, a bug) is raised."""


class Candidate(NamedTuple):
    """A model that may be asked. `asked` is what answers for `provider`, with what was wrapped around it."""

    asked: Provider
    provider: Provider
    model: str

    def __str__(self) -> str:
        return f"{self.provider.name}:{self.model}" if self.model else self.provider.name


class Rests:
    """Which models rest, until when, and why. One for the process, so that every cell with the same models profits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[tuple[int, str], tuple[float, str, Provider]] = {}  # holds the provider, whose id is the key

    def begin(self, candidate: Candidate, why: str) -> None:
        now = self._clock()
        self._until = {key: rest for key, rest in self._until.items() if rest[0] > now}
        self._until[id(candidate.provider), candidate.model] = (now + COOL_DOWN, why, candidate.provider)

    def end(self, candidate: Candidate) -> None:
        self._until.pop((id(candidate.provider), candidate.model), None)

    def why(self, candidate: Candidate) -> str | None:
        """What it rests for, None where it does not."""
        until, why, _ = self._until.get((id(candidate.provider), candidate.model), (0.0, "", None))
        return why if until > self._clock() else None


RESTS = Rests()


class Fallback:
    """`candidates` in the order in which they are asked. Its name, and what it can do beside streaming, are the first's."""

    def __init__(self, candidates: Sequence[Candidate], *, rests: Rests = RESTS) -> None:
        self.candidates, self.rests = tuple(candidates), rests
        self.name = self.candidates[0].asked.name
        self._told = False
        passes_on(self, self.candidates[0].asked)

    def __repr__(self) -> str:
        return f"Fallback({', '.join(map(str, self.candidates))})"

    async def stream(self, request: Request) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        """The batches of the first model that answers. Raises the error of the first in the list that was asked, where none does."""
        errors: dict[int, NbagentError] = {}
        first = self.candidates[0]
        for number in self._order():
            candidate, begun = self.candidates[number], False
            if number or errors:
                yield self._introduced(candidate, next(reversed(errors.values()), None))
            try:
                async with listening(candidate.asked, request if candidate is first else _fitted(request, candidate)) as batches:
                    async for batch in batches:
                        events = batch if isinstance(batch, Sequence) else (batch,)
                        begun = begun or any(type(event) is PartStarted for event in events)
                        yield events
            except NbagentError as error:
                then = next((AFTER[kind] for kind in type(error).__mro__ if kind in AFTER), "raise")
                if begun or then == "raise":
                    raise
                if then == "rest":
                    self.rests.begin(candidate, error.what)
                errors[number] = error
            else:
                self.rests.end(candidate)
                return
        raise self._failed(errors)

    def _order(self) -> list[int]:
        """Those that are awake, then those that rest: a late answer is better than none."""
        return sorted(range(len(self.candidates)), key=lambda number: self.rests.why(self.candidates[number]) is not None)

    def _introduced(self, candidate: Candidate, error: NbagentError | None) -> list[ProviderEvent]:
        """Who answers now, for the page (once a run where nothing failed just now) and for the trace."""
        events: list[ProviderEvent] = [ModelAnswered(candidate.model or None, provider=candidate.provider.name)]
        if error is not None or not self._told:
            why = error.what if error is not None else f"{self.candidates[0]} rests: {self.rests.why(self.candidates[0])}"
            events.insert(0, Noted(text=f"{candidate} answers now. {why}", kind="fallback"))
        self._told = True
        return events

    def _failed(self, errors: dict[int, NbagentError]) -> NbagentError:
        error = errors[min(errors)]
        others = "; ".join(f"{self.candidates[number]}: {type(each).__name__}" for number, each in errors.items() if each is not error)
        if others:
            error.advise(f"The others failed as well ({others}). {error.mend}")
        return error


def _fitted(request: Request, candidate: Candidate) -> Request:
    """The request for another model. Parameters go to all: an adapter leaves out what its model does not take. JSON by schema
    is asked for in words where the model cannot be held to it."""
    request = replace(request, model=candidate.model)
    output = request.output
    if output is None or (isinstance(candidate.asked, Knows) and candidate.asked.capabilities(candidate.model).output_schema):
        return request
    asked = f"Answer only with JSON that fits this JSON Schema, without a code fence:\n{json.dumps(output.schema, ensure_ascii=False)}"
    return replace(request, output=None, instructions=f"{request.instructions}\n\n{asked}".strip())
