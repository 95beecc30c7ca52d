"""TypedDicts of `typing` as pydantic takes them, wherever they stand in a type."""

import typing
from typing import Annotated, NotRequired, TypedDict

import pydantic
import pytest
import typing_extensions

from nbagent.errors import ConfigError
from nbagent.output import Output
from nbagent.typed_dicts import acceptable


class Movie(TypedDict):
    """A film."""

    title: str
    year: NotRequired[int]


class Chain(TypedDict, total=False):
    movie: Movie
    next: "Chain"


class Modern(typing_extensions.TypedDict):
    title: str


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Movie, {"title": "a"}), (Chain, {"movie": {"title": "a", "year": 1}, "next": {"next": {}}}), (list[Movie], [{"title": "a"}]),
        (typing.List[Movie], [{"title": "a"}]), (dict[str, Movie | None], {"a": None, "b": {"title": "a"}}), (Movie | int, 3),  # noqa: UP006
        (typing.Optional[Movie], None), (Annotated[Movie, "text"], {"title": "a"}), (tuple[Movie, int], ({"title": "a"}, 1)),  # noqa: UP045
    ],
)  # fmt: skip
def test_they_are_taken_wherever_they_stand(kind, value):
    adapter = pydantic.TypeAdapter(acceptable(kind))
    assert adapter.validate_python(value) == value


def test_what_they_say_stays():
    adapter = pydantic.TypeAdapter(acceptable(Movie))
    assert adapter.json_schema()["required"] == ["title"]
    assert (acceptable(Movie).__name__, acceptable(Movie).__doc__) == ("Movie", "A film.")
    with pytest.raises(pydantic.ValidationError):
        adapter.validate_python({"year": 1})


@pytest.mark.parametrize("kind", [int, list[int], Modern, dict[str, Modern], "Movie", None, typing.Any])
def test_a_type_without_any_is_itself(kind):
    assert acceptable(kind) is kind


def test_one_that_holds_itself_may_be_written_in_a_function():
    class Link(TypedDict):
        n: int
        next: "Link | None"

    value = {"n": 1, "next": {"n": 2, "next": None}}
    assert pydantic.TypeAdapter(acceptable(Link)).validate_python(value) == value
    assert Output(Link).partial('{"n": 1, "next": {"n": 2,') == {"n": 1, "next": {"n": 2}}


def test_a_name_that_is_not_there_yet_is_named():
    class Waits(pydantic.BaseModel):
        later: "NotThere"  # type: ignore[name-defined]  # noqa: F821

    for kind in (Waits, list[Waits], list["NotThere"]):  # type: ignore[name-defined]  # noqa: F821
        with pytest.raises(ConfigError, match="'NotThere' is not defined"):
            Output(kind)
