"""Claims on what decides over a call: checks before and after it, whether a tool is offered, and how its failure is taken."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from nbagent import Agent, Session, ToolResult, tool
from nbagent.errors import DecisionError, GuardrailTripped, RunCancelled, ToolDefinitionError, ToolFailed
from nbagent.events import RunEvent, ToolFinished, ToolStarted
from nbagent.messages import pending_calls
from nbagent.providers.scripted import Scripted, call

RAN: list[str] = []
ENDED: list[tuple[str, str]] = []


def deletes(path: str) -> str:
    RAN.append(path)
    return f"deleted {path}"


def session_of(*steps: Any, tools: list[Any], **options: Any) -> Session:
    """A session of these steps; what ran and how each call ended is in `RAN` and `ENDED`."""
    RAN.clear()
    ENDED.clear()
    session = Session(Agent(model=Scripted([*steps, "Done."]), tools=tools), **options)
    session.observers.append(lambda events: ENDED.extend((event.result.id, event.status) for event in events if isinstance(event, ToolFinished)))
    return session


def no_root(arguments: dict[str, Any]) -> str | None:
    return "Paths outside the project are not deleted." if arguments["path"].startswith("/") else None


async def no_root_awaited(arguments: dict[str, Any]) -> str | None:
    return no_root(arguments)


@pytest.mark.parametrize("check", [no_root, no_root_awaited])
def test_a_check_of_the_arguments_gives_the_model_its_text_and_nothing_runs(check):
    session = session_of([call("deletes", path="/etc"), call("deletes", path="a.txt")], tools=[tool(check_arguments=check)(deletes)])
    session.run("Go")
    first, second = session.messages[2].tool_results
    assert (first.content, first.is_error) == ("Paths outside the project are not deleted.", True)
    assert (second.content, second.is_error) == ("deleted a.txt", False)
    assert RAN == ["a.txt"]
    assert ENDED == [("call_1", "rejected"), ("call_2", "ok")]


def test_a_check_of_the_result_keeps_it_from_the_model_and_not_from_the_kernel():
    def no_secret(value: str) -> str | None:
        return "The result was too private." if "a.txt" in value else None

    session = session_of([call("deletes", path="a.txt")], tools=[tool(check_result=no_secret)(deletes)])
    session.run("Go")
    (answer,) = session.messages[2].tool_results
    assert (answer.content, answer.is_error) == ("The result was too private.", True)
    assert session.objects[answer.id] == "deleted a.txt"
    assert "deleted" not in session.result.trace.tools().to_csv()


def test_a_check_of_the_result_sees_the_object_itself():
    seen: list[Any] = []
    given = ToolResult([1, 2], show="two")
    session = session_of([call("gives")], tools=[tool(lambda: given, name="gives", check_result=seen.append)])
    session.run("Go")
    assert seen == [given]


@pytest.mark.parametrize("where", ["check_arguments", "check_result"])
def test_a_check_that_trips_ends_the_run_typed_and_what_came_is_kept(where):
    def trips(value: Any) -> None:
        if "secret" in str(value):
            raise GuardrailTripped("Nobody asked for secrets.")

    tools = [tool(deletes), tool(deletes, name="guarded", **{where: trips})]
    session = session_of([call("deletes", path="a.txt"), call("guarded", path="secret")], tools=tools)
    with pytest.raises(GuardrailTripped, match="Nobody asked for secrets") as caught:
        session.run("Go")
    assert caught.value.result.outcome == "failed"
    first, second = session.messages[2].tool_results
    assert first.content == "deleted a.txt"
    assert second.is_error
    assert "Nobody asked for secrets" in second.content
    assert ("secret" in RAN) is (where == "check_result")
    assert session.run("And now?").text == "Done."


def test_a_call_that_waits_for_a_person_does_not_hold_up_the_end():
    def trips(arguments: Any) -> None:
        raise GuardrailTripped("No.")

    async def nobody_answers(call: Any, digest: str) -> bool:
        await asyncio.Event().wait()
        return True

    tools = [tool(deletes, approval=True), tool(deletes, name="guarded", check_arguments=trips)]
    session = session_of([call("deletes", path="a"), call("guarded", path="b")], tools=tools, approve=nobody_answers)
    with pytest.raises(GuardrailTripped):
        session.run("Go")
    assert [result.content for result in session.messages[2].tool_results] == ["Not run: the run ended before.", "Not run: GuardrailTripped: No."]
    assert RAN == []


def fails(value: Any) -> None:
    raise KeyError("no such rule")


def says_true(value: Any) -> Any:
    return True


@pytest.mark.parametrize("check", [fails, says_true])
@pytest.mark.parametrize("where", ["check_arguments", "check_result"])
def test_a_check_that_fails_lets_nothing_through(check, where):
    session = session_of([call("deletes", path="a.txt")], tools=[tool(deletes, **{where: check})])
    session.run("Go")
    (answer,) = session.messages[2].tool_results
    assert answer.is_error
    assert "deleted" not in answer.content
    assert "KeyError" in answer.content or "a check returned bool" in answer.content


def test_a_check_comes_before_the_person_is_asked_and_again_after_an_edit():
    asked: list[Any] = []

    async def edits(call: Any, digest: str) -> dict[str, Any]:
        asked.append(call.arguments)
        return {"path": "/etc"}

    tools = [tool(check_arguments=no_root, approval=True)(deletes)]
    session = session_of([call("deletes", path="/usr"), call("deletes", path="a.txt")], tools=tools, approve=edits)
    session.run("Go")
    assert asked == ['{"path": "a.txt"}']
    refused = "Paths outside the project are not deleted."
    edited = f'[The user changed the arguments to {{"path":"/etc"}}]\n{refused}'
    assert [result.content for result in session.messages[2].tool_results] == [refused, edited]
    assert RAN == []


# -- offered or not ---------------------------------------------------------------------------------------------------------


def test_a_tool_is_offered_where_it_is_enabled_when_the_model_is_asked():
    offered: list[list[str]] = []
    on = {"deletes": True}

    def step(answer: Any) -> Any:
        def says(request: Any) -> Any:
            offered.append([spec.name for spec in request.tools])
            return answer

        return says

    def turns_off() -> str:
        on["deletes"] = False
        return "off"

    tools = [tool(deletes, enabled=lambda: on["deletes"]), tool(deletes, name="never", enabled=False), turns_off]
    session = Session(Agent(model=Scripted([step([call("turns_off")]), step([call("deletes", path="a")]), step("Done.")]), tools=tools))
    session.run("Go")
    assert offered == [["deletes", "turns_off"], ["turns_off"], ["turns_off"]]
    (answer,) = session.messages[4].tool_results
    assert (answer.content, answer.is_error) == ("The tool 'deletes' cannot be used now.", True)


def test_an_enabled_that_fails_is_said_before_anything_is_sent():
    def odd() -> bool:
        raise KeyError("flag")

    session = session_of(tools=[tool(deletes, enabled=odd)])
    with pytest.raises(ToolDefinitionError, match="deletes: its enabled= raised KeyError"):
        session.run("Go")


# -- failures ---------------------------------------------------------------------------------------------------------------


def raises() -> None:
    raise ValueError("the disk is full")


async def raises_awaited() -> None:
    raise ValueError("the disk is full")


@pytest.mark.parametrize("function", [raises, raises_awaited])
def test_a_tool_may_end_the_run_with_its_failure(function):
    session = session_of([call("deletes", path="a"), call(function.__name__)], tools=[deletes, tool(function, on_error="raise")])
    with pytest.raises(ToolFailed, match="the disk is full") as caught:
        session.run("Go")
    assert isinstance(caught.value.__cause__, ValueError)
    assert [result.content for result in caught.value.result.messages[2].tool_results] == ["deleted a", "ValueError: the disk is full"]
    assert dict(ENDED) == {"call_1": "ok", "call_2": "error"}


def test_wrong_arguments_never_end_a_run():
    session = session_of([call("deletes")], tools=[tool(deletes, on_error="raise")])
    assert session.run("Go").text == "Done."


# -- decisions --------------------------------------------------------------------------------------------------------------


def test_edited_arguments_that_do_not_fit_are_refused_when_they_are_given():
    session = session_of([call("deletes", path="a")], tools=[tool(deletes, approval=True)])
    session.run("Go")
    with pytest.raises(DecisionError, match="path is required") as caught:
        session.resume({"call_1": {"file": "b"}})
    assert "file is not one of its parameters. Parameters: path" in str(caught.value)
    assert len(pending_calls(session.messages)) == 1
    assert session.resume({"call_1": {"path": "b"}}).text == "Done."
    assert RAN == ["b"]


@pytest.mark.parametrize("odd", [1, 0, [], object()])
def test_what_is_no_decision_is_no_yes(odd):
    async def says(call: Any, digest: str) -> Any:
        return odd

    session = session_of([call("deletes", path="a")], tools=[tool(deletes, approval=True)], approve=says)
    session.run("Go")
    assert RAN == []
    assert "is no decision" in session.messages[2].tool_results[0].content


def test_where_nobody_can_be_asked_nothing_runs_and_the_rest_goes_on():
    async def fails_to_ask(call: Any, digest: str) -> Any:
        raise ConnectionError("the line is dead")

    session = session_of(
        [call("deletes", path="a"), call("free", path="b")], tools=[tool(deletes, approval=True), tool(deletes, name="free")], approve=fails_to_ask
    )
    assert session.run("Go").text == "Done."
    first, second = session.messages[2].tool_results
    assert (first.content, second.content) == ("Not run: a person could not be asked: ConnectionError: the line is dead", "deleted b")
    assert RAN == ["b"]


def test_every_refusal_is_a_started_and_a_finished_call():
    session = session_of([call("nope"), call("deletes"), call("deletes", path="/etc")], tools=[tool(deletes, check_arguments=no_root)])
    events: list[RunEvent] = []
    session.observers.append(events.extend)
    session.run("Go")
    assert [event.call.id for event in events if isinstance(event, ToolStarted)] == ["call_1", "call_2", "call_3"]
    assert ENDED == [("call_1", "error"), ("call_2", "error"), ("call_3", "rejected")]


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit(), asyncio.CancelledError()], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", ["check_arguments", "check_result", "approval"])
def test_whatever_a_check_raises_is_the_calls_result_and_the_engine_lives(place, error):
    def raises(given: Any) -> None:
        raise error

    session = session_of([call("deletes", path="a")], "Not done.", tools=[tool(deletes, **{place: raises})])
    assert session.run("Go").text == "Not done."
    assert [status for _, status in ENDED] == ["error"]
    assert len(RAN) == (place == "check_result")
    assert session.run("And again").outcome == "completed"


def test_a_check_that_says_an_empty_text_says_something():
    session = session_of([call("deletes", path="a")], tools=[tool(deletes, check_arguments=lambda given: "")])
    session.run("Go")
    assert RAN == []
    assert session.messages[2].tool_results[0].content == "The check did not let it through."


def test_a_check_that_takes_its_time_holds_nothing_else_up():
    beside = threading.Event()

    def slow(arguments: dict[str, Any]) -> None:
        assert beside.wait(10), "the engine stood still"

    @tool
    async def quick() -> str:
        beside.set()
        return "was quick"

    session = session_of([call("deletes", path="a.txt"), call("quick")], tools=[tool(check_arguments=slow)(deletes), quick])
    session.run("Go")
    assert [result.content for result in session.messages[2].tool_results] == ["deleted a.txt", "was quick"]


def test_a_run_is_stopped_also_while_a_check_of_its_sleeps():
    session = Session(Agent(model=Scripted([[call("deletes", path="a.txt")], "Not any more."]), tools=[tool(check_arguments=lambda _: sleeping())(deletes)]))

    def sleeping() -> None:
        session.cancel()
        threading.Event().wait(20)

    with pytest.raises(RunCancelled):
        session.run("Go")
    assert session.messages[-1].tool_results[0].content == "Cancelled by the user."


def test_whether_to_ask_a_person_may_take_its_time_too():
    places = []

    def asks(arguments: dict[str, Any]) -> bool:
        places.append(threading.current_thread().name)
        return False

    session_of([call("deletes", path="a.txt")], tools=[tool(approval=asks)(deletes)]).run("Go")
    assert places == ["nbagent-tool"]
    assert RAN == ["a.txt"]
