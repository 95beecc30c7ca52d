"""The events of Anthropic's Messages API as typed values that name only the fields that are read, and the block that is arriving."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from nbagent.providers.anthropic.server import is_use


class Delta(Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    signature: str = ""
    citation: dict[str, Any] | None = None
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: dict[str, Any] | None = None
    container: dict[str, Any] | None = None


class Message(Struct):
    id: str | None = None
    model: str | None = None
    content: list[dict[str, Any]] = []
    usage: dict[str, Any] | None = None
    stop_reason: str | None = None
    stop_sequence: str | None = None
    container: dict[str, Any] | None = None


class Event(Struct, gc=False):
    type: str = ""
    index: int = 0
    delta: Delta | None = None
    content_block: dict[str, Any] | None = None
    message: Message | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    request_id: str | None = None


class ContentBlock:
    """A content block that is arriving. `part` is the index of its part, `shown` whether its deltas are the reader's, `use` the call
    that it is the result of, `at` where it stands, if not right behind it: after how many parts, and which of those that do."""

    __slots__ = ("at", "given", "held", "kind", "part", "pieces", "shown", "signature", "use")

    def __init__(self, given: dict[str, Any], part: int) -> None:
        self.given, self.part, self.kind = given, part, given.get("type")
        self.shown = self.kind in ("text", "thinking", "tool_use") or is_use(self.kind)
        self.pieces: list[str] = []
        self.held = ""
        self.signature: str = given.get("signature") or ""
        self.use: ContentBlock | None = None
        self.at: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)
