"""What is said of tools for longer than a call: it holds for the code that was approved, in its session or its process, and can be taken back."""

from __future__ import annotations

import functools

import pytest

from nbagent import Agent, Approve, Scripted, Session, tool, tool_rules
from nbagent.errors import ConfigError, DecisionError
from nbagent.providers.scripted import call
from nbagent.standing import Grants

ran: list[str] = []


def delete(table: str, limit: int = 10) -> str:
    """Delete rows."""
    ran.append(table)
    return f"deleted {limit} of {table}"


ASKS = tool(approval=True)(delete)


@pytest.fixture(autouse=True)
def _nothing_said():
    ran.clear()
    yield
    tool_rules.default("delete", "make")
    tool_rules.on("delete")


def session(tools=(ASKS,), tables=("a",)):
    def answer(request):
        if request.messages[-1].role == "user":
            return [call("delete", table=table) for table in tables]
        return " / ".join(result.content for result in request.messages[-1].tool_results)

    return Session(Agent(model=Scripted([answer], loop=True), tools=tools))


def test_approve_for_the_session_is_once_for_all_and_for_no_other_session():
    one, other = session(), session()
    paused = one.run("Go.")
    assert one.resume({paused.pending[0].id: Approve("session")}).text == "deleted 10 of a"
    assert one.run("Again.").outcome == "completed"
    assert other.run("Go.").outcome == "paused"
    assert list(one.grants) == ["delete"]
    assert one.grants.take_back("delete")
    assert one.run("Once more.").outcome == "paused"


def test_approve_always_is_for_every_session_until_it_is_taken_back():
    one, other = session(), session()
    one.resume({one.run("Go.").pending[0].id: Approve("always")})
    assert (other.run("Go.").outcome, tool_rules.mode(ASKS)) == ("completed", "always")
    tool_rules.default("delete")
    assert (other.run("Go.").outcome, tool_rules.mode(ASKS)) == ("paused", "default")


def test_what_approves_longer_can_change_the_arguments_of_this_call():
    one = session()
    done = one.resume({one.run("Go.").pending[0].id: Approve("session", {"table": "b", "limit": 1})})
    assert done.text == '[The user changed the arguments to {"table":"b","limit":1}]\ndeleted 1 of b'
    assert one.run("Again.").text == "deleted 10 of a"


def test_one_answer_for_longer_lets_the_other_calls_of_the_tool_run_too_but_never_one_that_was_refused():
    one = session(tables=("a", "b", "c"))
    first, second, _ = one.run("Go.").pending
    done = one.resume({first.id: Approve("session"), second.id: False})
    assert (done.outcome, sorted(ran)) == ("completed", ["a", "c"])


def test_other_code_and_other_values_in_it_are_another_tool():
    def make(table, limit=3):
        def delete() -> str:
            return table

        return tool(delete, approval=True) if limit == 3 else tool(functools.partial(delete), name="delete", approval=True)

    first = make("drafts")
    grants = Grants()
    grants.give(first)
    assert grants.allow(first)
    assert grants.allow(first.replace(needs_approval=False))
    assert not grants.allow(make("orders"))
    assert not grants.allow(first.replace(description="Deletes everything."))
    assert not grants.allow(ASKS)


def test_a_tool_that_never_asked_asks_when_it_is_said_and_what_was_approved_before_holds_no_more():
    free = tool(delete)
    one = session(tools=(free,))
    assert one.run("Go.").outcome == "completed"
    tool_rules.ask("delete")
    paused = one.run("Go.")
    assert paused.outcome == "paused"
    one.resume({paused.pending[0].id: Approve("session")})
    assert one.run("Go.").outcome == "completed"
    tool_rules.ask(free)
    assert one.run("Go.").outcome == "paused"
    assert repr(tool_rules) == "ToolRules(ask: delete)"


def test_a_tool_that_is_off_is_not_offered_and_not_run():
    seen = []

    def answer(request):
        seen.append([spec.name for spec in request.tools])
        return call("delete", table="a") if request.messages[-1].role == "user" else request.messages[-1].tool_results[0].content

    one = Session(Agent(model=Scripted([answer], loop=True), tools=[tool(delete)]))
    tool_rules.off("delete")
    assert "cannot be used now" in one.run("Go.").text
    tool_rules.on("delete")
    assert one.run("Go.").text == "deleted 10 of a"
    assert seen == [[], [], ["delete"], ["delete"]]


def test_what_runs_unasked_is_told_once_a_run():
    one = session()
    one.grants.give(ASKS)
    notes = [item["text"] for item in one.run("Go.").state["items"] if item["k"] == "notice"]
    assert notes == ["delete runs without asking: you approved it in this session, for its code as it is."]


def test_a_name_cannot_run_unasked_and_no_other_time_can_be_meant():
    with pytest.raises(ConfigError, match="is a name"):
        tool_rules.always("delete")
    with pytest.raises(DecisionError, match="no time"):
        Approve("forever")


def test_a_decision_that_was_given_holds_though_the_tool_no_longer_asks():
    one = session()
    pending = one.run("Go.").pending
    one.agent = one.agent.replace(tools=[tool(delete)])
    assert "rejected" in one.resume({pending[0].id: False}).text
    assert ran == []


def test_whoever_listens_is_told_of_each_change():
    told = []
    tool_rules.listeners.append(lambda: told.append(1))
    tool_rules.off("delete")
    tool_rules.ask("delete")
    Grants().give(ASKS)
    tool_rules.listeners.pop()
    assert len(told) >= 3
