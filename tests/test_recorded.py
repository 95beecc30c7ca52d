"""Model calls kept in a file, and given again from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbagent.agent import Agent
from nbagent.errors import ConfigError, IncompleteStream, ProviderError, RateLimited, RecordingError
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded
from nbagent.messages import Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, user
from nbagent.provider import Capabilities, Provider, Request
from nbagent.providers.recorded import Recorder, Replayer
from nbagent.providers.scripted import Scripted, call, cut, end, error, pause, reasoning, usage
from nbagent.session import Session
from nbagent.tools import ToolSpec


async def reads_of(provider: Provider, request: Request) -> list[list[ProviderEvent]]:
    return [list(read) async for read in provider.stream(request)]


def ask(provider: Provider, prompt: str | Request = "Hi", model: str = "") -> list[list[ProviderEvent]]:
    request = prompt if isinstance(prompt, Request) else Request(model, (user(prompt),))
    return asyncio.run(reads_of(provider, request))


def said(provider: Provider, prompt: str | Request = "Hi", model: str = "") -> str:
    events = [event for read in ask(provider, prompt, model) for event in read]
    return "".join(event.part.text for event in events if isinstance(event, PartFinished) and isinstance(event.part, TextPart))


def outcome(provider: Provider, request: Request) -> tuple[list[list[ProviderEvent]], tuple[type, str] | None]:
    """What came and, where it failed, how."""
    came: list[list[ProviderEvent]] = []

    async def listen() -> None:
        async for read in provider.stream(request):
            came.append(list(read))  # noqa: PERF401  what came before a failure counts

    try:
        asyncio.run(listen())
    except Exception as failure:
        return came, (type(failure), str(failure))
    return came, None


class Fixed:
    """A provider that gives the events it was made with, as a cell's own provider may: one at a time."""

    name = "fixed"

    def __init__(self, *events: ProviderEvent, failure: Exception | None = None) -> None:
        self.events, self.failure = events, failure

    async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]:
        for event in self.events:
            yield event
        if self.failure:
            raise self.failure


PARTS = st.one_of(
    st.text(max_size=60),
    st.builds(lambda said, redacted: reasoning(said, redacted=redacted), st.text(max_size=60), st.booleans()),
    st.builds(lambda value: call("lookup", value=value), st.text(max_size=20)),
    st.builds(ToolCallPart, st.just(""), st.just("broken"), st.text(max_size=20), st.just({"vendor": {"signature": "c2lnbmF0dXJl"}})),
)
ENDS = st.one_of(
    st.just([]),
    st.just([cut()]),
    st.builds(lambda what: [error(RateLimited(what, status=429, retry_after=2.0))], st.text(max_size=20)),
    st.builds(lambda reason: [end(reason)], st.sampled_from(["length", "refusal", "pause"])),
    st.builds(lambda count: [usage(count, 1, cost=0.5)], st.integers(0, 10**6)),
)
STEPS = st.builds(lambda parts, ending: [*parts, *ending], st.lists(PARTS, max_size=4), ENDS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=3))
def test_a_replay_gives_what_the_recording_heard(tmp_path: Path, steps: list[Any]) -> None:
    path = tmp_path / "random.jsonl"
    recorder = Recorder(Scripted(steps, by="calls"), path, append=False)
    requests = [Request("", (user(f"question {number}"),)) for number in range(len(steps))]
    heard = [outcome(recorder, request) for request in requests]
    replayer = Replayer(path)
    for request, before in reversed(list(zip(requests, heard, strict=True))):
        assert outcome(replayer, request) == before


def test_requests_find_their_answers_in_any_order(tmp_path: Path) -> None:
    recorder = Recorder(Scripted(lambda request: f"About {request.messages[-1].text}."), tmp_path / "r.jsonl")
    for prompt in ("rain", "snow"):
        ask(recorder, prompt)
    replayer = Replayer(tmp_path / "r.jsonl")
    assert [said(replayer, prompt) for prompt in ("snow", "rain", "snow")] == ["About snow.", "About rain.", "About snow."]


