"""What a conversation promises, over the scripted provider: outcomes, what is kept, and what the next prompt sees."""

import asyncio
import json
import os
import sqlite3
import threading
import time

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, DecisionError, IncompleteStream, MaxStepsReached, Overloaded, RunCancelled, SessionBusy
from nbagent.events import PartDelta, RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import Message, TextPart, ToolCallPart, pending_calls
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, cut, error, pause, reasoning
from nbagent.session import Session, run
from nbagent.tools import tool


@tool
def get_weather(city: str) -> dict[str, str]:
    """Current weather of a city."""
    return {"city": city, "sky": "rain"}


@tool(approval=True)
def delete_rows(table: str) -> str:
    """Delete the rows of a table."""
    return f"{table}: 3 rows deleted"


def session_of(*steps, tools=(), **options):
    return Session(Agent(model=Scripted(list(steps)), tools=tools, **options))


def paired(events):
    """Every Started has exactly one Finished with the same span, and comes before it."""
    open_spans, seen = {}, set()
    for event in events:
        name = type(event).__name__
        if name in ("RunStarted", "StepStarted", "ToolStarted"):
            assert (name[:-7], event.span_id) not in seen
            open_spans[name[:-7], event.span_id] = event
            seen.add((name[:-7], event.span_id))
        elif name in ("RunFinished", "StepFinished", "ToolFinished"):
            assert (name[:-8], event.span_id) in open_spans, f"{name} without its Started"
            del open_spans[name[:-8], event.span_id]
    assert not open_spans
    return events


def recorded(session):
    events = []
    session.observers.append(events.extend)
    return events


def test_a_prompt_is_answered_and_both_stay_in_the_conversation():
    session = session_of("Hello.")
    result = session.run("Hi")
    assert (result.text, result.outcome) == ("Hello.", "completed")
    assert [message.role for message in session.messages] == ["user", "assistant"]
    assert result.usage.output_tokens > 0
    assert result.cost == 0.0


def test_tool_calls_are_answered_and_the_model_is_asked_again():
    session = session_of([call("get_weather", city="Oslo")], "Take a coat.", tools=[get_weather])
    events = recorded(session)
    assert session.run("Coat?").text == "Take a coat."
    assert [message.role for message in session.messages] == ["user", "assistant", "tool", "assistant"]
    assert session.messages[2].tool_results[0].content == '{"city": "Oslo", "sky": "rain"}'
    kinds = [type(event).__name__ for event in paired(events) if not isinstance(event, PartDelta)]
    assert kinds == [
        "RunStarted", "StepStarted", "PartStarted", "PartFinished", "StepFinished", "ToolStarted", "ToolFinished",
        "StepStarted", "PartStarted", "PartFinished", "StepFinished", "RunFinished",
    ]  # fmt: skip


def test_the_conversation_goes_on_and_the_model_sees_all_of_it():
    seen = []
    session = session_of("One.", lambda request: seen.append([m.text for m in request.messages]) or "Two.")
    session.run("a")
    session.run("b")
    assert seen == [["a", "One.", "b"]]


def test_streaming_is_the_same_run_folded():
    session = session_of([reasoning("Hm."), "Hello you."])
    events = list(session.stream("Hi"))
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "Hm.Hello you."
    assert session.result.text == "Hello you."
    paired(events)


def test_leaving_a_stream_early_cancels_and_closes_every_span():
    session = Session(Agent(model=Scripted(["word " * 500], pace=0.01)))
    events = recorded(session)
    for event in session.stream("Hi"):
        if isinstance(event, PartDelta):
            break
    assert isinstance(paired(events)[-1], RunFinished)
    assert events[-1].outcome == "cancelled"
    assert not session.busy


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


# --- approvals -------------------------------------------------------------------------------------------------------


def test_headless_a_call_that_needs_approval_pauses_and_the_rest_of_its_batch_is_done():
    session = session_of([call("delete_rows", table="orders"), call("get_weather", city="Oslo")], "Done.", tools=[delete_rows, get_weather])
    result = session.run("Clean up")
    assert result.outcome == "paused"
    assert [waiting.name for waiting in result.pending] == ["delete_rows"]
    assert session.messages[-1].tool_results[0].name == "get_weather"
    done = session.resume({result.pending[0].id: True})
    assert done.outcome == "completed"
    assert [r.name for r in session.messages[2].tool_results] == ["delete_rows", "get_weather"]


