"""A type as a function from the beginning of its JSON to the beginning of its value, for objects that fill while they stream.

A part that is whole is validated as pydantic does it. What has begun is an object of its own type, without validation: what
has not come is its default, or None. A scalar counts once it is one of its type, a text as far as it has come. Never raises.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, NewType, NotRequired, Required, TypeVar, Union, get_args, get_origin, get_type_hints

from typing_extensions import ReadOnly, TypeAliasType, is_typeddict

NOTHING: Any = object()
"""Nothing can be said yet, which is not None: that may be a value."""

_LAZY = frozenset((Iterable, Iterator, Generator))  # pydantic makes an iterator of them, which validates later

Shape = Callable[[Any], Any]
"""A JSON value, as far as it has come, as a value of the type, or `NOTHING`."""


def shape(kind: Any) -> Shape:
    """The function of a type; made once, for it looks at all types inside."""
    return _Shapes().of(kind)


class _Shapes:
    """The functions of a type and of those inside it, each made once: types may hold themselves."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, list[Shape]]] = {}

    def of(self, kind: Any) -> Shape:
        if id(kind) in self._made:
            known = self._made[id(kind)][1]
            return lambda value: known[0](value)  # noqa: PLW0108  it may be under way, and is not there yet
        place: list[Shape] = []
        self._made[id(kind)] = (kind, place)  # the type is kept, or its id could become another's
        whole, begun = _validator(kind), self._begun(kind)

        def shaped(value: Any) -> Any:
            made = whole(value)
            return begun(value) if made is NOTHING else made

        place.append(shaped)
        return shaped

    def _begun(self, kind: Any) -> Shape:
        """How a value that is not whole begins."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Annotated, Required, NotRequired, ReadOnly):
            return self.of(arguments[0])
        if isinstance(kind, NewType):
            return self.of(kind.__supertype__)
        if isinstance(kind, TypeAliasType) or type(kind).__name__ == "TypeAliasType":
            return self.of(kind.__value__)
        if isinstance(kind, TypeVar):
            return self.of(kind.__bound__ or Any)
        if origin in (Union, UnionType):
            return self._union(arguments)
        if kind is str:
            return lambda value: value if isinstance(value, str) else NOTHING
        if origin is Literal or not isinstance(origin or kind, type):
            return _nothing
        return self._object(origin or kind, arguments)

    def _object(self, made: type, arguments: tuple[Any, ...]) -> Shape:
        if hasattr(made, "model_fields"):
            return self._model(made)
        if is_typeddict(made):
            return self._typed_dict(_hints(made))
        if is_dataclass(made):
            return self._dataclass(made)
        if issubclass(made, tuple):
            return self._named_tuple(made) if hasattr(made, "_fields") else self._tuple(arguments)
        if issubclass(made, Mapping):
            inner = self.of(arguments[1]) if len(arguments) == 2 else _same
            return lambda value: {key: got for key, each in value.items() if (got := inner(each)) is not NOTHING} if isinstance(value, dict) else NOTHING
        if issubclass(made, Iterable) and not issubclass(made, str | bytes):
            inner = self.of(arguments[0]) if arguments else _same
            collect = _set if issubclass(made, AbstractSet) else list
            return lambda value: collect(_trimmed(inner, value)) if isinstance(value, list) else NOTHING
        return _nothing

    def _model(self, kind: Any) -> Shape:
        from pydantic import RootModel

        rooted = issubclass(kind, RootModel)
        inner = {name: (_keys(name, info), self.of(annotated(info)), info) for name, info in kind.model_fields.items()}

        def begun(value: Any) -> Any:
            value = {"root": value} if rooted else value
            if not isinstance(value, dict):
                return NOTHING
            came, values = set(), {}
            for name, (keys, shaped, info) in inner.items():
                key = next((key for key in keys if key in value), None)
                got = NOTHING if key is None else shaped(value[key])
                values[name] = _field_default(info) if got is NOTHING else got
                if got is not NOTHING:
                    came.add(name)
            return _constructed(kind, came, values)

        return begun

    def _dataclass(self, kind: type) -> Shape:
        hints = _hints(kind)
        inner = [(each, self.of(hints.get(each.name, Any))) for each in fields(kind)]

        def begun(value: Any) -> Any:
            if not isinstance(value, dict):
                return NOTHING
            made: Any = object.__new__(kind)
            for each, shaped in inner:
                got = shaped(value[each.name]) if each.name in value else NOTHING
                object.__setattr__(made, each.name, _member_default(each) if got is NOTHING else got)
            return made

        return begun

    def _typed_dict(self, hints: dict[str, Any]) -> Shape:
        inner = {name: self.of(hint) for name, hint in hints.items()}

        def begun(value: Any) -> Any:
            if not isinstance(value, dict):
                return NOTHING
            return {key: got for key, each in value.items() if key in inner and (got := inner[key](each)) is not NOTHING}

        return begun

    def _named_tuple(self, kind: Any) -> Shape:
        hints = _hints(kind)
        inner = [(name, self.of(hints.get(name, Any)), kind._field_defaults.get(name)) for name in kind._fields]

        def begun(value: Any) -> Any:
            given = value if isinstance(value, dict) else dict(zip(kind._fields, value, strict=False)) if isinstance(value, list) else None
            if given is None:
                return NOTHING
            got = [(shaped(given[name]) if name in given else NOTHING, default) for name, shaped, default in inner]
            return tuple.__new__(kind, [default if each is NOTHING else each for each, default in got])

        return begun

    def _tuple(self, arguments: tuple[Any, ...]) -> Shape:
        if not arguments or arguments[-1] is Ellipsis:
            inner = self.of(arguments[0]) if arguments else _same
            return lambda value: tuple(_trimmed(inner, value)) if isinstance(value, list) else NOTHING
        places = [self.of(each) for each in arguments]

        def begun(value: Any) -> Any:
            if not isinstance(value, list):
                return NOTHING
            got = [shaped(each) for shaped, each in zip(places, value, strict=False)]
            return tuple(got[: next((at for at, each in enumerate(got) if each is NOTHING), len(got))])

        return begun

    def _union(self, arguments: tuple[Any, ...]) -> Shape:
        """The one branch that knows all that has come, its own words among them; nothing while there is more than one."""
        branches = [(self.of(each), _known(each)) for each in arguments]

        def begun(value: Any) -> Any:
            fit = [shaped for shaped, known in branches if known is None or (isinstance(value, dict) and _fits(value, known))]
            made = [got for shaped in fit if (got := shaped(value)) is not NOTHING]
            return made[0] if len(made) == 1 else NOTHING

        return begun


def _validator(kind: Any) -> Shape:
    """A whole value by pydantic, `NOTHING` where it is not (yet) one."""
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    if get_origin(kind) in _LAZY:
        return _nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what only a field may say: it was said of one
            adapter = TypeAdapter(kind)
    except (PydanticUserError, NameError, TypeError):  # inside a type that holds itself; or one that is only for the eye
        return _nothing

    def whole(value: Any) -> Any:
        try:
            return adapter.validate_python(value)
        except (Exception, SystemExit):  # noqa: BLE001  a validator of the user's own may raise anything of a half value
            return NOTHING

    return whole


def _nothing(value: Any) -> Any:
    del value
    return NOTHING


def _same(value: Any) -> Any:
    return value


def _set(values: list[Any]) -> Any:
    try:
        return set(values)
    except TypeError:
        return NOTHING


def _trimmed(inner: Shape, values: list[Any]) -> list[Any]:
    """The items of a list; the last may not have begun."""
    made: list[Any] = [inner(each) for each in values]
    while made and made[-1] is NOTHING:
        made.pop()
    return [None if each is NOTHING else each for each in made]


def _hints(kind: Any) -> dict[str, Any]:
    try:
        return get_type_hints(kind, localns={kind.__name__: kind}, include_extras=True)  # it may hold itself, and be written in a function
    except Exception:  # noqa: BLE001  an annotation is any expression
        return {}


def annotated(info: Any) -> Any:
    """The type of a pydantic field with what is said beside it."""
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def _keys(name: str, info: Any) -> list[str]:
    alias = info.validation_alias
    choices = [choice for choice in getattr(alias, "choices", [alias]) if isinstance(choice, str)]
    return [*choices, *([info.alias] if info.alias else []), name]


def _field_default(info: Any) -> Any:
    try:
        return None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    except Exception:  # noqa: BLE001  a default that is made of what has not come
        return None


def _member_default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return None if field.default_factory is MISSING else field.default_factory()


def _constructed(kind: Any, came: set[str], values: dict[str, Any]) -> Any:
    try:
        return kind.model_construct(came, **values)
    except Exception:  # noqa: BLE001  its own model_post_init, which wants a whole object
        made = kind.__new__(kind)
        for name, value in (("__dict__", values), ("__pydantic_fields_set__", came), ("__pydantic_extra__", None), ("__pydantic_private__", None)):
            object.__setattr__(made, name, value)
        return made


def _known(kind: Any) -> dict[str, tuple[Any, ...]] | None:
    """The keys that an object type has, each with the words it can only be, or (); None for what has no keys of its own."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    made = get_origin(kind) or kind
    if hasattr(made, "model_fields"):
        hints = {key: info.annotation for name, info in made.model_fields.items() for key in _keys(name, info)}
    elif is_dataclass(made) or is_typeddict(made):
        hints = _hints(made)
    else:
        return None
    return {key: get_args(hint) if get_origin(hint) is Literal else () for key, hint in hints.items()}


def _fits(value: dict[str, Any], known: dict[str, tuple[Any, ...]]) -> bool:
    """Whether the keys that have come are all known, and their words are right so far."""
    return all(key in known and (not known[key] or any(_begins(word, said) for word in known[key])) for key, said in value.items())


def _begins(word: Any, said: Any) -> bool:
    return bool(word == said) or (isinstance(word, str) and isinstance(said, str) and word.startswith(said))
