"""A function as a tool: what the model is told, what its arguments become, and what cannot be a tool."""

import dataclasses
import functools
from typing import Annotated, Any, Literal

import jsonschema
import numpy as np
import pandas as pd
import pydantic
import pytest
from pydantic import Field

from nbagent import Agent, tools
from nbagent.errors import ConfigError, ToolDefinitionError
from nbagent.tools import Tool, as_tool, tool, tool_names


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


@pytest.mark.filterwarnings("ignore:untyped")
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


def about_a_frame(n: int, frames: list[pd.DataFrame]): ...


def about_an_array(n: int, array: np.ndarray): ...


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (variadic, r"\*numbers"),
        (positional, "n cannot be offered"),
        (unknown_name, "'NotThere' is not defined"),
        (unwritable, "JSON can hold|written as JSON"),
        (Scale.times, "a method without its object"),
        (dict, "cannot be known"),
        (about_a_frame, r"a model cannot give the parameter frames \(list\)"),
        (about_an_array, r"a model cannot give the parameter array \(ndarray\) \(line \d+ of test_tools.py\)\.\nIt writes JSON. Take a name or a path \(str\)"),
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


def test_what_an_already_made_tool_says_of_itself_is_not_lost_by_making_it_again():
    with pytest.raises(ToolDefinitionError, match=r"plain is a tool already.\nChange it with .replace"):
        tool(tool(plain))


@pytest.mark.parametrize("given", ["my.tool", "3d", "größe", "a b/c", "x" * 80, "kept-as_it", " spaced "])
def test_a_name_that_is_given_is_the_tools_own(given):
    assert tool(lambda x: x, name=given).spec.name == given.strip()
    assert tool(plain).replace(name=given).name == given.strip()


@pytest.mark.parametrize("given", ["", "  ", "two\nlines", "x" * 201])
def test_a_name_that_nobody_can_read_is_refused(given):
    with pytest.raises(ToolDefinitionError, match="cannot be a tool's name"):
        tool(plain, name=given)


class Doubles:
    """Twice a number."""

    def __call__(self, n: int) -> int:
        return 2 * n


class Greets(Doubles):
    """Says hello."""

    def __init__(self, greeting: str = "Hello") -> None:
        self.greeting = greeting

    async def __call__(self, name: str) -> str:  # type: ignore[override]
        return f"{self.greeting}, {name}"


@dataclasses.dataclass
class Booking:
    """A booking of one night."""

    city: str
    nights: int = 1


@pytest.mark.parametrize(
    ("thing", "name", "told", "parameters"),
    [
        (Doubles, "Doubles", "Twice a number.", ["n"]), (Doubles(), "Doubles", "Twice a number.", ["n"]),
        (Greets, "Greets", "Says hello.", ["name"]), (Greets("Hi"), "Greets", "Says hello.", ["name"]),
        (Booking, "Booking", "A booking of one night.", ["city", "nights"]), (functools.partial(added, b=1), "added", "A sum.", ["a"]),
    ],
)  # fmt: skip
def test_objects_and_classes_are_tools_by_their_own_names(thing, name, told, parameters):
    made = as_tool(thing)
    assert (made.name, made.description.splitlines()[0]) == (name, told)
    assert list(made.spec.parameters["properties"])[: len(parameters)] == parameters


def test_an_object_that_is_awaited_is_an_async_tool():
    assert as_tool(Greets).is_async
    assert not as_tool(Doubles).is_async


def test_a_class_that_needs_something_to_be_made_says_so():
    class Needs:
        def __init__(self, what: str) -> None: ...
        def __call__(self) -> None: ...

    with pytest.raises(ToolDefinitionError, match="Needs: no object of it can be made"):
        as_tool(Needs)


def test_a_class_is_offered_with_what_its_objects_are_made_of():
    class Hotel:
        def __init__(self, city: str, *, stars: int = 3) -> None:
            self.city, self.stars = city, stars

    made = as_tool(Hotel)
    assert made.spec.parameters["properties"]["stars"] == {"default": 3, "type": "integer"}
    assert made(**made.read('{"city": "Oslo", "stars": "4"}').values).stars == 4


