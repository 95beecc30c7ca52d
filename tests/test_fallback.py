"""Claims on the model that answers where another cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from nbagent import errors
from nbagent.agent import Agent
from nbagent.errors import (
    AuthenticationFailed,
    ContextLengthExceeded,
    IncompleteStream,
    MissingKey,
    NbagentError,
    Overloaded,
    ProviderError,
    RateLimited,
    RequestRefused,
    RunCancelled,
)  # fmt: skip
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, Retried, StepFinished, StreamEnded, UsageReported
from nbagent.messages import TextPart, Usage, user
from nbagent.prices import set_price
from nbagent.provider import Capabilities, OutputSpec, Provider, Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.wrappers.fallback import AFTER, COOL_DOWN, RESTS, Candidate, Fallback, Rests
from nbagent.session import Session
from tests.wire_lines import KEY, ROWS, TEXT
from tests.wire_server import WireServer, error

REQUEST = Request("first", (user("x"),))
USED = UsageReported(Usage(1000, 100))


def saying(text: str) -> list[ProviderEvent]:
    return [PartStarted(0, TextPart("")), PartDelta(0, text), PartFinished(0, TextPart(text)), USED, StreamEnded("stop")]


class Plan:
    """A provider that does the same with every request: says events, raises exceptions."""

    def __init__(self, name: str, *steps: ProviderEvent | Exception) -> None:
        self.name, self.steps, self.requests = name, steps, list[Request]()
        self.model = f"{name}-model"

    async def stream(self, request: Request) -> AsyncIterator[ProviderEvent]:
        self.requests.append(request)
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield step


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def among(*plans: Any, rests: Rests | None = None) -> Fallback:
    return Fallback([Candidate(plan, plan, plan.model) for plan in plans], rests=rests or Rests(Clock()))


def heard(provider: Provider, request: Request = REQUEST) -> tuple[list[Any], BaseException | None]:
    async def go() -> tuple[list[Any], BaseException | None]:
        events: list[Any] = []
        try:
            async for batch in provider.stream(request):
                events += batch if isinstance(batch, Sequence) else [batch]
        except Exception as failure:
            return events, failure
        return events, None

    return asyncio.run(go())


def test_the_first_model_answers_and_nothing_is_said() -> None:
    first, second = Plan("a", *saying("hi")), Plan("b", *saying("no"))
    assert heard(among(first, second)) == (saying("hi"), None)
    assert (len(first.requests), second.requests) == (1, [])


def test_the_next_one_answers_where_the_first_cannot_and_the_page_says_which_and_why() -> None:
    second = Plan("b", *saying("hi"))
    events, failure = heard(among(Plan("a", Overloaded("a is overloaded.")), second))
    assert failure is None
    assert events == [Noted(text="b:b-model answers now. a is overloaded.", kind="fallback"), ModelAnswered("b-model", provider="b"), *saying("hi")]
    assert second.requests[0].model == "b-model"


@pytest.mark.parametrize("kind", [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ProviderError)])
def test_every_error_of_a_provider_has_its_row(kind: type[ProviderError]) -> None:
    refused = issubclass(kind, RequestRefused) and AFTER.get(kind) != "next"
    events, failure = heard(among(Plan("a", kind("no")), Plan("b", *saying("hi"))))
    assert (failure is not None) == refused
    assert any(isinstance(event, Noted) for event in events) != refused


@pytest.mark.parametrize("stopped", [RunCancelled("stopped"), ZeroDivisionError(), NbagentError("a bug")])
def test_what_no_other_model_can_change_is_raised(stopped: Exception) -> None:
    second = Plan("b", *saying("hi"))
    assert heard(among(Plan("a", stopped), second))[1] is stopped
    assert second.requests == []


def test_a_run_that_is_stopped_asks_no_other_model() -> None:
    second = Plan("b", *saying("hi"))

    class Silent(Plan):
        async def stream(self, request: Request) -> AsyncIterator[ProviderEvent]:
            self.requests.append(request)
            await asyncio.Event().wait()
            yield StreamEnded("stop")

    async def go() -> None:
        first = Silent("a")
        task = asyncio.create_task(anext(among(first, second).stream(REQUEST)))  # type: ignore[arg-type]
        while not first.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert second.requests == []


def test_after_the_first_part_no_other_model_comes_in() -> None:
    second = Plan("b", *saying("no"))
    cut = IncompleteStream("cut")
    events, failure = heard(among(Plan("a", PartStarted(0, TextPart("")), PartDelta(0, "h"), cut), second))
    assert (failure, [type(event) for event in events], second.requests) == (cut, [PartStarted, PartDelta], [])


def test_where_none_answers_the_first_ones_error_says_what_the_others_did() -> None:
    _, failure = heard(among(Plan("a", RateLimited("slow", "why", "Wait.")), Plan("b", AuthenticationFailed("no key")), Plan("c", Overloaded("busy"))))
    assert isinstance(failure, RateLimited)
    assert failure.lines == ["slow", "why", "The others failed as well (b:b-model: AuthenticationFailed; c:c-model: Overloaded). Wait."]


def test_a_model_that_failed_rests_for_five_minutes_in_all_cells_and_is_then_the_first_again() -> None:
    clock = Clock()
    rests, first, second = Rests(clock), Plan("a", Overloaded("a is overloaded.")), Plan("b", *saying("hi"))
    heard(among(first, second, rests=rests))
    later = among(first, second, rests=rests)  # another run's
    assert heard(later)[0][0] == Noted(text="b:b-model answers now. a:a-model rests: a is overloaded.", kind="fallback")
    assert not any(isinstance(event, Noted) for event in heard(later)[0])  # said once a run
    assert len(first.requests) == 1
    clock.now += COOL_DOWN
    first.steps = tuple(saying("back"))
    assert heard(among(first, second, rests=rests))[0] == saying("back")
    assert COOL_DOWN == 300


def test_what_is_wrong_with_a_key_or_this_conversation_alone_gives_no_rest() -> None:
    rests, first = Rests(Clock()), Plan("a", ContextLengthExceeded("too long"))
    for failure in (ContextLengthExceeded("too long"), AuthenticationFailed("no"), MissingKey("none")):
        first.steps = (failure,)
        heard(among(first, Plan("b", *saying("hi")), rests=rests))
    assert len(first.requests) == 3


def test_one_that_rests_is_asked_where_no_other_answers() -> None:
    rests, first = Rests(Clock()), Plan("a", Overloaded("busy"))
    heard(among(first, Plan("b", *saying("hi")), rests=rests))
    first.steps = tuple(saying("late"))
    events, failure = heard(among(first, Plan("b", Overloaded("busy too")), rests=rests))
    assert failure is None
    assert [event.text.split(" answers")[0] for event in events if isinstance(event, Noted)] == ["b:b-model", "a:a-model"]
    assert heard(among(first, Plan("b"), rests=rests))[0] == saying("late")  # and it is awake


def test_json_by_schema_is_asked_for_in_words_where_the_model_cannot_be_held_to_it() -> None:
    class Able(Plan):
        def capabilities(self, model: str) -> Capabilities:
            return Capabilities(output_schema=True)

    request = Request("first", (user("x"),), "Be brief.", output=OutputSpec("answer", {"type": "object"}))
    plain, able = Plan("b", *saying("hi")), Able("c", *saying("hi"))
    heard(among(Plan("a", Overloaded("busy")), plain), request)
    heard(among(Plan("a", Overloaded("busy")), able), request)
    assert plain.requests[0].output is None
    assert plain.requests[0].instructions.startswith("Be brief.\n\nAnswer only with JSON")
    assert able.requests[0].output == request.output


def test_the_one_that_answered_is_on_the_message_in_the_trace_and_in_the_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbagent.prices._custom", {})
    set_price("b:b-model", input=1, output=1)
    first, second = Plan("a", AuthenticationFailed("no")), Plan("b", *saying("hi"))
    session = Session(Agent(model=first, fallback=[second], retries=0))
    events: list[Any] = []
    session.subscribers.append(events.append)
    result = session.run("x")
    (finished,) = (event for event in events if isinstance(event, StepFinished))
    assert (finished.provider, finished.model, result.messages[-1].provider, result.text) == ("b", "b-model", "b", "hi")
    assert result.cost == pytest.approx(1100 / 1e6)


def test_what_the_first_said_of_itself_is_not_said_of_the_one_that_answered() -> None:
    first = Plan("a", ModelAnswered("a-model-2026", "resp_a"), UsageReported(Usage(7, 7), cost=9.0), AuthenticationFailed("no"))
    result = Session(Agent(model=first, fallback=[Plan("b", *saying("hi"))], retries=0)).run("x")
    answer = result.messages[-1]
    assert (answer.provider, answer.model, answer.response_id, answer.usage, result.cost) == ("b", "b-model", None, USED.usage, None)


def test_the_retries_of_one_come_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr("nbagent.providers.wrappers.retry.asyncio.sleep", lambda seconds: sleep(0))
    first, second = Plan("a", Overloaded("busy")), Plan("b", *saying("hi"))
    session = Session(Agent(model=first, fallback=[second], retries=2))
    kinds: list[Any] = []
    session.subscribers.append(lambda event: kinds.append(type(event)))
    assert session.run("x").text == "hi"
    assert (len(first.requests), kinds.count(Retried), kinds.count(Noted)) == (3, 2, 1)
    session.run("y")
    assert len(first.requests) == 3
    RESTS.end(Candidate(first, first, first.model))


def test_over_a_socket_a_refused_key_of_one_leads_to_the_other() -> None:
    row = next(row for row in ROWS if row.name == "openai-chat")
    with WireServer(error(401, "bad key")) as refusing, WireServer(b"".join(row.text)) as answering:
        providers = [OpenAIChat(server.url + "/v1", KEY) for server in (refusing, answering)]
        fallback = Fallback([Candidate(provider, provider, "m") for provider in providers], rests=Rests(Clock()))

        async def go() -> list[Any]:
            events = [event async for batch in fallback.stream(REQUEST) for event in batch]
            for provider in providers:
                await provider.aclose()
            return events

        events = asyncio.run(go())
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "".join(TEXT)
    assert KEY not in next(event.text for event in events if isinstance(event, Noted))
