"""A function as a tool: what the model is told, what its arguments become, and what cannot be a tool."""

import dataclasses
import functools
from typing import Annotated, Any, Literal

import jsonschema
import pydantic
import pytest
from pydantic import Field

from nbagent.errors import ToolDefinitionError
from nbagent.tools import Tool, as_tool, tool


class Point(pydantic.BaseModel):
    x: int
    y: int = 0


@dataclasses.dataclass
class Box:
    name: str
    points: list[Point]


def plain(city: str, unit: Literal["c", "f"] = "c") -> dict:
    """Current weather of a city."""


def nested(box: Box, limit: int | None = None, tags: dict[str, float] | None = None): ...


def described(n: Annotated[int, Field(description="how many", ge=1)]): ...


def untyped(anything, other=3): ...


def odd_names(json: str, model_config: int, _private: bool = False, schema: str = ""): ...


def nothing(): ...


async def later(seconds: float): ...


@pytest.mark.parametrize("function", [plain, nested, described, untyped, odd_names, nothing, later])
def test_every_signature_is_a_valid_json_schema_of_an_object(function):
    schema = as_tool(function).spec.parameters
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert "title" not in schema


def test_the_model_is_told_name_docstring_and_types():
    spec = tool(plain).spec
    assert (spec.name, spec.description) == ("plain", "Current weather of a city.")
    assert spec.parameters["properties"]["unit"] == {"default": "c", "enum": ["c", "f"], "type": "string"}
    assert spec.parameters["required"] == ["city"]
    assert tool(described).spec.parameters["properties"]["n"]["description"] == "how many"


def test_arguments_become_what_the_function_asks_for():
    given: dict[str, Any] = tool(nested).read('{"box": {"name": "b", "points": [{"x": "3"}]}}').values
    assert given == {"box": Box("b", [Point(x=3)]), "limit": None, "tags": None}
    assert tool(odd_names).read('{"json": "a", "model_config": 1}').values == {"json": "a", "model_config": 1, "_private": False, "schema": ""}
    assert tool(nothing).read("").values == {}


@pytest.mark.parametrize("text", ['{"city": 3}', '{"town": "Oslo"}', "{}", '{"city": "Oslo", "unit": "k"}', "not json", '{"city": "Os'])
def test_wrong_arguments_are_refused(text):
    with pytest.raises(pydantic.ValidationError):
        tool(plain).read(text)


def test_a_tool_stays_callable_as_the_function_it_is():
    @tool(name="double_it", description="Twice.", timeout=3)
    def double(n: int) -> int:
        return 2 * n

    assert double(4) == 8
    assert (double.name, double.description, double.timeout, double.on_callers_thread) == ("double_it", "Twice.", 3, False)
    assert as_tool(double) is double


class Scale:
    """A scale."""

    def times(self, n: int) -> int:
        """Times two."""
        return 2 * n

    def __call__(self, n: int) -> int:
        """Times three."""
        return 3 * n


def added(a: int, b: int) -> int:
    """A sum."""
    return a + b


@pytest.mark.parametrize(
    ("function", "told", "arguments", "result"),
    [
        (Scale().times, "Times two.", '{"n": 2}', 4), (Scale(), "Times three.", '{"n": 2}', 6),
        (functools.partial(added, b=1), "A sum.", '{"a": 2}', 3), (functools.partial(Scale().times), "Times two.", '{"n": 2}', 4),
    ],
)  # fmt: skip
def test_whatever_can_be_called_with_names_can_be_a_tool(function, told, arguments, result):
    made = tool(name="it")(function)
    assert made.description == told
    assert made(**made.read(arguments).values) == result


def variadic(*numbers: int): ...


def positional(n, /): ...


def unknown_name(x: "NotThere"): ...  # noqa: F821


def unwritable(x: object, y: type[int] | memoryview): ...


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (variadic, r"\*numbers"),
        (positional, "n cannot be offered"),
        (unknown_name, "'NotThere' is not defined"),
        (unwritable, "JSON can hold|written as JSON"),
        (Scale.times, "a method without its object"),
        (dict, "cannot be known"),
    ],
)
def test_what_cannot_be_a_tool_says_so_where_it_is_written(function, says):
    with pytest.raises(ToolDefinitionError, match=says):
        tool(function)


def test_a_name_that_no_provider_takes_is_refused():
    with pytest.raises(ToolDefinitionError, match="cannot be a tool's name"):
        tool(lambda x: x)
    with pytest.raises(ToolDefinitionError, match="is not a tool"):
        as_tool(3)  # type: ignore[arg-type]


def test_approval_can_depend_on_the_arguments():
    asks = Tool(plain, "plain", "", needs_approval=lambda arguments: arguments["city"] == "Oslo")
    assert asks.asks({"city": "Oslo"})
    assert not asks.asks({"city": "Rome"})
