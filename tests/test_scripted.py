"""The provider whose answers are written in the notebook."""

from __future__ import annotations

import asyncio
import doctest
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent import events, messages
from nbagent.errors import ConfigError, Overloaded, RateLimited
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import Message, ReasoningPart, TextPart, ToolCallPart, Usage, assistant, user
from nbagent.provider import Provider, Request
from nbagent.providers import scripted
from nbagent.providers.scripted import Scripted, call, cut, end, error, pause, reasoning, text, usage
from nbagent.tools import ToolSpec


async def reads_of(provider: Provider, request: Request) -> list[Sequence[ProviderEvent]]:
    return [read async for read in provider.stream(request)]


def ask(provider: Provider, *history: Message, model: str = "", **fields: object) -> list[ProviderEvent]:
    request = Request(model, (*(history or (user("Hi"),)),), **fields)
    return [event for read in asyncio.run(reads_of(provider, request)) for event in read]


def parts(came: Sequence[ProviderEvent]) -> list[messages.Part]:
    return [event.part for event in came if isinstance(event, PartFinished)]


def said(came: Sequence[ProviderEvent]) -> str:
    return "".join(part.text for part in parts(came) if isinstance(part, TextPart))


def answer_of(script: Scripted, *history: Message) -> Message:
    return Message("assistant", tuple(parts(ask(script, *history))), model=f"scripted:{script.model}", finish_reason="stop")


def test_a_step_arrives_as_a_real_providers_events_do() -> None:
    script = Scripted([[reasoning("Let me see."), call("get_weather", city="Oslo"), call("get_weather", city="Rome")]], name="weather")
    reads = asyncio.run(reads_of(script, Request("", (user("Hi there"),))))
    assert reads == [
        [ModelAnswered(model="weather"), PartStarted(index=0, part=ReasoningPart("")), PartDelta(index=0, delta="Let")],
        [PartDelta(index=0, delta=" me")],
        [PartDelta(index=0, delta=" see.")],
        [PartFinished(index=0, part=ReasoningPart("Let me see."))],
        [PartStarted(index=1, part=ToolCallPart("call_1", "get_weather")), PartDelta(index=1, delta='{"city":')],
        [PartDelta(index=1, delta=' "Oslo"}')],
        [PartFinished(index=1, part=ToolCallPart("call_1", "get_weather", '{"city": "Oslo"}'))],
        [PartStarted(index=2, part=ToolCallPart("call_2", "get_weather")), PartDelta(index=2, delta='{"city":')],
        [PartDelta(index=2, delta=' "Rome"}')],
        [PartFinished(index=2, part=ToolCallPart("call_2", "get_weather", '{"city": "Rome"}'))],
        [UsageReported(usage=Usage(2, 17, reasoning_tokens=3)), StreamEnded(finish_reason="tool_calls")],
    ]


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_the_pieces_of_a_text_join_to_it_again(texts: list[str]) -> None:
    came = ask(Scripted([[text(one) for one in texts]]))
    for index, whole in enumerate(texts):
        assert "".join(event.delta for event in came if isinstance(event, PartDelta) and event.index == index) == whole
    assert parts(came) == [TextPart(one) for one in texts]
    assert isinstance(came[-1], StreamEnded)


def test_an_empty_text_is_a_part_too() -> None:
    assert ask(Scripted([""]))[1:3] == [PartStarted(index=0, part=TextPart("")), PartFinished(index=0, part=TextPart(""))]


def test_an_empty_step_is_an_answer_without_parts() -> None:
    assert ask(Scripted([[]])) == [ModelAnswered(model=Scripted([[]]).model), UsageReported(usage=Usage(1)), StreamEnded(finish_reason="stop")]


def test_every_answer_in_a_conversation_moves_one_step_on() -> None:
    script = Scripted(["One.", "Two."])
    first = answer_of(script, user("a"))
    second = answer_of(script, user("a"), first, user("b"))
    assert (first.text, second.text) == ("One.", "Two.")


def test_the_same_conversation_gets_the_same_step_again() -> None:
    script = Scripted(["One.", "Two."])
    first = answer_of(script, user("a"))
    assert said(ask(script, user("a"), first, user("b"))) == "Two."
    assert said(ask(script, user("a"))) == "One."
    assert said(ask(script, user("a"), first, user("b, again"))) == "Two."


