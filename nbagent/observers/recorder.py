"""Turns the event stream into spans and notes, on whichever thread wants them.

A delta costs a look at its type; nothing of it is kept. Everything else is kept as it came: no texts are joined, hashed
or counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol, assert_never

from msgspec import Struct, field
from msgspec.structs import force_setattr

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    Noted,
    OutputParsed,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    Stamp,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.messages import Part, ReasoningPart, TextPart, ToolCallPart
from nbagent.observers.spans import FirstToken, Note, Span, Status

OUTCOMES: dict[str, Status] = {"completed": "ok", "failed": "error", "cancelled": "cancelled", "paused": "paused"}
ANSWERS: dict[str, Status] = {"ok": "ok", "error": "error", "rejected": "rejected", "cancelled": "cancelled"}


class Sink(Protocol):
    """Where a recorder writes to."""

    def begin(self, span: Span) -> None:
        """Keep a span that was just started."""

    def end(self, span: Span) -> None:
        """Keep how a span ended. It is the object that was given to `begin`."""

    def note(self, event: Note) -> None:
        """Keep an event, in its order."""


class _Run(Struct):
    """A run under way, or paused: which call of the model asked for which tool, and what a person said of it."""

    span: Span
    asked: dict[str, str]
    waits: dict[str, ApprovalRequested] = field(default_factory=dict)
    waits_since: int = 0
    approved: dict[str, bool] = field(default_factory=dict)


class _Ear(Struct):
    """A model call of which something is still to be heard for the first time: anything, or the run's first text."""

    span: Span
    parts: dict[int, Part] = field(default_factory=dict)


