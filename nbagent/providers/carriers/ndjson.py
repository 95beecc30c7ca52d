"""A body of JSON lines (NDJSON) as its lines, whatever the network cut it into.

The rule: a line is handed on in the read that completed it, and no byte is looked at a second time. A last line without
its line end counts where its JSON is whole.
"""

from __future__ import annotations

import msgspec

from nbagent.errors import GarbledStream

_BOM = b"\xef\xbb\xbf"
_LIMIT = 64 * 1024 * 1024  # bytes of one line: more than any image a model sends, less than what hurts


class Lines:
    """The lines of one body, without their ends; empty ones are skipped. Raises `GarbledStream` where one grows beyond 64 MB."""

    def __init__(self, *, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []  # the unfinished last line, in the pieces it came in
        self._held = 0  # bytes in them
        self._first = True

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that this read completed."""
        if b"\n" not in data:
            self._hold(data)
            return []
        if self._pieces:
            self._pieces.append(data)
            data = b"".join(self._pieces)
            self._pieces.clear()
            self._held = 0
        lines = data.split(b"\n")
        if rest := lines.pop():
            self._hold(rest)
        if self._first:
            self._first, lines[0] = False, lines[0].removeprefix(_BOM)
        return [line for line in lines if line and not line.isspace()]

    def end(self) -> list[bytes]:
        """The last line, where only its end is missing."""
        last = b"".join(self._pieces).strip()
        self._pieces.clear()
        return [last] if _whole(last) else []

    def _hold(self, data: bytes) -> None:
        self._pieces.append(data)
        self._held += len(data)
        if self._held > self._limit:
            raise GarbledStream(f"One line of the answer is larger than {self._limit // 1024 // 1024} MB.", "The server does not speak this API.")


def _whole(line: bytes) -> bool:
    """Whether this is all of a JSON object: what is cut off never is."""
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return line.startswith(b"{")
