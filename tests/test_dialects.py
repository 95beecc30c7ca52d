"""A schema in the dialects of APIs that take only a part of it: what becomes of each keyword. The table of types is in test_schema."""

import pytest
from inline_snapshot import snapshot

from nbagent.dialects import closed, inlined, strict


def of(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def strictly(schema):
    """What becomes of one property's schema."""
    made = strict(of(a=schema))
    return None if made is None else made["properties"]["a"]


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "string", "title": "A", "examples": ["x"]}, {"type": "string"}),
        ({"type": "string", "minLength": 2, "description": "a name"}, {"type": "string", "description": "a name (minLength: 2)"}),
        ({"type": "string", "default": "x"}, {"type": "string", "description": 'default: "x"'}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "string", "format": "path"}, {"type": "string"}),
        ({"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^a"}),
        ({"type": "string", "pattern": "(?!a)b"}, {"type": "string"}),
        ({"type": "integer", "minimum": 1, "multipleOf": 2}, {"type": "integer", "minimum": 1, "multipleOf": 2}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"const": 1}, {"const": 1, "type": "integer"}),
        ({"enum": ["a", None]}, {"enum": ["a", None], "type": ["string", "null"]}),
        ({"oneOf": [{"type": "string"}, {"type": "null"}], "discriminator": {}}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"allOf": [{"type": "string"}], "description": "one"}, {"type": "string", "description": "one"}),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True},
         {"type": "array", "items": {"type": "string"}, "description": "uniqueItems: true"}),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
         {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}),
        (of(b={"type": "string"}), of(b={"type": "string"}) | {"additionalProperties": False}),
    ],
)  # fmt: skip
def test_what_the_strict_form_cannot_say_is_left_out_or_said_in_words(schema, made):
    assert strictly(schema) == made


@pytest.mark.parametrize(
    "schema",
    [
        {}, True, {"description": "anything"}, {"type": "object"}, {"type": "object", "additionalProperties": {"type": "string"}}, {"type": "array"},
        {"type": "array", "items": True}, {"type": ["object", "null"]}, {"not": {"type": "string"}}, {"allOf": [{"type": "string"}, {"minLength": 1}]},
        {"type": "object", "properties": {}, "additionalProperties": True}, {"type": "object", "properties": {}, "patternProperties": {"a": {}}},
        {"anyOf": [{"type": "string"}, {}]}, {"$ref": "#/properties/b"}, {"enum": [[1]]},
    ],
)  # fmt: skip
def test_where_anything_is_allowed_there_is_no_strict_form(schema):
    assert strictly(schema) is None


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": ["string", "integer"]}, {"type": ["string", "integer", "null"]}),
        ({"type": "null"}, {"type": "null"}),
        ({"const": "a", "description": "d"}, {"anyOf": [{"const": "a", "type": "string"}, {"type": "null"}], "description": "d"}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"type": "array", "items": {"type": "string"}}, {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}),
    ],
)
def test_what_was_optional_is_required_and_may_be_null(schema, made):
    whole = strict({"type": "object", "properties": {"a": schema}})
    assert whole == {"type": "object", "properties": {"a": made}, "required": ["a"], "additionalProperties": False}


def test_a_reference_stands_alone_also_where_it_was_described():
    node = {"type": "object", "properties": {"next": {"$ref": "#/definitions/Node", "description": "more"}}, "required": ["next"]}
    made = strict({"$ref": "#/definitions/Node", "definitions": {"Node": node}})
    closed = {
        "type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}], "description": "more"}},
        "required": ["next"], "additionalProperties": False,
    }  # fmt: skip
    assert made == closed | {"$defs": {"Node": closed}}


def test_what_is_no_object_has_no_strict_form():
    assert strict({"type": "string"}) is None
    assert strict({"anyOf": [of(a={"type": "string"})]}) is None


def test_references_are_written_out_and_cut_where_a_type_holds_itself():
    schema = {
        **of(tree={"$ref": "#/$defs/Tree", "description": "the tree"}, size={"$ref": "#/$defs/Size"}),
        "$defs": {"Tree": of(left={"$ref": "#/$defs/Tree"}, size={"$ref": "#/$defs/Size"}), "Size": {"type": "integer"}},
    }
    assert inlined(schema) == of(
        tree={**of(left={"type": "object", "description": "Tree, as above"}, size={"type": "integer"}), "description": "the tree"}, size={"type": "integer"}
    )


def test_properties_may_be_called_like_keywords():
    schema = of(**{"$ref": {"type": "string"}, "discriminator": {"type": "string"}, "default": {"type": "string"}, "title": {"type": "string"}})
    assert inlined(schema) == schema
    assert strict(schema) == schema | {"additionalProperties": False}


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
def test_what_no_grammar_can_be_made_of_has_no_closed_form(schema):
    assert closed(schema) is None


def test_a_definition_used_twice_is_no_recursion():
    twice = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/P"}, "b": {"$ref": "#/$defs/P"}},
        "required": ["a", "b"],
        "$defs": {"P": POINT["$defs"]["Pattern"]},
    }
    assert closed(twice) is not None
