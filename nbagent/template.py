"""A prompt as a template over the notebook's variables: ``{{ expression }}`` and ``{% blocks %}``, expanded once.

Only what stands in the cell is a template: text that comes in through a variable is never expanded again. All other
braces are literal (JSON, f-strings, LaTeX, ``{#``, an empty ``{{}}``, a ``{%`` that begins no block). What is wrong is
said before anything is sent.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from nbagent.contents import Readable
from nbagent.errors import PromptError, did_you_mean
from nbagent.messages import TextPart

if TYPE_CHECKING:
    from nbagent.expressions import Failure

TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "raw", "endraw",
        "macro", "endmacro", "call", "endcall", "filter", "endfilter", "with", "endwith")  # fmt: skip
LITERALLY = "Braces that are meant as text: {% raw %}...{% endraw %} around them, or --raw for the whole cell."

_ODD = re.compile(
    r"(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\})"
    r"|(?P<typo>\{%[-+]?[ \t]+(?!(?:" + "|".join(TAGS) + r")\b)(?P<tag>[A-Za-z]\w*)\b[^\n]*?%\})"
    r"|\{(?:\{\s*\}\}|%(?![-+]?\s*(?:" + "|".join(TAGS) + r")\b))",
    re.DOTALL,
)
"""Braces that jinja would take for its own: in raw blocks (left alone), blocks that do not exist, and literal ones."""


class Inserted(Struct, frozen=True):
    """What one ``{{ name }}`` put into a prompt: its type, the characters of its whole text (or the bytes of a file), and
    whether it was cut. In a loop, all its rounds together."""

    name: str
    kind: str
    size: int
    cut: bool = False


class Rendered(Struct, frozen=True):
    """A prompt as it will be sent, and what was put into it, in the order of the text."""

    parts: tuple[Readable, ...]
    inserted: tuple[Inserted, ...] = ()

    @property
    def text(self) -> str:
        """The text alone."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))


def render(text: str, namespace: Mapping[str, Any], *, place: str = "the prompt") -> Rendered:
    """Expand a prompt. Tables become text, figures and images files, each where it stands (`nbagent.contents`).

    Raises `PromptError` for a name that is not defined, for syntax, and for whatever an expression raises; `place` is
    how the error calls the text.
    """
    if not _is_template(text):
        return Rendered((TextPart(text),) if text.strip() else ())
    from nbagent.expressions import Failure, evaluate  # jinja2 is loaded when the first template is

    mark = _mark()
    try:
        made = evaluate(_literal(text, mark, place), namespace, mark)
    except Failure as failure:
        raise _told(failure, text, place) from failure.__cause__
    parts = _split(made.text, made.files, mark)
    return Rendered(parts, tuple(Inserted(*account) for account in made.accounts))


def expand(text: str, namespace: Mapping[str, Any], *, place: str) -> str:
    """Expand a short text such as an option's value. Raises `PromptError`, also where a file would stand in it."""
    parts = render(text, namespace, place=place).parts
    if any(not isinstance(part, TextPart) for part in parts):
        raise PromptError(f"{place[:1].upper()}{place[1:]} holds an image or a file, and takes text only.", f"It says: {text}", "Give files with --file.")
    return "".join(part.text for part in parts if isinstance(part, TextPart))


def names_in(text: str, *, place: str = "the prompt") -> list[str]:
    """The names that a template takes from outside. Raises `PromptError` for syntax."""
    if not _is_template(text):
        return []
    from nbagent import expressions

    try:
        return expressions.names_in(_literal(text, _mark(), place))
    except expressions.Failure as failure:
        raise _told(failure, text, place) from failure.__cause__


def _is_template(text: str) -> bool:
    return "{{" in text or "{%" in text


def _mark() -> str:
    """Not to be guessed, so that no variable's text can pass for it."""
    return f"\0{secrets.randbelow(10**16)}\0"


def _told(failure: Failure, text: str, place: str) -> PromptError:
    shown = text.splitlines()[failure.line - 1].strip() if failure.line <= len(text.splitlines()) else ""
    why = failure.why or (f"It says: {shown}" if shown else "")
    mend = " ".join(word for word in (failure.mend, LITERALLY if failure.braces else "") if word)
    return PromptError(f"Line {failure.line} of {place}: {failure.what}", why, mend)


def _literal(text: str, mark: str, place: str) -> str:
    """The text with a mark in those braces that jinja would wrongly take for its own."""

    def replace(match: re.Match[str]) -> str:
        if match["raw"]:
            return match.group()
        if match["typo"]:
            line = text.count("\n", 0, match.start()) + 1
            raise PromptError(f"Line {line} of {place}: there is no block {{% {match['tag']} %}}.", did_you_mean(match["tag"], [*TAGS]), LITERALLY)
        return "{" + mark + match.group()[1:]

    return _ODD.sub(replace, text)


def _split(text: str, files: list[Readable], mark: str) -> tuple[Readable, ...]:
    """The expanded text as parts, with each file where its mark stands; no part is white space only."""
    parts: list[Readable] = []
    for position, piece in enumerate(re.split(f"{mark[:-1]}:(\\d+)\0", text.replace(mark, ""))):
        if position % 2:
            parts.append(files[int(piece)])
        elif piece.strip():  # providers refuse a part that is only white space
            parts.append(TextPart(piece))
    return tuple(parts)
