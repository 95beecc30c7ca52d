"""``--output-type``: types of the notebook, and expressions over them, read and never run."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from nbagent.errors import ConfigError
from nbagent.notebook.output_types import output_type, type_names


class City(BaseModel):
    name: str


@dataclasses.dataclass
class Trip:
    days: int


class Trap:
    """Whoever calls it, or asks a private name of it, is noticed."""

    def __call__(self) -> None:
        raise AssertionError("it was called")


NAMES: dict[str, Any] = {"City": City, "Trip": Trip, "trap": Trap(), "n": 3, "Kind": Literal["a", "b"], "module": dataclasses, "_Own": City}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("City", City),
        ("list[City]", list[City]),
        ("dict[str, list[City]]", dict[str, list[City]]),
        ("City | Trip", City | Trip),
        ("City | None", City | None),
        ("int", int),
        ("Kind", Literal["a", "b"]),
        ("Literal['yes', 'no', -1]", Literal["yes", "no", -1]),
        ("tuple[int, str]", tuple[int, str]),
        ("module.Field", dataclasses.Field),
    ],
)
def test_a_type_is_named_or_written(text: str, expected: Any) -> None:
    assert output_type(text, NAMES) == expected


@pytest.mark.parametrize("text", ["trap()", "City.__init__", "[x for x in y]", "(lambda: 1)", "print(1)", "City()", "f'{City}'", "n if n else n", "n + 1"])
def test_an_expression_that_runs_something_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="types are names"):
        output_type(text, NAMES)


@pytest.mark.parametrize(
    ("text", "what", "why"),
    [
        ("Citi", "Citi is not defined", "Did you mean City"),
        ("list[", "this is no type", ""),
        ("n", "3 is no type", ""),
        ("City[int]", "this is no type", ""),
        ("Literal[yes]", "yes is not defined", ""),
        ("module.nothing", "this is no type", "nothing"),
    ],
)
def test_what_is_no_type_is_said_in_a_line(text: str, what: str, why: str) -> None:
    with pytest.raises(ConfigError) as raised:
        output_type(text, NAMES)
    assert what in raised.value.what
    assert why in raised.value.why
    assert len(raised.value.lines) <= 4


def test_the_notebooks_own_types_are_offered_first() -> None:
    assert type_names(NAMES)[:2] == ["City", "Trip"]
    assert "Literal" in type_names(NAMES)
    assert "_Own" not in type_names(NAMES)
