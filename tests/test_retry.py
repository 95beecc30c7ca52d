"""Claims on trying again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from nbagent import errors
from nbagent.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContextLengthExceeded,
    GarbledStream,
    IncompleteStream,
    LocalModelFailed,
    MalformedCall,
    MissingSignature,
    ModelNotFound,
    Overloaded,
    PermissionRefused,
    PromptBlocked,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, Retried, StreamEnded, UsageReported
from nbagent.messages import TextPart, Usage, user
from nbagent.provider import Describes, Provider, Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.wrappers.retry import Retry
from tests.wire_lines import KEY, ROWS, TEXT, data
from tests.wire_server import Answer, WireServer, error

REQUEST = Request("m", (user("x"),))
ANSWER = [ModelAnswered("m"), PartStarted(0, TextPart("")), PartDelta(0, "hi"), PartFinished(0, TextPart("hi")), StreamEnded("stop")]


class Plan:
    """A provider that does one thing after another: events are said, an exception is raised; then it ends."""

    name = "plan"

    def __init__(self, *attempts: Sequence[ProviderEvent | Exception]) -> None:
        self.attempts = list(attempts)
        self.asked = self.closed = 0

    async def stream(self, request: Request) -> AsyncIterator[ProviderEvent]:
        self.asked += 1
        try:
            for step in self.attempts.pop(0):
                if isinstance(step, Exception):
                    raise step
                yield step
        finally:
            self.closed += 1


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, which take no time."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("nbagent.providers.wrappers.retry.asyncio.sleep", note)
    return waited


def heard(provider: Provider) -> tuple[list[Any], ProviderError | None]:
    async def go() -> tuple[list[Any], ProviderError | None]:
        events: list[Any] = []
        try:
            async for batch in provider.stream(REQUEST):
                events += batch if isinstance(batch, Sequence) else [batch]
        except ProviderError as failure:
            return events, failure
        return events, None

    return asyncio.run(go())


def test_an_answer_goes_through_as_it_is(waits: list[float]) -> None:
    assert heard(Retry(Plan(ANSWER))) == (ANSWER, None)
    assert waits == []


def test_a_failure_before_the_first_part_is_tried_again_and_seen(waits: list[float]) -> None:
    plan = Plan([Overloaded("busy")], [ModelAnswered("m"), UsageReported(Usage(3)), IncompleteStream("cut")], ANSWER)
    events, failure = heard(Retry(plan))
    assert failure is None
    tries = [event for event in events if isinstance(event, Retried)]
    assert [(event.attempt, event.reason) for event in tries] == [(1, "busy"), (2, "cut")]
    assert [event.wait for event in tries] == waits
    assert events[-5:] == ANSWER
    assert plan.asked == plan.closed == 3


def test_a_retry_is_told_before_it_is_waited_for() -> None:
    async def first() -> Any:
        stream = Retry(Plan([Overloaded("busy")]), base=10_000, cap=10_000).stream(REQUEST)
        (event,) = await anext(stream)
        await stream.aclose()
        return event

    assert isinstance(asyncio.run(first()), Retried)


def test_after_the_first_part_nothing_is_tried_again_and_the_error_says_how_to_go_on(waits: list[float]) -> None:
    plan = Plan([PartStarted(0, TextPart("")), PartDelta(0, "hi"), IncompleteStream("cut", "The server left.", "Old advice.", status=200)], ANSWER)
    events, failure = heard(Retry(plan))
    assert [type(event) for event in events] == [PartStarted, PartDelta]
    assert isinstance(failure, IncompleteStream)
    assert failure.lines == ["cut", "The server left.", failure.mend]
    assert str(failure) == "\n".join(failure.lines)
    assert "Run it again" in failure.mend
    assert "kept" in failure.mend
    assert (plan.asked, waits) == (1, [])


def test_what_trying_again_cannot_change_is_not_tried_again(waits: list[float]) -> None:
    plan = Plan([AuthenticationFailed("no", "why", "mend")], ANSWER)
    _, failure = heard(Retry(plan))
    assert failure is not None
    assert (failure.mend, plan.asked, waits) == ("mend", 1, [])


def test_an_error_that_was_marked_as_final_is_final(waits: list[float]) -> None:
    final = RateLimited("no")
    final.retryable = False
    plan = Plan([final], ANSWER)
    assert heard(Retry(plan))[1] is final
    assert plan.asked == 1


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_last_attempts_error_is_raised(attempts: int, waits: list[float]) -> None:
    plan = Plan(*([ServerFailed(f"no {number}")] for number in range(1, attempts + 2)))
    events, failure = heard(Retry(plan, attempts=attempts))
    assert isinstance(failure, ServerFailed)
    assert failure.what == f"no {attempts}"
    assert [type(event) for event in events] == [Retried] * (attempts - 1)
    assert plan.asked == attempts


def test_the_waits_grow_up_to_a_limit_and_are_spread(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    spread: list[tuple[float, float]] = []
    monkeypatch.setattr("nbagent.providers.wrappers.retry.random.uniform", lambda low, high: spread.append((low, high)) or high)
    heard(Retry(Plan(*([Overloaded("busy")] for _ in range(8))), attempts=8, base=0.5, cap=5))
    assert spread == [(0, 0.5), (0, 1), (0, 2), (0, 4), (0, 5), (0, 5), (0, 5)]
    assert waits == [0.5, 1, 2, 4, 5, 5, 5]


def test_a_server_that_says_how_long_is_waited_for_that_long(waits: list[float]) -> None:
    events, failure = heard(Retry(Plan([RateLimited("slow", retry_after=17.0)], ANSWER)))
    assert failure is None
    assert waits == [17.0] == [event.wait for event in events if isinstance(event, Retried)]


def test_a_server_that_asks_for_too_long_is_not_waited_for_and_the_error_says_so(waits: list[float]) -> None:
    plan = Plan([RateLimited("slow", retry_after=3600.0)], ANSWER)
    events, failure = heard(Retry(plan))
    assert isinstance(failure, RateLimited)
    assert "3600 s" in str(failure)
    assert (events, waits, plan.asked) == ([], [], 1)


def test_a_wait_can_be_cancelled_and_the_provider_is_closed() -> None:
    plan = Plan([Overloaded("busy")])

    async def go() -> None:
        seen = asyncio.Event()

        async def listen() -> None:
            async for _ in Retry(plan, base=10_000, cap=10_000).stream(REQUEST):
                seen.set()

        task = asyncio.create_task(listen())
        await seen.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert plan.asked == plan.closed == 1


def test_leaving_early_closes_the_provider() -> None:
    plan = Plan(ANSWER)

    async def go() -> None:
        stream = Retry(plan).stream(REQUEST)
        await anext(stream)
        await stream.aclose()

    asyncio.run(go())
    assert plan.closed == 1


def test_an_exception_that_is_no_providers_goes_through(waits: list[float]) -> None:
    with pytest.raises(ZeroDivisionError):
        heard(Retry(Plan([ZeroDivisionError()])))
    assert waits == []


def test_it_is_a_provider_of_the_same_name_that_describes_what_the_provider_describes() -> None:
    chat = OpenAIChat("http://127.0.0.1:1/v1")
    wrapped = Retry(chat)
    assert isinstance(wrapped, Provider)
    assert (wrapped.name, wrapped.to_wire(REQUEST)) == ("openai-chat", chat.to_wire(REQUEST))
    assert isinstance(wrapped, Describes)
    assert not isinstance(Retry(Plan()), Describes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_over_a_socket_a_busy_server_is_asked_again_and_answers(row: Any, waits: list[float]) -> None:
    with WireServer(error(429, "slow", {"retry-after": "2"}), Answer(hang_first=False, cut_at=0), error(529), b"".join(row.text)) as server:

        async def go() -> list[Any]:
            provider = row.make(server.url)
            events = [event async for batch in Retry(provider).stream(REQUEST) for event in batch]
            await provider.aclose()
            return events

        events = asyncio.run(go())
        assert [event.attempt for event in events if isinstance(event, Retried)] == [1, 2, 3]
        assert waits[0] == 2.0
        assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "".join(TEXT)
        assert len(server.requests) == 4
        assert all(KEY not in event.reason for event in events if isinstance(event, Retried))


# --- over real sockets -----------------------------------------------------------------------------------------------

CHAT = next(row for row in ROWS if row.name == "openai-chat")


def over_socket(*answers: Answer | bytes, timeout: float = 5.0, retries: int = 3) -> tuple[list[Any], ProviderError | None, int]:
    """What an agent's provider says over a socket: events, the error, and how often the server was asked."""
    with WireServer(*answers) as server:

        async def go() -> tuple[list[Any], ProviderError | None]:
            provider = OpenAIChat(server.url + "/v1", KEY, idle_timeout=timeout)
            events: list[Any] = []
            try:
                async for batch in Retry(provider, attempts=retries + 1).stream(REQUEST):
                    events += batch
            except ProviderError as failure:
                return events, failure
            finally:
                await provider.aclose()
            return events, None

        events, failure = asyncio.run(go())
        return events, failure, len(server.requests)


