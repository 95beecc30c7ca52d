"""Spans of other tracers as the tables of ours.

What is a run, a model call or a tool call is made into the events that a run of ours would have had, so that one code
makes the columns of both. Every other span stays a span, with its name and all its attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, get_args

from msgspec import Struct, field
from msgspec.structs import force_setattr

from nbagent import prices
from nbagent.errors import redact
from nbagent.events import ErrorInfo, RunFinished, RunStarted, Stamp, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import FinishReason, Message, ToolCallPart, ToolResultPart, Usage, assistant
from nbagent.observers import semconv
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.conversations import Conversations
from nbagent.observers.event_columns import event_columns
from nbagent.observers.imported_messages import came, instructions, sent
from nbagent.observers.rows import Table
from nbagent.observers.run_columns import run_columns
from nbagent.observers.semconv import read
from nbagent.observers.spans import Note, Span, Status
from nbagent.observers.values import as_json, count_of

_SPAN, _CALL, _TOOL, _RUN = ({row.column: row for row in rows} for rows in (semconv.SPAN, semconv.CALL, semconv.TOOLS, semconv.RUN))
_OTHER_KINDS = {"LLM": "chat", "TOOL": "execute_tool", "AGENT": "invoke_agent", "RETRIEVER": "retrieval", "EMBEDDING": "embeddings", "GUARDRAIL": "guardrail"}
_REASONS: dict[str, FinishReason] = {
    **{reason: reason for reason in get_args(FinishReason)},
    "end_turn": "stop",
    "tool_use": "tool_calls",
    "tool_call": "tool_calls",
    "max_tokens": "length",
}
_TEXTS = {name for rows in (semconv.CALL, semconv.TOOLS, semconv.RUN) for row in rows if row.content for name in (row.name, *row.also, *row.older)}
_EVENTS = {name: event for event, name in semconv.EVENTS.items()}
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


class Found(Struct):
    """A span as a file has it, its attributes under OpenTelemetry's names. Times are nanoseconds since the epoch."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    started: int
    ended: int | None
    attributes: dict[str, Any]
    failed: bool = False
    error: str | None = None
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """The operation; None where nothing says which it is."""
        said = self.attributes.get(semconv.OPERATION) or _OTHER_KINDS.get(str(self.attributes.get(semconv.SPAN_KIND, "")).upper())
        return str(said) if said else "chat" if read(self.attributes, _CALL["model"]) else None

    @property
    def run_id(self) -> str:
        return str(read(self.attributes, _SPAN["run_id"]) or self.trace_id)

    @property
    def status(self) -> Status:
        said: Status | None = next((status for status in get_args(Status) if status == read(self.attributes, _SPAN["status"])), None)
        return "error" if self.failed else "running" if self.ended is None else said or "ok"

    def stamp(self, at: int) -> Stamp:
        return Stamp(self.run_id, self.span_id, self.parent_id, at / 1e9, at)


def tables(found: Sequence[Found]) -> dict[Table, Columns]:
    """All tables, with whole texts."""
    found = sorted(found, key=lambda span: (span.started, span.span_id))
    by_id = {span.span_id: span for span in found}
    runs = _runs(found, by_id)
    spans = [*runs.values(), *(made for each in found if (made := _span(each, runs[each.run_id], by_id)) is not None)]
    spans.sort(key=lambda span: span.started.stamp.clock)
    for seq, span in enumerate(sorted((span for span in spans if span.ended), key=lambda span: span.ended.clock if span.ended else 0)):
        span.seq = seq
    calls = [span for span in spans if isinstance(span.started, StepStarted)]
    return {
        "spans": _all(found, spans, runs),
        "runs": run_columns(spans, payload=True),
        "calls": _exact(call_columns(calls, payload=True), by_id),
        "tools": _exact(tool_columns([span for span in spans if isinstance(span.started, ToolStarted)]), by_id),
        "messages": Conversations().columns(calls),
        "events": _events(found, spans, runs),
    }


# -- what a run of ours would have said -----------------------------------------------------------------------------------


