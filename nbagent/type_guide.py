"""A JSON Schema as people and models read types: what ``{{ return_type }}`` writes into a prompt.

Pure; names, descriptions and defaults stand where they are used, types that are used by name follow below.
"""

from __future__ import annotations

import json
from typing import Any

Schema = dict[str, Any]

_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "more than {}", "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}", "minLength": "{} characters or more", "maxLength": "{} characters or fewer",
    "minItems": "{} items or more", "maxItems": "{} items or fewer", "pattern": "matching {}", "format": "as {}",
}  # fmt: skip


def readable(schema: Schema) -> str:
    """The type in words::

    {
      "city": string,  // where it is
      "kind": "warm" or "cold",
      "hours"?: [Hour, ...],  // default: []
    }
    Hour: {...}
    """
    definitions: Schema = schema.get("$defs", {})
    said = [_type(schema, "")]
    said += [f"{name}: {_type(definition, '')}{_comment(definition)}" for name, definition in definitions.items()]
    return "\n".join(said)


def _type(schema: Any, indent: str) -> str:
    if not isinstance(schema, dict):
        return "anything"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema or "enum" in schema:
        return " or ".join(_json(value) for value in schema.get("enum", [schema.get("const")]))
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return " or ".join(dict.fromkeys(_type(each, indent) for each in branches))
    if len(schema.get("allOf", ())) == 1:
        return _type(schema["allOf"][0], indent)
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, indent)
    if kind == "array":
        return _array(schema, indent)
    if isinstance(kind, list):
        return " or ".join(str(each) for each in kind)
    return str(kind) if kind else "anything"


def _object(schema: Schema, indent: str) -> str:
    if not schema.get("properties"):
        values = schema.get("additionalProperties", True)
        return "{}" if values is False else "{any key: " + _type(values, indent) + "}"
    inner = indent + "  "
    needed = schema.get("required", ())
    lines = [f"{inner}{_json(name)}{'' if name in needed else '?'}: {_type(each, inner)},{_comment(each)}" for name, each in schema["properties"].items()]
    return "\n".join(["{", *lines, indent + "}"])


def _array(schema: Schema, indent: str) -> str:
    places = [_type(each, indent) for each in schema.get("prefixItems", ())]
    if isinstance(schema.get("items"), dict) or not places:
        places += [_type(schema.get("items"), indent), "..."]
    return "[" + ", ".join(places) + "]"


def _comment(schema: Any) -> str:
    if not isinstance(schema, dict):
        return ""
    said = [" ".join(str(schema["description"]).split())] if schema.get("description") else []
    said += [_LIMITS[key].format(value) for key, value in schema.items() if key in _LIMITS and "prefixItems" not in schema]
    if "default" in schema:
        said.append(f"default: {_json(schema['default'])}")
    return f"  // {'; '.join(said)}" if said else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
