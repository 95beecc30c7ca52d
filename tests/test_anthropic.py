"""What the Messages adapter promises: the exact body it sends, and what it makes of every stream, sound or not."""

import asyncio
import json
import os
import warnings
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from nbagent.errors import AuthenticationFailed, ConfigError, GarbledStream, IncompleteStream, Overloaded, RateLimited, RequestRefused, ServerFailed
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, StreamEnded, UsageReported
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, assistant, from_json, system, to_json, user
from nbagent.provider import Request
from nbagent.providers.anthropic import Anthropic
from nbagent.providers.anthropic_wire import to_wire
from nbagent.providers.anthropic_decode import AnthropicDecoder
from nbagent.tools import ToolSpec
from tests.wire_server import WireServer

MODEL = "claude-sonnet-5-5"
WEATHER = ToolSpec("get_weather", "Current weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
PNG = FilePart("image/png", data=b"\x89PNG")
CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire")) / "anthropic" / "messages"


def request(*messages, model=MODEL, **fields):
    return Request(model, messages, **fields)


def of_claude(**meta):
    return {"anthropic": {"model": MODEL, **meta}}


def turns(*messages, model=MODEL):
    return to_wire(request(*messages, model=model))["messages"]


def lines(*events):
    return [json.dumps(event).encode() for event in events]


START = {"type": "message_start", "message": {"id": "msg_1", "model": "claude-sonnet-5-5-20260801", "usage": {"input_tokens": 10, "output_tokens": 1}}}
STOP = {"type": "message_stop"}


def block(index, **given):
    return {"type": "content_block_start", "index": index, "content_block": given}


def delta(index, kind, **given):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **given}}


def close(index):
    return {"type": "content_block_stop", "index": index}


def ending(reason="end_turn", usage=None, **more):
    return {"type": "message_delta", "delta": {"stop_reason": reason, **more}, "usage": usage or {"output_tokens": 5}}


TEXT = (block(0, type="text", text=""), delta(0, "text_delta", text="Hel"), delta(0, "text_delta", text="lo"), close(0))
WHOLE = (START, *TEXT, ending(), STOP)


def decoded(*events):
    return decoded_lines(lines(*events))


def decoded_lines(payloads):
    decoder = AnthropicDecoder(MODEL)
    events = decoder.feed(payloads)
    if decoder.failure is None:
        events += decoder.end()
    return decoder, events


def parts_of(events):
    parts = {event.index: event.part for event in events if isinstance(event, PartFinished)}
    return tuple(part for _, part in sorted(parts.items()))


def told(events):
    """Events without their stamps, for a snapshot."""
    return [(type(event).__name__, *(getattr(event, name) for name in event.__struct_fields__ if name != "stamp")) for event in events]


def answer(*events):
    """The message that the loop makes of these events."""
    decoder, out = decoded(*events)
    assert decoder.failure is None
    return Message("assistant", parts_of(out), finish_reason=out[-1].finish_reason)


# -- the body ---------------------------------------------------------------------------------------------------------


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


def test_an_answers_length_is_always_asked_for():
    assert to_wire(request(user("a")))["max_tokens"] == 32_000
    assert to_wire(request(user("a"), model="claude-3-haiku-20240307"))["max_tokens"] == 4_096
    assert to_wire(request(user("a"), params={"max_tokens": 7}))["max_tokens"] == 7
    budget = {"type": "enabled", "budget_tokens": 10_000}
    assert to_wire(request(user("a"), model="claude-sonnet-4-5", params={"thinking": budget}))["max_tokens"] == 42_000


@pytest.mark.parametrize("model", ["claude-sonnet-4-6", "claude-opus-4-6", "claude-haiku-4-5", "glm-5"])
def test_temperature_is_sent_to_models_that_take_it(model):
    assert to_wire(request(user("a"), model=model, params={"temperature": 0}))["temperature"] == 0


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5-2", "claude-next-9"])
def test_temperature_is_left_out_aloud_for_models_that_refuse_it(model):
    with pytest.warns(UserWarning, match=f"{model} takes no top_k"):
        assert "top_k" not in to_wire(request(user("a"), model=model, params={"top_k": 5}))
    with warnings.catch_warnings(action="error"):
        assert "top_k" not in to_wire(request(user("a"), model=model, params={"top_k": None}))


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


