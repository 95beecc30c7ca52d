"""Clients of the vendors' own SDKs in the trace: what they give is what they gave without it, and the trace reads the same bytes."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import anthropic
import httpx2
import openai
import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.traced_client import trace_client
from tests.contract import place_of
from tests.wire_lines import CALLS, KEY, ROWS, TEXT
from tests.wire_server import Answer, WireServer
from tests.wire_server import error as refused

ASKED = [{"role": "user", "content": "Grüße?"}]
USED = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
WHOLE: dict[str, dict[str, Any]] = {
    "openai-chat": {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "model-2026", "usage": USED,
        "choices": [{"index": 0, "finish_reason": "tool_calls", "logprobs": None, "message": {
            "role": "assistant", "content": "Well.", "refusal": None,
            "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"city": "Oslo"}'}}]}}],
    },
    "openai": {
        "id": "r1", "object": "response", "created_at": 1, "model": "model-2026", "status": "completed", "parallel_tool_calls": True, "tool_choice": "auto",
        "tools": [], "usage": {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10},
        "output": [
            {"id": "m1", "type": "message", "role": "assistant", "status": "completed",
             "content": [{"type": "output_text", "text": "Well.", "annotations": []}]},
            {"id": "f1", "type": "function_call", "call_id": "t1", "name": "look", "arguments": '{"city": "Oslo"}', "status": "completed"},
        ],
    },
    "anthropic": {
        "id": "a1", "type": "message", "role": "assistant", "model": "model-2026", "stop_reason": "tool_use", "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 3},
        "content": [{"type": "text", "text": "Well."}, {"type": "tool_use", "id": "t1", "name": "look", "input": {"city": "Oslo"}}],
    },
}  # fmt: skip
ROW = {row.name: row for row in ROWS if row.name in WHOLE}
RAISED = (openai.APIError, anthropic.APIError, httpx2.HTTPError, ValueError)
apis = pytest.mark.parametrize("api", list(WHOLE))
plain_or_awaited = pytest.mark.parametrize("is_async", [False, True], ids=["plain", "awaited"])


def lines_of(api: str, kind: str) -> list[bytes]:
    """A row's lines, for a client that goes by the names of events."""
    lines: list[bytes] = getattr(ROW[api], kind)
    if api != "anthropic":
        return lines
    return [line if line.startswith(b"event:") else b"event: " + json.loads(line.removeprefix(b"data: "))["type"].encode() + b"\n" + line for line in lines]


def client_of(api: str, url: str, *, is_async: bool, retries: int = 0) -> Any:
    module, base = (anthropic, url) if api == "anthropic" else (openai, f"{url}/v1")
    kind = getattr(module, ("Async" if is_async else "") + ("Anthropic" if api == "anthropic" else "OpenAI"))
    return kind(base_url=base, api_key=KEY, max_retries=retries)


def asking(client: Any, api: str, **more: Any) -> Any:
    """One call: what is to be read or awaited."""
    match api:
        case "openai-chat":
            return client.chat.completions.create(model="model-x", messages=ASKED, max_completion_tokens=50, **more)
        case "openai":
            return client.responses.create(model="model-x", input=ASKED, max_output_tokens=50, **more)
        case _:
            return client.messages.create(model="model-x", messages=ASKED, max_tokens=50, **more)


def got(client: Any, api: str, *, is_async: bool, least: int = 10**6, **more: Any) -> list[Any]:
    """All that the SDK makes of an answer, and the error that it raises."""

    async def awaited() -> list[Any]:
        said: list[Any] = []
        try:
            answer = await asking(client, api, **more)
            if not more.get("stream"):
                return [answer.model_dump()]
            async with answer:
                async for event in answer:
                    said.append(event.model_dump())
                    if len(said) == least:
                        break
        except RAISED as error:
            return [*said, type(error), str(error)]
        finally:
            await client.close()
        return said

    if is_async:
        return asyncio.run(awaited())
    said: list[Any] = []
    try:
        answer = asking(client, api, **more)
        if not more.get("stream"):
            return [answer.model_dump()]
        with answer:
            for event in answer:
                said.append(event.model_dump())
                if len(said) == least:
                    break
    except RAISED as error:
        return [*said, type(error), str(error)]
    finally:
        client.close()
    return said


