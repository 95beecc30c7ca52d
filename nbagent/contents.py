"""Any Python value as what a model can read: text, JSON and files.

What a value is, is asked of its type and of the modules that are already loaded; no library is imported to find out.
What a person wrote (a string, `_repr_llm_`) goes in whole; what *we* write about an object is bounded, and says so
where it is cut.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from io import BytesIO
from types import NoneType
from typing import Any

import msgspec
from msgspec import Struct

from nbagent.errors import ConfigError
from nbagent.frames import is_a, is_frame, table_records, table_text
from nbagent.messages import Annotations, Audience, FilePart, TextPart

LIMIT = 20_000
"""The most characters that are written about an object in a prompt."""
ROWS = 20
"""The rows of a DataFrame that a prompt shows."""
RESULT_ROWS = 10_000
"""The rows of a DataFrame that a tool's result holds; what of them the model is given, its caller decides."""
CELL = 500
DEPTH = 100

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")  # differs from run to run, so a recorded request would never match
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif", b"%PDF-": "application/pdf",
    b"ID3\x03": "audio/mpeg", b"ID3\x04": "audio/mpeg", b"OggS": "audio/ogg", b"fLaC": "audio/flac",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}

_PLAIN = frozenset({str, int, float, bool, NoneType, dict, list, tuple})  # a list of a million of them is looked through in no time

Readable = TextPart | FilePart


class Contents(Struct, frozen=True):
    """A value as message parts. `size` is the characters of its whole text, or the bytes where it is a file."""

    parts: tuple[Readable, ...]
    kind: str
    size: int
    cut: bool = False


def contents_of(value: object, *, limit: int | None = LIMIT, rows: int = ROWS) -> Contents:
    """A value for a prompt: `_repr_llm_()`, a string, a table, a figure or image, a list of those, or else `str(value)`.

    At most `rows` rows of a table and `limit` characters of what is written about an object. An error in the value's
    own `_repr_llm_` or `__str__` comes through.
    """
    if isinstance(value, str):
        text = sendable(value)
        return Contents((TextPart(text),), type(value).__name__, len(text))
    rich = _rich(value, rows=rows, limit=limit)
    return rich if rich is not None else _described(value, _ADDRESS.sub("", str(value)), limit)


def to_parts(value: object, *, limit: int | None = LIMIT, rows: int = ROWS) -> list[Readable]:
    """`contents_of` without the account of what was put in."""
    return list(contents_of(value, limit=limit, rows=rows).parts)


def annotated(value: object, *, audience: Audience | Collection[Audience] = (), priority: float | None = None) -> list[Readable]:
    """A value for a prompt with a word on whom it is for and how much it matters: ``user("Sum it up.", annotated(log, priority=0.1))``, in a
    cell's prompt ``{{ log | annotated(priority=0.1) }}``.

    What is for the ``user`` alone is not sent, what is for the ``assistant`` alone is not shown. `priority` is 0 to 1: what has least leaves
    first where a conversation is trimmed (`Trim`), 1 stays. Raises `ConfigError` for another audience or priority.
    """
    heard: tuple[Audience, ...] = (audience,) if isinstance(audience, str) else tuple(audience)
    odd = [each for each in heard if each not in ("user", "assistant")]
    if odd:
        raise ConfigError(f"There is no audience {odd[0]!r}.", "It is 'user' (the person), 'assistant' (the model), or both.")
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int | float) or not 0 <= priority <= 1):
        raise ConfigError(f"priority={priority!r} is none.", "It is a number from 0 to 1.")
    return [msgspec.structs.replace(part, annotations=Annotations(heard, priority)) for part in contents_of(value).parts]


def result_text(value: object) -> tuple[str, tuple[FilePart, ...]]:
    """What a tool returned, as the text that the model is told and the images that go with it. Never raises.

    Strings as they are, tables as CSV below a line on their shape, what JSON can say as JSON, and anything else by its
    repr. Nothing is cut but a table of more than `RESULT_ROWS` rows.
    """
    try:
        if isinstance(value, str):
            return sendable(value), ()
        rich = _rich(value, rows=RESULT_ROWS, limit=None)
        if rich is not None:
            return _as_text(rich.parts), tuple(part for part in rich.parts if isinstance(part, FilePart))
        files: list[FilePart] = []
        leaf = value if value is None or isinstance(value, bool | int | float | dict | list | tuple) else _leaf(value, files)
        return sendable(leaf if isinstance(leaf, str) else _json(leaf, files)), tuple(files)
    except Exception:  # noqa: BLE001  the value's own code ran, and a tool's answer must reach the model whatever it does
        return sendable(shown(value)), ()


