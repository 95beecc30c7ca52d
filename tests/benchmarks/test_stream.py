"""The processor time of one answer through decoding, events, view and trace, against the bare read of its bytes and against other engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.messages import user
from nbagent.observers.trace import Trace
from nbagent.provider import Provider, Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.session import Session
from nbagent.traced_model import Traced
from tests.benchmarks import others
from tests.benchmarks.answers import MODELS, WITH_SDK, tokens
from tests.benchmarks.bare import Bare
from tests.benchmarks.measure import Pair, Row, Table

TOKENS = {"block": 5_000, "event": 5_000, "paced": 1_000}
ROUNDS = {"block": 15, "event": 9, "paced": 5}

Against = Callable[..., Pair]


def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"{city}: rain"


def answered(agent: Agent) -> str:
    return Session(agent).run("What should I wear?").text


def test_the_machine_measures_a_thing_as_itself(bare: Bare, url: str, table: Table, against: Against) -> None:
    def read() -> None:
        bare.run(lambda: bare.read(f"{url}/openai-chat-5000-block"))

    pair = against(read, read, rounds=15)
    ratio, spread = pair.ratio()
    table.add(Row(what="noise: the bare read / itself", value=ratio, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event", "paced"])
@pytest.mark.parametrize("api", MODELS)
def test_a_stream_costs_little_more_than_reading_it(
    api: str, cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against
) -> None:
    name = f"{api}-{TOKENS[cut]}-{cut}"
    agent = agent_for(name)
    assert answered(agent) == "".join(tokens(TOKENS[cut]))
    pair = against(lambda: answered(agent), lambda: bare.run(lambda: bare.read(f"{url}/{name}")), rounds=ROUNDS[cut])
    ratio, spread = pair.ratio()
    bar, aim = (3.3, 2.5) if api in WITH_SDK else (4.0, 3.0)
    table.add(Row(what=f"{name}: run / bare read", value=ratio, bar=bar, aim=aim, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event"])
@pytest.mark.parametrize("api", ["openai-chat", "anthropic", "openai"])
def test_keeping_what_went_over_the_wire_costs_little(api: str, cut: str, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against) -> None:
    """Of the most recent calls, as the magics do, where so many were held before that each lets one go."""
    agent = agent_for(f"{api}-5000-{cut}")
    traces = {"recent": Trace(bodies="recent"), "off": Trace()}

    def asked(bodies: str) -> None:
        Session(agent, trace=traces[bodies]).run("What should I wear?")

    for _ in range(25):
        asked("recent")
        asked("off")
    pair = against(lambda: asked("recent"), lambda: asked("off"), rounds=31)
    ratio, spread = pair.ratio()
    table.add(Row(what=f"{api}, {cut}: run with what went over the wire / without", value=ratio, bar=1.1, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event"])
@pytest.mark.parametrize("driven", ["agent", "plain"])
def test_a_traced_model_costs_little_more_than_the_model(
    driven: str, cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against
) -> None:
    """As an agent's model it stands aside; in plain code it looks at each batch and tells the trace of the first of its tokens."""
    agent = agent_for(f"openai-chat-5000-{cut}")
    provider = OpenAIChat(agent.base_url, agent.api_key)
    request = Request(MODELS["openai-chat"], (user("What should I wear?"),))

    async def drive(model: Provider) -> int:
        return sum([len(batch) async for batch in model.stream(request)])  # type: ignore[arg-type]

    traced = Traced(provider, Trace())
    if driven == "agent":
        plain = agent.replace(model=provider, base_url=None, api_key=None)
        pair = against(lambda: answered(plain.replace(model=traced)), lambda: answered(plain), rounds=31)
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(10)
    else:
        assert bare.run(lambda: drive(traced)) > 5_000
        pair = against(lambda: bare.run(lambda: drive(traced)), lambda: bare.run(lambda: drive(provider)), rounds=31)
        bare.run(provider.aclose)
    ratio, spread = pair.ratio()
    bar = 1.05 if driven == "agent" else 1.3
    table.add(Row(what=f"openai-chat, {cut}, {driven}: traced model / the model", value=ratio, bar=bar, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event"])
def test_looking_for_calls_in_the_text_costs_little(cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against) -> None:
    """A model without tools of its own: every delta is looked through for the beginning of a call."""
    name = f"openai-chat-5000-{cut}"
    agent = agent_for(name).replace(tools=[get_weather], native_tools=False)
    assert answered(agent) == "".join(tokens(5_000))
    pair = against(lambda: answered(agent), lambda: bare.run(lambda: bare.read(f"{url}/{name}")), rounds=ROUNDS[cut])
    ratio, spread = pair.ratio()
    table.add(Row(what=f"{name}, tools as text: run / bare read", value=ratio, bar=4.0, aim=3.0, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event"])
@pytest.mark.parametrize("how", ["subscribed", "stream", "astream"])
def test_listening_to_every_event_costs_little(
    how: str, cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against
) -> None:
    name = f"openai-chat-5000-{cut}"
    agent = agent_for(name)

    async def astream() -> int:
        return len([event async for event in Session(agent).astream("What should I wear?")])

    def listen() -> None:
        session = Session(agent)
        heard: list[Any] = []
        match how:
            case "subscribed":
                session.subscribers.append(heard.append)
                session.run("What should I wear?")
            case "stream":
                heard.extend(session.stream("What should I wear?"))
            case "astream":
                heard = [None] * bare.run(astream)
        assert len(heard) > 5_000

    pair = against(listen, lambda: bare.run(lambda: bare.read(f"{url}/{name}")), rounds=ROUNDS[cut])
    ratio, spread = pair.ratio()
    table.add(Row(what=f"{name}, {how}: run / bare read", value=ratio, bar=3.3, aim=2.5, spread=spread, note=pair.note()))


@pytest.mark.parametrize("cut", ["block", "event"])
@pytest.mark.parametrize(("engine", "api"), [(engine, api) for engine, apis in others.SPEAKS.items() for api in apis])
def test_other_engines_cost_many_times_as_much(
    engine: str, api: str, cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against
) -> None:
    if not others.INSTALLED[engine]:
        pytest.skip(f"{engine} is not installed: pip install 'nbagent[bench]'")
    name = f"{api}-5000-{cut}"
    agent = agent_for(name)
    client = others.client_for(api, f"{url}/{name}")
    ask = others.ASKING[engine](api, client)
    try:
        assert bare.run(ask) == answered(agent) == "".join(tokens(5_000))
        pair = against(lambda: answered(agent), lambda: bare.run(ask), rounds=5)
    finally:
        bare.run(client.close)
    ratio, spread = pair.inverse()
    bar = 15.0 if cut == "block" else None  # cut by events, most of our time is the HTTP client's framing, which is theirs as well
    table.add(Row(what=f"{name}: {engine} / ours", value=ratio, bar=bar, at_least=True, spread=spread, note=pair.note()))
