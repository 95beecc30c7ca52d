"""The TypedDicts of `typing` as those that pydantic takes.

Before Python 3.12 pydantic refuses `typing.TypedDict` and asks for `typing_extensions.TypedDict`; who writes a tool in a
notebook need not know that. Where it takes both, nothing is done.
"""

from __future__ import annotations

import sys
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict, is_typeddict

REFUSED = sys.version_info < (3, 12)


def acceptable(kind: Any) -> Any:
    """The type with every TypedDict in it as one that pydantic takes; itself where there is none. Raises `NameError`."""
    return _taken(kind, {}) if REFUSED else kind


def _taken(kind: Any, made: dict[Any, Any]) -> Any:
    if is_typeddict(kind) and type(kind).__module__ == "typing":
        return made[kind] if kind in made else _copied(kind, made)
    arguments = get_args(kind)
    taken = tuple(_taken(each, made) for each in arguments)
    if all(new is old for new, old in zip(taken, arguments, strict=True)):
        return kind
    origin = get_origin(kind)
    if origin is Annotated:
        return Annotated[(taken[0], *kind.__metadata__)]
    if origin in (Union, UnionType):
        return reduce(or_, taken)
    return GenericAlias(origin, taken) if isinstance(kind, GenericAlias) else kind.copy_with(taken) if hasattr(kind, "copy_with") else kind


def _copied(kind: Any, made: dict[Any, Any]) -> Any:
    copy: Any = TypedDict(kind.__name__, {})  # type: ignore[misc]  # the functional form; mypy knows only literal names
    made[kind] = copy  # before its fields: it may hold itself
    copy.__doc__, copy.__module__, copy.__qualname__ = kind.__doc__, kind.__module__, kind.__qualname__
    copy.__annotations__ = {name: _taken(hint, made) for name, hint in get_type_hints(kind, localns={kind.__name__: kind}, include_extras=True).items()}
    copy.__required_keys__, copy.__optional_keys__ = kind.__required_keys__, kind.__optional_keys__
    return copy
