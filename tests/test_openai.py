"""Claims on the body that goes to the Responses API: whole bodies, and what never leaves."""

import pytest
from inline_snapshot import snapshot

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, system, user
from nbagent.provider import OutputSpec
from nbagent.providers.openai.out import loose
from nbagent.providers.openai.responses import OpenAI, to_wire
from nbagent.providers.openai.vendor_rows import OPENAI, OWN_RESPONSES, fitted
from nbagent.tools import ToolSpec
from tests.responses_events import PNG, WEATHER, items, of_openai, request


def test_a_request_is_this_body():
    wire = to_wire(
        request(
            system("In French."),
            user("What is this, and ", "what is in the report?", PNG, FilePart("application/pdf", data=b"%PDF", name="report.pdf")),
            instructions="Be brief.",
            tools=(WEATHER,),
            tool_choice="get_weather",
            params={"max_tokens": 500, "reasoning": {"effort": "low", "summary": "auto"}, "timeout": 5},
        )
    )
    assert wire == snapshot(
        {
            "model": "gpt-6.1-sol",
            "store": False,
            "stream": True,
            "instructions": "Be brief.",
            "input": [
                {"role": "system", "content": [{"type": "input_text", "text": "In French."}]},
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is this, and "},
                        {"type": "input_text", "text": "what is in the report?"},
                        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                        {"type": "input_file", "filename": "report.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
                    ],
                },
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
            "tool_choice": {"type": "function", "name": "get_weather"},
            "include": ["reasoning.encrypted_content"],
            "max_output_tokens": 500,
            "reasoning": {"effort": "low", "summary": "auto"},
        }
    )