def _runs(found: Sequence[Found], by_id: Mapping[str, Found]) -> dict[str, Span]:
    """A run for each id of one: what began first in it, whatever that is."""
    runs: dict[str, Span] = {}
    for run_id, members in groupby(sorted(found, key=lambda span: span.run_id), key=lambda span: span.run_id):
        inside = list(members)  # in order of start: sorting keeps it
        root = next((span for span in inside if (outer := by_id.get(span.parent_id or "")) is None or outer.run_id != run_id), inside[0])
        leaf = next((span for span in inside if span.kind in semconv.INFERENCE), None)
        start = RunStarted(
            _agent(root, by_id) or next((name for span in inside if (name := read(span.attributes, _SPAN["agent"]))), None) or root.name,
            str(read(leaf.attributes, _CALL["model"]) or "") if leaf else "",
            next((message for message in reversed(_asked(root) or (_asked(leaf) if leaf else ())) if message.role == "user"), None),
            session=read(root.attributes, _SPAN["session_id"]),
            origin={name: value for name in ("tag", "prompt_hash", "code_hash", "kernel_id") if (value := read(root.attributes, _RUN[name])) is not None}
            | {name: value for name in ("cell_id", "exec_count") if (value := read(root.attributes, _SPAN[name])) is not None},
        )
        ended = [span.ended for span in inside if span.ended is not None]
        last = [message for span in inside if span.kind in semconv.INFERENCE for message in came(span.attributes, span.events)]
        outcome: Any = {"error": "failed", "cancelled": "cancelled", "paused": "paused"}.get(root.status, "completed")
        end = RunFinished(outcome, tuple(came(root.attributes, root.events)) or tuple(last[-1:]), error=_error(root))
        done = root.ended or (max(ended) if ended and len(ended) == len(inside) else None)
        runs[run_id] = _made(root, start, end, None, done)
    for run in runs.values():
        outer = by_id.get(run.started.stamp.parent_id or "")
        run.around = runs[outer.run_id] if outer and outer.run_id != run.run_id else None
    return runs


def _asked(span: Found) -> tuple[Message, ...]:
    return tuple(sent(span.attributes, span.events))


def _span(found: Found, run: Span, by_id: Mapping[str, Found]) -> Span | None:
    """A model call or a tool call; None for every other span."""
    attributes = found.attributes
    if found.kind in semconv.INFERENCE:
        provider, model = str(read(attributes, _CALL["provider"]) or ""), str(read(attributes, _CALL["model"]) or "")
        counts = {name: count for name in _TOKENS if (count := count_of(read(attributes, _CALL[name]))) is not None}
        usage = Usage(**counts) if counts else None
        answer = next(iter(came(attributes, found.events)), assistant())
        reasons = attributes.get(semconv.FINISH_REASONS) or ["error" if found.failed else "stop"]
        reason = str(reasons[0] if isinstance(reasons, list) else reasons)
        params = {key.removeprefix(semconv.REQUEST): value for key, value in attributes.items() if key.startswith(semconv.REQUEST)}
        told, messages = instructions(attributes), _asked(found)
        if not told and messages and messages[0].role == "system":
            told, messages = messages[0].text, messages[1:]
        start = StepStarted(0, _agent(found, by_id) or "", provider, model, messages, (), {key: v for key, v in params.items() if key != "model"}, told)
        cost, source = _cost(found, usage, model, provider)
        end = StepFinished(
            answer, _REASONS.get(reason, "stop"), usage, None, read(attributes, _CALL["response_model"]), read(attributes, _CALL["response_id"]),
            cost, source, _error(found),
        )  # fmt: skip
        made = _made(found, start, end, run)
        first = read(attributes, _CALL["ttft_s"])
        made.first = found.started + int(first * 1e9) if isinstance(first, int | float) else None
        made.retries = count_of(read(attributes, _CALL["retries"])) or 0
        return made
    if found.kind == "execute_tool":
        name = str(read(attributes, _TOOL["tool"]) or found.name.removeprefix("execute_tool "))
        call = ToolCallPart(str(read(attributes, _TOOL["tool_call_id"]) or found.span_id), name, _text(read(attributes, _TOOL["arguments"])))
        result = ToolResultPart(call.id, name, _text(read(attributes, _TOOL["result"])), is_error=found.failed)
        made = _made(found, ToolStarted(call), ToolFinished(result, "error" if found.failed else "ok", error=_error(found)), run)
        made.approved, made.call_span_id = read(attributes, _TOOL["approved"]), read(attributes, _TOOL["call_span_id"])
        return made
    return None


def _made(
    found: Found, start: RunStarted | StepStarted | ToolStarted, end: RunFinished | StepFinished | ToolFinished, run: Span | None, done: int | None = None
) -> Span:  # fmt: skip
    """A span of these two events, with the times of the one that was found."""
    done = found.ended if run else done
    force_setattr(start, "stamp", found.stamp(found.started))
    span = Span(start, found.trace_id, run)
    if done is not None:
        force_setattr(end, "stamp", found.stamp(done))
        span.finished, span.ended, span.status = end, end.stamp, "ok" if found.status == "running" else found.status
    return span