def test_equal_requests_get_their_answers_in_order_and_then_from_the_first_again(tmp_path: Path) -> None:
    recorder = Recorder(Scripted(["One.", "Two."], by="calls"), tmp_path / "r.jsonl")
    for _ in range(2):
        ask(recorder)
    replayer = Replayer(tmp_path / "r.jsonl")
    assert [said(replayer) for _ in range(5)] == ["One.", "Two.", "One.", "Two.", "One."]


def chain(call_id: str, result: str, *, signature: str = "s", model: str | None = None) -> Request:
    """The second call of a chain, as two runs of it may send it."""
    thought = ReasoningPart("Let me see.", provider_metadata={"vendor": {"signature": signature}})
    asked = ToolCallPart(call_id, "get_weather", "{}", {"vendor": {"item": call_id}})
    answered = ToolResultPart(call_id, "get_weather", result)
    return Request("", (user("Coat?"), Message("assistant", (thought, asked), usage=Usage(3), model=model), Message("tool", (answered,))))


def test_what_changes_from_run_to_run_does_not_matter(tmp_path: Path) -> None:
    ask(Recorder(Scripted("Yes."), tmp_path / "r.jsonl"), chain("toolu_01A", "<Station object at 0x7f3a5c0b1d90>", signature="a", model="x"))
    assert said(Replayer(tmp_path / "r.jsonl"), chain("toolu_99Z", "<Station object at 0x7ffe00aa1234>", signature="b")) == "Yes."


def test_the_order_in_which_tools_were_given_does_not_matter(tmp_path: Path) -> None:
    one, two = (ToolSpec(name, "", {"type": "object"}) for name in ("one", "two"))
    ask(Recorder(Scripted("Yes."), tmp_path / "r.jsonl"), Request("", (user("Hi"),), tools=(one, two)))
    assert said(Replayer(tmp_path / "r.jsonl"), Request("", (user("Hi"),), tools=(two, one))) == "Yes."


def test_a_signature_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    signed = ReasoningPart("Hm.", provider_metadata={"vendor": {"signature": "Zm9v=="}})
    ask(Recorder(Scripted([[signed, "Yes."]]), tmp_path / "r.jsonl"))
    finished = [event.part for read in ask(Replayer(tmp_path / "r.jsonl")) for event in read if isinstance(event, PartFinished)]
    assert finished == [signed, TextPart("Yes.")]


def test_a_miss_shows_how_the_closest_request_differs(tmp_path: Path) -> None:
    recorder = Recorder(Scripted(["x"], loop=True), tmp_path / "weather.jsonl")
    for prompt in ("Tell me a joke.", "What should I wear in Oslo today?\nBe brief."):
        ask(recorder, Request("w", (user(prompt),), "You know the weather."))
    with pytest.raises(RecordingError) as caught:
        ask(Replayer(tmp_path / "weather.jsonl"), Request("w", (user("What should I wear in Rome today?\nBe brief."),), "You know the weather."))
    assert caught.value.lines == [
        "The recording weather.jsonl has no answer to this request.",
        "Closest of 2: - user.text: What should I wear in Oslo today? + user.text: What should I wear in Rome today?",
        "Record it again; the error's `difference` shows all of it.",
    ]
    assert caught.value.difference.splitlines() == [
        "--- recorded",
        "+++ asked now",
        "@@ -2,4 +2,4 @@",
        " tool_choice: auto",
        " instructions: You know the weather.",
        "-user.text: What should I wear in Oslo today?",
        "+user.text: What should I wear in Rome today?",
        " user.text: Be brief.",
    ]


