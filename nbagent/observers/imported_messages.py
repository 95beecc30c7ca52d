"""What was said, out of the attributes and events of other tracers: today's attributes, and the older ways.

Older are a message's fields as attributes of their own (``gen_ai.prompt.0.role``, ``llm.input_messages.0.message.role``)
and events with a message each (``gen_ai.user.message``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbagent.messages import Message, Role
from nbagent.observers import semconv
from nbagent.observers.semconv_messages import read_messages

_FIELD = re.compile(r"(?:gen_ai\.|llm\.)(prompt|completion|input_messages|output_messages)\.(\d+)\.(?:message\.)?(role|content|name|tool_call_id)")
_EVENT = re.compile(r"gen_ai\.(system|user|assistant|tool)\.message|gen_ai\.(choice)")
_ROWS = {row.column: row for row in semconv.CALL}

Events = Sequence[tuple[int, str, dict[str, Any]]]


def instructions(attributes: Mapping[str, Any]) -> str:
    """The system's instructions, or nothing."""
    said = semconv.read(attributes, _ROWS["system_instructions"])
    return "\n".join(message.text for message in read_messages(said, "system"))


def sent(attributes: Mapping[str, Any], events: Events) -> Iterator[Message]:
    """The messages that a model call, or a run, was given."""
    yield from _said(attributes, events, "input_messages", ("prompt", "input_messages"), "user")


def came(attributes: Mapping[str, Any], events: Events) -> Iterator[Message]:
    """The messages that came of it."""
    yield from _said(attributes, events, "output_messages", ("completion", "output_messages"), "assistant")


def _said(attributes: Mapping[str, Any], events: Events, column: str, fields: tuple[str, str], role: Role) -> Iterator[Message]:
    whole = semconv.read(attributes, _ROWS[column])
    if whole is not None:
        yield from read_messages(whole, role)
        return
    pieces: dict[int, dict[str, Any]] = {}
    for name, value in attributes.items():
        if (match := _FIELD.fullmatch(name)) and match[1] in fields:
            pieces.setdefault(int(match[2]), {})[match[3]] = value
    if pieces:
        yield from read_messages([pieces[place] for place in sorted(pieces)], role)
        return
    for _, name, values in events:
        if (match := _EVENT.fullmatch(name)) and bool(match[2]) == (role == "assistant"):
            message = values.get("message", values)
            yield from read_messages([{"role": match[1] or "assistant", "content": message.get("content", "") if isinstance(message, dict) else message}], role)
