"""Many prompts to one agent: in order, some at once, and one that fails loses nothing of the others."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import AuthenticationFailed, ConfigError, RunCancelled
from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded
from nbagent.many import arun_many, run_many
from nbagent.messages import TextPart
from nbagent.observers.trace import Trace
from nbagent.provider import Request
from nbagent.providers.scripted import Scripted, call
from nbagent.tools import tool


class Echo:
    """Says what it is told, once all who run at the same time have come; refuses what is bad."""

    name, model = "echo", "m"

    def __init__(self, together: int) -> None:
        self.together, self.now, self.most = together, 0, 0
        self.all_here = asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if self.now == self.together:
                self.all_here.set()
            await self.all_here.wait()
            text = request.messages[-1].text
            if text == "bad":
                raise AuthenticationFailed("no")
            yield [PartStarted(0, TextPart("")), PartDelta(0, text), PartFinished(0, TextPart(text)), StreamEnded("stop")]
        finally:
            self.now -= 1


def test_each_prompt_has_its_answer_in_its_place_and_no_more_run_than_may() -> None:
    echo, told = Echo(3), list[tuple[int, int]]()
    trace = Trace()
    results = run_many(Agent(model=echo), ["a", "bad", "c", "d", "e"], at_once=3, trace=trace, done=lambda *count: told.append(count))
    assert [str(each) for each in results] == ["a", "no", "c", "d", "e"]
    assert isinstance(results[1], AuthenticationFailed)
    assert echo.most == 3
    assert told == [(number, 5) for number in range(1, 6)]
    assert len(trace.runs()) == 5


def test_the_table_has_a_row_a_prompt_with_its_answer_or_its_error() -> None:
    many = run_many(Agent(model=Echo(1)), ["a", "bad"], at_once=1)
    table = many.table()
    assert table["prompt"].to_list() == ["a", "bad"]
    assert table["answer"].isna().to_list() == [False, True]
    assert table["answer"][0] == "a"
    assert table["outcome"].to_list() == ["completed", "failed"]
    assert table["error"][1].endswith(": no")
    assert table["error"][1].split(":")[0] == type(many[1]).__name__
    assert table["cost_usd"].isna()[1]
    assert (many.done, many.failed) == (2, 1)
    assert repr(many) == "Many(2 prompts: 1 completed, 1 failed; .table() has a row each)"


class Slow(Echo):
    """Answers the first once another was asked, and lets the others wait for ever."""

    async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
        text = request.messages[-1].text
        yield [PartStarted(0, TextPart("")), PartDelta(0, text)]
        if text != "a" and not self.all_here.is_set():
            self.now += 1
            await asyncio.Event().wait()
        while text == "a" and not self.now:
            await asyncio.sleep(0.001)
        yield [PartFinished(0, TextPart(text)), StreamEnded("stop")]


def test_an_interrupt_keeps_what_is_done_and_the_rest_can_be_run_later() -> None:
    slow, told = Slow(0), list[tuple[int, int]]()

    def look(*count: int) -> None:
        told.append((count[0], count[1]))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # as the kernel's interrupt comes

    with pytest.raises(RunCancelled, match="Stopped: 1 of 4 are done") as caught:
        run_many(Agent(model=slow, retries=0), ["a", "b", "c", "d"], at_once=2, done=look)
    many = caught.value.result
    outcomes = many.table()["outcome"].to_list()
    assert outcomes[:2] == ["completed", "cancelled"]  # the third may have begun when the interrupt came
    assert outcomes[3] == "not begun"
    slow.all_here.set()
    again = run_many(Agent(model=slow), ["a", "b", "c", "d"], resume=many)
    assert again[0] is many[0]
    assert [str(each) for each in again] == ["a", "b", "c", "d"]
    with pytest.raises(ConfigError, match="had 4 prompts, and there are 1"):
        run_many(Agent(model=slow), ["a"], resume=many)


def test_a_terminal_has_a_bar_and_a_file_none(capsys: pytest.CaptureFixture[str]) -> None:
    run_many(Agent(model=Echo(1)), ["a", "bad"], at_once=1)
    assert capsys.readouterr().err == ""
    run_many(Agent(model=Echo(1)), ["a", "bad"], at_once=1, progress=True)
    last = capsys.readouterr().err.split("\r")[-1]
    assert "2/2" in last
    assert "1 failed" in last


def test_plain_tools_run_on_the_callers_thread() -> None:
    threads = []

    @tool
    def here() -> str:
        """Where it runs."""
        threads.append(threading.current_thread())
        return "here"

    agent = Agent(model=Scripted([call("here"), "Done."]), tools=[here])
    assert [str(each) for each in run_many(agent, ["x", "y", "z"])] == ["Done."] * 3
    assert set(threads) == {threading.current_thread()}


def test_no_prompts_are_no_runs_and_none_at_once_is_refused() -> None:
    assert run_many(Agent(model=Scripted("x")), []) == []
    with pytest.raises(ConfigError, match="at_once=0"):
        run_many(Agent(model=Scripted("x")), ["x"], at_once=0)


def test_who_awaits_has_the_same() -> None:
    async def go() -> list[Any]:
        return [str(each) for each in await arun_many(Agent(model=Scripted("x")), ["a", "b"])]

    assert asyncio.run(go()) == ["x", "x"]


class Broken:
    """What a prompt is made of, and cannot."""

    def _repr_llm_(self) -> str:
        raise ValueError("boom")


def test_a_prompt_that_raises_takes_nothing_of_the_others_with_it() -> None:
    many = run_many(Agent(model=Scripted(["ok"], loop=True)), ["a", Broken(), float("nan"), "b"], at_once=1)
    assert [str(each).split("\n")[0] for each in many] == ["ok", "Prompt 1, counted from 0, failed: ValueError: boom", "A prompt cannot be float.", "ok"]
    assert (many.done, many.failed) == (4, 2)


def test_who_is_told_how_far_it_is_cannot_break_it() -> None:
    with pytest.warns(RuntimeWarning, match="done= failed: ZeroDivisionError") as warned:
        many = run_many(Agent(model=Scripted(["ok"], loop=True)), ["a", "b"], done=lambda *_: 1 // 0)  # type: ignore[arg-type,return-value]
    assert (len(warned), many.done) == (1, 2)


@pytest.mark.parametrize("given", [{"prompts": "one text"}, {"prompts": {"a": "b"}}, {"at_once": "4"}, {"at_once": 2.5}, {"resume": ["x"]}])
def test_what_is_no_list_of_prompts_and_no_number_is_said_before_anything_is_sent(given: dict[str, Any]) -> None:
    echo = Echo(1)
    with pytest.raises(ConfigError):
        run_many(Agent(model=echo), **{"prompts": ["x"], **given})
    assert echo.most == 0
