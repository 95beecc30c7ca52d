"""The tables' types: the same whatever is in them, also when nothing is."""

from __future__ import annotations

import io
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted, stamped
from nbagent.messages import FinishReason, Message, TextPart, ToolCallPart, ToolResultPart, Usage, user
from nbagent.observers.rows import Table
from nbagent.observers.tables import EVENTS, KINDS, PAYLOADS, SCHEMAS, frame
from nbagent.observers.trace import Trace

TABLES: tuple[Table, ...] = get_args(Table)
TEXT = pd.Series(["text"]).dtype if isinstance(pd.Series(["text"]).dtype, pd.StringDtype) else pd.StringDtype()
INSTANT = pd.DatetimeTZDtype("ns", "UTC")

# the schema, said a second time by hand: a change of it is to be seen
IDS = (
    "trace_id span_id parent_id run_id session_id seq:int64 kind:cat name started_at:at ended_at:at duration_s:float64 status:cat error_type error "
    "agent cell_id exec_count:Int64"
)
TOKENS = " ".join(f"{name}_tokens:Int64" for name in ("input", "cache_read", "cache_write", "output", "reasoning", "total"))
EXPECTED: dict[Table, str] = {
    "spans": f"{IDS} ttft_s:float64 input_tokens:Int64 output_tokens:Int64 cost_usd:float64 attributes",
    "calls": f"{IDS} provider model response_model response_id finish_reason:cat stream:bool temperature:float64 top_p:float64 max_tokens:Int64 "
    f"seed:Int64 reasoning_level ttft_s:float64 tokens_per_s:float64 {TOKENS} usage_raw input_cost_usd:float64 output_cost_usd:float64 "
    "cost_usd:float64 cost_source:cat n_messages:Int64 n_tools_offered:Int64 n_tool_calls:Int64 retries:Int64 cached_response:bool fallback_of "
    "prompt_name prompt_version input_preview output_preview",
    "tools": f"{IDS} tool tool_type tool_call_id arguments repaired:bool result truncated:bool approved:boolean batch_id mcp_server call_span_id",
    "runs": "run_id session_id name agent tag started_at:at duration_s:float64 model_time_s:float64 tool_time_s:float64 wait_s:float64 "
    "ttft_run_s:float64 status:cat error_type n_calls:Int64 n_tool_calls:Int64 n_handoffs:Int64 n_guardrails_tripped:Int64 n_errors:Int64 "
    f"{TOKENS} cost_usd:float64 cost_known:float64 models params prompt_hash code_hash kernel_id notebook cell_id exec_count:Int64 "
    "input_preview output_preview",
    "messages": "run_id call_id position:Int64 direction:cat role:cat name part_type:cat content tool_call_id hash parent_hash n_chars:Int64 tokens:Int64",
    "events": "seq:int64 run_id span_id at:at offset_s:float64 event:cat agent to_agent name outcome value:float64 payload",
}


def told() -> Trace:
    """A trace with a row in each table."""
    trace = Trace()
    call = ToolCallPart("c", "t", "{}")
    trace.observe(stamped([RunStarted("a", "anthropic:m", user("Hi"), origin={"exec_count": 3, "cell_id": "x"})], "r", "run", None))
    trace.observe(stamped([StepStarted(1, "a", "anthropic", "m", (user("Hi"),))], "r", "step", "run"))
    trace.observe(stamped([StepFinished(Message("assistant", (TextPart("a"), call)), "tool_calls", Usage(2, 3), cost=0.5)], "r", "step", "run"))
    trace.observe(stamped([ToolStarted(call)], "r", "tool", "run"))
    trace.observe(stamped([ToolFinished(ToolResultPart("c", "t", "x"), "ok")], "r", "tool", "run"))
    trace.observe(stamped([RunFinished("completed")], "r", "run", None))
    trace.observe(stamped([RunStarted("b", "anthropic:m", user("Hi"))], "q", "other", None))
    return trace


def read(trace: Trace, table: Table, *, payload: bool = False) -> pd.DataFrame:
    return frame(table, trace._rows.read(table, payload=payload), payload=payload)


@pytest.mark.parametrize("trace", [Trace(), told()], ids=["empty", "full"])
@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_the_schemas_to_the_letter(trace: Trace, table: Table) -> None:
    shown = read(trace, table)
    assert len(shown) == 0 if trace._rows.runs() == [] else len(shown) > 0
    expected = [column.partition(":")[::2] for column in EXPECTED[table].split()]
    assert list(shown.columns) == [name for name, _ in expected]
    for name, kind in expected:
        dtype = shown[name].dtype
        match kind:
            case "":
                assert dtype == TEXT, name
            case "at":
                assert dtype == INSTANT, name
            case "cat":
                assert isinstance(dtype, pd.CategoricalDtype), name
            case _:
                assert str(dtype) == kind, name
    assert isinstance(shown.index, pd.RangeIndex)


