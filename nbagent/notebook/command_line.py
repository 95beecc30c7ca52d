"""The line of a magic: words quoted as in a shell, and the options that a table names.

A word is split off before its ``{{ }}`` is expanded, so that no variable's text can ever become an option.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nbagent.errors import ConfigError, did_you_mean
from nbagent.template import expand

_PIECE = re.compile(
    r"(?P<template>\{\{.*?\}\})"
    r'|"(?P<double>(?:\{\{.*?\}\}|\\.|[^"\\])*)"'
    r"|'(?P<single>(?:\{\{.*?\}\}|[^'])*)'"
    r"|\\(?P<escaped>.)|(?P<plain>[^\s\"'\\{]+|\{)",
    re.DOTALL,
)
_TARGET = re.compile(r"([^\W\d]\w*)[ \t]*<<(?=\s|$)[ \t]*")


class Word(NamedTuple):
    """One word: its text without quotes, where it stands in the line, and whether any of it was quoted."""

    text: str
    start: int
    end: int
    quoted: bool


class Kind(NamedTuple):
    """What a value must be: in words, and how text becomes it (a `ValueError` where it cannot)."""

    takes: str
    convert: Callable[[str], Any]


@dataclass(frozen=True)
class Option:
    """One option of a magic. `values` names what it takes (nothing: a switch); with `maybe` the value may be left out.

    `completes` says what completion offers for the value: ``models``, ``tools``, ``sessions`` or ``runs``.
    """

    name: str
    flags: tuple[str, ...]
    help: str
    values: tuple[str, ...] = ()
    kind: Kind | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    maybe: bool = False
    completes: str = ""


@dataclass
class Line:
    """A line as it was understood: the options' values, the words beside them, the verbatim text, and ``NAME <<``."""

    values: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    text: str = ""
    target: str | None = None


def next_word(line: str, position: int, *, strict: bool = True) -> Word | None:
    """The word at or after a position, or None at the end. An unclosed quote is a `ConfigError`, or else runs to the end."""
    while position < len(line) and line[position].isspace():
        position += 1
    if position >= len(line):
        return None
    start, text, quoted = position, "", False
    while position < len(line) and not line[position].isspace():
        piece = _PIECE.match(line, position)
        if piece is None:
            if strict:
                raise ConfigError(
                    f"The quote at {line[position : position + 20]!r} is not closed.",
                    mend='Text with an apostrophe goes into double quotes: -s "You\'re brief."',
                )
            return Word(text + line[position + 1 :], start, len(line), True)
        position = piece.end()
        quoted = quoted or piece.lastgroup not in ("plain", "template")
        text += _unquoted(piece)
    return Word(text, start, position, quoted)


def _unquoted(piece: re.Match[str]) -> str:
    if piece["double"] is not None:
        halves = re.split(r"(\{\{.*?\}\})", piece["double"], flags=re.DOTALL)
        return "".join(half if place % 2 else re.sub(r'\\(["\\])', r"\1", half) for place, half in enumerate(halves))
    return next(text for text in (piece["template"], piece["single"], piece["escaped"], piece["plain"]) if text is not None)


def parse(magic: str, line: str, options: Sequence[Option], namespace: Mapping[str, Any], *, verbatim: bool = False) -> Line:
    """Understand a magic's line. With `verbatim` the text begins at the first word that is no option, and is left as it stands.

    Raises `ConfigError` for what is not understood, `PromptError` for a ``{{ }}`` that cannot be expanded.
    """
    given, words, made, position = _read(magic, line, options, verbatim)
    raw = any(option.name == "raw" for option, _ in given)

    def expanded(text: str, place: str) -> str:
        return text if raw else expand(text, namespace, place=place)

    for option, texts in given:
        place = f"the option {option.flags[-1]}"
        values = [text if option.completes == "items" else expanded(text, place) for text in texts]  # Python, with braces of its own
        value = _value(magic, option, values)
        made.values[option.name] = [*made.values.get(option.name, []), value] if option.many else value
    made.words = [expanded(word, f"the line of {magic}") for word in words]
    if verbatim:
        made.text = line[position:].strip()
    return made


