"""The beginning of a value of any type: an object of that type with what has come. The table of types is in test_output."""

import dataclasses
import datetime
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import pydantic
import pytest

from nbagent.partial_values import NOTHING, shape


class Person(pydantic.BaseModel):
    name: Annotated[str, pydantic.Field(min_length=3)]
    born: datetime.date | None = None
    tags: list[str] = pydantic.Field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    person: Person
    n: int = 3


class Circle(pydantic.BaseModel):
    kind: Literal["circle"]
    radius: float


class Square(pydantic.BaseModel):
    kind: Literal["square"]
    side: float


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Eager(pydantic.BaseModel):
    name: str

    def model_post_init(self, context: Any, /) -> None:
        self.name.upper()


class Root(pydantic.RootModel[list[Person]]):
    pass


class Camel(pydantic.BaseModel):
    first_name: str = pydantic.Field(validation_alias=pydantic.AliasChoices("firstName", "first"))


BEGUN = Person.model_construct(name="Al", born=None, tags=[])


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        (Person, {}, Person.model_construct(name=None, born=None, tags=[])),
        (Person, {"name": "Al"}, BEGUN),
        (Person, {"name": "Alan", "born": "2026-01-"}, Person(name="Alan")),
        (Person, {"name": "Alan", "tags": ["a", 3]}, Person.model_construct(name="Alan", born=None, tags=["a"])),
        (Frozen, {"person": {"name": "Al"}}, Frozen(BEGUN, 3)),
        (Pair, [], Pair(None, "r")),
        (Pair, [1], Pair(1)),
        (Root, [{"name": "Al"}], Root.model_construct([BEGUN])),
        (Camel, {"first": "A"}, Camel.model_construct(first_name="A")),
        (list[Person], [{"name": "Alan"}, {"name": "Al"}], [Person(name="Alan"), BEGUN]),
        (tuple[int, Person], [1, {"name": "Al"}], (1, BEGUN)),
        (tuple[int, ...], [1, "x"], (1,)),
        (dict[str, Person], {"a": {"name": "Al"}}, {"a": BEGUN}),
        (set[Literal["a", "b"]], ["a", ""], {"a"}),
        (Circle | Square, {"kind": "sq"}, Square.model_construct(kind=None, side=None)),
        (Circle | Square, {"kind": ""}, NOTHING),
        (Circle | Square | None, None, None),
        (Person | str, "Al", "Al"),
        (Literal["yes", "no"], "ye", NOTHING),
        (datetime.date, "2026-0", NOTHING),
        (int, "x", NOTHING),
        (Person, [1], NOTHING),
        (Any, {"a": [1]}, {"a": [1]}),
    ],
)
def test_what_has_come_is_an_object_of_its_type(kind, value, made):
    got = shape(kind)(value)
    assert got == made
    assert type(got) is type(made)


def test_code_of_a_model_that_wants_a_whole_object_breaks_nothing():
    begun = shape(Eager)({})
    assert (type(begun), begun.name) == (Eager, None)


def test_a_typed_dict_has_the_keys_that_have_come():
    class Movie(TypedDict):
        title: str
        year: int

    assert shape(Movie)({"title": "A", "other": 1}) == {"title": "A"}


def test_what_is_whole_is_validated_as_pydantic_does():
    class Loud(pydantic.BaseModel):
        word: str

        @pydantic.field_validator("word")
        @classmethod
        def upper(cls, value: str) -> str:
            return value.upper()

    assert shape(Loud)({"word": "hi"}) == Loud(word="hi")
    assert shape(list[Loud])([{"word": "hi"}])[0].word == "HI"
