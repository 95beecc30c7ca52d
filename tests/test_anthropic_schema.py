"""Schemas as Anthropic's structured outputs and strict tools take them, and where they go in a request."""

import pytest
from inline_snapshot import snapshot

from nbagent.messages import user
from nbagent.provider import OutputSpec
from nbagent.providers.anthropic.schema import closed
from nbagent.providers.anthropic.wire import to_wire
from nbagent.tools import ToolSpec
from tests.anthropic_events import request

POINT = {
    "type": "object",
    "properties": {
        "x": {"type": "integer", "minimum": 0, "maximum": 9, "description": "To the right."},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^a"}, "minItems": 2, "maxItems": 5},
        "pattern": {"$ref": "#/$defs/Pattern"},
    },
    "required": ["x", "tags", "pattern"],
    "$defs": {"Pattern": {"type": "object", "properties": {"minimum": {"type": "number", "multipleOf": 2}}, "required": ["minimum"]}},
}
FREE = {"type": "object", "additionalProperties": True}
TREE = {
    "type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "required": ["root"],
    "$defs": {"Node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}, "required": ["children"]}},
}  # fmt: skip


def test_limits_are_said_in_words_and_objects_are_closed():
    assert closed(POINT) == snapshot(
        {
            "type": "object",
            "properties": {
                "x": {"type": "integer", "description": "To the right. (minimum: 0, maximum: 9)"},
                "tags": {"type": "array", "items": {"type": "string", "description": 'pattern: "^a"'}, "description": "minItems: 2, maxItems: 5"},
                "pattern": {"$ref": "#/$defs/Pattern"},
            },
            "required": ["x", "tags", "pattern"],
            "additionalProperties": False,
            "$defs": {
                "Pattern": {
                    "type": "object",
                    "properties": {"minimum": {"type": "number", "description": "multipleOf: 2"}},
                    "required": ["minimum"],
                    "additionalProperties": False,
                }
            },
        }
    )


def test_a_schema_is_not_changed_in_place():
    before = repr(POINT)
    closed(POINT)
    assert repr(POINT) == before


ROUND = {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"], "$defs": {
    "A": {"type": "object", "properties": {"b": {"$ref": "#/$defs/B"}}, "required": ["b"]},
    "B": {"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}, "required": ["a"]},
}}  # fmt: skip


@pytest.mark.parametrize("schema", [FREE, TREE, ROUND, {"type": "object", "properties": {"self": {"$ref": "#"}}, "required": ["self"]}, {"type": "string"}])
def test_what_cannot_be_compiled_there_is_none(schema):
    assert closed(schema) is None


def test_a_definition_used_twice_is_no_recursion():
    twice = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/P"}, "b": {"$ref": "#/$defs/P"}},
        "required": ["a", "b"],
        "$defs": {"P": POINT["$defs"]["Pattern"]},
    }
    assert closed(twice) is not None


def test_an_answer_of_a_schema_is_a_format():
    wire = to_wire(request(user("?"), output=OutputSpec("Point", POINT)))
    assert wire["output_config"] == {"format": {"type": "json_schema", "schema": closed(POINT)}}
    assert "system" not in wire


def test_a_schema_that_a_model_cannot_be_held_to_is_said_in_the_instructions():
    wire = to_wire(request(user("?"), instructions="Be brief.", output=OutputSpec("Tree", TREE, strict=False)))
    assert "output_config" not in wire
    assert wire["system"][0] == {"type": "text", "text": "Be brief."}
    assert '"children"' in wire["system"][1]["text"]


@pytest.mark.parametrize(
    ("model", "strict", "schema", "held"),
    [
        ("claude-sonnet-5-5", True, POINT, True),
        ("claude-sonnet-5-5", None, POINT, False),
        ("claude-sonnet-5-5", False, POINT, False),
        ("claude-sonnet-5-5", True, FREE, False),
        ("claude-3-5-haiku-latest", True, POINT, False),
    ],
)
def test_a_tool_is_strict_only_where_that_is_asked_for_and_can_be(model, strict, schema, held):
    (tool,) = to_wire(request(user("?"), model=model, tools=(ToolSpec("f", "Does it.", schema, strict),)))["tools"]
    assert tool == {"name": "f", "description": "Does it.", "input_schema": closed(schema) if held else schema} | ({"strict": True} if held else {})
