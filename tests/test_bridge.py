"""Claims on threads and loops: what a caller that awaits or leaves gets, and that nothing of a run is lost by it."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError, RunCancelled
from nbagent.events import PartDelta
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tools import tool


def slow(**options) -> Session:
    return Session(Agent(model=Scripted(["word " * 500], pace=0.01), **options))


def test_a_time_limit_around_a_run_is_a_timeout_and_keeps_what_came():
    session = slow()

    async def main() -> None:
        await asyncio.wait_for(session.arun("Hi"), 0.2)

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    assert not session.busy
    assert session.messages[-1].finish_reason == "cancelled"
    assert session.messages[-1].text.startswith("word")
    assert session.result.outcome == "cancelled"


def test_a_task_that_is_cancelled_is_cancelled():
    session = slow()

    async def main() -> asyncio.Task:
        task = asyncio.create_task(session.arun("Hi"))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait({task})
        return task

    assert asyncio.run(main()).cancelled()
    assert session.messages[-1].finish_reason == "cancelled"


def test_a_run_that_is_cancelled_at_once_says_how_it_ended():
    session = slow()

    async def main() -> None:
        task = asyncio.create_task(session.arun("Hi"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(main())
    assert session.result.outcome == "cancelled"
    assert not session.busy


def test_leaving_an_awaited_stream_early_keeps_what_came():
    session = slow()

    async def main() -> None:
        stream = session.astream("Hi")
        async for event in stream:
            if isinstance(event, PartDelta):
                break
        await stream.aclose()

    asyncio.run(main())
    assert session.result.outcome == "cancelled"
    assert session.messages[-1].text.startswith("word")


def test_a_stream_that_is_forgotten_is_cancelled_by_whichever_thread_clears_it_away():
    for clear in (lambda box: box.clear(), lambda box: threading.Thread(target=box.clear).start(), lambda box: engine().call_soon_threadsafe(box.clear)):
        session = slow()
        box = [session.stream("Hi")]
        next(box[0])
        clear(box)
        deadline = time.monotonic() + 5
        while session.busy:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_another_thread_stops_a_run_that_blocks():
    session = slow()
    engine().call_soon_threadsafe(engine().call_later, 0.1, session.cancel)
    with pytest.raises(RunCancelled) as caught:
        session.run("Hi")
    assert caught.value.result.text.startswith("word")


def test_a_blocking_call_on_the_engines_own_thread_is_refused_in_a_sentence():
    inner = Session(Agent(model=Scripted(["Hello."])))

    @tool
    async def asks() -> str:
        return inner.run("Hi").text

    session = Session(Agent(model=Scripted([[call("asks")], "Done."]), tools=[asks]))
    assert session.run("Go").text == "Done."
    assert session.messages[2].tool_results[0].content.startswith(f"{ConfigError.__name__}: A blocking call on the engine's own thread")
    assert not inner.busy


def test_an_async_tool_may_await_a_run_whose_plain_tools_run_where_the_outer_caller_is():
    places = []

    @tool
    def here() -> str:
        places.append(threading.current_thread().name)
        return "here"

    @tool
    async def asks() -> str:
        inner = Session(Agent(model=Scripted([[call("here")], "Inner."]), tools=[here]))
        return (await inner.arun("Hi")).text

    session = Session(Agent(model=Scripted([[call("asks")], "Done."]), tools=[asks]))
    session.run("Go")
    assert session.messages[2].tool_results[0].content == "Inner."
    assert places == [threading.current_thread().name]


@pytest.fixture
def switching():
    """Threads that take turns far more often than they are wont to."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # one that comes while Python clears something away is only reported
def test_a_stop_hits_the_tool_that_it_is_meant_for_or_nothing(switching):
    """A stray interrupt would end this test: every round stops a plain tool of the main thread at another moment of its end."""
    stops, over = threading.Semaphore(0), threading.Event()
    model = Scripted([lambda request: [call("short")] if request.messages[-1].role == "user" else "Done."], loop=True)
    session = Session(Agent(model=model, tools=[tool(lambda: stops.release(), name="short")]))
    outcomes = set()

    def watches() -> None:
        number = 0
        while not over.is_set():
            if stops.acquire(timeout=0.02):
                number += 1
                for _ in range(number % 20):
                    pass
                session.cancel()

    watcher = threading.Thread(target=watches)
    watcher.start()
    for _ in range(200):
        try:
            outcomes.add(session.run("Go").outcome)
        except RunCancelled:
            outcomes.add("cancelled")
        sum(range(1_000))  # where a late one would be noticed
    over.set()
    watcher.join()
    assert outcomes <= {"cancelled", "completed"}


def test_a_plain_tool_of_a_run_that_was_stopped_never_begins():
    ran = []

    @tool
    def first() -> None:
        ran.append("first")
        session.cancel()  # on its own thread: it goes on to its end itself

    @tool
    def second() -> None:
        ran.append("second")

    session = Session(Agent(model=Scripted([[call("first"), call("second")], "Done."]), tools=[first, second]))
    with pytest.raises(RunCancelled):
        session.run("Go")
    assert ran == ["first"]


def test_what_ends_a_loop_does_not_end_the_engines():
    async def leaves() -> None:
        raise SystemExit("a task of a tool's own")

    @tool
    async def begins() -> str:
        begun = asyncio.create_task(leaves())
        await asyncio.wait([begun])
        return str(begun.exception())

    session = Session(Agent(model=Scripted([call("begins"), "Done."]), tools=[begins]))
    assert session.run("Go").text == "Done."
    assert session.messages[2].tool_results[0].content == "a task of a tool's own"
