"""Tools that Google runs by itself in the middle of an answer, as parts that a person can read.

The rule: a result belongs to the call right before it; what stands apart is a part of its own, so that all of it can go back
to Google in the order in which it came.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from nbagent.messages import ServerToolPart
from nbagent.providers.google.payloads import MADE, WirePart, as_json, string

_RESULT_OF = {"executableCode": "codeExecutionResult", "toolCall": "toolResponse"}
_WELL = ("", "OUTCOME_OK", "OUTCOME_UNSPECIFIED")


def words(part: WirePart) -> list[tuple[str, dict[str, Any]]]:
    """What a part says of such a tool, under the names it has on the wire."""
    said = (
        ("executableCode", part.executable_code), ("codeExecutionResult", part.code_execution_result),
        ("toolCall", part.tool_call), ("toolResponse", part.tool_response),
    )  # fmt: skip
    return [(kind, given) for kind, given in said if given is not None]


class Ran:
    """One use of a tool: `part` is what is known of it, `wires` are its parts verbatim. `ended` once its result is there."""

    def __init__(self, index: int, kind: str, given: dict[str, Any]) -> None:
        self.index, self.wires, self.ended = index, list[dict[str, Any]](), False
        self._kind, self._id = kind, string(given, "id")
        name = string(given, "toolType").lower() or ("code_execution" if kind in ("executableCode", "codeExecutionResult") else "server_tool")
        arguments = string(given, "code") if kind == "executableCode" else as_json(given.get("args") or {}) if kind == "toolCall" else ""
        self.part = ServerToolPart(self._id or f"{MADE}{uuid4().hex[:24]}", name, arguments)

    def awaits(self, kind: str, given: dict[str, Any]) -> bool:
        """Whether this is the result of it."""
        id_ = string(given, "id")
        return _RESULT_OF.get(self._kind) == kind and (not id_ or not self._id or id_ == self._id)

    def take(self, kind: str, given: dict[str, Any], signature: str | None) -> None:
        """Its call, or its result."""
        self.wires.append({kind: given, **({"thoughtSignature": signature} if signature else {})})
        if kind not in _RESULT_OF:
            self.ended = True
            text = string(given, "output") if kind == "codeExecutionResult" else as_json(given.get("response") or {})
            self.part = replace(self.part, result=text, is_error=string(given, "outcome") not in _WELL)
