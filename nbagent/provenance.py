"""Which code and which prompt a run was made of: what a trace keeps, so that two runs can be told apart."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from nbagent.messages import Message
from nbagent.schema import written
from nbagent.tools import Tool

_known: WeakKeyDictionary[Tool, str] = WeakKeyDictionary()


def code_hash(tools: Sequence[Tool]) -> str | None:
    """16 hex digits of the source of these tools, whatever their order; None where there are none.

    A tool whose source is not to be had counts by its compiled code, one without that by its name.
    """
    if not tools:
        return None
    return _hash("\n".join(sorted(tool_hash(tool) for tool in tools)))


def prompt_hash(prompt: Message) -> str:
    """16 hex digits of what was asked."""
    return _hash(prompt.text)


def tool_hash(tool: Tool) -> str:
    """16 hex digits of one tool: its name, what the model is told of it, and its source."""
    if tool not in _known:
        _known[tool] = _hash(f"{tool.name}\n{tool.description}\n{_source(tool.function)}")
    return _known[tool]


def _source(function: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(written(function))
    except (OSError, TypeError):
        code = getattr(written(function), "__code__", None)
        return "" if code is None else f"{code.co_code.hex()} {code.co_consts!r}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
