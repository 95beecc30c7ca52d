"""What is shown of a part, a file, a result: the fields of its item on the page.

Pictures and sounds are kept within a budget a run, so that a notebook stays a file that can be sent by mail and its messages
stay below what a Jupyter server lets through (3 MB in 3 s). What is beyond it is named, with its size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nbagent.errors import redact
from nbagent.events import ToolFinished
from nbagent.messages import Citation, FilePart, ServerToolPart

RESULT_LIMIT = 20_000
"""The most characters of a tool's result that are shown; the whole is in the trace."""
FILE_BYTES = 500_000
RUN_BYTES = 800_000
"""The most bytes of one picture or sound, and of all of a run, that are shown and saved."""
CITATIONS = 200
DRAWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
TABLE_ROWS, TABLE_COLUMNS, CELL = 50, 40, 300

_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_DATA = re.compile(r"data:([\w.+/-]+);base64,([A-Za-z0-9+/=\s]*)\Z")


class Budget:
    """How many bytes of files a run may still show."""

    def __init__(self) -> None:
        self.left = RUN_BYTES

    def admits(self, size: int) -> bool:
        """Whether a file of this size is shown; then it is counted."""
        if size > min(FILE_BYTES, self.left):
            return False
        self.left -= size
        return True


def size_words(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} KB" if size >= 1_000 else f"{size} bytes"


def file_fields(part: FilePart, budget: Budget) -> dict[str, Any]:
    """A file that the model made: its base64 where there is room for it, its size where not, and where it is on the web."""
    media_type, data, size = _contents(part)
    fields: dict[str, Any] = {"k": "file", "media_type": media_type}
    if part.name:
        fields["name"] = redact(part.name)[:200]
    if data is not None:
        if budget.admits(size):
            fields["data"] = data
        else:
            fields["size"] = size
    elif part.url is not None and part.url.lower().startswith(("https://", "http://")):
        fields["url"] = redact(part.url)
    return fields


def _contents(part: FilePart) -> tuple[str, str | None, int]:
    """Type, base64 and size of a file; no base64 where the bytes are elsewhere."""
    inline = _DATA.match(part.url or "")
    if inline:
        return inline[1], inline[2], len(inline[2]) * 3 // 4
    media_type = part.media_type if _TYPE.fullmatch(part.media_type) else "application/octet-stream"
    return media_type, (None if part.data is None else part.base64()), len(part.data or b"")


def result_fields(event: ToolFinished, budget: Budget) -> dict[str, Any]:
    """What a tool gave: its text, pictures that are drawn, other files in words, and the table that it was."""
    content = event.result.content
    fields: dict[str, Any] = {"result": content[:RESULT_LIMIT]}
    if event.whole is not None or len(content) > RESULT_LIMIT:
        fields["cut"] = True
    images, files = [], []
    for file in event.result.files:
        media_type, data, size = _contents(file)
        if data is not None and media_type in DRAWN and budget.admits(size):
            images.append({"media_type": media_type, "data": data})
        else:
            files.append(f"{media_type}, {size_words(size)}" if data is not None else media_type)
    if images:
        fields["images"] = images
    if files:
        fields["files"] = files
    if event.table is not None:
        fields["table"] = table_fields(event.table)
    return fields


def table_fields(table: dict[str, Any]) -> dict[str, Any]:
    """A table's corner, as text and numbers; `shape` is that of the whole."""
    columns = [_cell(name) for name in table.get("columns", ())]
    rows = [[_cell(value) for value in row][:TABLE_COLUMNS] for row in table.get("rows", ())[:TABLE_ROWS]]
    return {"columns": columns[:TABLE_COLUMNS], "rows": rows, "shape": list(table.get("shape") or (len(table.get("rows", ())), len(columns)))}


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and value - value == 0):
        return value
    text = str(value)
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def server_result(part: ServerToolPart) -> dict[str, Any]:
    """What a tool of the provider's gave."""
    fields: dict[str, Any] = {"status": "error" if part.is_error else "ok"}
    if part.result:
        fields["result"] = part.result[:RESULT_LIMIT]
    if len(part.result) > RESULT_LIMIT:
        fields["cut"] = True
    return fields


def citation_fields(citations: Sequence[Citation], base: int, text: str) -> list[dict[str, Any]]:
    """Sources of a part of a text that begins at `base`: each with the character of the whole text behind which it stands."""
    shown = []
    for citation in citations[:CITATIONS]:
        fields: dict[str, Any] = {"end": base + (len(text.rstrip()) if citation.end is None else min(citation.end, len(text)))}
        if citation.url:
            fields["url"] = redact(citation.url)
        for name in ("title", "text"):
            if said := getattr(citation, name):
                fields[name] = said[:CELL]
        shown.append(fields)
    return shown