def _agent(found: Found, by_id: Mapping[str, Found]) -> str | None:
    """The agent that a span says it is of, or the nearest one around it does."""
    seen: set[str] = set()
    span: Found | None = found
    while span is not None and span.span_id not in seen:
        seen.add(span.span_id)
        if said := read(span.attributes, _SPAN["agent"]):
            return str(said)
        span = by_id.get(span.parent_id or "")
    return None


def _error(found: Found) -> ErrorInfo | None:
    if not found.failed:
        return None
    raised = next((attributes for _, name, attributes in found.events if name == "exception"), {})
    kind = read(found.attributes, _SPAN["error_type"]) or raised.get("exception.type") or "Error"
    return ErrorInfo(str(kind), str(found.error or raised.get("exception.message") or ""), raised.get(semconv.STACKTRACE))


def _cost(found: Found, usage: Usage | None, model: str, provider: str) -> tuple[float | None, str]:
    """What the call cost as it says, or at today's known prices of that time."""
    said = read(found.attributes, _CALL["cost_usd"])
    if isinstance(said, int | float):
        return float(said), str(read(found.attributes, _CALL["cost_source"]) or "provider")
    if usage is None or not model:
        return None, "unknown"
    priced = prices.cost(usage, str(read(found.attributes, _CALL["response_model"]) or model), provider, found.started / 1e9, asked=model)
    return priced.total, priced.source


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else as_json(value)


# -- the columns that keep what was found ---------------------------------------------------------------------------------


def _exact(columns: Columns, by_id: Mapping[str, Found]) -> Columns:
    """The columns with the times, the names and the kinds that the file has."""
    spans = [by_id[span] for span in columns["span_id"]]
    columns["started_at"], columns["ended_at"] = [span.started for span in spans], [span.ended for span in spans]
    columns["name"], columns["kind"] = [span.name for span in spans], [span.kind for span in spans]
    return columns


def _all(found: Sequence[Found], spans: Sequence[Span], runs: Mapping[str, Span]) -> Columns:
    """The table of all spans: measures where they were understood, and every attribute but the texts of conversations."""
    known = {span.id: span for span in spans if not isinstance(span.started, RunStarted)}
    known |= {run.id: run for run in runs.values() if run.id not in known}
    stand_in = {each.span_id: known.get(each.span_id) or _made(each, ToolStarted(ToolCallPart("", "")), ToolFinished(ToolResultPart("", ""), "ok",
                error=_error(each)), runs[each.run_id]) for each in found}  # fmt: skip
    columns = _exact(span_columns([stand_in[each.span_id] for each in found]), {each.span_id: each for each in found})
    by_id = {each.span_id: each for each in found}
    columns["agent"] = [_agent(each, by_id) or agent for each, agent in zip(found, columns["agent"], strict=True)]
    columns["seq"] = _order(found)
    columns["attributes"] = [redact(as_json({key: value for key, value in each.attributes.items() if key not in _TEXTS})) for each in found]
    return columns


def _order(found: Sequence[Found]) -> list[int]:
    """Each span's place in the order of ends; those without one last."""
    places = sorted(range(len(found)), key=lambda place: (found[place].ended is None, found[place].ended or 0))
    order = [0] * len(found)
    for seq, place in enumerate(places):
        order[place] = seq
    return order


def _events(found: Sequence[Found], spans: Sequence[Span], runs: Mapping[str, Span]) -> Columns:
    """Starts and ends, and what else the spans tell of."""
    told = (event for span in spans for event in (span.started, span.finished) if event is not None)
    notes: list[Note] = sorted(told, key=lambda event: (event.stamp.clock, isinstance(event, RunFinished)))
    columns = event_columns(notes, spans)
    for span in found:
        for at, name, attributes in span.events:
            if name == "exception" or (name.startswith("gen_ai.") and name.endswith((".message", ".choice"))):
                continue  # told as the span's error, and as its messages
            rest = {key: value for key, value in attributes.items() if key not in ("name", "outcome", "value", "agent", "to_agent")}
            row = {
                "seq": 0, "run_id": span.run_id, "span_id": span.span_id, "at": at, "offset_s": (at - runs[span.run_id].started.stamp.clock) / 1e9,
                "event": _EVENTS.get(name, "log"), **{key: attributes.get(key) for key in ("name", "outcome", "value", "agent", "to_agent")},
                "payload": redact(as_json(rest)) if rest else None,
            }  # fmt: skip
            if name not in _EVENTS:
                row["name"] = name
            for key, value in row.items():
                columns[key].append(value)
    order = sorted(range(len(columns["at"])), key=lambda place: columns["at"][place])
    columns = {name: [values[place] for place in order] for name, values in columns.items()}
    return columns | {"seq": list(range(len(order)))}
