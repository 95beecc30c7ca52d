"""Our transcript as the exact body that Google is sent."""

from __future__ import annotations

from typing import Any

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from nbagent.errors import ConfigError
from nbagent.messages import (
    FilePart,
    Message,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    assistant,
    from_json,
    system,
    to_json,
    tool_message,
    user,
)
from nbagent.provider import OutputSpec, Request
from nbagent.providers.google.wire import to_wire
from nbagent.tools import ToolSpec

WEATHER = ToolSpec("get_weather", "The weather in a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
TIME = ToolSpec("get_time", "The time.", {"type": "object", "properties": {}})
THIRD, SECOND = "gemini-3-flash-preview", "gemini-2.5-flash"


def mine(model: str = THIRD, **meta: Any) -> dict[str, Any]:
    return {"google": {"model": model, **meta}}


CHAIN = (
    user("Coat?"),
    Message(
        "assistant",
        (
            ReasoningPart("Weather first.", provider_metadata=mine(signatures=[[0, 14, "AA=="]])),
            TextPart("Looking.", mine(signatures=[[8, 8, "BB=="]])),
            ToolCallPart("fc-1", "get_weather", '{"city": "Zürich"}', mine(signature="CC==")),
            ToolCallPart("fc-2", "get_time", "{}"),
        ),
        finish_reason="tool_calls",
    ),
    tool_message([ToolResultPart("fc-1", "get_weather", "rain"), ToolResultPart("fc-2", "get_time", "no clock", is_error=True)]),
    Message("assistant", (ToolCallPart("made_0123", "get_weather", '{"city": "Bern"}', mine(signature="DD==")),), finish_reason="tool_calls"),
    tool_message([ToolResultPart("made_0123", "get_weather", "sun")]),
)


def test_a_chain_of_tools_goes_back_with_every_signature_where_it_came_from() -> None:
    request = Request(THIRD, from_json_of(CHAIN), "Be brief.", (WEATHER, TIME), {"temperature": 0, "max_tokens": 200, "thinking_level": "low"})
    assert to_wire(request) == snapshot(
        {
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "Coat?"}]},
                {
                    "role": "model",
                    "parts": [
                        {"text": "Weather first.", "thought": True, "thoughtSignature": "AA=="},
                        {"text": "Looking."},
                        {"text": "", "thoughtSignature": "BB=="},
                        {"functionCall": {"name": "get_weather", "args": {"city": "Zürich"}, "id": "fc-1"}, "thoughtSignature": "CC=="},
                        {"functionCall": {"name": "get_time", "args": {}, "id": "fc-2"}},
                    ],
                },
                {
                    "role": "user",
                    "parts": [
                        {"functionResponse": {"name": "get_weather", "id": "fc-1", "response": {"output": "rain"}}},
                        {"functionResponse": {"name": "get_time", "id": "fc-2", "response": {"error": "no clock"}}},
                    ],
                },
                {"role": "model", "parts": [{"functionCall": {"name": "get_weather", "args": {"city": "Bern"}}, "thoughtSignature": "DD=="}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "get_weather", "response": {"output": "sun"}}}]},
            ],
            "tools": [
                {
                    "functionDeclarations": [
                        {
                            "name": "get_weather",
                            "description": "The weather in a city.",
                            "parametersJsonSchema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                        },
                        {"name": "get_time", "description": "The time."},
                    ]
                }
            ],
            "generationConfig": {"temperature": 0, "maxOutputTokens": 200, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "LOW"}},
        }
    )


