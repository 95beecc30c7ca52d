"""What ends a run with an answer where it would fail: a function an error's kind, given the failure and asked for the output.

The rule: a handler decides and the error stays seen, on the page, in the trace and on the result. A person's stop is no error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nbagent import errors
from nbagent.errors import ConfigError, NbagentError, RunCancelled, RunError, RunPaused, did_you_mean
from nbagent.messages import Message, Usage


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A run that is about to fail, for its handler: the typed `error`, `text` (the last that the model said in this run), the whole
    transcript so far, what it has used (`cost` in US dollars, None where a price is unknown), and who asked."""

    error: NbagentError
    text: str
    messages: tuple[Message, ...]
    usage: Usage
    cost: float | None
    agent: Any
    run_id: str
    session: str | None = None


Handler = Callable[[Failure], Any | Awaitable[Any]]
"""Gives the output of the run: text, or a value of the agent's `output_type`. None leaves the error as it is. A plain function runs
where the cell runs, as a tool does."""

Handlers = Mapping[type[NbagentError] | str, Handler]
"""By kinds of errors, or their names; the nearest kind counts: ``RunError`` is for all that has none of its own."""


def kinds() -> dict[str, type[NbagentError]]:
    """The kinds of errors that a handler can be for, by name."""
    found = {name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, RunError | ConfigError)}
    return {name: each for name, each in found.items() if not issubclass(each, RunCancelled | RunPaused)}


def checked(handlers: Any) -> dict[type[NbagentError], Handler]:
    """Handlers by kind. Raises `ConfigError` for a kind that there is not, or that cannot be handled, and for what is no function."""
    if not isinstance(handlers, Mapping):
        raise ConfigError(f"on_error={handlers!r} is no table of handlers.", mend='Write on_error={"MaxStepsReached": function}.')
    known, found = kinds(), dict[type[NbagentError], Handler]()
    for key, handler in handlers.items():
        name = key if isinstance(key, str) else getattr(key, "__name__", repr(key))
        if name not in known or (not isinstance(key, str) and key is not known[name]):
            stop = name in ("RunCancelled", "RunPaused")
            why = "That a person stopped it, or is asked, is no failure." if stop else did_you_mean(name, [*known]) or "Kinds: " + ", ".join(known) + "."
            raise ConfigError(f"There can be no handler for {name}.", why)
        if not callable(handler):
            raise ConfigError(f"The handler for {name} is {type(handler).__name__}, which cannot be called.", "It is a function of a Failure.")
        found[known[name]] = handler
    return found


def handler_for(error: NbagentError, handlers: Handlers) -> Handler | None:
    """The handler of the nearest kind."""
    return next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
