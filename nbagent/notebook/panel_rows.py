"""The rows of the trace panel as plain values: runs, and the spans of one, from this kernel's memory or from a trace's database.

It reads spans as they are and keeps nothing but the rows of runs that have ended, which never change. No key leaves here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from nbagent.errors import known_keys, redact
from nbagent.events import RunFinished, RunStarted, StepStarted, ToolStarted
from nbagent.observers.columns import cost_of, usage_of
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Span, is_outermost
from nbagent.observers.sql_pages import Wanted

Row = dict[str, Any]
_NAMES = {
    "run_id": "run", "agent": "agent", "models": "model", "status": "status", "duration_s": "duration", "input_tokens": "input",
    "output_tokens": "output", "cost_usd": "cost", "input_preview": "prompt", "cell_id": "cell", "exec_count": "count", "n_errors": "n_errors",
    "notebook": "notebook",
}  # fmt: skip
_KINDS = {"invoke_agent": "run", "invoke_workflow": "run", "execute_tool": "tool"}


class RunRows:
    """The list of this kernel's runs, newest first."""

    def __init__(self) -> None:
        self._ended: dict[str, tuple[Row, str]] = {}

    def page(self, spans: Sequence[Span], wanted: Wanted, first: int, count: int) -> tuple[int, list[Row]]:
        """How many runs there are, and `count` of them from the place `first` on."""
        members: dict[str, list[Span]] = {}
        for span in spans:
            for around in filter(is_outermost, span.inside()):  # a run, and the person's own spans around it
                members.setdefault(around.run_id, []).append(span)
        found = (self._row(run_id, inside) for run_id, inside in reversed(members.items()))
        rows = [row for row, said in found if _fits(row, said, wanted)]
        return len(rows), rows[first : first + count]

    def models(self, spans: Sequence[Span]) -> list[str]:
        """The names of all models that were asked."""
        return sorted({span.started.model for span in spans if isinstance(span.started, StepStarted)})

    def _row(self, run_id: str, inside: list[Span]) -> tuple[Row, str]:
        """The row, and all that was said in the run, in small letters."""
        made = self._ended.get(run_id)
        if made is None:
            root = inside[0]
            found = {name: values[0] for name, values in run_columns(inside, run_id).items()}
            row = {short: found[name] for name, short in _NAMES.items()}
            row["prompt"] = redact(row["prompt"] or "", known_keys())
            sources = {cost_of(span).source for span in inside if isinstance(span.started, StepStarted)}
            row |= {"at": root.started.stamp.time, "error": _error(root), "local": sources == {"local"}}
            made = row, _said(inside)
            if root.ended is not None:
                self._ended[run_id] = made
        return made


def stored_row(found: Row) -> Row:
    """A row of `sql_pages.page` as the panel has it."""
    row = {short: found[name] for name, short in _NAMES.items()}
    row["prompt"] = redact(row["prompt"] or "", known_keys())
    error = ": ".join(text for text in (found["error_type"], found["error"]) if text)
    return row | {"at": found["started_at"] / 1e9, "error": redact(error[:300], known_keys()) or None, "local": bool(found["local"])}


def span_rows(spans: Sequence[Span], run_id: str, have: int = 0, still: Collection[int] = ()) -> Row:
    """The spans of a run from the place `have` on, and those at the places `still`; each a list, for there may be thousands."""
    inside = [span for span in spans if any(around.run_id == run_id for around in span.inside())]
    if not inside:
        return {"rows": [], "now": 0.0}
    zero = inside[0].started.stamp.clock
    rows = [_span_row(place, span, zero) for place, span in enumerate(inside) if place >= have or place in still]
    return {"rows": rows, "now": so_far(inside[0]) if inside[0].ended is None else inside[0].duration}


def stored_spans(found: Sequence[tuple[Any, ...]], have: int = 0, still: Collection[int] = ()) -> Row:
    """What `sql_spans.outline` gives, as `span_rows`."""
    if not found:
        return {"rows": [], "now": 0.0}
    keys, zero = known_keys(), found[0][4]
    rows = []
    for place, (span_id, parent, kind, name, start, duration, ttft, status, *numbers, model, error) in enumerate(found):
        if place >= have or place in still:
            shown = redact(error[:300], keys) if error else None
            rows.append([place, span_id, parent, _KINDS.get(kind, kind), name, (start - zero) / 1e9, duration, ttft, status, *numbers, model, shown])
    running = found[0][7] == "running"
    return {"rows": rows, "now": max(0.0, time.time() - zero / 1e9) if running else found[0][5] or 0.0}


def _span_row(place: int, span: Span, zero: int) -> list[Any]:
    usage, stamp = usage_of(span), span.started.stamp
    kind, name = kind_and_name(span)
    return [
        place, span.id, stamp.parent_id, kind, name, (stamp.clock - zero) / 1e9, span.duration, span.ttft if kind == "chat" else None, span.status,
        usage.input_tokens if usage else None, usage.output_tokens if usage else None, cost_of(span).total, _model(span), _error(span),
    ]  # fmt: skip


def kind_and_name(span: Span) -> tuple[str, str]:
    """``run``, ``chat`` or ``tool``, and what it is the run, call or use of."""
    match span.started:
        case RunStarted(agent=agent):
            return "run", agent
        case StepStarted(model=model, provider=provider):
            return "chat", model or provider
        case ToolStarted(call=call):
            return "tool", call.name


def so_far(span: Span) -> float:
    """Seconds since the span began."""
    return (time.perf_counter_ns() - span.started.stamp.clock) / 1e9


def _said(inside: Iterable[Span]) -> str:
    texts: list[str] = []
    for span in inside:
        if isinstance(span.started, RunStarted):
            texts += [span.started.prompt.text if span.started.prompt else "", str(span.started.origin.get("tag") or "")]
            texts += [message.text for message in span.finished.messages] if isinstance(span.finished, RunFinished) else []
        if span.error:
            texts += [span.error.type, span.error.message]
    return "\n".join(texts).lower()


def _fits(row: Row, said: str, wanted: Wanted) -> bool:
    if wanted.errors and not (row["status"] == "error" or row["n_errors"]):
        return False
    if wanted.model and wanted.model not in (row["model"] or "").split(", "):
        return False
    shown = f"{row['agent']}\n{row['model']}\n{row['status']}".lower()
    return all(word in said or word in shown for word in wanted.text.lower().split())


def _model(span: Span) -> str | None:
    return span.started.model if isinstance(span.started, StepStarted) else None


def _error(span: Span) -> str | None:
    return redact(f"{span.error.type}: {span.error.message}"[:300], known_keys()) if span.error else None


def plain(message: Row) -> Row:
    """The message as JSON can have it: what a provider put into a value is text where JSON has no word for it."""
    made: Row = json.loads(json.dumps(message, default=str))
    return made
