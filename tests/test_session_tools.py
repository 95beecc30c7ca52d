"""What a conversation promises of its tools, over the scripted provider: where they run, what is kept, and runs inside them."""

import asyncio
import json
import os
import sqlite3
import threading
import time
from types import SimpleNamespace

import pytest

from nbagent.agent import Agent
from nbagent.errors import RunCancelled
from nbagent.events import PartFinished, StreamEnded, ToolFinished, ToolStarted
from nbagent.messages import TextPart, ToolCallPart
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session, run
from nbagent.tools import tool
from tests.sessions import get_weather, paired, recorded, session_of


def test_plain_tools_run_on_the_callers_thread():
    connection = sqlite3.connect(":memory:")  # refuses any other thread
    connection.execute("create table t(x)")

    @tool
    def insert(x: int) -> str:
        connection.execute("insert into t values (?)", (x,))
        return threading.current_thread().name

    session = session_of([call("insert", x=1), call("insert", x=2)], "Done.", tools=[insert])
    session.run("Go")
    assert session.messages[2].tool_results[0].content == threading.current_thread().name
    assert connection.execute("select x from t").fetchall() == [(1,), (2,)]
    connection.close()


def test_async_and_thread_tools_run_side_by_side_and_results_come_in_call_order():
    running, most = 0, 0
    gate = threading.Barrier(2, timeout=5)

    @tool
    async def first() -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return "first"

    @tool(thread=True)
    def second() -> str:
        gate.wait()
        return "second"

    session = session_of([call("first"), call("second"), call("first"), call("second")], "ok", tools=[first, second])
    session.run("Go")
    assert [result.content for result in session.messages[2].tool_results] == ["first", "second", "first", "second"]
    assert most == 2


def test_a_failing_tool_loses_nothing_of_the_others():
    @tool
    def bad(n: int) -> int:
        raise ValueError("no such key sk-1234567890abcdef")

    session = session_of([call("bad", n=1), call("get_weather", city="Oslo"), call("nope"), call("bad", n="x")], "ok", tools=[bad, get_weather])
    events = recorded(session)
    session.run("Go")
    results = session.messages[2].tool_results
    assert [result.is_error for result in results] == [True, False, True, True]
    assert results[0].content == "ValueError: no such key sk-...[redacted]"
    assert "no tool 'nope'" in results[2].content
    assert "n: Input should be a valid integer" in results[3].content
    error = next(event for event in paired(events) if isinstance(event, ToolFinished) and event.error and event.error.type == "ValueError").error
    assert "raise ValueError" in error.traceback
    assert "nbagent/bridge" not in error.traceback
    assert "sk-1234567890abcdef" not in error.traceback


def test_a_timeout_leaves_the_thread_behind_and_the_run_goes_on():
    @tool(timeout=0.05)
    def hang() -> str:
        time.sleep(1)
        return "late"

    session = session_of([call("hang")], "ok", tools=[hang])
    assert session.run("Go").text == "ok"
    assert "longer than its 0.05 s" in session.messages[2].tool_results[0].content


def test_a_generators_yields_are_progress_and_its_return_the_result():
    @tool
    def count(n: int):
        for i in range(n):
            yield f"step {i}"
        return n

    session = session_of([call("count", n=2)], "ok", tools=[count])
    events = recorded(session)
    session.run("Go")
    assert session.messages[2].tool_results[0].content == "2"
    assert "step 0" in "".join(event.text for event in events if type(event).__name__ == "ToolProgressed")


def test_a_huge_result_is_cut_for_the_model_and_kept_whole_in_the_trace():
    @tool(result_limit=1000)
    def big() -> str:
        return "x" * 10_000_000

    session = session_of([call("big")], "ok", tools=[big])
    events = recorded(session)
    session.run("Go")
    assert len(session.messages[2].tool_results[0].content) < 1200
    assert "9,999,001 of 10,000,000 characters left out" in session.messages[2].tool_results[0].content
    assert len(next(event for event in events if isinstance(event, ToolFinished)).whole) == 10_000_000


def test_cancelling_in_a_tool_leaves_a_result_for_every_call():
    @tool
    async def forever() -> str:
        await asyncio.sleep(60)
        return "never"

    session = session_of([call("get_weather", city="Oslo"), call("forever")], "ok", tools=[get_weather, forever])
    events = recorded(session)
    threading.Timer(0.1, session.cancel).start()
    with pytest.raises(RunCancelled):
        session.run("Go")
    assert [result.content for result in session.messages[-1].tool_results][1] == "Cancelled by the user."
    paired(events)
    assert session.run("Then").text == "ok"


