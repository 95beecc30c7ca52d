"""Typed answers of the embedded model: held to a schema by its own grammar, by a final tool, and in words."""

import pydantic
import pytest

from nbagent import Agent, Session
from nbagent.events import PartDelta

pytestmark = pytest.mark.local_model


class City(pydantic.BaseModel):
    name: str
    country: str
    coastal: bool


class Count(pydantic.BaseModel):
    city: str
    people: int


def population(city: str) -> int:
    """The number of people who live in a city."""
    return 709_123


def session_of(kind, mode="auto", **options) -> Session:
    return Session(Agent(model="local:", output_type=kind, output_mode=mode, params={"temperature": 0}, **options))


@pytest.mark.parametrize("mode", ["auto", "native", "tool", "text"])
def test_a_small_type_is_answered_in_every_way(mode):
    session = session_of(City, mode)
    result = session.run("Which city is the capital of France, and in which country is it?")
    assert type(result.output) is City
    assert "France" in (result.output.country, result.output.name)


def test_the_value_grows_while_the_model_writes_it():
    session = session_of(City)
    names = [event.partial.name for event in session.stream("Which city is the capital of France?") if isinstance(event, PartDelta) and event.partial]
    assert len(set(names)) > 1
    assert session.result is not None
    assert names[-1] == session.result.output.name


@pytest.mark.parametrize("mode", ["native", "tool"])
def test_a_tools_result_is_in_the_typed_answer(mode):
    session = session_of(Count, mode, tools=[population])
    result = session.run("How many people live in Oslo? Use the tool population.")
    assert result.output == Count(city="Oslo", people=709_123)


def test_a_list_of_words_is_one():
    kind = list[str]
    output = session_of(kind).run("Name three colours.").output
    assert isinstance(output, list)
    assert all(isinstance(each, str) for each in output)
