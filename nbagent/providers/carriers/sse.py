"""An event stream's bytes as the payloads of its ``data:`` fields, whatever the network cut them into.

The rule: a payload is handed on in the read that completed it, and no byte is looked at a second time. Event names and
ids are skipped, since the JSON of every API here says itself what it is.
"""

from __future__ import annotations

import msgspec

from nbagent.errors import GarbledStream

_BOM = b"\xef\xbb\xbf"
_LIMIT = 64 * 1024 * 1024  # bytes of one event: more than any image a model sends, less than what hurts


class Payloads:
    """The payloads of one stream. Raises `GarbledStream` where one event grows beyond 64 MB."""

    def __init__(self, *, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []  # the unfinished last line, in the pieces it came in
        self._data: list[bytes] = []  # the data lines of the unfinished event
        self._held = 0  # bytes in the two
        self._at_start = True
        self._skip_lf = False  # the last read ended with CR: an LF that follows belongs to it

    def feed(self, chunk: bytes) -> list[bytes]:
        """The payloads that this read completed."""
        if self._at_start or self._skip_lf:
            chunk = self._trimmed(chunk)
        if b"\n" not in chunk and b"\r" not in chunk:
            self._pieces.append(chunk)
            self._hold(len(chunk))
            return []
        if self._pieces:
            added = len(chunk)
            self._pieces.append(chunk)
            chunk = b"".join(self._pieces)
            self._pieces.clear()
            self._held -= len(chunk) - added
        if b"\r" in chunk:
            self._skip_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = chunk.split(b"\n")
        rest = lines.pop()
        found: list[bytes] = []
        data = self._data
        for line in lines:
            if not line:
                if data:
                    found.append(data[0] if len(data) == 1 else b"\n".join(data))
                    data.clear()
                    self._held = 0
            elif line.startswith(b"data: "):
                data.append(line[6:])
            elif line.startswith(b"data:"):
                data.append(line[5:])
            elif line == b"data":
                data.append(b"")
        if rest:
            self._pieces.append(rest)
        if rest or data:
            self._hold(len(chunk) if data else len(rest))
        return found

    def end(self) -> list[bytes]:
        """What a missing last blank line, or a missing last line end, left: an event counts where its JSON is whole."""
        last = b"".join(self._pieces)
        if last.startswith(b"data:"):
            self._data.append(last[5:].removeprefix(b" "))
        payload = b"\n".join(self._data)
        self._pieces.clear()
        self._data.clear()
        return [payload] if _whole(payload) else []

    def _trimmed(self, chunk: bytes) -> bytes:
        """`chunk` without the LF of a CRLF that was cut in two, and without the byte order mark at the very start."""
        if self._at_start:
            chunk = b"".join(self._pieces) + chunk
            self._pieces.clear()
            if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
                self._pieces.append(chunk)
                return b""
            self._at_start = False
            return chunk.removeprefix(_BOM)
        if chunk:
            self._skip_lf = False
        return chunk.removeprefix(b"\n")

    def _hold(self, size: int) -> None:
        self._held += size
        if self._held > self._limit:
            raise GarbledStream(f"One event of the stream is larger than {self._limit // 1024 // 1024} MB.", "The server does not speak this API.")


def _whole(payload: bytes) -> bool:
    """Whether this is all of a JSON object: what is cut off never is."""
    if payload == b"[DONE]":
        return True
    try:
        msgspec.json.decode(payload, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return payload.startswith(b"{")