def test_only_the_scripts_own_answers_count() -> None:
    other = Scripted(["Other."])
    history = [user("a"), assistant("By hand."), user("b"), answer_of(other), user("c")]
    assert said(ask(Scripted(["One.", "Two."]), *history)) == "One."


def test_an_equal_script_made_again_goes_on_where_the_first_one_was() -> None:
    first = answer_of(Scripted(["One.", "Two."]))
    assert said(ask(Scripted(["One.", "Two."]), user("a"), first, user("b"))) == "Two."


def test_by_calls_every_call_moves_one_step_on_and_reset_goes_back() -> None:
    script = Scripted(["One.", RateLimited("slow down"), "Two."], by="calls")
    assert said(ask(script)) == "One."
    with pytest.raises(RateLimited):
        ask(script)
    assert said(ask(script)) == "Two."
    script.reset()
    assert said(ask(script)) == "One."


def test_a_script_that_has_run_out_says_how_many_steps_it_had() -> None:
    script = Scripted(["One.", "Two."], name="short")
    history = [user("a"), answer_of(script), user("b"), answer_of(script), user("c")]
    with pytest.raises(ConfigError) as caught:
        ask(script, *history)
    assert caught.value.lines == [
        "The script 'short' has run out.",
        "It had 2 steps, and there were 2 answers of it in this conversation already.",
        "Add steps, give loop=True, or start a new conversation.",
    ]
    counted = Scripted(["One."], by="calls")
    ask(counted)
    with pytest.raises(ConfigError, match=r"It had 1 step, and there were 1 call already\."):
        ask(counted)


def test_loop_starts_over_after_the_last_step() -> None:
    script = Scripted(["One.", "Two."], loop=True)
    history = [user("a")]
    heard = []
    for _ in range(5):
        history += [answer_of(script, *history), user("b")]
        heard.append(history[-2].text)
    assert heard == ["One.", "Two.", "One.", "Two.", "One."]
    counted = Scripted(["One.", "Two."], loop=True, by="calls")
    assert [said(ask(counted)) for _ in range(3)] == ["One.", "Two.", "One."]


def test_a_failing_step_is_passed_when_asked_again_and_fails_again_in_the_next_run() -> None:
    script = Scripted([RateLimited("slow down"), [pause(0), error(Overloaded("busy"))], "One.", RateLimited("again"), "Two."])
    for _ in range(2):
        with pytest.raises(RateLimited, match="slow down"):
            ask(script, user("a"))
        with pytest.raises(Overloaded):
            ask(script, user("a"))
        first = answer_of(script, user("a"))
        with pytest.raises(RateLimited, match="again"):
            ask(script, user("a"), first, user("b"))
        assert said(ask(script, user("a"), first, user("b"))) == "Two."


def test_a_step_of_which_nothing_is_kept_is_passed_too() -> None:
    script = Scripted([[call("f"), cut()], [call("f"), "Half", cut()], "Two."])
    assert ask(script, user("a"))[-1] == PartDelta(index=0, delta="{}")
    partial = Message("assistant", (ToolCallPart("call_1", "f", "{}"), TextPart("Half")), model=f"scripted:{script.model}", finish_reason="error")
    assert ask(script, user("a"))[-1] == PartDelta(index=1, delta="Half")
    assert said(ask(script, user("a"), partial, user("b"))) == "Two."


def test_a_failing_step_in_a_loop_comes_round_again() -> None:
    script = Scripted(["One.", RateLimited("slow down")], loop=True)
    first = answer_of(script, user("a"))
    with pytest.raises(RateLimited):
        ask(script, user("a"), first, user("b"))
    assert said(ask(script, user("a"), first, user("b"))) == "One."
    only = Scripted([Overloaded("busy")], loop=True)
    for _ in range(3):
        with pytest.raises(Overloaded):
            ask(only)


def test_a_cut_stream_has_no_end_and_leaves_the_part_before_open() -> None:
    came = ask(Scripted([["Hello", ToolCallPart("", "get_weather", '{"city": "Os'), cut()]]))
    assert parts(came) == [TextPart("Hello")]
    assert came[-1] == PartDelta(index=1, delta=' "Os')


def test_an_error_in_mid_step_comes_after_what_stood_before_it() -> None:
    came: list[ProviderEvent] = []

    async def listen() -> None:
        async for read in Scripted([["The answer is", error(Overloaded("busy"))]]).stream(Request("", (user("Hi"),))):
            came.extend(read)

    with pytest.raises(Overloaded):
        asyncio.run(listen())
    assert came[-1] == PartDelta(index=0, delta=" is")


