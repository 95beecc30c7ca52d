"""The schema of our settings in JupyterLab, made of `nbagent.settings`. ``python -m tests.settings_schema`` writes it; menus and shortcuts in it stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from nbagent.notebook.config import NbAgent
from nbagent.settings import NAMES, Settings

PATH = Path(__file__).parents[1] / "labextension" / "schema" / "settings.json"
UNSAID = "As configured elsewhere"
TITLES = {"base_url": "Base URL", "params": "Parameters", "max_cost": "Max cost (USD)", "session_max_cost": "Session max cost (USD)", "trace_db": "Trace file"}
# the first type is the one that the form of JupyterLab shows: text, where a switch could not say "not said here"
ANYTHING = ["string", "number", "boolean", "array", "object", "null"]
_SHAPES = ("type", "minimum", "exclusiveMinimum", "items", "additionalProperties")


def properties() -> dict[str, dict[str, Any]]:
    """Every setting, as JupyterLab shows it. None is: not said there."""
    schema = msgspec.json.schema(Settings)
    definitions = schema["$defs"]
    return {name: _property(name, definitions["Settings"]["properties"][name], definitions) for name in NAMES}


def _property(name: str, raw: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    shown = {"title": TITLES.get(name, name.replace("_", " ").capitalize()), "description": NbAgent.class_traits()[name].help, "default": None}
    kind = next((each for each in raw.get("anyOf", [raw]) if each.get("type") != "null"), raw)
    if "enum" in kind or kind.get("type") == "boolean":
        words = {True: "Yes", False: "No", "ask": "A person is asked", "auto": "Always yes", "never": "Always no"}
        choices = [{"const": value, "title": words.get(value, value)} for value in kind.get("enum", [True, False])]
        types = ["string", "boolean", "null"] if kind.get("type") == "boolean" else ["string", "null"]
        return {**shown, "type": types, "oneOf": [{"const": None, "title": UNSAID}, *choices]}
    shape = {key: _resolved(kind[key], definitions) for key in _SHAPES if key in kind}
    if kind["type"] == "object":
        shape.setdefault("additionalProperties", {"type": ANYTHING})
    return {**shown, **shape, "type": [kind["type"], "null"]}


def _resolved(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, dict) and "$ref" in value:
        return _resolved(definitions[value["$ref"].rpartition("/")[2]], definitions)
    if isinstance(value, dict):
        return {key: _resolved(each, definitions) for key, each in value.items() if key not in ("required", "title")}
    return value


if __name__ == "__main__":
    PATH.write_text(json.dumps({**json.loads(PATH.read_text()), "properties": properties()}, indent=2) + "\n")
