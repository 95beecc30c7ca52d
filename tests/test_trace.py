"""The trace: whatever happens in a run is a row, each with the right times, sums and relations."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import force_setattr

from nbagent import prices
from nbagent.agent import Agent
from nbagent.errors import ConfigError, RequestRefused
from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    Stamp,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, assistant, tool_message, user
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, text
from nbagent.session import Session
from nbagent.tools import tool

BEGAN = 1_790_000_000.0  # seconds since the epoch


class Story:
    """Tells a trace what happens, with a clock of its own: `wait` moves it."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = Trace() if trace is None else trace
        self.clock = 0.0
        self.spans = 0

    def wait(self, seconds: float) -> None:
        self.clock += seconds

    def say(self, run: str, span: str, parent: str | None, *events: RunEvent) -> None:
        stamp = Stamp(run, span, parent, BEGAN + self.clock, round(self.clock * 1e9))
        for event in events:
            force_setattr(event, "stamp", stamp)
        self.trace.observe(events)

    def begin(self, run: str = "r", *, parent: str | None = None, agent: str = "helper", prompt: str = "Hi", **fields: Any) -> None:
        self.say(run, f"{run}.run", parent, RunStarted(agent, "anthropic:m", user(prompt), **fields))

    def end(self, run: str = "r", outcome: Any = "completed", *messages: Message, **fields: Any) -> None:
        self.say(run, f"{run}.run", None, RunFinished(outcome, messages, **fields))

    def ask(self, run: str = "r", *, messages: Sequence[Message] = (), provider: str = "anthropic", model: str = "m", **fields: Any) -> str:
        self.spans += 1
        span = f"{run}.{self.spans}"
        self.say(run, span, f"{run}.run", StepStarted(self.spans, "helper", provider, model, tuple(messages) or (user("Hi"),), **fields))
        return span

    def answer(self, span: str, *parts: Any, usage: Usage | None = None, reason: Any = "stop", **fields: Any) -> Message:
        run = span.split(".")[0]
        message = Message("assistant", parts, usage=usage)
        self.say(run, span, f"{run}.run", StepFinished(message, reason, usage, **fields))
        return message

    def call(self, call: ToolCallPart, run: str = "r", **fields: Any) -> str:
        self.spans += 1
        span = f"{run}.{self.spans}"
        self.say(run, span, f"{run}.run", ToolStarted(call, **fields))
        return span

    def result(self, span: str, call: ToolCallPart, content: str = "", status: Any = "ok", **fields: Any) -> None:
        run = span.split(".")[0]
        self.say(run, span, f"{run}.run", ToolFinished(ToolResultPart(call.id, call.name, content, is_error=status != "ok"), status, **fields))


WEATHER = ToolCallPart("c1", "get_weather", '{"city": "Oslo"}')


def one(frame: pd.DataFrame) -> dict[str, Any]:
    (row,) = frame.to_dict("records")
    return {str(key): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for key, value in row.items()}


