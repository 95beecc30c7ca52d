"""Spans as the columns of the tables `spans`, `calls` and `tools`, in plain values.

Each function reads what the events say and adds nothing; missing is None. What a call cost was said when it ended; only
an unknown cost is looked up again, among the prices that were set by hand since.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nbagent import prices
from nbagent.errors import known_keys, redact
from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import Message, ToolCallPart, Usage
from nbagent.observers import semconv
from nbagent.observers.spans import Span
from nbagent.observers.values import as_json, brief, count_of, level_of, masked, nanoseconds, number_of, params_json, text_of, without_secrets
from nbagent.parameters import kept_prompt

Columns = dict[str, list[Any]]
"""Column names to plain values, equally many; None is missing, instants are nanoseconds since the epoch."""

# --- what all spans have ---------------------------------------------------------------------------------------------


def name_of(span: Span) -> str:
    """The span's name as OpenTelemetry has it: the operation and what it is done to."""
    match span.started:
        case RunStarted(kind=kind, agent=agent):
            return f"{kind} {agent}"
        case StepStarted(model=model, provider=provider):
            return f"chat {model or provider}"
        case ToolStarted(call=call):
            return f"execute_tool {call.name}"


def kind_of(started: RunStarted | StepStarted | ToolStarted) -> str:
    """OpenTelemetry's name of the operation."""
    return started.kind if isinstance(started, RunStarted) else "chat" if isinstance(started, StepStarted) else "execute_tool"


def agent_of(span: Span) -> str | None:
    """The agent that ran, asked or called."""
    return span.started.agent if isinstance(span.started, StepStarted) else span.run.agent if span.run else None


def _common(spans: Sequence[Span]) -> Columns:
    """The columns that all spans have. Those that run come last in `seq`, in order of start."""
    after = max((span.seq for span in spans), default=-1) + 1
    running = {id(span): after + place for place, span in enumerate(span for span in spans if span.ended is None)}
    starts, runs, errors = [span.started for span in spans], [span.run for span in spans], [span.error for span in spans]
    stamps, ends = [start.stamp for start in starts], [span.ended for span in spans]
    origins: list[dict[str, Any]] = [run.origin if run else {} for run in runs]
    keys = known_keys() if any(errors) else []
    return {
        "trace_id": [span.trace_id for span in spans],
        "span_id": [stamp.span_id for stamp in stamps],
        "parent_id": [stamp.parent_id for stamp in stamps],
        "run_id": [stamp.run_id for stamp in stamps],
        "session_id": [run.session if run else None for run in runs],
        "seq": [running.get(id(span), span.seq) for span in spans] if running else [span.seq for span in spans],
        "kind": [kind_of(start) for start in starts],
        "name": [name_of(span) for span in spans],
        "started_at": [nanoseconds(stamp.time) for stamp in stamps],
        "ended_at": [nanoseconds(end.time) if end else None for end in ends],
        "duration_s": [(end.clock - stamp.clock) / 1e9 if end else None for end, stamp in zip(ends, stamps, strict=True)],
        "status": [span.status for span in spans],
        "error_type": [error.type if error else None for error in errors],
        "error": [redact(error.message, keys) if error else None for error in errors],
        "agent": [start.agent if isinstance(start, StepStarted) else run.agent if run else None for start, run in zip(starts, runs, strict=True)],
        "cell_id": [text_of(origin.get("cell_id")) for origin in origins],
        "exec_count": [count_of(origin.get("exec_count")) for origin in origins],
    }


def span_columns(spans: Sequence[Span]) -> Columns:
    """The table of all spans: runs, model calls and tool calls, one under the other."""
    usages, is_call = [usage_of(span) for span in spans], [isinstance(span.started, StepStarted) for span in spans]
    return _common(spans) | {
        "ttft_s": [span.ttft if call else None for span, call in zip(spans, is_call, strict=True)],
        "input_tokens": [usage.input_tokens if usage else None for usage in usages],
        "output_tokens": [usage.output_tokens if usage else None for usage in usages],
        "cost_usd": [cost_of(span).total if call else None for span, call in zip(spans, is_call, strict=True)],
        "attributes": without_secrets([as_json(_attributes(span)) for span in spans]),
    }


