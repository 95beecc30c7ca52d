"""What the trace panel shows, as plain values: runs, the spans of one, and all that is known of one span.

It reads spans as they are and keeps nothing but the rows of runs that have ended, which never change. No key leaves here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from nbagent.errors import known_keys, redact
from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.observers.columns import agent_of, cost_of, usage_of
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Span
from nbagent.observers.values import masked

LONGEST = 200_000
"""Characters of one text that go to the page."""

Row = dict[str, Any]
Section = dict[str, Any]


class RunRows:
    """The list of runs, newest first."""

    def __init__(self) -> None:
        self._ended: dict[str, Row] = {}

    def rows(self, spans: Sequence[Span]) -> list[Row]:
        members: dict[str, list[Span]] = {}
        for span in spans:
            *_, root = span.inside()
            members.setdefault(root.run_id, []).append(span)
        return [self._row(run_id, inside) for run_id, inside in reversed(members.items())]

    def _row(self, run_id: str, inside: list[Span]) -> Row:
        row = self._ended.get(run_id)
        if row is None:
            root = inside[0]
            found = {name: values[0] for name, values in run_columns(inside, run_id).items()}
            names = {"run_id": "run", "input_tokens": "input", "output_tokens": "output", "cost_usd": "cost", "cell_id": "cell", "exec_count": "count"}
            names |= {name: name for name in ("agent", "status", "n_errors")} | {"input_preview": "prompt", "models": "model"}
            row = {short: found[name] for name, short in names.items()}
            row["prompt"] = redact(row["prompt"] or "", known_keys())
            row |= {"at": root.started.stamp.time, "duration": found["duration_s"] if root.ended else _so_far(root), "error": _error(root)}
            if root.ended is not None:
                self._ended[run_id] = row
        return row


def span_rows(spans: Sequence[Span], run_id: str, have: int = 0, still: Collection[int] = ()) -> Row:
    """The spans of a run from the place `have` on, and those at the places `still`; each a list, for there may be thousands."""
    inside = [span for span in spans if any(around.run_id == run_id for around in span.inside())]
    if not inside:
        return {"rows": [], "now": 0.0}
    zero = inside[0].started.stamp.clock
    rows = [_span_row(place, span, zero) for place, span in enumerate(inside) if place >= have or place in still]
    return {"rows": rows, "now": _so_far(inside[0]) if inside[0].ended is None else inside[0].duration}


def _span_row(place: int, span: Span, zero: int) -> list[Any]:
    usage, stamp = usage_of(span), span.started.stamp
    kind, name = _kind_and_name(span)
    return [
        place, span.id, stamp.parent_id, kind, name, (stamp.clock - zero) / 1e9, span.duration, span.ttft if kind == "chat" else None, span.status,
        usage.input_tokens if usage else None, usage.output_tokens if usage else None, cost_of(span).total, _model(span), _error(span),
    ]  # fmt: skip


def _kind_and_name(span: Span) -> tuple[str, str]:
    match span.started:
        case RunStarted(agent=agent):
            return "run", agent
        case StepStarted(model=model, provider=provider):
            return "chat", model or provider
        case ToolStarted(call=call):
            return "tool", call.name


def details(span: Span) -> Row:
    """All that is known of a span: short facts, and texts in the order in which they were said."""
    kind, name = _kind_and_name(span)
    keys = known_keys()
    facts = [(label, redact(str(value), keys)) for label, value in _facts(span) if value not in (None, "")]
    sections = [section | {"text": _cut(redact(section["text"], keys))} for section in _sections(span) if section["text"]]
    run = span.run
    return {
        "id": span.id, "kind": kind, "name": name, "status": span.status, "facts": facts, "sections": sections,
        "cell": run.origin.get("cell_id") if run else None, "count": run.origin.get("exec_count") if run else None,
    }  # fmt: skip


def _facts(span: Span) -> Iterator[tuple[str, Any]]:
    yield "Agent", agent_of(span)
    yield "Duration", _seconds(span.duration)
    match span.started:
        case RunStarted(model=model):
            yield "Model", model
            yield "First text", _seconds(span.ttft)
        case StepStarted(provider=provider, model=model, params=params):
            end, usage, cost = span.finished, usage_of(span), cost_of(span)
            yield "Provider", provider
            yield "Model", model
            if isinstance(end, StepFinished):
                yield "Answered by", end.model if end.model != model else None
                yield "Ended by", end.finish_reason
            yield "First token", _seconds(span.ttft)
            if usage:
                yield "Tokens in", f"{usage.input_tokens:,}" + (f" ({usage.cache_read_tokens:,} from the cache)" if usage.cache_read_tokens else "")
                yield "Tokens out", f"{usage.output_tokens:,}" + (f" ({usage.reasoning_tokens:,} reasoning)" if usage.reasoning_tokens else "")
            yield "Cost", "free (local)" if cost.source == "local" else "unknown" if cost.total is None else f"${cost.total:.6f}"
            yield "Retries", span.retries or None
            yield "Parameters", ", ".join(f"{key}={value}" for key, value in masked(params).items())
        case ToolStarted(call=call):
            yield "Call", call.id
            yield "Approved", None if span.approved is None else "yes" if span.approved else "no"


def _sections(span: Span) -> Iterator[Section]:
    if span.error:
        yield {"title": span.error.type, "text": span.error.message, "format": "error"}
        yield {"title": "Traceback", "text": span.error.traceback or "", "format": "code"}
    end = span.finished
    match span.started:
        case RunStarted(prompt=prompt):
            if prompt:
                yield from _said(prompt, "Prompt")
            if isinstance(end, RunFinished):
                for message in end.messages:
                    yield from _said(message, "What was said") if message is not prompt and message != prompt else ()
        case StepStarted(messages=messages, instructions=instructions):
            if isinstance(end, StepFinished):
                yield from _said(end.message, "Came back")
            yield {"group": "Sent", "title": "instructions", "text": instructions or "", "format": "text"}
            for message in messages:
                yield from _said(message, "Sent")
        case ToolStarted(call=call):
            yield {"title": "Arguments", "text": call.arguments, "format": "json"}
            if isinstance(end, ToolFinished):
                yield {"title": "Result", "text": end.result.content if end.whole is None else end.whole, "format": "json"}


def said(message: Message) -> Iterator[Section]:
    """A message's parts, each with what it is, its text (cut where it is very long), and how that is to be shown."""
    for part in message.parts:
        title, text, form = _part(message.role, part)
        yield {"title": title, "text": _cut(text), "format": form}