class Recorder:
    """Writes what it observes into `rows`."""

    def __init__(self, rows: Sink) -> None:
        self._rows = rows
        self._open: dict[str, Span] = {}
        self._runs: dict[str, _Run] = {}
        self._ears: dict[str, _Ear] = {}
        self._ended = 0

    def observe(self, events: Sequence[RunEvent]) -> None:
        """A batch of events, as a run emits them."""
        for event in events:
            if type(event) is PartDelta:
                if self._ears and event.delta and (ear := self._ears.get(event.stamp.span_id)):
                    self._hear(ear, ear.parts.get(event.index), event.stamp)
            else:
                self._take(event)

    def before(self, run: Span, asked: dict[str, str]) -> None:
        """A run that was paused before anything was heard here, and the call of the model (a span's id) that asked for each of its tools."""
        self._runs[run.run_id] = _Run(run, asked)

    def again(self, notes: Sequence[Note]) -> None:
        """Notes that a recorder made once, from the start of their runs: what it said then is said again. Only the first text of a run
        that came after its reasoning is known no more."""
        for note in notes:
            if isinstance(note, FirstToken):
                self._heard(note)
            else:
                self._take(note)

    def _heard(self, note: FirstToken) -> None:
        if span := self._open.get(note.stamp.span_id):
            span.first = note.stamp.clock
            if note.part == "text" and span.around and span.around.first is None:
                span.around.first = span.first
            self._rows.note(note)

    def _take(self, event: RunEvent) -> None:
        match event:
            case PartStarted():
                self._part_started(event)
                return
            case PartFinished(part=part):
                if _says(part) and (ear := self._ears.get(event.stamp.span_id)):
                    self._hear(ear, part, event.stamp)
                return
            case RunStarted():
                self._run_started(event)
            case StepStarted() | ToolStarted():
                self._started(event)
            case StepFinished():
                self._step_finished(event)
            case ToolFinished():
                self._end(self._open.pop(event.stamp.span_id, None), event, ANSWERS[event.status])
            case RunFinished():
                self._run_finished(event)
            case Retried():
                if span := self._open.get(event.stamp.span_id):
                    span.retries += 1
            case ApprovalRequested(call=call):
                if run := self._runs.get(event.stamp.run_id):
                    run.waits_since = run.waits_since if run.waits else event.stamp.clock
                    run.waits[call.id] = event
            case ApprovalDecided(call_id=call_id, approved=approved):
                if run := self._runs.get(event.stamp.run_id):
                    run.approved[call_id] = approved
                    if run.waits.pop(call_id, None) and not run.waits and run.span.first is None:
                        run.span.held += (event.stamp.clock - run.waits_since) / 1e9
            case Noted(kind="fallback"):
                if span := self._open.get(event.stamp.span_id):
                    span.fell_back = True
            case Noted(kind="cached"):
                if span := self._open.get(event.stamp.span_id):
                    span.cached = True
            case Noted(seconds=seconds) if seconds:
                self._held(event.stamp.span_id, seconds)
            case Waiting() | ToolProgressed() | Noted() | OutputParsed():
                pass
            case PartDelta():
                return
            case _:
                assert_never(event)
        self._rows.note(event)

    def _held(self, span_id: str, seconds: float) -> None:
        """A wait before anything could come is no part of the time to the first token."""
        if span := self._open.get(span_id):
            for each in (span, span.around):
                if each and each.first is None:
                    each.held += seconds

    # --- spans ---------------------------------------------------------------------------------------------------------

    def _run_started(self, event: RunStarted) -> None:
        stamp = event.stamp
        outer = self._open.get(stamp.parent_id) if stamp.parent_id else None
        before = self._runs.get(event.resumed) if event.resumed else None
        trace_id = outer.trace_id if outer else before.span.trace_id if before else event.resumed or stamp.run_id
        span = Span(event, trace_id, next(outer.inside(), None) if outer else None)
        self._runs[stamp.run_id] = _Run(span, before.asked if before else {})
        self._begin(span)

    def _started(self, event: StepStarted | ToolStarted) -> None:
        run = self._runs.get(event.stamp.run_id)
        if run is None:
            return  # the trace was given to the session in the middle of a run
        span = Span(event, run.span.trace_id, run.span)
        if isinstance(event, ToolStarted):
            span.approved = run.approved.get(event.call.id)
            span.call_span_id = run.asked.get(event.call.id)
        else:
            self._ears[event.stamp.span_id] = _Ear(span)
        self._begin(span)

    def _begin(self, span: Span) -> None:
        self._open[span.id] = span
        self._rows.begin(span)

    def _step_finished(self, event: StepFinished) -> None:
        span_id = event.stamp.span_id
        self._ears.pop(span_id, None)
        if run := self._runs.get(event.stamp.run_id):
            for part in event.message.parts:
                if isinstance(part, ToolCallPart):
                    run.asked[part.id] = span_id
        status: Status = "ok" if event.error is None else "cancelled" if event.finish_reason == "cancelled" else "error"
        self._end(self._open.pop(span_id, None), event, status)

    def _run_finished(self, event: RunFinished) -> None:
        run = self._runs.get(event.stamp.run_id)
        if run is None:
            return
        if event.outcome == "paused":
            for call in event.pending:
                self._end(self._waiting(run, call, event.stamp), None, "paused", event.stamp)
        else:
            del self._runs[event.stamp.run_id]
        self._end(self._open.pop(event.stamp.span_id, None), event, OUTCOMES[event.outcome])

    def _waiting(self, run: _Run, call: ToolCallPart, end: Stamp) -> Span:
        """The row of a call that waits for a person when its run ends: it began when it was asked about."""
        asked = run.waits.get(call.id)
        made = hashlib.blake2b(f"{end.run_id} {call.id}".encode(), digest_size=8).hexdigest()
        stamp = asked.stamp if asked else Stamp(end.run_id, made, end.span_id, end.time, end.clock)
        started = ToolStarted(call)
        force_setattr(started, "stamp", stamp)
        span = Span(started, run.span.trace_id, run.span, call_span_id=run.asked.get(call.id))
        self._rows.begin(span)
        return span

    def _end(self, span: Span | None, event: StepFinished | ToolFinished | RunFinished | None, status: Status, stamp: Stamp | None = None) -> None:
        if span is None:
            return
        span.finished, span.ended, span.seq = event, stamp or (event.stamp if event else None), self._ended
        span.status = status  # last: a reader on another thread trusts the rest from now on
        self._ended += 1
        self._rows.end(span)

    # --- first tokens --------------------------------------------------------------------------------------------------

    def _part_started(self, event: PartStarted) -> None:
        part, span_id = event.part, event.stamp.span_id
        ear = self._ears.get(span_id)
        if ear is None:
            span = self._open.get(span_id)
            if span is None or not isinstance(part, TextPart) or span.around is None or span.around.first is not None:
                return
            ear = self._ears[span_id] = _Ear(span)
        ear.parts[event.index] = part
        if isinstance(part, ToolCallPart) or _says(part):  # a call shows its name at once
            self._hear(ear, part, event.stamp)

    def _hear(self, ear: _Ear, part: Part | None, stamp: Stamp) -> None:
        span, run = ear.span, ear.span.around
        if span.first is None:
            span.first = stamp.clock
            heard = FirstToken("tool_call" if isinstance(part, ToolCallPart) else "reasoning" if isinstance(part, ReasoningPart) else "text")
            force_setattr(heard, "stamp", stamp)
            self._rows.note(heard)
        if run and run.first is None and isinstance(part, TextPart):
            run.first = stamp.clock
        if not (run and run.first is None and any(isinstance(other, TextPart) for other in ear.parts.values())):
            del self._ears[stamp.span_id]


def _says(part: Part) -> bool:
    return isinstance(part, TextPart | ReasoningPart) and part.text != ""
