"""Runs the calls of one message: approvals, side by side or in turn, errors as results. One failure loses nothing of the rest."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from nbagent.contents import result_text
from nbagent.errors import DecisionError, did_you_mean, hide_keys, redact
from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    RunEvent,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    ToolStatus,
)
from nbagent.messages import FilePart, ToolCallPart, ToolResultPart
from nbagent.tools import Tool

Decision = bool | str | Mapping[str, Any]
"""What a person says of a call: True, False, a reason why not, or other arguments."""

Approver = Callable[[ToolCallPart, str], Awaitable[Decision | None]]
"""Asks for a decision, given the call and its digest, on the engine's thread. None: nobody is there, the call stays pending."""


@dataclass(frozen=True)
class Place:
    """Where a tool runs, so that a run begun inside it knows what it is inside of. `trace` is the outer run's."""

    run_id: str
    span_id: str
    trace: Any


place: ContextVar[Place | None] = ContextVar("nbagent_place", default=None)


class Where(Protocol):
    """The threads a tool can run on; `bridge` has the real ones."""

    async def on_caller(self, function: Callable[[], Any]) -> Any: ...
    async def in_thread(self, function: Callable[[], Any]) -> Any: ...
    def soon(self, function: Callable[[], None]) -> None: ...


Emit = Callable[[str, str | None, Sequence[RunEvent]], None]
"""(span_id, parent_id, events)"""


def digest(call: ToolCallPart) -> str:
    """What a decision is bound to: 16 hex digits of the call's name and arguments."""
    return hashlib.sha256(f"{call.name}\0{call.arguments}".encode()).hexdigest()[:16]


def check_decisions(decisions: Mapping[str, Decision], pending: Sequence[ToolCallPart]) -> None:
    """Raises `DecisionError` for a decision on a call that does not wait, or of a kind that is none."""
    if not isinstance(decisions, Mapping):
        raise DecisionError(f"{decisions!r} are no decisions.", mend="Give them by the calls' ids: {id: True}.")
    waiting = [call.id for call in pending]
    for call_id, decision in decisions.items():
        if call_id not in waiting:
            raise DecisionError(f"No call {call_id!r} waits for a decision.", "Waiting: " + (", ".join(waiting) or "none") + ".")
        if not isinstance(decision, bool | str | Mapping):
            raise DecisionError(f"{decision!r} is no decision on {call_id!r}.", mend="Give True, False, a reason (text) or other arguments (a dict).")
        if isinstance(decision, Mapping):
            try:
                msgspec.json.encode(decision)
            except (TypeError, ValueError, RecursionError) as error:
                raise DecisionError(f"The arguments for {call_id!r} cannot be written as JSON.", str(error)) from error


