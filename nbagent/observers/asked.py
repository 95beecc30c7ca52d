"""What is shown of a call that waits for a person: the form that its arguments can be changed in, and what it leaves to its tool."""

from __future__ import annotations

import json
from typing import Any

from nbagent.errors import known_keys, redact
from nbagent.events import ApprovalRequested
from nbagent.observers.values import as_json

SCHEMA_LIMIT = 40_000
"""Characters of a schema that go to the page, and into the notebook; with a larger one arguments are changed as JSON."""
DEFAULT_LIMIT = 2_000


def asked_fields(event: ApprovalRequested) -> dict[str, Any]:
    """The fields of its card: `approval` with the digest and the schema, and `defaults`, the arguments that it does not give, as JSON text."""
    approval: dict[str, Any] = {"digest": event.digest}
    if event.parameters is None:
        return {"approval": approval}
    text = redact(as_json(event.parameters))
    if len(text) <= SCHEMA_LIMIT:
        approval["schema"] = json.loads(text)
    left = defaults(event.parameters, event.call.arguments)
    return {"approval": approval, **({"defaults": left} if left else {})}


def defaults(parameters: dict[str, Any], arguments: str) -> list[list[str]]:
    """The parameters that these arguments (JSON text) leave out, each with its default as JSON, '' where JSON has no word for it."""
    given = _names(arguments)
    keys = known_keys()
    return [
        [name, redact(as_json(said["default"]), keys)[:DEFAULT_LIMIT] if isinstance(said, dict) and "default" in said else ""]
        for name, said in parameters.get("properties", {}).items()
        if name not in given and name not in parameters.get("required", ())
    ]


def _names(arguments: str) -> set[str]:
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return set()
    return set(value) if isinstance(value, dict) else set()
