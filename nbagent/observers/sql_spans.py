"""Spans out of a trace's database as the events that they were made of, so that one code shows those of memory and of a file.

What a row does not say stays empty: a span that is read back is for looking at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from nbagent.events import ErrorInfo, Outcome, RunFinished, RunStarted, Stamp, StepFinished, StepStarted, ToolFinished, ToolStarted, ToolStatus
from nbagent.messages import FinishReason, Message, ToolCallPart, ToolResultPart, Usage, assistant
from nbagent.observers import semconv
from nbagent.observers.spans import Span, Status
from nbagent.observers.sql_reading import Ask, Reading, from_json, inside
from nbagent.prices import Source

Row = dict[str, Any]
_MESSAGES = msgspec.json.Decoder(list[Message])
_ANY = msgspec.json.Decoder(Any)
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_OUTCOMES: dict[str, Outcome] = {"ok": "completed", "paused": "paused", "cancelled": "cancelled"}
_ORIGIN = ("cell_id", "exec_count", "kernel_id", "tag", "notebook")


def outline(ask: Ask, run: str) -> list[tuple[Any, ...]]:
    """The spans of a run and of the runs inside it, in order of their start, and nothing of what was said in them: id, parent, kind,
    name, start (nanoseconds), seconds, seconds to the first token, status, tokens in and out, cost, model, error."""
    where, values = inside(run)
    shown = "span_id, parent_id, kind, coalesce(tool, model, agent, name), started_at, duration_s, ttft_s, status, input_tokens, output_tokens, cost_usd, model"
    error = "CASE WHEN error_type IS NULL THEN NULL ELSE error_type || ': ' || coalesce(error, '') END"
    return ask(f"SELECT {shown}, {error} FROM spans WHERE {' AND '.join(where)} ORDER BY started_at, id", values)  # noqa: S608  names of our own


def read_span(reading: Reading, span_id: str) -> Span | None:
    """The span with all its texts; None where there is none of this id."""
    row = _first(reading.span("spans", span_id))
    if row is None:
        return None
    attributes: Row = _json(row["attributes"]) or {}
    started: RunStarted | StepStarted | ToolStarted
    finished: RunFinished | StepFinished | ToolFinished
    match row["kind"]:
        case "chat":
            started, finished = _step(row | (_first(reading.span("calls", span_id)) or {}))
        case "execute_tool":
            started, finished = _tool(row | (_first(reading.span("tools", span_id)) or {}))
        case _:
            started, finished = _run(row | (_first(reading.read("runs", row["run_id"], payload=True)) or {}), attributes)
    stamp = _stamp(row)
    span = Span(msgspec.structs.replace(started, stamp=stamp), row["trace_id"], _around(row), status=_one_of(row["status"], Status, "ok"))
    if row["status"] != "running":
        span.finished = finished if row["status"] != "paused" or isinstance(finished, RunFinished) else None
    if row["duration_s"] is not None:  # nobody knows when what was under way in a kernel that died ended
        ended = round(stamp.clock + row["duration_s"] * 1e9)
        span.ended = msgspec.structs.replace(stamp, time=ended / 1e9, clock=ended)
    error = _error(row, attributes)
    if error is not None and span.finished is not None:
        span.finished = msgspec.structs.replace(span.finished, error=error)
    span.first = None if row["ttft_s"] is None else round(stamp.clock + row["ttft_s"] * 1e9)
    span.retries, span.approved = row.get("retries") or 0, row.get("approved")
    return span


def _step(row: Row) -> tuple[StepStarted, StepFinished]:
    came = _messages(row["output_messages"])
    otherwise: FinishReason = "cancelled" if row["status"] == "cancelled" else "stop"
    counts = {name: row[name] for name in _TOKENS if row[name] is not None}
    started = StepStarted(
        0, row["agent"] or "", row["provider"] or "", row["model"] or "", _messages(row["input_messages"]), tuple(_json(row["tools_offered"]) or ()),
        _json(row["params"]) or {}, row["system_instructions"] or "",
    )  # fmt: skip
    return started, StepFinished(
        came[0] if came else assistant(), _one_of(row["finish_reason"], FinishReason, otherwise), Usage(**counts) if counts else None, _json(row["usage_raw"]),
        row["response_model"], row["response_id"], row["cost_usd"], _one_of(row["cost_source"], Source, "unknown"),
    )  # fmt: skip


def _tool(row: Row) -> tuple[ToolStarted, ToolFinished]:
    call = ToolCallPart(row["tool_call_id"] or "", row["tool"] or "", row["arguments"] or "")
    result = ToolResultPart(call.id, call.name, row["result"] or "", row["status"] == "error")
    return ToolStarted(call, repaired=bool(row["repaired"])), ToolFinished(result, _one_of(row["status"], ToolStatus, "ok"))


def _run(row: Row, attributes: Mapping[str, Any]) -> tuple[RunStarted, RunFinished]:
    prompt = _messages(row.get("input_messages"))
    model = str(attributes.get("nbagent.request.model") or row.get("models") or "")
    started = RunStarted(row["agent"] or "", model, prompt[0] if prompt else None, row["session_id"], origin=_origin(row))
    if row["kind"] == "invoke_workflow":
        own = {name: value for name, value in attributes.items() if not name.startswith("nbagent.")}
        return msgspec.structs.replace(started, kind="invoke_workflow"), RunFinished(_OUTCOMES.get(row["status"], "failed"), attributes=own)
    return started, RunFinished(_OUTCOMES.get(row["status"], "failed"), _messages(row.get("new_messages")))


def _around(row: Row) -> Span | None:
    """The run that a span is in, as far as its own row tells of it."""
    if row["kind"] in semconv.RUNS:
        return None
    stamp = Stamp(row["run_id"], row["run_id"], None, row["started_at"] / 1e9, row["started_at"])
    return Span(RunStarted(row["agent"] or "", "", None, row["session_id"], origin=_origin(row), stamp=stamp), row["trace_id"], None)


def _origin(row: Row) -> Row:
    return {name: row[name] for name in _ORIGIN if row.get(name) is not None}


def _stamp(row: Row) -> Stamp:
    return Stamp(row["run_id"], row["span_id"], row["parent_id"], row["started_at"] / 1e9, row["started_at"])


def _error(row: Row, attributes: Mapping[str, Any]) -> ErrorInfo | None:
    if row["error_type"] is None and row["error"] is None:
        return None
    return ErrorInfo(row["error_type"] or "Error", row["error"] or "", attributes.get(semconv.STACKTRACE))


def _messages(text: str | None) -> tuple[Message, ...]:
    found = from_json(_MESSAGES, text) if text else []
    return tuple(found)


def _json(text: str | None) -> Any:
    return from_json(_ANY, text) if text else None


def _one_of(word: Any, words: Any, otherwise: Any) -> Any:
    """The word where it is one of a closed vocabulary's."""
    return word if word in get_args(words) else otherwise


def _first(columns: Mapping[str, list[Any]]) -> Row | None:
    return {name: values[0] for name, values in columns.items()} if columns.get("run_id") else None