def test_a_model_call_is_a_row_with_its_times_tokens_and_cost() -> None:
    story = Story()
    story.begin(session="s", origin={"cell_id": "abc", "exec_count": 7})
    story.wait(1)
    span = story.ask(messages=[user("What is it?")], tools=("get_weather",), params={"temperature": 0.5, "max_output_tokens": 100}, instructions="Be brief.")
    story.wait(0.5)
    story.say("r", span, "r.run", PartStarted(0, TextPart("")), PartDelta(0, "It "))
    story.wait(2)
    story.say("r", span, "r.run", PartDelta(0, "is."), PartFinished(0, TextPart("It is.")))
    usage = Usage(100, 40, 60, 10, 5)
    story.answer(span, TextPart("It is."), usage=usage, usage_raw={"in": 30}, model="m-2", response_id="resp", cost=0.25, cost_source="provider")
    story.end("r", "completed", user("What is it?"), assistant("It is."))

    call = one(story.trace.calls())
    assert call["started_at"] == pd.Timestamp(BEGAN + 1, unit="s", tz="UTC")
    assert (call["duration_s"], call["ttft_s"], call["tokens_per_s"]) == (2.5, 0.5, 20.0)
    assert [call[key] for key in ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "total_tokens")] == [
        100, 60, 10, 40, 5, 140,
    ]  # fmt: skip
    assert (call["cost_usd"], call["cost_source"], call["input_cost_usd"], call["usage_raw"]) == (0.25, "provider", None, '{"in":30}')
    assert (call["provider"], call["model"], call["response_model"], call["response_id"]) == ("anthropic", "m", "m-2", "resp")
    assert (call["finish_reason"], call["status"], call["error"], call["stream"], call["retries"]) == ("stop", "ok", None, True, 0)
    assert (call["temperature"], call["max_tokens"], call["seed"], call["n_messages"], call["n_tools_offered"], call["n_tool_calls"]) == (
        0.5,
        100,
        None,
        2,
        1,
        0,
    )
    assert (call["input_preview"], call["output_preview"]) == ("What is it?", "It is.")
    assert (call["trace_id"], call["run_id"], call["parent_id"], call["session_id"], call["cell_id"], call["exec_count"]) == ("r", "r", "r.run", "s", "abc", 7)
    assert (call["kind"], call["name"], call["agent"]) == ("chat", "chat m", "helper")


def test_a_run_sums_its_calls_and_says_where_the_time_went() -> None:
    story = Story()
    story.begin(origin={"tag": "a", "kernel_id": "k"}, prompt="Weather?")
    step = story.ask()
    story.wait(1)
    story.say("r", step, "r.run", PartStarted(0, ReasoningPart("")), PartDelta(0, "hmm"), PartStarted(1, TextPart("")))
    story.wait(1)
    story.say("r", step, "r.run", PartDelta(1, "Let me see."))
    story.answer(step, TextPart("Let me see."), WEATHER, usage=Usage(10, 5), reason="tool_calls", cost=0.5, cost_source="prices")
    story.wait(0.25)
    tool = story.call(WEATHER)
    story.wait(4)
    story.result(tool, WEATHER, "sunny")
    step = story.ask()
    story.wait(3)
    last = story.answer(step, TextPart("Sunny."), usage=Usage(30, 7))
    story.end("r", "completed", user("Weather?"), last)

    run = one(story.trace.runs())
    assert (run["status"], run["n_calls"], run["n_tool_calls"], run["n_errors"]) == ("ok", 2, 1, 0)
    assert (run["duration_s"], run["model_time_s"], run["tool_time_s"], run["wait_s"], run["ttft_run_s"]) == (9.25, 5.0, 4.0, 0.25, 2.0)
    assert (run["input_tokens"], run["output_tokens"], run["total_tokens"], run["cost_usd"], run["cost_known"]) == (40, 12, 52, 0.5, 0.5)
    assert (run["tag"], run["kernel_id"], run["input_preview"], run["output_preview"], run["models"]) == ("a", "k", "Weather?", "Sunny.", "m")
    assert story.trace.calls()["ttft_s"].tolist()[0] == 1.0
    frame = story.trace.df
    assert frame["input_tokens"].sum() == 40
    assert frame["kind"].tolist() == ["invoke_agent", "chat", "execute_tool", "chat"]
    assert frame["seq"].tolist() == [3, 0, 1, 2]
    assert story.trace.overview()["name"].tolist() == ["chat m", "execute_tool get_weather", "chat m"]


def test_a_tool_call_keeps_its_whole_result_and_who_asked_for_it() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    story.answer(step, WEATHER, reason="tool_calls")
    tool = story.call(WEATHER, batch="b")
    story.result(tool, WEATHER, "cut", whole="w" * 100_000)
    row = one(story.trace.tools())
    assert (row["tool"], row["arguments"], row["tool_call_id"], row["batch_id"]) == ("get_weather", '{"city": "Oslo"}', "c1", "b")
    assert (row["result"], row["truncated"], row["approved"], row["call_span_id"]) == ("w" * 100_000, True, None, step)