def told(events: Sequence[Any]) -> str:
    return "".join(event.delta for event in events if isinstance(event, PartDelta))


def test_a_server_that_falls_silent_before_the_first_part_is_asked_again(waits: list[float]) -> None:
    events, failure, asked = over_socket(Answer(hang_first=True), Answer(b": still here\n\n", hang=True), b"".join(CHAT.text), timeout=0.3)
    assert (failure, told(events), asked) == (None, "".join(TEXT), 3)
    assert all("sent nothing for too long" in event.reason for event in events if isinstance(event, Retried))


def test_a_server_that_falls_silent_in_mid_answer_is_not_asked_again_and_what_came_is_kept(waits: list[float]) -> None:
    events, failure, asked = over_socket(Answer(b"".join(CHAT.text[:2]), hang=True), timeout=0.3)
    assert isinstance(failure, ProviderTimeout)
    assert (told(events), asked, waits) == (TEXT[0], 1, [])
    assert "is kept" in failure.mend


def test_an_overload_inside_a_stream_with_status_200_is_tried_again_before_the_first_part_and_kept_after(waits: list[float]) -> None:
    overloaded = data({"error": {"message": "The engine is overloaded.", "type": "server_error", "code": 503}})
    events, failure, asked = over_socket(overloaded, b"".join(CHAT.text))
    assert (failure, told(events), asked) == (None, "".join(TEXT), 2)
    events, failure, asked = over_socket(b"".join(CHAT.failing))
    assert (type(failure), told(events), asked) == (Overloaded, TEXT[0], 1)


