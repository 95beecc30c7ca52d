"""Who else watches runs: processors that hear of every span and hold nobody up, and tracing that is really off."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.observers import watching
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    nbagent.set_trace_processors([])
    watching._disabled.clear()


def look() -> str:
    """Looks."""
    return "seen"


def run(trace: Trace | None = None) -> Session:
    session = Session(Agent(model=Scripted([[call("look")], "Done."], name="small"), tools=[look]), trace=trace or Trace())
    session.run("Look.")
    return session


class Heard:
    def __init__(self) -> None:
        self.said: list[tuple[str, str, str]] = []

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("on_"):
            raise AttributeError(name)
        return lambda span: self.said.append((name, type(span.started).__name__, span.status if name.endswith("end") else ""))


def test_a_processor_hears_of_every_span_as_it_begins_and_ends() -> None:
    heard = Heard()
    made = nbagent.add_trace_processor(heard)
    trace = run().trace
    assert made.flush()
    assert heard.said == [
        ("on_trace_start", "RunStarted", ""),
        ("on_span_start", "StepStarted", ""), ("on_span_end", "StepStarted", "ok"),
        ("on_span_start", "ToolStarted", ""), ("on_span_end", "ToolStarted", "ok"),
        ("on_span_start", "StepStarted", ""), ("on_span_end", "StepStarted", "ok"),
        ("on_trace_end", "RunStarted", "ok"),
    ]  # fmt: skip
    assert len(trace) == 4


def test_one_that_fails_and_one_that_never_returns_hold_no_run_up() -> None:
    class Fails:
        def on_span_start(self, span: Any) -> None:
            raise ValueError("no")

    class Hangs:
        def __init__(self) -> None:
            self.let_go = threading.Event()

        def on_trace_start(self, span: Any) -> None:
            self.let_go.wait(30)

    hangs, heard = Hangs(), Heard()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fails, _, hears = nbagent.set_trace_processors([Fails(), hangs, heard])
        run()
        assert fails.flush()
        assert hears.flush()
    assert len(heard.said) == 8
    assert [str(each.message) for each in said] == ["a trace processor failed in on_span_start: ValueError: no"]
    hangs.let_go.set()


def test_a_slow_one_loses_spans_and_keeps_no_endless_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_WAITING", 4)
    let_go = threading.Event()

    class Slow:
        def on_trace_start(self, span: Any) -> None:
            let_go.wait(30)

    made = nbagent.add_trace_processor(Slow())
    run()
    assert made.lost >= 3
    let_go.set()


def test_switched_off_for_the_process_nobody_watches_and_on_again_everybody_does() -> None:
    heard = Heard()
    made = nbagent.add_trace_processor(heard)
    nbagent.set_tracing_disabled()
    trace = run().trace
    assert (len(trace), heard.said) == (0, [])
    nbagent.set_tracing_disabled(False)
    run(trace)
    assert made.flush()
    assert (len(trace), len(heard.said)) == (4, 8)


@pytest.mark.parametrize("word", ["false", "0", "False"])
def test_the_environment_switches_it_off_until_the_program_says_otherwise(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_TRACE", word)
    assert len(run().trace) == 0
    nbagent.set_tracing_disabled(False)
    assert len(run().trace) == 4


def test_one_trace_can_be_switched_off_and_on() -> None:
    trace = Trace()
    trace.disable()
    run(trace)
    assert len(trace) == 0
    trace.enable()
    run(trace)
    assert len(trace) == 4


def test_events_are_asked_for_by_kind_time_condition_and_number() -> None:
    trace = Trace()
    run(trace)
    between = trace.events()["at"].iloc[-1].to_pydatetime(warn=False)
    run(trace)
    kinds = trace.events()["event"].tolist()
    assert trace.events(kind="tool_started")["event"].tolist() == ["tool_started"] * 2
    assert trace.events(kind=("run_started", "run_ended"))["event"].tolist() == ["run_started", "run_ended"] * 2
    assert len(trace.events(until=between)) in (len(kinds) // 2 - 1, len(kinds) // 2)
    assert trace.events(last=3)["event"].tolist() == kinds[-3:]
    assert trace.events(kind="tool_started", where="name == 'look'", last=1).index.tolist() == [0]
    with pytest.raises(ConfigError, match="There are no events 'tool_start'"):
        trace.events(kind="tool_start")
