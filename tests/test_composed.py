"""What stands around a provider: in any order it is still a provider of the same name that can what that one can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, UnknownProvider
from nbagent.events import PartFinished, StepFinished
from nbagent.messages import ToolCallPart, Usage, user
from nbagent.provider import Capabilities, Counts, Describes, Embeddings, Embeds, Knows, Lists, ModelInfo, Provider, Request
from nbagent.providers.scripted import Scripted, call, usage
from nbagent.providers.wrappers.composed import composed
from nbagent.providers.wrappers.fallback import Candidate, Fallback, Rests
from nbagent.providers.wrappers.rate_limit import Bucket, RateLimit
from nbagent.providers.wrappers.retry import Retry
from nbagent.providers.wrappers.text_tools import TextTools
from nbagent.session import Session
from nbagent.tools import tool


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


class Able(Scripted):
    """A provider with all that is optional."""

    name = "able"
    base_url = "http://there:1/v1"

    def capabilities(self, model: str) -> Capabilities:
        return Capabilities(images=True)

    def to_wire(self, request: Request) -> dict[str, Any]:
        return {"model": request.model, "tools": len(request.tools)}

    async def models(self) -> list[ModelInfo]:
        return [ModelInfo("m")]

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        return Embeddings([[1.0] for _ in texts])

    async def count_tokens(self, request: Request) -> int:
        return len(request.instructions)


WRAPPERS: list[Callable[[Provider], Provider]] = [
    Retry, TextTools, lambda inner: RateLimit(inner, bucket=Bucket(60, 1000)), lambda inner: Fallback([Candidate(inner, inner, "m")], rests=Rests()),
]  # fmt: skip
PORTS = (Describes, Knows, Lists, Embeds, Counts)


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_in_any_order_it_is_the_same_provider(order: tuple[int, ...]) -> None:
    def around(provider: Provider) -> Provider:
        for number in order:
            provider = WRAPPERS[number](provider)
        return provider

    able: Any = around(Able('<tool_call name="add">{"a": 1, "b": 2}</tool_call>'))
    assert (able.name, able.base_url) == ("able", "http://there:1/v1")
    assert all(isinstance(able, port) for port in PORTS)
    assert not any(isinstance(around(Scripted("x")), port) for port in PORTS)
    request = Request("m", (user("x"),), tools=(add.spec,))
    assert able.to_wire(request) == {"model": "m", "tools": 0}

    async def go() -> list[Any]:
        return [event async for batch in able.stream(request) for event in batch]

    (part,) = (event.part for event in asyncio.run(go()) if isinstance(event, PartFinished))
    assert isinstance(part, ToolCallPart)
    assert (part.name, part.arguments) == ("add", '{"a": 1, "b": 2}')


def test_a_fallback_of_the_same_provider_has_its_server_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "nbagent.providers.wrappers.composed.resolve", lambda spec, **given: asked.append((spec, given)) or (Scripted("x"), spec.partition(":")[2])
    )
    made = composed(Able("x"), "m", fallback=["able:other", "local:"], base_url="http://mine:1", api_key="key-of-a-test")
    assert [str(candidate) for candidate in made.candidates] == ["able:m", "scripted:other", "scripted"]  # type: ignore[attr-defined]
    assert asked == [
        ("able:other", {"base_url": "http://mine:1", "api_key": "key-of-a-test"}), ("local:", {"base_url": None, "api_key": None}),
    ]  # fmt: skip


def test_what_is_wrong_with_a_list_of_models_is_said_before_anything_is_sent() -> None:
    first = Scripted(["never"])
    with pytest.raises(UnknownProvider, match="nobody:x"):
        Session(Agent(model=first, fallback=["nobody:x"])).run("x")

    class Small(Able):
        def capabilities(self, model: str) -> Capabilities:
            return Capabilities(tools=False)

    with pytest.raises(ConfigError, match=r"able:.* has no tool calls of its own"):
        Session(Agent(model=first, fallback=[Small("x")], native_tools=True)).run("x")


def test_a_run_inside_a_tool_is_counted_once_with_the_run_around_it_in_the_trace_and_by_itself_in_its_own_result() -> None:
    inner = Agent(name="inner", model=Scripted([["Four.", usage(100, 10, cost=0.5)]]))

    @tool
    def ask(question: str) -> str:
        """Ask another agent."""
        return Session(inner).run(question).text

    script = Scripted([[call("ask", question="2+2?"), usage(1000, 20, cost=2.0)], ["It is four.", usage(2000, 30, cost=3.0)]])
    session = Session(Agent(name="outer", model=script, tools=[ask]))
    costs = []
    session.subscribers.append(lambda event: costs.append(event.cost) if isinstance(event, StepFinished) else None)
    result = session.run("2+2?")
    assert (result.usage, result.cost, costs) == (Usage(3000, 50), 5.0, [2.0, 3.0])
    assert (result.total_usage, result.total_cost, session.cost) == (Usage(3100, 60), 5.5, 5.5)
    calls = session.trace.calls()
    assert (len(calls), int(calls.input_tokens.sum()), float(calls.cost_usd.sum())) == (3, 3100, 5.5)
    (whole,) = session.trace.runs().itertuples()
    assert (whole.n_calls, whole.input_tokens, whole.cost_usd) == (3, 3100, 5.5)
