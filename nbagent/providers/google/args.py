"""A call's arguments that arrive as values at places, ``$.city`` or ``$.days[0].rain``, as JSON text that only grows.

The rule: the pieces, joined, are the JSON of the arguments. A value that comes for a place whose text was closed already
is written once more at the end, under its first key: of two equal keys every reader of JSON takes the last.
"""

from __future__ import annotations

import json
import re
from typing import Any

Step = str | int
_STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d{1,6})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]""")
_ESCAPED = re.compile(r"\\(.)")
_FARTHEST = 10_000  # an index beyond this is no place in a list but a broken path


class Arguments:
    """The arguments of one call on their way."""

    def __init__(self) -> None:
        self._value: dict[str, Any] = {}
        self._open: list[_Container] = [_Container(None, is_object=True)]
        self._string: list[Step] | None = None  # the place of a string that goes on
        self._quoted = False  # whether its text is open
        self._again: dict[str, None] = {}  # first keys whose values are written once more
        self._started = False

    def put(self, path: list[Step], value: Any, *, more: bool = False) -> str:
        """The text that `value` at `path` adds; with `more` it is a string that goes on. The first step is a key."""
        if isinstance(value, str) and self._string == path:
            _place(self._value, path, value, joined=True)
            text = _inside(value) if self._quoted else ""
        else:
            _place(self._value, path, value)
            text = self._closed_string() + self._moved(path, value, more=more)
            self._string = path if more and isinstance(value, str) else None
        return text if more else text + self._closed_string()

    def goes_on(self, path: list[Step]) -> bool:
        """Whether a string at this place is not at its end."""
        return self._string == path

    def end(self) -> str:
        """The text that closes everything."""
        text = self._closed_string() + self._closed(1)
        for key in self._again:
            text += self._separated() + _json(key) + ": " + _json(self._value[key])
        self._again = {}
        return text + ("}" if self._started else "{}")

    def _moved(self, path: list[Step], value: Any, *, more: bool) -> str:
        """Write a new value, and before it the containers on the way to it; nothing where that text was closed before."""
        key = str(path[0])
        if key in self._again:
            return ""
        depth = 1
        while depth < len(self._open) and depth < len(path) and self._open[depth].step == path[depth - 1]:
            depth += 1
        kept = self._open[depth - 1]
        step = path[depth - 1]
        if not kept.takes(step) or any(isinstance(later, int) and later for later in path[depth:]):
            self._again[key] = None
            return ""
        text = self._closed(depth) + self._separated()
        for number in range(depth - 1, len(path)):
            step = path[number]
            self._open[-1].holds[step] = None
            text += f"{_json(step)}: " if isinstance(step, str) else ""
            if number < len(path) - 1:
                self._open.append(_Container(step, is_object=isinstance(path[number + 1], str)))
                text += "{" if self._open[-1].is_object else "["
        if more and isinstance(value, str):
            self._quoted = True
            return text + '"' + _inside(value)
        return text + _json(value)

    def _separated(self) -> str:
        first, self._started = not self._started, True
        return "{" if first else ", " if self._open[-1].holds or len(self._open) == 1 else ""

    def _closed(self, depth: int) -> str:
        text = ""
        while len(self._open) > depth:
            text += "}" if self._open.pop().is_object else "]"
        return text

    def _closed_string(self) -> str:
        text = '"' if self._quoted else ""
        self._string, self._quoted = None, False
        return text


class _Container:
    """An object or a list whose text is not closed yet, at `step` of the one around it; `holds` are the places written in it."""

    __slots__ = ("holds", "is_object", "step")

    def __init__(self, step: Step | None, *, is_object: bool) -> None:
        self.step, self.is_object = step, is_object
        self.holds: dict[Step, None] = {}

    def takes(self, step: Step) -> bool:
        """Whether this place can be written now: a key that is new, or the next of a list."""
        if self.is_object:
            return isinstance(step, str) and step not in self.holds
        return step == len(self.holds)


def steps(path: str) -> list[Step]:
    """``$.days[0]['high low']`` as its steps. What is no path is one key, so that nothing that came is lost."""
    rest = path.removeprefix("$")
    rest = rest if rest.startswith((".", "[")) else f".{rest}"
    found: list[Step] = []
    place = 0
    for match in _STEP.finditer(rest):
        if match.start() != place:
            break
        place = match.end()
        name, index, single, double = match.groups()
        quoted = single if single is not None else double
        found.append(int(index) if index is not None else name if name is not None else _ESCAPED.sub(r"\1", quoted))
    if place != len(rest) or not found or not isinstance(found[0], str) or any(isinstance(step, int) and step > _FARTHEST for step in found):
        return [path]
    return found


def _place(root: dict[str, Any], path: list[Step], value: Any, *, joined: bool = False) -> None:
    """Put a value into the object. What stands in the way of its path gives way."""
    node: Any = root
    for step, following in zip(path, [*path[1:], None], strict=True):
        if isinstance(step, int):
            node.extend([None] * (step + 1 - len(node)))
        old = node[step] if isinstance(step, int) else node.get(step)
        if following is None:
            node[step] = old + value if joined else value
        elif not isinstance(old, dict if isinstance(following, str) else list):
            node[step] = {} if isinstance(following, str) else []
        node = node[step]


def _inside(text: str) -> str:
    return _json(text)[1:-1]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