def test_a_chain_of_steps_goes_back_with_its_reasoning_encrypted_and_in_order():
    first = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Two cities."}], "encrypted_content": "gAAA"}
    second = {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gBBB"}
    assert items(
        user("Weather in Oslo, and a plot."),
        Message(
            "assistant",
            (
                ReasoningPart("Two cities.", provider_metadata=of_openai(item=first)),
                TextPart("I look.", of_openai(id="msg_1", phase="commentary")),
                ToolCallPart("call_1", "get_weather", '{"city": "Oslo"}', of_openai(id="fc_1")),
                ReasoningPart("", redacted=True, provider_metadata=of_openai(item=second)),
                ToolCallPart("call_2", "plot", "", of_openai(id="fc_2")),
            ),
        ),
        Message("tool", (ToolResultPart("call_1", "get_weather", "no station", is_error=True), ToolResultPart("call_2", "plot", "a figure", files=(PNG,)))),
        assistant("It rains."),
        user("Thanks."),
    ) == snapshot(
        [
            {"role": "user", "content": [{"type": "input_text", "text": "Weather in Oslo, and a plot."}]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Two cities."}], "encrypted_content": "gAAA"},
            {
                "type": "message",
                "role": "assistant",
                "id": "msg_1",
                "status": "completed",
                "phase": "commentary",
                "content": [{"type": "output_text", "text": "I look.", "annotations": []}],
            },
            {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "fc_1"},
            {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gBBB"},
            {"type": "function_call", "call_id": "call_2", "name": "plot", "arguments": "{}", "id": "fc_2"},
            {"type": "function_call_output", "call_id": "call_1", "output": "no station"},
            {
                "type": "function_call_output",
                "call_id": "call_2",
                "output": [
                    {"type": "input_text", "text": "a figure"},
                    {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                ],
            },
            {"role": "assistant", "content": "It rains."},
            {"role": "user", "content": [{"type": "input_text", "text": "Thanks."}]},
        ]
    )


REASONED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}
THOUGHT = ReasoningPart("", redacted=True, provider_metadata=of_openai(item=REASONED))
CALL = ToolCallPart("call_1", "f", "{}", of_openai(id="fc_1"))
BARE_CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}


def test_reasoning_and_ids_are_sent_to_nobody_but_the_model_they_are_of():
    message = Message("assistant", (THOUGHT, TextPart("x", of_openai(id="msg_1")), CALL))
    assert [item.get("id") for item in items(message)] == ["rs_1", "msg_1", "fc_1"]
    assert items(message, model="gpt-5.6-sol") == [{"role": "assistant", "content": "x"}, BARE_CALL]


def test_reasoning_without_what_followed_it_is_not_sent():
    assert items(Message("assistant", (THOUGHT,), finish_reason="length")) == []
    assert items(Message("assistant", (THOUGHT, TextPart("cut of")), finish_reason="error")) == [{"role": "assistant", "content": "cut of"}]


def test_reasoning_that_cannot_be_sent_takes_the_ids_of_what_followed_with_it():
    plain = ReasoningPart("", provider_metadata=of_openai(item={"type": "reasoning", "id": "rs_1", "summary": []}))
    assert items(Message("assistant", (plain, CALL))) == [BARE_CALL]
    stored = ReasoningPart("", provider_metadata=of_openai(stored=True, item={"type": "reasoning", "id": "rs_1", "summary": []}))
    assert [item["id"] for item in items(Message("assistant", (stored, CALL)), store=True)] == ["rs_1", "fc_1"]
    assert items(Message("assistant", (plain, CALL)), store=True) == [BARE_CALL], "an answer that was not stored is not known by its ids"


def test_reasoning_that_a_server_shows_goes_back_as_it_came():
    item = {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}
    assert items(Message("assistant", (ReasoningPart("hm", provider_metadata=of_openai(item=item)), CALL)))[0] == item


def test_texts_of_one_message_stay_in_one():
    parts = (TextPart("a", of_openai(id="msg_1")), TextPart("no", of_openai(id="msg_1", refusal=True)), TextPart("b", of_openai(id="msg_2")))
    assert [[part["type"] for part in item["content"]] for item in items(Message("assistant", parts))] == [["output_text", "refusal"], ["output_text"]]


def test_messages_without_content_are_not_sent():
    assert items(user(), user(""), Message("assistant", (TextPart(""),)), user("a")) == [{"role": "user", "content": [{"type": "input_text", "text": "a"}]}]


@pytest.mark.parametrize(
    ("choice", "sent"), [("auto", None), ("none", "none"), ("required", "required"), ("get_weather", {"type": "function", "name": "get_weather"})]
)
def test_the_choice_of_a_tool(choice, sent):
    assert to_wire(request(user("a"), tools=(WEATHER,), tool_choice=choice)).get("tool_choice") == sent
    assert "tool_choice" not in to_wire(request(user("a"), tool_choice=choice))


def test_tools_of_openai_stand_beside_ours():
    wire = to_wire(request(user("a"), tools=(WEATHER,), params={"tools": [{"type": "web_search"}]}))
    assert [tool["type"] for tool in wire["tools"]] == ["function", "web_search"]


def test_encrypted_reasoning_is_asked_for_where_the_model_reasons():
    def included(model, **params):
        return to_wire(request(user("a"), model=model, params=params)).get("include")

    assert included("gpt-6-astra") == included("o3") == included("openai/gpt-5.4") == ["reasoning.encrypted_content"]
    assert included("gpt-4.1") is included("gpt-5-chat-latest") is included("qwen3") is None
    assert included("o3", include=["code_interpreter_call.outputs"]) == ["reasoning.encrypted_content", "code_interpreter_call.outputs"]
    assert included("o3", store=True) is included("o3", include=None) is None


def test_what_a_model_does_not_take_while_it_reasons_is_left_out_with_a_note():
    params, notes = fitted(OPENAI, "gpt-6-sol", {"temperature": 0, "top_p": None, "max_tokens": 5}, responses=True)
    assert params == {"top_p": None, "max_output_tokens": 5}
    assert notes == ("gpt-6-sol takes no temperature while it reasons: it is left out",)
    for model, extra in (("gpt-4.1", {}), ("gpt-6-sol", {"reasoning": {"effort": "none"}}), ("gpt-6-sol", {"reasoning_effort": "none"})):
        params, notes = fitted(OPENAI, model, {"temperature": 0, **extra}, responses=True)
        assert (params["temperature"], notes) == (0, ())
    assert "temperature" not in to_wire(request(user("a"), params={"temperature": 0}))


def test_parameters_of_the_other_api_are_left_out_too_but_not_at_a_server_of_ones_own():
    params = {"stop": ["x"], "seed": 1, "top_k": 3}
    assert fitted(OPENAI, "gpt-4.1", params, responses=True)[0] == {}
    assert len(fitted(OPENAI, "gpt-4.1", params, responses=True)[1]) == 3
    assert fitted(OWN_RESPONSES, "qwen3", params, responses=True) == (params, ())


def test_effort_and_verbosity_are_put_where_this_api_has_them():
    wire = to_wire(request(user("a"), params={"reasoning_effort": "high", "reasoning": {"summary": "auto"}, "verbosity": "low"}))
    assert (wire["reasoning"], wire["text"]) == ({"effort": "high", "summary": "auto"}, {"verbosity": "low"})
    assert "reasoning_effort" not in wire
    assert "verbosity" not in wire


def test_arguments_that_are_no_json_go_back_as_json():
    calls = (ToolCallPart("a", "f", '{"x": '), ToolCallPart("b", "f", ""))
    assert [item["arguments"] for item in items(Message("assistant", calls))] == ['{"not_json":"{\\"x\\": "}', "{}"]


def test_files_as_bytes_and_by_url():
    content = items(
        user(FilePart("text/csv", data=b"a,b", name="t.csv"), FilePart("image/png", url="https://x/y.png"), FilePart("application/pdf", url="https://x/y"))
    )
    assert content[0]["content"] == [
        {"type": "input_text", "text": "t.csv:\n\na,b"},
        {"type": "input_image", "image_url": "https://x/y.png", "detail": "auto"},
        {"type": "input_file", "file_url": "https://x/y"},
    ]


def test_a_file_of_another_kind_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="audio/wav"):
        items(user(FilePart("audio/wav", data=b"RIFF")))


FREE = ToolSpec("free", "Anything.", {"type": "object", "properties": {"any": {"type": "object", "additionalProperties": True}}})


def test_one_tool_that_cannot_be_strict_leaves_the_others_strict():
    never = ToolSpec("never", "", WEATHER.parameters, strict=False)
    tools = {tool["name"]: tool for tool in to_wire(request(user("a"), tools=(WEATHER, FREE, never)))["tools"]}
    assert {name: tool["strict"] for name, tool in tools.items()} == {"get_weather": True, "free": False, "never": False}
    assert (tools["free"]["parameters"], tools["never"]["parameters"]) == (FREE.parameters, WEATHER.parameters)
    assert to_wire(request(user("a"), tools=(WEATHER,), model="qwen3"))["tools"][0]["strict"] is False, "nobody knows whether it can"


def test_a_tool_that_was_to_be_strict_and_cannot_be_is_noted():
    wanted = [ToolSpec(tool.name, "", tool.parameters, strict=True) for tool in (WEATHER, FREE)]
    assert [note.split()[2] for note in loose((*wanted, FREE))] == ["free"]


def test_an_answer_that_is_to_be_json_is_asked_for_by_its_schema():
    output = OutputSpec("City", {"type": "object", "properties": {"name": {"type": "string"}}})
    assert to_wire(request(user("a"), output=output, params={"text": {"verbosity": "low"}}))["text"] == snapshot(
        {
            "verbosity": "low",
            "format": {
                "type": "json_schema",
                "name": "City",
                "schema": {
                    "type": "object",
                    "properties": {"name": {"type": ["string", "null"]}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
                "strict": True,
            },
        }
    )
    loose = to_wire(request(user("a"), output=OutputSpec("Any", FREE.parameters)))["text"]["format"]
    assert (loose["schema"], loose["strict"]) == (FREE.parameters, False)


def test_a_file_of_a_tool_that_the_api_does_not_take_is_named_and_the_run_goes_on():
    results = Message("tool", (ToolResultPart("c", "sing", "", files=(FilePart("audio/wav", data=b"RIFF"),)),))
    assert items(assistant(ToolCallPart("c", "sing")), results)[1]["output"] == [{"type": "input_text", "text": "[a file of the type audio/wav was made here]"}]


def test_a_call_or_a_result_that_lost_its_other_half_breaks_no_request():
    half = (
        user("a"),
        assistant(CALL, ToolCallPart("call_2", "g")),
        Message("tool", (ToolResultPart("call_2", "g", "4"), ToolResultPart("call_0", "h", "5"))),
        user("b"),
    )
    sent = items(*half)
    assert [(item.get("type"), item.get("call_id"), item.get("output")) for item in sent[1:-1]] == [
        ("function_call", "call_1", None), ("function_call_output", "call_1", "(no result)"),
        ("function_call", "call_2", None), ("function_call_output", "call_2", "4"),
    ]  # fmt: skip
    chained = items(Message("tool", (ToolResultPart("call_0", "h", "5"),)), previous_response_id="resp_1")
    assert [item["call_id"] for item in chained] == ["call_0"], "its call is kept at the provider"


def test_an_image_that_another_model_made_is_said_in_words():
    assert items(Message("assistant", (TextPart("Here:"), FilePart("image/png", data=b"x", name="cat.png")))) == [
        {"role": "assistant", "content": "Here:"},
        {"role": "assistant", "content": "[cat.png of the type image/png was made here]"},
    ]


def test_a_message_is_turned_once():
    provider, asked = OpenAI(), user("a")
    first, second = (provider.to_wire(request(asked, assistant("b")))["input"] for _ in range(2))
    assert first[0] is second[0]
