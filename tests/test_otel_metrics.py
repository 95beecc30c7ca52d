"""Metrics say what the tables say: received by a collector, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from nbagent.agent import Agent
from nbagent.errors import NbagentError
from nbagent.observers import semconv
from nbagent.observers.otel import Otel
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, text, usage
from nbagent.session import Session
from tests.otlp_collector import Collector, attributes, collector


@pytest.fixture
def other() -> Iterator[Collector]:
    with collector() as server:
        yield server


def look(what: str) -> str:
    """Looks."""
    if what == "nothing":
        raise LookupError(what)
    return what


def told(trace: Trace, *observers: Any) -> None:
    script = [
        [call("look", what="here"), call("look", what="nothing"), usage(100, 10, 60, 0, 4, cost=0.5)],
        [text("Seen."), usage(120, 20, cost=0.25)],
        [text("S"), error(RuntimeError("broke"))],
    ]
    session = Session(Agent(model=Scripted(script, name="small"), tools=[look], retries=0), trace=trace)
    session.observers += observers
    session.run("Look.")
    with pytest.raises(NbagentError):
        session.run("Again.")


def test_every_metric_of_the_table_comes_with_its_unit_and_its_sums(other: Collector) -> None:
    trace, live = Trace(), Otel(other.url)
    told(trace, live)
    assert live.flush()
    calls, tools, runs = trace.calls(), trace.tools(), trace.runs()
    assert set(other.metrics) == {metric.name for metric in semconv.METRICS}
    for metric in semconv.METRICS:
        got = other.metrics[metric.name]
        assert got.unit == metric.unit
        table = {"chat": calls, "execute_tool": tools, "invoke_agent": runs}[metric.kind]
        column = {"inference_calls": "n_calls", "tool_calls": "n_tool_calls"}.get(metric.column, metric.column)
        wanted = float(table[column].dropna().sum())
        if metric.counts:
            assert got.sum.is_monotonic
            assert sum(point.as_double or point.as_int for point in got.sum.data_points) == pytest.approx(wanted)
        else:
            points = got.histogram.data_points
            assert sum(point.sum for point in points) == pytest.approx(wanted)
            assert sum(point.count for point in points) == table[column].notna().sum()
    assert {path for path, _ in other.requests} == {"/v1/traces", "/v1/metrics"}


def test_they_are_told_apart_by_model_tool_and_error(other: Collector) -> None:
    live = Otel(other.url)
    told(Trace(), live)
    assert live.flush()
    calls = [attributes(point) for point in other.metrics["gen_ai.client.inference.duration"].histogram.data_points]
    assert {(each[semconv.REQUEST_MODEL], each.get("error.type")) for each in calls} == {("small", None), ("small", "RuntimeError")}
    assert {each[semconv.OPERATION] for each in calls} == {"chat"}
    tools = [attributes(point) for point in other.metrics["gen_ai.execute_tool.duration"].histogram.data_points]
    assert {(each[semconv.TOOL], each.get("error.type")) for each in tools} == {("look", None), ("look", "LookupError")}


def test_no_text_is_in_them_and_they_can_be_left_out(other: Collector) -> None:
    live, without = Otel(other.url, content=True), Otel(other.url, metrics=False)
    told(Trace(), live, without)
    assert live.flush()
    assert b"Look." not in b"".join(request.SerializeToString() for request in other.measured)
    other.measured.clear()
    assert without.flush()
    assert other.measured == []


def test_a_collector_that_does_not_answer_holds_no_run_up(other: Collector) -> None:
    other.hold.clear()
    live = Otel(other.url)
    told(Trace(), live)  # both runs are over while the collector has answered nothing
    assert other.metrics == {}
    other.hold.set()
    assert live.flush()
    assert other.metrics
