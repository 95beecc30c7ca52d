"""What the Messages adapter sends: the exact body, whole, and what never leaves."""

import json

import msgspec
import pytest
from inline_snapshot import snapshot

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, system, user
from nbagent.provider import OutputSpec
from nbagent.providers.anthropic.adapter import Anthropic
from nbagent.providers.anthropic.wire import to_wire
from nbagent.tools import ToolSpec
from tests.anthropic_events import PNG, START, STOP, WEATHER, answer, block, close, delta, ending, of_claude, request, turns


def test_a_request_is_this_body():
    wire = to_wire(
        request(
            user("What is this, and ", "what is in the report?", PNG, FilePart("application/pdf", data=b"%PDF", name="report.pdf")),
            instructions="Be brief.",
            tools=(WEATHER,),
            params={"thinking": {"type": "adaptive"}, "timeout": 5},
        )
    )
    assert wire == snapshot(
        {
            "model": "claude-sonnet-5-5",
            "max_tokens": 32000,
            "stream": True,
            "cache_control": {"type": "ephemeral"},
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is this, and "},
                        {"type": "text", "text": "what is in the report?"},
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}, "title": "report.pdf"},
                    ],
                }
            ],
            "tools": [
                {
                    "name": "get_weather",
                    "description": "Current weather of a city.",
                    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                }
            ],
            "thinking": {"type": "adaptive"},
        }
    )


def test_a_chain_of_steps_goes_back_with_its_thinking_signed_and_in_order():
    thought = ReasoningPart("Two cities.", provider_metadata=of_claude(signature="sig=="))
    hidden = ReasoningPart("", redacted=True, provider_metadata=of_claude(data="encrypted"))
    calls = (ToolCallPart("toolu_1", "get_weather", '{"city": "Oslo"}'), ToolCallPart("toolu_2", "plot", ""))
    assert turns(
        user("Weather in Oslo, and a plot."),
        Message("assistant", (thought, hidden, TextPart("I look."), *calls), finish_reason="tool_calls"),
        Message("tool", (ToolResultPart("toolu_1", "get_weather", "no station", is_error=True), ToolResultPart("toolu_2", "plot", "a figure", files=(PNG,)))),
        user("Hurry."),
        assistant("It rains."),
    ) == snapshot(
        [
            {"role": "user", "content": [{"type": "text", "text": "Weather in Oslo, and a plot."}]},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "Two cities.", "signature": "sig=="},
                    {"type": "redacted_thinking", "data": "encrypted"},
                    {"type": "text", "text": "I look."},
                    {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Oslo"}},
                    {"type": "tool_use", "id": "toolu_2", "name": "plot", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_1", "content": "no station", "is_error": True},
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_2",
                        "content": [
                            {"type": "text", "text": "a figure"},
                            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                        ],
                    },
                    {"type": "text", "text": "Hurry."},
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "It rains."}]},
        ]
    )


def test_a_tool_that_anthropic_describes_and_we_run_is_told_once():
    memory = {"type": "memory_20250818", "name": "memory"}
    ours = ToolSpec("memory", "Ours.", {"type": "object", "properties": {}})
    assert to_wire(request(user("a"), tools=(WEATHER, ours), params={"tools": [memory]}))["tools"][1:] == [memory]
    assert "tools" not in to_wire(request(user("a"), params={"tools": None}))


def test_results_come_first_in_their_turn():
    call = Message("assistant", (ToolCallPart("a", "f"),))
    last = turns(user("go"), call, user("faster"), Message("tool", (ToolResultPart("a", "f", "1"),)))[-1]
    assert [part["type"] for part in last["content"]] == ["tool_result", "text"]


