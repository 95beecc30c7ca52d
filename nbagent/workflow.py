"""Spans of a person's own: a block of code as a row of the trace, with the runs that begin inside it below.

The rule: where nothing is traced it costs nothing, and it never changes what happens in the block.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Token
from functools import wraps
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from nbagent.budget import Budget
from nbagent.errors import ConfigError, redact
from nbagent.events import ErrorInfo, Observer, Outcome, RunFinished, RunStarted, stamped
from nbagent.loop import new_id
from nbagent.observers.trace import Trace
from nbagent.observers.watching import tell
from nbagent.session import came_from, shared_trace
from nbagent.tool_calls import Place, place

P = ParamSpec("P")
R = TypeVar("R")


class Workflow:
    """A block of code in the trace, as `span` makes it. `run_id` is its row's, and ``trace.spans(run=...)`` of it is all that happened
    inside; None where nothing is traced."""

    def __init__(self, name: str, trace: Trace | None, attributes: dict[str, Any]) -> None:
        self.name, self.attributes = name, attributes
        self.run_id: str | None = None
        self._id = ""
        self._trace = trace
        self._around: str | None = None
        self._observers: list[Observer] = []
        self._broken: set[int] = set()
        self._before: Token[Place | None] | None = None

    def set(self, **attributes: Any) -> None:
        """Say more of it: ``span.set(rows=len(table))``. It is written when the block ends."""
        self.attributes |= attributes

    def __enter__(self) -> Workflow:
        if self._before is not None:
            raise ConfigError(f"The span {self.name!r} is open.", "A span is of one block.", "Make another with nbagent.span(...).")
        around = place.get()
        trace = self._trace if self._trace is not None else around.trace if around else shared_trace.get()
        self._observers = trace.observers() if trace is not None else []
        if trace is None or not self._observers:
            return self
        self.run_id, self._id, self._around = new_id(16), new_id(), around.span_id if around else None
        budget = around.budget if around else Budget("run")
        self._before = place.set(Place(self.run_id, self._id, trace, budget))
        self._tell(RunStarted(self.name, "", None, origin=dict(came_from.get()()), kind="invoke_workflow", attributes=dict(self.attributes)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None) -> None:
        if self._before is None:
            return
        with suppress(ValueError):  # a generator that is closed from elsewhere: what is set there is not ours
            place.reset(self._before)
        self._before = None
        outcome: Outcome = "completed"
        info = None
        if isinstance(error, KeyboardInterrupt | asyncio.CancelledError):
            outcome = "cancelled"
        elif error is not None and not isinstance(error, GeneratorExit):
            outcome, info = "failed", ErrorInfo(type(error).__name__, redact(str(error)))
        self._tell(RunFinished(outcome, error=info, attributes=dict(self.attributes)))

    async def __aenter__(self) -> Workflow:
        return self.__enter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None) -> None:
        self.__exit__(kind, error, trail)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """As a decorator: every call of the function, plain or async, is a span of its own."""
        if iscoroutinefunction(function):

            @wraps(function)
            async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
                with Workflow(self.name, self._trace, dict(self.attributes)):
                    return await function(*args, **kwargs)

            return awaited  # type: ignore[return-value]  # of a coroutine function, which R is the coroutine of

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            with Workflow(self.name, self._trace, dict(self.attributes)):
                return function(*args, **kwargs)

        return called

    def __repr__(self) -> str:
        return f"<span {self.name!r} {self.run_id or '(not traced)'}>"

    def _tell(self, event: RunStarted | RunFinished) -> None:
        assert self.run_id is not None
        tell(self._observers, stamped([event], self.run_id, self._id, self._around), self._broken)


def span(name: str, /, *, trace: Trace | None = None, **attributes: Any) -> Workflow:
    """A row of the trace around code of yours; the runs that are begun inside it stand below it, in tasks of asyncio too.

    ::

        with nbagent.span("load data", source="survey.csv") as span:
            table = load()
            span.set(rows=len(table))

    Also ``async with``, and as a decorator, ``@nbagent.span("load data")``. `attributes` are numbers, texts, or what JSON has. An error
    marks the row and goes on. `trace` is where it is kept, and where sessions keep their runs that are begun inside and name none; not said,
    it is that of the run or span around it, in a notebook that of ``%trace``. ``trace.runs(run=span.run_id)`` has its row, with the sums of the runs in
    it; `Trace.runs` has those runs, and not the span.
    """
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"A span has a name, not {name!r}.", mend='with nbagent.span("load data"): ...')
    return Workflow(name, trace, attributes)
