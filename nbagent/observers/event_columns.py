"""Notes as the columns of the table `events`: what happened, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, assert_never

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


class _Row(NamedTuple):
    event: str
    name: str | None = None
    outcome: str | None = None
    value: float | None = None
    payload: dict[str, Any] | None = None


def event_columns(notes: Sequence[Note], spans: Sequence[Span]) -> Columns:
    """The notes of the runs that the spans are of. `offset_s` is since the start of the event's own run."""
    runs = {span.run_id: span for span in spans if isinstance(span.started, RunStarted)}
    by_id = {span.id: span for span in spans}
    names = ("seq", "run_id", "span_id", "at", "offset_s", "event", "agent", "to_agent", "name", "outcome", "value", "payload")
    found: Columns = {name: [] for name in names}
    seq, keys = -1, known_keys()
    for note in notes:
        for row in _rows(note, keys):
            seq += 1  # also for those of other runs: an event's number is the same in every selection
            run = runs.get(note.stamp.run_id)
            if run is None:
                continue
            agent = agent_of(by_id.get(note.stamp.span_id, run))
            offset = (note.stamp.clock - run.started.stamp.clock) / 1e9
            payload = as_json(row.payload) if row.payload else None
            values = (
                seq, note.stamp.run_id, note.stamp.span_id, nanoseconds(note.stamp.time), offset,
                row.event, agent, None, row.name, row.outcome, row.value, payload,
            )  # fmt: skip
            for name, value in zip(names, values, strict=True):
                found[name].append(value)
    return found


def _rows(note: Note, keys: list[str]) -> Iterator[_Row]:
    """A note as an event, and a second one where it tells of an error."""
    match note:
        case RunStarted(model=model, resumed=resumed):
            yield _Row("run_started", model, payload={"resumed": resumed} if resumed else None)
        case RunFinished(outcome=outcome, pending=pending, error=error):
            yield _Row("run_ended", None, outcome, payload={"pending": [call.id for call in pending]} if pending else None)
            yield from _error(error, keys)
        case StepStarted(model=model, number=number):
            yield _Row("step_started", model, payload={"number": number})
        case StepFinished(model=model, finish_reason=reason, error=error):
            yield _Row("step_ended", model, reason)
            yield from _error(error, keys)
        case FirstToken(part=part):
            yield _Row("first_token", part)
        case Retried(attempt=attempt, wait=wait, reason=reason):
            yield _Row("retry", None, redact(reason, keys), wait, {"attempt": attempt})
        case Waiting(what=what, fraction=fraction):
            yield _Row("log", "waiting", None, fraction, {"text": what})
        case Noted(text=text, kind=kind):
            yield _Row("fallback" if kind == "fallback" else "note", kind, payload={"text": text})
        case OutputParsed(json=text, type_name=name, repaired=repaired):
            yield _Row("output", name, "repaired" if repaired else "ok", payload={"json": text})
        case ToolStarted(call=call, repaired=repaired):
            yield _Row("tool_started", call.name, "repaired" if repaired else None, payload={"tool_call_id": call.id, "arguments": call.arguments})
        case ToolProgressed(call_id=call_id, text=text):
            yield _Row("log", "progress", payload={"tool_call_id": call_id, "text": text})
        case ToolFinished(result=result, status=status, error=error):
            yield _Row("tool_ended", result.name, status, payload={"tool_call_id": result.id})
            yield from _error(error, keys)
        case ApprovalRequested(call=call, digest=digest):
            yield _Row("approval_requested", call.name, payload={"tool_call_id": call.id, "arguments": call.arguments, "digest": digest})
        case ApprovalDecided(call_id=call_id, approved=approved, reason=reason, arguments=arguments):
            said = "rejected" if not approved else "changed" if arguments is not None else "approved"
            payload = {"tool_call_id": call_id} | ({"reason": reason} if reason else {}) | ({"arguments": arguments} if arguments else {})
            yield _Row("approval_decided", None, said, payload=payload)
        case _:
            assert_never(note)


def _error(error: ErrorInfo | None, keys: list[str]) -> Iterator[_Row]:
    if error is not None:
        payload = {"message": redact(error.message, keys)} | ({"traceback": redact(error.traceback, keys)} if error.traceback else {})
        yield _Row("error", error.type, payload=payload)
