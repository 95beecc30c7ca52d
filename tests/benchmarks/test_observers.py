"""What the view and the trace cost the engine's thread: a delta, and a span."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest

from nbagent.events import PartDelta, PartStarted, RunEvent, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted, stamped
from nbagent.messages import TextPart, ToolCallPart, ToolResultPart, Usage, assistant, user
from nbagent.observers.trace import Trace
from nbagent.observers.view import View
from tests.benchmarks.measure import Pair, Row, Table, cpu

DELTAS = 5_000
SPANS = 2_000
SAID = user("What should I wear? " * 20)


def observing(make: Callable[[], Any]) -> Any:
    """A fresh observer in the middle of a run's first answer."""
    observer = make()
    observer.observe(stamped([RunStarted("assistant", "m", SAID)], "run", "root", None))
    observer.observe(stamped([StepStarted(1, "assistant", "p", "m", (SAID,))], "run", "step", "root"))
    observer.observe(stamped([PartStarted(0, TextPart("")), PartDelta(0, "x")], "run", "step", "root"))
    return observer


@pytest.mark.parametrize("size", [DELTAS, 1], ids=["in one read", "a read each"])
@pytest.mark.parametrize("make", [View, Trace])
def test_a_delta_costs_its_observers_little(make: type[View | Trace], size: int, table: Table) -> None:
    reads = [[PartDelta(0, " word") for _ in range(size)] for _ in range(DELTAS // size)]
    for read in reads:
        stamped(read, "run", "step", "root")

    def observed() -> float:
        observe = observing(make).observe
        return cpu(lambda: [observe(read) for read in reads]) / DELTAS * 1e6

    taken = [observed() for _ in range(15)]
    how = "all in one read" if size > 1 else "each in a read of its own"
    table.add(Row(what=f"{make.__name__}, a delta, {how}", value=statistics.median(taken), unit=" us"))


def _spans() -> list[list[RunEvent]]:
    """Model calls and tool calls in turn, as the loop says them."""
    said: list[list[RunEvent]] = []
    for number in range(SPANS // 2):
        step, called = f"s{number}", ToolCallPart(f"c{number}", "get_weather", '{"city": "Oslo"}')
        events: list[tuple[str, RunEvent]] = [
            (step, StepStarted(number, "assistant", "p", "m", (SAID,))),
            (step, StepFinished(assistant("I look.", called), "tool_calls", Usage(100, 10))),
            (called.id, ToolStarted(called)),
            (called.id, ToolFinished(ToolResultPart(called.id, called.name, "rain " * 80), "ok")),
        ]
        said += [list(stamped([event], "run", span, "root")) for span, event in events]
    return said


def _dicts() -> None:
    """The least that a tracer can do: a dict a span, with twelve attributes and two times."""
    kept: list[dict[str, Any]] = []
    for number in range(SPANS):
        attributes: dict[str, Any] = {
            "operation": "chat", "provider": "p", "model": "m", "agent": "assistant", "step": number, "input": SAID, "output": "rain",
            "tokens_in": 100, "tokens_out": 10, "finish": "stop", "cost": None, "status": "ok",
        }  # fmt: skip
        span: dict[str, Any] = {"trace": "run", "span": f"s{number}", "parent": "root", "start": time.time_ns(), "attributes": attributes}
        span["end"] = time.time_ns()
        kept.append(span)


def test_a_span_costs_its_caller_little(table: Table, against: Callable[..., Pair]) -> None:
    said = [list(stamped([RunStarted("assistant", "m", SAID)], "run", "root", None)), *_spans()]

    def traced() -> None:
        observe = Trace().observe
        for events in said:
            observe(events)

    pair = against(traced, _dicts, rounds=25)
    ratio, spread = pair.ratio()
    own, making = (statistics.median(seconds) / SPANS * 1e6 for seconds in (pair.ours, [cpu(_spans) for _ in range(9)]))
    table.add(Row(what="Trace, a span", value=own, unit=" us", bar=5, note=f"making and stamping its two events, for all observers: {making:.1f} us"))
    table.add(Row(what="Trace, a span / a dict with twelve attributes and two times", value=ratio, bar=4, spread=spread))