def test_a_file_of_another_kind_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="audio/wav"):
        turns(user(FilePart("audio/wav", data=b"RIFF")))


def test_an_error_without_words_still_says_so():
    result = turns(user("?"), Message("assistant", (ToolCallPart("a", "f"),)), Message("tool", (ToolResultPart("a", "f", "", is_error=True),)))[2]["content"][0]
    assert result == {"type": "tool_result", "tool_use_id": "a", "content": "(nothing)", "is_error": True}


def test_a_message_is_turned_once():
    provider, asked = Anthropic(), user("a")
    first, second = (provider.to_wire(request(asked, assistant("b")))["messages"] for _ in range(2))
    assert first[0]["content"] is second[0]["content"]


# -- the stream -------------------------------------------------------------------------------------------------------


def test_an_answer_is_these_events():
    _, events = decoded(
        START,
        block(0, type="thinking", thinking="", signature=""),
        delta(0, "thinking_delta", thinking="Let me "),
        {"type": "ping"},
        delta(0, "thinking_delta", thinking="see."),
        delta(0, "signature_delta", signature="sig=="),
        close(0),
        block(1, type="text", text=""),
        delta(1, "text_delta", text="I look."),
        close(1),
        block(2, type="tool_use", id="toolu_1", name="get_weather", input={}),
        delta(2, "input_json_delta", partial_json=""),
        delta(2, "input_json_delta", partial_json='{"city": '),
        delta(2, "input_json_delta", partial_json='"Oslo"}'),
        close(2),
        block(3, type="tool_use", id="toolu_2", name="plot", input={}),
        close(3),
        ending("tool_use", {"output_tokens": 30, "cache_read_input_tokens": 100, "output_tokens_details": {"thinking_tokens": 12}}),
        STOP,
    )
    assert told(events) == snapshot(
        [
            ("ModelAnswered", "claude-sonnet-5-5-20260801", "msg_1", None),
            (
                "UsageReported",
                Usage(input_tokens=10, output_tokens=1, cache_read_tokens=0, cache_write_tokens=0, reasoning_tokens=0),
                {"input_tokens": 10, "output_tokens": 1},
                None,
            ),
            ("PartStarted", 0, ReasoningPart(text="", redacted=False, provider_metadata=None)),
            ("PartDelta", 0, "Let me "),
            ("PartDelta", 0, "see."),
            (
                "PartFinished",
                0,
                ReasoningPart(text="Let me see.", redacted=False, provider_metadata={"anthropic": {"model": "claude-sonnet-5-5", "signature": "sig=="}}),
            ),
            ("PartStarted", 1, TextPart(text="", provider_metadata=None)),
            ("PartDelta", 1, "I look."),
            ("PartFinished", 1, TextPart(text="I look.", provider_metadata=None)),
            ("PartStarted", 2, ToolCallPart(id="toolu_1", name="get_weather", arguments="", provider_metadata=None)),
            ("PartDelta", 2, '{"city": '),
            ("PartDelta", 2, '"Oslo"}'),
            ("PartFinished", 2, ToolCallPart(id="toolu_1", name="get_weather", arguments='{"city": "Oslo"}', provider_metadata=None)),
            ("PartStarted", 3, ToolCallPart(id="toolu_2", name="plot", arguments="", provider_metadata=None)),
            ("PartDelta", 3, "{}"),
            ("PartFinished", 3, ToolCallPart(id="toolu_2", name="plot", arguments="{}", provider_metadata=None)),
            (
                "UsageReported",
                Usage(input_tokens=110, output_tokens=30, cache_read_tokens=100, cache_write_tokens=0, reasoning_tokens=12),
                {"input_tokens": 10, "output_tokens": 30, "cache_read_input_tokens": 100, "output_tokens_details": {"thinking_tokens": 12}},
                None,
            ),
            ("StreamEnded", "tool_calls", ""),
        ]
    )