def test_a_miss_in_a_long_text_is_cut_to_where_it_differs(tmp_path: Path) -> None:
    ask(Recorder(Scripted("x"), tmp_path / "r.jsonl"), "word " * 100 + "Oslo")
    with pytest.raises(RecordingError) as caught:
        ask(Replayer(tmp_path / "r.jsonl"), "word " * 100 + "Rome")
    assert caught.value.lines[1].endswith("word Oslo + ...word word word word word word word word Rome")


def test_a_request_to_another_model_is_a_miss_but_none_named_is_any(tmp_path: Path) -> None:
    ask(Recorder(Scripted("x"), tmp_path / "r.jsonl"), model="small")
    replayer = Replayer(tmp_path / "r.jsonl")
    assert replayer.model == "small"
    assert said(replayer, model="") == "x"
    with pytest.raises(RecordingError, match=r"- model: small \+ model: large"):
        ask(replayer, model="large")


def test_names_are_the_recorded_ones(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    ask(Recorder(Scripted("script"), path), model="a")
    ask(Recorder(Fixed(ModelAnswered(model="m"), StreamEnded(finish_reason="stop")), path), model="b")
    assert (Replayer(path).name, Replayer(path).model) == ("recorded", "")
    one = Replayer(path, model="fixed:b")
    assert (one.name, one.model, len(one.entries)) == ("fixed", "b", 1)
    assert ask(one, model="b") == [[ModelAnswered(model="m")], [StreamEnded(finish_reason="stop")]]
    with pytest.raises(RecordingError):
        ask(one, model="a")


def test_failures_are_recorded_and_fail_again(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    refused = RateLimited("slow down", "too many", "wait", status=429, retry_after=7.0, request_id="req_1")
    recorder = Recorder(Scripted([refused, "Yes."]), path)
    with pytest.raises(RateLimited):
        ask(recorder)
    ask(recorder)
    for timing, wait in (("fast", 0.0), ("real", 7.0)):
        replayer = Replayer(path, timing=timing)
        with pytest.raises(RateLimited) as caught:
            ask(replayer)
        again = caught.value
        assert (again.lines, again.status, again.retry_after, again.request_id, again.retryable) == (refused.lines, 429, wait, "req_1", True)
        assert said(replayer) == "Yes."


def test_a_failure_that_was_not_tried_again_is_not_tried_again(tmp_path: Path) -> None:
    recorder = Recorder(Scripted([RateLimited("slow down", retry_after=90.0)], by="calls"), tmp_path / "r.jsonl")
    with pytest.raises(RateLimited) as recorded:
        ask(recorder)
    with pytest.raises(RateLimited) as replayed:
        ask(Replayer(tmp_path / "r.jsonl"))
    assert (recorded.value.retryable, replayed.value.retryable) == (True, False)


def test_an_error_that_is_no_error_of_ours_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(Recorder(Fixed(failure=ZeroDivisionError("oops")), tmp_path / "r.jsonl"))
    with pytest.raises(ProviderError, match=r"^fixed: ZeroDivisionError: oops$"):
        ask(Replayer(tmp_path / "r.jsonl"))
    with pytest.raises(ConfigError, match="at the wrong time"):
        ask(Recorder(Fixed(failure=ConfigError("at the wrong time")), tmp_path / "c.jsonl"))
    with pytest.raises(ConfigError, match="at the wrong time"):
        ask(Replayer(tmp_path / "c.jsonl"))


async def _stopped(recorder: Recorder) -> None:
    listening = asyncio.Event()

    async def listen() -> None:
        async for _ in recorder.stream(Request("", (user("Hi"),))):
            listening.set()

    task = asyncio.create_task(listen())
    await listening.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_call_that_was_stopped_keeps_what_had_come(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asyncio.run(_stopped(Recorder(Scripted([["Hello", pause(3600), "you"]]), path)))
    came, failure = outcome(Replayer(path), Request("", (user("Hi"),)))
    assert came[0][1:] == [PartStarted(index=0, part=TextPart("")), PartDelta(index=0, delta="Hello")]
    assert failure is not None
    assert failure[0] is IncompleteStream
    ask(Recorder(Scripted("Hello you"), path))
    assert said(Replayer(path)) == "Hello you"


def test_leaving_early_closes_the_provider_that_is_recorded(tmp_path: Path) -> None:
    closed = []

    class Endless:
        name = "endless"

        async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent]]:
            try:
                while True:
                    yield [PartDelta(index=0, delta="x")]
            finally:
                closed.append(True)

    async def leave() -> None:
        stream = Recorder(Endless(), tmp_path / "r.jsonl").stream(Request("", (user("Hi"),)))
        await anext(stream)
        await stream.aclose()
        assert closed

    asyncio.run(leave())
    assert json.loads((tmp_path / "r.jsonl").read_text())["stopped"] is True


def test_leaving_after_the_end_is_no_stop(tmp_path: Path) -> None:
    async def leave() -> None:
        stream = Recorder(Fixed(StreamEnded(finish_reason="stop")), tmp_path / "r.jsonl").stream(Request("", (user("Hi"),)))
        await anext(stream)
        await stream.aclose()

    asyncio.run(leave())
    assert ask(Replayer(tmp_path / "r.jsonl")) == [[StreamEnded(finish_reason="stop")]]


def test_events_are_new_ones_with_every_replay(tmp_path: Path) -> None:
    ask(Recorder(Scripted("x"), tmp_path / "r.jsonl"))
    replayer = Replayer(tmp_path / "r.jsonl")
    first, second = ask(replayer), ask(replayer)
    assert first == second
    assert not {id(event) for read in first for event in read} & {id(event) for read in second for event in read}


def test_real_timing_waits_as_long_as_the_model_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(
        '{"recording": 1, "provider": "p", "request": {"model": "", "messages": [{"user": [{"text": "Hi"}]}], "params": {}, "tool_choice": "auto", '
        '"instructions": "", "tools": []}, "reads": [[5.0, [0, "a"]], [20.0, [0, "b"]]], "seconds": 25.0}\n'
    )
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("nbagent.providers.recorded.asyncio.sleep", sleep)
    ask(Replayer(path, timing="real"))
    assert [round(seconds) for seconds in waited] == [5, 20, 25]  # from the start, for the clock stood still
    waited.clear()
    ask(Replayer(path))
    assert waited == [0, 0, 0]
    with pytest.raises(ConfigError, match="timing='slow'"):
        Replayer(path, timing="slow")


def test_calls_side_by_side_are_lines_of_their_own(tmp_path: Path) -> None:
    recorder = Recorder(Scripted(lambda request: [pause(0), f"About {request.messages[-1].text}."]), tmp_path / "r.jsonl")

    async def both() -> None:
        await asyncio.gather(*(reads_of(recorder, Request("", (user(str(number)),))) for number in range(20)))

    asyncio.run(both())
    replayer = Replayer(tmp_path / "r.jsonl")
    assert [said(replayer, str(number)) for number in range(20)] == [f"About {number}." for number in range(20)]


class Place(pydantic.BaseModel):
    name: str


class Table(Scripted):
    """A script of a model with a row in a table."""

    can = Capabilities()

    def capabilities(self, model: str) -> Capabilities:
        return self.can


@pytest.mark.parametrize("can", [Capabilities(output_schema=True), Capabilities(), Capabilities(tools=False)])
def test_a_typed_answer_is_replayed_in_the_way_in_which_it_was_asked_for(tmp_path: Path, can: Capabilities) -> None:
    model = Table([[call("final_result", name="Oslo")] if can == Capabilities() else '{"name": "Oslo"}'])
    model.can = can
    path = tmp_path / "place.jsonl"
    recorded = Session(Agent(model=Recorder(model, path), output_type=Place)).run("Where?")
    replayed = Session(Agent(model=Replayer(path), output_type=Place)).run("Where?")
    assert recorded.output == replayed.output == Place(name="Oslo")