@pytest.mark.parametrize(
    ("decision", "content", "is_error"),
    [
        (True, "orders: 3 rows deleted", False),
        (False, "The user rejected this call.", True),
        ("not on Fridays", "The user rejected this call. Reason: not on Fridays", True),
        ({"table": "drafts"}, '[The user changed the arguments to {"table":"drafts"}]\ndrafts: 3 rows deleted', False),
    ],
)
def test_a_decision_is_yes_no_a_reason_or_other_arguments(decision, content, is_error):
    session = session_of([call("delete_rows", table="orders")], "ok", tools=[delete_rows])
    paused = session.run("Go")
    session.resume({paused.pending[0].id: decision})
    result = session.messages[2].tool_results[0]
    assert (result.content, result.is_error) == (content, is_error)


def test_a_decision_on_nothing_is_an_error_and_missing_ones_stay_pending():
    session = session_of([call("delete_rows", table="a"), call("delete_rows", table="b")], "ok", tools=[delete_rows])
    with pytest.raises(DecisionError, match="Nothing waits"):
        session.resume({"x": True})
    paused = session.run("Go")
    with pytest.raises(DecisionError, match="No call 'x' waits"):
        session.resume({"x": True})
    with pytest.raises(DecisionError, match="no decision"):
        session.resume({paused.pending[0].id: 3})
    again = session.resume({paused.pending[1].id: True})
    assert again.outcome == "paused"
    assert [waiting.arguments for waiting in again.pending] == ['{"table": "a"}']
    assert session.resume({paused.pending[0].id: True}).text == "ok"


def test_a_paused_session_is_carried_on_from_a_file_in_another_kernel(tmp_path):
    session = session_of([call("delete_rows", table="orders")], "Done.", tools=[delete_rows])
    paused = session.run("Go")
    path = tmp_path / "paused.json"
    session.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="delete_rows"):
        Session.load(path)
    other = Session.load(path, agent=session.agent)
    assert other.resume({paused.pending[0].id: True}).text == "Done."


def test_a_file_that_is_no_session_says_so(tmp_path):
    path = tmp_path / "x.json"
    session = session_of("Hello.")
    session.run("Hi")
    session.save(path)
    good = json.loads(path.read_text())
    for wrong in (
        {}, [], {**good, "agent": "x"}, {**good, "agent": {**good["agent"], "max_steps": "many"}}, {**good, "messages": [{"role": "x"}]},
        {**good, "run": "../../config"},
    ):  # fmt: skip
        path.write_text(json.dumps(wrong))
        with pytest.raises(ConfigError, match="not a saved session"):
            Session.load(path)


def test_no_password_of_a_url_is_saved(tmp_path):
    path = tmp_path / "x.json"
    Session(Agent(model="openai-chat:m", base_url="https://me:hunter2@models.example/v1")).save(path)
    assert Session.load(path, own=True).agent.base_url == "https://models.example/v1"
    assert "hunter2" not in path.read_text()


def test_what_cannot_be_saved_says_so_and_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "x.json"
    session = session_of("Hello.")
    session.save(path)
    before = path.read_bytes()
    session.agent = session.agent.replace(params={"stop": object()})
    with pytest.raises(ConfigError, match="cannot be saved"):
        session.save(path)
    with pytest.raises(ConfigError, match="cannot be saved"):
        session.save(tmp_path / "missing" / "x.json")
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("prompt", [None, 5, b"bytes", ["text", 5], {"a": 1}, Message("assistant", (TextPart("I said"),))])
def test_what_is_no_prompt_is_refused(prompt):
    session = session_of("Hello.")
    with pytest.raises(ConfigError, match="A prompt cannot be"):
        session.run(prompt)
    assert not session.busy


def test_half_characters_in_a_prompt_can_be_sent_and_saved(tmp_path):
    session = session_of("Hello.")
    session.run("the file a\udcff.txt")
    session.save(tmp_path / "x.json")
    assert Session.load(tmp_path / "x.json").messages[0].text == "the file a?.txt"


@pytest.mark.parametrize("decisions", [None, "yes", [("c", True)], {"c": None}, {"c": {"table": object()}}])
def test_what_is_no_decision_decides_nothing(decisions):
    session = session_of([ToolCallPart("c", "delete_rows", '{"table": "orders"}')], "Done.", tools=[delete_rows])
    session.run("Go")
    with pytest.raises(DecisionError):
        session.resume(decisions)
    assert [each.id for each in pending_calls(session.messages)] == ["c"]


