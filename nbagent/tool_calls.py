"""Runs the calls of one message: approvals, side by side or in turn, errors as results. One failure loses nothing of the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from nbagent.budget import Budget
from nbagent.decisions import Approve, Approver, Decision, digest, said
from nbagent.errors import GuardrailTripped, RunError, did_you_mean, hide_keys
from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    Noted,
    RunEvent,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    ToolStatus,
)
from nbagent.messages import Annotations, ToolCallPart, ToolResultPart
from nbagent.standing import Grants, tool_rules
from nbagent.tool_arguments import Arguments
from nbagent.tool_context import Around, Progress, ToolContext
from nbagent.tool_results import Objects, cut_middle, describe
from nbagent.tool_run import Where, outcome_of, said_by, stopped, verdict
from nbagent.tools import Tool

Emit = Callable[[str, str | None, Sequence[RunEvent]], None]
"""(span_id, parent_id, events)"""

CANCELLED = "Cancelled by the user."


@dataclass(frozen=True)
class Place:
    """Where a tool runs, so that a run begun inside it knows what it is inside of. `trace` and `budget` are the outer run's, `handling`
    the handlers of errors that it is inside of, which answer for no run within themselves."""

    run_id: str
    span_id: str
    trace: Any
    budget: Budget
    handling: tuple[Any, ...] = ()


place: ContextVar[Place | None] = ContextVar("nbagent_place", default=None)
counted: ContextVar[tuple[Place | None] | None] = ContextVar("nbagent_counted", default=None)
"""The place of the model call that is under way here, where it is traced and counted by who makes it. A tool or a span inside of it is another place."""


def is_counted() -> bool:
    """Whether what is asked of a model here is a part of a call that is traced and counted already."""
    around = counted.get()
    return around is not None and around[0] is place.get()


class _Refused(Exception):
    """A call is not to be run: what the model is told, by what kind of error, and how its card ends."""

    def __init__(self, kind: str, text: str, status: ToolStatus = "error", *, ends: RunError | None = None) -> None:
        super().__init__(text)
        self.kind, self.text, self.status, self.ends = kind, text, status, ends


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A call that may run. `note` is what the model is told before the result."""

    call: ToolCallPart
    tool: Tool
    arguments: Arguments
    note: str = ""


