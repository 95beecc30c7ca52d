"""Tools by text come out as native calls do: the same parts and events, the same run, with a script, over a socket and with a real model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError, IncompleteStream
from nbagent.events import Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, assistant, tool_message, user
from nbagent.provider import Capabilities, Counts, Describes, Knows, Request
from nbagent.providers.local.adapter import Local
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.recorded import Recorder, Replayer
from nbagent.providers.scripted import Scripted, call
from nbagent.providers.wrappers.composed import composed
from nbagent.providers.wrappers.text_tools import TextTools
from nbagent.result import Result
from nbagent.session import Session
from nbagent.tools import Tool, tool
from tests.chat_chunks import chunk
from tests.contract import check_pairs
from tests.wire_lines import data
from tests.wire_server import WireServer

OSLO = '{"city": "Oslo"}'
CALL = f'<tool_call name="get_weather">{OSLO}</tool_call>'


@tool
def get_weather(city: str) -> dict[str, object]:
    """Current weather of a city."""
    return {"city": city, "temperature": 12, "sky": "rain"}


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


REQUEST = Request("m", (user("Weather?"),), "Be brief.", (get_weather.spec, add.spec))


class Says:
    """A text-only provider that says these pieces, one answer after another, and keeps what it was asked."""

    name, model = "says", "small"

    def __init__(self, *answers: Sequence[str | ProviderEvent | Exception]) -> None:
        self.answers, self.requests = list(answers), list[Request]()

    def capabilities(self, model: str) -> Capabilities:
        return Capabilities(tools=False, images=True)

    async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
        self.requests.append(request)
        said = ""
        for piece in self.answers.pop(0):
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, str):
                yield [*([] if said else [PartStarted(0, TextPart(""))]), PartDelta(0, piece)]
                said += piece
            else:
                yield [piece]
        yield [PartFinished(0, TextPart(said)), UsageReported(Usage(10, 5)), StreamEnded("stop")]


def heard(provider: TextTools, request: Request = REQUEST) -> tuple[list[Any], Exception | None]:
    async def go() -> tuple[list[Any], Exception | None]:
        events: list[Any] = []
        try:
            async for batch in provider.stream(request):
                events += batch if isinstance(batch, Sequence) else [batch]
        except IncompleteStream as failure:
            return events, failure
        return events, None

    return asyncio.run(go())


def parts(events: Sequence[Any]) -> list[Any]:
    return [event.part for event in events if isinstance(event, PartFinished)]


def test_a_call_in_the_text_is_a_call_with_its_arguments_as_they_stream() -> None:
    events, _ = heard(TextTools(Says(["Let me see. <tool", '_call name="get_weather">{"city"', ': "Oslo"}</tool_call>'])))
    check_pairs(events)
    text, called = parts(events)
    assert (text, called.name, called.arguments) == (TextPart("Let me see. "), "get_weather", OSLO)
    assert called.id.startswith("call_")
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["Let me see. ", '{"city"', ': "Oslo"}']
    assert events[-1] == StreamEnded("tool_calls")


@given(cuts=st.lists(st.integers(0, 200), max_size=10))
@settings(max_examples=100, deadline=None)
def test_no_split_changes_the_parts(cuts: list[int]) -> None:
    whole = f"Hm <b>.\n{CALL}\n" + '{"name": "add", "arguments": {"a": 1, "b": 2}}' + " That is all `x`."
    places = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    events, _ = heard(TextTools(Says([whole[start:end] for start, end in pairwise(places)])))
    check_pairs(events)
    assert [(type(part).__name__, getattr(part, "text", None) or part.arguments) for part in parts(events)] == [
        ("TextPart", "Hm <b>.\n"), ("ToolCallPart", OSLO), ("ToolCallPart", '{"a": 1, "b": 2}'), ("TextPart", " That is all `x`."),
    ]  # fmt: skip


def test_other_parts_keep_their_place_and_a_text_without_calls_what_its_provider_must_see_again() -> None:
    thought, signed = ReasoningPart("hm"), TextPart("Hello.", {"says": {"signature": "s"}})

    class Thinks(Says):
        async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
            yield [PartStarted(3, ReasoningPart("")), PartDelta(3, "hm"), PartStarted(5, TextPart("")), PartDelta(5, "Hello."), PartFinished(3, thought)]
            yield [PartFinished(5, signed), StreamEnded("length")]

    events, _ = heard(TextTools(Thinks()))
    check_pairs(events)
    assert [(event.index, event.part) for event in events if isinstance(event, PartFinished)] == [(0, thought), (1, signed)]
    assert events[-1] == StreamEnded("length")


def test_what_was_held_back_is_kept_when_the_stream_breaks() -> None:
    events, failure = heard(TextTools(Says(["Hello <tool_c", IncompleteStream("cut")])))
    assert isinstance(failure, IncompleteStream)
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "Hello <tool_c"


def test_what_goes_in_is_text_alone_in_the_form_that_the_model_is_told_to_write() -> None:
    picture = FilePart("image/png", b"x")
    results = [ToolResultPart("1", "get_weather", "rain"), ToolResultPart("2", "add", "No.", is_error=True, files=(picture,))]
    talk = (user("Weather?"), assistant("Hm.", ToolCallPart("1", "get_weather", OSLO), ToolCallPart("2", "add", "")), tool_message(results), user("And?"))
    asked = TextTools(Says()).written(Request("m", talk, "Be brief.", (get_weather.spec,)))
    assert asked.tools == ()
    assert asked.instructions.startswith("Be brief.\n\n# Tools\n{")
    assert '"get_weather"' in asked.instructions
    assert asked.messages[1].text == f'Hm.\n{CALL}\n<tool_call name="add">{{}}</tool_call>'
    assert [message.role for message in asked.messages] == ["user", "assistant", "user"]
    answered = asked.messages[2]
    assert answered.text == '<tool_result name="get_weather">rain</tool_result><tool_result name="add" error="true">No.</tool_result>\n\nAnd?'
    assert picture in answered.parts


def test_a_choice_of_tools_is_asked_for_in_words_and_none_offers_none() -> None:
    def told(choice: str) -> str:
        return TextTools(Says()).written(Request("m", (user("x"),), "", (get_weather.spec,), tool_choice=choice)).instructions

    assert told("required").endswith("Call a tool now, before you say anything else.")
    assert told("get_weather").endswith("Call the tool get_weather now, before you say anything else.")
    assert told("none") == ""
    events, _ = heard(TextTools(Says([CALL])), Request("m", (user("x"), assistant(ToolCallPart("1", "add"))), tools=(get_weather.spec,), tool_choice="none"))
    assert parts(events) == [TextPart(CALL)]


def test_it_is_a_provider_that_can_what_its_provider_can_and_tools() -> None:
    chat, says = TextTools(OpenAIChat("http://127.0.0.1:1/v1")), TextTools(Says())
    assert isinstance(chat, Describes)
    assert "tools" not in chat.to_wire(REQUEST)
    assert (isinstance(says, Describes), isinstance(says, Counts)) == (False, False)
    assert isinstance(says, Knows)
    assert says.capabilities("m") == Capabilities(tools=True, images=True)


def run(provider: Any, tools: Sequence[Tool], *, native: bool | None = None, prompt: str = "Weather?", **params: Any) -> tuple[Result, list[Any]]:
    session = Session(Agent(model=provider, tools=tools, native_tools=native, params=params, max_steps=4))
    events: list[Any] = []
    session.subscribers.append(events.append)
    return session.run(prompt), events


def close(provider: Any) -> None:
    """Close the connections, which belong to the engine's loop."""
    asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(10)


