"""Claims on handlers: where a run would fail, a function gives its answer, the error stays seen, and who fails in that says both."""

from __future__ import annotations

import threading

import pytest

from nbagent.agent import Agent
from nbagent.errors import (
    AnswerRefused,
    ConfigError,
    HandlerFailed,
    MaxCostReached,
    MaxStepsReached,
    OutputInvalid,
    RunCancelled,
    RunError,
    ServerFailed,
)  # fmt: skip
from nbagent.events import OutputParsed, PartFinished, RunFinished, StreamEnded
from nbagent.messages import TextPart, pending_calls
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tools import tool
from tests.budgeted import Priced
from tests.sessions import get_weather, paired, recorded


def looping(**options):
    return Agent(model=Scripted([call("get_weather", city="Paris")], loop=True), tools=[get_weather], max_steps=2, **options)


class Refuses:
    name = "refuses"

    def __init__(self, reason: str, text: str = "I will not.") -> None:
        self.reason, self.text = reason, text

    async def stream(self, request):
        yield [PartFinished(0, TextPart(self.text)), StreamEnded(self.reason)]


def test_a_run_that_would_fail_ends_with_the_handlers_answer_and_the_error_stays_seen():
    seen = []

    def give_up(failure):
        seen.append(failure)
        return f"Not finished after {len(failure.messages)} messages."

    session = Session(looping(on_error={"MaxStepsReached": give_up}))
    events = recorded(session)
    result = session.run("Go")
    assert (result.outcome, result.text, result.output) == ("completed", "Not finished after 5 messages.", "Not finished after 5 messages.")
    assert isinstance(result.handled, MaxStepsReached)
    assert seen[0].error is result.handled
    assert seen[0].agent is session.agent
    assert session.messages[-1].text == result.text
    assert paired(events)
    (end,) = [event for event in events if isinstance(event, RunFinished)]
    assert (end.outcome, end.error.type) == ("completed", "MaxStepsReached")


def test_the_page_shows_the_answer_and_what_it_stands_for():
    result = Session(looping(on_error={MaxStepsReached: lambda failure: "Enough."})).run("Go")
    assert (result.state["outcome"], result.state["error"]) == ("completed", None)
    notice, text = result.state["items"][-2:]
    assert (notice["k"], notice["level"]) == ("notice", "warning")
    assert notice["text"] == "MaxStepsReached: This run has reached its limit of 2 model calls. A handler gave the answer."
    assert (text["k"], text["text"]) == ("text", "Enough.")


def test_the_trace_keeps_the_error_of_a_run_that_completed():
    session = Session(looping(on_error={MaxStepsReached: lambda failure: "Enough."}))
    session.run("Go")
    (run,) = session.trace.runs().to_dict("records")
    assert (run["status"], run["error_type"]) == ("ok", "MaxStepsReached")
    events = session.trace.events()
    assert events[events["event"] == "error"]["name"].to_list() == ["MaxStepsReached"]
    assert "handled" in events["name"].to_list()


def test_the_conversation_goes_on_after_a_handler():
    model = Scripted([[call("get_weather", city="Paris")], [call("get_weather", city="Rome")], lambda request: f"{len(request.messages)} messages"])
    session = Session(Agent(model=model, tools=[get_weather], max_steps=2, on_error={MaxStepsReached: lambda failure: "Later."}))
    session.run("Go")
    assert pending_calls(session.messages) == ()
    assert session.run("And now?").text == "7 messages"


def test_a_plain_handler_runs_where_the_cell_runs_and_an_async_one_may_ask_a_model_beyond_the_limit():
    places = []

    def plain(failure):
        places.append(threading.current_thread())
        return "plain"

    async def sums_up(failure):
        inner = Session(Agent(model=Priced(0)))
        return (await inner.arun(f"Sum up {len(failure.messages)} messages.")).text

    assert Session(looping(on_error={RunError: plain})).run("Go").text == "plain"
    assert places == [threading.current_thread()]
    session = Session(Agent(model=Priced(9), tools=[tool(lambda: "asked", name="ask")], max_cost=2, on_error={MaxCostReached: sums_up}))
    result = session.run("Go")
    assert (result.text, result.cost, result.total_cost, session.cost) == ("Done.", 2.0, 3.0, 3.0)
    runs = session.trace.runs()
    assert len(runs) == 1  # what the handler asked is inside the run that it is of


@pytest.mark.parametrize("reason", ["refusal", "content_filter"])
def test_a_refusal_is_an_answer_unless_there_is_a_handler_for_it(reason):
    assert Session(Agent(model=Refuses(reason))).run("Go").text == "I will not."
    assert Session(Agent(model=Refuses(reason), on_error={RunError: lambda failure: "no"})).run("Go").text == "I will not."
    result = Session(Agent(model=Refuses(reason), on_error={AnswerRefused: lambda failure: f"It said: {failure.text}"})).run("Go")
    assert (result.text, type(result.handled)) == ("It said: I will not.", AnswerRefused)
    with pytest.raises(AnswerRefused):
        Session(Agent(model=Refuses(reason), output_type=int)).run("Go")
    assert Session(Agent(model=Refuses(reason), output_type=int, on_error={OutputInvalid: lambda failure: 7})).run("Go").output == 7