def test_thinking_is_sent_to_nobody_but_the_model_that_thought_it():
    signed = ReasoningPart("secret", provider_metadata=of_claude(signature="s"))
    foreign = ReasoningPart("other", provider_metadata={"openai": {"item": {}}})
    said = Message("assistant", (signed, foreign, TextPart("x")))
    assert turns(user("?"), said)[1]["content"][0] == {"type": "thinking", "thinking": "secret", "signature": "s"}
    assert [part["type"] for part in turns(user("?"), said)[1]["content"]] == ["thinking", "text"]
    assert [part["type"] for part in turns(user("?"), said, model="claude-opus-5-5")[1]["content"]] == ["text"]


def test_thinking_that_was_cut_is_not_sent():
    unsigned = ReasoningPart("I was thin")
    signed = ReasoningPart("done", provider_metadata=of_claude(signature="s"))
    assert turns(user("?"), Message("assistant", (unsigned, TextPart("x")))) == turns(user("?"), assistant("x"))
    assert turns(user("?"), Message("assistant", (signed, TextPart("x")), finish_reason="cancelled")) == turns(user("?"), assistant("x"))
    kept = turns(user("?"), Message("assistant", (signed, ToolCallPart("a", "f")), finish_reason="cancelled"))
    assert kept[1]["content"][0]["type"] == "thinking", "a call must stand after the thinking that led to it"


def test_nothing_ends_with_thinking():
    said = Message("assistant", (TextPart("x"), ReasoningPart("and", provider_metadata=of_claude(signature="s"))), finish_reason="length")
    assert [part["type"] for part in turns(user("?"), said)[-1]["content"]] == ["text"]


@pytest.mark.parametrize("empty", ["", " \n"])
def test_empty_texts_are_never_sent(empty):
    messages = (system(empty), user("a", empty), Message("assistant", (TextPart(empty),)), user("b"))
    wire = to_wire(request(*messages, instructions=empty))
    assert "system" not in wire
    assert wire["messages"] == [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]


def test_system_messages_stand_before_the_conversation():
    wire = to_wire(request(user("a"), system("Now in French."), user("b"), instructions="Be brief."))
    assert [part["text"] for part in wire["system"]] == ["Be brief.", "Now in French."]
    assert ["cache_control" in part for part in wire["system"]] == [False, True]


def test_the_cache_can_be_set_or_left_out():
    hour = {"type": "ephemeral", "ttl": "1h"}
    wire = to_wire(request(user("a"), instructions="i", params={"cache_control": hour}))
    assert wire["cache_control"] == wire["system"][0]["cache_control"] == hour
    assert "cache_control" not in json.dumps(to_wire(request(user("a"), instructions="i", params={"cache_control": None})))


@pytest.mark.parametrize(
    ("choice", "sent"), [("auto", None), ("none", {"type": "none"}), ("required", {"type": "any"}), ("get_weather", {"type": "tool", "name": "get_weather"})]
)
def test_the_choice_of_a_tool(choice, sent):
    assert to_wire(request(user("a"), tools=(WEATHER,), tool_choice=choice)).get("tool_choice") == sent
    assert "tool_choice" not in to_wire(request(user("a"), tool_choice=choice))


def test_tools_of_anthropic_stand_beside_ours():
    search = {"type": "web_search_20260318", "name": "web_search"}
    assert [tool["name"] for tool in to_wire(request(user("a"), tools=(WEATHER,), params={"tools": [search]}))["tools"]] == ["get_weather", "web_search"]


def test_arguments_that_are_no_json_go_back_as_what_they_were():
    said = Message("assistant", (ToolCallPart("a", "f", '{"x": '), ToolCallPart("b", "f", "[1]"), ToolCallPart("c", "f", "")))
    assert [part["input"] for part in turns(user("?"), said)[1]["content"]] == [{"not_json": '{"x": '}, {"not_json": "[1]"}, {}]


def test_ids_of_other_providers_are_made_ones_that_fit_together():
    said = Message("assistant", (ToolCallPart("functions.f:0", "f"),))
    wire = turns(user("?"), said, Message("tool", (ToolResultPart("functions.f:0", "f", "1"),)))
    assert wire[1]["content"][0]["id"] == wire[2]["content"][0]["tool_use_id"] == "functions_f_0"


