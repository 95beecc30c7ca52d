"""What both of OpenAI's APIs need on the way out: strict schemas, arguments that are JSON, files as text.

The rule: nothing here can make a request be refused. What cannot be sent as it is becomes something that can, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from nbagent.dialects import strict
from nbagent.messages import FilePart
from nbagent.provider import OutputSpec
from nbagent.tools import ToolSpec


def strictly(tool: ToolSpec | OutputSpec, *, able: bool) -> tuple[dict[str, Any], bool]:
    """The schema to send, and whether the model can be held to it; `able`: whether vendor and model can do so at all.

    One schema that cannot be strict is sent as it is, and says nothing of the others.
    """
    if isinstance(tool, ToolSpec):
        schema, wanted = tool.parameters, able if tool.strict is None else tool.strict
    else:
        schema, wanted = tool.schema, able and tool.strict
    made = _strict(msgspec.json.encode(schema)) if wanted else None
    return (schema, False) if made is None else (msgspec.json.decode(made), True)


def loose(tools: Sequence[ToolSpec]) -> list[str]:
    """A note for each tool that was to be strict and cannot be."""
    asked = (tool for tool in tools if tool.strict is True)
    return [
        f"The tool {tool.name} cannot be strict, its schema leaves too much open: it is offered as it is" for tool in asked if not strictly(tool, able=True)[1]
    ]


@lru_cache(maxsize=256)
def _strict(schema: bytes) -> bytes | None:
    """Kept as text, so that nobody can change what is kept; the same tools come with every step."""
    made = strict(msgspec.json.decode(schema))
    return None if made is None else msgspec.json.encode(made)


def sendable_arguments(text: str) -> str:
    """A call's arguments as they were, but never what is not JSON: servers that read them would refuse the whole request."""
    if not text.strip():
        return "{}"
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return msgspec.json.encode({"not_json": text.encode("utf-8", "replace").decode()}).decode()
    return text


def file_text(file: FilePart) -> str:
    """A file of text as text."""
    return f"{file.name or 'file'}:\n\n{(file.data or b'').decode('utf-8', 'replace')}"


def placeholder(file: FilePart) -> str:
    """What stands for a file that a model made, where an answer can hold only text."""
    return f"[{file.name or 'a file'} of the type {file.media_type} was made here]"
