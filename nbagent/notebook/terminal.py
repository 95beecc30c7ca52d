"""A run in a terminal: the answer as it comes, and a line for every call, note and file."""

from __future__ import annotations

import sys
from typing import TextIO

from nbagent.errors import without_controls
from nbagent.events import Noted, OutputParsed, PartDelta, PartFinished, PartStarted, RunEvent, StepFinished, ToolFinished, ToolProgressed, ToolStarted
from nbagent.messages import Citation, FilePart, ServerToolPart, TextPart
from nbagent.observers.shown import size_words
from nbagent.observers.words import pretty


class TerminalView:
    """A run as text. A `Subscriber`."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._at_once = self._out.isatty()  # a kernel sends what is printed five times a second, and a message for each flush
        self._text: set[int] = set()
        self._sources: list[Citation] = []
        self._notes: set[str] = set()
        self._in_line = False

    def __call__(self, event: RunEvent) -> None:
        match event:
            case PartStarted(index=index, part=TextPart()):
                self._text.add(index)
            case PartDelta(index=index, delta=delta) if index in self._text:
                self._out.write(without_controls(delta))
                if self._at_once:
                    self._out.flush()
                self._in_line = not delta.endswith("\n")
            case PartFinished(part=part):
                self._finished(part)
            case ToolStarted(call=call):
                self._line(f"→ {call.name}({call.arguments})")
            case ToolProgressed(text=text, fraction=fraction) if text:
                self._line(f"  {text.splitlines()[0][:200]}" + ("" if fraction is None else f" ({fraction:.0%})"))
            case ToolFinished(result=result):
                first = result.content.splitlines()[0] if result.content else ""
                self._line(f"← {first[:200]}")
                self._files(result.files)
            case Noted(text=text) if text not in self._notes:
                self._notes.add(text)
                self._line(f"[{text}]")
            case OutputParsed(json=json, type_name=name, repaired=repaired):
                self._line(f"= {name}{' (JSON mended)' if repaired else ''}: {pretty(json)[:2_000]}")
            case StepFinished():
                self._step_ended()
            case _:
                pass

    def _finished(self, part: object) -> None:
        match part:
            case ServerToolPart(name=name, arguments=arguments, result=result):
                first = result.splitlines()[0][:200] if result else ""
                self._line(f"⇢ {name}({arguments}) at the provider{': ' + first if first else ''}")
            case FilePart():
                self._files((part,))
            case TextPart(citations=citations):
                self._sources += citations
            case _:
                pass

    def _files(self, files: tuple[FilePart, ...]) -> None:
        for file in files:
            where = f" at {file.url}" if file.url and not file.url.startswith("data:") else f", {size_words(len(file.data))}" if file.data else ""
            self._line(f"[{file.name or file.media_type}{where}]")

    def _step_ended(self) -> None:
        self._text.clear()
        self._line("")
        lines = dict.fromkeys(" ".join(word for word in (each.title, each.url) if word) or each.text for each in self._sources)
        for number, line in enumerate(lines, 1):
            self._line(f"[{number}] {line}")
        self._sources.clear()

    def _line(self, text: str) -> None:
        if self._in_line:
            self._out.write("\n")
            self._in_line = False
        if text:
            self._out.write(without_controls(text) + "\n")
