"""Runs as the columns of the table `runs`: one row a prompt, with the sums of what happened in it.

Sums are over model calls and nothing else, those of runs inside tools too, so that nothing is counted twice. A sum of which
nothing is known yet is unknown, not 0; 0 is what a run used that has ended without asking a model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolStarted
from nbagent.messages import Message, Usage
from nbagent.observers.columns import Columns, cost_of, name_of, token_columns
from nbagent.observers.spans import Span, is_outermost, is_workflow
from nbagent.observers.values import as_json, brief, count_of, masked, nanoseconds, text_of, without_secrets


def run_columns(spans: Sequence[Span], run: str | None = None, *, payload: bool = False) -> Columns:
    """The runs that no other is around (a person's own span is none), or the one that is asked for; `payload` adds their prompts and new messages whole."""
    members: dict[str, list[Span]] = {}
    roots: list[tuple[Span, RunStarted]] = []
    for span in spans:
        if isinstance(span.started, RunStarted) and (is_outermost(span) and not is_workflow(span) if run is None else span.run_id == run):
            roots.append((span, span.started))
            members[span.run_id] = []
        elif owner := next((around.run_id for around in span.inside() if around.run_id in members), None):
            members[owner].append(span)
    rows = [_row(span, started, members[span.run_id]) | (_payload(span, started) if payload else {}) for span, started in roots]
    found: Columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    if rows:
        clean = iter(without_secrets([params for params in found["params"] if params is not None]))
        found["params"] = [params if params is None else next(clean) for params in found["params"]]
    return found


def _row(root: Span, started: RunStarted, inside: Sequence[Span]) -> dict[str, Any]:
    calls = [(span, span.started, span.finished if isinstance(span.finished, StepFinished) else None)
             for span in inside if isinstance(span.started, StepStarted)]  # fmt: skip
    tools = [span for span in inside if isinstance(span.started, ToolStarted) and span.status != "paused"]
    times, called = [_time(span) for span, _, _ in calls], [_time(span) for span in tools]
    own = [time for time, span in zip(times + called, [span for span, _, _ in calls] + tools, strict=True) if span.run_id == root.run_id]
    used = [end.usage for _, _, end in calls if end and end.usage]
    nothing = not calls and root.ended is not None
    totals = [end.cost if end and end.cost is not None else cost_of(span).total for span, _, end in calls if span.ended]
    priced = [total for total in totals if total is not None]
    params = next((as_json(masked(start.params)) for _, start, _ in calls), None)
    answered = (end.model if end and end.model else start.model for _, start, end in calls)
    failed = [span for span, _, _ in calls if span.status == "error"] + [span for span in tools if span.status == "error"]
    origin, duration = started.origin, root.duration
    return {
        "run_id": root.run_id,
        "session_id": started.session,
        "name": name_of(root),
        "agent": started.agent,
        "tag": text_of(origin.get("tag")),
        "started_at": nanoseconds(started.stamp.time),
        "duration_s": duration,
        "model_time_s": covered(times),
        "tool_time_s": covered(called),
        "wait_s": None if duration is None else max(0.0, duration - covered(own)),
        "ttft_run_s": root.ttft,
        "status": root.status,
        "error_type": root.error.type if root.error else None,
        "n_calls": len(calls),
        "n_tool_calls": len(tools),
        "n_handoffs": 0,
        "n_guardrails_tripped": 0,
        "n_errors": len(failed),
        **{name: values[0] for name, values in token_columns([_total(used) if used or nothing else None]).items()},
        "cost_usd": sum(priced) if priced else 0.0 if nothing else None,
        "cost_known": len(priced) / len(totals) if totals else 1.0,
        "models": ", ".join(dict.fromkeys(model for model in answered if model)) or None,
        "params": params,
        "prompt_hash": text_of(origin.get("prompt_hash")) or _hash(started.prompt),
        "code_hash": text_of(origin.get("code_hash")),
        "kernel_id": text_of(origin.get("kernel_id")),
        "notebook": text_of(origin.get("notebook")),
        "cell_id": text_of(origin.get("cell_id")),
        "exec_count": count_of(origin.get("exec_count")),
        "input_preview": brief(started.prompt) if started.prompt else None,
        "output_preview": brief(answer) if (answer := _answer(root)) else None,
    }


def _payload(root: Span, started: RunStarted) -> dict[str, Any]:
    end = root.finished
    return {
        "input_messages": as_json([started.prompt]) if started.prompt else None,
        "new_messages": as_json(end.messages) if isinstance(end, RunFinished) else None,
    }


Time = tuple[int, int]
"""When something began and ended, in monotonic nanoseconds."""


def _time(span: Span) -> Time | None:
    return (span.started.stamp.clock, span.ended.clock) if span.ended else None


def covered(times: Iterable[Time | None]) -> float:
    """Seconds in which at least one of the spans was under way; those that still are (None) do not count."""
    total = last = 0
    for begin, end in sorted([time for time in times if time]):
        total += max(0, end - max(begin, last))
        last = max(last, end)
    return total / 1e9


def _total(usages: Sequence[Usage]) -> Usage:
    return Usage(
        sum([usage.input_tokens for usage in usages]),
        sum([usage.output_tokens for usage in usages]),
        sum([usage.cache_read_tokens for usage in usages]),
        sum([usage.cache_write_tokens for usage in usages]),
        sum([usage.reasoning_tokens for usage in usages]),
    )


def _answer(root: Span) -> Message | None:
    """The last of the run's messages in which the model said something."""
    said = root.finished.messages if isinstance(root.finished, RunFinished) else ()
    return next((message for message in reversed(said) if message.role == "assistant" and message.text), None)


def _hash(prompt: Message | None) -> str | None:
    return hashlib.blake2b(prompt.text.encode(errors="surrogatepass"), digest_size=8).hexdigest() if prompt else None
