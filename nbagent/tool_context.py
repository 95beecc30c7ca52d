"""What a running call may know and say: `ToolContext`, given to a parameter that is annotated so and never offered to the model.

It is the call's own and good from any thread; what is said after the call has ended is heard by nobody.
"""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from nbagent.contents import result_text
from nbagent.docstrings import written
from nbagent.errors import hide_keys, known_keys
from nbagent.messages import Message, ToolCallPart, Usage

PERIOD = 0.05
"""Seconds between two lots of progress: the page draws no faster."""


@dataclass(frozen=True, kw_only=True)
class Around:
    """The run that calls are made in, as it stands when they are: `agent` is its `Agent`, `messages` its transcript so far,
    `usage` and `cost` (US dollars, None where a price is unknown) what it has used until now, runs inside its tools with it."""

    run_id: str
    agent: Any = None
    messages: tuple[Message, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    session: str | None = None


class Progress:
    """What a call says before its result is there, passed on at most every `PERIOD`, nothing left out and nothing late.

    `say` is for any thread; all else happens on the engine's, `soon` being the way there. `show` gets text and how much
    is done (0 to 1), where that was said.
    """

    def __init__(self, soon: Callable[[Callable[[], None]], None], show: Callable[[str, float | None], None]) -> None:
        self._soon, self._show = soon, show
        self._lock = threading.Lock()
        self._said: list[str] = []
        self._fraction: float | None = None
        self._on_its_way = self._over = False
        self._last = -math.inf
        self._keys: list[str] | None = None

    def say(self, value: Any, fraction: float | None = None) -> str:
        """Tell the person a value, or only how much is done (`value` None); returns its text."""
        if self._over:
            return ""
        text = "" if value is None and fraction is not None else result_text(value)[0]
        with self._lock:
            if text:
                self._said.append(text)
            self._fraction = self._fraction if fraction is None or math.isnan(fraction) else min(1.0, max(0.0, float(fraction)))
            asked, self._on_its_way = self._on_its_way, True
        if not asked:
            self._soon(self._in_time)
        return text

    def _in_time(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._last + PERIOD - loop.time()
        if wait > 0:
            loop.call_later(wait, self._pass_on)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            said, fraction = self._said, self._fraction
            self._said, self._fraction, self._on_its_way = [], None, False
        if self._over or not (said or fraction is not None):
            return
        self._last = asyncio.get_running_loop().time()
        self._keys = known_keys() if self._keys is None else self._keys
        self._show(hide_keys("\n".join(said), self._keys), fraction)

    def end(self) -> None:
        """The call is over: what was said until now is passed on, and nothing after it."""
        self._pass_on()
        self._over = True


class ToolContext:
    """The call that a tool runs for. A parameter annotated ``ToolContext`` gets it, and the model is not told of the parameter.

    `run_id` is the run's, `call` the call (its ``id``, ``name`` and raw ``arguments``), `agent` who called, `messages` the
    transcript so far, `usage` and `cost` what the run has used until now (US dollars; None where a price is unknown),
    `session` the session's name.
    """

    def __init__(self, around: Around, call: ToolCallPart, progress: Progress) -> None:
        self._around, self._progress = around, progress
        self._cancelled = threading.Event()
        self.call = call

    @property
    def run_id(self) -> str:
        return self._around.run_id

    @property
    def agent(self) -> Any:
        return self._around.agent

    @property
    def messages(self) -> tuple[Message, ...]:
        return self._around.messages

    @property
    def usage(self) -> Usage:
        return self._around.usage

    @property
    def cost(self) -> float | None:
        return self._around.cost

    @property
    def session(self) -> str | None:
        return self._around.session

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for this call any longer: the run was stopped or the call's time is over. A thread cannot be
        killed, so a long tool on one looks at this and leaves."""
        return self._cancelled.is_set()

    def emit(self, value: Any = None, fraction: float | None = None) -> None:
        """Show progress in the call's card, from any thread: a text, or any value as a tool's result would be shown, and how
        much is done (0 to 1). The model is told nothing of it."""
        self._progress.say(value, fraction)

    def leave(self) -> None:
        """Say to the tool that nobody waits for it (`cancelled`)."""
        self._cancelled.set()

    def __repr__(self) -> str:
        return f"ToolContext({self.call.name!r}, call {self.call.id!r}, run {self.run_id!r})"


def context_parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters that are annotated `ToolContext`, or `ToolContext` or None."""
    try:
        called = written(function)
        hints = get_type_hints(called.__init__ if inspect.isclass(called) else called)
    except Exception:  # noqa: BLE001  an annotation is any expression; it is told, with the tool's name, where its schema is made
        return ()
    return tuple(name for name, hint in hints.items() if name != "return" and _is_context(hint))


def _is_context(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_is_context(each) for each in get_args(hint))
    return isinstance(hint, type) and issubclass(hint, ToolContext)