def test_a_text_file_is_a_document_and_a_url_stays_one():
    content = turns(user(FilePart("text/csv", data=b"a,b", name="t.csv"), FilePart("image/png", url="https://x/y.png")))[0]["content"]
    assert content == [
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a,b"}, "title": "t.csv"},
        {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}},
    ]


@pytest.mark.parametrize("kind", ["audio/wav", "image/tiff", "image/svg+xml"])
def test_a_file_of_another_kind_is_refused_before_anything_is_sent(kind):
    with pytest.raises(ConfigError, match=kind.replace("+", ".")):
        turns(user(FilePart(kind, data=b"RIFF")))


def test_a_type_written_in_another_way_is_the_same():
    assert turns(user(FilePart("image/JPG; q=1", data=b"x")))[0]["content"][0]["source"]["media_type"] == "image/jpeg"


def test_an_error_without_words_still_says_so():
    result = turns(user("?"), Message("assistant", (ToolCallPart("a", "f"),)), Message("tool", (ToolResultPart("a", "f", "", is_error=True),)))[2]["content"][0]
    assert result == {"type": "tool_result", "tool_use_id": "a", "content": "(nothing)", "is_error": True}


def test_a_message_is_turned_once():
    provider, asked = Anthropic(), user("a")
    first, second = (provider.to_wire(request(asked, assistant("b")))["messages"] for _ in range(2))
    assert first[0]["content"] is second[0]["content"]


PDF = FilePart("application/pdf", data=b"%PDF", name="report.pdf")


def test_documents_can_be_cited_where_that_is_asked_for():
    message = user(PDF, FilePart("application/pdf", url="https://x/y.pdf"), FilePart("text/plain", data=b"Hi"), PNG)
    provider = Anthropic()
    content = provider.to_wire(request(message, params={"citations": True}))
    assert "citations" not in content
    assert content["messages"][0]["content"] == snapshot(
        [
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                "title": "report.pdf",
                "citations": {"enabled": True},
            },
            {"type": "document", "source": {"type": "url", "url": "https://x/y.pdf"}, "citations": {"enabled": True}},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Hi"}, "citations": {"enabled": True}},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
        ]
    )
    plain = provider.to_wire(request(message))["messages"][0]["content"]
    assert not any("citations" in given for given in plain), "the message was not remembered for another request"


def test_a_file_that_a_model_of_another_provider_made_is_words():
    cat = FilePart("image/png", data=b"x", name="cat.png", provider_metadata={"openai": {"id": "ig_1"}})
    made = assistant("Here.", cat, FilePart("audio/wav", data=b"x"))
    assert turns(user("?"), made)[1]["content"] == [
        {"type": "text", "text": "Here."},
        {"type": "text", "text": "[a file that is not shown: cat.png]"},
        {"type": "text", "text": "[a file that is not shown: audio/wav]"},
    ]
    assert turns(user("Look:", cat))[0]["content"][1]["type"] == "image", "a person may give it to the model"


def test_a_tools_file_that_cannot_be_sent_is_words_and_no_broken_request():
    result = ToolResultPart("a", "f", "A sound.", files=(FilePart("audio/wav", data=b"RIFF", name="a.wav"), PNG))
    sent = turns(user("?"), Message("assistant", (ToolCallPart("a", "f"),)), Message("tool", (result,)))[2]["content"][0]["content"]
    assert [given["type"] for given in sent] == ["text", "text", "image"]
    assert sent[1]["text"] == "[a file that is not shown: a.wav]"


def test_a_call_that_was_never_answered_has_a_result_that_says_so():
    calls = Message("assistant", (ToolCallPart("a", "f"), ToolCallPart("b", "f")))
    last = turns(user("go"), calls, Message("tool", (ToolResultPart("b", "f", "1"),)), user("and?"))[2]["content"]
    assert last == [
        {"type": "tool_result", "tool_use_id": "a", "content": "(never run)", "is_error": True},
        {"type": "tool_result", "tool_use_id": "b", "content": "1"},
        {"type": "text", "text": "and?"},
    ]
    assert [given["type"] for given in turns(user("go"), calls)[1]["content"]] == ["tool_use", "tool_use"], "those at the end still wait"


