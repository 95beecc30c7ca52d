"""A trace as OpenTelemetry's spans, over a socket to a collector that decodes what it gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from nbagent.agent import Agent
from nbagent.errors import NbagentError, Overloaded
from nbagent.messages import ToolCallPart, Usage
from nbagent.observers import otel, semconv
from nbagent.observers.otel import Otel
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, text
from nbagent.session import Session
from tests.otlp_collector import Collector, attributes, collector
from tests.stories import Story


@pytest.fixture
def other() -> Iterator[Collector]:
    with collector() as server:
        yield server


def get_weather(city: str) -> str:
    if city == "Atlantis":
        raise LookupError("no such city")
    return f"{city}: rain"


def ask_another(question: str) -> str:
    return Session(Agent("inner", model=Scripted([text("42")]))).run(question).text


def session(trace: Trace | None = None) -> Session:
    steps = [call("get_weather", city="Oslo"), [call("get_weather", city="Atlantis"), call("ask_another", question="Why?")], text("Wear a coat.")]
    return Session(Agent(model=Scripted([*steps, error(Overloaded("busy"))]), tools=[get_weather, ask_another], retries=0), trace=trace)


def told(trace: Trace | None = None) -> Session:
    mine = session(trace)
    mine.run("What should I wear?")
    with pytest.raises(NbagentError):
        mine.run("Again")
    return mine


@pytest.mark.parametrize("where", [None, "trace.db"])
def test_spans_keep_their_ids_their_tree_and_their_times(where: str | None, other: Collector, tmp_path: Path) -> None:
    trace = Trace(tmp_path / where if where else None)
    told(trace)
    table = trace.spans()
    assert trace.to_otlp(other.url) == len(table)
    got = {span.span_id.hex(): span for span in other.spans}
    assert other.requests[0][0] == "/v1/traces"
    for row in table.to_dict("records"):
        span = got[row["span_id"]]
        assert span.trace_id.hex() == row["trace_id"]
        assert span.parent_span_id.hex() == (row["parent_id"] if isinstance(row["parent_id"], str) else "")
        assert (span.name, span.start_time_unix_nano, span.end_time_unix_nano) == (row["name"], row["started_at"].value, row["ended_at"].value)
        assert attributes(span)[semconv.OPERATION] == row["kind"]
        assert attributes(span)[semconv.MAPPING] == semconv.VERSION
        assert span.kind == (Span.SPAN_KIND_CLIENT if row["kind"] == "chat" else Span.SPAN_KIND_INTERNAL)
        assert (span.status.code == Status.STATUS_CODE_ERROR) == (row["status"] == "error")


def test_an_error_is_the_spans_status_and_an_event_of_it(other: Collector) -> None:
    trace = Trace()
    told(trace)
    trace.to_otlp(other.url)
    (failed,) = [span for span in other.spans if span.name.startswith("execute_tool") and span.status.code == Status.STATUS_CODE_ERROR]
    assert "no such city" in failed.status.message
    assert attributes(failed)["error.type"] == "LookupError"
    (event,) = [event for event in failed.events if event.name == "exception"]
    assert attributes(event)["exception.type"] == "LookupError"
    assert "Traceback" in attributes(event)["exception.stacktrace"]


def test_tokens_stand_under_new_and_old_names(other: Collector) -> None:
    tale = Story()
    tale.begin(session="s1", origin={"cell_id": "c7", "exec_count": 3})
    tale.answer(
        tale.ask(params={"temperature": 0.5}), "Hi", usage=Usage(100, 20, 60, 30, 5), model="m-2026", response_id="r1", cost=0.5, cost_source="provider"
    )
    tale.end()
    tale.trace.to_otlp(other.url)
    got = attributes(next(span for span in other.spans if span.name == "chat m"))
    wanted = {
        "gen_ai.provider.name": "anthropic", "gen_ai.request.model": "m", "gen_ai.response.model": "m-2026", "gen_ai.response.id": "r1",
        "gen_ai.response.finish_reasons": ["stop"], "gen_ai.request.temperature": 0.5, "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 60, "gen_ai.usage.cache_read_input_tokens": 60, "gen_ai.usage.cache_write.input_tokens": 30,
        "gen_ai.usage.cache_creation.input_tokens": 30, "gen_ai.usage.reasoning.output_tokens": 5, "llm.cost.total": 0.5, "gen_ai.conversation.id": "s1",
        "nbagent.cell.id": "c7", "nbagent.cell.execution_count": 3, "openinference.span.kind": "LLM",
    }  # fmt: skip
    assert got.items() >= {key: value for key, value in wanted.items() if not isinstance(value, list)}.items()
    assert got["gen_ai.response.finish_reasons"] == ["stop"]


def test_nothing_that_was_said_is_sent_unless_it_is_asked_for(other: Collector) -> None:
    trace = Trace()
    told(trace)
    trace.to_otlp(other.url)
    sent = b"".join(request.SerializeToString() for request in other.received)
    for word in (b"coat", b"Oslo", b"What should"):
        assert word not in sent
    trace.to_otlp(other.url, content=True, headers={"authorization": "Bearer abc"})
    assert other.requests[-1][1]["authorization"] == "Bearer abc"
    calls = [attributes(span) for span in other.spans if span.name.startswith("chat") and semconv.INPUT in attributes(span)]
    said = json.loads(calls[3][semconv.INPUT])
    assert said[0] == {"role": "user", "parts": [{"type": "text", "content": "What should I wear?"}]}
    assert said[1]["parts"][0]["arguments"] == {"city": "Oslo"}
    assert said[2]["parts"][0]["type"] == "tool_call_response"
    assert json.loads(calls[3][semconv.OUTPUT])[0]["parts"][0]["content"] == "Wear a coat."
    tools = [attributes(span) for span in other.spans if span.name == "execute_tool get_weather"]
    assert any(tool.get("gen_ai.tool.call.result") == "Oslo: rain" for tool in tools)


def test_a_key_is_never_sent(other: Collector) -> None:
    trace = Trace()
    Session(Agent(model=Scripted([text("sk-abcdefgh12345678")])), trace=trace).run("sk-abcdefgh12345678?")
    trace.to_otlp(other.url, content=True)
    assert b"abcdefgh12345678" not in b"".join(request.SerializeToString() for request in other.received)


def test_what_runs_is_sent_as_it_ends_and_says_the_same(other: Collector) -> None:
    observer = Otel(other.url, content=True)
    mine = session()
    mine.observers.append(observer)
    mine.run("What should I wear?")
    assert observer.flush()
    live = {span.span_id: span for span in other.spans}
    assert observer.sent == len(live)
    other.received.clear()
    mine.trace.to_otlp(other.url, content=True)
    stored = {span.span_id: span for span in other.spans if span.span_id in live}
    assert stored == live
    assert "gen_ai.first_token" in {event.name for span in live.values() for event in span.events}


def test_a_trace_sends_what_comes_later_too(other: Collector) -> None:
    trace = Trace()
    assert trace.to_otlp(other.url, live=True) == 0
    Session(Agent(model=Scripted([text("ok")])), trace=trace).run("Hi")
    assert all(observer.flush() for observer in list(otel._open))
    assert sorted(span.name.split()[0] for span in other.spans) == ["chat", "invoke_agent"]


def test_a_run_does_not_wait_for_a_collector_that_does_not_answer(other: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbagent.observers.otel._WAITING", 5)
    other.hold.clear()
    observer = Otel(other.url)
    for _ in range(10):
        mine = Session(Agent(model=Scripted([text("ok")])))
        mine.observers.append(observer)
        assert mine.run("Hi").text == "ok"  # would never come back if it waited
    other.hold.set()
    assert observer.flush(60)
    assert observer.sent + observer.lost == 20


def test_a_collector_that_is_not_there_is_said_where_it_is_waited_for(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbagent.observers.otel._TIMEOUT", 0.5)
    trace = Trace()
    told(trace)
    with pytest.raises(NbagentError, match="did not take"):
        trace.to_otlp("http://127.0.0.1:9")
    observer = Otel("http://127.0.0.1:9")
    mine = session()
    mine.observers.append(observer)
    mine.run("Hi")
    assert observer.flush(30)
    assert (observer.sent, observer.lost > 0) == (0, True)


def test_what_still_runs_is_not_sent(other: Collector) -> None:
    tale = Story()
    tale.begin()
    tale.call(ToolCallPart("c1", "look", "{}"))
    assert tale.trace.to_otlp(other.url) == 0


def test_ids_of_another_kind_become_ids(other: Collector) -> None:
    tale = Story()
    tale.begin()
    tale.answer(tale.ask())
    tale.end()
    threads = threading.active_count()
    tale.trace.to_otlp(other.url)
    root, step = sorted(other.spans, key=lambda span: bool(span.parent_span_id))
    assert step.parent_span_id == root.span_id
    assert threading.active_count() <= threads + 1  # the collector's own for this request may still be there
