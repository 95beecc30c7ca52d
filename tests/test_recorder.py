"""Events become spans: every start has its row, with what happened to it and nothing that can be read off later."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, Usage
from tests.stories import WEATHER, Story, one


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
    assert (row["approved"], row["status"], row["error_type"]) == (False, "rejected", "Rejected")
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
    assert (run["status"], run["duration_s"], run["wait_s"], run["cost_usd"], run["input_tokens"]) == ("running", None, None, None, None)
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


def test_a_trace_given_in_the_middle_of_a_run_takes_no_harm() -> None:
    story = Story()
    step = story.ask()
    story.say("r", step, "r.run", PartStarted(0, TextPart("")), PartDelta(0, "a"), ToolProgressed("c1", "..."))
    story.answer(step, WEATHER)
    story.result(story.call(WEATHER), WEATHER)
    story.end()
    assert len(story.trace.df) == 0
    assert len(story.trace.events()) == 0


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
        assert (one(trace.runs(run))["total_tokens"] or 0) == trace.calls(run)["total_tokens"].sum()