def _attributes(span: Span) -> dict[str, Any]:
    """What the other columns do not say, under OpenTelemetry's names (GenAI conventions), texts of messages aside."""
    started, finished = span.started, span.finished
    found: dict[str, Any] = {}
    match started:
        case RunStarted():
            found = {"nbagent.request.model": started.model or None, "nbagent.run.resumed": started.resumed}
            found |= {f"nbagent.{key}": value for key, value in started.origin.items() if key not in ("notebook", "cell_id", "exec_count")}
            found |= masked(finished.attributes if isinstance(finished, RunFinished) else started.attributes)
        case StepStarted():
            found = {semconv.PROVIDER: started.provider, semconv.REQUEST_MODEL: started.model, semconv.RETRIES: span.retries or None}
            if started.params:
                found |= {f"{semconv.REQUEST}{key}": value for key, value in masked(started.params).items()}
            if isinstance(finished, StepFinished):
                found[semconv.RESPONSE_MODEL], found[semconv.RESPONSE_ID] = finished.model, finished.response_id
                found[semconv.FINISH_REASONS], found[semconv.COST_SOURCE] = [finished.finish_reason], finished.cost_source
                if usage := finished.usage:
                    found[semconv.CACHE_READ], found[semconv.CACHE_WRITE] = usage.cache_read_tokens, usage.cache_write_tokens
                    found[semconv.REASONING] = usage.reasoning_tokens
        case ToolStarted(call=call):
            found = {semconv.TOOL: call.name, semconv.TOOL_TYPE: "function", semconv.TOOL_CALL: call.id}
    if finished and finished.error and finished.error.traceback:
        found[semconv.STACKTRACE] = finished.error.traceback
    return {key: value for key, value in found.items() if value is not None}


# --- model calls -----------------------------------------------------------------------------------------------------


def usage_of(span: Span) -> Usage | None:
    """A model call's tokens, where they were reported."""
    return span.finished.usage if isinstance(span.finished, StepFinished) else None


def cost_of(span: Span) -> prices.Cost:
    """What a model call cost, the total only where that is all that was said."""
    started, finished = span.started, span.finished
    if not isinstance(started, StepStarted) or not isinstance(finished, StepFinished):
        return prices.UNKNOWN
    if finished.cost is not None:
        source: Any = "provider" if finished.cost_source == "unknown" else finished.cost_source
        return prices.Cost(None, None, finished.cost, source)
    if finished.usage is None:
        return prices.UNKNOWN
    return prices.custom_cost(finished.usage, finished.model or started.model, _provider(started, finished), asked=started.model) or prices.UNKNOWN


def _shares(span: Span) -> prices.Cost:
    """`cost_of`, with what the input and the output cost where that adds up to the total that was said."""
    said, usage, started = cost_of(span), usage_of(span), span.started
    if said.input is not None or said.source not in ("prices", "custom", "local") or not usage or not isinstance(started, StepStarted):
        return said
    end = span.finished if isinstance(span.finished, StepFinished) else None
    model = end.model if end else None
    found = prices.cost(usage, model or started.model, _provider(started, end), started.stamp.time, asked=started.model)
    adds_up = said.total is not None and found.total is not None and math.isclose(said.total, found.total, rel_tol=1e-6, abs_tol=1e-12)
    return prices.Cost(found.input, found.output, said.total, said.source) if adds_up else said


def _prompt(span: Span, started: StepStarted) -> tuple[str | None, str | None]:
    """The name and the version of the prompt: of one that the provider keeps, else of the template that the run was begun with."""
    if (kept := kept_prompt(started.params)) is not None:
        return kept
    origin = span.run.origin if span.run else {}
    return text_of(origin.get("prompt_name")), text_of(origin.get("prompt_version"))


