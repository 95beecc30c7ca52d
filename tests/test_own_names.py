"""Claims on names of tools: they may be any, each API is told one that it takes, and everything else shows the tool's own."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.events import PartFinished, PartStarted, ToolStarted
from nbagent.messages import ToolCallPart, assistant, tool_message, user
from nbagent.messages import ToolResultPart as Result
from nbagent.notebook.dry_run import wire_request
from nbagent.provider import Request
from nbagent.providers.scripted import Scripted, call
from nbagent.providers.wrappers.own_names import OwnNames, sent_names
from nbagent.session import Session
from nbagent.tools import ToolSpec, tool
from tests.wire_lines import ROWS, Row
from tests.wire_server import Answer, WireServer

OWN, SENT = "météo today", "meteo_today"


@tool(name=OWN, description="Weather of a city, of today.")
def weather(city: str) -> str:
    return f"rain in {city}"


@tool
def get_time() -> str:
    """The time."""
    return "noon"


def names_in(body: Any) -> set[str]:
    """All that is called a name in a body."""
    if isinstance(body, dict):
        found = {value for key, value in body.items() if key == "name" and isinstance(value, str)}
        return found.union(*map(names_in, body.values()))
    return set().union(*map(names_in, body)) if isinstance(body, list) else set()


STREAMED = [row for row in ROWS if row.name in ("openai-chat", "openai", "anthropic", "groq", "mistral", "xai-responses")]


@pytest.mark.parametrize("row", STREAMED, ids=lambda row: row.name)
def test_each_api_is_told_a_name_that_it_takes_and_all_else_shows_the_tools_own(row: Row) -> None:
    calls = b"".join(row.calls).replace(b"get_weather", SENT.encode())
    with WireServer(Answer(calls), Answer(b"".join(row.text))) as server:
        provider = row.make(server.url)
        session = Session(Agent(model=provider, tools=[weather, get_time], tool_choice=OWN))
        events: list[Any] = []
        session.observers.append(events.extend)
        result = session.run("What is it like?")
        bodies = [json.loads(request.body) for request in server.requests]
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)  # type: ignore[attr-defined]  # all adapters have it
    for body in bodies:
        assert SENT in names_in(body)
        assert OWN not in names_in(body)
    assert SENT in json.dumps(bodies[0]["tool_choice"])
    assert json.dumps(bodies[1]["messages" if "messages" in bodies[1] else "input"]).count(SENT) == 1  # its call of before
    called = [event.part.name for event in events if isinstance(event, PartStarted | PartFinished) and isinstance(event.part, ToolCallPart)]
    assert sorted(called) == sorted([OWN, OWN, "get_time", "get_time"])
    assert [event.call.name for event in events if isinstance(event, ToolStarted)] == [OWN, "get_time"]
    assert [part.name for message in session.messages for part in message.tool_results] == [OWN, "get_time"]
    assert [item["name"] for item in result.state["items"] if item["k"] == "tool"] == [OWN, "get_time"]
    assert result.trace.tools()["tool"].to_list() == [OWN, "get_time"]


def test_tools_by_text_have_one_name_in_the_prompt_in_calls_and_in_the_conversation() -> None:
    model = Scripted([f'<tool_call name="{SENT}">{{"city": "Oslo"}}</tool_call>', lambda request: json.dumps([message.text for message in request.messages])])
    session = Session(Agent(model=model, tools=[weather], native_tools=False))
    told = session.run("And in Oslo?").text
    assert [message.tool_calls[0].name for message in session.messages if message.tool_calls] == [OWN]
    assert SENT in told
    assert OWN not in told


def test_names_that_become_the_same_are_told_apart() -> None:
    tools = tuple(ToolSpec(name, "", {}) for name in ("a.b", "a_b", "a b", "a/b", "3d", "x" * 80, "x" * 81, "数据", "größe"))
    sent = sent_names(Request("m", (), tools=tools))
    assert sent["a.b"] == "a_b_2"
    assert (sent["a b"], sent["a/b"], sent["3d"], sent["größe"]) == ("a_b_3", "a_b_4", "_3d", "gro_e")
    assert "a_b" not in sent
    assert len({*sent.values(), "a_b"}) == len(tools)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", name) for name in sent.values())


def test_names_that_are_taken_cost_nothing() -> None:
    plain = Scripted(["Hello."])
    request = Request("m", (user("Go"),), tools=(get_time.spec,))
    assert OwnNames(plain).stream(request).ag_code is plain.stream(request).ag_code  # type: ignore[attr-defined]  # nothing stands between


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_dry_run_shows_the_names_that_are_sent_to_any_api(row: Row) -> None:
    said = [user("Go"), assistant(ToolCallPart("c1", OWN, '{"city": "Oslo"}')), tool_message([Result("c1", OWN, "rain")])]
    body = json.dumps(wire_request(Agent(tools=[weather]), said, row.make("http://127.0.0.1:9"), "m"), ensure_ascii=False)
    assert OWN not in body
    assert body.count(f'"{SENT}"') >= 2  # the tool and its call


def test_a_conversation_goes_on_when_a_tool_got_another_name() -> None:
    session = Session(Agent(model=Scripted([[call(OWN, city="Oslo")], "Rain.", "Still."]), tools=[weather]))
    session.run("Go")
    session.agent = session.agent.replace(tools=[weather.replace(name="wetter.heute")])
    assert session.run("And now?").text == "Still."
