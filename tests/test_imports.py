"""Traces that others wrote, read as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nbagent.errors import ConfigError
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted
from tests.stories import one

HERE = Path(__file__).parent


def otlp(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "other"}, "spans": list(spans)}]}]}


def span(number: int, name: str, parent: int | None = None, *, start: float = 0, end: float = 1, **more: Any) -> dict[str, Any]:
    attributes = more.pop("attributes", {})
    ids = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": f"{number:016x}", **({"parentSpanId": f"{parent:016x}"} if parent else {})}
    times = {"startTimeUnixNano": str(1_790_000_000_000_000_000 + int(start * 1e9) + 123), "endTimeUnixNano": str(1_790_000_000_000_000_000 + int(end * 1e9))}
    return {**ids, "name": name, **times, "attributes": [{"key": key, "value": value_of(value)} for key, value in attributes.items()], **more}


def value_of(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [value_of(item) for item in value]}}
    kind = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}[type(value)]
    return {kind: str(value) if kind == "intValue" else value}


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_what_we_sent_comes_back_as_it_was(tmp_path: Path) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    from tests.otlp_collector import collector
    from tests.test_otel import told

    trace = Trace()
    told(trace)
    with collector() as server:
        trace.to_otlp(server.url, content=True)
        back = Trace.load(write(tmp_path / "spans.json", server.json()))
    for table, left_out in (
        ("spans", ["attributes", "seq"]), ("calls", ["seq", "usage_raw", "n_tools_offered", "output_preview"]), ("tools", ["seq", "batch_id"]),
        ("runs", ["params", "prompt_hash"]),
    ):  # fmt: skip
        mine, theirs = getattr(trace, table)().drop(columns=left_out), getattr(back, table)().drop(columns=left_out)
        if table == "runs":
            seconds = ["duration_s", "model_time_s", "tool_time_s", "wait_s", "ttft_run_s", "started_at"]
            mine, theirs = mine.drop(columns=seconds), theirs.drop(columns=seconds)
        else:
            times = [name for name in ("duration_s", "ttft_s", "tokens_per_s", "n_messages") if name in mine]
            mine, theirs = mine.drop(columns=times), theirs.drop(columns=times)
        pd.testing.assert_frame_equal(mine, theirs)
    texts = [set(said[said["part_type"] != "tool_call"]["content"]) for said in (trace.messages(), back.messages())]
    assert texts[0] == texts[1]
    assert {"first_token", "run_started", "error", "tool_ended"} <= set(back.events()["event"])


NEW = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-haiku-5-5", "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20, "gen_ai.usage.cache_read.input_tokens": 60, "gen_ai.usage.cache_write.input_tokens": 30,
    "gen_ai.response.finish_reasons": ["stop"], "gen_ai.system_instructions": '[{"type": "text", "content": "Be brief."}]',
    "gen_ai.input.messages": '[{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]',
    "gen_ai.output.messages": '[{"role": "assistant", "parts": [{"type": "text", "content": "Ho"}], "finish_reason": "stop"}]',
}  # fmt: skip
OLD = {
    "gen_ai.system": "anthropic", "gen_ai.request.model": "claude-haiku-5-5", "gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 20,
    "gen_ai.usage.cache_read_input_tokens": 60, "gen_ai.usage.cache_creation_input_tokens": 30, "gen_ai.response.finish_reasons": ["end_turn"],
    "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "Be brief.", "gen_ai.prompt.1.role": "user", "gen_ai.prompt.1.content": "Hi",
    "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "Ho",
}  # fmt: skip
VIEWER = {
    "openinference.span.kind": "LLM", "llm.provider": "anthropic", "llm.model_name": "claude-haiku-5-5", "llm.token_count.prompt": 100,
    "llm.token_count.completion": 20, "llm.token_count.prompt_details.cache_read": 60, "llm.token_count.prompt_details.cache_write": 30,
    "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "Be brief.",
    "llm.input_messages.1.message.role": "user", "llm.input_messages.1.message.content": "Hi",
    "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "Ho",
}  # fmt: skip


@pytest.mark.parametrize("attributes", [NEW, OLD, VIEWER], ids=["new names", "old names", "OpenInference"])
def test_a_call_is_a_call_under_todays_names_and_older_ones(attributes: dict[str, Any], tmp_path: Path) -> None:
    trace = Trace.load(write(tmp_path / "x.json", otlp(span(1, "chat", attributes=attributes, end=2))))
    row = one(trace.calls(payload=True))
    assert (row["provider"], row["model"], row["kind"], row["finish_reason"]) == ("anthropic", "claude-haiku-5-5", "chat", "stop")
    assert [row[f"{name}_tokens"] for name in ("input", "output", "cache_read", "cache_write")] == [100, 20, 60, 30]
    assert row["system_instructions"] == "Be brief."
    assert (row["input_preview"], row["output_preview"]) == ("Hi", "Ho")
    assert row["cost_usd"] is not None
    assert trace.messages()["content"].tolist() == ["Be brief.", "Hi", "Ho"]
    run = one(trace.runs())
    assert (run["n_calls"], run["input_tokens"], run["input_preview"], run["output_preview"]) == (1, 100, "Hi", "Ho")
    assert len(trace.calls(run["run_id"])) == 1


def test_messages_told_as_events_are_read(tmp_path: Path) -> None:
    events = [
        {"timeUnixNano": "1790000000500000000", "name": "gen_ai.user.message", "attributes": [{"key": "content", "value": {"stringValue": "Hi"}}]},
        {"timeUnixNano": "1790000000900000000", "name": "gen_ai.choice", "attributes": [{"key": "content", "value": {"stringValue": "Ho"}}]},
        {"timeUnixNano": "1790000000950000000", "name": "cache.miss", "attributes": []},
    ]
    trace = Trace.load(write(tmp_path / "x.json", otlp(span(1, "chat", attributes={"gen_ai.request.model": "m"}, events=events))))
    assert trace.messages()["content"].tolist() == ["Hi", "Ho"]
    assert trace.events()[["event", "name"]].to_dict("records")[-3] == {"event": "log", "name": "cache.miss"}


def test_a_span_that_nothing_says_what_it_is_stays_with_its_attributes(tmp_path: Path) -> None:
    spans = [
        span(1, "GET /ask", attributes={"http.route": "/ask"}, end=3),
        span(2, "invoke_agent helper", 1, attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper"}, end=2.5),
        span(3, "chat m", 2, attributes=NEW, end=2),
        span(4, "execute_tool look", 2, start=2, end=2.2, attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look"},
             status={"code": 2, "message": "not there"}),
    ]  # fmt: skip
    trace = Trace.load(write(tmp_path / "x.json", otlp(*spans)))
    table = trace.spans().set_index("name")
    assert json.loads(table.loc["GET /ask", "attributes"]) == {"http.route": "/ask"}
    assert pd.isna(table.loc["GET /ask", "kind"])
    assert table.loc["chat m", "agent"] == "helper"
    assert table.loc["GET /ask", "started_at"].value == 1_790_000_000_000_000_123
    assert one(trace.tools())["error"] == "not there"
    assert one(trace.runs())["n_errors"] == 1
    assert table["input_tokens"].sum() == 100
    assert "svg" in trace.df.nbagent.waterfall()._repr_mimebundle_()["image/svg+xml"]


def test_a_request_a_line_and_one_in_many_lines(tmp_path: Path) -> None:
    requests = [otlp(span(1, "chat", attributes=NEW)), otlp(span(2, "chat", 1, attributes=OLD))]
    assert len(Trace.load(write(tmp_path / "x.jsonl", *requests)).calls()) == 2
    (tmp_path / "y.json").write_text(json.dumps(requests[0], indent=2))
    assert len(Trace.load(tmp_path / "y.json").calls()) == 1


def test_traces_of_openai_agents(tmp_path: Path) -> None:
    trace = Trace.load(HERE / "fixtures" / "openai_agents.jsonl")
    run = one(trace.runs())
    assert (run["session_id"], run["n_calls"], run["n_tool_calls"], run["input_tokens"]) == ("g1", 3, 1, 30)
    assert (run["input_preview"], run["output_preview"]) == ("What to wear?", "Wear a coat.")
    calls = trace.calls()
    assert calls["model"].tolist() == ["gpt-5.2"] * 3
    assert calls["agent"].tolist() == ["helper", "helper", "tailor"]
    assert calls["temperature"].tolist() == [0.2] * 3
    assert calls["n_tool_calls"].tolist() == [1, 1, 0]
    tool = one(trace.tools())
    assert (tool["tool"], tool["arguments"], tool["result"]) == ("get_weather", '{"city":"Oslo"}', "rain")
    kinds = trace.spans()["kind"].value_counts()
    assert (kinds["handoff"], kinds["invoke_agent"], len(trace.spans())) == (1, 2, 12)
    assert "lookup" in set(trace.spans()["name"])
    assert {"tool_call", "tool_call_response"} <= set(trace.messages()["part_type"])


def test_what_openai_agents_writes_today_is_read(tmp_path: Path) -> None:
    agents = pytest.importorskip("agents")
    tracing = pytest.importorskip("agents.tracing")
    told: list[Any] = []

    class Keep(agents.TracingProcessor):  # type: ignore[misc, name-defined]
        def on_trace_end(self, trace: Any) -> None:
            told.append(trace.export())

        def on_span_end(self, span: Any) -> None:
            told.append(span.export())

        def on_trace_start(self, trace: Any) -> None: ...
        def on_span_start(self, span: Any) -> None: ...
        def shutdown(self) -> None: ...
        def force_flush(self) -> None: ...

    agents.set_trace_processors([Keep()])
    agents.set_tracing_disabled(False)
    with agents.trace("Weather"), agents.agent_span("helper"):
        with agents.generation_span([{"role": "user", "content": "Hi"}], [{"role": "assistant", "content": "Ho"}], "gpt-5.2", usage={"input_tokens": 9}):
            pass
        with agents.function_span("look", "{}", "gone") as failed:
            failed.set_error({"message": "no such thing", "data": {}})
        with agents.custom_span("mine", {"a": 1}):
            pass
    assert tracing is not None
    trace = Trace.load(write(tmp_path / "x.jsonl", *told))
    assert trace.spans()["name"].tolist() == ["helper", "chat gpt-5.2", "execute_tool look", "mine"]
    assert one(trace.tools())["error"] == "no such thing"
    assert one(trace.calls())["input_tokens"] == 9


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"object": "trace", "id": "t"}\n{"object": "trace.span"}\n', 2), ('{"a": 1}\n', 1), ("not json\n", 1), ('{"object": "trace", "id": "t"}\n{"obj', 2),
     ('{\n "resourceSpans": [,]\n}', 2), ('[1, 2]', 1)],
)  # fmt: skip
def test_what_is_no_trace_is_refused_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ConfigError, match=f"line {line}"):
        Trace.load(tmp_path / "x.json")


def test_nothing_is_added_to_what_was_read(tmp_path: Path) -> None:
    from nbagent.agent import Agent
    from nbagent.session import Session

    trace = Trace.load(write(tmp_path / "x.json", otlp(span(1, "chat", attributes=NEW))))
    with pytest.warns(RuntimeWarning, match="only to be read"):
        Session(Agent(model=Scripted(["ok"])), trace=trace).run("Hi")
