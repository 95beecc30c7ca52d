"""A JSON Schema as Gemini takes it: the keywords that it documents, and the others in words.

Pure: what comes in is never changed. A constraint that has no keyword there is said in the description, so that the model
still reads it; the tool's own validation loses nothing.
"""

from __future__ import annotations

import json
from typing import Any

_KEPT = (
    "$id", "$ref", "$anchor", "type", "format", "title", "description", "enum", "minItems", "maxItems", "minimum", "maximum", "required", "propertyOrdering",
)  # fmt: skip
_INNER = {"properties": "properties", "$defs": "$defs", "definitions": "$defs"}  # objects of schemas, and their names now
_LISTS = {"anyOf", "oneOf", "prefixItems"}
_ONE = {"items", "additionalProperties"}
_TOLD = ("default", "pattern", "minLength", "maxLength", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems", "minProperties", "maxProperties")


def for_gemini(schema: Any) -> Any:
    """The schema for ``parametersJsonSchema`` and ``responseJsonSchema``."""
    if not isinstance(schema, dict):
        return schema
    schema = _merged(schema)
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _KEPT:
            made[key] = value.replace("#/definitions/", "#/$defs/") if key == "$ref" else value
        elif key in _INNER and isinstance(value, dict):
            made[_INNER[key]] = {name: for_gemini(each) for name, each in value.items()}
        elif key in _LISTS and isinstance(value, list):
            made[key] = [for_gemini(each) for each in value]
        elif key in _ONE:
            made[key] = for_gemini(value)
        elif key == "const":
            made.setdefault("enum", [value])
    if isinstance(enum := made.get("enum"), list) and not all(isinstance(each, (str, int, float)) and not isinstance(each, bool) for each in enum):
        made = _described(made, [f"one of {_short(made.pop('enum'))}"])  # only texts and numbers can be listed
    made = _described(made, [f"{key}: {_short(schema[key])}" for key in _TOLD if key in schema and schema[key] is not None])
    if "$ref" in made and any(not key.startswith("$") for key in made):
        made = {"anyOf": [{"$ref": made.pop("$ref")}], **made}  # a reference has nothing beside it
    return made


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    """An ``allOf`` of one, which Gemini has no word for, as what it stands for."""
    match schema.get("allOf"):
        case [dict(only)]:
            return {key: value for key, value in schema.items() if key != "allOf"} | {key: value for key, value in only.items() if key not in schema}
        case _:
            return schema


def _described(schema: dict[str, Any], told: list[str]) -> dict[str, Any]:
    if not told:
        return schema
    text, words = schema.get("description"), ", ".join(told)
    return {**schema, "description": f"{text} ({words})" if text else words}


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
