"""A schema in the dialects of APIs that take only a part of it: what becomes of each keyword. The table of types is in test_schema."""

import pytest

from nbagent.dialects import inlined, strict


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
