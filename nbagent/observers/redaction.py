"""What is taken out of texts before they are kept or sent: keys, by `errors.redact`, and whatever a person wants out beside them.

The rule: a text that could not be cleaned is not kept at all, and says so. Never is it kept as it was.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from nbagent.errors import redact
from nbagent.observers.values import as_json

Redact = Callable[[str], str]
"""A text without what must not be kept: the person's own, after nbagent's."""

_REDACTED = "[redacted]"
NOT_KEPT = "[not kept: what redacts it failed]"
DOCUMENTS = frozenset({
    "input_messages", "new_messages", "output_messages", "payload", "attributes", "usage_raw", "params", "message", "tools_offered",
})  # fmt: skip
"""Columns of JSON: it is the texts inside that are cleaned, and cut."""
LABELS = frozenset({
    "trace_id", "span_id", "parent_id", "run_id", "session_id", "kind", "name", "status", "error_type", "agent", "cell_id", "provider", "model",
    "response_model", "response_id", "finish_reason", "cost_source", "fallback_of", "reasoning_level", "tool", "tool_type", "tool_call_id", "batch_id",
    "mcp_server", "call_span_id", "call_id", "tag", "models", "prompt_hash", "code_hash", "kernel_id", "direction", "role", "part_type", "hash",
    "parent_hash", "event", "to_agent", "outcome", "cost_usd", "lineage", "input_hash", "output_hash", "outer_run", "process",
})  # fmt: skip
"""Columns that are names and no texts: a person's own redaction leaves them, nbagent's does not."""
_STRUCTURE = frozenset(
    {"type", "role", "id", "name", "media_type", "finish_reason", "provider", "model", "response_id"}
)  # of messages: what reads them needs it
_everywhere: list[Redact] = []


def set_redaction(redact: Redact | None) -> None:
    """From now on this function cleans every text of a trace before it is kept, shown or sent: ``text -> text``. None: no function does.

    It is called on the writer's thread, for prompts, answers, arguments, results, errors and what went over the wire, but not for
    names (of models, agents, tools). Where it raises, the text is not kept.
    """
    _everywhere[:] = [] if redact is None else [redact]


def redaction(own: Redact | None = None) -> Redact | None:
    """A trace's own function and the one for all of them, as one that never raises; None where there is none."""
    functions = [function for function in (own, *_everywhere) if function is not None]
    if not functions:
        return None

    def cleaned(text: str) -> str:
        for function in functions:
            text = _safely(function, text)
        return text

    return cleaned


def _safely(function: Redact, text: str) -> str:
    try:
        found: Any = function(text)
    except Exception as error:  # noqa: BLE001  whatever it is, the text may hold what it was to take out
        why = f"{type(error).__name__}"
    else:
        if isinstance(found, str):
            return found
        why = f"it gave {type(found).__name__}, no text"
    warnings.warn(f"a trace's redaction failed ({why}): the text is not kept", RuntimeWarning, stacklevel=2)
    return NOT_KEPT


def clean(name: str, text: str, keys: Sequence[str], extra: Redact | None) -> str:
    """The text of a column without keys, and without what `extra` (of `redaction`) takes out."""
    cleaned = redact(text, keys)
    if name in DOCUMENTS:
        if cleaned != text and _REDACTED in cleaned and '"type":"file"' in cleaned:
            cleaned = within(cleaned, lambda inside: inside)
        return cleaned if extra is None else within(cleaned, extra)
    return cleaned if extra is None or name in LABELS else extra(cleaned)


def within(document: str, extra: Redact) -> str:
    """JSON with its texts cleaned; what it is made of stays, so that it can be read again."""
    try:
        value = msgspec.json.decode(document)
    except msgspec.DecodeError:
        return extra(document)
    return as_json(_walked(value, extra))


def _walked(value: Any, extra: Redact) -> Any:
    if isinstance(value, str):
        return extra(value) if value else value
    if isinstance(value, list):
        return [_walked(item, extra) for item in value]
    if isinstance(value, dict):
        data = value.get("data")
        if value.get("type") == "file" and isinstance(data, str) and (_REDACTED in data or extra(data) != data):
            value = value | {"data": None, "url": "redacted:"}  # half a file is none
        return {key: item if key in _STRUCTURE and isinstance(item, str) else _walked(item, extra) for key, item in value.items()}
    return value


def clean_columns(columns: dict[str, list[Any]], own: Redact | None) -> dict[str, list[Any]]:
    """The columns of a table with the person's own redaction, for rows that were kept as they came."""
    extra = redaction(own)
    if extra is None:
        return columns
    return {
        name: values if name in LABELS else [clean(name, value, (), extra) if isinstance(value, str) else value for value in values]
        for name, values in columns.items()
    }
