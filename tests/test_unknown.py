"""What is not known is nowhere 0: costs and tokens of runs under way, stopped and failed, in memory and in a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError
from nbagent.events import ApprovalDecided, ApprovalRequested, ErrorInfo, PartDelta, PartStarted, RunEvent, RunStarted, StepStarted
from nbagent.messages import TextPart, Usage
from nbagent.observers.bodies import NOT_SENT
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.plots.waterfall import timeline
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, text
from nbagent.session import Session
from tests.stories import WEATHER, Story, one
from tests.wire_lines import KEY, chat
from tests.wire_server import Answer, WireServer

USED = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
BODY = chat({"content": "Yes."}) + chat({}, finish="stop") + chat(usage=USED) + b"data: [DONE]\n\n"


class Watched(Trace):
    """A trace in a file that is read after every event, so that whatever was written of the moment is known."""

    def __init__(self, path: Path) -> None:
        super().__init__(SQLite(path))
        self.seen: list[tuple[float | None, int | None]] = []

    def observe(self, events: Sequence[RunEvent]) -> None:
        super().observe(events)
        if any(isinstance(event, RunStarted | StepStarted) for event in events):
            row = one(self.runs())
            self.seen.append((row["cost_usd"], row["input_tokens"]))


@pytest.fixture(params=["memory", "file"])
def trace(request: pytest.FixtureRequest, tmp_path: Path) -> Trace:
    return Trace() if request.param == "memory" else Trace(SQLite(tmp_path / "trace.db"))


def test_a_price_that_is_unknown_is_at_no_moment_0_in_the_file(tmp_path: Path) -> None:
    trace = Watched(tmp_path / "trace.db")
    with WireServer(Answer(BODY, split=60, delay=0.05)) as server:
        provider = OpenAIChat(server.url + "/v1", KEY)
        Session(Agent(model=provider, retries=0), trace=trace).run("Does it?")
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(10)
    assert trace.seen == [(None, None)] * len(trace.seen)
    assert trace.seen
    row = one(Trace.load(tmp_path / "trace.db").runs())
    assert (row["cost_usd"], row["cost_known"], row["input_tokens"], row["output_tokens"]) == (None, 0.0, 12, 3)


def test_what_a_run_that_was_stopped_or_failed_used_is_unknown(trace: Trace) -> None:
    story = Story(trace)
    for run, reason, outcome in (("a", "cancelled", "cancelled"), ("b", "error", "failed")):
        story.begin(run)
        story.answer(story.ask(run), TextPart("The answ"), reason=reason, error=ErrorInfo("Gone", "It is."))
        story.end(run, outcome, error=ErrorInfo("Gone", "It is."))
        row = one(trace.runs(run))
        assert (row["cost_usd"], row["input_tokens"], row["output_tokens"], row["total_tokens"]) == (None, None, None, None)


def test_what_was_known_before_a_run_was_stopped_stays(trace: Trace) -> None:
    story = Story(trace)
    story.begin()
    story.answer(story.ask(), TextPart("x"), usage=Usage(3, 4), cost=0.1, cost_source="provider")
    story.answer(story.ask(), TextPart("The answ"), reason="cancelled", error=ErrorInfo("Gone", "It is."))
    story.end("r", "cancelled")
    row = one(trace.runs())
    assert (row["cost_usd"], row["cost_known"], row["input_tokens"], row["output_tokens"]) == (0.1, 0.5, 3, 4)


def test_a_run_that_asked_no_model_used_nothing(trace: Trace) -> None:
    story = Story(trace)
    story.begin()
    story.end()
    row = one(trace.runs())
    assert (row["cost_usd"], row["input_tokens"]) == (0.0, 0)


def test_the_time_that_a_person_took_is_no_part_of_the_time_to_the_first_text(trace: Trace) -> None:
    story = Story(trace)
    story.begin()
    step = story.ask()
    story.wait(1)
    story.answer(step, WEATHER)
    story.say("r", "r.9", "r.run", ApprovalRequested(WEATHER, {}, {}))
    story.wait(60)
    story.say("r", "r.9", "r.run", ApprovalDecided(WEATHER.id, approved=True))
    step = story.ask()
    story.wait(2)
    story.say("r", step, "r.run", PartStarted(0, TextPart("")), PartDelta(0, "Rain"))
    story.answer(step, TextPart("Rain"))
    story.end()
    row = one(trace.runs())
    assert (row["ttft_run_s"], row["wait_s"], row["duration_s"]) == (3.0, 60.0, 63.0)


def test_why_a_script_has_no_bodies_is_said(trace: Trace) -> None:
    Session(Agent(model=Scripted([text("Hello.")])), trace=trace).run("Hi")
    assert trace.bodies(trace.calls()["span_id"].iloc[0]) is NOT_SENT


def test_a_column_that_is_nearly_right_is_named_first(trace: Trace) -> None:
    with pytest.raises(ConfigError) as refused:
        trace.runs(where="cost > 1")
    assert "Did you mean cost_usd or cost_known?" in "\n".join(refused.value.lines)


def test_the_words_of_an_axis_stay_inside_the_picture() -> None:
    start = pd.Timestamp("2026-11-21 12:00:00", tz="UTC")
    for total in (199.0, 200.0, 201.0, 61.0, 0.3):
        spans = pd.DataFrame(
            {"span_id": ["a"], "kind": ["chat"], "name": ["chat m"], "agent": ["helper"], "status": ["ok"], "started_at": [start], "duration_s": [total]}
        )
        svg = timeline(spans, width=900).svg
        marks = re.findall(r'<text x="([\d.]+)" y="30.0" text-anchor="(start|end)"[^>]*>([^<]+)<', svg)
        assert len(marks) > 2
        for x, anchor, words in marks:
            assert float(x) + (6.1 * len(words) if anchor == "start" else 0) <= 900
