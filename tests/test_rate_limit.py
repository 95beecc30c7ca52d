"""Claims on the limit that all runs of a process keep to together."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, RateLimited
from nbagent.events import Noted, ProviderEvent, StreamEnded, UsageReported, Waiting
from nbagent.messages import Usage, user
from nbagent.provider import Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted
from nbagent.providers.token_estimate import estimate
from nbagent.providers.wrappers import rate_limit
from nbagent.providers.wrappers.rate_limit import Bucket, RateLimit, set_rate_limit, set_rate_limits
from nbagent.session import Session
from tests.wire_lines import KEY, ROWS
from tests.wire_server import WireServer, error

REQUEST = Request("m", (user("x"),))


class Time:
    """A clock that goes on when somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept = list[float]()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr("nbagent.providers.wrappers.rate_limit.asyncio.sleep", time.sleep)
    return time


@pytest.fixture(autouse=True)
def _no_limits() -> Iterator[None]:
    yield
    rate_limit._buckets.clear()


class Plan:
    name = "plan"

    def __init__(self, *steps: ProviderEvent | Exception) -> None:
        self.steps, self.asked = steps, 0

    async def stream(self, request: Request) -> AsyncIterator[ProviderEvent]:
        self.asked += 1
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield step


def heard(limited: RateLimit) -> list[Any]:
    async def go() -> list[Any]:
        events: list[Any] = []
        async for batch in limited.stream(REQUEST):
            events += batch if isinstance(batch, Sequence) else [batch]
        return events

    return asyncio.run(go())


def test_without_a_limit_the_provider_itself_streams() -> None:
    plan = Plan(StreamEnded("stop"))
    stream = RateLimit(plan).stream(REQUEST)
    assert stream.ag_code is Plan.stream.__code__  # type: ignore[attr-defined]  # nothing stands between
    assert heard(RateLimit(plan)) == [StreamEnded("stop")]


def test_requests_within_the_limit_go_at_once_and_the_next_waits_its_turn_and_says_so(time: Time) -> None:
    bucket = Bucket(2, None, time)
    limited = RateLimit(Plan(StreamEnded("stop")), bucket=bucket)
    assert heard(limited) == heard(limited) == [StreamEnded("stop")]
    events = heard(limited)  # 2 a minute: the third after 30 s
    waits = [event for event in events if isinstance(event, Waiting)]
    assert waits[0] == Waiting(what="rate limit of plan: 30 s", fraction=0.0)
    assert [wait.fraction for wait in waits] == sorted(wait.fraction or 0.0 for wait in waits)
    assert sum(time.slept) == pytest.approx(30)


def test_who_comes_first_goes_first(time: Time) -> None:
    bucket = Bucket(1, None, time)
    assert [bucket.wait(bucket.take(0)) for _ in range(4)] == [0, 60, 120, 180]


def test_a_wait_that_is_stopped_gives_its_place_back(time: Time) -> None:
    bucket, plan = Bucket(1, None, time), Plan(StreamEnded("stop"))
    limited = RateLimit(plan, bucket=bucket)
    heard(limited)

    async def leave() -> None:
        stream = limited.stream(REQUEST)
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]  # a generator

    asyncio.run(leave())
    assert plan.asked == 1
    assert bucket.wait(bucket.take(0)) == 60


def test_tokens_are_guessed_before_and_put_right_by_what_was_used(time: Time) -> None:
    bucket = Bucket(None, 600, time)
    heard(RateLimit(Plan(UsageReported(Usage(500, 100)), StreamEnded("stop")), bucket=bucket))
    moment = bucket.take(estimate(REQUEST).tokens)  # nothing is left: ten tokens a second
    assert bucket.wait(moment) == pytest.approx(estimate(REQUEST).tokens / 10)


def test_a_request_larger_than_the_limit_goes_when_the_bucket_is_full(time: Time) -> None:
    bucket = Bucket(None, 60, time)
    assert bucket.wait(bucket.take(600)) == 0
    assert bucket.wait(bucket.take(1)) == 541


