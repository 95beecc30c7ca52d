"""Notes as the columns of the table `events`: what happened, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from nbagent.errors import known_keys, redact
from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    Noted,
    OutputParsed,
    Retried,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.observers.columns import Columns, agent_of
from nbagent.observers.spans import FirstToken, Note, Span
from nbagent.observers.values import as_json, nanoseconds

_Row = tuple[str, str | None, str | None, float | None, dict[str, Any] | None]
"""The event, its name, outcome, value and payload."""


def event_columns(notes: Sequence[Note], spans: Sequence[Span]) -> Columns:
    """The notes of the runs that the spans are of. `offset_s` is since the start of the event's own run."""
    runs = {span.run_id: span for span in spans if isinstance(span.started, RunStarted)}
    agents = {span.id: agent_of(span) for span in spans}
    keys = known_keys()
    found: list[tuple[Any, ...]] = []
    seq = -1
    for note in notes:
        stamp = note.stamp
        run = runs.get(stamp.run_id)
        for row in _rows(note, keys):
            seq += 1  # also for those of other runs: an event's number is the same in every selection
            if run is None:
                continue
            agent = agents[stamp.span_id] if stamp.span_id in agents else agent_of(run)
            offset = (stamp.clock - run.started.stamp.clock) / 1e9
            event, name, outcome, value, payload = row
            said = as_json(payload) if payload else None
            found.append((seq, stamp.run_id, stamp.span_id, nanoseconds(stamp.time), offset, event, agent, None, name, outcome, value, said))
    names = ("seq", "run_id", "span_id", "at", "offset_s", "event", "agent", "to_agent", "name", "outcome", "value", "payload")
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True)) if found else {name: [] for name in names}


def _rows(note: Note, keys: list[str]) -> Iterator[_Row]:
    """A note as an event, and a second one where it tells of an error."""
    match note:
        case RunStarted(agent=agent, model=model, resumed=resumed):
            yield "run_started", model or agent, None, None, {"resumed": resumed} if resumed else None
        case RunFinished(outcome=outcome, pending=pending, error=error):
            yield "run_ended", None, outcome, None, {"pending": [call.id for call in pending]} if pending else None
            yield from _error(error, keys)
        case StepStarted(model=model, number=number):
            yield "step_started", model, None, None, {"number": number}
        case StepFinished(model=model, finish_reason=reason, error=error):
            yield "step_ended", model, reason, None, None
            yield from _error(error, keys)
        case FirstToken(part=part):
            yield "first_token", part, None, None, None
        case Retried(attempt=attempt, wait=wait, reason=reason):
            yield "retry", None, redact(reason, keys), wait, {"attempt": attempt}
        case Waiting(what=what, fraction=fraction):
            yield "log", "waiting", None, fraction, {"text": what}
        case Noted(text=text, kind=kind):
            yield "fallback" if kind == "fallback" else "note", kind, None, None, {"text": text}
        case OutputParsed(json=text, type_name=name, repaired=repaired):
            yield "output", name, "repaired" if repaired else "ok", None, {"json": text}
        case ToolStarted(call=call, repaired=repaired):
            yield "tool_started", call.name, "repaired" if repaired else None, None, {"tool_call_id": call.id, "arguments": call.arguments}
        case ToolProgressed(call_id=call_id, text=text):
            yield "log", "progress", None, None, {"tool_call_id": call_id, "text": text}
        case ToolFinished(result=result, status=status, error=error):
            yield "tool_ended", result.name, status, None, {"tool_call_id": result.id}
            yield from _error(error, keys)
        case ApprovalRequested(call=call, digest=digest):
            yield "approval_requested", call.name, None, None, {"tool_call_id": call.id, "arguments": call.arguments, "digest": digest}
        case ApprovalDecided(call_id=call_id, approved=approved, reason=reason, arguments=arguments, standing=standing):
            said = "rejected" if not approved else "changed" if arguments is not None else "approved"
            told = {"reason": reason, "arguments": arguments, "standing": standing if standing != "once" else ""}
            payload = {"tool_call_id": call_id} | {name: text for name, text in told.items() if text}
            yield "approval_decided", None, said, None, payload
        case _:
            assert_never(note)


def _error(error: ErrorInfo | None, keys: list[str]) -> Iterator[_Row]:
    if error is not None:
        payload = {"message": redact(error.message, keys)} | ({"traceback": redact(error.traceback, keys)} if error.traceback else {})
        yield "error", error.type, None, None, payload
