"""Batches of OpenAI and Anthropic in their own wire format, over a real socket: submitted, polled, cancelled, and read by id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbagent import Batch, submit_batch
from nbagent.agent import Agent
from nbagent.errors import ConfigError, NbagentError
from nbagent.messages import ReasoningPart, ToolCallPart
from nbagent.tools import tool
from tests.wire_server import Answer, WireServer


def told(value: Any) -> Answer:
    return Answer(json.dumps(value).encode(), headers={"content-type": "application/json"}, chunked=False)


def lines(*values: Any) -> Answer:
    return Answer(b"\n".join(json.dumps(value).encode() for value in values) + b"\n", headers={"content-type": "application/binary"}, chunked=False)


def of_openai(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "batch_1", "object": "batch", "endpoint": "/v1/responses", "input_file_id": "file-in", "completion_window": "24h", "status": status,
        "created_at": 1790000000, "request_counts": {"total": 2, "completed": 1, "failed": 1}, **more,
    }  # fmt: skip


def of_anthropic(status: str, **counts: int) -> dict[str, Any]:
    none = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    return {"id": "msgbatch_1", "type": "message_batch", "processing_status": status, "request_counts": none | counts, "results_url": None}


SAID = {"type": "output_text", "text": "Rain. \u2602", "annotations": []}
DETAILS = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 3}}
ANSWERED = {
    "id": "resp_1", "object": "response", "model": "gpt-6-luna-2026-09-01", "status": "completed", "error": None, "incomplete_details": None,
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Think."}], "encrypted_content": "secret"},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [SAID]},
    ],
    "usage": {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18, **DETAILS},
}  # fmt: skip
MESSAGE = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001", "stop_reason": "end_turn", "stop_sequence": None,
    "content": [
        {"type": "thinking", "thinking": "Think.", "signature": "c2ln"},
        {"type": "text", "text": "Sun. \u2600", "citations": None},
        {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"city": "Oslo"}},
    ],
    "usage": {"input_tokens": 9, "output_tokens": 5, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
}  # fmt: skip


def test_a_batch_of_openai_is_a_file_of_the_same_bodies_and_its_answers_are_found_by_id() -> None:
    file = {"id": "file-in", "object": "file", "bytes": 1, "created_at": 1, "filename": "batch.jsonl", "purpose": "batch", "status": "processed"}
    running, ended = of_openai("in_progress"), of_openai("completed", output_file_id="file-out", error_file_id="file-err")
    good = {"id": "batch_req_1", "custom_id": "b", "response": {"status_code": 200, "request_id": "r", "body": ANSWERED}, "error": None}
    bad = {
        "id": "batch_req_2",
        "custom_id": "a",
        "response": {"status_code": 400, "body": {"error": {"message": "Too long.", "type": "invalid_request_error"}}},
    }
    with WireServer(told(file), told(running), told(running), told(ended), told(ended), told(ended), lines(good), lines(bad)) as server:
        agent = Agent(model="openai:gpt-6-luna", base_url=f"{server.url}/v1", api_key="sk-x", instructions="Be brief.", params={"max_output_tokens": 50})
        batch = submit_batch(agent, {"a": "Weather?", "b": "And \u2602?"})
        assert repr(batch) == "Batch('openai:', 'batch_1')"
        answers = batch.wait(poll=0).answers()
    upload, created = server.requests[0], server.requests[1]
    sent = [json.loads(line) for line in upload.body.split(b"\r\n\r\n") for line in line.split(b"\r\n")[0].split(b"\n") if line.startswith(b'{"custom_id"')]
    assert [(each["custom_id"], each["method"], each["url"]) for each in sent] == [("a", "POST", "/v1/responses"), ("b", "POST", "/v1/responses")]
    assert "stream" not in sent[0]["body"]
    assert (sent[0]["body"]["instructions"], sent[0]["body"]["max_output_tokens"]) == ("Be brief.", 50)
    assert created.json == {"input_file_id": "file-in", "endpoint": "/v1/responses", "completion_window": "24h"}
    assert [got.path for got in server.requests[2:]] == [*["/v1/batches/batch_1"] * 4, "/v1/files/file-out/content", "/v1/files/file-err/content"]
    message, failure = answers["b"], answers["a"]
    assert not isinstance(message, NbagentError)
    assert (message.text, message.model, message.usage and message.usage.output_tokens) == ("Rain. \u2602", "gpt-6-luna-2026-09-01", 7)
    assert isinstance(message.parts[0], ReasoningPart)
    assert isinstance(failure, NbagentError)
    assert "Too long." in str(failure)


def test_a_batch_of_anthropic_is_sent_polled_cancelled_and_read() -> None:
    results = lines(
        {"custom_id": "1", "result": {"type": "succeeded", "message": MESSAGE}},
        {"custom_id": "0", "result": {"type": "errored", "error": {"type": "error", "error": {"type": "invalid_request_error", "message": "No."}}}},
        {"custom_id": "2", "result": {"type": "canceled"}},
    )
    ended = told(of_anthropic("ended", succeeded=1, errored=1, canceled=1))
    with WireServer(told(of_anthropic("in_progress", processing=3)), told(of_anthropic("canceling", processing=3)), ended, ended, results) as server:
        agent = Agent(model="anthropic:claude-haiku-4-5", base_url=server.url, api_key="sk-ant-1234567890")
        batch = submit_batch(agent, ["One?", "Two?", "Three?"])
        batch.cancel()
        state = batch.state()
        table = batch.table().set_index("custom_id")
    assert (state.ended, state.done, state.failed, state.total) == (True, 1, 2, 3)
    assert [(got.method, got.path) for got in server.requests] == [
        ("POST", "/v1/messages/batches"), ("POST", "/v1/messages/batches/msgbatch_1/cancel"), ("GET", "/v1/messages/batches/msgbatch_1"),
        ("GET", "/v1/messages/batches/msgbatch_1"), ("GET", "/v1/messages/batches/msgbatch_1/results"),
    ]  # fmt: skip
    sent = server.requests[0].json["requests"]
    assert [each["custom_id"] for each in sent] == ["0", "1", "2"]
    assert sent[0]["params"]["messages"][0]["content"][0]["text"] == "One?"
    assert "stream" not in sent[0]["params"]
    assert table.loc["1", ["answer", "outcome", "output_tokens"]].to_list() == ["Sun. \u2600", "completed", 5]
    assert "No." in table.loc["0", "error"]
    assert "canceled" in table.loc["2", "error"]


def test_thoughts_and_calls_of_an_answer_are_parts_as_in_a_stream() -> None:
    with WireServer(told(of_anthropic("ended", succeeded=1)), lines({"custom_id": "x", "result": {"type": "succeeded", "message": MESSAGE}})) as server:
        message = Batch("anthropic:", "msgbatch_1", base_url=server.url, api_key="sk-ant-1234567890").answers()["x"]
    assert not isinstance(message, NbagentError)
    thought, _, call = message.parts
    assert isinstance(thought, ReasoningPart)
    assert thought.provider_metadata is not None
    assert isinstance(call, ToolCallPart)
    assert json.loads(call.arguments) == {"city": "Oslo"}
    assert message.usage is not None


def test_what_has_not_ended_is_not_read() -> None:
    with WireServer(told(of_anthropic("in_progress", processing=2))) as server:
        batch = Batch("anthropic:", "msgbatch_1", base_url=server.url, api_key="sk-ant-1234567890")
        with pytest.raises(ConfigError, match="has not ended: 0 of 2"):
            batch.answers()


@tool
def look() -> str:
    """Look."""
    return "x"


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        (Agent(model="scripted:demo"), "scripted takes no batches"),
        (Agent(model="xai-responses:grok-4"), "xai-responses takes no batches"),
        (Agent(model="openai:x", tools=[look]), "no tools and no output type"),
        (Agent(model="openai:x", output_type=int), "no tools and no output type"),
    ],
)
def test_what_a_batch_cannot_do_is_said_before_anything_is_sent(agent: Agent, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        submit_batch(agent, ["x"])


def test_no_prompts_are_no_batch() -> None:
    with pytest.raises(ConfigError, match="nothing to send"):
        submit_batch(Agent(model="openai:x"), [])


def test_a_line_that_cannot_be_read_takes_nothing_of_the_others_with_it() -> None:
    good = {"custom_id": "a", "response": {"status_code": 200, "body": ANSWERED}}
    again = {"custom_id": "a", "response": None, "error": {"code": "batch_expired", "message": "Too late."}}
    odd = {"custom_id": "b", "response": {"status_code": 200, "body": {"output": [None]}}}
    late = {**again, "custom_id": "c"}
    whole = b"\n".join(json.dumps(each).encode() for each in (good, again, odd, late, good))
    cut = Answer(whole[:-200], headers={"content-type": "application/binary"}, chunked=False)
    ended = told(of_openai("expired", output_file_id="file-out"))
    with WireServer(ended, ended, cut) as server:
        came = Batch("openai:", "batch_1", base_url=f"{server.url}/v1", api_key="sk-x").answers()
    assert {name: type(each).__name__ for name, each in came.items()} == {
        "a": "Message", "b": "GarbledStream", "c": "ServerFailed", "line 5": "GarbledStream",
    }  # fmt: skip
    odd_message = {"custom_id": "y", "result": {"type": "succeeded", "message": None}}
    with WireServer(told(of_anthropic("ended", succeeded=2)), lines({"custom_id": "x", "result": {"type": "expired"}}, odd_message)) as server:
        came = Batch("anthropic:", "msgbatch_1", base_url=server.url, api_key="sk-ant-1234567890").answers()
    assert {name: type(each).__name__ for name, each in came.items()} == {"x": "RunCancelled", "y": "GarbledStream"}


def test_a_look_that_fails_is_looked_again_and_what_will_not_get_better_is_raised() -> None:
    bad, refused = Answer(b"oops", status=502), Answer(b"{}", status=404, headers={"content-type": "application/json"})
    with WireServer(told(of_openai("in_progress")), bad, bad, told(of_openai("completed")), refused) as server:
        batch = Batch("openai:", "batch_1", base_url=f"{server.url}/v1", api_key="sk-x")
        assert batch.wait(poll=0) is batch
        with pytest.raises(NbagentError, match="404"):
            batch.wait(poll=0)
    assert len(server.requests) == 5


@pytest.mark.parametrize(("prompts", "says"), [("one text", "one text"), ({1: "a", "1": "b"}, "same id"), ([""], "empty")])
def test_prompts_that_would_be_lost_or_torn_are_refused(prompts: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        submit_batch(Agent(model="openai:x", api_key="sk-x"), prompts)


def test_a_batch_has_an_id() -> None:
    with pytest.raises(ConfigError, match="is no batch's id"):
        Batch("openai:", "", api_key="sk-x")