def objects(messages: Sequence[Message]) -> list[Any]:
    """A conversation without what differs by the route: ids, who answered, tokens, and an empty text beside a call."""
    out: list[Any] = []
    for message in messages:
        for part in message.parts:
            match part:
                case ToolCallPart():
                    out.append(("call", part.name, json.loads(part.arguments)))
                case ToolResultPart():
                    out.append(("result", part.name, part.content, part.is_error))
                case TextPart(text=text):
                    out.append((message.role, text.strip()))
    return out


def test_both_routes_lead_to_the_same_run() -> None:
    native = Scripted([["See. ", call("get_weather", city="Oslo"), call("add", a=1, b=2)], call("add", a="x", b=1), "Rain."])
    told = Says(
        ["See. ", CALL, '\n<tool_call name="add">{"a": 1, "b": 2}</tool_call>'], ['```json\n{"name": "add", "arguments": {"a": "x", "b": 1}}\n```'], ["Rain."]
    )
    (one, events), (other, by_text) = run(native, [get_weather, add]), run(told, [get_weather, add])
    assert objects(one.messages) == objects(other.messages)
    kinds = [[type(event).__name__ for event in all_ if not isinstance(event, PartDelta | Noted)] for all_ in (events, by_text)]
    assert kinds[0] == kinds[1]
    assert other.usage == Usage(30, 15)
    assert [event.text for event in by_text if isinstance(event, Noted)] == ["says:small has no tool calls of its own: the tools are written into the prompt."]


