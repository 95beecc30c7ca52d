"""Two runs side by side, for the trace panel: what `Trace.compare` finds, as plain values."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

from nbagent.errors import known_keys, redact
from nbagent.notebook.panel_details import cut
from nbagent.observers.trace import Trace

Row = dict[str, Any]
_SUMS = {
    "duration_s": "Duration", "ttft_run_s": "First text", "model_time_s": "Time in models", "tool_time_s": "Time in tools", "wait_s": "Waiting",
    "n_calls": "Model calls", "n_tool_calls": "Tool calls", "n_errors": "Errors", "input_tokens": "Tokens in", "output_tokens": "Tokens out",
    "cache_read_tokens": "From the cache", "reasoning_tokens": "Reasoning", "cost_usd": "Cost",
}  # fmt: skip
_MEASURES = ("duration_s", "input_tokens", "output_tokens", "cost_usd")


def compared(trace: Trace, run_a: str, run_b: str) -> Row:
    """What the runs were made of, their numbers with what changed, their steps aligned, and their texts. Raises `ConfigError`."""
    found = trace.compare(run_a, run_b)
    keys = known_keys()

    def text(value: Any) -> str:
        return cut(redact(str(value), keys))

    return {
        "what": [[text(name), text(row["a"]), text(row["b"]), bool(row["changed"])] for name, row in found.what.iterrows()],
        "sums": [[_SUMS[str(name)], *(text(value) for value in row)] for name, row in found.sums.iterrows() if name in _SUMS],
        "steps": [_step(row) for row in found.data.to_dict("records")],
        "diffs": [[text(name), text(diff)] for name, diff in found.diffs.items()],
        "local": [_local(trace, run) for run in (run_a, run_b)],
    }


def _step(row: Mapping[Hashable, Any]) -> list[Any]:
    """The name of a step, and its measures in both runs; None where a run has no such step."""
    sides = [[None if math.isnan(row[f"{name}_{side}"]) else row[f"{name}_{side}"] for name in _MEASURES] for side in "ab"]
    name = "model call" if row["name"] == "chat" else str(row["name"]).removeprefix("chat ").removeprefix("execute_tool ")
    return [
        name,
        "tool" if str(row["name"]).startswith("execute_tool") else "chat",
        *(side if any(value is not None for value in side) else None for side in sides),
    ]


def _local(trace: Trace, run: str) -> bool:
    """Whether all that the run cost was this machine's time."""
    where, run_id = trace.having(run)
    sources = where.calls(run_id)["cost_source"]
    return len(sources) > 0 and bool((sources == "local").all())
