"""The trace: whatever happens in a run is a row, each with the right times, sums and relations."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pandas as pd
import pytest

from nbagent import prices
from nbagent.agent import Agent
from nbagent.errors import ConfigError, RequestRefused
from nbagent.events import (
    ErrorInfo,
    Noted,
    OutputParsed,
    PartDelta,
    PartFinished,
    PartStarted,
)
from nbagent.messages import ReasoningPart, TextPart, Usage, assistant, user
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, text
from nbagent.session import Session
from nbagent.tools import tool
from tests.stories import BEGAN, WEATHER, Story, one


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


def test_an_answer_of_a_fallback_is_its_own_providers_and_says_whom_it_stood_in_for() -> None:
    story = Story()
    story.begin()
    span = story.ask()
    story.say("r", span, "r.run", Noted(text="anthropic:m failed: openai:n answers", kind="fallback"))
    story.answer(span, TextPart("Hi"), model="n", provider="openai")
    story.end()
    row = one(story.trace.calls())
    assert (row["provider"], row["response_model"], row["fallback_of"]) == ("openai", "n", "anthropic:m")
    assert "fallback" in set(story.trace.events()["event"])


def test_mended_arguments_and_outputs_are_marked() -> None:
    story = Story()
    story.begin()
    story.call(WEATHER, repaired=True)
    story.say("r", "r.run", None, OutputParsed(json='{"a": 1}', type_name="A", repaired=True))
    story.end()
    assert one(story.trace.tools())["repaired"] is True
    events = story.trace.events()
    assert set(events.loc[events["outcome"] == "repaired", "event"]) == {"tool_started", "output"}
