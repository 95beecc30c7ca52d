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
from nbagent.events import RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import ToolCallPart, Usage
from nbagent.observers import semconv
from nbagent.observers.spans import Span
from nbagent.observers.values import as_json, brief, count_of, level_of, masked, nanoseconds, number_of, params_json, text_of, without_secret_fields
from nbagent.parameters import kept_prompt

Columns = dict[str, list[Any]]
"""Column names to plain values, equally many; None is missing, instants are nanoseconds since the epoch."""

# --- what all spans have ---------------------------------------------------------------------------------------------


def name_of(span: Span) -> str:
    """The span's name as OpenTelemetry has it: the operation and what it is done to."""
    match span.started:
        case RunStarted(agent=agent):
            return f"invoke_agent {agent}"
        case StepStarted(model=model, provider=provider):
            return f"chat {model or provider}"
        case ToolStarted(call=call):
            return f"execute_tool {call.name}"


def _kind(span: Span) -> str:
    return "invoke_agent" if isinstance(span.started, RunStarted) else "chat" if isinstance(span.started, StepStarted) else "execute_tool"


def agent_of(span: Span) -> str | None:
    """The agent that ran, asked or called."""
    return span.started.agent if isinstance(span.started, StepStarted) else span.run.agent if span.run else None


def _origin(span: Span, key: str) -> Any:
    return span.run.origin.get(key) if span.run else None


def _common(spans: Sequence[Span]) -> Columns:
    """The columns that all spans have. Those that run come last in `seq`, in order of start."""
    after = max((span.seq for span in spans), default=-1) + 1
    keys = known_keys()
    running = {id(span): after + place for place, span in enumerate(span for span in spans if span.ended is None)}
    return {
        "trace_id": [span.trace_id for span in spans],
        "span_id": [span.id for span in spans],
        "parent_id": [span.started.stamp.parent_id for span in spans],
        "run_id": [span.run_id for span in spans],
        "session_id": [span.run.session if span.run else None for span in spans],
        "seq": [running.get(id(span), span.seq) for span in spans],
        "kind": [_kind(span) for span in spans],
        "name": [name_of(span) for span in spans],
        "started_at": [nanoseconds(span.started.stamp.time) for span in spans],
        "ended_at": [nanoseconds(span.ended.time) if span.ended else None for span in spans],
        "duration_s": [span.duration for span in spans],
        "status": [span.status for span in spans],
        "error_type": [span.error.type if span.error else None for span in spans],
        "error": [redact(span.error.message, keys) if span.error else None for span in spans],
        "agent": [agent_of(span) for span in spans],
        "cell_id": [text_of(_origin(span, "cell_id")) for span in spans],
        "exec_count": [count_of(_origin(span, "exec_count")) for span in spans],
    }


def span_columns(spans: Sequence[Span]) -> Columns:
    """The table of all spans. Measures stand on the model calls only."""
    usages, keys = [usage_of(span) for span in spans], known_keys()
    is_call = [isinstance(span.started, StepStarted) for span in spans]
    return _common(spans) | {
        "ttft_s": [span.ttft if call else None for span, call in zip(spans, is_call, strict=True)],
        "input_tokens": [usage.input_tokens if usage else None for usage in usages],
        "output_tokens": [usage.output_tokens if usage else None for usage in usages],
        "cost_usd": [cost_of(span).total if call else None for span, call in zip(spans, is_call, strict=True)],
        "attributes": [redact(without_secret_fields(as_json(_attributes(span))), keys) for span in spans],
    }


def _attributes(span: Span) -> dict[str, Any]:
    """What the other columns do not say, under OpenTelemetry's names (GenAI conventions), texts of messages aside."""
    started, finished = span.started, span.finished
    found: dict[str, Any] = {}
    match started:
        case RunStarted():
            found = {"nbagent.request.model": started.model, "nbagent.run.resumed": started.resumed}
            found |= {f"nbagent.{key}": value for key, value in started.origin.items() if key not in ("notebook", "cell_id", "exec_count")}
        case StepStarted():
            usage = usage_of(span)
            found = {semconv.PROVIDER: started.provider, semconv.REQUEST_MODEL: started.model, semconv.RETRIES: span.retries or None}
            found |= {f"{semconv.REQUEST}{key}": value for key, value in masked(started.params).items()}
            if isinstance(finished, StepFinished):
                found |= {semconv.RESPONSE_MODEL: finished.model, semconv.RESPONSE_ID: finished.response_id}
                found |= {semconv.FINISH_REASONS: [finished.finish_reason], semconv.COST_SOURCE: finished.cost_source}
            if usage:
                found |= {semconv.CACHE_READ: usage.cache_read_tokens, semconv.CACHE_WRITE: usage.cache_write_tokens}
                found |= {semconv.REASONING: usage.reasoning_tokens}
        case ToolStarted(call=call):
            found = {semconv.TOOL: call.name, semconv.TOOL_TYPE: "function", semconv.TOOL_CALL: call.id}
    if span.error and span.error.traceback:
        found[semconv.STACKTRACE] = span.error.traceback
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


def call_columns(spans: Sequence[Span], *, payload: bool = False) -> Columns:
    """The table of model calls; `payload` adds the whole texts."""
    starts = [span.started for span in spans if isinstance(span.started, StepStarted)]
    ends = [span.finished if isinstance(span.finished, StepFinished) else None for span in spans]
    usages, costs = [end.usage if end else None for end in ends], [_shares(span) for span in spans]
    prompts = [_prompt(span, start) for span, start in zip(spans, starts, strict=True)]
    found = _common(spans) | {
        "provider": [_provider(start, end) for start, end in zip(starts, ends, strict=True)],
        "model": [start.model for start in starts],
        "response_model": [end.model if end else None for end in ends],
        "response_id": [end.response_id if end else None for end in ends],
        "finish_reason": [end.finish_reason if end else None for end in ends],
        "stream": [True] * len(spans),
        "temperature": [number_of(start.params, "temperature") for start in starts],
        "top_p": [number_of(start.params, "top_p") for start in starts],
        "max_tokens": [count_of(number_of(start.params, "max_tokens", "max_output_tokens", "max_completion_tokens")) for start in starts],
        "seed": [count_of(number_of(start.params, "seed")) for start in starts],
        "reasoning_level": [level_of(start.params) for start in starts],
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
        "n_tool_calls": [sum(isinstance(part, ToolCallPart) for part in end.message.parts) if end else None for end in ends],
        "retries": [span.retries for span in spans],
        "cached_response": [start.provider == "recorded" for start in starts],
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


def tool_columns(spans: Sequence[Span]) -> Columns:
    """The table of tool calls, each with its whole result."""
    starts = [span.started for span in spans if isinstance(span.started, ToolStarted)]
    ends = [span.finished if isinstance(span.finished, ToolFinished) else None for span in spans]
    return _common(spans) | {
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
