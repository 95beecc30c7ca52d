"""What a docstring says of a function and of its parameters, in the styles of Google, NumPy and Sphinx.

griffe reads the sections and is imported only for a docstring that has some. No section leaks into the summary.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from msgspec import Struct

_HEADINGS = "|".join((
    "Args", "Arguments", "Params", "Parameters", "Keyword Args", "Keyword Arguments", "Other Parameters", "Attributes",
    "Returns", "Yields", "Raises", "Warns", "Examples?", "Notes?", "See Also",
))  # fmt: skip
_SPHINX = re.compile(r"^[ \t]*:(?:param|parameter|arg|argument|key|keyword|type|i?var|cvar|returns?|rtype|raises?|except|exception)\b[^:\n]*:", re.MULTILINE)
_NUMPY = re.compile(rf"^[ \t]*(?:{_HEADINGS})[ \t]*\n[ \t]*-{{3,}}[ \t]*$", re.MULTILINE)
_GOOGLE = re.compile(rf"^[ \t]*(?:{_HEADINGS})[ \t]*:[ \t]*$", re.MULTILINE)


class Described(Struct, frozen=True):
    """A docstring's text without its sections, and what it says of each parameter."""

    summary: str
    parameters: dict[str, str]


def written(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where the annotations and the docstring are: of a `functools.partial` its function's, of an object that can be called its type's."""
    while isinstance(function, partial):
        function = function.func
    return function if inspect.isroutine(function) or inspect.isclass(function) else type(function).__call__


def described(function: Callable[..., Any]) -> Described:
    """What the docstring of a function, a class or a callable object says. Never raises."""
    text = inspect.getdoc(written(function)) or ""
    style = _style(text)
    return _sections(text, style) if style else Described(text.strip(), {})


def _style(text: str) -> Literal["sphinx", "numpy", "google"] | None:
    if _SPHINX.search(text):
        return "sphinx"
    if _NUMPY.search(text):
        return "numpy"
    return "google" if _GOOGLE.search(text) else None


def _sections(text: str, style: Literal["sphinx", "numpy", "google"]) -> Described:
    import griffe

    said: list[str] = []
    parameters: dict[str, str] = {}
    for section in griffe.parse(griffe.Docstring(text), style, warnings=False):
        match section:
            case griffe.DocstringSectionText():
                said.append(section.value.strip())
            case griffe.DocstringSectionAdmonition() if not str(section.value.kind).startswith("example"):
                said.append(f"{section.title}: {section.value.contents.strip()}")  # a warning, or a heading of the user's own
            case griffe.DocstringSectionParameters() | griffe.DocstringSectionOtherParameters() | griffe.DocstringSectionAttributes():
                parameters |= {each.name.lstrip("*"): " ".join(each.description.split()) for each in section.value}
    return Described("\n\n".join(said), {name: told for name, told in parameters.items() if told})