def test_a_tool_that_raises_is_a_row_with_its_error_and_without_keys() -> None:
    story = Story()
    story.begin()
    tool = story.call(WEATHER)
    error = ErrorInfo("KeyError", "no sk-secret1234567", "Traceback: sk-secret1234567")
    story.result(tool, WEATHER, "KeyError", "error", error=error)
    frame = story.trace.df
    row = frame.iloc[1]
    assert (row["status"], row["error_type"]) == ("error", "KeyError")
    assert "exception.stacktrace" in json.loads(row["attributes"])
    everything = frame.to_csv() + story.trace.tools().to_csv() + story.trace.events().to_csv()
    assert "sk-secret" not in everything
    assert "redacted" in everything
    assert one(story.trace.runs())["n_errors"] == 1


def test_a_failed_and_retried_call_is_a_row_like_any_other() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    story.say("r", step, "r.run", Waiting("The model is loading", 0.5))
    story.say("r", step, "r.run", Retried(1, 0.5, "overloaded, Bearer abcdefgh1234"))
    story.say("r", step, "r.run", Retried(2, 1.0, "overloaded"))
    error = ErrorInfo("Overloaded", "The server is busy.")
    story.answer(step, reason="error", error=error)
    story.end("r", "failed", error=error)
    call = one(story.trace.calls())
    assert (call["retries"], call["status"], call["error_type"], call["input_tokens"], call["cost_usd"]) == (2, "error", "Overloaded", None, None)
    assert (call["cost_source"], call["ttft_s"], call["tokens_per_s"]) == ("unknown", None, None)
    assert one(story.trace.runs())["status"] == "error"
    events = story.trace.events()
    assert events["event"].tolist() == ["run_started", "step_started", "log", "retry", "retry", "step_ended", "error", "run_ended", "error"]
    retries = events[events["event"] == "retry"]
    assert retries["value"].tolist() == [0.5, 1.0]
    assert "abcdef" not in str(retries["outcome"].tolist())


def test_a_cancelled_call_keeps_what_came_of_it() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    error = ErrorInfo("CancelledError", "")
    story.answer(step, TextPart("The answ"), reason="cancelled", error=error)
    tool = story.call(WEATHER)
    story.result(tool, WEATHER, "Cancelled by the user.", "cancelled")
    story.end("r", "cancelled", error=ErrorInfo("RunCancelled", "The run was stopped."))
    assert story.trace.df["status"].tolist() == ["cancelled"] * 3
    assert one(story.trace.calls())["output_preview"] == "The answ"


def test_a_paused_run_has_the_waiting_call_as_a_row_and_its_resumption_is_the_same_trace() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    story.answer(step, WEATHER, reason="tool_calls", usage=Usage(5, 5))
    story.wait(1)
    story.say("r", "r.wait", "r.run", ApprovalRequested(WEATHER, "d1"))
    story.wait(2)
    story.end("r", "paused", pending=(WEATHER,))
    assert story.trace.df["status"].tolist() == ["paused", "ok", "paused"]
    row = one(story.trace.tools())
    assert (row["span_id"], row["duration_s"], row["result"], row["call_span_id"]) == ("r.wait", 2.0, None, step)
    run = one(story.trace.runs())
    assert (run["n_tool_calls"], run["tool_time_s"], run["wait_s"]) == (0, 0.0, 3.0)

    story.begin("q", resumed="r")
    story.say("q", "q.7", "q.run", ApprovalRequested(WEATHER, "d1"), ApprovalDecided("c1", True, arguments='{"city": "Rome"}'))
    story.say("q", "q.7", "q.run", ToolStarted(WEATHER))
    story.result("q.7", WEATHER, "sunny")
    story.end("q")
    done = one(story.trace.tools(run="q"))
    assert (done["trace_id"], done["approved"], done["status"], done["call_span_id"]) == ("r", True, "ok", step)
    decided = story.trace.events(run="q").set_index("event").loc["approval_decided"]
    assert decided["outcome"] == "changed"


