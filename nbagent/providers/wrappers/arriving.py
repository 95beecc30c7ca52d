"""Text that is still arriving, and what reads it: generators that wait for the next character where it has not come.

The rule: a reader sees one text, never the pieces that it came in. What is read while `held` is set can be read again
from a place that was noted; else it is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TypeAlias

Wait: TypeAlias = Generator[None, None, bool]
"""Reads on, and then says whether it found what it looked for."""


class Arriving:
    """`text` from `at` on is what has come and is not read yet."""

    def __init__(self) -> None:
        self.text, self.at, self.ended, self.held = "", 0, False, False

    def add(self, text: str) -> None:
        if not self.held:
            self.text, self.at = self.text[self.at :], 0
        self.text += text

    def peek(self) -> Generator[None, None, str]:
        """The next character, waited for; '' at the end."""
        while self.at >= len(self.text):
            if self.ended:
                return ""
            yield
        return self.text[self.at]

    def literal(self, wanted: str) -> Wait:
        """Read these characters where they come next, or nothing."""
        start = self.at
        for c in wanted:
            if (yield from self.peek()) != c:
                self.at = start
                return False
            self.at += 1
        return True

    def spaces(self, more: str = "") -> Generator[None, None, None]:
        """Read over white space, and these characters."""
        while (c := (yield from self.peek())) and (c.isspace() or c in more):
            self.at += 1

    def until(self, stops: str, most: int) -> Generator[None, None, str]:
        """The characters before one of these, at most so many."""
        start = self.at
        while (c := (yield from self.peek())) and c not in stops and self.at - start < most:
            self.at += 1
        return self.text[start : self.at]

    def value(self) -> Generator[None, None, str | None]:
        """The text of any JSON value; None where there is none, or no end of it."""
        start, depth, inside = self.at, 0, False
        if (c := (yield from self.peek())) not in ('"', "{", "["):
            while c and c not in ",]}:<`" and not c.isspace():
                self.at += 1
                c = yield from self.peek()
            return self.text[start : self.at] or None
        while c := (yield from self.peek()):
            self.at += 1
            if not inside:
                inside = c == '"'
                depth += (c in "{[") - (c in "}]")
            elif c == "\\":
                yield from self.peek()
                self.at += 1
            else:
                inside = c != '"'
            if not inside and depth <= 0:
                return self.text[start : self.at]
        return None

    def string(self) -> Generator[None, None, str | None]:
        """The JSON string that comes next."""
        return from_string((yield from self.value())) if (yield from self.peek()) == '"' else None

    def key(self) -> Generator[None, None, str]:
        """A key of a JSON object, its colon and the space around them; '' where there is none."""
        yield from self.spaces()
        key = yield from self.string()
        yield from self.spaces()
        if not key or not (yield from self.literal(":")):
            return ""
        yield from self.spaces()
        return key


def from_string(text: str | None) -> str | None:
    """What a JSON string says, with line breaks that should have been escaped; None where it is none."""
    try:
        value = json.loads(text or "", strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