def json_text(value: object, *, indent: int | None = None) -> str:
    """A value as JSON, also where it holds numpy, pandas, pydantic, dataclasses, dates, sets or bytes.

    NaN becomes null. What JSON cannot say becomes its repr.
    """
    return sendable(_json(value, [], indent))


def shown(value: object) -> str:
    """The repr of a value with its type's name and no address; never raises."""
    kind = type(value).__name__
    try:
        text = _ADDRESS.sub("", repr(value))
    except Exception as error:  # noqa: BLE001  a broken repr is described, not passed on
        return f"<{kind}, whose repr raised {_error_text(error)}>"
    return text if kind in text else f"{kind}: {text}"


def file_of(data: bytes) -> FilePart | None:
    """Bytes as an image, a PDF or a sound, where their first bytes say that they are one."""
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return FilePart(_RIFF[data[8:12]], data)
    return next((FilePart(media_type, data) for start, media_type in _SIGNATURES.items() if data.startswith(start)), None)


# -- values that are more than their str ----------------------------------------------------------


def _rich(value: object, *, rows: int, limit: int | None) -> Contents | None:
    """The contents of a value that has a form of its own; None for all others."""
    kind = type(value).__name__
    if isinstance(value, TextPart):
        return Contents((value,), kind, len(value.text))
    if hasattr(type(value), "_repr_llm_"):
        answer = type(value)._repr_llm_(value)  # type: ignore[attr-defined]  # the type's, as Python does with __repr__
        return _joined(kind, [_said(item, kind, rows, limit) for item in (answer if isinstance(answer, list | tuple) else [answer])])
    if is_frame(value):
        text, cut = table_text(value, rows, None if limit is None else CELL)
        described = _described(value, text, limit)
        return msgspec.structs.replace(described, cut=cut or described.cut)
    file = as_file(value)
    if file is not None:
        return Contents((file,), kind, len(file.data or b""))
    if isinstance(value, bytes | bytearray | memoryview):
        return _described(value, _bytes_text(bytes(value)), limit)
    if isinstance(value, list | tuple) and any(type(item) not in _PLAIN and has_form(item) for item in value):
        return _joined(kind, [contents_of(item, limit=limit, rows=rows) for item in value])
    return None


def has_form(value: object) -> bool:
    """Whether a value is more than its str: a part, a table, a picture, a file's bytes; lists in lists are not looked into."""
    return (
        isinstance(value, TextPart | FilePart)
        or hasattr(type(value), "_repr_llm_")
        or is_frame(value)
        or (isinstance(value, bytes) and file_of(value) is not None)
        or _drawn(value)
    )


def _said(item: object, kind: str, rows: int, limit: int | None) -> Contents:
    if not (isinstance(item, str | bytes) or has_form(item)):
        raise TypeError(f"_repr_llm_ of {kind} returned {type(item).__name__}; it returns text, or a list of texts, images and files")
    return contents_of(item, limit=limit, rows=rows)


def _joined(kind: str, pieces: list[Contents]) -> Contents:
    parts = tuple(part for piece in pieces for part in piece.parts)
    return Contents(parts, kind, sum(piece.size for piece in pieces), any(piece.cut for piece in pieces))


def _described(value: object, text: str, limit: int | None) -> Contents:
    text, size = sendable(text), len(text)
    cut = limit is not None and size > limit
    if cut:
        text = f"{text[:limit]}\n[cut: the first {limit:,} of {size:,} characters are shown]"
    return Contents((TextPart(text),), type(value).__name__, size, cut)


def _as_text(parts: Collection[Readable]) -> str:
    """Parts as one text, with a word where a file stands."""
    return "\n".join(part.text if isinstance(part, TextPart) else f"[{part.media_type} attached]" for part in parts)


def _drawn(value: object) -> bool:
    return is_a(value, "matplotlib.figure", "Figure") or is_a(value, "matplotlib.axes", "Axes") or is_a(value, "PIL.Image", "Image") or _shows_image(value)


def _shows_image(value: object) -> bool:
    return is_a(value, "IPython.core.display", "Image") or is_a(value, "IPython.display", "Image")


