"""What the vendors' decoders share: JSON read strictly where it is sound and tolerantly where it is not.

The rule: a payload costs one typed `msgspec` decode of the fields that are read. Only what does not fit goes the slow
way, and only what no reading makes sense of is garbage.
"""

from __future__ import annotations

import json
import math
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import msgspec

from nbagent.errors import GarbledStream
from nbagent.events import PartDelta, ProviderEvent

T = TypeVar("T", bound=msgspec.Struct)

_MOST = 2**53  # tokens: what is more is no count
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


class Reader(Generic[T]):
    """Bytes of JSON to a struct that names only the fields we read (all with defaults).

    `torn` is set once a text with half a surrogate pair was seen: then `joined` puts the halves together.
    """

    def __init__(self, kind: type[T], *, provider: str) -> None:
        self._kind, self._provider = kind, provider
        self._decode = msgspec.json.Decoder(kind).decode
        self.torn = False

    def __call__(self, payload: bytes) -> T:
        """Raises `GarbledStream`."""
        try:
            return self._decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._tolerantly(payload)

    def _tolerantly(self, payload: bytes) -> T:
        try:
            value = json.loads(payload.decode("utf-8", "replace"), strict=False, parse_constant=str, parse_float=_finite)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            shown = payload[:120].decode("utf-8", "replace")
            raise GarbledStream(f"{self._provider}: the stream holds bytes that are not its API's.", shown)
        self.torn = self.torn or b"\\ud" in payload.lower()
        read: T = fitted(value, self._kind)
        return read


def fitted(value: Any, kind: Any) -> Any:
    """`value` read as `kind`, as far as it can be: "3" for 3, an object for its JSON text, null and nonsense for the default."""
    if kind is Any:
        return value
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _fitted_union(value, get_args(kind))
    if origin is list or kind is list:
        (item,) = get_args(kind) or (Any,)
        return [fitted(v, item) for v in (value if isinstance(value, list) else [] if value is None else [value])]
    if origin is dict or kind is dict:
        return value if isinstance(value, dict) else {}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _fitted_struct(value if isinstance(value, dict) else {}, kind)
    if kind is str:
        return value if isinstance(value, str) else "" if value is None else json.dumps(value)
    try:
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        return kind()


def _fitted_struct(value: dict[str, Any], kind: type[msgspec.Struct]) -> Any:
    return kind(**{name: fitted(given, hint) for key, name, hint in _fields(kind) if (given := value.get(key)) is not None})


@cache
def _fields(kind: type[msgspec.Struct]) -> list[tuple[str, str, Any]]:
    """Each field's key in JSON, its name and its type. Kept: a vendor that is sloppy is so in every payload."""
    hints = get_type_hints(kind)
    return [(field.encode_name, field.name, hints[field.name]) for field in msgspec.structs.fields(kind)]


def _fitted_union(value: Any, kinds: tuple[Any, ...]) -> Any:
    """The member whose JSON shape `value` has, else the first that can take it."""
    if value is None and NoneType in kinds:
        return None
    members = [kind for kind in kinds if kind is not NoneType]
    for kind in members:
        shape = get_origin(kind) or kind
        shape = dict if isinstance(shape, type) and issubclass(shape, msgspec.Struct) else shape
        if shape is Any or (isinstance(shape, type) and isinstance(value, shape) and not (shape is int and isinstance(value, bool))):
            return fitted(value, kind)
    return fitted(value, members[0])


def _finite(text: str) -> float | str:
    """A number; what JSON has no number for is a text, and can be sent back as one."""
    value = float(text)
    return value if math.isfinite(value) else text


def count(value: Any) -> int:
    """A number of tokens as a server writes it; 0 for what is none."""
    try:
        number = int(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else 0
    except (ValueError, OverflowError):
        return 0
    return number if 0 <= number < _MOST else 0


def own_id(given: str, seen: set[str], made: str = "call_") -> str:
    """The id of a call, or one that is made where it has none or where another call of the same answer has it: each call
    has a result of its own. It is put into `seen`."""
    own = given if given and given not in seen else f"{made}{uuid4().hex[:24]}"
    seen.add(own)
    return own


def writable(events: list[ProviderEvent]) -> list[ProviderEvent]:
    """The events as they can be saved and sent back: without halves of surrogate pairs in names, ids and metadata, and
    without numbers that JSON's readers refuse. Texts in deltas are so already (`joined`)."""
    if all(type(event) is PartDelta for event in events):
        return events
    return [event if type(event) is PartDelta or _can_be_written(event) else _written(event) for event in events]


def _can_be_written(event: ProviderEvent) -> bool:
    try:
        msgspec.json.encode(event)
    except (UnicodeEncodeError, OverflowError):
        return False
    return True


def _written(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case bool() | None:
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case dict():
            return {_written(key): _written(each) for key, each in value.items()}
        case list() | tuple():
            return type(value)(map(_written, value))
        case msgspec.Struct():
            return msgspec.structs.replace(value, **{name: _written(getattr(value, name)) for name in value.__struct_fields__})
        case _:
            return value


def joined(held: str, text: str) -> tuple[str, str]:
    """`held` (half a surrogate pair, or nothing) and the next text, as text that can be written and the half to hold.

    A half that finds no partner becomes U+FFFD.
    """
    text = held + text
    held = ""
    if text and ord(text[-1]) in _HIGH:
        text, held = text[:-1], text[-1]
    if any(0xD800 <= ord(c) < 0xE000 for c in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, held
