"""What a tool gave back or raised: in words for the model, for the eye of a person, and as the object that stays in the kernel."""

from __future__ import annotations

import mimetypes
import sys
import traceback
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from nbagent.contents import as_file, result_text, sendable
from nbagent.errors import hide_keys, known_keys, redact
from nbagent.frames import is_a, is_frame, table_cells
from nbagent.messages import FilePart
from nbagent.tokens import text_tokens

KEPT = 100
"""How many results a session keeps as objects."""
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # what models that see take
_LINE = 200  # characters that are given up so that a line stays whole
_TOLD = 5  # errors of a group
_LARGEST = 20_000_000  # bytes of a picture that is read because its path was returned


class Objects(dict[str, Any]):
    """The last `KEPT` results of tools, as the objects that they are, by the calls' ids."""

    def keep(self, call_id: str, value: Any) -> None:
        self.pop(call_id, None)
        self[call_id] = value
        while len(self) > KEPT:
            del self[next(iter(self))]


@dataclass(frozen=True)
class ToolResult:
    """A tool's answer that says one thing to the model and another to the person.

    `content` is what the model is told: any value, as if the tool had returned it. `files` go with it, one or a list: figures, images, bytes
    of one, paths, `FilePart`. `show` is for the person and not told to the model: a DataFrame as a table, anything else as text.
    `priority` is 0 to 1: how long it is sent where a conversation is trimmed (`Trim`).
    """

    content: Any = ""
    files: Any = ()
    show: Any = None
    priority: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a tool gave back. `text` and `files` are the model's, `table` and `shown` the person's; `value` is the object itself."""

    text: str
    files: tuple[FilePart, ...] = ()
    table: dict[str, Any] | None = None
    shown: str = ""
    value: Any = None
    priority: float | None = None


def answer_of(value: Any) -> Answer:
    """What a tool returned, as an answer. Raises only for files of a `ToolResult` that are none or are not there."""
    given = value if isinstance(value, ToolResult) else ToolResult(value)
    text, files = result_text(given.content)
    picture = _picture_at(given.content)
    extra = [*([picture] if picture else []), *(_file_in(item) for item in _several(given.files))]
    told = [text, *(f"[{file.media_type} attached]" for file in extra)]
    keys = known_keys()
    shows = given.content if given.show is None else given.show
    answer = Answer(
        text=hide_keys("\n".join(line for line in told if line) if extra else text, keys),
        files=(*files, *extra),
        table=_table(shows, lambda cell: hide_keys(cell, keys)),
        shown=hide_keys(result_text(given.show)[0], keys) if given.show is not None and not is_frame(given.show) else "",
        value=value,
        priority=None if given.priority is None else min(1.0, max(0.0, float(given.priority))),
    )
    _close_figures([given.content, given.files, given.show])
    return answer


def _close_figures(value: Any, depth: int = 0) -> None:
    """Take the figures in a value off pyplot's list: the card shows them, and the notebook would once more below the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or depth > 3:
        return
    if is_a(value, "matplotlib.figure", "Figure"):
        pyplot.close(value)
    elif is_a(value, "matplotlib.axes", "Axes"):
        pyplot.close(value.get_figure(root=True))
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            _close_figures(item, depth + 1)


def _table(value: Any, hidden: Callable[[str], str]) -> dict[str, Any] | None:
    if not is_frame(value):
        return None
    try:
        made = table_cells(value)
    except Exception:  # noqa: BLE001  a frame of odd parts is told as text all the same
        return None
    made["rows"] = [[hidden(cell) if isinstance(cell, str) else cell for cell in row] for row in made["rows"]]
    return made


def _picture_at(value: Any) -> FilePart | None:
    """The picture that a returned path leads to."""
    if not isinstance(value, Path) or mimetypes.guess_type(value.name)[0] not in _PICTURES:
        return None
    try:
        return FilePart.from_path(value) if value.stat().st_size <= _LARGEST else None
    except OSError:  # a path to what is not there is a path all the same
        return None


def _several(files: Any) -> Sequence[Any]:
    return files if isinstance(files, Sequence) and not isinstance(files, str | bytes | bytearray | memoryview) else [files]


def _file_in(item: Any) -> FilePart:
    file = FilePart.from_path(item) if isinstance(item, str | Path) else as_file(item)
    if file is None:
        raise TypeError(f"a {type(item).__name__} in ToolResult(files=...) is no file; give figures, images, bytes of one, paths or FilePart")
    return file


def cut_middle(text: str, limit: int, call_id: str, tokens: int | None = None) -> str:
    """The text as it is, or its two ends with a line between them that says what is missing and where the whole is. At most `limit`
    characters of it stay, and about `tokens` tokens, which are estimated."""
    whole, said = len(text) <= limit, ""
    if tokens is not None and not (whole and text_tokens(text) <= tokens):
        sizes = range(min(limit, len(text)) + 1)
        fits = bisect_right(sizes, tokens, key=lambda most: ceil(text_tokens(text[: most * 2 // 3] + text[len(text) - most // 3 :]))) - 1
        whole, limit, said = False, max(0, fits), f", for about {tokens:,} tokens (estimated)"
    if whole:
        return text
    head, tail = text[: limit * 2 // 3], text[len(text) - limit // 3 :]
    if (end := head.rfind("\n")) > max(0, len(head) - _LINE):  # lines stay whole where they are not long
        head = head[:end]
    if 0 <= (start := tail.find("\n")) < min(_LINE, len(tail) - 1):
        tail = tail[start + 1 :]
    left = f"{len(text) - len(head) - len(tail):,} of {len(text):,} characters left out here{said}; the whole is session.objects[{call_id!r}]"
    return f"{head}\n... [{left}] ...\n{tail}"


def describe(error: BaseException) -> str:
    """What the model is told of an exception: its type and message, no paths, no keys."""
    message = " ".join(redact(message_of(error)).split())
    return f"{type(error).__name__}: {message}"[:2000] if message else type(error).__name__


def message_of(error: BaseException) -> str:
    """The text of an exception; one whose text raises has none."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  it is still to be told
        return ""
    if isinstance(error, BaseExceptionGroup):  # says only how many there are
        return "; ".join([text, *(describe(each) for each in error.exceptions[:_TOLD])])
    if isinstance(error, RuntimeError) and "running event loop" in text:  # asyncio.run in a plain tool, as in any cell
        return f"{text} (a notebook's cell has one: make the tool async, or give it thread=True)"
    return sendable(text)


def user_frames(error: BaseException) -> str:
    """The traceback of the user's own frames, for the card and the trace."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_globals.get("__name__", "").startswith(("nbagent.", "asyncio", "contextvars")):
        step = step.tb_next
    return sendable(redact("".join(traceback.format_exception(type(error), error, step or error.__traceback__))))