class Calls:
    """The calls of one message, on their way to results."""

    def __init__(
        self, tools: Mapping[str, Tool], *, emit: Emit, where: Where, new_span: Callable[[], str], inside: Place,
        approve: Approver | None, decisions: Mapping[str, Decision],
    ) -> None:  # fmt: skip
        self._tools, self._emit, self._where, self._new_span = tools, emit, where, new_span
        self._inside, self._approve, self._decisions = inside, approve, decisions
        self._in_turn = asyncio.Lock()
        self.results: dict[str, ToolResultPart] = {}

    async def run(self, calls: Sequence[ToolCallPart]) -> None:
        """Answer what can be answered now; `results` has them by id, also when this is cancelled in the middle."""
        batch = self._new_span()
        tasks = [asyncio.create_task(self._answer(call, batch)) for call in calls]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, call: ToolCallPart, batch: str) -> None:
        span = self._new_span()
        tool = self._tools.get(call.name)
        if tool is None:
            why = did_you_mean(call.name, list(self._tools)) or "Tools: " + (", ".join(self._tools) or "none") + "."
            return self._refuse(span, call, batch, "UnknownTool", f"There is no tool {call.name!r}. {why}")
        try:
            arguments = tool.arguments(call.arguments)
            asks = tool.asks(arguments)
        except Exception as error:  # noqa: BLE001  wrong arguments are the model's to mend, in words it can act on
            return self._refuse(span, call, batch, type(error).__name__, explain_arguments(call, error))
        note = ""
        if asks:
            decision = await self._decide(span, call)
            if decision is None:
                return None
            if decision is False or isinstance(decision, str):
                why = f" Reason: {decision}" if decision else ""
                return self._refuse(span, call, batch, "Rejected", f"The user rejected this call.{why}", status="rejected")
            if isinstance(decision, Mapping):
                text = msgspec.json.encode(decision).decode()
                try:
                    arguments = tool.arguments(text)
                except Exception as error:  # noqa: BLE001  the person's arguments are checked like the model's
                    return self._refuse(span, call, batch, type(error).__name__, explain_arguments(call, error))
                note = f"[The user changed the arguments to {text}]\n"
                call = msgspec.structs.replace(call, arguments=text)
        return await self._execute(span, call, batch, tool, arguments, note)

    async def _decide(self, span: str, call: ToolCallPart) -> Decision | None:
        self._emit(span, None, [ApprovalRequested(call, digest(call))])
        decision = self._decisions.get(call.id)
        if decision is None and self._approve is not None:
            decision = await self._approve(call, digest(call))
        if decision is not None:
            changed = msgspec.json.encode(decision).decode() if isinstance(decision, Mapping) else None
            approved = decision is True or changed is not None
            self._emit(span, None, [ApprovalDecided(call.id, approved, decision if isinstance(decision, str) else "", changed)])
        return decision

    def _refuse(self, span: str, call: ToolCallPart, batch: str, kind: str, text: str, *, status: ToolStatus = "error") -> None:
        result = ToolResultPart(call.id, call.name, text, is_error=True)
        self.results[call.id] = result
        self._emit(span, None, [ToolStarted(call, batch)])
        self._emit(span, None, [ToolFinished(result, status, error=ErrorInfo(kind, text))])

    async def _execute(self, span: str, call: ToolCallPart, batch: str, tool: Tool, arguments: dict[str, Any], note: str) -> None:
        if tool.on_callers_thread:
            async with self._in_turn:
                await self._run_one(span, call, batch, tool, arguments, note)
        else:
            await self._run_one(span, call, batch, tool, arguments, note)

    async def _run_one(self, span: str, call: ToolCallPart, batch: str, tool: Tool, arguments: dict[str, Any], note: str) -> None:
        self._emit(span, None, [ToolStarted(call, batch)])
        progress = Progress(self._where, lambda text: self._emit(span, None, [ToolProgressed(call.id, text)]))
        place.set(Place(self._inside.run_id, span, self._inside.trace))
        status: ToolStatus = "ok"
        info: ErrorInfo | None = None
        files: tuple[FilePart, ...] = ()
        try:
            async with asyncio.timeout(tool.timeout) as limit:
                whole, files = await invoke(tool, arguments, self._where, progress)
            whole = hide_keys(note + whole)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                self._finish(span, ToolResultPart(call.id, call.name, CANCELLED, is_error=True), "cancelled", None, None)
                raise
            status, whole = "error", describe(error)  # the tool's own: something that it waited for was cancelled
            info = ErrorInfo(type(error).__name__, whole, frames(error))
        except TimeoutError as error:
            status = "error"
            whole = f"{tool.name} took longer than its {tool.timeout:g} s and was left behind." if limit.expired() else describe(error)
            info = ErrorInfo("TimeoutError", whole, None if limit.expired() else frames(error))
        except BaseException as error:  # noqa: BLE001  whatever a tool raises is the call's result, and the rest goes on
            status, whole = "error", describe(error)
            info = ErrorInfo(type(error).__name__, redact(_safe(error)), frames(error))
        cut = cut_middle(whole, tool.result_limit)
        result = ToolResultPart(call.id, call.name, cut, is_error=status != "ok", files=files)
        self._finish(span, result, status, whole if cut is not whole else None, info)

    def _finish(self, span: str, result: ToolResultPart, status: ToolStatus, whole: str | None, error: ErrorInfo | None) -> None:
        self.results[result.id] = result
        self._emit(span, None, [ToolFinished(result, status, whole, error)])


