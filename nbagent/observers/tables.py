"""The tables of a trace: which columns, of which types, and how they become DataFrames.

Types are the same whatever is in a table, also when nothing is: closed vocabularies are categories with fixed values,
counts are nullable (missing is not 0), durations are seconds, instants UTC, money US dollars with NaN for unknown.
pandas is imported when the first table is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from nbagent.messages import FinishReason, Role
from nbagent.observers.columns import Columns
from nbagent.observers.rows import Table
from nbagent.observers.spans import Status
from nbagent.plots.accessor import register
from nbagent.prices import Source

if TYPE_CHECKING:
    import pandas as pd

Type = Literal["text", "count", "order", "number", "instant", "flag", "maybe"]
"""str · Int64 · int64 · float64 · datetime64[ns, UTC] · bool · boolean"""
Vocabulary = tuple[str, ...]
Schema = dict[str, Type | Vocabulary]

KINDS: Vocabulary = (
    "chat", "text_completion", "generate_content", "embeddings", "retrieval", "execute_tool", "invoke_agent", "invoke_workflow", "create_agent",
    "plan", "handoff", "guardrail",
)  # fmt: skip
STATUSES: Vocabulary = get_args(Status)
EVENTS: Vocabulary = (
    "run_started", "run_ended", "step_started", "first_token", "step_ended", "tool_started", "tool_ended", "handoff", "guardrail",
    "approval_requested", "approval_decided", "retry", "fallback", "note", "output", "compaction", "error", "log", "score",
)  # fmt: skip
PARTS: Vocabulary = ("text", "reasoning", "tool_call", "tool_call_response", "server_tool_call", "server_tool_response", "image", "file")

_IDS: Schema = {
    "trace_id": "text", "span_id": "text", "parent_id": "text", "run_id": "text", "session_id": "text", "seq": "order",
    "kind": KINDS, "name": "text", "started_at": "instant", "ended_at": "instant", "duration_s": "number",
    "status": STATUSES, "error_type": "text", "error": "text", "agent": "text", "cell_id": "text", "exec_count": "count",
}  # fmt: skip
_TOKENS: Schema = {
    "input_tokens": "count", "cache_read_tokens": "count", "cache_write_tokens": "count", "output_tokens": "count",
    "reasoning_tokens": "count", "total_tokens": "count",
}  # fmt: skip
SCHEMAS: dict[Table, Schema] = {
    "spans": _IDS | {"ttft_s": "number", "input_tokens": "count", "output_tokens": "count", "cost_usd": "number", "attributes": "text"},
    "calls": _IDS | {
        "provider": "text", "model": "text", "response_model": "text", "response_id": "text", "finish_reason": get_args(FinishReason),
        "stream": "flag", "temperature": "number", "top_p": "number", "max_tokens": "count", "seed": "count", "reasoning_level": "text",
        "ttft_s": "number", "tokens_per_s": "number", **_TOKENS, "usage_raw": "text",
        "input_cost_usd": "number", "output_cost_usd": "number", "cost_usd": "number", "cost_source": get_args(Source),
        "n_messages": "count", "n_tools_offered": "count", "n_tool_calls": "count", "retries": "count", "cached_response": "flag",
        "fallback_of": "text", "prompt_name": "text", "prompt_version": "text", "input_preview": "text", "output_preview": "text",
    },
    "tools": _IDS | {
        "tool": "text", "tool_type": "text", "tool_call_id": "text", "arguments": "text", "repaired": "flag", "result": "text", "truncated": "flag",
        "approved": "maybe", "batch_id": "text", "mcp_server": "text", "call_span_id": "text",
    },
    "runs": {
        "run_id": "text", "session_id": "text", "name": "text", "agent": "text", "tag": "text", "started_at": "instant",
        "duration_s": "number", "model_time_s": "number", "tool_time_s": "number", "wait_s": "number", "ttft_run_s": "number",
        "status": STATUSES, "error_type": "text", "n_calls": "count", "n_tool_calls": "count", "n_handoffs": "count",
        "n_guardrails_tripped": "count", "n_errors": "count", **_TOKENS, "cost_usd": "number", "cost_known": "number",
        "models": "text", "params": "text", "prompt_hash": "text", "code_hash": "text", "kernel_id": "text", "notebook": "text", "cell_id": "text",
        "exec_count": "count", "input_preview": "text", "output_preview": "text",
    },
    "messages": {
        "run_id": "text", "call_id": "text", "position": "count", "direction": ("input", "output"), "role": get_args(Role), "name": "text",
        "part_type": PARTS, "content": "text", "tool_call_id": "text", "hash": "text", "parent_hash": "text", "n_chars": "count",
        "tokens": "count",
    },
    "events": {
        "seq": "order", "run_id": "text", "span_id": "text", "at": "instant", "offset_s": "number", "event": EVENTS, "agent": "text",
        "to_agent": "text", "name": "text", "outcome": "text", "value": "number", "payload": "text",
    },
}  # fmt: skip
PAYLOADS: dict[Table, tuple[str, ...]] = {
    "calls": ("system_instructions", "input_messages", "output_messages", "tools_offered", "params"),
    "runs": ("input_messages", "new_messages"),
}
"""Columns of whole texts, as JSON but for the instructions, only where they are asked for."""

OVERVIEW = (
    "exec_count", "agent", "kind", "name", "status", "started_at", "duration_s", "ttft_s", "input_tokens", "output_tokens", "cost_usd",
    "error", "run_id", "span_id",
)  # fmt: skip


def frame(table: Table, columns: Columns, *, payload: bool = False) -> pd.DataFrame:
    """The columns as a DataFrame in the table's types."""
    import pandas as pd

    register()
    schema = SCHEMAS[table] | (dict.fromkeys(PAYLOADS.get(table, ()), "text") if payload else {})
    return pd.DataFrame({name: _column(kind, columns.get(name, [])) for name, kind in schema.items()}, copy=False)