def from_json_of(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """As they are after they were saved."""
    return tuple(from_json(to_json(messages)))


def contents(*messages: Message, model: str = THIRD, **more: Any) -> list[dict[str, Any]]:
    wire: list[dict[str, Any]] = to_wire(Request(model, messages), **more)["contents"]
    return wire


def strings(value: Any) -> str:
    return str(value)


@pytest.mark.parametrize("more", [{"model": "gemini-3.8-flash"}, {"name": "vertex"}])
def test_another_model_or_another_door_sees_no_signature_and_the_call_bears_googles_word_for_none(more: dict[str, Any]) -> None:
    sent = contents(*CHAIN, **more)
    for signature in ("AA==", "BB==", "DD==", "CC=="):
        assert signature not in strings(sent)
    assert "Weather first." not in strings(sent)
    first, second = (part for part in sent[1]["parts"] if "functionCall" in part)
    assert first["thoughtSignature"] == "skip_thought_signature_validator"
    assert "thoughtSignature" not in second
    assert sent[3]["parts"][0]["thoughtSignature"] == "skip_thought_signature_validator"


def test_a_model_that_asks_for_no_signatures_is_given_none() -> None:
    assert "thoughtSignature" not in strings(contents(*CHAIN, model=SECOND))


def test_calls_of_another_provider_keep_their_ids_and_their_results_have_the_same() -> None:
    history = (
        user("Hi"),
        assistant(ToolCallPart("toolu_1", "get_time", "{}", {"anthropic": {"x": 1}})),
        tool_message([ToolResultPart("toolu_1", "get_time", "noon")]),
    )
    assert contents(*history)[1:] == [
        {
            "role": "model",
            "parts": [{"functionCall": {"name": "get_time", "args": {}, "id": "toolu_1"}, "thoughtSignature": "skip_thought_signature_validator"}],
        },
        {"role": "user", "parts": [{"functionResponse": {"name": "get_time", "id": "toolu_1", "response": {"output": "noon"}}}]},
    ]


def test_a_text_goes_back_in_the_pieces_that_bore_signatures() -> None:
    said = TextPart("Grüße, Welt", mine(signatures=[[0, 3, "AA=="], [7, 11, "BB=="], [11, 11, "CC=="]]))
    assert contents(user("Hi"), assistant(said))[1]["parts"] == [
        {"text": "Grü", "thoughtSignature": "AA=="}, {"text": "ße, "}, {"text": "Welt", "thoughtSignature": "BB=="}, {"text": "", "thoughtSignature": "CC=="},
    ]  # fmt: skip
    assert contents(user("Hi"), assistant(said), model="gemini-3.8-flash")[1]["parts"] == [{"text": "Grüße, Welt"}]


def test_googles_own_tools_go_back_verbatim_to_the_model_that_used_them_and_to_no_other() -> None:
    wires = [{"executableCode": {"code": "1"}, "thoughtSignature": "AA=="}, {"codeExecutionResult": {"output": "1"}}]
    ran = ServerToolPart("x", "code_execution", "1", "1", provider_metadata=mine(parts=wires))
    searched = ServerToolPart("y", "google_search", '["q"]', "title")
    drawn = FilePart("image/png", b"PNG", provider_metadata=mine(signature="BB=="))
    said = assistant(ran, searched, TextPart("One."), drawn)
    assert contents(user("Hi"), said)[1]["parts"] == [
        *wires, {"text": "One."}, {"inlineData": {"mimeType": "image/png", "data": "UE5H"}, "thoughtSignature": "BB=="},
    ]  # fmt: skip
    for other in ({"model": "gemini-3.8-flash"}, {"name": "vertex"}):
        assert contents(user("Hi"), said, **other)[1]["parts"] == [{"text": "One."}]


def test_what_other_providers_tools_and_models_made_breaks_no_request() -> None:
    said = assistant(
        ServerToolPart("s", "web_search", "q", "r", provider_metadata={"anthropic": {"block": {}}}),
        FilePart("application/zip", b"x"),
        ReasoningPart("hm"),
        TextPart("A."),
    )
    assert contents(user("Hi"), said)[1]["parts"] == [{"text": "A."}]


def test_of_an_answer_that_broke_off_googles_own_tools_are_left_out() -> None:
    cut = Message(
        "assistant", (ServerToolPart("x", "code_execution", "1", provider_metadata=mine(parts=[{"executableCode": {}}])), TextPart("So")), finish_reason="error"
    )
    assert contents(user("Hi"), cut)[1]["parts"] == [{"text": "So"}]


def test_user_and_model_take_turns_and_the_user_begins() -> None:
    assert contents(assistant("Hello."), user("a"), user("b"), system("s"), assistant("c"), assistant("d")) == [
        {"role": "user", "parts": [{"text": "..."}]},
        {"role": "model", "parts": [{"text": "Hello."}]},
        {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
        {"role": "model", "parts": [{"text": "c"}, {"text": "d"}]},
    ]
    assert contents() == contents(user(" ")) == [{"role": "user", "parts": [{"text": "..."}]}]


def test_results_stand_together_right_after_their_calls_and_before_what_the_user_says_next() -> None:
    sent = contents(*CHAIN[:3], user("Hurry."))
    assert [next(iter(part)) for part in sent[2]["parts"]] == ["functionResponse", "functionResponse", "text"]


def test_files_of_results_are_inside_them_where_the_model_takes_that_else_after_them() -> None:
    plot = FilePart("image/png", b"PNG")
    history = (user("Plot"), assistant(ToolCallPart("c", "plot", "{}")), tool_message([ToolResultPart("c", "plot", "done", files=(plot,))]))
    image = {"inlineData": {"mimeType": "image/png", "data": "UE5H"}}
    response = {"name": "plot", "id": "c", "response": {"output": "done"}}
    assert contents(*history)[2]["parts"] == [{"functionResponse": {**response, "parts": [image]}}]
    assert contents(*history, model=SECOND)[2]["parts"] == [{"functionResponse": response}, image]


def test_sound_of_a_result_stands_after_it_also_where_images_are_inside() -> None:
    files = (FilePart("audio/wav", b"WAV"), FilePart("application/pdf", b"PDF"))
    history = (user("Say"), assistant(ToolCallPart("c", "say", "{}")), tool_message([ToolResultPart("c", "say", "done", files=files)]))
    result, sound = contents(*history)[2]["parts"]
    assert [part["inlineData"]["mimeType"] for part in result["functionResponse"]["parts"]] == ["application/pdf"]
    assert sound["inlineData"]["mimeType"] == "audio/wav"


@pytest.mark.parametrize(
    ("file", "sent"),
    [
        (FilePart("image/png", b"PNG"), {"inlineData": {"mimeType": "image/png", "data": "UE5H"}}),
        (FilePart("application/pdf", b"PDF", name="a.pdf"), {"inlineData": {"mimeType": "application/pdf", "data": "UERG"}}),
        (FilePart("audio/mpeg", b"x"), {"inlineData": {"mimeType": "audio/mpeg", "data": "eA=="}}),
        (FilePart("video/mp4", b"x"), {"inlineData": {"mimeType": "video/mp4", "data": "eA=="}}),
        (FilePart("text/csv; charset=utf-8", b"a,b"), {"inlineData": {"mimeType": "text/plain", "data": "YSxi"}}),
        (FilePart("application/json", b"{}"), {"inlineData": {"mimeType": "text/plain", "data": "e30="}}),
        (FilePart("video/mp4", url="gs://bucket/v.mp4"), {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://bucket/v.mp4"}}),
        (FilePart("video/mp4", url="https://youtu.be/x"), {"fileData": {"mimeType": "video/mp4", "fileUri": "https://youtu.be/x"}}),
    ],
)
def test_files_are_sent_in_the_request_or_by_their_address(file: FilePart, sent: dict[str, Any]) -> None:
    assert contents(user("What is this?", file))[0]["parts"] == [{"text": "What is this?"}, sent]


def test_a_file_that_google_cannot_read_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ConfigError, match=r"application/zip.*\n.*PDF"):
        contents(user(FilePart("application/zip", b"PK")))


def test_arguments_that_are_no_json_are_shown_to_the_model_that_wrote_them() -> None:
    (part,) = contents(user("Hi"), assistant(ToolCallPart("c", "f", '{"a": ')))[1]["parts"]
    assert part["functionCall"]["args"] == {"not_json": '{"a": '}


def test_instructions_go_to_a_model_without_them_in_the_first_message() -> None:
    request = Request("gemma-3-27b-it", (system("Rule."), user("Hi")), "Be brief.")
    assert to_wire(request)["contents"] == [{"role": "user", "parts": [{"text": "Be brief.\n\nRule."}, {"text": "Hi"}]}]
    assert to_wire(replace(request, model=THIRD))["systemInstruction"] == {"parts": [{"text": "Be brief.\n\nRule."}]}


def test_an_answer_that_goes_on_is_asked_for_with_the_same_conversation_and_its_last_token() -> None:
    halves = [
        Message("assistant", (TextPart(text), TextPart("", mine(continuation=token))), finish_reason="pause") for text, token in (("one", "t1"), ("two", "t2"))
    ]
    wire = to_wire(Request(THIRD, (user("Count."), *halves)))
    assert wire["contents"] == [{"role": "user", "parts": [{"text": "Count."}]}]
    assert wire["continuationToken"] == "t2"
    other = to_wire(Request("gemini-3.8-flash", (user("Count."), *halves)))
    assert "continuationToken" not in other
    assert other["contents"][1] == {"role": "model", "parts": [{"text": "one"}, {"text": "two"}]}


def test_an_answer_of_a_schema_is_asked_for_as_json() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string", "minLength": 2}}, "required": ["city"]}
    wire = to_wire(Request(THIRD, (user("Where?"),), output=OutputSpec("place", schema)))
    assert wire["generationConfig"] == snapshot(
        {
            "thinkingConfig": {"includeThoughts": True},
            "responseMimeType": "application/json",
            "responseJsonSchema": {"type": "object", "properties": {"city": {"type": "string", "description": "minLength: 2"}}, "required": ["city"]},
        }
    )


def test_a_message_is_the_same_on_the_wire_however_often_it_is_turned() -> None:
    request = Request(THIRD, CHAIN, tools=(WEATHER,))
    assert to_wire(request) == to_wire(request)