def test_usage_adds_up_what_anthropic_counts_apart():
    start = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20}}}
    _, events = decoded(start, *TEXT, ending(usage={"output_tokens": 7, "input_tokens": None, "service_tier": "standard"}), STOP)
    last = [event for event in events if isinstance(event, UsageReported)][-1]
    assert last.usage == Usage(125, 7, 100, 20)
    assert last.raw == {"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 7, "service_tier": "standard"}


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("tool_use", "tool_calls"), ("max_tokens", "length"), ("refusal", "refusal"),
        ("pause_turn", "pause"), ("model_context_window_exceeded", "context"), (None, "stop"),
    ],
)  # fmt: skip
def test_how_an_answer_ended(stop, reason):
    _, events = decoded(START, *TEXT, ending(stop), STOP)
    assert events[-1] == StreamEnded(reason)


def test_an_ending_of_a_new_kind_is_told():
    assert decoded(START, *TEXT, ending("bored"), STOP)[1][-1] == StreamEnded("stop", "bored")


def test_a_refusal_says_why():
    details = {"type": "refusal", "category": "cyber", "explanation": "Not this."}
    assert decoded(START, ending("refusal", stop_details=details), STOP)[1][-1] == StreamEnded("refusal", "Not this.")


@pytest.mark.parametrize(
    ("kind", "error", "retryable"),
    [
        ("overloaded_error", Overloaded, True), ("rate_limit_error", RateLimited, True), ("api_error", ServerFailed, True),
        ("authentication_error", AuthenticationFailed, False), ("invalid_request_error", RequestRefused, False),
    ],
)  # fmt: skip
def test_an_error_in_mid_stream_is_the_error_it_would_have_been(kind, error, retryable):
    decoder, events = decoded(START, *TEXT[:2], {"type": "error", "error": {"type": kind, "message": "Sorry"}, "request_id": "req_1"}, *TEXT[2:])
    assert (type(decoder.failure), decoder.failure.retryable, decoder.failure.request_id) == (error, retryable, "req_1")
    assert events[-1] == PartDelta(0, "Hel"), "what came before it is handed on, nothing after it"


def test_a_stream_cut_anywhere_is_a_failure_with_all_that_came_before():
    whole = decoded(*WHOLE)[1]
    for kept in range(len(WHOLE)):
        decoder, events = decoded(*WHOLE[:kept])
        assert isinstance(decoder.failure, IncompleteStream)
        assert events == whole[: len(events)]
        assert not any(isinstance(event, StreamEnded) for event in events)


def test_a_call_cut_by_the_output_limit_keeps_its_text():
    said = answer(
        START, block(0, type="tool_use", id="a", name="f", input={}), delta(0, "input_json_delta", partial_json='{"x": "lo'), ending("max_tokens"), STOP
    )
    assert said.tool_calls == (ToolCallPart("a", "f", '{"x": "lo'),)
    assert said.finish_reason == "length"


def test_an_input_given_whole_is_the_calls_arguments():
    assert (
        answer(START, block(0, type="tool_use", id="a", name="f", input={"x": "é"}), close(0), ending("tool_use"), STOP).tool_calls[0].arguments == '{"x": "é"}'
    )


def test_a_call_without_an_id_gets_one():
    calls = answer(START, block(0, type="tool_use", name="f", input={}), close(0), block(1, type="tool_use", name="f", input={}), close(1), STOP).tool_calls
    assert all(call.id.startswith("call_") for call in calls)
    assert calls[0].id != calls[1].id


def test_thinking_that_is_not_shown_goes_back_all_the_same():
    said = answer(
        START, block(0, type="redacted_thinking", data="abc"), close(0), block(1, type="thinking", thinking="", signature=""),
        delta(1, "signature_delta", signature="s"), close(1), block(2, type="text", text="x"), close(2), STOP,
    )  # fmt: skip
    assert [part.redacted for part in said.parts[:2]] == [True, True]
    assert turns(user("?"), said)[1]["content"] == [
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "text", "text": "x"},
    ]


