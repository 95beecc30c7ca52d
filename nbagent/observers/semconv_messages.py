"""Conversations as OpenTelemetry writes them in attributes, and back: roles, and parts with a type each.

What other tracers write in the same attributes (a plain text, messages with `content` as chat APIs have them) is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec

from nbagent.messages import FilePart, Message, Part, ReasoningPart, Role, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.observers.values import as_json

_ROLES: tuple[Role, ...] = get_args(Role)
_MESSAGES = msgspec.json.Decoder(list[Message])


def written(messages: str) -> str:
    """A table's messages (our JSON) as the attribute has them."""
    return as_json([told for message in _MESSAGES.decode(messages) for told in _message(message)])


def _message(message: Message) -> Iterator[dict[str, Any]]:
    """A message; results of several calls are one each, since viewers show only one of a message."""
    reason = {"finish_reason": message.finish_reason} if message.finish_reason else {}
    parts = [_part(part) for part in message.parts]
    for group in [[part] for part in parts] if message.role == "tool" else [parts]:
        yield {"role": message.role, "parts": group, **reason}


def _part(part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text=text):
            return {"type": "text", "content": text}
        case ReasoningPart(text=text):
            return {"type": "reasoning", "content": text}
        case ToolCallPart(id=call_id, name=name, arguments=arguments):
            return {"type": "tool_call", "id": call_id, "name": name, "arguments": _value(arguments)}
        case ToolResultPart(id=call_id, content=content):
            return {"type": "tool_call_response", "id": call_id, "response": content}
        case ServerToolPart(id=call_id, name=name, arguments=arguments, result=result):
            return {"type": "server_tool_call", "id": call_id, "name": name, "arguments": _value(arguments), "response": result}
        case FilePart(media_type=media_type, url=url):
            return {"type": "uri", "mime_type": media_type, "uri": url} if url else {"type": "blob", "mime_type": media_type}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_messages(value: Any, role: Role) -> tuple[Message, ...]:
    """Messages from what an attribute holds; `role` is that of a plain text. What cannot be read as messages is one text."""
    parsed = _value(value) if isinstance(value, str) else value
    if parsed is None:
        return ()
    if isinstance(parsed, Mapping):
        parsed = [parsed]
    if not isinstance(parsed, Sequence) or isinstance(parsed, str) or not all(isinstance(item, Mapping) for item in parsed):
        return (Message(role, (TextPart(value if isinstance(value, str) else as_json(value)),)),)
    found: list[Message] = []
    for message in (message for item in parsed for message in _read_message(item, role)):
        together = message.role == "tool" and found and found[-1].role == "tool"  # results of one batch of calls
        found.append(Message("tool", found.pop().parts + message.parts) if together else message)
    return tuple(found)


def _read_message(item: Mapping[str, Any], role: Role) -> Iterator[Message]:
    said = item.get("role")
    if said is None and "type" in item:  # a part that stands for itself, as in the Responses API
        item = {"parts": [item]}
    mine: Role = "system" if said == "developer" else next((known for known in _ROLES if known == said), role)
    content = item.get("parts", item.get("content"))
    pieces = [{"type": "text", "content": content}] if isinstance(content, str) else content if isinstance(content, list) else []
    parts = [part for piece in pieces for part in _read_part(piece if isinstance(piece, Mapping) else {"type": "text", "content": str(piece)})]
    if mine == "tool" and not any(isinstance(part, ToolResultPart) for part in parts):
        parts = [ToolResultPart(str(item.get("tool_call_id", "")), str(item.get("name", "")), "".join(p.text for p in parts if isinstance(p, TextPart)))]
    for call in item.get("tool_calls") or ():
        function = call.get("function", call) if isinstance(call, Mapping) else {}
        parts.append(ToolCallPart(str(call.get("id", "")), str(function.get("name", "")), _text(function.get("arguments", ""))))
    results = any(isinstance(part, ToolResultPart) for part in parts)
    if said is None and any(isinstance(part, ToolCallPart | ReasoningPart) for part in parts):  # only a model calls and thinks
        mine = "assistant"
    yield Message("tool" if results else mine, tuple(parts))


def _read_part(piece: Mapping[str, Any]) -> Iterator[Part]:
    text = piece.get("content", piece.get("text"))
    call_id = str(piece.get("id") or piece.get("call_id") or "")
    match piece.get("type"):
        case "tool_call" | "function_call" | "tool_use":
            arguments = piece.get("arguments", piece.get("input", ""))
            yield ToolCallPart(str(piece.get("call_id") or call_id), str(piece.get("name", "")), _text(arguments))
        case "tool_call_response" | "function_call_output" | "tool_result":
            answer = next((piece[key] for key in ("response", "result", "output", "content") if key in piece), "")
            result_of = str(piece.get("call_id") or piece.get("tool_use_id") or call_id)
            yield ToolResultPart(result_of, str(piece.get("name", "")), _text(answer), is_error=piece.get("is_error") is True)
        case "server_tool_call":
            yield ServerToolPart(call_id, str(piece.get("name", "")), _text(piece.get("arguments", "")), _text(piece.get("response", "")))
        case "reasoning" | "thinking":
            yield ReasoningPart(_text(text if text is not None else piece.get("thinking", "")))
        case "uri":
            yield FilePart(str(piece.get("mime_type") or "application/octet-stream"), url=str(piece.get("uri", "")))
        case "image_url" | "input_image" | "image" | "document" | "input_file" | "file" | "input_audio":
            yield _file(piece)
        case "blob":
            yield FilePart(str(piece.get("mime_type") or "application/octet-stream"), data=b"")
        case _:
            yield TextPart(_text(text) if text is not None else as_json(piece))


def _file(piece: Mapping[str, Any]) -> FilePart:
    """A file as chat APIs send it; of one that is in the message itself only what kind it is."""
    inner: Any = next((piece[key] for key in ("image_url", "source", "file_url", "file", "input_audio") if piece.get(key)), {})
    source = {"url": inner} if isinstance(inner, str) else inner if isinstance(inner, Mapping) else {}
    url = str(source.get("url") or "")
    kind = str(source.get("media_type") or (url[5:].partition(";")[0] if url.startswith("data:") else "") or "application/octet-stream")
    return FilePart(kind, data=b"") if not url or url.startswith("data:") else FilePart(kind, url=url)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)
