"""An output type: the schema that a model is asked for, the value of its answer, and the beginning of that value."""

import dataclasses
import datetime
import enum
import functools
import json
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import jsonschema
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.errors import ConfigError, OutputInvalid
from nbagent.output import Output, mode_of, parse
from nbagent.provider import Capabilities
from tests.schema_cases import ODD, TYPES


class City(pydantic.BaseModel):
    """A place where people live."""

    name: str = pydantic.Field(description="its name", min_length=2)
    people: int = 0
    twin: "City | None" = None


@dataclasses.dataclass
class Walk:
    steps: list[str]
    minutes: float = 1.0


class Fact(TypedDict):
    claim: str
    sure: bool


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Mood(enum.Enum):
    GOOD = "good"
    BAD = "bad"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (City, '{"name": "Oslo", "people": "7"}', City(name="Oslo", people=7)),
        (City, '{"name": "Oslo", "people": null, "twin": {"name": "Bo", "people": null}}', City(name="Oslo", twin=City(name="Bo"))),
        (Walk, '{"steps": ["a"]}', Walk(["a"])),
        (Fact, '{"claim": "c", "sure": true}', {"claim": "c", "sure": True}),
        (Pair, '{"result": [1]}', Pair(1)),
        (list[City], '{"result": [{"name": "Bo"}]}', [City(name="Bo")]),
        (list[City], '[{"name": "Bo"}]', [City(name="Bo")]),  # the wrapping left out, as models do that are not held to the schema
        (City | Walk, '{"result": {"steps": []}}', Walk([])),
        (City | Walk, '{"steps": []}', Walk([])),
        (City | None, '{"result": null}', None),
        (Literal["yes", "no"], '{"result": "no"}', "no"),
        (Literal["yes", "no"], '"no"', "no"),
        (Literal["yes", "no"], " no\n", "no"),
        (Mood, "good", Mood.GOOD),
        (int, "42", 42),
        (int, '{"result": 42}', 42),
        (bool, "true", True),
        (float, "`1.5`", 1.5),
        (datetime.date, "2026-01-02", datetime.date(2026, 1, 2)),
        (tuple[int, str], '{"result": [1, "a"]}', (1, "a")),
        (dict[str, Any], '{"anything": [1, {}]}', {"anything": [1, {}]}),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        (set[int], "[1, 1]", {1}),
        (Annotated[int, pydantic.Field(ge=0)], "3", 3),
        (Any, '{"result": {"a": 1}}', {"a": 1}),
    ],
)
def test_an_answer_is_a_value_of_its_type(kind, text, value):
    parsed = Output(kind).validate(text)
    assert parsed.value == value
    assert type(parsed.value) is type(value)
    assert Output(kind).validate(parsed.json).value == value, "the value's own JSON says the same"


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ('{"name": "Oslo"}', False), ('```json\n{"name": "Oslo"}\n```', False), ('Here it is: {"name": "Oslo"}. Fine?', False),
        ('{"name": "Oslo",}', True), ("{'name': 'Oslo'}", True), ('{"name": "Oslo"', True), ("```\n{name: 'Oslo'}\n```", True),
        (json.dumps('{"name": "Oslo"}'), True),
    ],
)  # fmt: skip
def test_prose_and_fences_are_passed_over_and_what_had_to_be_mended_is_flagged(text, repaired):
    parsed = Output(City).validate(text)
    assert (parsed.value, parsed.repaired) == (City(name="Oslo"), repaired)


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (City, "", "It is empty."),
        (City, "I do not know.", "It is no JSON document, or one that was cut off."),
        (City, '{"name": "Os', "It is no JSON document, or one that was cut off."),
        (City, '{"people": 3}', "name is required and was not given"),
        (City, '{"name": "O", "people": "x"}', 'name: String should have at least 2 characters; given "O"'),
        (list[City], '{"result": [{"people": 1}]}', "result.0.name is required and was not given"),
        (list[City], '[{"people": 1}]', "0.name is required and was not given"),
        (Literal["yes", "no"], "perhaps", "It is no JSON document"),
        (Literal["yes", "no"], '{"result": "perhaps"}', "Input should be 'yes' or 'no'; given \"perhaps\""),
        (int, '{"result": 1.5}', "got a number with a fractional part; given 1.5"),
    ],
)
def test_what_is_wrong_is_told_in_words_that_a_model_can_act_on(kind, text, why):
    with pytest.raises(OutputInvalid) as caught:
        Output(kind).validate(text)
    assert caught.value.what.startswith("The answer is not of the type ")
    assert why in caught.value.why


def test_a_validator_that_raises_anything_is_an_answer_that_does_not_fit():
    class Odd(pydantic.BaseModel):
        n: int

        @pydantic.field_validator("n")
        @classmethod
        def check(cls, value: int) -> int:
            raise KeyError("no such thing")

    with pytest.raises(OutputInvalid, match="KeyError"):
        Output(Odd).validate('{"n": 1}')
    assert Output(Odd).partial('{"n": 1}') == Odd.model_construct(n=1)


def test_what_was_cut_off_counts_only_where_it_is_whole_as_it_is():
    output = Output(City)
    assert output.validate('{"name": "Oslo"} ', mend=False).value == City(name="Oslo")
    for text in ('{"name": "Oslo"', '```json\n{"name": "Oslo"}', "Oslo"):
        with pytest.raises(OutputInvalid):
            output.validate(text, mend=False)


@pytest.mark.parametrize("row", TYPES, ids=[row[0] for row in TYPES])
def test_every_type_has_a_schema_of_an_object_that_takes_what_fits(row):
    _, kind, good, bad, can_be_strict = row
    output = Output(kind)
    jsonschema.Draft202012Validator.check_schema(output.schema)
    assert output.schema["type"] == "object"
    told = {"result": good} if output.wrapped else good
    assert jsonschema.Draft202012Validator(output.schema).is_valid(told)
    assert output.strict == can_be_strict
    output.validate(json.dumps(told))
    if bad is not ODD and not output.wrapped:
        with pytest.raises(OutputInvalid):
            output.validate(json.dumps(bad))