def test_a_result_whose_call_was_trimmed_away_is_text():
    results = Message("tool", (ToolResultPart("a", "f", "rain"), ToolResultPart("b", "f", "a plot", files=(PNG,)), ToolResultPart("c", "f")))
    assert [given.get("text", given["type"]) for given in turns(results, user("so?"))[0]["content"]] == [
        "[the result of a call that is not shown]", "rain", "[the result of a call that is not shown]", "a plot", "image",
        "[the result of a call that is not shown]", "so?",
    ]  # fmt: skip


def test_what_is_sent_of_a_whole_conversation():
    """Everything at once: a search, thinking in a chain of two steps, results with an image, an answer of a schema, the cache for an hour."""
    searched = answer(
        START,
        block(0, type="thinking", thinking=""), delta(0, "thinking_delta", thinking="I search."), delta(0, "signature_delta", signature="s1"), close(0),
        block(1, type="server_tool_use", id="srvtoolu_1", name="web_search", input={}), delta(1, "input_json_delta", partial_json='{"query": "x"}'), close(1),
        block(2, type="web_search_tool_result", tool_use_id="srvtoolu_1", content=[]), close(2),
        block(3, type="redacted_thinking", data="r1"), close(3),
        block(4, type="tool_use", id="toolu_1", name="get_weather", input={}), delta(4, "input_json_delta", partial_json='{"city": "Oslo"}'), close(4),
        ending("tool_use"), STOP,
    )  # fmt: skip
    asked_again = answer(
        START, block(0, type="thinking", thinking="", signature=""), delta(0, "signature_delta", signature="s2"), close(0),
        block(1, type="tool_use", id="toolu_2", name="get_weather", input={"city": "Bergen"}), close(1), ending("tool_use"), STOP,
    )  # fmt: skip
    wire = to_wire(
        request(
            user("Weather?", PDF),
            searched,
            Message("tool", (ToolResultPart("toolu_1", "get_weather", "rain", files=(PNG,)),)),
            asked_again,
            Message("tool", (ToolResultPart("toolu_2", "get_weather", "sun"),)),
            instructions="Be brief.",
            tools=(msgspec.structs.replace(WEATHER, strict=True),),
            output=OutputSpec("Answer", {"type": "object", "properties": {"best": {"type": "string"}}, "required": ["best"]}),
            params={
                "cache_control": "1h",
                "thinking": {"type": "adaptive"},
                "effort": "low",
                "betas": ["b"],
                "tools": [{"type": "web_search_20260318", "name": "web_search"}],
            },
        )
    )
    assert wire == snapshot(
        {
            "model": "claude-sonnet-5-5",
            "max_tokens": 32000,
            "stream": True,
            "cache_control": {"type": "ephemeral", "ttl": "1h"},
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Weather?"},
                        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}, "title": "report.pdf"},
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "I search.", "signature": "s1"},
                        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
                        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
                        {"type": "redacted_thinking", "data": "r1"},
                        {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Oslo"}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "toolu_1",
                            "content": [
                                {"type": "text", "text": "rain"},
                                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                            ],
                        }
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "", "signature": "s2"},
                        {"type": "tool_use", "id": "toolu_2", "name": "get_weather", "input": {"city": "Bergen"}},
                    ],
                },
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_2", "content": "sun"}]},
            ],
            "tools": [
                {
                    "name": "get_weather",
                    "description": "Current weather of a city.",
                    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
                    "strict": True,
                },
                {"type": "web_search_20260318", "name": "web_search"},
            ],
            "thinking": {"type": "adaptive"},
            "output_config": {
                "effort": "low",
                "format": {
                    "type": "json_schema",
                    "schema": {"type": "object", "properties": {"best": {"type": "string"}}, "required": ["best"], "additionalProperties": False},
                },
            },
        }
    )
