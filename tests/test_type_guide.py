"""A type as people and models read it."""

from typing import Annotated, Any, Literal

import pydantic
from inline_snapshot import snapshot

from nbagent.output import guide


class Person(pydantic.BaseModel):
    """Somebody."""

    name: str = pydantic.Field(description="full name", min_length=1)
    age: Annotated[int, pydantic.Field(ge=0, lt=150)] = 30
    mood: Literal["happy", "sad"] | None = None
    friends: list["Person"] = []
    place: tuple[float, float] = (0, 0)
    more: dict[str, int] = {}
    anything: Any = None


def test_a_type_reads_as_its_shape_with_what_is_said_of_it():
    assert guide(list[Person]) == snapshot(
        """\
[Person, ...]
Person: {
  "name": string,  // full name; 1 characters or more
  "age"?: integer,  // less than 150; at least 0; default: 30
  "mood"?: "happy" or "sad" or null,  // default: null
  "friends"?: [Person, ...],  // default: []
  "place"?: [number, number],  // default: [0, 0]
  "more"?: {any key: integer},  // default: {}
  "anything"?: anything,  // default: null
}  // Somebody.\
"""
    )


def test_scalars_unions_and_text():
    assert guide(int | str) == "integer or string"
    assert guide(Literal["a", 1]) == '"a" or 1'
    assert guide(str) == guide(None) == "text"
    assert guide(dict[str, Any]) == "{any key: anything}"
