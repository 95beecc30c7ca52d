"""A table of what people write as a tool's parameters: each with arguments that fit, arguments that do not, and whether it can be strict."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import pathlib
import re
import typing
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union

import annotated_types
import pydantic
import typing_extensions
from pydantic import Field

T = TypeVar("T")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(enum.StrEnum):
    FAST = "fast"
    SLOW = "slow"


class Point(pydantic.BaseModel):
    """A place on the plane."""

    x: int = Field(description="to the right")
    y: int = 0


class Line(pydantic.BaseModel):
    start: Point
    end: Point
    color: Color = Color.RED


class Node(pydantic.BaseModel):
    name: str
    children: list[Node] = []


class Husband(pydantic.BaseModel):
    wife: Wife | None = None


class Wife(pydantic.BaseModel):
    husband: Husband | None = None


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int


class Renamed(pydantic.BaseModel):
    class_: str = Field(alias="class")


class Box(pydantic.BaseModel, Generic[T]):
    content: T


class Rows(pydantic.RootModel[list[int]]):
    pass


class Empty(pydantic.BaseModel):
    pass


@dataclasses.dataclass
class Size:
    width: float
    height: float = 1.0
    tags: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    value: int
    left: Tree | None = None
    right: Tree | None = None


@pydantic.dataclasses.dataclass
class Checked:
    n: Annotated[int, Field(ge=0)]


class Place(NamedTuple):
    x: int
    y: int = 0


class Movie(TypedDict):
    title: str
    year: int


class Partly(TypedDict, total=False):
    title: typing.Required[str]
    year: int


class Nested(TypedDict):
    movie: Movie
    more: typing.NotRequired[list[Movie]]


class Chain(TypedDict):
    value: int
    next: Chain | None


class Modern(typing_extensions.TypedDict):
    title: str
    stars: typing_extensions.NotRequired[int]


UserId = NewType("UserId", int)
Words = typing_extensions.TypeAliasType("Words", list[str])
Json = typing_extensions.TypeAliasType("Json", "dict[str, Json] | list[Json] | str | int | float | bool | None")
Positive = Annotated[int, Field(gt=0)]
Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
ODD = object()  # a bad value of a type that takes everything: there is none

Row = tuple[str, Any, Any, Any, bool]
TYPES: list[Row] = [  # name, type, a value that fits, one that does not, whether it can be strict
    ("str", str, "a", 3, True),
    ("int", int, 3, "three", True),
    ("float", float, 1.5, "much", True),
    ("bool", bool, True, "perhaps", True),
    ("none", None, None, 3, True),
    ("any", Any, {"a": 1}, ODD, False),
    ("object", object, [1], ODD, False),
    ("bytes", bytes, "abc", 3, True),
    ("complex", complex, "1+2j", True, True),
    ("list", list, [1, "a"], 3, False),
    ("list_of_int", list[int], [1, 2], ["x"], True),
    ("list_of_lists", list[list[int]], [[1], []], [1], True),
    ("typing_list", typing.List[str], ["a"], "a", True),  # noqa: UP006  people write it
    ("sequence", Sequence[int], [1], 1, True),
    ("iterable", Iterable[int], [1], 1, True),
    ("set_of_str", set[str], ["a"], "a", True),
    ("frozenset", frozenset[int], [1], {"a": 1}, True),
    ("deque", collections.deque[int], [1], {"a": 1}, True),
    ("dict", dict, {"a": 1}, [1], False),
    ("dict_of_any", dict[str, Any], {"a": [1]}, [1], False),
    ("dict_of_int", dict[str, int], {"a": 1}, {"a": "x"}, False),
    ("dict_int_keys", dict[int, str], {"1": "a"}, {"1": 2}, False),
    ("mapping", Mapping[str, float], {"a": 1.5}, {"a": "x"}, False),
    ("dict_of_models", dict[str, Point], {"a": {"x": 1}}, {"a": {"y": 1}}, False),
    ("tuple_of_two", tuple[int, str], [1, "a"], [1], True),
    ("tuple_of_many", tuple[int, ...], [1, 2], ["a"], True),
    ("tuple_of_same", tuple[float, float], [1.0, 2.0], [1.0, 2.0, 3.0], True),
    ("tuple_empty", tuple[()], [], [1], True),
    ("tuple_nested", tuple[Point, tuple[int, int]], [{"x": 1}, [1, 2]], [1, [1, 2]], True),
    ("plain_tuple", tuple, [1], 1, False),
    ("optional_int", Optional[int], None, "x", True),  # noqa: UP045  people write it
    ("int_or_none", int | None, 3, "x", True),
    ("union", Union[int, str], "a", [1], True),  # noqa: UP007  people write it
    ("union_pipe", int | list[int], [1], {"a": 1}, True),
    ("union_of_models", Cat | Dog, {"kind": "dog", "tricks": []}, {"kind": "cow"}, True),
    ("discriminated", Pet, {"kind": "cat"}, {"kind": "cow"}, True),
    ("list_of_pets", list[Pet], [{"kind": "cat", "lives": 3}], [{"kind": "dog"}], True),
    ("model_or_text", Point | str, "here", [1], True),
    ("literal", Literal["a", "b"], "a", "c", True),
    ("literal_one", Literal["only"], "only", "other", True),
    ("literal_int", Literal[1, 2], 1, 3, True),
    ("literal_mixed", Literal["a", 1, None], None, 2, True),
    ("literal_bool", Literal[True], True, 7, True),
    ("literal_or_int", Literal["all"] | int, 3, "some", True),
    ("enum", Color, "red", "green", True),
    ("int_enum", Level, 1, 3, True),
    ("str_enum", Mode, "fast", "medium", True),
    ("list_of_enum", list[Color], ["red"], ["pink"], True),
    ("date", datetime.date, "2026-01-02", True, True),
    ("datetime", datetime.datetime, "2026-01-02T03:04:05", True, True),
    ("time", datetime.time, "03:04:05", True, True),
    ("timedelta", datetime.timedelta, "PT1H", True, True),
    ("decimal", decimal.Decimal, "1.50", [1], True),
    ("uuid", uuid.UUID, "12345678-1234-5678-1234-567812345678", 1, True),
    ("path", pathlib.Path, "a/b.txt", 1, True),
    ("pattern", re.Pattern[str], "a+", 1, True),
    ("ip", ipaddress.IPv4Address, "127.0.0.1", [1], True),
    ("url", pydantic.HttpUrl, "https://example.org/", 1, True),
    ("secret", pydantic.SecretStr, "s", 1, True),
    ("json_text", pydantic.Json[list[int]], "[1]", 1, True),
    ("byte_size", pydantic.PositiveInt, 3, -1, True),
    ("model", Point, {"x": 1}, {"y": 1}, True),
    ("model_in_model", Line, {"start": {"x": 1}, "end": {"x": 2, "y": 3}}, {"start": {"x": 1}}, True),
    ("list_of_models", list[Point], [{"x": 1}], [{"x": "a"}], True),
    ("optional_model", Point | None, None, {"x": "a"}, True),
    ("recursive_model", Node, {"name": "a", "children": [{"name": "b"}]}, {"children": []}, True),
    ("list_of_recursive", list[Node], [{"name": "a"}], [{"nome": "a"}], True),
    ("models_of_each_other", Husband, {"wife": {"husband": {"wife": None}}}, {"wife": 3}, True),
    ("open_model", Open, {"a": 1, "b": 2}, {"b": 2}, False),
    ("aliased_field", Renamed, {"class": "a"}, {"class": 1}, True),
    ("generic_model", Box[int], {"content": 1}, {"content": "x"}, True),
    ("generic_of_list", Box[list[str]], {"content": ["a"]}, {"content": "a"}, True),
    ("root_model", Rows, [1, 2], ["x"], True),
    ("empty_model", Empty, {}, 3, True),
    ("dataclass", Size, {"width": 1.5}, {"height": 1}, True),
    ("recursive_dataclass", Tree, {"value": 1, "left": {"value": 2}}, {"left": None}, True),
    ("pydantic_dataclass", Checked, {"n": 1}, {"n": -1}, True),
    ("named_tuple", Place, [1, 2], ["x"], True),
    ("typed_dict", Movie, {"title": "a", "year": 2000}, {"title": "a"}, True),
    ("typed_dict_partly", Partly, {"title": "a"}, {"year": 2000}, True),
    ("typed_dict_nested", Nested, {"movie": {"title": "a", "year": 1}}, {"movie": 1}, True),
    ("typed_dict_recursive", Chain, {"value": 1, "next": {"value": 2, "next": None}}, {"value": "x", "next": None}, True),
    ("typed_dict_modern", Modern, {"title": "a"}, {"stars": 1}, True),
    ("list_of_typed_dicts", list[Movie], [{"title": "a", "year": 1}], [{"title": "a"}], True),
    ("new_type", UserId, 3, "x", True),
    ("alias_type", Words, ["a"], "a", True),
    ("json_alias", Json, {"a": [1, None]}, ODD, False),
    ("annotated_limit", Positive, 3, 0, True),
    ("annotated_text", Annotated[int, "how many"], 3, "x", True),
    ("annotated_range", Annotated[float, Field(ge=0, le=1)], 0.5, 2, True),
    ("annotated_len", Annotated[str, annotated_types.Len(2, 4)], "abc", "a", True),
    ("annotated_pattern", Annotated[str, Field(pattern=r"^[a-z]+$")], "abc", "ABC", True),
    ("annotated_list", Annotated[list[int], Field(min_length=1, max_length=3)], [1], [], True),
    ("annotated_multiple", Annotated[int, Field(multiple_of=5)], 10, 7, True),
    ("annotated_inside", list[Annotated[int, Field(gt=0)]], [1], [0], True),
    ("annotated_optional", Annotated[int | None, Field(description="or nothing")], None, "x", True),
    ("examples", Annotated[str, Field(examples=["a"], title="T")], "b", 1, True),
    ("strict_int", pydantic.StrictInt, 1, "1", True),
]
Function = Callable[..., Any]


def taking(name: str, kind: Any) -> Function:
    """A function of one parameter of this type."""

    def function(value):  # type: ignore[no-untyped-def]
        return value

    function.__name__ = name
    function.__annotations__ = {"value": kind}
    return function


def no_parameters() -> None: ...
def untyped(anything, other=3): ...  # type: ignore[no-untyped-def]
def defaults(city: str, days: int = 3, unit: Literal["c", "f"] = "c", near: Point | None = None): ...
def keyword_only(*, city: str, days: int = 3): ...
def default_of_model(point: Point = Point(x=1)): ...  # noqa: B008  people write it
def default_of_enum(color: Color = Color.RED, path: pathlib.Path = pathlib.Path()): ...
def default_that_is_no_json(value: Any = ODD, other: int = 1): ...
def default_none_of_int(n: int = None): ...  # type: ignore[assignment]  # noqa: RUF013  people write it
def default_of_field(n: Annotated[int, Field(gt=0)] = 1, s: str = Field("a", description="a text")): ...
def old(n: Annotated[int, Field(deprecated=True)] = 1): ...
def odd_names(json: str, model_config: int, _private: bool = False, schema: str = "", copy: int = 1): ...
def names_of_keywords(self_: int, cls_: int, validate: str, dict: str): ...  # noqa: A002
def forward(node: "Node", later: "Later | None" = None): ...  # noqa: UP037
def many(box: Size, line: Line, pets: list[Pet], by_name: dict[str, Node] | None = None, rest: tuple[int, str] = (1, "a")): ...
async def asynchronous(seconds: float, again: bool = False): ...
def generator(n: int = 3) -> Iterable[int]: ...  # type: ignore[empty-body]


class Later(pydantic.BaseModel):
    when: datetime.date


class Shop:
    def method(self, item: str, count: int = 1): ...
    @classmethod
    def of_class(cls, item: str): ...
    @staticmethod
    def static(item: str): ...
    def __call__(self, item: str): ...


FUNCTIONS: list[tuple[Function, dict[str, Any], dict[str, Any], bool]] = [
    (no_parameters, {}, {"a": 1}, True),
    (untyped, {"anything": [1]}, {}, False),
    (defaults, {"city": "Oslo"}, {"city": "Oslo", "unit": "k"}, True),
    (keyword_only, {"city": "Oslo", "days": 1}, {"days": 1}, True),
    (default_of_model, {}, {"point": {}}, True),
    (default_of_enum, {"color": "blue"}, {"color": "pink"}, True),
    (default_that_is_no_json, {"other": 2}, {"other": "x"}, False),
    (default_none_of_int, {}, {"n": "x"}, True),
    (default_of_field, {"n": 2}, {"n": 0}, True),
    (old, {"n": 2}, {"n": "x"}, True),
    (odd_names, {"json": "a", "model_config": 1, "copy": 2}, {"json": "a"}, True),
    (names_of_keywords, {"self_": 1, "cls_": 1, "validate": "a", "dict": "b"}, {"self_": 1}, True),
    (forward, {"node": {"name": "a"}, "later": {"when": "2026-01-02"}}, {"node": {}}, True),
    (many, {"box": {"width": 1}, "line": {"start": {"x": 1}, "end": {"x": 1}}, "pets": [{"kind": "cat"}]}, {"box": {"width": 1}}, False),
    (asynchronous, {"seconds": 1}, {"seconds": "soon"}, True),
    (generator, {"n": 1}, {"n": "x"}, True),
    (Shop().method, {"item": "a"}, {"self": 1}, True),
    (Shop.of_class, {"item": "a"}, {"cls": 1}, True),
    (Shop.static, {"item": "a"}, {}, True),
    (Shop(), {"item": "a"}, {}, True),
]
FUNCTIONS += [(taking(name, kind), {"value": good}, {"value": bad}, strict) for name, kind, good, bad, strict in TYPES]