def test_ctrl_c_in_a_sleeping_plain_tool_ends_the_run_at_once():
    @tool
    def sleeps() -> str:
        threading.Timer(0.1, lambda: os.kill(os.getpid(), 2)).start()
        time.sleep(30)
        return "never"

    session = session_of([call("sleeps")], "ok", tools=[sleeps])
    with pytest.raises(RunCancelled):
        session.run("Go")
    assert session.messages[-1].tool_results[0].content == "Cancelled by the user."


def test_stopping_from_another_thread_ends_a_sleeping_plain_tool_at_once():
    session = session_of([call("sleeps")], "ok")

    @tool
    def sleeps() -> str:
        threading.Timer(0.1, session.cancel).start()
        time.sleep(30)
        return "never"

    session.agent = session.agent.replace(tools=[sleeps])
    with pytest.raises(RunCancelled):
        session.run("Go")
    assert session.messages[-1].tool_results[0].content == "Cancelled by the user."


def test_an_agent_inside_a_plain_tool_runs_under_the_tools_span_and_in_the_same_trace():
    inner = Agent(name="inner", model=Scripted(["42"]))

    @tool
    def ask_inner(question: str) -> str:
        """Ask another agent."""
        return run(inner, question).text

    session = session_of([call("ask_inner", question="?")], "It is 42.", tools=[ask_inner])
    events = recorded(session)
    session.run("Go")
    tool_span = next(event.span_id for event in events if isinstance(event, ToolStarted))
    assert len(session.trace.runs()) == 1
    spans = session.trace.df
    assert tool_span in set(spans.loc[spans.agent == "inner", "parent_id"])


def test_an_agent_inside_an_async_tool_is_awaited_and_its_plain_tools_run_on_the_callers_thread():
    @tool
    def where() -> str:
        return threading.current_thread().name

    inner = Agent(name="inner", model=Scripted([[call("where")], lambda request: request.messages[-1].tool_results[0].content]), tools=[where])

    @tool
    async def ask_inner() -> str:
        return (await Session(inner).arun("?")).text

    session = session_of([call("ask_inner")], lambda request: request.messages[-1].tool_results[0].content, tools=[ask_inner])
    assert session.run("Go").text == threading.current_thread().name


def test_a_blocking_call_on_the_engines_thread_is_refused_with_a_sentence():
    @tool
    async def wrong() -> str:
        return run(Agent(model=Scripted(["x"])), "?").text

    session = session_of([call("wrong")], "ok", tools=[wrong])
    session.run("Go")
    assert "Use `await session.arun(...)`" in session.messages[2].tool_results[0].content


def test_ids_that_a_server_gives_twice_are_told_apart():
    def twice(city: str) -> ToolCallPart:
        return ToolCallPart("0", "get_weather", f'{{"city": "{city}"}}')

    session = session_of([twice("Oslo"), twice("Bergen")], twice("Narvik"), "Done.", tools=[get_weather])
    events = recorded(session)
    session.run("Go")
    paired(events)
    results = [result for message in session.messages for result in message.tool_results]
    assert [result.id for result in results] == ["0", "0_2", "0_3"]
    assert [json.loads(result.content)["city"] for result in results] == ["Oslo", "Bergen", "Narvik"]
    assert [session.objects[id_]["city"] for id_ in ("0", "0_2", "0_3")] == ["Oslo", "Bergen", "Narvik"]
    assert [event.part.id for event in events if isinstance(event, PartFinished) and isinstance(event.part, ToolCallPart)] == ["0", "0_2", "0_3"]


def test_an_error_whose_text_is_half_a_character_can_be_sent_and_saved(tmp_path):
    @tool
    def odd() -> str:
        raise OSError("no such file: \ud800")

    session = session_of(call("odd"), "Done.", tools=[odd])
    session.run("Go")
    session.save(tmp_path / "kept.json")
    assert session.messages[2].tool_results[0].content == "OSError: no such file: ?"


def test_calls_without_an_id_are_given_one():
    async def stream(request):
        answered = any(message.role == "tool" for message in request.messages)
        parts = [TextPart("Done.")] if answered else [ToolCallPart("", "get_weather", '{"city": "Oslo"}')] * 2
        yield [*(PartFinished(index, part) for index, part in enumerate(parts)), StreamEnded("stop")]

    session = Session(Agent(model=SimpleNamespace(name="own", stream=stream), tools=[get_weather]))
    assert session.run("Go").text == "Done."
    assert [result.id for result in session.messages[2].tool_results] == ["call", "call_2"]
