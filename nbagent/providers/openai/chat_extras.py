"""What a Chat Completions stream holds beside text, thought and calls: sources, images, sound, tools of the vendor's own.

The rule: each is shown as what it is. What comes in pieces is one part, finished at the end.
"""

from __future__ import annotations

import binascii
import io
import wave
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent
from nbagent.messages import Citation, FilePart, ServerToolPart
from nbagent.providers.openai.server_tools import citation

_RATE = 24_000  # samples a second of the sound that is streamed: 16 bits, one channel


class Sources:
    """The citations of the text that is being written; a source that is told twice is one."""

    def __init__(self) -> None:
        self._cited: dict[Citation, None] = {}
        self._listed: list[Any] = []

    def take(self, annotations: list[Any]) -> None:
        """Annotations of a text."""
        for note in annotations:
            if isinstance(note, dict) and (cited := citation(note)) is not None:
                self._cited[cited] = None

    def refer(self, ids: Any) -> None:
        """References by number to what a tool found (Mistral)."""
        for each in ids if isinstance(ids, list) else ():
            self._cited[Citation(title=f"[{each}]")] = None

    def list(self, urls: list[Any] | None, results: list[Any] | None) -> None:
        """Sources of the whole answer, told with every chunk (Perplexity, xAI); the last list counts."""
        self._listed = results or urls or self._listed

    def all(self) -> tuple[Citation, ...]:
        """What was cited since the last time."""
        for each in self._listed:
            cited = Citation(each) if isinstance(each, str) else citation(each) if isinstance(each, dict) else None
            if cited is not None:
                self._cited[cited] = None
        cited_now, self._cited, self._listed = tuple(self._cited), {}, []
        return cited_now


class Extras:
    """Images, sound and server tools of one answer."""

    def __init__(self, next_index: Callable[[], int]) -> None:
        self._next_index = next_index
        self._tools: dict[Any, tuple[int, dict[str, Any]]] = {}
        self._sound: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._tools or self._sound)

    def image(self, image: Any, out: list[ProviderEvent]) -> None:
        """An image as a URL, mostly one that holds its bytes."""
        url = image.get("image_url") if isinstance(image, dict) else None
        url = url.get("url") if isinstance(url, dict) else url
        if isinstance(url, str) and (file := _file(url)) is not None:
            index = self._next_index()
            out += [PartStarted(index, FilePart(file.media_type)), PartFinished(index, file)]

    def sound(self, data: Any) -> None:
        """A piece of sound, in base64."""
        try:
            self._sound.append(b64decode(data))
        except (TypeError, ValueError):
            return

    def tool(self, told: Any, out: list[ProviderEvent]) -> None:
        """What is new of a tool that the vendor runs (Groq)."""
        if not isinstance(told, dict):
            return
        index, known = self._tools.get(told.get("index"), (-1, {}))
        if index < 0:
            index = self._next_index()
            out.append(PartStarted(index, ServerToolPart(f"server_{index}", str(told.get("name") or told.get("type") or "tool"))))
        given = told.get("arguments")
        if isinstance(given, str) and given and not known.get("arguments"):
            out.append(PartDelta(index, given))
        self._tools[told.get("index")] = index, {**told, **known, **{key: value for key, value in told.items() if key != "arguments" and value is not None}}

    def finish(self, out: list[ProviderEvent]) -> None:
        """Finish what came in pieces."""
        for index, told in self._tools.values():
            name, arguments, output = str(told.get("name") or told.get("type") or "tool"), told.get("arguments"), told.get("output")
            shown = output if isinstance(output, str) else ""
            out.append(PartFinished(index, ServerToolPart(f"server_{index}", name, arguments if isinstance(arguments, str) else "", shown)))
        if self._sound:
            index, held = self._next_index(), io.BytesIO()
            with wave.open(held, "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(_RATE)
                file.writeframes(b"".join(self._sound))
            out += [PartStarted(index, FilePart("audio/wav")), PartFinished(index, FilePart("audio/wav", data=held.getvalue()))]


def _file(url: str) -> FilePart | None:
    head, comma, data = url.partition(",")
    if not head.startswith("data:"):
        return FilePart("image/png", url=url)
    try:
        return FilePart(head[5:].partition(";")[0] or "image/png", data=b64decode(data, validate=True)) if comma else None
    except (binascii.Error, ValueError):
        return None
