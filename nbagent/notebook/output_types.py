"""What ``--output-type`` names: a type of the notebook, or an expression over types such as ``list[City]``.

Only names, attributes, ``[...]``, ``|`` and constants count, so that the option reads types and runs nothing.
"""

from __future__ import annotations

import ast
import builtins
import typing
from collections.abc import Mapping
from enum import EnumMeta
from typing import Any

from nbagent.errors import ConfigError, did_you_mean

_QUOTES = 'An expression with quotes in it goes into quotes: --output-type \'Literal["yes", "no"]\''
_PLAIN = ("str", "int", "float", "bool", "list", "dict", "tuple", "set", "Literal", "Optional", "Union", "Any")


def output_type(text: str, namespace: Mapping[str, Any]) -> Any:
    """The type that a text names. Raises `ConfigError` with the closest names."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ConfigError(f"--output-type {text}: this is no type.", mend=_QUOTES) from error
    value = _value(tree, text, namespace)
    if isinstance(value, str | int | float) and not isinstance(value, type):
        raise ConfigError(f"--output-type {text}: {value!r} is no type.", mend="Name a class, list[...], Literal[...] or str, int, float, bool.")
    return value


def _value(node: ast.expr, text: str, namespace: Mapping[str, Any]) -> Any:
    try:
        match node:
            case ast.Name(name):
                return _named(name, text, namespace)
            case ast.Attribute(value, name) if not name.startswith("_"):
                return getattr(_value(value, text, namespace), name)
            case ast.Constant(value):
                return value
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
                return -number
            case ast.Tuple(elements):
                return tuple(_value(each, text, namespace) for each in elements)
            case ast.Subscript(value, index):
                return _value(value, text, namespace)[_value(index, text, namespace)]
            case ast.BinOp(left, ast.BitOr(), right):
                return _value(left, text, namespace) | _value(right, text, namespace)
            case _:
                raise ConfigError(f"--output-type {text}: types are names, list[...], Literal[...] and A | B.", mend="Build anything else in a cell above.")
    except (AttributeError, TypeError) as error:
        raise ConfigError(f"--output-type {text}: this is no type.", str(error).splitlines()[0]) from error


def _named(name: str, text: str, namespace: Mapping[str, Any]) -> Any:
    if name in namespace:
        return namespace[name]
    if name in _PLAIN or isinstance(getattr(builtins, name, None), type):
        return getattr(builtins, name, None) or getattr(typing, name)
    raise ConfigError(f"--output-type {text}: {name} is not defined.", did_you_mean(name, [*type_names(namespace)]), _QUOTES)


def type_names(namespace: Mapping[str, Any]) -> list[str]:
    """The types that can be named here: those of the notebook that hold data first, then Python's."""
    own = [name for name, value in namespace.items() if not name.startswith("_") and isinstance(value, type) and _holds_data(value)]
    return [*own, *(name for name in _PLAIN if name not in own)]


def _holds_data(kind: type) -> bool:
    marks = ("model_fields", "__dataclass_fields__", "__required_keys__", "__total__")
    return isinstance(kind, EnumMeta) or any(hasattr(kind, mark) for mark in marks)