def test_two_tools_of_one_name_are_refused_and_one_function_twice_is_not():
    with pytest.raises(ToolDefinitionError, match="Two tools are called 'plain'"):
        Agent(tools=[plain, tool(nothing, name="plain")])
    assert len(Agent(tools=[plain, plain]).tools) == 2


class Trip(pydantic.BaseModel):
    city: str = Field(description="where to")
    nights: int = Field(1, ge=1)


def test_a_type_that_is_given_says_what_is_offered_in_place_of_the_annotations():
    made = tool(lambda city, nights: (city, nights), name="books", parameters=Trip)
    assert made.spec.parameters["properties"]["city"]["description"] == "where to"
    assert made.read('{"city": "Oslo"}').values == {"city": "Oslo", "nights": 1}
    with pytest.raises(pydantic.ValidationError):
        made.read('{"city": "Oslo", "nights": 0}')
    with pytest.raises(ToolDefinitionError, match="does not fit its signature"):
        tool(lambda town: town, name="books", parameters=Trip)


@pytest.mark.parametrize("strict", [True, False, None])
def test_whether_the_provider_holds_the_model_to_the_schema_is_said_in_the_spec(strict):
    assert tool(plain, strict=strict).spec.strict is strict


# -- by name ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package that brings tools by name."""
    (tmp_path / "somebodys_tools.py").write_text("def dice(sides: int = 6) -> int:\n    'Rolls.'\n    return sides\n")
    info = tmp_path / "somebodys_tools-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: somebodys-tools\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[nbagent.tools]\ndice = somebodys_tools:dice\ngone = somebodys_tools:gone\nlost = not_there_at_all:x\n")
    monkeypatch.syspath_prepend(tmp_path)
    tools._installed.cache_clear()
    yield
    tools._installed.cache_clear()


def test_a_tool_of_an_installed_package_is_there_by_its_name(package):
    assert tool_names() == ["dice", "gone", "lost"]
    (made,) = Agent(tools=["dice"]).offered
    assert (made.name, made.description, made(sides=3)) == ("dice", "Rolls.", 3)


@pytest.mark.parametrize(
    ("name", "says"), [("dise", "Did you mean dice"), ("zzz", "By name: dice, gone, lost"), ("gone", "cannot be loaded"), ("lost", "No module named")]
)
def test_a_name_that_brings_no_tool_says_which_would(package, name, says):
    with pytest.raises(ConfigError, match=says):
        Agent(tools=[name])


def test_approval_can_depend_on_the_arguments():
    asks = Tool(plain, "plain", "", needs_approval=lambda arguments: arguments["city"] == "Oslo")
    assert asks.asks({"city": "Oslo"})
    assert not asks.asks({"city": "Rome"})


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": "3"},
        {"result_limit": -1},
        {"result_limit": 1.5},
        {"on_error": "zzz"},
        {"strict": "yes"},
    ],
)
def test_an_option_that_means_nothing_is_refused_where_it_is_written(options):
    with pytest.raises(ToolDefinitionError, match=next(iter(options))):
        tool(**options)(a_tool_of_a_city)


def a_tool_of_a_city(city: str) -> str:
    return city


def test_a_types_docstring_is_told_where_the_function_has_none():
    class Search(pydantic.BaseModel):
        """Finds pages.

        Attributes:
            q: What is looked for.
        """

        q: str

    @dataclasses.dataclass
    class Plain:
        q: str

    def find(q: str) -> str:
        return q

    def look(q: str) -> str:
        """Looks closely."""
        return q

    assert tool(find, parameters=Search).spec.description == "Finds pages."
    assert tool(look, parameters=Search).spec.description == "Looks closely."
    assert tool(find, parameters=Search, description="Mine.").spec.description == "Mine."
    assert tool(find, parameters=Plain).spec.description == ""
    assert find.__doc__ is None


def test_a_parameter_without_a_type_is_told_where_the_tool_is_made_and_a_lambda_has_none():
    with pytest.warns(UserWarning, match="untyped: the parameters anything, other have no type: a model may give anything") as told:
        tool(untyped)
    assert (told[0].filename, told[0].lineno) == (__file__, untyped.__code__.co_firstlineno)
    with pytest.warns(UserWarning, match="books: the parameter x has no type"):

        @tool(name="books")
        def look(x, n: int = 1): ...

    tool(lambda x: x, name="short")  # an error, were it told