def test_going_on_instead_of_deciding_answers_the_waiting_calls():
    session = session_of([call("delete_rows", table="orders")], "Fine.", tools=[delete_rows])
    session.run("Go")
    assert session.run("Never mind").text == "Fine."
    assert not pending_calls(session.messages)
    assert "went on with something else" in session.messages[2].tool_results[0].content


# --- failures, cancelling ------------------------------------------------------------------------------------------------


def test_a_stream_cut_short_is_a_failure_and_the_partial_is_kept():
    session = session_of(["The answer is", cut()], retries=0)
    events = recorded(session)
    with pytest.raises(IncompleteStream) as failure:
        session.run("Hi")
    assert failure.value.result.text == "The answer is"
    assert failure.value.result.outcome == "failed"
    assert session.messages[-1].finish_reason == "error"
    finished = next(event for event in paired(events) if isinstance(event, StepFinished))
    assert finished.error.type == "IncompleteStream"


def test_a_call_cut_in_its_middle_is_not_kept_for_the_next_prompt():
    session = session_of(["Let me look.", call("get_weather", city="Oslo"), cut()], "Next.", tools=[get_weather], retries=0)
    with pytest.raises(IncompleteStream):
        session.run("Hi")
    assert not session.messages[-1].tool_calls


def test_a_prompt_without_any_answer_is_not_said_twice():
    session = session_of([Overloaded("busy")], lambda request: f"{len(request.messages)} messages", retries=0)
    with pytest.raises(Overloaded):
        session.run("Hi")
    assert session.messages == []
    assert session.run("Hi again").text == "1 messages"


def test_retries_happen_before_the_first_part_and_are_seen():
    session = session_of([Overloaded("busy", retry_after=0.01)], "Hello.")
    events = recorded(session)
    assert session.run("Hi").text == "Hello."
    assert [event.attempt for event in events if type(event).__name__ == "Retried"] == [1]


def test_after_the_first_part_a_failure_is_not_retried():
    session = session_of(["Half", error(Overloaded("busy"))], "Never said.")
    with pytest.raises(Overloaded):
        session.run("Hi")
    assert session.messages[-1].text == "Half"


def test_max_steps_is_a_failure_of_its_own_and_keeps_what_came():
    session = session_of([call("get_weather", city="Oslo")], tools=[get_weather], max_steps=2)
    session.agent = session.agent.replace(model=Scripted([[call("get_weather", city="Oslo")]], loop=True))
    with pytest.raises(MaxStepsReached):
        session.run("Loop")
    assert len(session.messages) == 5


def test_cancelling_keeps_the_partial_answer_and_the_next_prompt_works():
    session = Session(Agent(model=Scripted(["word " * 500, "Next."], pace=0.005)))
    events = recorded(session)
    threading.Timer(0.1, session.cancel).start()
    with pytest.raises(RunCancelled) as stopped:
        session.run("Go")
    assert stopped.value.result.text.startswith("word")
    assert session.messages[-1].finish_reason == "cancelled"
    assert paired(events)[-1].outcome == "cancelled"
    assert session.run("Then").text == "Next."


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


def test_an_error_before_a_run_has_a_result_of_none():
    with pytest.raises(ConfigError) as empty:
        session_of("x").run(" ")
    assert empty.value.result is None


def test_ctrl_c_in_mid_stream_ends_the_run_at_once():
    session = Session(Agent(model=Scripted([["Hello ", pause(30)]])))
    threading.Timer(0.2, lambda: os.kill(os.getpid(), 2)).start()
    with pytest.raises(RunCancelled):
        session.run("Go")


# --- one at a time, nesting, observers -----------------------------------------------------------------------------------


def test_a_second_prompt_at_the_same_time_is_refused():
    session = Session(Agent(model=Scripted(["Hello ", "x"], pace=0.05)))
    stream = session.stream("Hi")
    next(stream)
    with pytest.raises(SessionBusy):
        session.run("Me too")
    stream.close()


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


