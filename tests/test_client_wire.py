"""What SDKs send, as a request that the trace can show: the same conversation as each API writes it."""

from __future__ import annotations

from typing import Any

import pytest

from nbagent.client_wire import payloads, request_of, spoken
from nbagent.errors import GarbledStream
from nbagent.messages import FilePart, Message, TextPart, ToolCallPart, ToolResultPart

PNG = "data:image/png;base64,iVBORw0KGgo="
BODIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "model": "m", "temperature": 0, "stream": True, "tools": [{"type": "function", "function": {"name": "look", "parameters": {}}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": PNG}}]},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"at":1}'}}]},
            {"role": "tool", "tool_call_id": "t1", "content": "A cat."},
        ],
    },
    "/v1/responses": {
        "model": "m", "temperature": 0, "stream": True, "instructions": "Be brief.", "tools": [{"type": "function", "name": "look", "parameters": {}}],
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": PNG}]},
            {"type": "function_call", "call_id": "t1", "name": "look", "arguments": '{"at":1}'},
            {"type": "function_call_output", "call_id": "t1", "output": "A cat."},
        ],
    },
    "/v1/messages": {
        "model": "m", "temperature": 0, "stream": True, "system": [{"type": "text", "text": "Be brief."}], "tools": [{"name": "look", "input_schema": {}}],
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
            ]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "look", "input": {"at": 1}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "A cat."}]},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("path", list(BODIES))
def test_a_conversation_is_the_same_one_from_every_api(path: str) -> None:
    request = request_of(BODIES[path])
    messages = [message for message in request.messages if message.role != "system"]
    system = request.instructions or next(message.text for message in request.messages if message.role == "system")
    assert system == "Be brief."
    assert [message.role for message in messages] == ["user", "assistant", "tool"]
    assert messages[0].parts == (TextPart("What is it?"), FilePart("image/png", data=b""))
    assert messages[1].parts == (ToolCallPart("t1", "look", '{"at":1}'),)
    assert messages[2].parts == (ToolResultPart("t1", "", "A cat."),)
    assert ([tool.name for tool in request.tools], request.params) == (["look"], {"temperature": 0, "stream": True})


def test_a_plain_text_is_a_prompt_and_what_is_not_streamed_says_so() -> None:
    request = request_of({"model": "m", "input": "Hi"})
    assert (request.messages, request.params) == ((Message("user", (TextPart("Hi"),)),), {"stream": False})


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/responses"), ("POST", "/v1/responses/r1/cancel"), ("POST", "/v1/messages/count_tokens"),
                                              ("POST", "/v1/messages/batches"), ("POST", "/v1/embeddings")])  # fmt: skip
def test_what_is_no_call_of_a_model_is_none(method: str, path: str) -> None:
    assert spoken(method, path) is None


def test_what_is_no_answer_is_said() -> None:
    api = spoken("POST", "/v1/messages")
    assert api is not None
    with pytest.raises(GarbledStream, match="no JSON object"):
        payloads(api, b"[1]")
