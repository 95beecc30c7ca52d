"""A conversation as the messages of Chat Completions, as each vendor takes them.

The rule: a message is turned by itself, and only what depends on its neighbours is done for the whole list. What a vendor
would refuse is not sent: an answer without content, an id that is too long, a call or a result without the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.providers.carriers.left import left
from nbagent.providers.openai.out import file_text, placeholder, sendable_arguments
from nbagent.providers.openai.vendor_rows import Vendor
from nbagent.tools import sendable_name

Wire = dict[str, Any]
Turned = tuple[Sequence[Wire], Sequence[Wire]]
"""A message on the wire: its messages there, and content that must wait for a user's message."""


class Left(TypedDict, total=False):
    """What a model leaves with its thought (the field it stood in, its details) or with a call."""

    field: Literal["", "reasoning", "reasoning_content"]
    details: list[Wire]
    extra_content: Any


_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what every server takes as the name of who speaks
_AUDIO = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BRIDGE = {"role": "assistant", "content": "(no answer)"}
_NO_RESULT = "(no result)"
_END: Turned = ([], [])


class Turn:
    """A message in the words of one vendor; `provider` is the name under which parts have what goes back. `model` is who is asked."""

    def __init__(self, provider: str, row: Vendor) -> None:
        self._provider, self._row = provider, row

    def __call__(self, message: Message, model: Any) -> Turned:
        match message.role:
            case "system":
                return [{"role": "system", "content": message.text}], ()
            case "assistant":
                return self._answer(message, model), ()
            case "tool":
                return self._results(message)
            case _:
                said: Wire = {"role": "user", "content": self._content(message)}
                if self._row.names and message.name and _NAME.fullmatch(message.name):
                    said["name"] = message.name
                return [said], ()

    def _content(self, message: Message) -> str | list[Wire]:
        """A lone text as a string, which every server takes, else the parts."""
        match message.parts:
            case ():
                return ""
            case (TextPart(text=text),):
                return text
        parts = [part for part in message.parts if isinstance(part, (TextPart, FilePart))]
        return [{"type": "text", "text": part.text} if isinstance(part, TextPart) else self._file(part) for part in parts]

    def _file(self, part: FilePart) -> Wire:
        kind = part.media_type
        if kind.startswith("image/"):
            return {"type": "image_url", "image_url": {"url": part.data_url()}}
        if kind.startswith("text/") and part.data is not None:
            return {"type": "text", "text": file_text(part)}
        if kind in _AUDIO and (part.data is not None or self._row.files == "mistral"):
            if self._row.files == "mistral":
                return {"type": "input_audio", "input_audio": part.url or part.base64()}
            return {"type": "input_audio", "input_audio": {"data": part.base64(), "format": _AUDIO[kind]}}
        if kind == "application/pdf":
            if self._row.files == "mistral":
                return {"type": "document_url", "document_url": part.data_url(), "document_name": part.name or "file.pdf"}
            if part.data is not None or self._row.files == "urls":
                return {"type": "file", "file": {"filename": part.name or "file.pdf", "file_data": part.data_url()}}
        given = "as a URL" if part.data is None else "to a model"
        why = "Chat Completions takes images, and wav, mp3, PDF and text as bytes."
        raise ConfigError(f"{self._provider}: a file of the type {kind} cannot be given {given}.", why)

    def _shown(self, file: FilePart) -> Wire:
        """A file that a tool made; one that the vendor does not take is named, so that the run goes on."""
        try:
            return self._file(file)
        except ConfigError:
            return {"type": "text", "text": placeholder(file)}

    # -- what a model said --------------------------------------------------------------------------------------------

    def _answer(self, message: Message, model: str) -> list[Wire]:
        """An answer as at most one message; one that holds nothing for this vendor is none."""
        calls = message.tool_calls
        text = "".join(part.text if isinstance(part, TextPart) else placeholder(part) for part in message.parts if isinstance(part, (TextPart, FilePart)))
        if not (text or calls):
            return []
        said: Wire = {"role": "assistant", "content": text or None}
        if calls:
            said["tool_calls"] = [self._call(call, model) for call in calls]
            if self._row.reasoning_back == "always in calls":
                said["reasoning_content"] = ""
        thoughts = [(part.text, mine) for part in message.parts if isinstance(part, ReasoningPart) and (mine := left(part, self._provider, model, Left))]
        if self._row.reasoning_back == "blocks":
            if blocks := [{"type": "thinking", "thinking": [{"type": "text", "text": thought}]} for thought, _ in thoughts if thought]:
                said["content"] = [*blocks, *([{"type": "text", "text": text}] if text else [])]
            return [said]
        for thought, mine in thoughts:
            if details := mine.get("details"):
                said["reasoning_details"] = [*said.get("reasoning_details", ()), *details]
            elif calls and thought and (field := mine.get("field")):  # vendors want it back between a call and its result only
                said[field] = said.get(field, "") + thought
        return [said]

    def _call(self, call: ToolCallPart, model: str) -> Wire:
        function = {"name": sendable_name(call.name), "arguments": sendable_arguments(call.arguments)}
        wire: Wire = {"id": self._id(call.id), "type": "function", "function": function}
        if extra := left(call, self._provider, model, Left).get("extra_content"):
            wire["extra_content"] = extra
        return wire

    def _results(self, message: Message) -> Turned:
        said: list[Wire] = []
        shown: list[Wire] = []
        for result in message.tool_results:
            content: str | list[Wire] = result.content
            if result.files and self._row.bridges:
                content = [*([{"type": "text", "text": result.content}] if result.content else []), *map(self._shown, result.files)]
            elif result.files:
                shown += [{"type": "text", "text": f"What the tool {result.name} made:"}, *map(self._shown, result.files)]
            said.append({"role": "tool", "tool_call_id": self._id(result), "content": content})
        return said, shown

    def _id(self, of: str | ToolResultPart) -> str:
        """A call's id, or one made of it that the vendor takes, the same for the call and its result."""
        given, length = of if isinstance(of, str) else of.id, self._row.call_id
        if not length or (len(given) == length and given.isascii() and given.isalnum()):
            return given
        number = int.from_bytes(hashlib.sha256(given.encode("utf-8", "replace")).digest())
        return "".join(_DIGITS[number // len(_DIGITS) ** place % len(_DIGITS)] for place in range(length))


def in_order(turned: Sequence[Turned], row: Vendor) -> list[Wire]:
    """The messages one after another: every call but the last message's has its result, every result its call, and a
    model's message stands where one must. What tools made for the eye follows when all calls have their results."""
    wire: list[Wire] = []
    shown: list[Wire] = []
    waiting: dict[str, None] = {}
    for said, files in [*(each for each in turned if each[0]), _END]:
        if not (said and said[0]["role"] == "tool"):
            wire += [{"role": "tool", "tool_call_id": call, "content": _NO_RESULT} for call in waiting if said]
            waiting = {} if said else waiting
            if shown:
                wire.append({"role": "user", "content": shown})
                shown = []
        for message in said:
            if message["role"] == "tool":
                if message["tool_call_id"] not in waiting:
                    continue  # its call was taken out of the transcript
                del waiting[message["tool_call_id"]]
            elif row.bridges and message["role"] == "user" and wire and wire[-1]["role"] == "tool":
                wire.append(_BRIDGE)
            waiting |= dict.fromkeys(call["id"] for call in message.get("tool_calls", ()))
            wire.append(message)
        shown = [*shown, *files] if files else shown
    return wire


def marked(messages: list[Wire], cache_control: Any) -> list[Wire]:
    """The messages with marks behind the instructions and behind the last prompt: what stands before them is kept for the next step."""
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=-1)
    for at in {0, last}:
        if 0 <= at < len(messages) and messages[at]["role"] in ("system", "user") and (content := messages[at]["content"]):
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            messages[at] = {**messages[at], "content": [*blocks[:-1], {**blocks[-1], "cache_control": cache_control}]}
    return messages
