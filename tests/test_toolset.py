"""Claims on tools by name: put in and taken out all or none, two of one name by a rule that was said, and looked at as tables."""

from __future__ import annotations

import warnings
from typing import Annotated, Literal

import pandas as pd
import pytest
from pydantic import Field

from nbagent.agent import Agent
from nbagent.errors import ConfigError, ToolDefinitionError
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tools import tool
from nbagent.toolset import Toolset


def get_weather(city: Annotated[str, Field(description="where")], unit: Literal["C", "F"] = "C") -> str:
    """Weather of a city.

    More of it."""
    return f"rain in {city}"


def get_time() -> str:
    """The time."""
    return "noon"


def ask(question: str) -> str:
    return question


def other_time() -> str:
    return "midnight"


CLASH = tool(other_time, name="get_time")


def test_an_agent_takes_a_set_as_it_is_then():
    tools = Toolset([get_weather, get_time])
    agent = Agent(model=Scripted([[call("get_time")], "Noon."]), tools=tools)
    tools.remove("get_time")
    assert Session(agent).run("When?").text == "Noon."
    assert [each.name for each in agent.offered] == ["get_weather", "get_time"]
    assert list(tools) == ["get_weather"]


def test_tools_leave_by_name_or_pattern_all_or_none():
    tools = Toolset([get_weather, get_time, ask])
    with pytest.raises(ConfigError, match=r"There is no tool 'get_tine'\.\nDid you mean get_time"):
        tools.remove("ask", "get_tine")
    assert list(tools) == ["get_weather", "get_time", "ask"]
    assert tools.remove("get_*") == ["get_weather", "get_time"]
    with pytest.raises(ConfigError, match="Tools: ask"):
        tools.remove("x?")
    assert tools.remove("ask") == ["ask"]
    assert not tools


def test_two_of_one_name_are_an_error_a_warning_or_the_later_one_as_was_said():
    tools = Toolset([get_time])
    with pytest.raises(ToolDefinitionError, match="Two tools are called 'get_time'"):
        tools.add(ask, CLASH, if_exists="raise")
    assert (list(tools), tools["get_time"].function) == (["get_time"], get_time)
    with pytest.warns(UserWarning, match="'get_time' is another function now"):
        tools.add(CLASH, if_exists="warn")
    assert tools["get_time"].function is other_time
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tools.add(get_time, if_exists="replace")
        tools.add(get_time, if_exists="warn")  # which is there already
    assert tools["get_time"].function is get_time
    with pytest.raises(ToolDefinitionError, match="Two tools"):
        Toolset([get_time, CLASH])
    with pytest.raises(ConfigError, match="Did you mean replace"):
        tools.add(ask, if_exists="replac")  # type: ignore[arg-type]


def test_an_agent_with_and_without_tools_is_another_agent():
    agent = Agent(tools=[get_time])
    assert [each.name for each in agent.with_tools(get_weather, ask).without_tools("get_*").offered] == ["ask"]
    assert [each.name for each in agent.offered] == ["get_time"]
    with pytest.raises(ToolDefinitionError, match="Two tools"):
        agent.with_tools(CLASH)
    assert agent.with_tools(CLASH, if_exists="replace").offered == (CLASH,)
    with pytest.raises(ConfigError, match="no tool 'ask'"):
        agent.without_tools("ask")


def test_a_set_is_a_table_of_its_tools_and_one_of_them_a_table_of_its_parameters():
    tools = Toolset([get_weather, tool(approval=True, timeout=2)(get_time)])
    table = tools.table()
    assert table["tool"].to_list() == ["get_weather", "get_time"]
    assert table["description"].to_list() == ["Weather of a city.", "The time."]
    assert table["needs_approval"].to_list() == [False, True]
    assert table["runs"].to_list() == ["on the cell's thread", "on its own thread"]
    parameters = tools.table("get_weather")
    assert parameters.to_dict("records") == [
        {"parameter": "city", "type": "string", "required": True, "default": None, "description": "where"},
        {"parameter": "unit", "type": '"C" or "F"', "required": False, "default": "C", "description": ""},
    ]
    assert "get_weather" in tools._repr_html_()
    assert isinstance(Toolset().table(), pd.DataFrame)
    with pytest.raises(ConfigError, match="no tool 'x'"):
        tools.table("x")
