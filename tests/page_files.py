"""What the page is to know of the kernel's side, made of it: the schema of the settings, and the options that take values.

``python -m tests.page_files`` writes both (menus and shortcuts in the schema stay); then ``npm run build`` in labextension/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from nbagent.notebook.config import NbAgent
from nbagent.notebook.options import AGENT_OPTIONS
from nbagent.settings import NAMES, Settings

SCHEMA = Path(__file__).parents[1] / "labextension" / "schema" / "settings.json"
VALUES = Path(__file__).parents[1] / "labextension" / "src" / "core" / "values.ts"
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
        words = {
            True: "Yes", False: "No", "ask": "A person is asked", "auto": "Always yes", "never": "Always no",
            "recent": "Of the most recent calls, in memory", "all": "Of all calls, in the file", "off": "Of none",
        }  # fmt: skip
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


def values() -> str:
    """The options of ``%%agent`` with values, and how many, as TypeScript."""
    counts = {flag: len(option.values) for option in AGENT_OPTIONS if option.values and not option.maybe for flag in option.flags}
    lines = "".join(f"  '{flag}': {count},\n" for flag, count in sorted(counts.items()))
    head = "/** The options of an agent's magic that take values, and how many. Written by `python -m tests.page_files`. */"
    return f"{head}\nexport const VALUES: Record<string, number> = {{\n{lines.removesuffix(chr(44) + chr(10))}\n}};\n"


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps({**json.loads(SCHEMA.read_text()), "properties": properties()}, indent=2) + "\n")
    VALUES.write_text(values())