def test_a_function_sees_the_request_and_says_what_the_step_is() -> None:
    script = Scripted([lambda request: [f"You said {request.messages[-1].text!r}."], lambda request: lambda request: RateLimited("slow down")])
    assert said(ask(script, user("x"))) == "You said 'x'."
    with pytest.raises(RateLimited):
        ask(script, user("x"), answer_of(script), user("y"))


def test_call_ids_go_on_counting_through_the_conversation() -> None:
    script = Scripted([[call("f"), ToolCallPart("mine", "f", "{")], [call("f")]])
    first = answer_of(script)
    assert [part.id for part in first.tool_calls] == ["call_1", "mine"]
    assert [part.id for part in answer_of(script, user("a"), first).tool_calls] == ["call_3"]


def test_usage_counts_a_token_for_four_characters_begun() -> None:
    tool = ToolSpec("f", "", {})
    of_the_tool = len('{"name":"f","description":"","parameters":{}}') // 4 + 1
    came = ask(Scripted(["12345"]), user("1234", "1"), instructions="12345678", tools=(tool,))
    assert came[-2] == UsageReported(usage=Usage(1 + 1 + 2 + of_the_tool, 2))


def test_usage_and_the_end_can_be_given() -> None:
    came = ask(Scripted([[usage(10, 5, cache_read_tokens=8, cost=0.25), "Cut off", end("length")]]))
    assert came[-2:] == [UsageReported(usage=Usage(10, 5, cache_read_tokens=8), cost=0.25), StreamEnded(finish_reason="length")]


def test_events_that_stand_in_a_script_are_made_anew_for_every_call() -> None:
    script = Scripted([[usage(1), "x", end("stop")]])
    first, second = ask(script)[-2:], ask(script)[-2:]
    assert first == second
    assert not {id(event) for event in first} & {id(event) for event in (*second, *script.steps[0])}


def test_leaving_early_stops_a_paused_script() -> None:
    async def leave() -> None:
        stream = Scripted([["Hello there", pause(3600)]]).stream(Request("", (user("Hi"),)))
        assert await anext(stream)
        task = asyncio.ensure_future(asyncio.wait_for(_last(stream), None))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())


async def _last(stream: events.Any) -> None:
    async for _ in stream:
        pass


@pytest.mark.parametrize("bad", [3, None, RateLimited, ["x", 3], {"text": "x"}, messages.ToolResultPart("a", "f")])
def test_a_step_that_is_none_is_refused_where_it_is_written(bad: object) -> None:
    with pytest.raises(ConfigError, match="Step 2 holds"):
        Scripted(["x", bad])


def test_what_a_function_returns_is_checked_too() -> None:
    with pytest.raises(ConfigError, match="What a step's function returned holds 3"):
        ask(Scripted([lambda request: 3]))


def test_bad_scripts_are_refused() -> None:
    with pytest.raises(ConfigError, match="at least one step"):
        Scripted([])
    with pytest.raises(ConfigError, match="no way to choose"):
        Scripted(["x"], by="luck")
    with pytest.raises(ConfigError, match="cannot be written as JSON"):
        call("f", x=object())


def test_one_step_needs_no_list() -> None:
    assert said(ask(Scripted("Hello."))) == "Hello."
    assert said(ask(Scripted(lambda request: request.messages[-1].text, loop=True), user("Echo"))) == "Echo"


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(scripted).failed == 0


def test_what_ran_at_the_provider_sources_and_files_are_told_as_a_provider_tells_them() -> None:
    search = messages.ServerToolPart("s", "web_search", '{"query": "Oslo"}', result="found")
    cited = TextPart("It rains.", citations=(messages.Citation("https://a.example"),))
    picture = messages.FilePart("image/png", b"png")
    came = ask(Scripted([[search, cited, picture]]))
    assert parts(came) == [search, cited, picture]
    begun = [event.part for event in came if isinstance(event, PartStarted)]
    assert begun == [messages.ServerToolPart("s", "web_search"), TextPart(""), messages.FilePart("image/png")]
    assert "".join(event.delta for event in came if isinstance(event, PartDelta) and event.index == 0) == search.arguments
    assert came[-1] == StreamEnded(finish_reason="stop")