def both(api: str, answer: Answer, *, is_async: bool, **more: Any) -> tuple[list[Any], Trace]:
    """What the client gives, which is the same traced and not; and the trace."""
    trace = Trace(bodies="all")
    with WireServer(answer) as server:
        plain = got(client_of(api, server.url, is_async=is_async), api, is_async=is_async, **more)
        told = got(trace_client(client_of(api, server.url, is_async=is_async), trace), api, is_async=is_async, **more)
        assert server.requests[0].json == server.requests[1].json
    assert told == plain
    return told, trace


def only(trace: Trace) -> dict[str, Any]:
    (row,) = trace.calls(payload=True).to_dict("records")
    return row


@apis
@plain_or_awaited
@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_answer_is_a_row_with_its_messages_its_calls_and_its_tokens(api: str, is_async: bool, packed: bool) -> None:
    body = json.dumps(WHOLE[api]).encode()
    head = {"content-type": "application/json"} | ({"content-encoding": "gzip"} if packed else {})
    said, trace = both(api, Answer(gzip.compress(body) if packed else body, headers=head, chunked=False), is_async=is_async)
    assert isinstance(said[0], dict)
    row = only(trace)
    assert (row["provider"], row["model"], row["response_model"], row["status"], row["finish_reason"]) == (api, "model-x", "model-2026", "ok", "tool_calls")
    assert (row["input_tokens"], row["output_tokens"], row["max_tokens"], row["stream"], row["n_tool_calls"]) == (7, 3, 50, False, 1)
    assert [(message["role"], message["parts"][0]["text"]) for message in json.loads(row["input_messages"])] == [("user", "Grüße?")]
    (message,) = json.loads(row["output_messages"])
    text, asked = message["parts"]
    assert (text["text"], asked["id"], asked["name"], json.loads(asked["arguments"])) == ("Well.", "t1", "look", {"city": "Oslo"})
    assert trace.runs()[["input_preview", "n_calls"]].to_numpy().tolist() == [["Grüße?", 1]]
    assert KEY not in trace.calls(payload=True).to_csv()
    assert "Grüße?" in (trace.bodies(row["span_id"]).request or "")


@apis
@plain_or_awaited
@pytest.mark.parametrize("how", [{}, {"split": 7}, {"packed": True}])
def test_a_stream_is_read_as_the_providers_of_nbagent_read_it(api: str, is_async: bool, how: dict[str, Any]) -> None:
    for kind, wanted in (("text", "".join(TEXT)), ("calls", list(CALLS.items()))):
        body = b"".join(lines_of(api, kind))
        head = {"content-type": "text/event-stream"} | ({"content-encoding": "gzip"} if how.get("packed") else {})
        answer = Answer(gzip.compress(body) if how.get("packed") else body, headers=head, split=how.get("split"))
        said, trace = both(api, answer, is_async=is_async, stream=True)
        assert len(said) > 4
        row = only(trace)
        assert (row["status"], row["stream"], row["response_model"]) == ("ok", True, "model-2026")
        parts = json.loads(row["output_messages"])[0]["parts"]
        told = [(part["name"], part["arguments"]) for part in parts if part["type"] == "tool_call"]
        assert wanted in (told, "".join(part["text"] for part in parts if part["type"] == "text"))
        if kind == "text":
            assert (row["input_tokens"], row["output_tokens"]) == (ROW[api].usage.input_tokens, ROW[api].usage.output_tokens)