def test_a_rejected_call_is_neither_an_error_nor_ok() -> None:
    story = Story()
    story.begin()
    story.say("r", "r.9", "r.run", ApprovalRequested(WEATHER, "d"), ApprovalDecided("c1", False, "too far"))
    story.say("r", "r.9", "r.run", ToolStarted(WEATHER))
    story.result("r.9", WEATHER, "The user rejected this call.", "rejected", error=ErrorInfo("Rejected", "The user rejected this call."))
    row = one(story.trace.tools())
    assert (row["approved"], row["status"], row["error_type"]) == (False, "cancelled", "Rejected")
    assert one(story.trace.runs())["n_errors"] == 0


def test_a_run_inside_a_tool_is_counted_once_and_hangs_on_the_tool() -> None:
    story = Story()
    story.begin("r")
    tool = story.call(WEATHER)
    story.begin("n", parent=tool, agent="inner")
    inner = story.ask("n")
    story.wait(2)
    story.answer(inner, TextPart("x"), usage=Usage(3, 4), cost=0.1, cost_source="provider")
    story.end("n")
    story.result(tool, WEATHER, "x")
    story.end("r")
    frame = story.trace.df.set_index("span_id")
    assert frame.loc["n.run", "parent_id"] == tool
    assert set(frame["trace_id"]) == {"r"}
    assert one(story.trace.runs())["input_tokens"] == 3
    assert one(story.trace.runs("n"))["agent"] == "inner"
    assert one(story.trace.runs("r"))["wait_s"] == 0.0
    assert len(story.trace.calls("r")) == len(story.trace.calls("n")) == 1
    assert len(story.trace.tools("n")) == 0


def test_what_is_under_way_is_a_row_that_runs() -> None:
    story = Story()
    story.begin()
    story.ask()
    frame = story.trace.df
    assert frame["status"].tolist() == ["running", "running"]
    assert frame["ended_at"].isna().all()
    assert frame["duration_s"].isna().all()
    assert frame["seq"].tolist() == [0, 1]
    run = one(story.trace.runs())
    assert (run["status"], run["duration_s"], run["wait_s"], run["cost_usd"], run["cost_known"]) == ("running", None, None, 0.0, 1.0)
    assert "1 running" in repr(story.trace)


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ([PartStarted(0, TextPart("")), PartDelta(0, ""), PartDelta(0, "a")], "text"),
        ([PartStarted(0, ReasoningPart("", redacted=True)), PartFinished(0, ReasoningPart("", redacted=True)), PartStarted(1, TextPart("a"))], "text"),
        ([PartStarted(0, ReasoningPart("")), PartDelta(0, "a")], "reasoning"),
        ([PartStarted(0, WEATHER)], "tool_call"),
        ([PartStarted(0, TextPart("")), PartFinished(0, TextPart("whole"))], "text"),
    ],
)
def test_the_first_token_is_the_first_that_can_be_seen(first: list[RunEvent], kind: str) -> None:
    story = Story()
    story.begin()
    step = story.ask()
    for event in first:
        story.wait(1)
        story.say("r", step, "r.run", event)
    story.wait(1)
    story.say("r", step, "r.run", PartDelta(0, "more"), PartStarted(5, TextPart("")), PartDelta(5, "b"))
    story.answer(step, usage=Usage(1, 1))
    assert one(story.trace.calls())["ttft_s"] == len(first)
    heard = one(story.trace.events()[lambda events: events["event"] == "first_token"])
    assert (heard["name"], heard["offset_s"]) == (kind, len(first))
    assert one(story.trace.runs())["ttft_run_s"] == (len(first) if kind == "text" else len(first) + 1)


def test_no_delta_is_kept() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    deltas = [PartDelta(0, f"{number} ") for number in range(500)]
    story.say("r", step, "r.run", PartStarted(0, TextPart("")), *deltas)
    assert len(story.trace.events()) == 3
    unseen = [PartDelta(0, "x") for _ in range(2)]
    assert {sys.getrefcount(delta) for delta in deltas} == {sys.getrefcount(delta) for delta in unseen}


