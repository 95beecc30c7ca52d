"""Whole bodies of a long conversation, for both of OpenAI's APIs: every answer was decoded from its stream before it went back."""

from __future__ import annotations

from typing import Any

from inline_snapshot import snapshot

from nbagent.messages import FilePart, Message, ToolResultPart, from_json, to_json, tool_message, user
from nbagent.provider import Request
from nbagent.providers.openai.responses import to_wire
from nbagent.providers.openai.vendors import deepseek
from tests.chat_chunks import calling, chunk, fn, read
from tests.responses_events import CREATED, MESSAGE, MODEL, WEATHER, added, answer, completed, done, event, parts_of, said, thought

PNG = FilePart("image/png", data=b"\x89PNG")


def responses() -> list[Message]:
    """Thought and a call; a search, code and another call; the answer."""
    first = {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA"}
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather"}
    summary = [{"type": "summary_text", "text": "A city."}]
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "Oslo"}}
    code = {"type": "code_interpreter_call", "id": "ci_1", "container_id": "c", "code": "1+1", "status": "completed"}
    second = {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "plot"}
    note = {"type": "url_citation", "url": "https://x", "title": "X", "start_index": 0, "end_index": 5}
    last = [{"type": "output_text", "text": "Rain.", "annotations": [note]}]
    return [
        user("Weather, and a plot?"),
        answer(
            CREATED, added(0, **first, summary=[]), thought(0, "A city."), done(0, **first, summary=summary), added(1, **call, arguments=""),
            event("function_call_arguments.delta", output_index=1, delta='{"city":"Oslo"}'), done(1, **call, arguments='{"city":"Oslo"}'), completed(),
        ),
        tool_message([ToolResultPart("call_1", "get_weather", "rain")]),
        answer(
            CREATED, added(0, type="web_search_call", id="ws_1"), done(0, **search), added(1, **code), done(1, **code), added(2, **second),
            done(2, **second, arguments="{}"), completed(),
        ),
        tool_message([ToolResultPart("call_2", "plot", "a figure", files=(PNG,))]),
        answer(CREATED, added(0, **MESSAGE), said(0, "Rain."), done(0, **MESSAGE, content=last), completed()),
        user("Thanks."),
    ]  # fmt: skip


def test_a_conversation_of_three_steps_goes_to_the_responses_api_as_it_came() -> None:
    messages = from_json(to_json(responses()))
    assert to_wire(Request(MODEL, tuple(messages), tools=(WEATHER,))) == snapshot(
        {
            "model": "gpt-6.1-sol",
            "store": False,
            "stream": True,
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "Weather, and a plot?"}]},
                {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA", "summary": [{"type": "summary_text", "text": "A city."}]},
                {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city":"Oslo"}', "id": "fc_1"},
                {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
                {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "Oslo"}},
                {"type": "code_interpreter_call", "id": "ci_1", "container_id": "c", "code": "1+1", "status": "completed"},
                {"type": "function_call", "call_id": "call_2", "name": "plot", "arguments": "{}", "id": "fc_2"},
                {
                    "type": "function_call_output",
                    "call_id": "call_2",
                    "output": [
                        {"type": "input_text", "text": "a figure"},
                        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                    ],
                },
                {
                    "type": "message",
                    "role": "assistant",
                    "id": "msg_1",
                    "status": "completed",
                    "content": [
                        {
                            "type": "output_text",
                            "text": "Rain.",
                            "annotations": [{"type": "url_citation", "url": "https://x", "title": "X", "start_index": 0, "end_index": 5}],
                        }
                    ],
                },
                {"role": "user", "content": [{"type": "input_text", "text": "Thanks."}]},
            ],
            "tools": [
                {
                    "type": "function",
                    "name": "get_weather",
                    "description": "Current weather of a city.",
                    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
                    "strict": True,
                }
            ],
            "include": ["reasoning.encrypted_content"],
        }
    )


def test_another_model_gets_the_words_the_calls_and_nothing_else() -> None:
    sent = to_wire(Request("gpt-4.1", tuple(responses())))["input"]
    assert [item.get("type", item.get("role")) for item in sent] == [
        "user", "function_call", "function_call_output", "function_call", "function_call_output", "assistant", "user",
    ]  # fmt: skip
    assert not any("id" in item for item in sent)


def heard(*chunks: dict[str, Any], finish: str) -> Message:
    events, decoder = read(*chunks, finish=finish, model="deepseek-v4", provider="deepseek")
    assert decoder.failure is None
    return Message("assistant", parts_of(events))


def test_a_conversation_of_three_steps_goes_to_chat_completions_as_it_came() -> None:
    messages = [
        user("Weather, and a plot?", PNG),
        heard(chunk({"reasoning_content": "A city."}), calling(fn("get_weather", '{"city":"Oslo"}', index=0, id="call_1")), finish="tool_calls"),
        tool_message([ToolResultPart("call_1", "get_weather", "rain")]),
        heard(
            chunk({"reasoning_content": "Now plot."}), chunk({"content": "I plot."}),
            calling(fn("plot", "", index=0, id="call_2"), fn("plot", "{}", index=1, id="call_3")),
            finish="tool_calls",
        ),
        tool_message([ToolResultPart("call_2", "plot", "a figure", files=(PNG,)), ToolResultPart("call_3", "plot", "no data", is_error=True)]),
        heard(chunk({"reasoning_content": "Done."}), chunk({"content": "Rain."}), finish="stop"),
        user("Thanks."),
    ]  # fmt: skip
    wire = deepseek("http://h/v1").to_wire(Request("deepseek-v4", tuple(from_json(to_json(messages)))))
    assert wire["messages"] == snapshot(
        [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Weather, and a plot?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Oslo"}'}}],
                "reasoning_content": "A city.",
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
            {
                "role": "assistant",
                "content": "I plot.",
                "tool_calls": [
                    {"id": "call_2", "type": "function", "function": {"name": "plot", "arguments": "{}"}},
                    {"id": "call_3", "type": "function", "function": {"name": "plot", "arguments": "{}"}},
                ],
                "reasoning_content": "Now plot.",
            },
            {"role": "tool", "tool_call_id": "call_2", "content": "a figure"},
            {"role": "tool", "tool_call_id": "call_3", "content": "no data"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What the tool plot made:"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                ],
            },
            {"role": "assistant", "content": "Rain."},
            {"role": "user", "content": "Thanks."},
        ]
    )
