"""Claims on `ToolContext`: who gets it, what it knows, that what it says is shown in time and by nobody too late."""

from __future__ import annotations

import functools
import threading
import time
from typing import Any

import pytest

from nbagent import Agent, Session, ToolContext, tool
from nbagent.errors import ToolDefinitionError
from nbagent.events import RunEvent, ToolFinished, ToolProgressed, UsageReported
from nbagent.messages import Usage
from nbagent.providers.scripted import Scripted, call

SEEN: list[ToolContext] = []


def plain(city: str, context: ToolContext) -> str:
    SEEN.append(context)
    return city


async def later(city: str, *, context: ToolContext) -> str:
    SEEN.append(context)
    return city


def yields(context: ToolContext, city: str):
    SEEN.append(context)
    yield city


async def yields_later(context: ToolContext, city: str):
    SEEN.append(context)
    yield city


def optional(city: str, context: ToolContext | None = None) -> str:
    assert context is not None
    SEEN.append(context)
    return city


class Weather:
    """The weather."""

    def of(self, city: str, context: ToolContext) -> str:
        SEEN.append(context)
        return city

    def __call__(self, context: ToolContext, city: str) -> str:
        SEEN.append(context)
        return city


class LaterWeather:
    """The weather, awaited."""

    async def __call__(self, context: ToolContext, city: str) -> str:
        SEEN.append(context)
        return city


class Made:
    """The weather, when it was made."""

    def __init__(self, city: str, context: ToolContext) -> None:
        SEEN.append(context)
        self.city = city

    def _repr_llm_(self) -> str:
        return self.city


EVERY = [Made, plain, later, yields, yields_later, optional, Weather().of, Weather(), Weather, LaterWeather, functools.partial(plain), tool(thread=True)(plain)]


def told(session: Session) -> list[RunEvent]:
    """The events of the session's runs, as they come."""
    events: list[RunEvent] = []
    session.observers.append(events.extend)
    return events


def run(*functions: Any, **session: Any) -> tuple[list[RunEvent], Session]:
    """A run whose one step calls each function without arguments."""
    made = [tool(function) if not hasattr(function, "spec") else function for function in functions]
    with_calls = Session(Agent(model=Scripted([[call(each.name) for each in made], "Done."]), tools=made), **session)
    events = told(with_calls)
    with_calls.run("Go")
    return events, with_calls


@pytest.mark.parametrize("function", EVERY, ids=lambda each: getattr(each, "__qualname__", None) or getattr(each, "name", type(each).__name__))
def test_a_parameter_of_that_type_is_given_and_never_offered(function):
    SEEN.clear()
    made = function if hasattr(function, "spec") else tool(function)
    assert list(made.spec.parameters["properties"]) == ["city"]
    session = Session(Agent(model=Scripted([[call(made.name, city="Oslo")], "Done."]), tools=[made]))
    result = session.run("Go")
    (context,) = SEEN
    assert session.messages[2].tool_results[0].content == "Oslo"
    assert (context.run_id, context.call.name, context.call.arguments) == (result.run_id, made.name, '{"city": "Oslo"}')


def test_it_knows_the_run_it_is_in():
    knows: list[ToolContext] = []

    @tool
    async def looks(context: ToolContext) -> str:
        knows.append(context)
        return "seen"

    used = UsageReported(Usage(input_tokens=5, output_tokens=2), cost=0.25)
    agent = Agent(name="clerk", model=Scripted([[call("looks"), used], [call("looks"), used], "Done."]), tools=[looks])
    Session(agent, name="books").run("Go")
    first, second = knows
    assert (first.agent, first.session, first.call.name) == (agent, "books", "looks")
    assert [message.role for message in second.messages] == ["user", "assistant", "tool", "assistant"]
    assert (first.usage.input_tokens, second.usage.input_tokens) == (5, 10)
    assert (first.cost, second.cost) == (0.25, 0.5)
    assert second.call.id == second.messages[-1].tool_calls[0].id