def _read(magic: str, line: str, options: Sequence[Option], verbatim: bool) -> tuple[list[tuple[Option, list[str]]], list[str], Line, int]:
    """Tell options from other words, nothing expanded; and where the verbatim text begins."""
    flags = {flag: option for option in options for flag in option.flags}
    given: list[tuple[Option, list[str]]] = []
    words: list[str] = []
    made, position, ended = Line(), 0, False
    while True:
        position += len(line[position:]) - len(line[position:].lstrip())
        target = None if ended else _TARGET.match(line, position)
        if target and "--out" in flags:
            made.target, position = target[1], target.end()
            continue
        if verbatim and (ended or line[position : position + 1] != "-"):
            return given, words, made, position
        word = next_word(line, position)
        if word is None:
            return given, words, made, len(line)
        if verbatim and word.text == "-":
            return given, words, made, word.start
        position = word.end
        if not ended and word.text == "--" and not word.quoted:
            ended = True
        elif ended or line[word.start] != "-" or word.text == "-":
            words.append(word.text)
        else:
            flag, equals, inline = word.text.partition("=")
            option = flags.get(flag)
            if option is None:
                # without the dashes, which all of them share and which would make anything look alike
                hint = did_you_mean(flag.lstrip("-"), [known[2:] for known in flags if known.startswith("--")], count=1).replace("mean ", "mean --")
                raise ConfigError(
                    f"{magic} has no option {flag}.", hint, f"{magic} --help shows them all." + (" Text that begins with - goes after --." if verbatim else "")
                )
            texts, position = _values(magic, option, flag, line, position, flags) if not equals else ([inline], position)
            if equals and len(option.values) != 1:
                raise ConfigError(f"{magic} {flag} {'takes no value' if not option.values else 'takes ' + ' '.join(option.values)}.")
            given.append((option, texts))


def _values(magic: str, option: Option, flag: str, line: str, position: int, flags: Mapping[str, Option]) -> tuple[list[str], int]:
    """The words that an option takes, and where the line goes on."""
    texts: list[str] = []
    for name in option.values:
        word = next_word(line, position)
        if word is None or (not word.quoted and word.text.partition("=")[0] in flags):
            if option.maybe:
                return [""], position
            raise ConfigError(f"{magic} {flag} needs its {name}.", mend=f"Write {flag} {' '.join(option.values)}; a value with spaces goes into quotes.")
        if option.completes in ("types", "items") and line[word.start] not in "\"'{":
            word = _expression_word(line, word)
        texts.append(word.text)
        position = word.end
    return texts, position


def _expression_word(line: str, word: Word) -> Word:
    """A word that is an expression, as it stands: to the first space outside of its brackets, the quotes in it kept."""
    depth, quote, end = 0, "", word.start
    while end < len(line) and (depth or quote or not line[end].isspace()):
        sign = line[end]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            depth += (sign in "[(") - (sign in "])")
        end += 1
    return word if depth or quote else Word(line[word.start : end], word.start, end, False)


def _value(magic: str, option: Option, values: list[str]) -> Any:
    """The texts of one option as its value: True, the converted text, or a pair."""
    if not option.values:
        return True
    flag, text = option.flags[-1], values[-1]
    if option.choices and text not in option.choices:
        raise ConfigError(f"{magic} {flag} takes {' or '.join(option.choices)}, not {text!r}.", did_you_mean(text, [*option.choices], count=1))
    if option.kind is not None:
        try:
            values[-1] = option.kind.convert(text)
        except ValueError as error:
            raise ConfigError(f"{magic} {flag} takes {option.kind.takes}, not {text!r}.") from error
    return values[0] if len(values) == 1 else tuple(values)
