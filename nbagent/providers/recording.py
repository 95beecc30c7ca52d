"""A recording as a file: JSON lines, one a model call, made to be read, compared and kept beside a notebook.

A request is kept as it is compared: without what changes from run to run (ids of calls, addresses in a ``repr``, what
only a provider reads), files by their hash. Nothing is written before keys are taken out of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from nbagent.errors import RecordingError, known_keys
from nbagent.events import PartDelta, ProviderEvent
from nbagent.messages import FilePart, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.carriers.failures import masked

FORMAT = 1
_FIRST_BYTES = b'{"recording":'
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_SECRET_PARAMETER = re.compile(r"(?:^|[-_])(?:api[-_]?key|authorization|token|secret|password)$", re.IGNORECASE)


class Failure(Struct, frozen=True, omit_defaults=True):
    """An error that ended a model call."""

    type: str
    what: str
    why: str = ""
    mend: str = ""
    status: int | None = None
    retry_after: float | None = None
    request_id: str | None = None
    retryable: bool = False


class Entry(Struct, frozen=True, omit_defaults=True):
    """One model call: the request as `comparable` makes it; network reads, each its seconds and its events; the end.

    `stopped` says that a person stopped it, so that the rest is not known. `can` is what the provider knew of its model
    that decides how it is asked: whether it has tools, and a JSON mode that holds to a schema.
    """

    provider: str
    request: dict[str, Any]
    reads: list[list[Any]]
    seconds: float
    error: Failure | None = None
    stopped: bool = False
    can: dict[str, bool] | None = None


def events_to_json(events: Sequence[ProviderEvent]) -> list[Any]:
    """Events as JSON values; a delta is short, ``[index, text]``, for there are many."""
    told: list[Any] = []
    for event in events:
        if isinstance(event, PartDelta):
            told.append([event.index, event.delta])
        else:
            value = msgspec.to_builtins(event, str_keys=True)
            del value["stamp"]
            told.append(value)
    return told


def events_from_json(values: Sequence[Any]) -> list[ProviderEvent]:
    """The events again, new ones with every call. Raises `msgspec.ValidationError`."""
    events: list[ProviderEvent] = []
    for value in values:
        if isinstance(value, list):
            index, delta = msgspec.convert(value, type=tuple[int, str])
            events.append(PartDelta(index=index, delta=delta))
        else:
            events.append(msgspec.convert(value, type=cast("type[ProviderEvent]", ProviderEvent)))
    return events


def comparable(request: Request) -> dict[str, Any]:
    """What of a request has to be the same for its answer to be the same, in the order in which a person reads it."""
    ids: dict[str, str] = {}
    params = msgspec.to_builtins(request.params, str_keys=True, enc_hook=_named_by_type)
    output = {"output": msgspec.to_builtins(request.output)} if request.output is not None else {}
    return {
        "model": request.model,
        "params": _without_secret_parameters(params),
        "tool_choice": request.tool_choice,
        "instructions": _steady(request.instructions),
        "tools": _strings(msgspec.to_builtins(sorted(request.tools, key=lambda tool: tool.name)), _steady),
        **output,
        "messages": [{message.role: [_part(part, ids) for part in message.parts]} for message in request.messages],
    }


def without_keys(value: Any, secrets: Sequence[str] = ()) -> Any:
    """A JSON value in which no text holds a key: none of `secrets`, of the environment's, or what looks like one."""
    known = [*secrets, *known_keys()]
    return _strings(value, lambda text: masked(text, known))


def read(path: Path) -> list[Entry]:
    """The entries of a recording. Raises `RecordingError`, which names the line, for anything else."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be read.", error.strerror or str(error), "Make it with --record, or Recorder(...).") from error
    return [_entry(line, f"{path.name}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _entry(line: bytes, place: str) -> Entry:
    again = "Delete the line, or the file, and record again."
    try:
        value = json.loads(line)
        written = value.get("recording") if isinstance(value, dict) else None
        if written != FORMAT:
            why = "It is no model call." if written is None else f"Its format is {written!r}, this version of nbagent reads {FORMAT}."
            raise RecordingError(f"{place}: this cannot be replayed.", why, again)
        entry = msgspec.convert(value, type=Entry)
        for at, *events in entry.reads:
            msgspec.convert(at, type=float)
            events_from_json(events)
    except ValueError as error:  # so are msgspec's and json's own
        raise RecordingError(f"{place}: the recording is damaged.", str(error), again) from error
    return entry


def begin(path: Path, *, append: bool) -> None:
    """Make sure that `path` can be written and is not somebody else's file, before anything is asked and paid for."""
    try:
        with path.open("ab+") as file:
            file.seek(0)
            first = file.read(len(_FIRST_BYTES))
            if first.strip() and first != _FIRST_BYTES:
                raise RecordingError(f"{path} is no recording, and is left as it is.", mend="Record to another file.")
            if not append:
                file.truncate(0)
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be written.", error.strerror or str(error)) from error