def test_a_server_that_asks_for_a_pause_gets_it_from_everyone(time: Time) -> None:
    bucket = Bucket(60, None, time)
    with pytest.raises(RateLimited):
        heard(RateLimit(Plan(RateLimited("slow", retry_after=7.0)), bucket=bucket))
    assert sum(isinstance(event, Waiting) for event in heard(RateLimit(Plan(StreamEnded("stop")), bucket=bucket))) == 7
    with pytest.raises(RateLimited):
        heard(RateLimit(Plan(RateLimited("slow", retry_after=3600.0)), bucket=bucket))
    assert bucket.wait(bucket.take(0)) == 0  # nobody waits an hour


def test_runs_at_the_same_time_share_the_limit_of_a_name(time: Time) -> None:
    first, second = RateLimit(Plan(StreamEnded("stop"))), RateLimit(Plan(StreamEnded("stop")))
    rate_limit._buckets["plan"] = Bucket(2, None, time)

    async def go() -> list[int]:
        async def one(limited: RateLimit) -> int:
            return sum([isinstance(event, Waiting) async for batch in limited.stream(REQUEST) for event in (batch if isinstance(batch, Sequence) else [batch])])

        return await asyncio.gather(*(one(limited) for limited in (first, second, first)))

    assert sorted(bool(waits) for waits in asyncio.run(go())) == [False, False, True]


def test_a_limit_said_again_keeps_its_level_and_one_without_numbers_is_lifted() -> None:
    set_rate_limits({"openai": {"requests": 60}})
    bucket = rate_limit._buckets["openai"]
    set_rate_limit("openai", requests=60)
    assert rate_limit._buckets["openai"] is bucket
    set_rate_limit("openai", requests=30, tokens=1000)
    assert rate_limit._buckets["openai"] is not bucket
    set_rate_limit("openai")
    assert "openai" not in rate_limit._buckets


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), "60"])
def test_a_limit_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="is no limit"):
        set_rate_limit("openai", requests=wrong)


def test_over_a_socket_a_429_pauses_the_next_request(time: Time) -> None:
    row = next(row for row in ROWS if row.name == "openai-chat")
    bucket = Bucket(60, None, time)
    with WireServer(error(429, "slow", {"retry-after": "3"}), b"".join(row.text)) as server:
        provider = OpenAIChat(server.url + "/v1", KEY)
        limited = RateLimit(provider, bucket=bucket)

        async def go() -> list[Any]:
            with pytest.raises(RateLimited):
                [batch async for batch in limited.stream(REQUEST)]
            events = [event async for batch in limited.stream(REQUEST) for event in (batch if isinstance(batch, Sequence) else [batch])]
            await provider.aclose()
            return events

        assert sum(isinstance(event, Waiting) for event in asyncio.run(go())) == 3


def test_a_wait_stays_in_what_is_saved_and_is_no_part_of_the_time_to_the_first_token(time: Time) -> None:
    bucket = Bucket(4, None, time)
    limited = RateLimit(Plan(StreamEnded("stop")), bucket=bucket)
    for _ in range(4):
        assert not [event for event in heard(limited) if isinstance(event, Noted)]
    (note,) = [event for event in heard(limited) if isinstance(event, Noted)]
    assert (note.kind, note.text, note.seconds) == ("rate_limit", "The rate limit of plan was waited for, 15.0 s.", pytest.approx(15))


def test_the_page_and_the_trace_count_the_first_token_from_when_it_was_asked_for() -> None:
    session = Session(Agent(model=Scripted(["One.", "Two."])))
    set_rate_limit("scripted", requests=300)  # one in 0.2 s, once the first 300 are gone
    rate_limit._buckets["scripted"].give(-299, 0)
    session.run("Go")
    result = session.run("Again")
    notes = [item["text"] for item in result.state["items"] if item["k"] == "notice"]
    assert len(notes) == 1
    assert re.fullmatch(r"The rate limit of scripted was waited for, 0\.\d s\.", notes[0])
    run = result.trace.runs().iloc[-1]
    waited = [event for event in result.trace.events()["name"] if event == "rate_limit"]
    assert waited == ["rate_limit"]
    assert result.state["ttft"] < run["duration_s"] - 0.1  # it took longer only by what was waited
    assert run["ttft_run_s"] == pytest.approx(result.state["ttft"], abs=0.01)