def test_a_limit_that_is_hit_in_mid_answer_is_a_limit_and_keeps_what_came(waits: list[float]) -> None:
    limited = data({"error": {"message": "Too many tokens.", "type": "rate_limit_error", "code": "rate_limit_exceeded"}})
    events, failure, asked = over_socket(b"".join(CHAT.text[:2]) + limited)
    assert (type(failure), told(events), asked) == (RateLimited, TEXT[0], 1)


def test_a_wait_that_a_server_asks_for_is_capped_also_where_it_is_a_date(waits: list[float]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    events, failure, asked = over_socket(error(429, "slow", {"retry-after": later}))
    assert (type(failure), events, asked, waits) == (RateLimited, [], 1, [])
    assert failure is not None
    assert "longer than the 60 s that are waited" in failure.mend


RETRYABLE = {
    AuthenticationFailed: False, PermissionRefused: False, ModelNotFound: False, RequestRefused: False, ContextLengthExceeded: False, PromptBlocked: False,
    MissingSignature: False, MalformedCall: True, RateLimited: True, Overloaded: True, ServerFailed: True, ConnectionFailed: True, ProviderTimeout: True,
    LocalModelFailed: False, IncompleteStream: True, GarbledStream: False, ProviderError: False,
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ProviderError)])
def test_every_error_is_known_to_be_worth_another_try_or_not(kind: type[ProviderError], waits: list[float]) -> None:
    plan = Plan([kind("no")], ANSWER)
    _, failure = heard(Retry(plan))
    assert kind.retryable is RETRYABLE[kind]
    assert (failure is None, plan.asked) == (RETRYABLE[kind], 2 if RETRYABLE[kind] else 1)


@pytest.mark.parametrize(("status", "code", "retryable"), [
    (400, "", False), (401, "", False), (402, "", False), (403, "", False), (404, "", False), (408, "", True), (409, "", True), (413, "", False),
    (422, "", False), (429, "", True), (429, "insufficient_quota", False), (500, "", True), (502, "", True), (503, "", True), (504, "", True), (529, "", True),
])  # fmt: skip
def test_every_status_is_known_to_be_worth_another_try_or_not(status: int, code: str, retryable: bool, waits: list[float]) -> None:
    _, failure, asked = over_socket(error(status, "no", code=code), b"".join(CHAT.text))
    assert (failure is None, asked) == (retryable, 2 if retryable else 1)
