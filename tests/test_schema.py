"""A function's parameters as a schema, in every dialect, and as validated arguments: over a table of what people write."""

import dataclasses
import json
from typing import Annotated, Any, TypedDict

import jsonschema
import pydantic
import pytest

from nbagent.dialects import inlined, strict
from nbagent.errors import ToolDefinitionError
from nbagent.partial_json import partial
from nbagent.schema import arguments_model, json_schema, partial_arguments, validate_arguments
from tests import schema_cases
from tests.schema_cases import FUNCTIONS, ODD, Point

ROWS = [pytest.param(*row, id=getattr(row[0], "__name__", type(row[0]).__name__)) for row in FUNCTIONS]
KEYWORDS = {
    "type", "description", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref", "$defs", "pattern", "format",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
}  # fmt: skip  # those of OpenAI's strict mode


def model_of(function) -> type[pydantic.BaseModel]:
    return arguments_model(function, getattr(function, "__name__", "shop"))


def valid(schema: dict[str, Any], value: Any) -> bool:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def objects_in(schema: Any):
    """Every schema in a schema, itself too."""
    if isinstance(schema, dict):
        yield schema
        for key in ("items", "additionalProperties"):
            yield from objects_in(schema.get(key))
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            for each in schema.get(key, ()):
                yield from objects_in(each)
        for key in ("properties", "$defs"):
            for each in schema.get(key, {}).values():
                yield from objects_in(each)