def add(path: Path, entry: Entry, secrets: Sequence[str]) -> None:
    """Write one entry at the end of the file, in one go."""
    value = {"recording": FORMAT, **without_keys(msgspec.to_builtins(entry), secrets)}
    value["reads"] = _deltas_without_keys(value["reads"], secrets)
    try:
        line = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which some models send
        line = json.dumps(value).encode()
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line + b"\n")
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be written.", error.strerror or str(error)) from error


def difference(recorded: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """The unified diff of two requests as `comparable` makes them; texts line by line."""
    return list(unified_diff(_lines(recorded), _lines(asked), "recorded", "asked now", lineterm="", n=2))


def closest(entries: Sequence[Entry], asked: dict[str, Any]) -> Entry:
    """The entry whose request is most like the one that was asked."""
    lines = _lines(asked)
    end = "\n".join(lines)[-1000:]

    def likeness(entry: Entry) -> float:
        others = _lines(entry.request)
        return SequenceMatcher(None, others, lines).ratio() + SequenceMatcher(None, "\n".join(others)[-1000:], end).ratio()

    return max(entries, key=likeness)


def in_short(diff: Sequence[str], width: int = 110) -> str:
    """The first change of a diff in one line, cut to where the two texts part."""
    old = next((line[1:] for line in diff[2:] if line.startswith("-")), "")
    new = next((line[1:] for line in diff[2:] if line.startswith("+")), "")
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    start = max(0, same - 40) if max(len(old), len(new)) > width else 0
    shown = [f"{sign} {'...' if start else ''}{text[start : start + width]}" for sign, text in (("-", old), ("+", new)) if text]
    return " ".join(shown)


# --- requests as values ------------------------------------------------------------------------------------------------


def _part(part: Part, ids: dict[str, str]) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"text": _steady(text)}
        case ReasoningPart(text):
            return {"reasoning": _steady(text)}
        case ToolCallPart():
            return {"call": part.name, "id": _counted(part.id, ids), "arguments": _steady(part.arguments)}
        case ToolResultPart():
            told: dict[str, Any] = {"result": part.name, "id": _counted(part.id, ids), "content": _steady(part.content)}
            if part.is_error:
                told["is_error"] = True
            if part.files:
                told["files"] = [_part(file, ids) for file in part.files]
            return told
        case ServerToolPart():
            return {"server_tool": part.name, "id": _counted(part.id, ids), "arguments": _steady(part.arguments), "result": _steady(part.result)}
        case FilePart():
            kept = {"file": part.media_type} | ({"name": part.name} if part.name else {})
            if part.url is not None and not part.url.startswith("data:"):
                return kept | {"url": part.url}
            return kept | {"sha256": hashlib.sha256(part.data if part.data is not None else (part.url or "").encode()).hexdigest()}


def _counted(call_id: str, ids: dict[str, str]) -> str:
    return ids.setdefault(call_id, f"call_{len(ids) + 1}")


def _steady(text: str) -> str:
    return _ADDRESS.sub("0x...", text)


def _named_by_type(value: Any) -> str:
    """Something that is no JSON, by the name of its type: its ``repr`` may differ in the next run."""
    return f"<{getattr(value, '__qualname__', type(value).__qualname__)}>"


def _without_secret_parameters(value: Any) -> Any:
    match value:
        case dict():
            return {
                name: "[redacted]" if _SECRET_PARAMETER.search(name) and isinstance(it, str) else _without_secret_parameters(it) for name, it in value.items()
            }
        case list():
            return [_without_secret_parameters(each) for each in value]
        case str():
            return _steady(value)
        case _:
            return value


def _strings(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _strings(each, change) for key, each in value.items()}
        case list() | tuple():
            return [_strings(each, change) for each in value]
        case _:
            return value


def _deltas_without_keys(reads: list[list[Any]], secrets: Sequence[str]) -> list[list[Any]]:
    """Reads in which no key is left in pieces: the text of such a part comes cleaned in its first delta, the others are empty."""
    texts: dict[int, str] = {}
    for value in (value for _, *values in reads for value in values if isinstance(value, list)):
        texts[value[0]] = texts.get(value[0], "") + value[1]
    clean = {index: kept for index, text in texts.items() if (kept := without_keys(text, secrets)) != text}
    for value in (value for _, *values in reads for value in values if isinstance(value, list) and value[0] in texts):
        if value[0] in clean:
            value[1] = clean[value[0]]
            clean[value[0]] = ""
    return reads


def _lines(value: Any, path: str = "") -> list[str]:
    """A request line by line, for a diff: ``user.text: What should I wear?``."""
    match value:
        case dict():
            return [line for key, each in value.items() for line in _lines(each, key if path in ("", "messages") else f"{path}.{key}")]
        case list():
            return [line for each in value for line in _lines(each, path)]
        case str():
            return [f"{path}: {line}" for line in value.split("\n")]
        case _:
            return [f"{path}: {json.dumps(value)}"]