class _Codes(dict[Any, int]):
    """The places of words in a vocabulary; one that a provider made up is missing, the table is not."""

    def __missing__(self, word: Any) -> int:
        return -1


def _column(kind: Type | Vocabulary, values: Sequence[Any]) -> Any:
    """One column as an array of its type."""
    import numpy as np
    import pandas as pd

    if not isinstance(kind, str):
        codes = _Codes((value, code) for code, value in enumerate(kind))
        return pd.Categorical.from_codes(np.fromiter(map(codes.__getitem__, values), "int16", len(values)), dtype=pd.CategoricalDtype(list(kind)))
    match kind:
        case "text":
            return _texts(values)
        case "number":
            return np.array(values, dtype="float64")  # None is NaN
        case "count":
            numbers, missing = _filled(values, 0)
            return pd.arrays.IntegerArray(np.array(numbers, dtype="int64"), missing)
        case "maybe":
            flags, missing = _filled(values, False)
            return pd.arrays.BooleanArray(np.array(flags, dtype="bool"), missing)
        case "instant":
            moments, _ = _filled(values, np.iinfo("int64").min)
            return pd.DatetimeIndex(np.array(moments, dtype="int64").view("datetime64[ns]")).tz_localize("UTC")
        case "order":
            return np.array(values, dtype="int64")
        case "flag":
            return np.array(values, dtype="bool")


def _filled(values: Sequence[Any], filling: Any) -> tuple[Sequence[Any], Any]:
    """The values with something in place of what is missing, and where that is."""
    import numpy as np

    missing = values.count(None)
    if not missing:
        return values, np.zeros(len(values), dtype="bool")
    if missing == len(values):  # as many columns are
        return np.full(missing, filling), np.ones(missing, dtype="bool")  # type: ignore[return-value]
    return [filling if value is None else value for value in values], np.array([value is None for value in values], dtype="bool")


def _texts(values: Sequence[Any]) -> Any:
    """Texts, made by Arrow where it is there and pandas stores them in it: in half the time."""
    import pandas as pd

    inferred: Any = pd.Series(["text"]).dtype  # `str` in pandas 3; in pandas 2 `object`, where its forerunner serves
    dtype = inferred if isinstance(inferred, pd.StringDtype) else pd.StringDtype()
    try:
        if dtype.storage == "pyarrow":
            import pyarrow as pa

            texts = pa.array(values, pa.large_string()) if values.count(None) < len(values) else pa.nulls(len(values), pa.large_string())
            return pd.array(texts, dtype=dtype)
        return pd.array(values, dtype=dtype)
    except UnicodeEncodeError:  # arrow refuses half of a surrogate pair
        return pd.array([value and value.encode(errors="replace").decode() for value in values], dtype=dtype)
