"""What OpenTelemetry calls the things that a trace says: the one table of names, for what is sent, stored and read.

The names are those of its conventions for generative AI as of November 2026. The rule: the first name of a row is today's
and is written; those in `also` are written beside it, for readers that know no other; those in `older` are only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

VERSION = "2026-11"
"""Of this table. It is sent with every span (`MAPPING`), so that what was stored under older names can be told apart."""
MAPPING = "nbagent.conventions"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST = "gen_ai.request."
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_ID = "gen_ai.response.id"
FINISH_REASONS = "gen_ai.response.finish_reasons"
CACHE_READ = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE = "gen_ai.usage.cache_write.input_tokens"
REASONING = "gen_ai.usage.reasoning.output_tokens"
TOOL, TOOL_TYPE, TOOL_CALL = "gen_ai.tool.name", "gen_ai.tool.type", "gen_ai.tool.call.id"
AGENT, SESSION, WORKFLOW = "gen_ai.agent.name", "gen_ai.conversation.id", "gen_ai.workflow.name"
INSTRUCTIONS, INPUT, OUTPUT = "gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"
COST_SOURCE, RETRIES = "nbagent.cost.source", "nbagent.retries"
STACKTRACE = "exception.stacktrace"


class Name(NamedTuple):
    """A column of a table and its attribute; `content` where it is text of a conversation."""

    column: str
    name: str
    also: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    content: bool = False


SPAN = (
    Name("kind", OPERATION),
    Name("run_id", "nbagent.run.id"),
    Name("session_id", SESSION, older=("session.id",)),
    Name("agent", AGENT, older=("agent.name",)),
    Name("cell_id", "nbagent.cell.id"),
    Name("exec_count", "nbagent.cell.execution_count"),
    Name("status", "nbagent.status"),
    Name("error_type", "error.type"),
)
CALL = (
    Name("provider", PROVIDER, older=("gen_ai.system", "llm.provider", "llm.system")),
    Name("model", REQUEST_MODEL, older=("llm.model_name", "llm.request.model")),
    Name("response_model", RESPONSE_MODEL),
    Name("response_id", RESPONSE_ID),
    Name("stream", "gen_ai.request.stream"),
    Name("temperature", "gen_ai.request.temperature"),
    Name("top_p", "gen_ai.request.top_p"),
    Name("max_tokens", "gen_ai.request.max_tokens"),
    Name("seed", "gen_ai.request.seed", older=("gen_ai.openai.request.seed",)),
    Name("reasoning_level", "gen_ai.request.reasoning.level"),
    Name("ttft_s", "gen_ai.response.time_to_first_chunk"),
    Name("input_tokens", "gen_ai.usage.input_tokens", older=("gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "llm.usage.prompt_tokens")),
    Name("output_tokens", "gen_ai.usage.output_tokens", older=("gen_ai.usage.completion_tokens", "llm.token_count.completion", "llm.usage.completion_tokens")),
    Name(
        "cache_read_tokens", CACHE_READ, also=("gen_ai.usage.cache_read_input_tokens",), older=("llm.token_count.prompt_details.cache_read",)
    ),
    Name(
        "cache_write_tokens", CACHE_WRITE, also=("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
        older=("llm.token_count.prompt_details.cache_write",),
    ),
    Name("reasoning_tokens", REASONING, older=("gen_ai.usage.reasoning_tokens", "llm.token_count.completion_details.reasoning")),
    Name("input_cost_usd", "llm.cost.prompt"),
    Name("output_cost_usd", "llm.cost.completion"),
    Name("cost_usd", "llm.cost.total", also=("operation.cost",), older=("gen_ai.usage.cost",)),
    Name("cost_source", COST_SOURCE),
    Name("retries", RETRIES),
    Name("system_instructions", INSTRUCTIONS, content=True),
    Name("input_messages", INPUT, older=("gen_ai.prompt",), content=True),
    Name("output_messages", OUTPUT, older=("gen_ai.completion",), content=True),
)  # fmt: skip
TOOLS = (
    Name("tool", TOOL, older=("tool.name",)),
    Name("tool_type", TOOL_TYPE),
    Name("tool_call_id", TOOL_CALL, older=("tool_call.id",)),
    Name("call_span_id", "nbagent.call.span_id"),
    Name("approved", "nbagent.approved"),
    Name("truncated", "nbagent.truncated"),
    Name("arguments", "gen_ai.tool.call.arguments", older=("tool.parameters",), content=True),
    Name("result", "gen_ai.tool.call.result", older=("output.value",), content=True),
)
RUN = (
    Name("tag", "nbagent.tag"),
    Name("prompt_hash", "nbagent.prompt_hash"),
    Name("code_hash", "nbagent.code_hash"),
    Name("kernel_id", "nbagent.kernel_id"),
    Name("notebook", "nbagent.notebook.path"),
    Name("input_messages", INPUT, content=True),
    Name("new_messages", OUTPUT, content=True),
)
FOR_KIND: Mapping[str, tuple[Name, ...]] = {"chat": CALL, "execute_tool": TOOLS, "invoke_agent": RUN, "invoke_workflow": RUN}
RUNS = ("invoke_agent", "invoke_workflow")
"""The operations that are runs: of an agent, or of a block of code with runs inside it."""
INFERENCE = ("chat", "text_completion", "generate_content")
"""The operations that are calls of a model which answers."""
SPAN_KINDS = {"chat": "LLM", "execute_tool": "TOOL", "invoke_agent": "AGENT", "invoke_workflow": "CHAIN"}
"""OpenInference's word, in the attribute `SPAN_KIND`, for viewers that go by it."""
SPAN_KIND = "openinference.span.kind"