class Calls:
    """The calls of one message, on their way to results. At most `limit` run at once."""

    def __init__(
        self, tools: Mapping[str, Tool], *, emit: Emit, where: Where, new_span: Callable[[], str], inside: Place, around: Around,
        objects: Objects, approve: Approver | None, decisions: Mapping[str, Decision], grants: Grants, limit: int = 8,
    ) -> None:  # fmt: skip
        self._tools, self._emit, self._where, self._new_span = tools, emit, where, new_span
        self._inside, self._around, self._objects = inside, around, objects
        self._approve, self._decisions, self._grants = approve, decisions, grants
        self._in_turn, self._at_once = asyncio.Lock(), asyncio.Semaphore(max(1, limit))
        asked = next((message for message in reversed(around.messages) if message.role == "assistant"), None)
        self._mends = asked is None or asked.finish_reason in (None, "stop", "tool_calls")  # what was cut off may look as if it lacked a bracket only
        self._tasks: list[asyncio.Task[None]] = []
        self._running: set[asyncio.Task[Any] | None] = set()
        self.results: dict[str, ToolResultPart] = {}

    async def run(self, calls: Sequence[ToolCallPart]) -> None:
        """Answer what can be answered now; `results` has them by id, also when this is cancelled in the middle.

        Raises the `RunError` of a check or a tool that ends the run: what runs by then is waited for, what does not is left out.
        """
        batch = self._new_span()
        self._tasks = [asyncio.create_task(self._answer(call, batch)) for call in calls]
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def _answer(self, call: ToolCallPart, batch: str) -> None:
        span = self._new_span()
        place.set(self._inside)  # what a check or a person's stand-in runs is inside this run, too
        try:
            ready = await self._made_ready(span, call)
        except _Refused as refused:
            result = ToolResultPart(call.id, call.name, refused.text, is_error=True)
            self._emit(span, None, [ToolStarted(call, batch)])
            self._finish(span, result, ToolFinished(result, refused.status, error=ErrorInfo(refused.kind, refused.text)), refused.ends)
            return
        if ready is None:
            return
        async with self._in_turn if ready.tool.on_callers_thread else nullcontext(), self._at_once:
            self._running.add(asyncio.current_task())
            await self._run_one(span, batch, ready)

    # --- may it run ------------------------------------------------------------------------------------------------------

    async def _made_ready(self, span: str, call: ToolCallPart) -> _Ready | None:
        """The call with its arguments read, looked at and agreed to; None where it waits for a person. Raises `_Refused`."""
        tool = self._tools.get(call.name)
        if tool is None:
            why = did_you_mean(call.name, list(self._tools)) or "Tools: " + (", ".join(self._tools) or "none") + "."
            raise _Refused("UnknownTool", f"There is no tool {call.name!r}. {why}")
        if not tool_rules.offers(tool):
            raise _Refused("UnknownTool", f"The tool {call.name!r} cannot be used now.")
        arguments = await self._read(tool, call.arguments)
        if call.id not in self._decisions and not await self._asks(span, tool, arguments):
            return _Ready(call=call, tool=tool, arguments=arguments)
        meant = msgspec.structs.replace(call, arguments=arguments.text) if arguments.repaired else call
        decision = await self._decide(span, tool, meant, digest(call))
        if decision is None:
            return None
        if isinstance(decision, str):
            why = f" Reason: {decision}" if decision else ""
            raise _Refused("Rejected", f"The user rejected this call.{why}", "rejected")
        if decision.arguments is None:
            return _Ready(call=call, tool=tool, arguments=arguments)
        text = msgspec.json.encode(decision.arguments).decode()
        note = f"[The user changed the arguments to {text}]\n"
        try:
            return _Ready(call=call, tool=tool, arguments=await self._read(tool, text), note=note)
        except _Refused as refused:
            raise _Refused(refused.kind, hide_keys(note) + refused.text, refused.status, ends=refused.ends) from refused

    async def _read(self, tool: Tool, text: str) -> Arguments:
        """Arguments that the tool takes and its check lets through."""
        try:
            arguments = tool.read(text, mend=self._mends)
        except BaseException as error:  # wrong arguments are the model's to mend, in words it can act on
            raise _Refused(type(error).__name__, tool.explain(error)) from error
        try:
            said = await verdict(tool.check_arguments, arguments.values, self._where)
        except BaseException as error:  # a check that fails lets nothing through
            if stopped(error):
                raise
            raise _Refused(type(error).__name__, f"The check of the arguments failed: {describe(error)}") from error
        if isinstance(said, GuardrailTripped):
            raise _Refused("GuardrailTripped", f"Not run: {describe(said)}", "rejected", ends=said)
        if said is not None:
            raise _Refused("Rejected", said, "rejected")
        return arguments

    async def _asks(self, span: str, tool: Tool, arguments: Arguments) -> bool:
        needs = tool.needs_approval
        try:
            asks = tool_rules.is_asked(tool.name) or bool(await said_by(tool.asks, arguments.values, self._where.in_thread) if callable(needs) else needs)
        except BaseException as error:  # whether a person must agree is not known: it is not run
            if stopped(error):
                raise
            raise _Refused(type(error).__name__, f"Whether {tool.name} may run could not be told: {describe(error)}") from error
        allowed = tool_rules.allowed_by(tool, self._grants) if asks else None
        if allowed is not None:
            where = "in this session" if allowed == "session" else "in this kernel"
            self._emit(span, None, [Noted(f"{tool.name} runs without asking: you approved it {where}, for its code as it is.", "approval")])
        return asks and allowed is None

    async def _decide(self, span: str, tool: Tool, call: ToolCallPart, bound: str) -> Approve | str | None:
        """A yes, a reason why not, or None where nobody is there. A yes for longer holds from now on."""
        self._emit(span, None, [ApprovalRequested(call, bound, tool.spec.parameters)])
        try:
            decision = self._decisions.get(call.id)
            if decision is None and self._approve is not None:
                decision = await self._approve(call, bound)
            if decision is None:
                return None
            meant = said(decision)
            changed = msgspec.json.encode(meant.arguments).decode() if isinstance(meant, Approve) and meant.arguments is not None else None
        except Exception as error:  # nobody has said yes
            raise _Refused(type(error).__name__, f"Not run: a person could not be asked: {describe(error)}", "rejected") from error
        if isinstance(meant, str):
            self._emit(span, None, [ApprovalDecided(call.id, approved=False, reason=meant)])
            return meant
        if meant.standing != "once":
            (tool_rules.grants if meant.standing == "always" else self._grants).give(tool)
        self._emit(span, None, [ApprovalDecided(call.id, approved=True, arguments=changed, standing=meant.standing)])
        return meant

    # --- running it ------------------------------------------------------------------------------------------------------

    async def _run_one(self, span: str, batch: str, ready: _Ready) -> None:
        tool, arguments = ready.tool, ready.arguments
        call = ready.call if arguments.text == ready.call.arguments else msgspec.structs.replace(ready.call, arguments=arguments.text)
        started: list[RunEvent] = [ToolStarted(call, batch, arguments.repaired)]
        if arguments.repaired:
            started.append(Noted(f"The arguments of {call.name} were broken JSON and were mended.", "repaired"))
        self._emit(span, None, started)
        progress = Progress(self._where.soon, lambda text, fraction: self._emit(span, None, [ToolProgressed(call.id, text, fraction)]))
        context = ToolContext(self._around, call, progress)
        place.set(replace(self._inside, span_id=span))
        try:
            outcome = await outcome_of(tool, arguments.values, self._where, context, progress, self._objects)
        except asyncio.CancelledError:
            context.leave()
            progress.end()
            result = ToolResultPart(call.id, call.name, CANCELLED, is_error=True)
            self._finish(span, result, ToolFinished(result, "cancelled"))
            raise
        progress.end()
        whole = hide_keys(ready.note) + outcome.text if outcome.status == "ok" else outcome.text
        cut = cut_middle(whole, tool.result_limit, call.id, tool.result_tokens)
        annotations = None if outcome.priority is None else Annotations(priority=outcome.priority)
        result = ToolResultPart(call.id, call.name, cut, is_error=outcome.status != "ok", files=outcome.files, annotations=annotations)
        finished = ToolFinished(result, outcome.status, whole if cut is not whole else None, outcome.info, outcome.table)
        self._finish(span, result, finished, outcome.ends)

    def _finish(self, span: str, result: ToolResultPart, finished: ToolFinished, ends: RunError | None = None) -> None:
        self.results[result.id] = result
        self._emit(span, None, [finished])
        if ends is not None:
            for task in self._tasks:
                if task not in self._running and task is not asyncio.current_task():
                    task.cancel()
            raise ends
