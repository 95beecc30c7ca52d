"""AWS's binary event stream (``application/vnd.amazon.eventstream``) as payloads of JSON, whatever the network cut it into.

The rule: a frame counts when both of its checksums are right, and what stood before a broken one is handed on before
`GarbledStream` is raised. What a payload looks like:

* an event: ``{"<event type>": <its JSON>}``, as in ``{"contentBlockDelta": {"delta": {"text": "Hi"}, "contentBlockIndex": 0}}``;
* with `chunks` (InvokeModelWithResponseStream): the JSON of the model's vendor that the event ``chunk`` carries in base64, as it is;
* an exception or an error in mid-stream: ``{"type": "error", "error": {"type": "<exception type>", "message": "..."}}``, with the
  other fields that the exception has. The object under ``error`` is for `failures.in_band`.
"""

from __future__ import annotations

from binascii import crc32
from struct import Struct as Layout
from typing import Any

import msgspec
from msgspec import Struct

from nbagent.errors import GarbledStream

_PRELUDE = Layout(">III")  # length of the frame, length of its headers, checksum of these two
_CHECKSUM = Layout(">I")
_AROUND = _PRELUDE.size + _CHECKSUM.size  # the bytes of a frame that are neither headers nor payload
_FIXED = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}  # a header value's type -> its bytes; bytes and text say their length
_BYTES, _STRING = 6, 7
_LIMIT = 64 * 1024 * 1024  # bytes of one frame: AWS allows 24 MB
_FOREIGN = 1024 * 1024  # bytes of something else that are waited for: an error page is shorter
_HEADS = 256  # header blocks that are remembered: a stream has a handful


class _Chunk(Struct):
    inner: bytes = msgspec.field(default=b"", name="bytes")  # from base64


class _Head(Struct):
    """What the headers of a frame say. `opening` is how an event's payload begins; None for one that is not handed on."""

    opening: bytes | None = None
    chunk: bool = False
    error: dict[str, Any] | None = None


class EventFrames:
    """The payloads of one stream. Raises `GarbledStream` for a frame that is broken or larger than 64 MB.

    A body that does not begin with a frame at all gives no payload, so that whoever reads it can say what it is.
    """

    def __init__(self, *, chunks: bool = False, limit: int = _LIMIT) -> None:
        self._chunks, self._limit = chunks, limit
        self._pieces: list[bytes] = []  # the unfinished frame, in the pieces it came in
        self._held, self._need = 0, _PRELUDE.size  # bytes in them, and how many there must be to go on
        self._heads: dict[bytes, _Head] = {}
        self._begun = self._foreign = False
        self._broken: GarbledStream | None = None
        self._chunk = msgspec.json.Decoder(_Chunk).decode

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that this read completed."""
        if self._broken is not None:
            raise self._broken
        self._pieces.append(data)
        self._held += len(data)
        if self._held < self._need or self._foreign:
            return self._waited()
        if len(self._pieces) > 1:
            data = b"".join(self._pieces)
        self._pieces.clear()
        found: list[bytes] = []
        try:
            rest = self._split(data, found)
        except GarbledStream as broken:
            if not found:
                raise
            self._broken = broken
            return found
        if rest:
            self._pieces.append(rest)
        self._held = len(rest)
        return found

    def end(self) -> list[bytes]:
        """Nothing: a frame that was cut off never counts. Raises what broke the stream, where that was not said yet."""
        if self._broken is not None:
            raise self._broken
        return []

    def _waited(self) -> list[bytes]:
        if self._foreign:
            self._pieces.clear()
            if self._held > _FOREIGN:
                raise _garbled("It does not begin with a frame.")
        return []

    def _split(self, data: bytes, found: list[bytes]) -> bytes:
        """Put the payloads of the whole frames into `found`; what is left of the last one."""
        place, end = 0, len(data)
        self._need = _PRELUDE.size
        while end - place >= _PRELUDE.size:
            size, head_size, checksum = _PRELUDE.unpack_from(data, place)
            if crc32(data[place : place + 8]) != checksum:
                if not self._begun and data[0] != 0:  # a frame begins with the high byte of its length
                    self._foreign = True
                    return b""
                raise _garbled("The checksum of a frame's beginning is wrong.")
            if size < _AROUND + head_size or size > self._limit:
                raise _garbled(f"A frame says that it has {size:,} bytes.")
            self._begun = True
            if end - place < size:
                self._need = size
                break
            last = place + size - _CHECKSUM.size
            if crc32(data[place:last]) != _CHECKSUM.unpack_from(data, last)[0]:
                raise _garbled("The checksum of a frame is wrong.")
            body = place + _PRELUDE.size + head_size
            if (payload := self._payload(data[place + _PRELUDE.size : body], data[body:last])) is not None:
                found.append(payload)
            place += size
        return data[place:]

    def _payload(self, headers: bytes, body: bytes) -> bytes | None:
        head = self._heads.get(headers)
        if head is None:
            head = _head(headers, chunks=self._chunks)
            if len(self._heads) < _HEADS:
                self._heads[headers] = head
        if head.chunk:
            try:
                return self._chunk(body).inner
            except (msgspec.DecodeError, RecursionError):
                raise _garbled("A chunk holds no bytes.") from None
        if head.error is not None:
            return _error(head.error, body)
        return None if head.opening is None else head.opening + (body or b"{}") + b"}"


def _head(headers: bytes, *, chunks: bool) -> _Head:
    said = _read_headers(headers)
    match said.get(":message-type", "event"):
        case "event":
            name = said.get(":event-type", "")
            if chunks:
                return _Head(chunk=name == "chunk")
            return _Head(opening=b"{" + msgspec.json.encode(name) + b":") if name else _Head()
        case "exception":
            return _Head(error={"type": said.get(":exception-type", "exception")})
        case "error":
            return _Head(error={"type": said.get(":error-code", "error"), "message": said.get(":error-message", "")})
        case _:
            return _Head()


def _error(known: dict[str, Any], body: bytes) -> bytes:
    """An exception's payload: its own fields, and the type that its headers name."""
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any]) if body else {}
    except (msgspec.DecodeError, RecursionError):
        fields = {"message": body[:2_000].decode("utf-8", "replace")}
    if "message" not in fields and isinstance(fields.get("Message"), str):
        fields["message"] = fields.pop("Message")
    return msgspec.json.encode({"type": "error", "error": fields | known})


def _read_headers(headers: bytes) -> dict[str, str]:
    """The headers whose values are text, by name: AWS's own, those beginning with a colon, all are."""
    said: dict[str, str] = {}
    place = 0
    try:
        while place < len(headers):
            start = place + 1
            place = start + headers[place]
            name, kind = headers[start:place].decode(), headers[place]
            place += 1
            if (size := _FIXED.get(kind, -1 if kind in (_BYTES, _STRING) else len(headers))) < 0:
                size = headers[place] * 256 + headers[place + 1]
                place += 2
            if kind == _STRING:
                said[name] = headers[place : place + size].decode()
            place += size
    except (IndexError, ValueError):
        place = -1
    if place != len(headers):
        raise _garbled("The headers of a frame cannot be read.")
    return said


def _garbled(why: str) -> GarbledStream:
    return GarbledStream("The answer's event stream is broken.", why, "Run it again. Is the base URL that of AWS?")