def test_a_price_set_later_gives_unknown_calls_a_cost_and_leaves_known_ones() -> None:
    story = Story()
    story.begin()
    for cost, source in ((None, "unknown"), (0.5, "prices")):
        story.answer(story.ask(), TextPart("a"), usage=Usage(1_000_000, 0), cost=cost, cost_source=source)
    assert story.trace.calls()["cost_usd"].isna().tolist() == [True, False]
    prices.set_price("m", input=3, output=4)
    try:
        calls = story.trace.calls()
        assert calls["cost_usd"].tolist() == [3.0, 0.5]
        assert calls["cost_source"].tolist() == ["custom", "prices"]
        assert calls["input_cost_usd"].isna().tolist() == [False, True]
    finally:
        prices._custom.clear()


def test_a_listed_price_is_split_into_input_and_output() -> None:
    story = Story()
    story.begin()
    usage = Usage(1_000_000, 1_000_000)
    said = prices.cost(usage, "gpt-5", "openai", BEGAN)
    story.answer(story.ask(provider="openai", model="gpt-5"), usage=usage, cost=said.total, cost_source=said.source)
    call = one(story.trace.calls())
    assert (call["input_cost_usd"], call["output_cost_usd"], call["cost_usd"]) == (1.25, 10.0, 11.25)


def test_secrets_in_parameters_are_not_in_the_tables() -> None:
    story = Story()
    story.begin()
    story.ask(params={"extra_headers": {"x-api-key": "hush"}, "user": "sk-abcdefghijkl", "reasoning": {"effort": "low"}})
    tables = story.trace.calls(payload=True).to_csv() + story.trace.runs().to_csv() + story.trace.df.to_csv()
    assert "hush" not in tables
    assert "abcdefghijkl" not in tables
    assert one(story.trace.calls())["reasoning_level"] == "low"


def test_whole_texts_are_in_the_tables_only_where_they_are_asked_for() -> None:
    story = Story()
    story.begin(prompt="p" * 1000)
    step = story.ask(messages=[user("p" * 1000)], instructions="Be brief.", tools=("t",))
    last = story.answer(step, TextPart("a" * 1000))
    story.end("r", "completed", last)
    short = one(story.trace.calls())
    assert (len(short["input_preview"]), short["output_preview"]) == (200, "a" * 199 + "…")
    assert "input_messages" not in short
    whole = one(story.trace.calls(payload=True))
    assert (whole["system_instructions"], whole["tools_offered"]) == ("Be brief.", '["t"]')
    assert json.loads(whole["output_messages"])[0]["parts"][0]["text"] == "a" * 1000
    assert "p" * 1000 in one(story.trace.runs(payload=True))["input_messages"]


# --- messages ----------------------------------------------------------------------------------------------------------


def test_messages_are_rows_of_parts_for_each_call_that_had_them() -> None:
    story = Story()
    story.begin()
    question = user("What is this?", FilePart("image/png", data=b"123"))
    said = Message("assistant", (ReasoningPart("hm"), WEATHER), usage=Usage(9, 3))
    step = story.ask(messages=[question], instructions="Be brief.")
    story.answer(step, *said.parts, usage=said.usage)
    answered = tool_message([ToolResultPart("c1", "get_weather", "sunny", files=(FilePart("image/jpeg", url="https://x/y.jpg"),))])
    second = story.ask(messages=[question, said, answered], instructions="Be brief.")
    story.answer(second, TextPart("Sunny."), usage=Usage(9, 4))
    rows = story.trace.messages()
    assert rows[rows["call_id"] == step][["position", "direction", "role", "part_type", "content"]].values.tolist() == [
        [0, "input", "system", "text", "Be brief."],
        [1, "input", "user", "text", "What is this?"],
        [1, "input", "user", "image", "image/png, 3 bytes"],
        [2, "output", "assistant", "reasoning", "hm"],
        [2, "output", "assistant", "tool_call", '{"city": "Oslo"}'],
    ]
    later = rows[rows["call_id"] == second]
    assert later["part_type"].tolist()[5:] == ["tool_call_response", "image", "text"]
    assert later["content"].tolist()[5:] == ["sunny", "https://x/y.jpg", "Sunny."]
    assert later["tool_call_id"].tolist()[4:7] == ["c1"] * 3
    assert later["tokens"].tolist()[-1] == 4


