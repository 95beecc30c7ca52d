"""A conversation as the body of Google's ``generateContent``.

The rule: what a model said goes back as it came, each signature on the part it came with, and only to the model that
said it. Calls that others made bear the word that Google documents for calls without a signature.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypedDict

import msgspec

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.carriers.left import left
from nbagent.providers.google.models import row
from nbagent.providers.google.params import Wire, fitted
from nbagent.providers.google.payloads import MADE, NAME
from nbagent.tools import sendable_name

Turned = Callable[[Message, Hashable], Sequence[Wire]]
"""A message, for a provider's name and a model, as its parts on the wire."""


class Left(TypedDict, total=False):
    """What a model of Google's leaves with its parts; `signatures` are each for the characters from one place to another."""

    signature: str
    signatures: list[tuple[int, int, str]]
    thought: bool
    parts: list[Wire]
    continuation: str


_UNSIGNED = "skip_thought_signature_validator"  # ai.google.dev/gemini-api/docs/thought-signatures
_PARTIAL = ("cancelled", "error")
_AS_TEXT = ("application/json", "application/xml", "application/javascript", "application/x-python", "application/yaml")


def to_wire(request: Request, *, name: str = NAME, cloud: bool = False, turned: Turned | None = None) -> Wire:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    wire: Wire = {}
    messages, token = _continued(request, name)
    told = "\n\n".join(text for text in (request.instructions, *(message.text for message in messages if message.role == "system")) if text.strip())
    contents = _contents(messages, (name, request.model), turn if turned is None else turned)
    if told and row(request.model).system:
        wire["systemInstruction"] = {"parts": [{"text": told}]}
    elif told:
        contents[0] = {**contents[0], "parts": [{"text": told}, *contents[0]["parts"]]}
    wire["contents"] = contents
    if token:
        wire["continuationToken"] = token
    return wire | fitted(request, cloud=cloud).body


def _continued(request: Request, name: str) -> tuple[Sequence[Message], str | None]:
    """The conversation, and the token of an answer that goes on: then the same conversation is sent again, without what came of it."""
    end, token = len(request.messages), None
    while end and (last := request.messages[end - 1]).role == "assistant" and last.finish_reason == "pause":
        found = [mine["continuation"] for part in last.parts if "continuation" in (mine := _mine(part, (name, request.model)))]
        if not found:
            break
        end, token = end - 1, token or str(found[-1])
    return request.messages[:end], token


def _contents(messages: Sequence[Message], variant: Hashable, turned: Turned) -> list[Wire]:
    """User and model in turn, the user first, as the API wants it."""
    contents: list[Wire] = []
    for message in messages:
        if message.role == "system" or not (parts := turned(message, variant)):
            continue
        role = "model" if message.role == "assistant" else "user"
        if contents and contents[-1]["role"] == role:
            parts = [*contents.pop()["parts"], *parts]
        contents.append({"role": role, "parts": parts})
    if not contents or contents[0]["role"] != "user":
        contents.insert(0, {"role": "user", "parts": [{"text": "..."}]})
    return contents


def turn(message: Message, variant: Any) -> Sequence[Wire]:
    """One message's parts; `variant` is the provider's name and the model."""
    if message.role == "tool":
        return _results(message, files_inside=row(variant[1]).third)
    parts = [wire for part in message.parts for wire in _wired(part, message, variant)]
    calls = [part for part in parts if "functionCall" in part]
    if calls and row(variant[1]).third and not any("thoughtSignature" in call for call in calls):
        calls[0]["thoughtSignature"] = _UNSIGNED
    return parts


def _wired(part: Part, message: Message, variant: Hashable) -> list[Wire]:
    mine = _mine(part, variant)
    signed = {"thoughtSignature": mine["signature"]} if "signature" in mine else {}
    match part:
        case TextPart(text=text):
            return _signed(text, mine, {}) if message.role == "assistant" else [{"text": text}] if text.strip() else []
        case ReasoningPart(text=text):
            return _signed(text, mine, {"thought": True}) if "signatures" in mine else []
        case ToolCallPart():
            call: Wire = {"name": sendable_name(part.name), "args": _arguments(part.arguments)}
            return [{"functionCall": call | _id(part.id), **signed}]
        case FilePart() if message.role == "assistant":
            draft = {"thought": True} if mine.get("thought") else {}
            return [_file(part) | draft | signed] if mine else []
        case FilePart():
            return [_file(part)]
        case ServerToolPart():
            return [] if message.finish_reason in _PARTIAL else [dict(wire) for wire in mine.get("parts", ())]
        case _:
            return []


def _mine(part: Part, variant: Any) -> dict[str, Any]:
    name, model = variant
    return left(part, name, model, Left)


def _signed(text: str, mine: dict[str, Any], more: Wire) -> list[Wire]:
    """A text in the pieces that bore signatures, each with its own, and those between them."""
    parts: list[Wire] = []
    place = 0
    for start, end, signature in mine.get("signatures", ()):
        if start > place:
            parts.append({"text": text[place:start], **more})
        parts.append({"text": text[start:end], **more, "thoughtSignature": signature})
        place = end
    if text[place:].strip() or (parts and text[place:]):
        parts.append({"text": text[place:], **more})
    return parts


def _id(call_id: str) -> Wire:
    """A call's id, but for those that we made because there was none."""
    return {} if call_id.startswith(MADE) else {"id": call_id}


def _arguments(arguments: str) -> dict[str, Any]:
    """A call's arguments as an object; text that is none is shown to the model that wrote it."""
    try:
        return msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {"not_json": arguments}


def _results(message: Message, *, files_inside: bool) -> list[Wire]:
    """All results first and together; their files inside them where the model takes that, else after them."""
    parts, after = list[Wire](), list[Wire]()
    for part in message.parts:
        match part:
            case ToolResultPart():
                said: Wire = {"error" if part.is_error else "output": part.content}
                response: Wire = {"name": sendable_name(part.name), **_id(part.id), "response": said}
                files = [_file(file) for file in part.files]
                inside = [file for file in files if files_inside and _fits_inside(file)]
                if inside:
                    response["parts"] = inside
                after += [file for file in files if file not in inside]
                parts.append({"functionResponse": response})
            case TextPart(text=text) if text.strip():
                after.append({"text": text})
            case FilePart():
                after.append(_file(part))
    return [*parts, *after]


def _fits_inside(file: Wire) -> bool:
    """Whether a result can hold it: images and documents, not sound."""
    kind = next(iter(file.values()))["mimeType"]
    return bool(kind.startswith("image/") or kind in ("application/pdf", "text/plain"))


def _file(part: FilePart) -> Wire:
    kind = part.media_type.partition(";")[0].strip().lower()
    if part.url:
        return {"fileData": {"mimeType": kind, "fileUri": part.url}}
    if kind.startswith("text/") or kind in _AS_TEXT:
        kind = "text/plain"
    elif not (kind.startswith(("image/", "audio/", "video/")) or kind == "application/pdf"):
        raise ConfigError(f"{NAME}: a file of the type {kind} cannot be given to a model.", "Google takes images, sound, video, PDF and text.")
    return {"inlineData": {"mimeType": kind if kind == "text/plain" else part.media_type, "data": part.base64()}}