def as_file(value: Any) -> FilePart | None:
    """A figure, a picture, a sound, or the bytes of one, as a file; None for what is none."""
    if isinstance(value, FilePart):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return file_of(bytes(value))
    if not _drawn(value):
        return None
    if _shows_image(value):
        if isinstance(value.data, bytes):
            return file_of(value.data)
        return FilePart(f"image/{value.format or 'png'}", url=value.url) if value.url else None
    buffer = BytesIO()
    if is_a(value, "PIL.Image", "Image"):
        photo = value.format in {"JPEG", "MPO"}  # a photograph as PNG is ten times as large
        kept = {"RGB", "L"} if photo else {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
        picture = value if value.mode in kept else value.convert("RGBA" if value.has_transparency_data and not photo else "RGB")
        picture.save(buffer, format="JPEG" if photo else "PNG")
        return FilePart("image/jpeg" if photo else "image/png", buffer.getvalue())
    figure = value.get_figure(root=True) if is_a(value, "matplotlib.axes", "Axes") else value
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return FilePart("image/png", buffer.getvalue())


def _bytes_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"<{len(data):,} bytes that are no text>"


# -- JSON -----------------------------------------------------------------------------------------


def _json(value: object, files: list[FilePart], indent: int | None = None) -> str:
    def leaf(item: object) -> Any:
        return _leaf(item, files)

    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, default=leaf)
    except (TypeError, ValueError, RecursionError):  # keys that are no strings, NaN, circles: the slow way can say those
        files.clear()
        return json.dumps(_tree(value, leaf, ()), ensure_ascii=False, indent=indent)


def _tree(value: Any, leaf: Callable[[object], Any], above: tuple[int, ...]) -> Any:
    """A value as dicts with text keys, lists and scalars; a circle and what is too deep end in a word."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if id(value) in above:
        return f"<the same {type(value).__name__} again>"
    if len(above) > DEPTH:
        return f"<{type(value).__name__}, too deep>"
    above = (*above, id(value))
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _tree(item, leaf, above) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tree(item, leaf, above) for item in value]
    made = leaf(value)
    return shown(value) if made is value else _tree(made, leaf, above)


def _leaf(item: Any, files: list[FilePart]) -> Any:
    """A value that JSON does not know as one step towards values that it knows."""
    if is_a(item, "pandas", "DataFrame"):
        return table_records(item)
    if is_a(item, "pandas", "Series"):
        return item.to_dict() if item.index.is_unique else item.tolist()
    if is_a(item, "pandas.api.typing", "NAType", "NaTType"):
        return None
    rich = _rich(item, rows=RESULT_ROWS, limit=None)
    if rich is not None:
        files.extend(part for part in rich.parts if isinstance(part, FilePart))
        return _as_text(rich.parts)
    if is_a(item, "numpy", "longdouble"):  # its tolist() is itself
        return float(item)
    if hasattr(type(item), "tolist"):  # numpy, pandas' indexes, tensors; their dates would become integers
        dated = getattr(getattr(item, "dtype", None), "kind", "") in {"m", "M"}
        return item.astype(str).tolist() if dated else item.tolist()
    if isinstance(item, Enum):
        return item.value
    if isinstance(item, date | time):
        return item.isoformat()
    members = _members(item)
    if members is not None:
        return members
    if isinstance(item, set | frozenset):
        return _sorted(item)
    if isinstance(item, Collection):
        return list(item)
    return _written(item)


def _members(item: Any) -> dict[Any, Any] | None:
    """The fields of a value that is made of named fields."""
    if isinstance(item, type):
        return None
    if is_dataclass(item):
        return {field.name: getattr(item, field.name) for field in fields(item)}
    if is_a(item, "pydantic.main", "BaseModel"):
        return dict(item.model_dump())
    if isinstance(item, Struct):
        return msgspec.structs.asdict(item)
    if hasattr(item, "__attrs_attrs__"):
        return {field.name: getattr(item, field.name) for field in item.__attrs_attrs__}
    return dict(item) if isinstance(item, Mapping) else None


def _sorted(items: Collection[Any]) -> list[Any]:
    """A set in an order that is the same in every run, which recorded requests need."""
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=shown)


def _written(item: object) -> str:
    """A value whose type gave itself a `__str__` by that (Decimal, UUID, Path, timedelta), all others by their repr."""
    if isinstance(item, BaseException):
        return _error_text(item)
    plain = type(item).__module__ in {"decimal", "fractions", "uuid", "pathlib", "datetime", "zoneinfo", "ipaddress"} or isinstance(item, complex)
    return str(item) if plain else shown(item)


def _error_text(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  an error whose own text fails
        return type(error).__name__


def sendable(text: str) -> str:
    """Text that can be sent: half characters (lone surrogates, as in odd file names) become question marks."""
    text = str.__str__(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