def test_equal_conversations_have_equal_hashes_and_each_names_the_one_before() -> None:
    story = Story()
    for run in ("r", "q"):  # two kernels would have equal, not identical messages
        story.begin(run)
        story.answer(story.ask(run, messages=[user("Hi"), assistant("Hello"), user(run)]), TextPart("x"))
    rows = story.trace.messages()
    first, second = rows[rows["run_id"] == "r"], rows[rows["run_id"] == "q"]
    assert first["hash"].tolist()[:2] == second["hash"].tolist()[:2]
    assert not set(first["hash"][2:]) & set(second["hash"][2:])
    assert first["parent_hash"].tolist()[1:] == first["hash"].tolist()[:-1]
    assert first["parent_hash"].isna().tolist() == [True, False, False, False]


def test_a_long_loop_hashes_each_message_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from nbagent.observers import conversations

    hashed: list[Message] = []
    real = conversations.digest
    monkeypatch.setattr(conversations, "digest", lambda message: hashed.append(message) or real(message))  # type: ignore[func-returns-value]
    story = Story()
    story.begin()
    said: list[Message] = [user("Go")]
    for _ in range(50):
        said.append(story.answer(story.ask(messages=said), WEATHER))
        said.append(tool_message([ToolResultPart("c1", "get_weather", "sunny")]))
    assert len(story.trace.messages()) == sum(range(1, 100, 2)) + 50
    assert len(hashed) == 100
    story.trace.messages()
    assert len(hashed) == 100


# --- the object itself -------------------------------------------------------------------------------------------------


def test_a_trace_is_a_line_and_true_even_when_empty() -> None:
    assert repr(Trace()) == "Trace(0 runs, 0 model calls, 0 tool calls, 0 tokens in, 0 out)"
    assert Trace()
    story = Story()
    story.begin()
    story.answer(story.ask(), TextPart("x"), usage=Usage(1200, 5))
    assert repr(story.trace) == "Trace(1 run, 1 model call, 0 tool calls, 1,200 tokens in, 5 out, 1 running)"
    assert len(story.trace) == 2
    assert "1 model call" in story.trace._repr_html_()


def test_an_unknown_run_is_an_error_that_names_the_nearest() -> None:
    story = Story()
    story.begin("abcdef")
    with pytest.raises(ConfigError, match="Did you mean abcdef"):
        story.trace.calls(run="abcdeg")


def test_a_cleared_trace_is_empty_and_takes_what_is_under_way_no_further() -> None:
    story = Story()
    story.begin()
    step = story.ask()
    story.trace.clear()
    story.answer(step, TextPart("x"))
    story.end()
    assert len(story.trace) == 0
    assert len(story.trace.df) == 0
    story.begin("q")
    assert len(story.trace.runs()) == 1


def test_a_trace_given_in_the_middle_of_a_run_takes_no_harm() -> None:
    story = Story()
    step = story.ask()
    story.say("r", step, "r.run", PartStarted(0, TextPart("")), PartDelta(0, "a"), ToolProgressed("c1", "..."))
    story.answer(step, WEATHER)
    story.result(story.call(WEATHER), WEATHER)
    story.end()
    assert len(story.trace.df) == 0
    assert len(story.trace.events()) == 0