SEARCH = (
    block(0, type="text", text=""),
    delta(0, "text_delta", text="I search. "),
    close(0),
    block(1, type="server_tool_use", id="srvtoolu_1", name="web_search", input={}),
    delta(1, "input_json_delta", partial_json='{"query": "x"}'),
    close(1),
    block(2, type="web_search_tool_result", tool_use_id="srvtoolu_1", content=[{"type": "web_search_result", "encrypted_content": "e"}]),
    close(2),
    block(3, type="text", text=""),
    delta(3, "citations_delta", citation={"type": "web_search_result_location", "encrypted_index": "i"}),
    delta(3, "text_delta", text="Found."),
    close(3),
)


def test_what_anthropics_own_tools_did_goes_back_and_is_no_text():
    said = answer(START, *SEARCH, ending(), STOP)
    assert said.text == "I search. Found."
    assert not said.tool_calls
    (back,) = from_json(to_json([said]))
    assert turns(user("?"), back)[1]["content"] == snapshot(
        [
            {"type": "text", "text": "I search. "},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"type": "web_search_result", "encrypted_content": "e"}]},
            {"type": "text", "text": "Found.", "citations": [{"type": "web_search_result_location", "encrypted_index": "i"}]},
        ]
    )
    assert [part["type"] for part in turns(user("?"), said, model="claude-opus-5-5")[1]["content"]] == ["text", "text"]


def test_a_search_without_its_result_is_sent_back_only_where_the_answer_paused():
    parts = answer(START, *SEARCH[:6], ending("pause_turn"), STOP).parts
    assert [part["type"] for part in turns(user("?"), Message("assistant", parts, finish_reason="pause"))[1]["content"]] == ["text", "server_tool_use"]
    assert [part["type"] for part in turns(user("?"), Message("assistant", parts, finish_reason="error"))[1]["content"]] == ["text"]


def test_a_paused_answer_and_what_followed_are_one_turn():
    paused, rest = answer(START, *SEARCH[:6], ending("pause_turn"), STOP), answer(START, *SEARCH[6:], ending(), STOP)
    assert [turn["role"] for turn in turns(user("?"), paused, rest)] == ["user", "assistant"]


def test_the_container_of_anthropics_tools_is_used_again():
    said = answer(START, *TEXT, ending(container={"id": "container_1", "expires_at": "later"}), STOP)
    assert said.text == "Hello"
    assert to_wire(request(user("?"), said, user("again")))["container"] == "container_1"
    assert "container" not in to_wire(request(user("?"), said, user("again"), model="claude-opus-5-5"))


def test_calls_that_anthropics_code_made_come_with_the_start():
    content = [{"type": "tool_use", "id": "toolu_1", "name": "roll", "input": {"n": 1}, "caller": {"type": "code_execution_20250825", "tool_id": "s"}}]
    said = answer({"type": "message_start", "message": {"id": "m", "content": content, "stop_reason": "tool_use"}}, STOP)
    assert said.finish_reason == "tool_calls"
    assert turns(user("?"), said)[1]["content"] == content


def test_kinds_of_events_blocks_and_deltas_that_are_not_known_do_no_harm():
    whisper, mood = {"type": "message_whisper", "volume": 3}, delta(0, "mood_delta", mood="good")
    compaction = (block(1, type="compaction", content=None), delta(1, "compaction_delta", content="Summary.", encrypted_content="e"), close(1))
    said = answer(START, whisper, *TEXT[:2], mood, {"no": "type"}, *TEXT[2:], *compaction, ending(), STOP)
    assert said.text == "Hello"
    assert turns(user("?"), said)[1]["content"][1] == {"type": "compaction", "content": "Summary.", "encrypted_content": "e"}


def test_a_second_answer_in_the_same_stream_is_a_failure_and_the_same_one_twice_is_not():
    decoder, events = decoded(START, *TEXT[:2], {"type": "message_start", "message": {"id": "msg_2"}}, *TEXT, STOP)
    assert isinstance(decoder.failure, IncompleteStream)
    assert events[-1] == PartDelta(0, "Hel")
    decoder, events = decoded(START, START, *WHOLE[1:])
    assert decoder.failure is None
    assert sum(isinstance(event, ModelAnswered) for event in events) == 1


