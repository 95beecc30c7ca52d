"""A JSON Schema as Anthropic's structured outputs and strict tools take it.

The rule: as `dialects.strict`, without the keywords for sizes and patterns, which are said in the description instead. A schema that
refers to itself cannot be compiled there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nbagent.dialects import Schema, strict

_TOLD = ("pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
_NAMED = ("properties", "$defs")


def closed(schema: Schema) -> Schema | None:
    """The schema of an object that a model can be held to, or None where it cannot: free-form objects, values of any type, recursion."""
    made = strict(schema)
    return None if made is None or _recursive(made) else _told(made)


def _told(schema: Schema) -> Schema:
    said = [key for key in _TOLD if key in schema and not (key == "minItems" and schema[key] in (0, 1))]
    made = {key: value for key, value in schema.items() if key not in said}
    for key in _NAMED:
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
