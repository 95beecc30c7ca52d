"""What streams has the beginning of its typed value with it, for who listens in Python and for nobody else."""

import asyncio

import msgspec
import pydantic

from nbagent import Agent, Session, tool
from nbagent.events import PartDelta
from nbagent.providers.scripted import Scripted, call, reasoning
from nbagent.streamed import TypedDelta


class City(pydantic.BaseModel):
    name: str
    people: int = 0


class Trip(pydantic.BaseModel):
    city: City
    days: list[int] = []


@tool
def plan(trip: Trip, note: str = "") -> str:
    """Plans it."""
    return "planned"


def deltas(session: Session, prompt: str = "Go") -> list[PartDelta]:
    return [event for event in session.stream(prompt) if isinstance(event, PartDelta)]


def growth(events: list[PartDelta]) -> list:
    """The values one after another, each once."""
    values = [event.partial for event in events]
    return [value for at, value in enumerate(values) if at == 0 or value != values[at - 1]]


def test_a_calls_arguments_are_typed_objects_while_they_stream_and_know_their_call():
    step = [call("plan", trip={"city": {"name": "Oslo", "people": 700}, "days": [1, 22]}, note="soon"), call("nothing", a=1)]
    session = Session(Agent(model=Scripted([step, "Done."]), tools=[plan]))
    events = deltas(session)
    ours = [event for event in events if event.tool_name == "plan"]
    assert {event.call_id for event in ours} == {"call_1"}
    values = growth(ours)
    assert values[0] == {}
    assert any(value == {"trip": Trip.model_construct(city=City(name="Oslo", people=0))} for value in values)
    assert values[-1] == {"trip": Trip(city=City(name="Oslo", people=700), days=[1, 22]), "note": "soon"}
    others = [event for event in events if event not in ours]
    assert {(event.partial, event.tool_name, event.call_id) for event in others} == {(None, None, None)}, "no tool of ours, and the text without a type"


def test_an_answer_is_a_typed_object_while_it_streams():
    session = Session(Agent(model=Scripted([[reasoning("Let me see."), '{"result": [{"name": "Oslo", "people": 700}, {"name": "Bo"}]}']]),
                            output_type=list[City], output_mode="text"))  # fmt: skip
    events = deltas(session)
    assert [event.partial for event in events if type(event) is PartDelta] == [None] * 3, "thoughts are no answer"
    values = growth([event for event in events if type(event) is TypedDelta])
    assert [City(name="Oslo", people=700)] in values
    assert values[-1] == session.result.output == [City(name="Oslo", people=700), City(name="Bo")]


def test_an_answer_by_the_final_tool_too():
    session = Session(Agent(model=Scripted([["Let me see.", call("final_result", name="Oslo", people=700)]]), output_type=City, tools=[plan]))
    events = deltas(session)
    assert growth([event for event in events if event.tool_name == "final_result"])[-1] == session.result.output == City(name="Oslo", people=700)
    assert {event.partial for event in events if event.tool_name is None} == {None}


def test_subscribers_and_async_streams_have_it_too():
    model = Scripted([[call("plan", trip={"city": {"name": "Oslo"}})], "Done."])
    session = Session(Agent(model=model, tools=[plan]))
    heard = []
    session.subscribers.append(heard.append)
    session.run("Go")
    assert growth([event for event in heard if getattr(event, "tool_name", None)])[-1] == {"trip": Trip(city=City(name="Oslo"))}

    async def main():
        return [event async for event in Session(Agent(model=model, tools=[plan])).astream("Go") if isinstance(event, TypedDelta)]

    assert growth(asyncio.run(main()))[-1] == {"trip": Trip(city=City(name="Oslo"))}


def test_nothing_is_made_that_nobody_reads(monkeypatch):
    read = []
    monkeypatch.setattr(type(plan), "partial", lambda self, text: read.append(text))
    session = Session(Agent(model=Scripted([[call("plan", trip={"city": {"name": "Oslo"}})], "Done."], loop=True), tools=[plan]))
    events = deltas(session)
    assert read == []
    asked = next(event for event in events if event.tool_name)
    assert (asked.partial, asked.partial) == (None, None)
    assert len(read) == 1, "and once for who reads it twice"
    plain = []
    session.observers.append(plain.extend)
    session.run("Again")
    assert {type(event) for event in plain if isinstance(event, PartDelta)} == {PartDelta}, "our own observers are not given it"


def test_an_event_with_a_value_is_written_as_one_without():
    events = deltas(Session(Agent(model=Scripted(['{"name": "Oslo"}']), output_type=City, output_mode="text")))
    assert {msgspec.to_builtins(event)["type"] for event in events} == {"PartDelta"}
    assert set(msgspec.to_builtins(events[0])) == set(msgspec.to_builtins(PartDelta(0, "")))
    for event in events:
        match event:
            case PartDelta(index=index, delta=delta):
                assert (index, delta) == (event.index, event.delta)


def test_runs_inside_tools_are_not_mixed_up_with_it():
    inner = Agent("inner", model=Scripted([[call("plan", trip={"city": {"name": "Rome"}})], "Inner."]), tools=[plan])

    @tool
    def delegate(task: str) -> str:
        """Another agent."""
        return Session(inner).run(task).text

    session = Session(Agent(model=Scripted([[call("delegate", task="Plan")], "Outer."]), tools=[delegate, plan]))
    assert growth([event for event in deltas(session) if event.tool_name])[-1] == {"task": "Plan"}