def test_an_answer_that_does_not_validate_becomes_the_handlers_value_of_the_type():
    agent = Agent(model=Scripted(["Some."], loop=True), output_type=list[int], output_retries=1, on_error={"OutputInvalid": lambda failure: ["1", 2]})
    session = Session(agent)
    events = recorded(session)
    result = session.run("How many?")
    assert (result.output, result.text) == ([1, 2], "[1,2]")
    assert [(event.json, event.type_name) for event in events if isinstance(event, OutputParsed)] == [("[1,2]", "list[int]")]
    assert result.state["items"][-1]["k"] == "output"


def test_a_providers_failure_is_handled_by_the_nearest_kind():
    class Down:
        name = "down"

        async def stream(self, request):
            raise ServerFailed("Not now.")
            yield

    def asked(**on_error):
        return Session(Agent(model=Down(), retries=0, on_error=on_error)).run("Go").text

    assert asked(ProviderError=lambda failure: "provider", RunError=lambda failure: "run") == "provider"
    assert asked(ServerFailed=lambda failure: failure.error.what, ProviderError=lambda failure: "provider") == "Not now."
    with pytest.raises(ServerFailed):
        asked(MaxStepsReached=lambda failure: "no")


@pytest.mark.parametrize("value", [None, "again"])
def test_a_handler_may_leave_the_error_as_it_is(value):
    def looks(failure):
        if value:
            raise failure.error

    session = Session(looping(on_error={MaxStepsReached: looks}))
    with pytest.raises(MaxStepsReached) as caught:
        session.run("Go")
    assert caught.value.result.outcome == "failed"
    assert caught.value.result.handled is None


def test_a_handler_that_fails_itself_says_both():
    def broken(failure):
        raise ValueError("no such table")

    session = Session(looping(on_error={MaxStepsReached: broken}))
    with pytest.raises(HandlerFailed) as caught:
        session.run("Go")
    error = caught.value
    assert len(error.lines) <= 4
    assert error.lines[0] == "The handler for MaxStepsReached failed: ValueError: no such table"
    assert "limit of 2 model calls" in error.lines[1]
    assert isinstance(error.handled, MaxStepsReached)
    assert isinstance(error.__cause__, ValueError)
    assert error.result.outcome == "failed"


@pytest.mark.parametrize(("kind", "value", "words"), [(None, 7, "is text, and int was given"), (list[int], "many", "not of the type list")])
def test_an_output_of_the_wrong_type_is_the_handlers_failure(kind, value, words):
    with pytest.raises(HandlerFailed, match=words):
        Session(looping(output_type=kind, on_error={MaxStepsReached: lambda failure: value})).run("Go")


def test_a_persons_stop_is_not_handled():
    session = Session(looping(on_error={RunError: lambda failure: "no"}))

    @tool
    def get_weather(city: str) -> str:
        session.cancel()
        threading.Event().wait(5)
        return city

    session.agent = session.agent.replace(tools=[tool(thread=True)(get_weather.function)])
    with pytest.raises(RunCancelled):
        session.run("Go")


@pytest.mark.parametrize(
    ("handlers", "words"),
    [
        ({"MaxStepReached": print}, "Did you mean MaxStepsReached"),
        ({RunCancelled: print}, "a person stopped it"),
        ({ValueError: print}, "no handler for ValueError"),
        ({"RunError": "sorry"}, "cannot be called"),
        ([print], "no table of handlers"),
    ],
)
def test_what_is_no_handler_is_said_when_the_agent_is_made(handlers, words):
    with pytest.raises(ConfigError, match=words):
        Agent(on_error=handlers)


def test_a_handler_that_asks_its_own_agent_answers_for_no_run_within_itself():
    asked = []

    async def again(failure):
        asked.append(failure.run_id)
        return (await Session(failure.agent).arun("Once more")).text

    with pytest.raises(HandlerFailed, match="MaxStepsReached: This run has reached"):
        Session(looping(on_error={"MaxStepsReached": again})).run("Go")
    assert len(asked) == 1


def test_a_handler_that_would_end_the_process_ends_the_run_with_what_came():
    def leave(failure):
        raise SystemExit(3)

    async def leave_later(failure):
        raise SystemExit(3)

    for handler in (leave, leave_later):
        session = Session(looping(on_error={"MaxStepsReached": handler}))
        events = recorded(session)
        with pytest.raises(HandlerFailed, match="SystemExit: 3") as caught:
            session.run("Go")
        assert paired(events)
        assert len(caught.value.result.messages) == len(session.messages) == 5