def test_a_type_may_be_left_free_where_it_could_be_strict():
    assert Output(City).spec.strict is True
    assert Output(City, strict=False).spec.strict is False
    assert Output(dict[str, Any]).spec.strict is False
    assert Output(City).final_tool().strict is True
    assert Output(dict[str, Any]).final_tool().strict is None
    assert Output(City, strict=False).final_tool().strict is False


def test_its_name_says_the_type_and_is_sendable():
    names = {kind: Output(kind).type_name for kind in (City, list[City], City | Walk, dict[str, Any], Literal["a"])}
    assert list(names.values()) == ["City", "list[City]", "City | Walk", "dict[str, Any]", "Literal['a']"]
    assert Output(list[City]).spec.name == "list_City"
    assert Output(City).final_tool().name == "final_result"
    assert Output(City).final_tool({"final_result", "final_result_2"}).name == "final_result_3"


@pytest.mark.parametrize("kind", [object(), "Missing", pytest.MonkeyPatch, 3, type(pytest)])
def test_what_json_cannot_hold_is_no_output_type(kind):
    with pytest.raises(ConfigError, match="cannot be an output type"):
        Output(kind)


def test_text_needs_no_type():
    assert Output.of(None) is Output.of(str) is None
    assert Output.of(City) is Output.of(City)


@pytest.mark.parametrize(
    ("asked", "can", "mode"),
    [
        ("auto", Capabilities(output_schema=True), "native"), ("auto", Capabilities(), "tool"), ("auto", Capabilities(tools=False), "text"),
        ("auto", None, "tool"), ("native", None, "native"), ("native", Capabilities(), "native"),
        ("text", Capabilities(output_schema=True), "text"), ("tool", Capabilities(tools=False), "tool"),
    ],
)  # fmt: skip
def test_the_way_of_the_answer_is_the_best_that_the_model_has(asked, can, mode):
    assert mode_of(asked, can) == mode


def test_a_way_that_there_is_not_is_an_error():
    with pytest.raises(ConfigError, match="'auto', 'native', 'tool' or 'text'"):
        mode_of("json", None)


def test_text_becomes_a_value_of_any_type():
    assert parse('The cities: ```json\n[{"name": "Oslo"}]\n```', list[City]) == [City(name="Oslo")]
    assert parse("as it is", str) == "as it is"
    assert parse("42", int) == 42
    with pytest.raises(OutputInvalid):
        parse("none", list[City])


# -- the beginning of a value ---------------------------------------------------------------------------------------


def test_a_value_grows_with_its_text():
    output, seen = Output(list[City | Walk]), []
    text = '{"result": [{"name": "Oslo", "people": 12, "twin": {"name": "Bo"}}, {"steps": ["go", "st'
    for end in range(len(text) + 1):
        value = output.partial(text[:end])
        if not seen or value != seen[-1]:
            seen.append(value)
    assert seen[0] is None
    assert seen[1] == []
    assert seen[2] == [City.model_construct(name="")]
    assert City(name="Oslo", people=12) in [value[0] for value in seen[2:]]
    assert seen[-1] == [City(name="Oslo", people=12, twin=City(name="Bo")), Walk(["go", "st"])]


@pytest.mark.parametrize("row", TYPES, ids=[row[0] for row in TYPES])
def test_any_beginning_of_any_type_is_safe_and_the_last_is_the_value(row):
    name, kind, good, _, _ = row
    output = Output(kind)
    for told in ({"result": good}, good) if output.wrapped else (good,):
        text = json.dumps(told)
        for end in range(len(text)):
            output.partial(text[:end])
        if name != "iterable":  # pydantic gives an iterator
            assert output.partial(text) == output.validate(text).value


CITIES = st.recursive(
    st.builds(City, name=st.text(min_size=2, max_size=6), people=st.integers(0, 10**6)),
    lambda inner: st.builds(City, name=st.text(min_size=2, max_size=6), twin=inner),
    max_leaves=3,
)


def is_part(part: Any, whole: Any) -> bool:
    """Whether each field is not there yet, or begins as the whole one does."""
    if part is None or not isinstance(whole, City):
        return part is None
    return whole.name.startswith(part.name or "") and part.people in (0, whole.people) and is_part(part.twin, whole.twin)


@settings(max_examples=40, deadline=None)
@given(CITIES)
def test_every_beginning_of_a_model_is_an_object_of_it_that_says_nothing_else(city):
    text, output = city.model_dump_json(), Output(City)
    for end in range(1, len(text)):
        part = output.partial(text[:end])
        assert type(part) is City
        assert is_part(part, city)
    assert output.partial(text) == city


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_the_beginning_of_a_value_raise(text):
    for kind in (City, list[City], City | Walk, int):
        Output.of(kind).partial(text)


class Leaves(pydantic.BaseModel):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def check(cls, n: int) -> int:
        if n == 3:
            raise SystemExit("three")
        return n


def test_a_validator_that_would_end_the_process_says_what_is_wrong_and_no_more():
    assert Output(Leaves).partial('{"n": 3}') is not None
    with pytest.raises(OutputInvalid, match="SystemExit: three"):
        parse('{"n": 3}', Leaves)


@pytest.mark.parametrize("kind", [{}, {"a": int}, functools.partial(int), 3, "Nope"], ids=repr)
def test_what_is_no_type_at_all_is_refused_in_words(kind):
    with pytest.raises(ConfigError, match="cannot be an output type"):
        Output(kind)