def test_sloppy_values_are_read_as_what_they_mean():
    said = answer(
        {"type": "message_start", "message": {"id": "m", "content": None, "usage": None}},
        {"type": "content_block_start", "index": "0", "content_block": {"type": "text", "text": None}},
        {"type": "content_block_delta", "index": "0", "delta": {"type": "text_delta", "text": "a", "citation": "?"}},
        {"type": "content_block_delta", "index": None, "delta": {"type": "text_delta", "text": "b"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": None},
        STOP,
    )
    assert said.text == "ab"


def test_a_block_that_was_never_started_is_started():
    _, events = decoded(START, delta(0, "text_delta", text="x"), ending(), STOP)
    assert [event for event in events if isinstance(event, (PartStarted, PartFinished))] == [PartStarted(0, TextPart("")), PartFinished(0, TextPart("x"))]


def test_a_surrogate_pair_torn_between_deltas_is_one_character():
    payloads = lines(START, block(0, type="text", text=""))
    payloads += [
        b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%b"}}' % text for text in (b"a\\ud83d", b"\\ude00b", b"c\\ud83d")
    ]
    _, events = decoded_lines([*payloads, *lines(ending(), STOP)])
    deltas = [event.delta for event in events if isinstance(event, PartDelta)]
    assert "".join(deltas) == "a😀bc\ufffd"
    assert parts_of(events) == (TextPart("a😀bc\ufffd"),)


def test_bytes_that_are_no_json_are_a_failure_and_keep_what_came():
    decoder, events = decoded_lines([*lines(START, *TEXT[:2]), b"<html>"])
    assert isinstance(decoder.failure, GarbledStream)
    assert events[-1] == PartDelta(0, "Hel")


def test_done_of_another_api_is_passed_over():
    decoder, _ = decoded_lines([*lines(*WHOLE[:-1]), b"[DONE]"])
    assert isinstance(decoder.failure, IncompleteStream)
    assert decoded_lines([*lines(*WHOLE[:-1]), b"[DONE]", *lines(STOP)])[0].failure is None


# -- on the way -------------------------------------------------------------------------------------------------------


def sent(**fields):
    """What a server gets."""

    async def ask(provider):
        async for _ in provider.stream(request(user("a"), **fields)):
            pass
        await provider.aclose()

    with WireServer(b"".join(b"data: " + line + b"\n\n" for line in lines(*WHOLE))) as server:
        asyncio.run(ask(Anthropic(server.url)))
        return server.requests[0]


def test_betas_are_a_header():
    got = sent(params={"betas": ["files-api-2025-04-14", "context-1m-2025-08-07"]})
    assert got.headers["anthropic-beta"] == "files-api-2025-04-14,context-1m-2025-08-07"
    assert "betas" not in got.json
    assert got.path == "/v1/messages"


def test_a_gateways_token_does_where_there_is_no_key(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-123456")
    for key, used in (("sk-ant-123456", "sk-ant-123456"), ("", "token-123456")):
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        assert used in sent().headers["authorization"]


# -- recordings -------------------------------------------------------------------------------------------------------


def _payloads(path):
    return [line[5:].strip() for line in path.read_bytes().splitlines() if line.startswith(b"data:")]


ONE_ANSWER = [path for path in sorted(CORPUS.glob("*.sse")) if sum(b'"message_start"' in payload for payload in _payloads(path)) == 1]


def _without_nulls(value):
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
@pytest.mark.parametrize("path", ONE_ANSWER, ids=lambda path: path.stem)
def test_a_recorded_answer_goes_back_block_by_block_as_it_came(path):
    final = json.loads(path.with_name(path.stem + ".expected.json").read_text())["final"]["content"]
    decoder, events = decoded_lines(_payloads(path))
    assert decoder.failure is None
    said = Message("assistant", parts_of(events), finish_reason=events[-1].finish_reason)
    sent = [block for turn in turns(said) for block in turn["content"]]
    if said.finish_reason == "length":  # a call cut in half: the oracle completes its input, we keep the text
        assert sent.pop()["name"] == final.pop()["name"]
    assert _without_nulls(sent) == _without_nulls(final)