def test_no_pandas_before_a_table_is_asked_for_and_no_prices_for_local_ones() -> None:
    code = """
import sys
from nbagent.events import RunStarted, RunFinished, StepStarted, StepFinished, stamped
from nbagent.messages import Message, Usage, user
from nbagent.observers.trace import Trace
trace = Trace()
trace.observe(stamped([RunStarted("a", "m", user("x"))], "r", "s", None))
trace.observe(stamped([StepStarted(1, "a", "local", "m", ())], "r", "t", "s"))
trace.observe(stamped([StepFinished(Message("assistant"), "stop", Usage(1, 1), cost=0.0, cost_source="local")], "r", "t", "s"))
repr(trace), trace._repr_html_(), len(trace)
assert not {"pandas", "numpy", "pydantic", "genai_prices"} & sys.modules.keys()
trace.calls(), trace.df, trace.runs(), trace.messages(), trace.events(), trace.tools()
assert "pandas" in sys.modules and "genai_prices" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_can_be_read_while_it_is_written() -> None:
    trace = Trace()
    done = threading.Event()
    torn: list[str] = []

    def read() -> None:
        while not done.is_set():
            frame = trace.df
            ended = frame["status"] != "running"
            if not (ended == frame["ended_at"].notna()).all() or frame["seq"].duplicated().any():
                torn.append(frame.to_string())
            trace.runs(), trace.events()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(60):
            story = Story(trace)
            story.begin(f"r{number}")
            for _ in range(5):
                story.answer(story.ask(f"r{number}"), TextPart("x"), usage=Usage(1, 1))
            story.end(f"r{number}")
    finally:
        done.set()
        reader.join()
    assert not torn
    assert len(trace.df) == 360


# --- real runs -----------------------------------------------------------------------------------------------------------


@tool
def ask_another(question: str) -> str:
    """Ask another agent."""
    return Session(Agent(name="other", model=Scripted(["Forty-two."]))).run(question).text


@tool(approval=True)
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


def test_real_runs_nested_paused_resumed_and_failed_are_rows_that_add_up() -> None:
    trace = Trace()
    answers = Scripted([[text("I ask. "), call("ask_another", question="What?"), call("pay", amount=3)], "Done.", error(RequestRefused("It broke."))])
    session = Session(Agent(name="first", model=answers, tools=[ask_another, pay]), name="s", trace=trace)
    paused = session.run("Go", origin={"cell_id": "c", "exec_count": 1})
    session.resume({call.id: True for call in paused.pending})
    with pytest.raises(RequestRefused):
        session.run("Again")
    runs = trace.runs()
    assert runs["status"].tolist() == ["paused", "ok", "error"]
    assert runs["agent"].tolist() == ["first"] * 3
    assert runs["n_calls"].tolist() == [2, 1, 1]
    assert runs["cell_id"].fillna("").tolist() == ["c", "", ""]
    assert trace.calls()["agent"].tolist() == ["first", "other", "first", "first"]
    assert trace.tools()[["tool", "status", "result"]].astype(object).fillna("").values.tolist() == [
        ["ask_another", "ok", "Forty-two."],
        ["pay", "paused", ""],
        ["pay", "ok", "paid 3"],
    ]
    spans = trace.df.set_index("span_id")
    inner = spans[spans["agent"] == "other"].iloc[0]
    assert spans.loc[inner["parent_id"], "name"] == "execute_tool ask_another"
    assert inner["trace_id"] == paused.run_id
    assert trace.calls(paused.run_id)["cost_usd"].tolist() == [0.0, 0.0]
    assert not (trace.df["status"] == "running").any()
    assert runs["total_tokens"].sum() == trace.calls()["total_tokens"].sum() > 0


# --- any legal run -------------------------------------------------------------------------------------------------------

usages = st.none() | st.builds(Usage, st.integers(0, 10**6), st.integers(0, 10**5))
costs = st.sampled_from([(None, "unknown"), (0.125, "prices"), (0.0, "local"), (2.0, "provider")])


class Teller:
    """Plays runs that hypothesis draws; `said` are the ids of the spans that were started and ended."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw, self.story = data.draw, Story()
        self.started: dict[str, str] = {}
        self.ended: set[str] = set()
        self.usage, self.runs = Usage(), 0

    def pass_time(self) -> None:
        self.story.wait(self.draw(st.sampled_from([0.0, 0.25, 1.0])))

    def run(self, parent: str | None, depth: int) -> None:
        self.runs += 1
        run = f"run{self.runs}"
        self.started[f"{run}.run"] = "invoke_agent"
        self.story.begin(run, parent=parent)
        for _ in range(self.draw(st.integers(0, 3))):
            self.pass_time()
            if not self.step(run):
                self.story.end(run, self.draw(st.sampled_from(["failed", "cancelled"])), error=ErrorInfo("Overloaded", "no"))
                break
            for number in range(self.draw(st.integers(0, 2))):
                self.tool(run, ToolCallPart(f"c{number}", "t", "{}"), depth)
        else:
            waiting = ToolCallPart("late", "t", "{}")
            if self.draw(st.booleans()):
                self.story.say(run, f"{run}.wait", f"{run}.run", ApprovalRequested(waiting, "d"))
                self.story.end(run, "paused", pending=(waiting,))
            else:
                self.story.end(run)
        self.ended.add(f"{run}.run")

    def step(self, run: str) -> bool:
        step = self.story.ask(run)
        self.started[step] = "chat"
        for part in self.draw(st.lists(st.sampled_from([TextPart(""), ReasoningPart(""), WEATHER]), max_size=3)):
            self.pass_time()
            self.story.say(run, step, f"{run}.run", PartStarted(0, part), PartDelta(0, "a"), PartFinished(0, part))
        if self.draw(st.booleans()):
            self.story.say(run, step, f"{run}.run", Retried(1, 0.1, "busy"))
        failed = self.draw(st.integers(0, 4)) == 0
        usage, (cost, source) = self.draw(usages), self.draw(costs)
        error = ErrorInfo("Overloaded", "no") if failed else None
        self.story.answer(step, usage=usage, reason="error" if failed else "stop", error=error, cost=cost, cost_source=source)
        self.usage += usage or Usage()
        self.ended.add(step)
        return not failed

    def tool(self, run: str, call: ToolCallPart, depth: int) -> None:
        tool = self.story.call(call, run)
        self.started[tool] = "execute_tool"
        self.pass_time()
        if depth and self.draw(st.booleans()):
            self.run(tool, depth - 1)
        self.story.result(tool, call, status=self.draw(st.sampled_from(["ok", "error", "rejected", "cancelled"])))
        self.ended.add(tool)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_every_start_has_its_row_and_runs_sum_to_their_calls(data: st.DataObject) -> None:
    teller = Teller(data)
    for _ in range(data.draw(st.integers(1, 3))):
        teller.run(None, 2)
    trace = teller.story.trace
    frame, runs, calls, tools, events = trace.df, trace.runs(), trace.calls(), trace.tools(), trace.events()
    real = frame[frame["status"] != "paused"]
    assert {span: kind for span, kind in zip(frame["span_id"], frame["kind"], strict=True) if span in teller.started} == teller.started
    assert set(frame["span_id"]) - set(teller.started) == set(frame["span_id"][frame["span_id"].str.endswith(".wait")])
    assert sorted(frame["seq"]) == list(range(len(frame)))
    assert (frame["status"] != "running").all()
    assert (real["duration_s"] >= 0).all()
    assert calls["input_tokens"].sum() == runs["input_tokens"].sum() == frame["input_tokens"].sum() == teller.usage.input_tokens
    assert calls["output_tokens"].sum() == runs["output_tokens"].sum() == frame["output_tokens"].sum() == teller.usage.output_tokens
    assert calls["cost_usd"].sum() == runs["cost_usd"].sum() == frame["cost_usd"].sum()
    assert runs["n_calls"].sum() == len(calls)
    assert runs["n_tool_calls"].sum() == (tools["status"] != "paused").sum()
    assert (runs["wait_s"] <= runs["duration_s"]).all()
    assert events["event"].str.endswith("_started").sum() == len(teller.started)
    assert events["event"].isin(["run_ended", "step_ended", "tool_ended"]).sum() == len(teller.ended)
    assert events["seq"].is_monotonic_increasing
    for run in frame["run_id"].unique():
        assert one(trace.runs(run))["total_tokens"] == trace.calls(run)["total_tokens"].sum()
