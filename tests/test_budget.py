"""Claims on limits: they hold for all that happens within a run or a session, and nothing is counted twice."""

from __future__ import annotations

import pytest

from nbagent.agent import Agent
from nbagent.budget import Budget
from nbagent.errors import ConfigError, MaxCostReached, MaxStepsReached, MaxTokensReached
from nbagent.events import Noted, PartFinished, StreamEnded, UsageReported
from nbagent.messages import TextPart, ToolCallPart, Usage
from nbagent.session import Session
from nbagent.tools import tool
from tests.budgeted import Priced


def nested(outer: Priced, inner: Priced, *, thread: bool = False, **limits):
    """A session whose tool `ask` asks another agent, and the results of that one's runs."""
    inside = []

    @tool(thread=thread)
    def ask() -> str:
        session = Session(Agent(name="inner", model=inner, tools=[tool(lambda: "asked", name="ask")]))
        try:
            return session.run("Go").text
        finally:
            inside.append(session.result)

    return Session(Agent(model=outer, tools=[ask], **limits)), inside


@pytest.mark.parametrize("thread", [False, True])
def test_what_runs_inside_tools_counts_once_and_stands_beside_the_runs_own(thread):
    session, inside = nested(Priced(1), Priced(1), thread=thread)
    result = session.run("Go")
    assert (result.cost, result.usage) == (2.0, Usage(20, 10))
    assert (result.total_cost, result.total_usage) == (4.0, Usage(40, 20))
    assert (inside[0].cost, inside[0].total_cost) == (2.0, 2.0)
    assert session.cost == 4.0
    assert result.trace.runs()["cost_usd"].to_list() == [4.0]


def test_three_runs_deep_nothing_is_counted_twice():
    middle, _ = nested(Priced(1), Priced(0))

    @tool
    def ask() -> str:
        return middle.run("Go").text

    outer = Session(Agent(model=Priced(1), tools=[ask]))
    result = outer.run("Go")
    assert (result.total_cost, outer.cost, middle.cost) == (5.0, 5.0, 3.0)


def test_the_cost_of_a_run_is_bounded_inside_its_tools_too():
    outer, inner = Priced(5), Priced(100)
    session, inside = nested(outer, inner, max_cost=4)
    with pytest.raises(MaxCostReached, match=r"This run may cost no more: \$4\.0000 of the \$4 are spent"):
        session.run("Go")
    assert (outer.asked, inner.asked) == (1, 3)
    assert inside[0].outcome == "failed"
    (told,) = session.messages[2].tool_results
    assert "The run around this one may cost no more" in told.content


def test_the_cost_of_a_session_is_bounded_inside_its_tools_too():
    session, _ = nested(Priced(1), Priced(100))
    session.max_cost = 3
    with pytest.raises(MaxCostReached, match=r"This session may cost no more"):
        session.run("Go")
    assert session.cost == 3.0
    with pytest.raises(MaxCostReached, match=r"This session may cost no more"):
        session.run("Again")
    assert session.cost == 3.0


def test_model_calls_and_tokens_are_bounded_inside_tools_too():
    session, _ = nested(Priced(1), Priced(100), max_steps=6)
    with pytest.raises(MaxStepsReached, match="This run has reached its limit of 6 model calls"):
        session.run("Go")
    assert session.result.total_usage.total_tokens == 6 * 15
    session, _ = nested(Priced(1), Priced(100), max_total_tokens=50)
    with pytest.raises(MaxTokensReached, match="60 of 50 are used"):
        session.run("Go")


def test_an_unknown_price_inside_a_tool_is_an_unknown_price_of_the_whole():
    session, _ = nested(Priced(1), Priced(0, cost=None), max_cost=100)
    with pytest.raises(MaxCostReached, match="cannot be kept"):
        session.run("Go")
    assert (session.cost, session.result.cost, session.result.total_cost) == (None, 1.0, None)
    session, _ = nested(Priced(1), Priced(0, cost=None))
    assert session.run("Go").outcome == "completed"


def notes(session: Session) -> list[str]:
    told = []
    session.observers.append(lambda events: told.extend(event.text for event in events if isinstance(event, Noted)))
    return told


