"""Calls in answers as APIs and SDKs give them: each provider's shapes, as dicts and as objects."""

import pytest
from anthropic.types import Message as AnthropicMessage
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import ResponseFunctionToolCall

from nbagent.messages import ToolCallPart
from nbagent.raw_calls import calls_in

ARGUMENTS = '{"city": "Oslo"}'
CALL = ToolCallPart("c1", "weather", ARGUMENTS)
CHAT = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": ARGUMENTS}}
RESPONSES = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "weather", "arguments": ARGUMENTS}
ANTHROPIC = {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}
GOOGLE = {"name": "weather", "args": {"city": "Oslo"}, "id": "c1"}
BEDROCK = {"toolUse": {"toolUseId": "c1", "name": "weather", "input": {"city": "Oslo"}}}


@pytest.mark.parametrize(
    "raw",
    [
        CHAT,
        {"choices": [{"message": {"role": "assistant", "content": "Let me see.", "tool_calls": [CHAT]}}]},
        ChatCompletion.model_validate({
            "id": "1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "tool_calls": [CHAT]}}],
        }),
        RESPONSES,
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": "x"}]}, RESPONSES]},
        {"type": "response.output_item.done", "item": RESPONSES},
        ResponseFunctionToolCall.model_validate(RESPONSES),
        ANTHROPIC,
        {"role": "assistant", "content": [{"type": "text", "text": "x"}, ANTHROPIC]},
        {"type": "content_block_start", "content_block": ANTHROPIC},
        AnthropicMessage.model_validate({
            "id": "1", "type": "message", "role": "assistant", "model": "m", "content": [ANTHROPIC], "stop_reason": "tool_use",
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }),
        GOOGLE,
        {"functionCall": GOOGLE},
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "x"}, {"function_call": GOOGLE}]}}]},
        {"output": {"message": {"role": "assistant", "content": [{"text": "x"}, BEDROCK]}}},
        {"message": {"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "weather", "arguments": {"city": "Oslo"}}}]}},
    ],
)  # fmt: skip
def test_a_call_is_found_in_every_shape(raw):
    assert calls_in(raw) == [CALL]


def test_pieces_of_a_stream_leave_out_what_their_chunk_does():
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
             "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": '{"ci'}}]}}]}  # fmt: skip
    assert calls_in(chunk) == calls_in(ChatCompletionChunk.model_validate(chunk)) == [ToolCallPart("", "", '{"ci')]


@pytest.mark.parametrize("raw", [None, "text", 3, {}, [], {"choices": []}, {"content": "text"}, object()])
def test_what_has_no_calls_has_none(raw):
    assert calls_in(raw) == []