def test_a_models_table_decides_and_the_agent_can_say_otherwise() -> None:
    assert isinstance(composed(Says(), "m").provider.provider, TextTools)  # type: ignore[attr-defined]
    chat = OpenAIChat("http://127.0.0.1:1/v1")
    assert not isinstance(composed(chat, "m").provider.provider, TextTools)  # type: ignore[attr-defined]
    assert isinstance(composed(chat, "m", native_tools=False).provider.provider, TextTools)  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match="says:small has no tool calls of its own"):
        run(says := Says(["never"]), [add], native=True)
    assert says.requests == []


def test_over_a_socket_the_body_has_no_tools_and_the_answer_has_the_call() -> None:
    first = b"".join(data(chunk({"content": text})) for text in ("Hm. ", "<tool_c", 'all name="get_weather">{"ci', 'ty": "Oslo"}</tool_call>'))
    end = data(chunk({}, "stop")) + b"data: [DONE]\n\n"
    with WireServer(first + end, data(chunk({"content": "Rain."})) + end) as server:
        chat = OpenAIChat(server.url + "/v1", "key-of-a-test")
        result, _ = run(chat, [get_weather], native=False)
        close(chat)
        bodies = [got.json for got in server.requests]
    rain = result.messages[2].tool_results[0].content
    assert objects(result.messages)[1:] == [
        ("assistant", "Hm."), ("call", "get_weather", {"city": "Oslo"}), ("result", "get_weather", rain, False), ("assistant", "Rain."),
    ]  # fmt: skip
    assert not any("tools" in body for body in bodies)
    assert [message["role"] for message in bodies[1]["messages"]] == ["system", "user", "assistant", "user"]


@pytest.mark.local_model
@pytest.mark.parametrize(("prompt", "name", "arguments", "says"), [
    ("Is it raining in London?", "get_weather", {"city": "London"}, "rain"),
    ("What is 21 plus 21? Use the tool.", "add", {"a": 21, "b": 21}, "42"),
])  # fmt: skip
def test_a_real_model_comes_to_the_same_objects_by_both_routes(prompt: str, name: str, arguments: dict[str, Any], says: str) -> None:
    told, local = [], Local()
    for native in (None, False):
        result, _ = run(local, [get_weather, add], native=native, prompt=prompt, cache_prompt=False, max_tokens=100)
        told.append(objects(result.messages)[1:-1])
        assert says in result.text
    close(local)
    assert told[0] == told[1]
    assert told[0][0] == ("call", name, arguments)


def test_a_recording_of_a_model_without_tools_holds_its_calls_and_is_replayed_without_its_table(tmp_path: Path) -> None:
    path = tmp_path / "rain.jsonl"
    recorded, _ = run(Recorder(Says([CALL], ["Rain."]), path), [get_weather])
    replayed, _ = run(Replayer(path), [get_weather])
    assert objects(recorded.messages) == objects(replayed.messages)
    assert [message.role for message in replayed.messages] == ["user", "assistant", "tool", "assistant"]