def test_a_limit_of_cost_where_the_price_is_unknown_is_said_at_the_first_call_and_no_second_is_made():
    unpriced = Session(Agent(model=Priced(0, cost=None), max_cost=1))
    told = notes(unpriced)
    assert unpriced.run("Go").text == "Done."
    (words,) = told
    assert words == "max_cost cannot be held: the price of m is unknown. Say it with nbagent.set_price(...)."
    assert [item["level"] for item in unpriced.view.state()["items"] if item.get("text") == words] == ["warning"]
    model = Priced(1, cost=None)
    with pytest.raises(MaxCostReached, match="cannot be kept") as caught:
        Session(Agent(model=model, tools=[tool(lambda: "asked", name="ask")], max_cost=1)).run("Go")
    assert model.asked == 1
    assert "set_price" in caught.value.mend


class Silent(Priced):
    """A provider that never says what it used."""

    async def stream(self, request):
        async for batch in super().stream(request):
            yield [event for event in batch if not isinstance(event, UsageReported)]


def test_an_answer_of_which_nobody_says_what_it_used_has_an_unknown_cost_and_a_limit_is_not_held_in_silence():
    session = Session(Agent(model=Silent(0), max_cost=1))
    told = notes(session)
    result = session.run("Go")
    assert (result.cost, session.cost, told) == (None, None, ["max_cost cannot be held: m does not say what it used."])
    model = Silent(1)
    with pytest.raises(MaxCostReached, match="cannot be kept"):
        Session(Agent(model=model, tools=[tool(lambda: "asked", name="ask")], max_cost=1)).run("Go")
    assert model.asked == 1


def test_a_limit_of_the_session_or_of_a_run_around_is_one_too_and_without_one_nothing_is_said():
    for session in (Session(Agent(model=Priced(0, cost=None)), max_cost=1), Session(Agent(model=Priced(0, cost=None)))):
        told = notes(session)
        session.run("Go")
        assert bool(told) is (session.max_cost is not None)


def test_a_call_that_goes_over_the_tokens_is_kept_and_the_next_is_not_made():
    model = Priced(0)
    assert Session(Agent(model=model, max_total_tokens=2)).run("Go").usage.total_tokens == 15
    model = Priced(1)
    with pytest.raises(MaxTokensReached, match="15 of 2"):
        Session(Agent(model=model, tools=[tool(lambda: "asked", name="ask")], max_total_tokens=2)).run("Go")
    assert model.asked == 1


def test_runs_beside_each_other_in_one_batch_count_in_the_one_around_them():
    inner = [Priced(0), Priced(0), Priced(0)]

    @tool
    async def ask() -> str:
        return (await Session(Agent(model=inner.pop())).arun("Go")).text

    class Thrice(Priced):
        async def stream(self, request):
            self.asked += 1
            parts = [ToolCallPart(f"c{at}", "ask", "{}") for at in range(3)] if self.asked == 1 else [TextPart("Done.")]
            yield [*(PartFinished(at, part) for at, part in enumerate(parts)), UsageReported(Usage(10, 5), cost=1.0), StreamEnded("stop")]

    session = Session(Agent(model=Thrice(0), tools=[ask]))
    assert session.run("Go").total_cost == 5.0


def test_an_account_counts_once_however_it_is_around():
    session = Budget("session", max_cost=10)
    outer = Budget("run", around=(session,))
    inner = Budget("run", around=(session, outer))
    inner.count(Usage(1, 1), 2.0)
    assert (inner.cost, outer.cost, session.cost) == (2.0, 2.0, 2.0)


def test_what_is_no_limit_is_said_before_anything_is_sent():
    with pytest.raises(ConfigError, match="max_total_tokens=0"):
        Agent(max_total_tokens=0)


@pytest.mark.parametrize("limit", ["5", -1, float("nan"), True])
def test_what_is_no_limit_of_a_session_is_said_at_once(limit):
    session = Session(Agent(model=Priced(0)))
    for make in (lambda: Session(Agent(model=Priced(0)), max_cost=limit), lambda: setattr(session, "max_cost", limit)):
        with pytest.raises(ConfigError, match="is no limit"):
            make()