def call_columns(spans: Sequence[Span], *, payload: bool = False, known: Columns | None = None) -> Columns:
    """The table of model calls; `payload` adds the whole texts. `known` are columns of these spans that were made before."""
    starts = [span.started for span in spans if isinstance(span.started, StepStarted)]
    ends = [span.finished if isinstance(span.finished, StepFinished) else None for span in spans]
    usages, costs = [end.usage if end else None for end in ends], [_shares(span) for span in spans]
    prompts = [_prompt(span, start) for span, start in zip(spans, starts, strict=True)]
    params = [start.params for start in starts]
    found = (known or _common(spans)) | {
        "provider": [_provider(start, end) for start, end in zip(starts, ends, strict=True)],
        "model": [start.model for start in starts],
        "response_model": [end.model if end else None for end in ends],
        "response_id": [end.response_id if end else None for end in ends],
        "finish_reason": [end.finish_reason if end else None for end in ends],
        "stream": [given.get("stream") is not False for given in params],
        "temperature": [number_of(given, "temperature") if given else None for given in params],
        "top_p": [number_of(given, "top_p") if given else None for given in params],
        "max_tokens": [count_of(number_of(given, "max_tokens", "max_output_tokens", "max_completion_tokens")) if given else None for given in params],
        "seed": [count_of(number_of(given, "seed")) if given else None for given in params],
        "reasoning_level": [level_of(given) if given else None for given in params],
        "ttft_s": [span.ttft for span in spans],
        "tokens_per_s": [_speed(span) for span in spans],
        **token_columns(usages),
        "usage_raw": [as_json(end.usage_raw) if end and end.usage_raw is not None else None for end in ends],
        "input_cost_usd": [cost.input for cost in costs],
        "output_cost_usd": [cost.output for cost in costs],
        "cost_usd": [cost.total for cost in costs],
        "cost_source": [cost.source for cost in costs],
        "n_messages": [len(start.messages) + bool(start.instructions) for start in starts],
        "n_tools_offered": [len(start.tools) for start in starts],
        "n_tool_calls": [_count_calls(end.message) if end else None for end in ends],
        "retries": [span.retries for span in spans],
        "cached_response": [span.cached for span in spans],
        "fallback_of": [f"{start.provider}:{start.model}" if span.fell_back else None for span, start in zip(spans, starts, strict=True)],
        "prompt_name": [name for name, _ in prompts],
        "prompt_version": [version for _, version in prompts],
        "input_preview": [brief(start.messages[-1]) if start.messages else None for start in starts],
        "output_preview": [brief(end.message) if end else None for end in ends],
    }
    if payload:
        keys = known_keys()
        found |= {
            "system_instructions": [start.instructions or None for start in starts],
            "input_messages": [as_json(start.messages) for start in starts],
            "output_messages": [as_json([end.message]) if end else None for end in ends],
            "tools_offered": [as_json(start.tools) for start in starts],
            "params": [params_json(start.params, keys) for start in starts],
        }
    return found


def _count_calls(message: Message) -> int:
    return len([part for part in message.parts if type(part) is ToolCallPart])


def _provider(start: StepStarted, end: StepFinished | None) -> str:
    """Who answered: another than was asked where a fallback did."""
    return (end.provider if end else None) or start.provider


def token_columns(usages: Sequence[Usage | None]) -> Columns:
    """The six counts of tokens."""
    return {
        "input_tokens": [usage.input_tokens if usage else None for usage in usages],
        "cache_read_tokens": [usage.cache_read_tokens if usage else None for usage in usages],
        "cache_write_tokens": [usage.cache_write_tokens if usage else None for usage in usages],
        "output_tokens": [usage.output_tokens if usage else None for usage in usages],
        "reasoning_tokens": [usage.reasoning_tokens if usage else None for usage in usages],
        "total_tokens": [usage.total_tokens if usage else None for usage in usages],
    }


def _speed(span: Span) -> float | None:
    """Output tokens a second, from the first that came to the end."""
    usage = usage_of(span)
    if usage is None or span.duration is None or span.ttft is None:
        return None
    spent = span.duration - span.ttft
    return usage.output_tokens / spent if spent > 0 else None


# --- tool calls ------------------------------------------------------------------------------------------------------


def tool_columns(spans: Sequence[Span], *, known: Columns | None = None) -> Columns:
    """The table of tool calls, each with its whole result. `known` are columns of these spans that were made before."""
    starts = [span.started for span in spans if isinstance(span.started, ToolStarted)]
    ends = [span.finished if isinstance(span.finished, ToolFinished) else None for span in spans]
    return (known or _common(spans)) | {
        "tool": [start.call.name for start in starts],
        "tool_type": ["function"] * len(spans),
        "tool_call_id": [start.call.id for start in starts],
        "arguments": [start.call.arguments for start in starts],
        "repaired": [start.repaired for start in starts],
        "result": [(end.result.content if end.whole is None else end.whole) if end else None for end in ends],
        "truncated": [end is not None and end.whole is not None for end in ends],
        "approved": [span.approved for span in spans],
        "batch_id": [start.batch or None for start in starts],
        "mcp_server": [None] * len(spans),
        "call_span_id": [span.call_span_id for span in spans],
    }
