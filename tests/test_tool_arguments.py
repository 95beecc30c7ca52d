"""Claims on the arguments of a call: slips are mended and said so, what is cut off never runs, and a refusal can be acted on."""

from __future__ import annotations

import json
from typing import Any, Literal

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent import Agent, Session, tool
from nbagent.events import Noted, RunEvent, ToolFinished, ToolStarted
from nbagent.messages import ToolCallPart
from nbagent.providers.scripted import Scripted, end


class Stop(pydantic.BaseModel):
    city: str
    nights: int = 1


@tool
def books(city: str, stops: list[Stop] = [], unit: Literal["c", "f"] = "c", note: str = "none") -> str:  # noqa: B006
    return json.dumps([city, [stop.model_dump() for stop in stops], unit, note])


def explained(text: str) -> str:
    with pytest.raises(pydantic.ValidationError) as caught:
        books.read(text)
    return books.explain(caught.value)


def ran(text: str) -> tuple[list[RunEvent], Session]:
    session = Session(Agent(model=Scripted([[ToolCallPart("", "books", text)], "Done."]), tools=[books]))
    events: list[RunEvent] = []
    session.observers.append(events.extend)
    session.run("Go")
    return events, session


@pytest.mark.parametrize(
    "text",
    [
        "{'city': 'Oslo', 'unit': 'f'}",
        '{city: "Oslo", unit: "f"}',
        '{"city": "Oslo", "unit": "f",}',
        '{"city": "Oslo" "unit": "f"}',
        '```json\n{"city": "Oslo", "unit": "f"}\n```',
        'Sure: {"city": "Oslo", "unit": "f"}',
        '{"city": "Oslo", "unit": "f"',
        '"{\\"city\\": \\"Oslo\\", \\"unit\\": \\"f\\"}"',
    ],
)
def test_a_slip_of_the_pen_is_mended_and_said_so(text):
    events, session = ran(text)
    (started,) = [event for event in events if isinstance(event, ToolStarted)]
    assert started.repaired
    assert json.loads(started.call.arguments) == {"city": "Oslo", "unit": "f"}
    assert [(event.kind, event.text) for event in events if isinstance(event, Noted)] == [
        ("repaired", "The arguments of books were broken JSON and were mended.")
    ]
    assert json.loads(session.messages[2].tool_results[0].content) == ["Oslo", [], "f", "none"]
    assert session.messages[1].tool_calls[0].arguments == text  # what came is kept as it came


def test_what_is_right_is_not_said_to_be_mended():
    events, _ = ran('{"city": "Oslo"}')
    assert [event.repaired for event in events if isinstance(event, ToolStarted)] == [False]
    assert not any(isinstance(event, Noted) for event in events)


@pytest.mark.parametrize("text", ['{"city": "Os', '{"city": "Oslo", "note": "half a sent', '{"city":', "no JSON at all", "[1, 2", "{", '"{'])
def test_what_is_cut_off_or_cannot_be_told_is_the_models_to_write_again(text):
    _, session = ran(text)
    (answer,) = session.messages[2].tool_results
    assert answer.is_error
    assert answer.content.startswith("The arguments of books are wrong: ")
    assert answer.content.endswith("It was not run.")
    assert session.result.text == "Done."


@pytest.mark.parametrize("text", ["", "null", "{}"])
def test_no_arguments_are_none(text):
    @tool
    def now() -> str:
        return "noon"

    assert now.read(text).values == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"city": 3}', "city: Input should be a valid string; given 3."),
        ('{"town": "Oslo", "city": "x"}', "town is not one of its parameters. Parameters: city, stops, unit, note."),
        ('{"citty": "Oslo", "city": "x"}', "citty is not one of its parameters. Did you mean city? It"),
        ("{}", "city is required and was not given."),
        ('{"city": "Oslo", "unit": "k"}', "unit: Input should be 'c' or 'f'; given \"k\"."),
        ('{"city": "Oslo", "stops": [{"city": "Rome", "nights": "two"}]}', "stops.0.nights: Input should be a valid integer"),
        ('{"city": "Oslo", "stops": [{}]}', "stops.0.city is required and was not given."),
        ('{"city": null}', "city: Input should be a valid string; given null."),
        ('["Oslo"]', 'given ["Oslo"].'),
    ],
)
def test_a_refusal_names_the_place_what_is_expected_and_what_was_given(text, says):
    said = explained(text)
    assert says in said
    assert "pydantic" not in said
    assert said.endswith(" It was not run.")


def test_many_errors_are_told_in_short():
    said = explained(json.dumps({"city": "Oslo", "stops": [{"nights": "x" * 500}] * 20}))
    assert "and 35 more" in said
    assert len(said) < 1_000


def test_a_null_for_what_has_a_default_is_the_default():
    assert books.read('{"city": "Oslo", "note": null, "unit": null}').values == {"city": "Oslo", "stops": [], "unit": "c", "note": "none"}


def test_a_person_approves_what_would_run_and_not_the_broken_text():
    asked: list[ToolCallPart] = []

    async def approves(call: ToolCallPart, digest: str) -> bool:
        asked.append(call)
        return True

    model = Scripted([[ToolCallPart("", "books", "{'city': 'Oslo',}")], "Done."])
    session = Session(Agent(model=model, tools=[books.replace(needs_approval=True)]), approve=approves)
    session.run("Go")
    assert [json.loads(call.arguments) for call in asked] == [{"city": "Oslo"}]
    assert not session.messages[2].tool_results[0].is_error


VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.text() | VALUES.map(json.dumps) | VALUES.map(repr))
def test_whatever_a_model_writes_is_arguments_or_a_refusal_in_words(text):
    try:
        said = books.read(text).values["city"]
    except pydantic.ValidationError as error:
        said = books.explain(error)
    assert isinstance(said, str)


@st.composite
def beginnings(draw: Any, cities: Any) -> tuple[str, int, str]:
    """A city, a number of nights, and the beginning of a call with both."""
    city, nights = draw(cities), draw(st.integers(min_value=0))
    whole = json.dumps({"city": city, "stops": [{"city": city, "nights": nights}]})
    return city, nights, whole[: draw(st.integers(min_value=1, max_value=len(whole) - 1))]


@given(beginnings(st.text(min_size=1)))
def test_the_beginning_of_a_call_is_no_call(begun):
    with pytest.raises(pydantic.ValidationError):
        books.read(begun[2], mend=False)


@given(beginnings(st.text(alphabet="ab é\n", min_size=1)))  # a bracket at its end may be the call's, behind a forgotten quote
def test_what_is_mended_never_has_a_part_of_a_value(begun):
    city, nights, text = begun
    try:
        values: dict[str, Any] = books.read(text).values  # it may lack its last brackets, and what would have stood before them
    except pydantic.ValidationError:
        return
    assert values["city"] == city
    assert all((stop.city, stop.nights) in {(city, nights), (city, 1)} for stop in values["stops"])


def test_nothing_is_mended_of_an_answer_that_reached_its_limit():
    for ending, is_error in ((end("length"), True), (end("tool_calls"), False)):
        session = Session(Agent(model=Scripted([[ToolCallPart("", "books", '{"city": "Oslo"'), ending], "Done."]), tools=[books]))
        session.run("Go")
        assert session.messages[2].tool_results[0].is_error is is_error


def test_a_refused_call_is_a_finished_one():
    events, _ = ran("{}")
    (finished,) = [event for event in events if isinstance(event, ToolFinished)]
    assert (finished.status, finished.error.type) == ("error", "ValidationError")