EVENTS = {
    "first_token": "gen_ai.first_token", "retry": "nbagent.retry", "fallback": "nbagent.fallback", "note": "nbagent.note", "output": "nbagent.output",
    "approval_requested": "nbagent.approval_requested", "approval_decided": "nbagent.approval_decided", "handoff": "gen_ai.handoff",
    "guardrail": "gen_ai.guardrail", "compaction": "nbagent.compaction", "score": "gen_ai.evaluation.result", "error": "exception",
}  # fmt: skip
"""Events of a span that are sent with it; its start and end are the span itself."""


class Metric(NamedTuple):
    """A metric: of which operation, out of which column of its table. It `counts` (a counter), or has a distribution (a histogram)."""

    name: str
    kind: str
    column: str
    unit: str
    says: str
    counts: bool = False


METRICS = (
    Metric("gen_ai.client.inference.duration", "chat", "duration_s", "s", "How long a call of a model took."),
    Metric("gen_ai.client.inference.time_to_first_chunk", "chat", "ttft_s", "s", "Until the first thing came."),
    Metric("gen_ai.client.inference.usage.input_tokens", "chat", "input_tokens", "{token}", "Tokens read, cached ones among them.", counts=True),
    Metric("gen_ai.client.inference.usage.output_tokens", "chat", "output_tokens", "{token}", "Tokens written, reasoning among them.", counts=True),
    Metric("gen_ai.client.inference.usage.cache_read.input_tokens", "chat", "cache_read_tokens", "{token}", "Of those read: from a cache.", counts=True),
    Metric("gen_ai.client.inference.usage.cache_write.input_tokens", "chat", "cache_write_tokens", "{token}", "Of those read: into a cache.", counts=True),
    Metric("gen_ai.client.inference.usage.reasoning.output_tokens", "chat", "reasoning_tokens", "{token}", "Of those written: thought.", counts=True),
    Metric("nbagent.cost", "chat", "cost_usd", "{USD}", "What calls cost, where their price is known.", counts=True),
    Metric("gen_ai.execute_tool.duration", "execute_tool", "duration_s", "s", "How long a tool took."),
    Metric("gen_ai.invoke_agent.duration", "invoke_agent", "duration_s", "s", "How long a run took."),
    Metric("gen_ai.invoke_agent.inference_calls", "invoke_agent", "inference_calls", "{call}", "Calls of a model in a run."),
    Metric("gen_ai.invoke_agent.tool_calls", "invoke_agent", "tool_calls", "{call}", "Calls of tools in a run."),
)
"""What is counted, beside the spans; `DIMENSIONS` are by what."""
DIMENSIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "chat": (("provider", PROVIDER), ("model", REQUEST_MODEL), ("response_model", RESPONSE_MODEL), ("error_type", "error.type")),
    "execute_tool": (("tool", TOOL), ("error_type", "error.type")),
    "invoke_agent": (("agent", AGENT), ("error_type", "error.type")),
}


def read(attributes: Mapping[str, Any], row: Name) -> Any:
    """What attributes say for a column, under whichever name; None where they do not."""
    return next((attributes[name] for name in (row.name, *row.also, *row.older) if attributes.get(name) is not None), None)


def named(rows: tuple[Name, ...], values: Mapping[str, Any], *, content: bool) -> dict[str, Any]:
    """The attributes for a row of a table. Texts of conversations only where `content` says so."""
    return {name: values[row.column] for row in rows if values.get(row.column) is not None and (content or not row.content) for name in (row.name, *row.also)}
