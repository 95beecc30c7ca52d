"""Where schemas go in a request to Anthropic: of the answer, and of tools. What becomes of each keyword is in test_dialects."""

import pytest

from nbagent.dialects import closed
from nbagent.messages import user
from nbagent.provider import OutputSpec
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
