"""Claims on the calls of one message: one result each, in call order, whatever a tool raises or returns, and no more at once than may be."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.agent import Agent
from nbagent.errors import RunCancelled
from nbagent.events import ToolFinished
from nbagent.messages import ToolCallPart
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tools import tool


class Own(BaseException): ...


def leaves() -> None:
    sys.exit(3)


def closes() -> None:
    raise GeneratorExit("closed")


def stops() -> None:
    raise StopIteration(5)


def raises_its_own() -> None:
    raise Own("odd")


def cancels() -> None:
    raise asyncio.CancelledError


async def awaits_what_was_cancelled() -> None:
    waited = asyncio.get_running_loop().create_future()
    waited.cancel()
    await waited


async def closes_awaited() -> None:
    raise GeneratorExit("closed")


RAISE = [leaves, closes, stops, raises_its_own, cancels, awaits_what_was_cancelled, closes_awaited]


@pytest.mark.parametrize("thread", [False, True])
@pytest.mark.parametrize("function", RAISE, ids=lambda function: function.__name__)
def test_no_exception_of_a_tool_ends_the_run(function, thread):
    session = Session(Agent(model=Scripted([[call(function.__name__)], "Then not.", "Fine."]), tools=[tool(thread=thread)(function)]))
    result = session.run("Go")
    (answer,) = session.messages[2].tool_results
    assert (result.outcome, result.text, answer.is_error) == ("completed", "Then not.", True)
    assert list(result.trace.tools()["status"]) == ["error"]
    assert session.run("And now?").text == "Fine."


def test_a_plain_function_that_returns_something_to_be_awaited_says_how_to_write_it():
    async def later() -> None: ...

    waits = later()
    session = Session(Agent(model=Scripted([[call("gives")], "Done."]), tools=[tool(lambda: waits, name="gives")]))
    session.run("Go")
    waits.close()
    assert session.messages[2].tool_results[0].content == "TypeError: gives returned something to be awaited; write it as an async function"


def test_an_async_generator_is_closed_when_its_time_is_over():
    closed = []

    @tool(timeout=0.05)
    async def counts():
        try:
            while True:
                yield "tick"
                await asyncio.sleep(0.005)
        finally:
            closed.append(True)

    session = Session(Agent(model=Scripted([[call("counts")], "Done."]), tools=[counts]))
    session.run("Go")
    assert closed == [True]
    assert session.messages[2].tool_results[0].content == "counts took longer than its 0.05 s and was left behind."


# -- one result a call, in call order -----------------------------------------------------------------------------------------


@tool
def fine(n: int) -> int:
    return n


@tool
async def fine_awaited(n: int) -> int:
    await asyncio.sleep(0.001 * (n % 3))
    return n


@tool(thread=True)
def fine_on_a_thread(n: int) -> int:
    return n


@tool
def yields(n: int):
    yield n


@tool(timeout=0.001)
async def too_slow(n: int) -> int:
    await asyncio.sleep(60)
    return n


@tool(check_arguments=lambda arguments: "Not this one.")
def never(n: int) -> int:
    return n


@tool(result_limit=1)
def long(n: int) -> str:
    return "x" * 100


TOOLS = [fine, fine_awaited, fine_on_a_thread, yields, too_slow, never, long, *(tool(thread=n % 2 == 0)(each) for n, each in enumerate(RAISE))]
NAMES = st.sampled_from([each.name for each in TOOLS] + ["unknown"])
GIVEN = st.sampled_from(['{"n": 1}', "{'n': 2,}", '{"n": "three"}', '{"n": ', "", "no JSON", '{"n": null}', "[]", "{}"])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(NAMES, GIVEN), min_size=1, max_size=8), st.integers(1, 3))
def test_every_call_has_one_result_in_call_order_whatever_fails(calls, limit):
    parts = [ToolCallPart(f"id_{number}", name, arguments) for number, (name, arguments) in enumerate(calls)]
    session = Session(Agent(model=Scripted([parts, "Done."]), tools=TOOLS, max_parallel_tools=limit))
    result = session.run("Go")
    assert result.text == "Done."
    (message,) = [message for message in session.messages if message.role == "tool"]
    assert [(answer.id, answer.name) for answer in message.tool_results] == [(part.id, part.name) for part in parts]


# -- side by side -------------------------------------------------------------------------------------------------------------


class Crowd:
    """Counts who is in at once."""

    def __init__(self) -> None:
        self.inside, self.most, self.lock = 0, 0, threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.inside -= 1


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("thread", [False, True])
def test_no_more_calls_run_at_once_than_the_agent_allows(limit, thread):
    crowd = Crowd()

    def waits_on_a_thread() -> None:
        with crowd:
            time.sleep(0.01)

    async def waits() -> None:
        with crowd:
            await asyncio.sleep(0.01)

    made = tool(waits_on_a_thread if thread else waits, name="waits", thread=thread)
    session = Session(Agent(model=Scripted([[call("waits")] * 9, "Done."]), tools=[made], max_parallel_tools=limit))
    session.run("Go")
    assert crowd.most == limit
    assert len(session.messages[2].tool_results) == 9


def test_plain_tools_run_in_call_order_one_after_another_beside_the_rest():
    crowd, order, released = Crowd(), [], threading.Event()

    def plain(n: int) -> None:
        with crowd:
            order.append(n)
            released.set()

    @tool(thread=True)
    def beside() -> bool:
        return released.wait(10)  # which is while the plain ones run

    calls = [call("beside"), *(call("plain", n=n) for n in range(5))]
    session = Session(Agent(model=Scripted([calls, "Done."]), tools=[beside, plain]))
    session.run("Go")
    assert (order, crowd.most) == ([0, 1, 2, 3, 4], 1)
    assert session.messages[2].tool_results[0].content == "true"


def test_a_call_that_waits_for_a_person_takes_no_place():
    asked = asyncio.Event()

    async def after_the_other(call: ToolCallPart, digest: str) -> bool:
        await asked.wait()
        return True

    async def lets_it_go() -> str:
        asked.set()
        return "go"

    tools = [fine.replace(needs_approval=True, name="asks"), lets_it_go]
    session = Session(Agent(model=Scripted([[call("asks", n=1), call("lets_it_go")], "Done."]), tools=tools, max_parallel_tools=1), approve=after_the_other)
    session.run("Go")
    assert [result.content for result in session.messages[2].tool_results] == ["1", "go"]


def test_what_was_done_before_a_stop_is_kept_and_the_rest_is_said_to_be_cancelled():
    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    session = Session(Agent(model=Scripted([[call("fine", n=1), call("waits_for_ever"), call("fine", n=2)], "Never."]), tools=[fine, waits_for_ever]))

    def stops(events: list[object]) -> None:
        if any(isinstance(event, ToolFinished) and event.result.content == "2" for event in events):
            session.cancel()

    session.observers.append(stops)
    with pytest.raises(RunCancelled):
        session.run("Go")
    assert [result.content for result in session.messages[2].tool_results] == ["1", "Cancelled by the user.", "2"]