def filled(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> Any:
    """A value as a model writes it that is held to a strict schema: with null for all that it leaves out."""
    if "$ref" in schema:
        return filled(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)
    for branch in schema.get("anyOf", ()):
        made = filled(branch, value, root)
        if valid(branch | {"$defs": root.get("$defs", {})}, made):
            return made
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [filled(schema["items"], each, root) for each in value]
    if isinstance(value, dict) and "properties" in schema:
        return {name: filled(each, value[name], root) if name in value else None for name, each in schema["properties"].items()}
    return value


def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments that can be compared: pydantic makes an iterator for an Iterable."""
    return {name: list(value) if type(value).__name__ == "ValidatorIterator" else value for name, value in arguments.items()}


def test_the_table_has_more_than_a_hundred_functions_each_of_its_own_name():
    names = [getattr(row[0], "__name__", "") for row in FUNCTIONS]
    assert len(names) > 110
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("function", "good", "bad", "can_be_strict"), ROWS)
def test_the_schema_is_valid_and_tells_right_from_wrong_as_the_function_does(function, good, bad, can_be_strict):
    model = model_of(function)
    schema = json_schema(model)
    assert schema["type"] == "object"
    assert "title" not in schema
    assert valid(schema, good)
    assert validate_arguments(model, json.dumps(good)).keys() >= good.keys()
    if ODD not in bad.values():
        assert not valid(schema, bad)
        with pytest.raises(pydantic.ValidationError):
            validate_arguments(model, json.dumps(bad))


@pytest.mark.parametrize(("function", "good", "bad", "can_be_strict"), ROWS)
def test_the_strict_form_closes_every_object_and_the_function_takes_what_fits_it(function, good, bad, can_be_strict):
    model = model_of(function)
    schema = json_schema(model)
    before = json.dumps(schema)
    made = strict(schema)
    assert json.dumps(schema) == before, "the schema itself is left as it is"
    assert (made is not None) == can_be_strict
    if made is None:
        return
    for each in objects_in(made):
        assert each.keys() <= KEYWORDS
        assert "$ref" not in each or len(each) == 1
        if each.get("type") == "object":
            assert each["additionalProperties"] is False
            assert each["required"] == list(each["properties"])
    told = filled(made, good, made)
    assert valid(made, told)
    assert listed(validate_arguments(model, json.dumps(told))) == listed(validate_arguments(model, json.dumps(good)))


@pytest.mark.parametrize(("function", "good", "bad", "can_be_strict"), ROWS)
def test_the_inlined_form_has_no_references_and_still_takes_what_fits(function, good, bad, can_be_strict):
    schema = inlined(json_schema(model_of(function)))
    assert "$ref" not in json.dumps(schema)
    assert "$defs" not in json.dumps(schema)
    assert valid(schema, good)


@pytest.mark.parametrize(("function", "good", "bad", "can_be_strict"), ROWS)
def test_any_beginning_of_a_calls_arguments_is_a_partial_value_and_the_whole_is_the_whole(function, good, bad, can_be_strict):
    model = model_of(function)
    begun, text = partial_arguments(model), json.dumps(good)
    for end in range(len(text)):
        assert begun(partial(text[:end])).keys() <= good.keys()
    whole = listed(validate_arguments(model, text))
    assert begun(partial(text)) == {key: value for key, value in whole.items() if key in good}


def test_a_null_for_what_has_a_default_and_takes_none_is_the_default():
    model = model_of(schema_cases.defaults)
    given = validate_arguments(model, '{"city": "Oslo", "days": null, "unit": null, "near": {"x": 1, "y": null}}')
    assert given == {"city": "Oslo", "days": 3, "unit": "c", "near": Point(x=1, y=0)}
    with pytest.raises(pydantic.ValidationError, match="city"):
        validate_arguments(model, '{"city": null, "days": null}')


def test_a_parameter_is_described_by_its_docstring_else_by_its_annotation():
    def function(a: Annotated[int, "annotated"], b: Annotated[int, pydantic.Field(description="field")], c: Annotated[int, "annotated"], d: int = 0):
        """Adds.

        Args:
            c: from the docstring
        """

    told = json_schema(arguments_model(function, "f"))["properties"]
    assert [told[name].get("description") for name in "abcd"] == ["annotated", "field", "from the docstring", None]


def test_parameters_that_are_not_the_models_are_not_offered():
    def function(city: str, context: complex): ...

    assert list(json_schema(arguments_model(function, "f", without={"context"}))["properties"]) == ["city"]


class Order(pydantic.BaseModel):
    """An order."""

    item: str = pydantic.Field(description="what")
    count: int = 1

    @pydantic.field_validator("item")
    @classmethod
    def upper(cls, value: str) -> str:
        return value.upper()


@dataclasses.dataclass
class Wish:
    item: str
    count: int = 1


class Line(TypedDict):
    item: str
    count: int


@pytest.mark.parametrize(("given", "item"), [(Order, "TEA"), (Wish, "tea"), (Line, "tea")])
def test_a_type_can_say_what_is_offered_in_place_of_the_annotations(given, item):
    def function(item, count=0): ...

    model = arguments_model(function, "order", given=given)
    assert list(json_schema(model)["properties"]) == ["item", "count"]
    assert validate_arguments(model, '{"item": "tea", "count": 2}') == {"item": item, "count": 2}
    assert partial_arguments(model)({"item": "t"})["item"].lower() == "t"


def test_a_type_that_does_not_fit_the_signature_says_so_when_the_tool_is_made():
    with pytest.raises(ToolDefinitionError, match="'shelf', which is no field"):
        arguments_model(lambda item, shelf: 0, "f", given=Order)
    with pytest.raises(ToolDefinitionError, match="takes no 'count'"):
        arguments_model(lambda item: 0, "f", given=Order)
    with pytest.raises(ToolDefinitionError, match="cannot say what its parameters are"):
        arguments_model(lambda item: 0, "f", given=int)
    assert arguments_model(lambda **anything: 0, "f", given=Order)


@pytest.mark.parametrize("annotation", ["Missing", object(), pytest, pytest.MonkeyPatch, "list[Missing]"])
def test_what_json_cannot_hold_is_refused_when_the_tool_is_made(annotation):
    with pytest.raises(ToolDefinitionError):
        json_schema(model_of(schema_cases.taking("odd", annotation)))