CANCELLED = "Cancelled by the user."


class Progress:
    """Passes on what a generator tool yields, from whatever thread it runs on, at most 20 times a second."""

    def __init__(self, where: Where, show: Callable[[str], None]) -> None:
        self._where, self._show = where, show
        self._waiting: list[str] = []
        self._last = 0.0

    def say(self, value: Any) -> str:
        text = hide_keys(result_text(value)[0])
        self._waiting.append(text)
        if time.monotonic() - self._last > 0.05:
            self.flush()
        return text

    def flush(self) -> None:
        if self._waiting:
            text, self._waiting, self._last = "\n".join(self._waiting), [], time.monotonic()
            self._where.soon(lambda: self._show(text))


async def invoke(tool: Tool, arguments: dict[str, Any], where: Where, progress: Progress) -> tuple[str, tuple[FilePart, ...]]:
    """Call the function where it belongs; its result as text and files. The text is made where the function ran."""
    function = tool.function
    if inspect.isasyncgenfunction(function):
        said = [progress.say(value) async for value in function(**arguments)]
        progress.flush()
        return "\n".join(said), ()
    if inspect.iscoroutinefunction(function):
        return result_text(await function(**arguments))

    def call() -> tuple[str, tuple[FilePart, ...]]:
        value = function(**arguments)
        if inspect.isgenerator(value):
            said: list[str] = []
            while True:
                try:
                    said.append(progress.say(next(value)))
                except StopIteration as end:
                    progress.flush()
                    return result_text(end.value) if end.value is not None else ("\n".join(said), ())
        if inspect.isawaitable(value):
            raise TypeError(f"{tool.name} returned something to be awaited; write it as an async function")
        return result_text(value)

    made: tuple[str, tuple[FilePart, ...]] = await (where.on_caller(call) if tool.on_callers_thread else where.in_thread(call))
    return made


def cut_middle(text: str, limit: int) -> str:
    """The text as it is, or its two ends with a line between them that says what is missing."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n... [{len(text) - head - tail:,} of {len(text):,} characters left out here] ...\n{text[-tail:] if tail else ''}"


def describe(error: BaseException) -> str:
    """What the model is told of an exception: its type and message, no paths, no keys."""
    message = " ".join(redact(_safe(error)).split())
    return f"{type(error).__name__}: {message}"[:2000] if message else type(error).__name__


def _safe(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  an exception whose text raises is still to be told
        return ""
    if isinstance(error, RuntimeError) and "running event loop" in text:  # asyncio.run in a plain tool, as in any cell
        return f"{text} (a notebook's cell has one: make the tool async, or give it thread=True)"
    return text


def frames(error: BaseException) -> str:
    """The traceback of the user's own frames, for the card and the trace."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_globals.get("__name__", "").startswith(("nbagent.", "asyncio", "contextvars")):
        step = step.tb_next
    return redact("".join(traceback.format_exception(type(error), error, step or error.__traceback__)))


def explain_arguments(call: ToolCallPart, error: Exception) -> str:
    """Wrong arguments, in words that a model can act on."""
    errors = getattr(error, "errors", None)
    if not callable(errors):
        return f"The arguments of {call.name} are wrong: {describe(error)}"
    told = []
    for item in errors(include_url=False, include_context=False)[:5]:
        where = ".".join(str(step) for step in item["loc"])
        told.append(f"{where}: {item['msg']}" if where else item["msg"])
    return f"The arguments of {call.name} are wrong: " + "; ".join(told)