def test_awaiting_works_in_any_loop():
    async def main():
        session = session_of([call("get_weather", city="Oslo")], "ok", tools=[get_weather])
        first = await session.arun("Go")
        events = [event async for event in Session(Agent(model=Scripted(["Hi."]))).astream("x")]
        return first.text, type(events[-1]).__name__

    assert asyncio.run(main()) == ("ok", "RunFinished")


def test_a_subscriber_that_raises_is_a_warning_and_never_a_broken_run():
    session = session_of("Hello.")
    seen = []
    session.subscribers += [lambda event: 1 / 0, lambda event: seen.append((type(event), threading.current_thread()))]
    with pytest.warns(RuntimeWarning, match="ZeroDivisionError"):
        assert session.run("Hi").text == "Hello."
    assert seen[0] == (RunStarted, threading.current_thread())


def test_running_again_from_a_place_replaces_what_stood_after_it():
    session = session_of("One.", "Two.")
    session.run("a")
    session.run("b")
    session.run("a again", at=0)
    assert [message.text for message in session.messages] == ["a again", "One."]
    assert [message.text for message in session.replaced[0]] == ["a", "One.", "b", "Two."]


def test_a_rerun_that_produces_nothing_leaves_the_old_exchange():
    session = session_of("One.", lambda request: Overloaded("busy"), retries=0)
    session.run("a")
    session.agent = session.agent.replace(model=Scripted([Overloaded("busy")]))
    with pytest.raises(Overloaded):
        session.run("a again", at=0)
    assert [message.text for message in session.messages] == ["a", "One."]


def test_an_empty_prompt_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="empty"):
        session_of("x").run("")


def test_a_provider_written_in_a_cell_needs_only_stream_and_its_errors_are_told():
    class Mine:
        name = "mine"

        async def stream(self, request):
            raise ValueError("oops")
            yield

    with pytest.raises(Exception, match="mine: ValueError: oops"):
        Session(Agent(model=Mine(), retries=0)).run("Hi")


def test_messages_given_at_the_start_are_the_conversation():
    session = Session(Agent(model=Scripted([lambda request: str(len(request.messages))])), messages=[Message("user", ()), Message("assistant", ())])
    assert session.run("x").text == "3"


def test_traces_can_be_shared():
    trace = Trace()
    for text in ("a", "b"):
        Session(Agent(model=Scripted([text])), trace=trace).run("x")
    assert len(trace.runs()) == 2


def test_every_step_says_what_was_sent():
    session = session_of("Hello.", instructions="Be brief.", params={"temperature": 0})
    events = recorded(session)
    session.run("Hi")
    started = next(event for event in events if isinstance(event, StepStarted))
    assert (started.instructions, started.params, [message.text for message in started.messages]) == ("Be brief.", {"temperature": 0}, ["Hi"])


def test_a_key_of_the_environment_goes_nowhere(monkeypatch):
    key = "veryprivatevalue-without-any-shape"
    monkeypatch.setenv("MY_SERVICE_API_KEY", key)

    @tool
    def leak() -> dict[str, str]:
        return dict(os.environ)

    session = session_of([call("leak")], "ok", tools=[leak])
    session.run(f"The environment is {dict(os.environ)}")
    assert key not in str(session.messages)
    assert key not in str(session.result.state)
    assert "ver...[redacted]" in session.messages[0].text
    assert "ver...[redacted]" in session.messages[2].tool_results[0].content


def test_a_file_of_somebody_else_cannot_choose_where_a_key_is_sent(tmp_path):
    path = tmp_path / "talk.json"
    Session(Agent(model="openai-chat:x", base_url="https://elsewhere.example/v1")).save(path)
    with pytest.raises(ConfigError, match="sent to elsewhere"):
        Session.load(path)
    assert Session.load(path, own=True).agent.base_url == "https://elsewhere.example/v1"
    assert Session.load(path, agent=Agent(model="local:")).agent.base_url is None
    Session(Agent(model="openai-chat:x", base_url="http://127.0.0.1:8080/v1")).save(path)
    assert Session.load(path).agent.base_url == "http://127.0.0.1:8080/v1"


def test_the_trace_has_the_arguments_that_ran_where_a_person_changed_them():
    session = session_of([call("delete_rows", table="orders")], "ok", tools=[delete_rows])
    paused = session.run("Go")
    session.resume({paused.pending[0].id: {"table": "drafts"}})
    done = session.trace.tools().query("status == 'ok'")
    assert list(done["arguments"]) == ['{"table":"drafts"}']
