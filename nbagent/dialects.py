"""A JSON Schema in the dialects of APIs that take only a part of it.

Pure: the schema that comes in is never changed. What a dialect has no keyword for is said in the description, so that the
model still reads it; validation is by the type itself and loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_KEPT = frozenset(
    ("type", "description", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref", "$defs", "pattern", "format",
     "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
)  # fmt: skip
_FORMATS = frozenset(("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"))
_TOLD = ("default", "minLength", "maxLength", "uniqueItems", "minProperties", "maxProperties", "minContains", "maxContains")
_IMPOSSIBLE = frozenset(("not", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"))
_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")
_LIMITS = ("pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")  # that no grammar counts
_BY_NAME = ("properties", "$defs")
_NULL: Schema = {"type": "null"}


class _Free(Exception):
    """Somewhere in it anything is allowed."""


def strict(schema: Schema) -> Schema | None:
    """The schema as OpenAI's strict mode takes it, or None where it cannot be: free-form objects, values of any type.

    Every object is closed and all its properties are required; those that were optional may be null. Unions are ``anyOf``.
    """
    try:
        root = _resolved(schema, _definitions(schema)) if "$ref" in schema else schema
        made = _strict(root)
        if made.get("type") != "object":
            return None
        definitions = _definitions(schema)
        if definitions:
            made["$defs"] = {name: _strict(each) for name, each in definitions.items()}
    except _Free:
        return None
    return made


def _strict(schema: Any) -> Schema:
    if not isinstance(schema, dict) or _IMPOSSIBLE & schema.keys():
        raise _Free
    if isinstance(schema.get("allOf"), list):
        if len(schema["allOf"]) != 1:
            raise _Free
        schema = {key: value for key, value in schema.items() if key != "allOf"} | schema["allOf"][0]
    made = {key: value for key, value in schema.items() if key in _KEPT and key != "$defs"}
    told = [f"{key}: {_short(schema[key])}" for key in _TOLD if key in schema and not (key == "default" and schema[key] is None)]
    if schema.get("format") not in _FORMATS:
        made.pop("format", None)
    if any(look in str(schema.get("pattern", "")) for look in _LOOKAROUND):
        made.pop("pattern")
    if "anyOf" in schema or "oneOf" in schema:
        made["anyOf"] = [_strict(each) for each in schema.get("anyOf", schema.get("oneOf"))]
    elif "$ref" in schema:
        made = _referring(schema, made)
    elif "enum" in schema or "const" in schema:
        made.setdefault("type", _types(schema.get("enum", [schema.get("const")])))
    elif schema.get("type") == "object":
        made |= _object(schema)
    elif schema.get("type") == "array":
        made |= _array(schema)
    elif not schema.get("type") or (isinstance(schema["type"], list) and {"object", "array"} & set(schema["type"])):
        raise _Free
    if told:
        made["description"] = f"{made['description']} ({', '.join(told)})" if made.get("description") else ", ".join(told)
    return made


def _referring(schema: Schema, made: Schema) -> Schema:
    reference = str(schema["$ref"])
    head, _, name = reference.rpartition("/")
    if reference != "#" and head not in ("#/$defs", "#/definitions"):
        raise _Free
    target = {"$ref": reference if reference == "#" else f"#/$defs/{name}"}
    others = {key: value for key, value in made.items() if key != "$ref"}
    return {"anyOf": [target], **others} if others else target  # a reference stands alone


def _object(schema: Schema) -> Schema:
    if "properties" not in schema or schema.get("additionalProperties", False) is not False:
        raise _Free
    needed = schema.get("required", ())
    properties = {name: _strict(each) if name in needed else _nullable(_strict(each)) for name, each in schema["properties"].items()}
    return {"properties": properties, "required": list(properties), "additionalProperties": False}


def _array(schema: Schema) -> Schema:
    """A tuple's places become one type for all, their number is kept."""
    places = schema.get("prefixItems", [])
    kinds: list[Schema] = []
    for each in [*places, *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]:
        kind = _strict(each)
        if kind not in kinds:
            kinds.append(kind)
    if not kinds:
        if schema.get("maxItems") == 0:
            return {"items": dict(_NULL)}
        raise _Free
    return {"items": kinds[0] if len(kinds) == 1 else {"anyOf": kinds}}


