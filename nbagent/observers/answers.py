"""The parts of an answer as items: texts, thoughts, calls, what ran at the provider, files, and the parsed output.

A model that gives sources writes one sentence as several parts; they are one text to a reader, and so one item here. The
JSON of an answer that was parsed is shown once, as the value that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbagent.events import OutputParsed, PartFinished, PartStarted
from nbagent.messages import FilePart, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart
from nbagent.observers.items import Item, Items, seconds
from nbagent.observers.shown import Budget, citation_fields, file_fields, server_result


class Answers:
    """What a run's model calls said. `sinks` take the text of the parts of the one that streams, by their index; `calls` are the cards by call id."""

    def __init__(self, items: Items, budget: Budget) -> None:
        self.sinks: dict[int, Callable[[str], None]] = {}
        self.calls: dict[str, Item] = {}
        self._items, self._budget = items, budget
        self._parts: dict[int, Item] = {}
        self._bases: dict[int, int] = {}  # where a part begins in its item's text

    def begin(self) -> None:
        """The next model call."""
        self.sinks.clear()
        self._parts.clear()
        self._bases.clear()

    def arriving(self) -> bool:
        return any(item.arriving for item in self._parts.values())

    def started(self, event: PartStarted) -> None:
        item = self._opened(event)
        if item is None:
            return
        item.clock = event.stamp.clock
        self._parts[event.index] = item
        self.sinks[event.index] = item.arriving.append

    def _opened(self, event: PartStarted) -> Item | None:
        """A new item for what begins, or the text that goes on; None for what is shown when it is whole."""
        span = event.stamp.span_id
        match event.part:
            case TextPart(text):
                continued = self._continued()
                self._bases[event.index] = 0 if continued is None else len(continued.text())
                if continued is None:
                    return self._items.add({"k": "text"}, "text", text)
                continued.arriving += [text] if text else []
                return self._items.reopen(continued)
            case ReasoningPart(text, redacted):
                return self._items.add({"k": "reasoning", **({"redacted": True} if redacted else {})}, "text", text)
            case ToolCallPart(call_id, name, arguments):
                item = self.calls[call_id] = self._items.add(
                    {"k": "tool", "id": call_id, "name": name, "status": "arriving", "batch": span}, "arguments", arguments
                )
                return item
            case ServerToolPart(call_id, name, arguments):
                return self._items.add({"k": "server_tool", "id": call_id, "name": name, "status": "running", "batch": span}, "arguments", arguments)
            case _:
                return None

    def _continued(self) -> Item | None:
        """The text before, where what comes is a part of the same passage: it has sources, or stopped in mid-sentence, or the
        provider searched for this answer."""
        last = self._items.last()
        if last is None or last.fields["k"] != "text" or last.open or last not in self._parts.values():
            return None
        searched = any(item.fields["k"] == "server_tool" for item in self._parts.values())
        return last if searched or "citations" in last.fields or last.text()[-1:] in (" ", ",", ";", "(") else None

    def finished(self, event: PartFinished) -> bool:
        """The whole part; False where nothing of it is shown."""
        part = event.part
        if isinstance(part, FilePart):
            self._items.add(file_fields(part, self._budget))
            return True
        if event.index not in self._parts:
            self.started(PartStarted(index=event.index, part=part, stamp=event.stamp))
        self.sinks.pop(event.index, None)
        item = self._parts.get(event.index)
        if item is not None:
            self.close(item, event.stamp.clock, part, self._bases.get(event.index, 0))
        return item is not None

    def close(self, item: Item, clock: int, part: Part | None = None, base: int = 0) -> None:
        """No more text comes. The whole part is told only where it is not what its deltas said."""
        item.open = False
        whole: str | None = None
        fields: dict[str, Any] = {}
        match part:
            case TextPart():
                whole = part.text
                if part.citations:
                    fields["citations"] = [*item.fields.get("citations", ()), *citation_fields(part.citations, base, part.text)]
            case ReasoningPart():
                whole = part.text
                if part.redacted:
                    fields["redacted"] = True
            case ToolCallPart():
                whole = part.arguments
                fields = self._whole_call(item, part)
            case ServerToolPart():
                whole = part.arguments
                fields = {"id": part.id, "name": part.name, "duration": seconds(item.clock, clock), **server_result(part)}
            case _:
                pass
        if whole is not None and whole != (said := item.text())[base:]:
            item.replace_text(said[:base] + whole)
        if item.fields["k"] == "reasoning":
            fields["duration"] = seconds(item.clock, clock)
        self._items.set(item, **fields)

    def _whole_call(self, item: Item, part: ToolCallPart) -> dict[str, Any]:
        self.calls[part.id] = item
        fields: dict[str, Any] = {}
        if (part.id, part.name) != (item.fields["id"], item.fields["name"]):
            fields = {"id": part.id, "name": part.name}
        if item.fields["status"] == "arriving":
            fields["status"] = "queued"
        return fields

    def end(self, clock: int, *, broken: bool) -> None:
        """The model call ended; what is still open was cut off."""
        for item in self._parts.values():
            if item.open:
                self.close(item, clock)
            if broken and item.fields["k"] == "server_tool" and item.fields["status"] == "running":
                self._items.set(item, status="cancelled")
        answers = [item for item in self._parts.values() if item.fields["k"] == "text"]
        if broken and answers:
            self._items.set(answers[-1], partial=True)
        self.sinks.clear()
        self._parts.clear()

    def parsed(self, event: OutputParsed) -> None:
        """The answer as a value; the text or the call that it was is folded into it."""
        item = self.calls.get(event.call_id) if event.call_id is not None else self._last_text()
        if item is not None and (event.call_id is not None or _says_only(item.text(), event.json)):
            item.replace_text("")
            self._items.set(item, folded=True, **({"status": "ok"} if item.fields["k"] == "tool" else {}))
        self._items.add({"k": "output", "type": event.type_name, "json": event.json, **({"repaired": True} if event.repaired else {})})

    def _last_text(self) -> Item | None:
        """The text at the end, what is said beside it aside."""
        last = next((item for item in reversed(list(self._items)) if item.fields["k"] not in ("notice", "file")), None)
        return last if last is not None and last.fields["k"] == "text" else None


def _says_only(text: str, document: str) -> bool:
    """Whether a text is nothing but a JSON document, perhaps a broken one, perhaps fenced, or that one's bare word."""
    text = text.strip().removeprefix("```json").removeprefix("```").lstrip()
    return text[:1] in ("{", "[") or text.strip("`\"' \n") == document.strip('"')