@apis
@plain_or_awaited
def test_errors_are_the_sdks_own_and_the_trace_has_ours(api: str, is_async: bool) -> None:
    _, trace = both(api, refused(401, "Incorrect API key"), is_async=is_async)
    assert only(trace)["error_type"] == "AuthenticationFailed"
    _, trace = both(api, refused(529, "busy", type="overloaded_error"), is_async=is_async, stream=True)
    assert only(trace)["error_type"] == "Overloaded"
    _, trace = both(api, Answer(b"".join(lines_of(api, "failing"))), is_async=is_async, stream=True)
    row = only(trace)
    assert (row["error_type"], row["output_preview"]) == ("Overloaded", TEXT[0])
    lines = lines_of(api, "text")
    _, trace = both(api, Answer(b"".join(lines), cut_at=place_of(ROW[api], lines, TEXT[1]) + 2), is_async=is_async, stream=True)
    row = only(trace)
    assert (row["status"], row["error_type"], row["output_preview"]) == ("error", "IncompleteStream", TEXT[0])
    _, trace = both(api, Answer(b"<html>", headers={"content-type": "text/html"}), is_async=is_async, stream=True)
    assert only(trace)["status"] == "error"


@apis
@plain_or_awaited
def test_who_leaves_a_stream_early_has_cancelled_it(api: str, is_async: bool) -> None:
    _, trace = both(api, Answer(b"".join(lines_of(api, "text")[:-2]), hang=True), is_async=is_async, stream=True, least=2)
    assert set(trace.df["status"]) == {"cancelled"}


def test_what_the_sdk_adds_up_itself_is_as_it_was() -> None:
    trace = Trace()
    with WireServer(b"".join(lines_of("anthropic", "text"))) as server, client_of("anthropic", server.url, is_async=False) as client:
        for _ in range(2):
            with client.messages.stream(model="model-x", messages=ASKED, max_tokens=50) as stream:
                assert stream.get_final_text() == "".join(TEXT)
            raw = client.messages.with_raw_response.create(model="model-x", messages=ASKED, max_tokens=50, stream=True)
            assert len(list(raw.parse())) > 4
            trace_client(client, trace)
    assert trace.calls()["status"].tolist() == ["ok", "ok"]


def test_each_request_of_the_sdks_retries_is_a_row_and_a_server_that_is_not_there_one_too() -> None:
    trace = Trace()
    with WireServer(refused(500), Answer(json.dumps(WHOLE["openai-chat"]).encode(), headers={"content-type": "application/json"})) as server:
        client = trace_client(client_of("openai-chat", server.url, is_async=False, retries=1), trace)
        got(client, "openai-chat", is_async=False)
    assert trace.calls()["status"].tolist() == ["error", "ok"]
    assert got(trace_client(client_of("openai", "http://127.0.0.1:9", is_async=False), trace), "openai", is_async=False)[0] is openai.APIConnectionError
    assert trace.calls()["error_type"].tolist()[-1] == "ConnectionFailed"


def test_it_stands_below_the_span_or_the_tool_around_it_and_counts_there_and_never_twice() -> None:
    body = Answer(json.dumps(WHOLE["anthropic"]).encode(), headers={"content-type": "application/json"}, chunked=False)
    trace = Trace()
    with WireServer(body) as server:
        client = client_of("anthropic", server.url, is_async=False)
        for _ in range(2):
            assert trace_client(client) is client

        def look() -> str:
            """Look."""
            return asking(client, "anthropic").content[0].text

        asking(client, "anthropic")
        with nbagent.span("mine", trace=trace) as span:
            asking(client.with_options(timeout=9), "anthropic")
        assert trace.runs(run=span.run_id)["n_calls"].tolist() == [1]
        result = Session(Agent(model=Scripted([call("look"), "Done."]), tools=[look]), trace=trace).run("Go")
        client.close()
    assert trace.calls()["provider"].tolist() == ["anthropic", "scripted", "anthropic", "scripted"]
    assert result.total_usage.input_tokens == result.usage.input_tokens + 7


@pytest.mark.parametrize("wrong", [None, "openai:gpt", Scripted(["Hi"])])
def test_what_is_no_client_is_said(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="can be traced"):
        trace_client(wrong)