def test_what_is_emitted_from_any_kind_of_tool_and_any_thread_is_progress_in_order():
    def emits(context: ToolContext) -> str:
        context.emit("one")
        inner = threading.Thread(target=lambda: context.emit({"two": 2}, fraction=0.5))
        inner.start()
        inner.join()
        context.emit("three")
        return "done"

    async def emits_awaited(context: ToolContext) -> str:
        return emits(context)

    def emits_yielding(context: ToolContext):
        yield emits(context)

    events, _ = run(emits, tool(emits, name="in_thread", thread=True), emits_awaited, emits_yielding)
    finished = [event.result.id for event in events if isinstance(event, ToolFinished)]
    for number, call_id in enumerate(f"call_{n}" for n in range(1, 5)):
        progress = [event for event in events if isinstance(event, ToolProgressed) and event.call_id == call_id]
        lines = [line for event in progress for line in event.text.splitlines()]
        assert lines == ["one", '{"two": 2}', "three", *(["done"] if number == 3 else [])]
        assert [event.fraction for event in progress if event.fraction is not None] == [0.5]
    assert sorted(finished) == ["call_1", "call_2", "call_3", "call_4"]


def test_a_thousand_lines_are_few_events_and_none_is_lost():
    def chatters(context: ToolContext) -> str:
        for number in range(1_000):
            context.emit(str(number), fraction=number / 999)
        return "done"

    events, _ = run(chatters)
    progress = [event for event in events if isinstance(event, ToolProgressed)]
    assert "\n".join(event.text for event in progress).splitlines() == [str(number) for number in range(1_000)]
    assert len(progress) < 500
    assert progress[-1].fraction == 1.0


def test_a_line_is_not_held_back_until_the_next_one():
    shown = threading.Event()

    def waits(context: ToolContext) -> bool:
        context.emit("first")
        context.emit("second")
        return shown.wait(10)

    made = tool(waits)
    session = Session(Agent(model=Scripted([[call("waits")], "Done."]), tools=[made]))
    session.observers.append(lambda batch: [shown.set() for event in batch if isinstance(event, ToolProgressed) and "second" in event.text])
    session.run("Go")
    assert session.messages[2].tool_results[0].content == "true"


@pytest.mark.parametrize(("given", "shown"), [(0.25, 0.25), (7, 1.0), (-1, 0.0), (float("nan"), None)])
def test_how_much_is_done_is_between_0_and_1(given, shown):
    def says(context: ToolContext) -> None:
        context.emit(fraction=given)

    events, _ = run(says)
    assert [(event.text, event.fraction) for event in events if isinstance(event, ToolProgressed)] == ([] if shown is None else [("", shown)])


def test_what_is_said_after_the_calls_end_is_heard_by_nobody():
    kept: list[ToolContext] = []

    def leaves_it_lying(context: ToolContext) -> str:
        kept.append(context)
        return "done"

    events, _ = run(leaves_it_lying)
    before = len(events)
    kept[0].emit("too late")
    time.sleep(0.1)
    assert len(events) == before


def test_a_tool_on_a_thread_is_told_that_nobody_waits_for_it():
    left = threading.Event()

    @tool(timeout=0.1)
    def long(context: ToolContext) -> str:
        while not context.cancelled:
            time.sleep(0.005)
        left.set()
        return "never seen"

    _, session = run(long)
    assert left.wait(5)
    assert session.messages[2].tool_results[0].content == "long took longer than its 0.1 s and was left behind."


def test_a_generator_that_nobody_waits_for_is_closed_at_its_next_yield():
    closed = threading.Event()

    @tool(timeout=0.1)
    def counts():
        try:
            while True:
                time.sleep(0.005)
                yield "tick"
        finally:
            closed.set()

    run(counts)
    assert closed.wait(5)


def test_keys_are_hidden_in_progress(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "abcdefgh12345678")

    def leaks(context: ToolContext) -> str:
        context.emit("the key is abcdefgh12345678")
        return "done"

    events, _ = run(leaks)
    assert [event.text for event in events if isinstance(event, ToolProgressed)] == ["the key is abc...[redacted]"]


@pytest.mark.parametrize("written", ["c: ToolContext, /", "*c: ToolContext", "**c: ToolContext"])
def test_a_context_that_cannot_be_given_by_name_is_refused_where_it_is_written(written):
    made: dict[str, Any] = {"ToolContext": ToolContext}
    exec(f"def look({written}): pass", made)
    with pytest.raises(ToolDefinitionError, match="ToolContext"):
        tool(made["look"])


def test_an_annotation_that_is_no_expression_is_told_with_the_tools_name():
    def look(city: "a number") -> str:  # type: ignore[valid-type]  # noqa: F722
        return city

    with pytest.raises(ToolDefinitionError, match="look: what it takes cannot be known"):
        tool(look)
