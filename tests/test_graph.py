"""An agent as a picture: its models and its tools, as SVG that needs no program."""

from __future__ import annotations

from xml.etree import ElementTree

import nbagent
from nbagent.agent import Agent
from nbagent.session import Session
from nbagent.tools import tool


@tool(approval=True)
def delete_file(path: str) -> str:
    """Deletes <one> file."""
    return path


def weather(city: str) -> str:
    """The weather."""
    return city


def test_every_model_and_tool_is_a_box_and_a_row() -> None:
    agent = Agent("planner", model="openai:gpt-6-luna", fallback=["anthropic:claude-haiku-5-5"], tools=[weather, delete_file], instructions="Plan.")
    drawn = nbagent.draw_graph(agent)
    assert drawn.data[["kind", "name"]].values.tolist() == [
        ["agent", "planner"], ["model", "openai:gpt-6-luna"], ["model", "anthropic:claude-haiku-5-5"], ["tool", "weather"], ["tool", "delete_file"],
    ]  # fmt: skip
    picture = ElementTree.fromstring(drawn.svg)
    words = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    for shown in ("planner", "openai:gpt-6-luna", "weather", "delete_file (asks first)"):
        assert shown in words
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}rect"))) == 5
    assert set(drawn._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}


def test_a_session_an_agent_without_tools_and_one_with_many_are_drawn() -> None:
    alone = nbagent.draw_graph(Session(Agent("alone")))
    assert "has no tools" in repr(alone)
    assert "the default model" in alone.svg
    many = nbagent.draw_graph(Agent(tools=[tool(weather, name=f"a_tool_with_a_rather_long_name_{number}") for number in range(40)]))
    picture = ElementTree.fromstring(many.svg)
    lowest = max(float(element.get("y", "0")) + float(element.get("height", "0")) for element in picture.iter("{http://www.w3.org/2000/svg}rect"))
    assert lowest <= float(picture.get("height", "0"))
