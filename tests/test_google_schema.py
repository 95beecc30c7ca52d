"""A JSON Schema with the keywords that Gemini documents, and the others in words."""

from __future__ import annotations

import copy
from enum import Enum
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from nbagent.providers.google.schema import for_gemini

KEYWORDS = {
    "$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems", "minItems", "maxItems", "minimum", "maximum",
    "anyOf", "oneOf", "properties", "additionalProperties", "required", "propertyOrdering",
}  # fmt: skip


class Kind(Enum):
    RAIN = "rain"
    SUN = "sun"


class Node(BaseModel):
    name: str = Field(pattern="^[a-z]+$", min_length=1, description="Its name.")
    kind: Kind = Kind.SUN
    unit: Literal["C"] = "C"
    one: Literal[True] = True
    place: tuple[float, int] = (0, 0)
    more: dict[str, list[int]] = {}
    anything: Any = None
    maybe: int | None = Field(None, gt=3)
    under: list[Node] = Field([], max_length=3)
    first: Node | None = Field(None, description="The first.")


SCHEMA = Node.model_json_schema()


def nodes(schema: Any) -> list[dict[str, Any]]:
    """Every schema in a schema."""
    if not isinstance(schema, dict):
        return []
    found = [schema]
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            found += [node for each in value.values() for node in nodes(each)]
        elif key in ("anyOf", "oneOf", "prefixItems"):
            found += [node for each in value for node in nodes(each)]
        elif key in ("items", "additionalProperties"):
            found += nodes(value)
    return found


def test_only_keywords_that_gemini_knows_are_left() -> None:
    for node in nodes(for_gemini(SCHEMA)):
        assert set(node) <= KEYWORDS
        if "$ref" in node:
            assert all(key.startswith("$") for key in node)
        assert all(isinstance(value, (str, int, float)) for value in node.get("enum", ()))


def test_what_has_no_keyword_is_said_in_words() -> None:
    properties = for_gemini(SCHEMA)["$defs"]["Node"]["properties"]  # it holds itself, so that pydantic defines it apart
    assert properties["name"]["description"] == 'Its name. (pattern: "^[a-z]+$", minLength: 1)'
    assert properties["unit"]["enum"] == ["C"]
    assert "one of [true]" in properties["one"]["description"]
    assert properties["first"]["description"] == "The first."


def test_what_comes_in_is_not_changed_and_what_comes_out_is_a_schema_that_takes_the_same_value() -> None:
    before = copy.deepcopy(SCHEMA)
    made = for_gemini(SCHEMA)
    assert before == SCHEMA
    Draft202012Validator.check_schema(made)
    Draft202012Validator(made).validate(Node(name="a", under=[Node(name="b")], maybe=5).model_dump(mode="json"))


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"properties": {"default": {"type": "string"}, "const": {}}}, {"properties": {"default": {"type": "string"}, "const": {}}}),
        ({"definitions": {"A": {}}, "$ref": "#/definitions/A"}, {"$defs": {"A": {}}, "$ref": "#/$defs/A"}),
        ({"allOf": [{"$ref": "#/$defs/A"}], "description": "x"}, {"anyOf": [{"$ref": "#/$defs/A"}], "description": "x"}),
        ({"items": True, "additionalProperties": False}, {"items": True, "additionalProperties": False}),
        ({"const": "a"}, {"enum": ["a"]}),
        (True, True),
    ],
)
def test_small_cases(schema: Any, made: Any) -> None:
    assert for_gemini(schema) == made
