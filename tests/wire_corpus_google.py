"""What Google's SDK says of a recorded stream, in the words of the other expected files: it leaves calls in the pieces they came in."""

from __future__ import annotations

import re
from typing import Any


def as_others(oracle: dict[str, Any]) -> dict[str, Any]:
    """The oracle with whole calls, and with usage under the names it has on the wire."""
    calls: list[dict[str, Any]] = []
    for piece in oracle["tool_calls"]:
        if piece["name"]:
            calls.append({"id": piece["id"], "name": piece["name"], "arguments": piece["arguments"] or {}})
        for part in piece["partial_args"] or ():
            key, arguments = part["json_path"].removeprefix("$."), calls[-1]["arguments"]
            assert key.isidentifier()  # no recording has a deeper place
            arguments[key] = arguments.get(key, "") + part["string_value"]
    stop = "completed" if calls and oracle["stop"] == "STOP" else oracle["stop"]
    return {**oracle, "tool_calls": calls, "stop": stop, "usage": _camel(oracle["usage"])}


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"_([a-z])", lambda match: match[1].upper(), key): _camel(each) for key, each in value.items()}