def _nullable(schema: Schema) -> Schema:
    kind = schema.get("type")
    if kind == "null" or (isinstance(kind, list) and "null" in kind) or _NULL in schema.get("anyOf", ()):
        return schema
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], _NULL]}
    if "enum" in schema or "const" in schema or kind in ("object", "array") or kind is None:
        described = {"description": schema["description"]} if "description" in schema else {}
        return {"anyOf": [{key: value for key, value in schema.items() if key != "description"}, _NULL], **described}
    return {**schema, "type": [*(kind if isinstance(kind, list) else [kind]), "null"]}


def _types(values: Any) -> Any:
    words = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    kinds = list(dict.fromkeys(words.get(type(value)) for value in values))
    if None in kinds:
        raise _Free
    return kinds[0] if len(kinds) == 1 else kinds


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def closed(schema: Schema) -> Schema | None:
    """The schema as vendors take it that compile it into a grammar (Anthropic, Bedrock), or None where it cannot be.

    As `strict`, without the keywords for sizes and patterns, which are said in the description; a schema that refers to itself cannot be compiled.
    """
    made = strict(schema)
    return None if made is None or _recursive(made) else _told(made)


def _told(schema: Schema) -> Schema:
    said = [key for key in _LIMITS if key in schema and not (key == "minItems" and schema[key] in (0, 1))]
    made = {key: value for key, value in schema.items() if key not in said}
    for key in _BY_NAME:
        if key in made:
            made[key] = {name: _told(each) for name, each in made[key].items()}
    if "items" in made:
        made["items"] = _told(made["items"])
    if "anyOf" in made:
        made["anyOf"] = [_told(each) for each in made["anyOf"]]
    if said:
        limits = ", ".join(f"{key}: {json.dumps(schema[key], ensure_ascii=False)}" for key in said)
        made["description"] = f"{made['description']} ({limits})" if made.get("description") else limits
    return made


def _recursive(schema: Schema) -> bool:
    """Whether the schema, or one of its definitions, refers to itself, also by way of others."""
    refers = {f"#/$defs/{name}": set(_references(each)) for name, each in schema.get("$defs", {}).items()}
    refers["#"] = {"#"} & {reference for key, value in schema.items() if key != "$defs" for reference in _references(value)}
    for start in refers:
        seen, ahead = set[str](), list(refers[start])
        while ahead:
            reference = ahead.pop()
            if reference in (start, "#"):
                return True
            if reference not in seen:
                seen.add(reference)
                ahead += refers.get(reference, ())
    return False


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def inlined(schema: Schema) -> Schema:
    """The schema without ``$ref`` and ``$defs``, for APIs that have none; where a type holds itself it is cut at the second time."""
    definitions = _definitions(schema)
    made: Schema = _inlined({key: value for key, value in schema.items() if key not in ("$defs", "definitions")}, definitions, ())
    return made


def _definitions(schema: Schema) -> Schema:
    made: Schema = schema.get("$defs") or schema.get("definitions") or {}
    return made


def _inlined(value: Any, definitions: Schema, above: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, definitions, above) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        name = value["$ref"].rpartition("/")[2]
        others = {key: each for key, each in value.items() if key != "$ref"}
        if name in above:
            kind = {"type": definitions[name]["type"]} if "type" in definitions.get(name, {}) else {}
            return {**kind, "description": f"{name}, as above"} | others
        return _inlined(_resolved(value, definitions), definitions, (*above, name))
    return {key: _inlined(each, definitions, above) for key, each in value.items() if not _points(key, each)}


def _points(key: str, value: Any) -> bool:
    return key == "discriminator" and isinstance(value, dict) and "mapping" in value


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    """What a reference stands for, with what stands beside it; a reference to nowhere is free."""
    target = definitions.get(schema["$ref"].rpartition("/")[2], {})
    return {**target, **{key: each for key, each in schema.items() if key not in ("$ref", "$defs", "definitions")}}
