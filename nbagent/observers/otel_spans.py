"""Rows of a trace as OpenTelemetry's spans: the same ids, the same tree, and the names of `semconv`.

Pure but for the SDK's classes, which are imported when a span is made. What still runs has no end and is not sent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nbagent.errors import known_keys, redact
from nbagent.observers import semconv
from nbagent.observers.columns import Columns
from nbagent.observers.rows import Table
from nbagent.observers.semconv_messages import written

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import Event, ReadableSpan

Tables = Mapping[Table, Columns]
_NO_CONTENT = ("attempt", "tool_call_id", "number", "resumed", "digest")  # of an event's payload: what is no text of a conversation
_TABLES: dict[str, Table] = {"chat": "calls", "execute_tool": "tools", "invoke_agent": "runs", "invoke_workflow": "runs"}


def readable(tables: Tables, *, content: bool = False) -> list[ReadableSpan]:
    """The spans of these tables that have ended; `content` adds what was said in them."""
    events = _events(tables["events"], content=content)
    keyed: tuple[tuple[Table, str], ...] = (("calls", "span_id"), ("tools", "span_id"), ("runs", "run_id"))
    more = {table: {row[key]: row for row in _rows(tables[table])} for table, key in keyed}
    spans = []
    for row in _rows(tables["spans"]):
        if row["ended_at"] is None:
            continue
        own = more.get(_TABLES.get(row["kind"], "events"), {}).get(row["run_id" if row["kind"] in semconv.RUNS else "span_id"], {})
        spans.append(_span(row, own, events.get(row["span_id"], []), content=content))
    return spans


def _span(row: Mapping[str, Any], own: Mapping[str, Any], events: list[Event], *, content: bool) -> ReadableSpan:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanKind, Status, StatusCode

    attributes = json.loads(row["attributes"] or "{}")
    attributes |= {semconv.MAPPING: semconv.VERSION, semconv.SPAN_KIND: semconv.SPAN_KINDS.get(row["kind"])}
    attributes |= semconv.named(semconv.SPAN, row, content=content)
    if row["kind"] == "invoke_workflow":
        attributes[semconv.WORKFLOW] = attributes.pop(semconv.AGENT, None)
    attributes |= semconv.named(semconv.FOR_KIND.get(row["kind"], ()), own, content=content)
    for name in (semconv.INPUT, semconv.OUTPUT):
        if isinstance(messages := attributes.get(name), str):
            attributes[name] = written(messages)
    error = row["status"] == "error"
    trace = _number(row["trace_id"], 32)
    return ReadableSpan(
        row["name"],
        context=_context(trace, row["span_id"]),
        parent=_context(trace, row["parent_id"]) if row["parent_id"] else None,
        resource=Resource.create({"service.name": "nbagent"}),
        attributes=_plain(attributes),
        events=events,
        kind=SpanKind.CLIENT if row["kind"] == "chat" else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, redact(row["error"] or row["error_type"] or "")) if error else Status(StatusCode.UNSET),
        start_time=row["started_at"],
        end_time=row["ended_at"],
        instrumentation_scope=InstrumentationScope("nbagent"),
    )


def _events(columns: Columns, *, content: bool) -> dict[str, list[Event]]:
    """The events that are sent, by their spans."""
    from opentelemetry.sdk.trace import Event

    found: dict[str, list[Event]] = {}
    for row in _rows(columns):
        if (name := semconv.EVENTS.get(row["event"])) is None:
            continue
        payload = json.loads(row["payload"] or "{}")
        if row["event"] == "error":
            said = {"exception.type": row["name"], "exception.message": payload.get("message"), semconv.STACKTRACE: payload.get("traceback")}
        else:
            shown = payload if content else {key: value for key, value in payload.items() if key in _NO_CONTENT}
            said = {key: row[key] for key in ("name", "outcome", "value", "agent", "to_agent")} | shown
        found.setdefault(row["span_id"], []).append(Event(name, _plain(said), row["at"]))
    return found


def _rows(columns: Columns) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _context(trace: int, span_id: str) -> Any:
    from opentelemetry.trace import SpanContext, TraceFlags

    return SpanContext(trace, _number(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _number(name: str, digits: int) -> int:
    """An id as the number that it is; one of another kind as a number that is always the same."""
    if not re.fullmatch(rf"[0-9a-f]{{{digits}}}", name):
        name = hashlib.blake2b(name.encode(), digest_size=digits // 2).hexdigest()
    return int(name, 16)


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as OpenTelemetry takes them: numbers, texts without keys, lists of texts; anything else as JSON."""
    keys = known_keys()

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return redact(value, keys)
        if isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return [redact(item, keys) for item in value]
        return redact(json.dumps(value, default=str, ensure_ascii=False), keys)

    return {name: plain(value) for name, value in attributes.items() if value is not None}
