"""Tool calls in a text that is still arriving: pure, and the same whatever pieces the text comes in.

::

    <tool_call name="get_weather">{"city": "Oslo"}</tool_call>                         what the models are told to write
    <tool_call>{"name": "get_weather", "arguments": {"city": "Oslo"}}</tool_call>      and what they write besides
    ```json {"name": ..., "arguments": {...}} ```    {"name": ..., "parameters": {...}}    [{...}, {...}]

Bare JSON counts only where nothing but calls stands before it. The rule: what may become a call is held back, and not a
character longer than needed; what turns out to be none is text, to the last character, and so is a call of a name that is
no tool. Arguments are handed on as they arrive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Set
from typing import TypeAlias

from msgspec import Struct

from nbagent.providers.wrappers.arriving import Arriving, Wait, from_string

_START = re.compile("[<`]")
_OUTSIDE, _INSIDE = re.compile(r'["{}\[\]<`]'), re.compile(r'["\\]')  # what matters outside and inside a string of JSON
_NAMED = re.compile(r"""\sname\s*=\s*["']([^"']*)["']""")
_CHILD = re.compile(r"""<(?:parameter\s+name\s*=\s*["'])?([A-Za-z_][\w.-]*)["']?\s*>(.*?)</(?:parameter|\1)\s*>""", re.DOTALL)
_TAG, _END, _FENCE = "<tool_call", "</tool_call>", "```"
_WRONG_END = "</tool_result>"  # small models close a call with it, or close it twice
_LANGUAGES = ("", "json", "xml", "tool_call", "tool_calls")
_ARGUMENTS = ("arguments", "parameters")
_BESIDE = ("id", "type")
_LONGEST_HEAD = 200


class Text(Struct, frozen=True):
    text: str


class Opened(Struct, frozen=True):
    """A call begins."""

    name: str


class More(Struct, frozen=True):
    """More of the arguments of the call that is open."""

    arguments: str


class Closed(Struct, frozen=True):
    """The call is whole."""


Piece: TypeAlias = Text | Opened | More | Closed


class Scanner:
    """Reads one text. `names` are the tools; `open` says that a call is under way: after `end`, that it was cut."""

    def __init__(self, names: Set[str]) -> None:
        self.open = False
        self._names, self._come = names, Arriving()
        self._leading, self._space, self._called = True, "", False
        self._out: list[Piece] = []
        self._reading = self._all()

    def feed(self, text: str) -> list[Piece]:
        """What is certain once this has come as well."""
        self._come.add(text)
        return self._go_on()

    def end(self) -> list[Piece]:
        """The rest: nothing more will come."""
        self._come.ended = True
        return self._go_on()

    def _go_on(self) -> list[Piece]:
        self._out = []
        next(self._reading, None)
        return self._out

    # --- text --------------------------------------------------------------------------------------------------------

    def _all(self) -> Generator[None, None, None]:
        come = self._come
        while c := (yield from come.peek()):
            if self._leading and c.isspace():  # it is known only later whether it stands before text or between calls
                self._space += c
                come.at += 1
                continue
            start = _START.search(come.text, come.at)
            bare = self._leading and c in "{["
            if not bare and (start is None or start.start() > come.at):
                self._say(start.start() if start else len(come.text))
            elif not (yield from self._call(bare=bare)):
                self._say(come.at + 1)
        if not self._called:
            self._say(come.at)

    def _say(self, end: int) -> None:
        if said := self._space + self._come.text[self._come.at : end]:
            self._out.append(Text(said))
            self._space, self._leading = "", False
        self._come.at = end

    def _call(self, *, bare: bool) -> Wait:
        """Whether a call (or several) begins here; if not, nothing was read."""
        come = self._come
        mark, come.held = come.at, True
        found = yield from (self._calls(arguments=True) if bare else self._tag() if come.text[mark] == "<" else self._fence())
        if found:
            self._leading = True
        else:
            come.at = mark
        come.held = False
        return found

    def _open(self, name: str) -> None:
        """From here on it is a call, and what stands before is not read again."""
        self._out.append(Opened(name))
        self.open, self._called, self._space, self._come.held = True, True, "", False

    def _close(self, arguments: str) -> bool:
        self._out += [More(arguments), Closed()]
        self.open = False
        return True

    # --- what stands around calls ------------------------------------------------------------------------------------

    def _tag(self) -> Wait:
        come = self._come
        if not (yield from come.literal(_TAG)):
            return False
        head = yield from come.until("<>\n", _LONGEST_HEAD)
        if head[:1] not in ("", " ", "\t", "/") or not (yield from come.literal(">")):
            return False
        if named := _NAMED.search(head):
            return (yield from self._named(named[1], empty=head.endswith("/")))
        yield from come.spaces()
        return (yield from self._calls(arguments=False)) and (yield from self._closing(_END))

    def _named(self, name: str, *, empty: bool) -> Wait:
        """``<tool_call name="...">``, and its arguments: a JSON object, a tag for each, or none."""
        come = self._come
        if name not in self._names:
            return False
        self._open(name)
        if empty:
            return self._close("{}")
        yield from come.spaces()
        if (yield from come.peek()) == "{":
            yield from self._streamed()
            return (yield from self._closing(_END))
        start, come.held = come.at, True
        while not (yield from come.literal(_END)):
            if not (yield from come.peek()):
                self._out.append(More(_from_children(come.text[start:])))
                return True
            come.at += 1
        return self._close(_from_children(come.text[start : come.at - len(_END)]))

    def _fence(self) -> Wait:
        come = self._come
        if not (yield from come.literal(_FENCE)):
            return False
        language = yield from come.until(" \t\r\n{[<`", _LONGEST_HEAD)
        if language.lower() not in _LANGUAGES:
            return False
        yield from come.spaces()
        tagged = (yield from come.peek()) == "<"
        found = yield from (self._tag() if tagged else self._calls(arguments=True))
        return found and (yield from self._closing(_FENCE))

    def _closing(self, mark: str) -> Wait:
        """Read over the end of what stands around a call, and over a brace too many before it. Always true: the call is there."""
        come = self._come
        while not self.open:
            start, come.held = come.at, True
            yield from come.spaces("}]")
            if not ((yield from come.literal(mark)) or (mark == _END and (yield from come.literal(_WRONG_END)))):
                come.at = start
                break
        return True

    # --- calls as JSON -----------------------------------------------------------------------------------------------

    def _calls(self, *, arguments: bool) -> Wait:
        """A call as a JSON object, a list of them, or one after another; the first decides. With `arguments` they have to be there."""
        come = self._come
        many = yield from come.literal("[")
        if many:
            yield from come.spaces()
        if not (yield from self._object(arguments=arguments)):
            return False
        while not self.open:
            start, come.held = come.at, True
            yield from come.spaces()
            comma = many and (yield from come.literal(","))
            yield from come.spaces()
            element = come.at
            if (yield from come.peek()) == "{" and (yield from self._object(arguments=arguments)):
                continue
            come.at = element
            if comma and (yield from come.value()) is not None:  # no call, among calls
                self._out.append(Text(come.text[element : come.at]))
            elif not (many and (yield from come.literal("]"))):
                come.at = start
                break
            else:
                break
        return True

    def _object(self, *, arguments: bool, nested: bool = False) -> Wait:
        """``{"name": ..., "arguments": {...}}``, also as ``{"type": "function", "function": {...}}``."""
        come = self._come
        if not (yield from come.literal("{")):
            return False
        name, given = "", None
        while not (yield from come.literal("}")):
            key = yield from come.key()
            if key == "function" and not nested and (yield from come.peek()) == "{":
                return (yield from self._object(arguments=arguments, nested=True)) and (yield from self._rest())
            if key in ("name", "function"):
                name = (yield from come.string()) or ""
                if name not in self._names:
                    return False
            elif key in _ARGUMENTS and name and (yield from come.peek()) == "{":
                self._open(name)
                yield from self._streamed()
                return (yield from self._rest())
            elif key in _ARGUMENTS:
                given = _object_of((yield from come.value()))
                if given is None:
                    return False
            elif key not in _BESIDE or (yield from come.value()) is None:
                return False
            yield from come.spaces()
            if not (yield from come.literal(",")) and (yield from come.peek()) != "}":
                return False
        if not name or (arguments and given is None):
            return False
        self._open(name)
        return self._close(given or "{}")

    def _rest(self) -> Wait:
        """Read over what stands behind the arguments in a call's object. Always true: the call is there."""
        come = self._come
        while not self.open:
            start, come.held = come.at, True
            yield from come.spaces()
            if (yield from come.literal("}")):
                break
            if not ((yield from come.literal(",")) and (yield from come.key()) and (yield from come.value()) is not None):
                come.at = start
                break
        return True

    def _streamed(self) -> Generator[None, None, None]:
        """The object that begins here, as the arguments of the open call, which is open still where the text ended in it. A sign
        that cannot be JSON ends it: models that forget a brace go on with the closing tag, and the brace is added."""
        come, inside, escaped = self._come, False, False
        missing = ""  # the brackets that have to come
        while (yield from come.peek()):
            at = come.at
            while at < len(come.text):
                found = None if escaped else (_INSIDE if inside else _OUTSIDE).search(come.text, at)
                at = found.end() if found else at + 1 if escaped else len(come.text)
                sign, escaped = found.group() if found else "", False
                if sign == '"':
                    inside = not inside
                elif sign == "\\":
                    escaped = True
                elif sign in ("{", "["):
                    missing = ("}" if sign == "{" else "]") + missing
                elif sign:
                    forgotten = sign in "<`"
                    missing, at = missing[0 if forgotten else 1 :], at - forgotten
                    if forgotten or not missing:
                        said, come.at = come.text[come.at : at], at
                        self._close(said + missing)
                        return
            self._out.append(More(come.text[come.at :]))
            come.at = len(come.text)


def _object_of(text: str | None) -> str | None:
    """Arguments as the text of an object, which some write as a string of it, or as null."""
    if text is None or text.startswith("{"):
        return text
    inner = "{}" if text == "null" else from_string(text) or ""
    return inner if inner.lstrip().startswith("{") else None


def _from_children(body: str) -> str:
    """Arguments that were written as a tag each, as JSON; what is neither goes on as it is, for the tool to complain about."""
    given = {key: value.strip() for key, value in _CHILD.findall(body)}
    return json.dumps(given, ensure_ascii=False) if given else body.strip() or "{}"
