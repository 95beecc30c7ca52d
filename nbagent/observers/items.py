"""What stands on the page (texts, thoughts, tools' cards, notices), item by item: what it shows, and what the page was not told yet.

It keeps text as the pieces that came, and joins them only when the page is told or the whole is asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
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


class Items:
    """The things on the page, in order, and which of them changed."""

    def __init__(self) -> None:
        self._all: list[Item] = []
        self._touched: dict[int, Item] = {}

    def __iter__(self) -> Iterator[Item]:
        return iter(self._all)

    def last(self) -> Item | None:
        return self._all[-1] if self._all else None

    def add(self, fields: dict[str, Any], stream: str = "", text: str = "") -> Item:
        item = Item(len(self._all), fields, stream, text)
        self._all.append(item)
        self._touched[item.number] = item
        return item

    def reopen(self, item: Item) -> Item:
        """More text comes to an item that was closed."""
        item.open = True
        self._touched[item.number] = item
        return item

    def set(self, item: Item, **fields: Any) -> None:
        """Change fields of an item; None removes one, here and on the page. Without any it is only looked at again."""
        for name, value in fields.items():
            if value is None and name not in item.fields:
                continue
            if value is None:
                del item.fields[name]
            else:
                item.fields[name] = value
            item.changes[name] = value
        self._touched[item.number] = item

    def progress(self, item: Item, line: str) -> None:
        item.progress.append(line)
        self._touched[item.number] = item

    def told(self) -> list[list[Any]]:
        """The operations for all that the page does not know yet; afterwards it is known."""
        operations = [operation for item in self._touched.values() for operation in item.told()]
        self._touched = {number: item for number, item in self._touched.items() if item.open}
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