def test_vocabularies_are_fixed_so_that_frames_of_two_runs_go_together() -> None:
    both = pd.concat([Trace().df, told().df, told().df])
    assert list(both["kind"].cat.categories) == list(KINDS)
    assert list(both["status"].cat.categories) == ["ok", "error", "rejected", "cancelled", "paused", "running"]
    calls = told().calls()
    assert list(calls["finish_reason"].cat.categories) == list(get_args(FinishReason))
    assert list(calls["cost_source"].cat.categories) == ["provider", "prices", "custom", "local", "unknown"]
    assert list(told().events()["event"].cat.categories) == list(EVENTS)
    assert not both["kind"].cat.ordered


def test_missing_is_missing_and_never_zero_or_a_word() -> None:
    frame = told().df
    run, step, tool, other = (frame.iloc[place] for place in range(4))
    assert run["input_tokens"] is pd.NA
    assert np.isnan(run["cost_usd"])
    assert pd.isna(run["parent_id"])
    assert pd.isna(tool["error"])
    assert other["ended_at"] is pd.NaT
    assert other["exec_count"] is pd.NA
    assert (step["input_tokens"], step["cost_usd"], step["exec_count"]) == (2, 0.5, 3)
    assert "None" not in frame.to_csv()
    assert "nan" not in frame.to_csv().lower()


def test_frames_survive_csv_json_and_sums() -> None:
    calls = told().calls()
    back = pd.read_csv(io.StringIO(calls.to_csv(index=False)))
    assert back["duration_s"].tolist() == pytest.approx(calls["duration_s"].tolist())
    assert len(pd.read_json(io.StringIO(calls.to_json(orient="records", date_format="iso")))) == 1
    assert calls.groupby("model")["cost_usd"].sum().tolist() == [0.5]
    assert calls.groupby("kind", observed=True)["total_tokens"].sum().tolist() == [5]


@pytest.mark.parametrize("table", PAYLOADS)
def test_whole_texts_are_columns_of_their_own(table: Table) -> None:
    for trace in (Trace(), told()):
        shown = read(trace, table, payload=True)
        assert list(shown.columns) == [*SCHEMAS[table], *PAYLOADS[table]]
        assert all(shown[name].dtype == TEXT for name in PAYLOADS[table])


def test_a_frame_is_the_readers_own() -> None:
    trace = told()
    first = trace.df
    first.loc[0, "name"] = "changed"
    first["new"] = 1
    assert trace.df["name"].tolist()[0] == "invoke_agent a"
    assert "new" not in trace.df


@pytest.mark.parametrize("odd", ["nul \0", "None", "nan", "\U0001f9ea", "<b>&", "", "half a pair: \ud83e"])
def test_any_text_goes_into_the_tables(odd: str) -> None:
    trace = Trace()
    call = ToolCallPart("c", "t", odd)
    trace.observe(stamped([RunStarted("a", "m", user(odd))], "r", "run", None))
    trace.observe(stamped([StepStarted(1, "a", "p", "m", (user(odd),), params={"stop": odd}, instructions=odd)], "r", "step", "run"))
    trace.observe(stamped([StepFinished(Message("assistant", (TextPart(odd), call)), "stop")], "r", "step", "run"))
    trace.observe(stamped([ToolStarted(call)], "r", "tool", "run"))
    trace.observe(stamped([ToolFinished(ToolResultPart("c", "t", odd), "ok")], "r", "tool", "run"))
    frames = [trace.df, trace.calls(payload=True), trace.runs(payload=True), trace.messages(), trace.events()]
    assert all(len(frame) for frame in frames)
    assert trace.tools()["result"].tolist() in ([odd], [odd.replace("\ud83e", "?")])  # arrow has no room for it


def test_values_that_no_column_can_hold_break_no_table() -> None:
    loop: dict[str, object] = {}
    loop["itself"] = loop
    params = {"seed": 2**70, "temperature": "hot", "top_p": float("nan"), "max_tokens": float("inf"), "odd": {(1, 2): object()}, "loop": loop}
    trace = Trace()
    trace.observe(stamped([RunStarted("a", "m", user("x"), origin={"exec_count": "three", "cell_id": 4})], "r", "run", None))
    trace.observe(stamped([StepStarted(1, "a", "p", "m", (), params=params)], "r", "step", "run"))
    trace.observe(stamped([StepFinished(Message("assistant"), "made up")], "r", "step", "run"))  # type: ignore[arg-type]
    call = trace.calls(payload=True).iloc[0]
    assert call[["seed", "temperature", "top_p", "max_tokens", "finish_reason", "exec_count"]].isna().all()
    assert call["cell_id"] == "4"
    assert len(trace.df) == len(trace.df["attributes"].dropna()) == 2
    assert len(trace.runs()) == 1
