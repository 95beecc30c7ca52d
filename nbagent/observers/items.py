"""One thing on the page (a text, a thought, a tool's card, a notice): what it shows, and what the page was not told yet.

It keeps text as the pieces that came, and joins them only when the page is told or the whole is asked for.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from nbagent.errors import redact
from nbagent.events import ErrorInfo

PROGRESS_LIMIT = 100
"""How many of a tool's last lines of progress are shown."""
TRACEBACK_LIMIT = 6_000


class Item:
    """One thing on the page: its fields, and where its text arrives. `new` until the page was told of it."""

    __slots__ = ("arriving", "changes", "clock", "fields", "heard", "new", "number", "open", "progress", "stream")

    def __init__(self, number: int, fields: dict[str, Any], stream: str = "", text: str = "") -> None:
        self.number, self.fields, self.stream = number, fields, stream
        self.arriving: list[str] = [text] if text else []  # not yet told
        self.heard: list[str] = []  # told, one string a batch
        self.progress: deque[str] = deque(maxlen=PROGRESS_LIMIT)  # not yet told
        self.changes: dict[str, Any] = {}
        self.new, self.open, self.clock = True, bool(stream), 0

    def text(self) -> str:
        return "".join([*self.heard, *self.arriving])

    def replace_text(self, text: str) -> None:
        self.arriving.clear()
        self.heard[:] = [text]
        self.changes[self.stream] = text

    def whole(self) -> dict[str, Any]:
        fields = dict(self.fields)
        if self.stream:
            fields[self.stream] = self.text()
        if self.progress:
            fields["progress"] = [*fields.get("progress", ()), *self.progress][-PROGRESS_LIMIT:]
        return fields

    def told(self) -> list[list[Any]]:
        """The operations that tell the page what it does not know yet; afterwards it is known."""
        operations: list[list[Any]] = []
        delta = "".join(self.arriving)
        if self.new:
            operations.append(["add", self.number, self.whole()])
        else:
            if delta:
                operations.append(["args" if self.stream == "arguments" else "text", self.number, delta])
            if self.progress:
                operations.append(["more", self.number, list(self.progress)])
            if self.changes:
                operations.append(["set", self.number, self.changes])
        if self.progress:
            self.fields["progress"] = [*self.fields.get("progress", ()), *self.progress][-PROGRESS_LIMIT:]
            self.progress.clear()
        if delta:
            self.heard.append(delta)
            self.arriving.clear()
        self.changes, self.new = {}, False
        return operations


def seconds(start: int, end: int) -> float:
    return round(max(0, end - start) / 1e9, 3)


def first_lines(message: str) -> list[str]:
    lines = [line.rstrip() for line in redact(message).splitlines() if line.strip()]
    return [line if len(line) <= 300 else line[:297] + "..." for line in lines[:4]]


def tool_error(error: ErrorInfo) -> dict[str, str]:
    shown = {"type": error.type, "message": redact(error.message)[:2_000]}
    if error.traceback:
        shown["traceback"] = error.traceback[-TRACEBACK_LIMIT:]
    return shown