def _said(message: Message, group: str) -> Iterator[Section]:
    for part in message.parts:
        title, text, form = _part(message.role, part)
        yield {"group": group, "title": title, "text": text, "format": form}


def _part(role: str, part: Part) -> tuple[str, str, str]:
    match part:
        case TextPart(text=text):
            return role, text, "text"
        case ReasoningPart(text=text):
            return f"{role}, thinking", text or "[not shown by the provider]", "text"
        case ToolCallPart(name=name, arguments=arguments):
            return f"{role} calls {name}", arguments or "{}", "json"
        case ToolResultPart(name=name, content=content, is_error=wrong):
            return f"{name} {'failed' if wrong else 'answered'}", content or "[nothing]", "error" if wrong else "json"
        case ServerToolPart(name=name, arguments=arguments, result=result):
            return f"{name}, at the provider", f"{arguments}\n\n{result}".strip() or "[nothing]", "text"
        case FilePart(media_type=media_type, name=name, url=url, data=data):
            return f"{role}, file", f"{name or url or media_type}" + (f", {len(data):,} bytes" if data else ""), "text"


def _model(span: Span) -> str | None:
    return span.started.model if isinstance(span.started, StepStarted) else None


def _error(span: Span) -> str | None:
    return redact(f"{span.error.type}: {span.error.message}"[:300], known_keys()) if span.error else None


def _so_far(span: Span) -> float:
    return (time.perf_counter_ns() - span.started.stamp.clock) / 1e9


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def _cut(text: str) -> str:
    text = text.encode(errors="replace").decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n[{len(text) - LONGEST:,} more characters are in the trace]"


def plain(message: Row) -> Row:
    """The message as JSON can have it: what a provider put into a value is text where JSON has no word for it."""
    made: Row = json.loads(json.dumps(message, default=str))
    return made
