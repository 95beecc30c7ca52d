"""The tool calls in an answer as a provider's API or SDK gives it, for who reads such an answer without nbagent's providers.

A dict or an SDK's object, of OpenAI (Chat Completions, Responses), Anthropic, Google or Bedrock; a whole answer, a message,
one call, or a chunk of a stream, whose pieces have an empty id and name where the chunk leaves them out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from nbagent.messages import ToolCallPart

_KEYS = ("choices", "message", "delta", "tool_calls", "output", "item", "content", "content_block", "candidates", "parts", "toolUse", "start")
"""Where calls are found, one inside another."""


def calls_in(raw: Any) -> list[ToolCallPart]:
    """The calls of a raw answer, in their order.

    >>> calls_in({"content": [{"type": "tool_use", "id": "a", "name": "add", "input": {"x": 1}}]})
    [ToolCallPart(id='a', name='add', arguments='{"x": 1}')]
    """
    return list(_found(raw))


def _found(raw: Any) -> Iterator[ToolCallPart]:
    if isinstance(raw, list | tuple):
        for each in raw:
            yield from _found(each)
        return
    value = _fields(raw)
    call = _call(value)
    if call is not None:
        yield call
        return
    for key in _KEYS:
        if isinstance(value.get(key), str) or value.get(key) is None:
            continue
        yield from _found(value[key])


def _fields(raw: Any) -> Mapping[str, Any]:
    """A dict of any of the SDKs' objects."""
    if isinstance(raw, Mapping):
        return raw
    for name in ("model_dump", "to_dict"):
        if callable(getattr(raw, name, None)):
            made: Mapping[str, Any] = getattr(raw, name)()
            return made
    return getattr(raw, "__dict__", {})


def _call(value: Mapping[str, Any]) -> ToolCallPart | None:
    function = value.get("function")
    if function is not None:  # Chat Completions, Ollama
        inner = _fields(function)
        return _part(value.get("id"), inner.get("name"), inner.get("arguments"))
    if value.get("type") == "function_call":  # Responses
        return _part(value.get("call_id") or value.get("id"), value.get("name"), value.get("arguments"))
    if value.get("type") == "tool_use":  # Anthropic
        return _part(value.get("id"), value.get("name"), value.get("input"))
    google = value.get("functionCall") or value.get("function_call")
    if google is not None:
        inner = _fields(google)
        return _part(inner.get("id"), inner.get("name"), inner.get("args"))
    if "toolUseId" in value:  # Bedrock
        return _part(value["toolUseId"], value.get("name"), value.get("input"))
    if isinstance(value.get("name"), str) and "args" in value:  # Google's call by itself
        return _part(value.get("id"), value["name"], value["args"])
    return None


def _part(call_id: Any, name: Any, arguments: Any) -> ToolCallPart:
    text = arguments if isinstance(arguments, str) else "" if arguments is None else json.dumps(arguments, ensure_ascii=False)
    return ToolCallPart(str(call_id or ""), str(name or ""), text)
