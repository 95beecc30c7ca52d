"""JSON that has not finished arriving, or that a model got slightly wrong.

Thin over jiter (partial mode) and json-repair. What cannot be told is not guessed: a number that may still grow is no value
yet, and text that was cut off inside a string is not mended.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import jiter

_GROWING = re.compile(r"(?<=[:,\[\s])[-+.0-9eE]+\Z")
_FENCED = re.compile(r"```[ \t]*[\w+-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_OPENERS = re.compile(r"[{\[]")
_WORD_IN_BRACKETS = re.compile(r"\{[A-Za-z_ ]+\}|\[[A-Za-z_ ]+\]")  # of prose, or of a template
_COMMENT = re.compile(r"(?<!:)//[^\"\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_COMMAS = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?:\s*,)*\s*(?=[}\]])|,(?:\s*,)+')  # or a string, to pass over it
_REMARK = re.compile(r'("(?:[^"\\]++|\\.)*+")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_QUOTED = re.compile(r""""(?:[^"\\]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'""")
_NUMBER = re.compile(r"(?<=[:\[,])\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*(?:[,}\]]|//|/\*))")  # that is a whole value
_NO_VALUE = re.compile(r":\s*[,}\]]")
_WORD = re.compile(r"\w+")
_LONGEST = 100_000  # characters; json-repair takes a second of them, and far more than ten of ten times as many
_STARTS = 20  # brackets in prose at which a document is looked for


def partial(text: str) -> Any:
    """The largest safe value of the beginning of a JSON document; None where nothing can be said yet.

    A string is as long as it has come, a number or a word counts once it is whole. Prose and an opening code fence before
    an object or a list are passed over.
    """
    text = text.lstrip()
    try:
        return _prefix(text)
    except ValueError:
        start = _OPENERS.search(text)
        if start is None or start.start() == 0:
            return None
    try:
        return _prefix(text[start.start() :])
    except ValueError:
        return None


def _prefix(text: str) -> Any:
    growing = _GROWING.search(text)
    if growing is not None:
        before = _bytes(text[: growing.start()])
        if jiter.from_json(before, partial_mode="on") == jiter.from_json(before, partial_mode="trailing-strings"):
            return jiter.from_json(before, partial_mode="trailing-strings")  # else it stands inside a string
    return jiter.from_json(_bytes(text), partial_mode="trailing-strings")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def mended(text: str) -> str | None:
    """The JSON text that was meant, or None where it cannot be told; valid JSON comes back unchanged. Never raises.

    Around the document code fences and prose are dropped; in it quotes, commas, brackets and Python's words are put right.
    """
    if _valid(text):
        return text
    stripped = text.strip()
    whole = _closed(stripped) or _rewritten(stripped)
    if whole is not None:
        return whole
    for candidate in [*(inside.strip() for inside in _FENCED.findall(stripped)), stripped]:
        found = _document(candidate)
        if found:
            return found
    return None


def _valid(text: str) -> bool:
    try:
        jiter.from_json(text.encode())
    except ValueError:  # so is a text that is no UTF-8
        return False
    return True


def _closed(text: str) -> str | None:
    """A document that is right as far as it goes and lacks nothing but its last brackets."""
    if not text or text[-1] not in '"}]el':  # a number may have been cut short
        return None
    closing: list[str] = []
    quoted = escaped = False
    for letter in text:
        if quoted:
            quoted, escaped = escaped or letter != '"', letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "{[":
            closing.append("}" if letter == "{" else "]")
        elif letter in "}]" and (not closing or closing.pop() != letter):
            return None
    whole = text + "".join(reversed(closing))
    return whole if closing and not quoted and _valid(whole) else None


def _rewritten(text: str) -> str | None:
    """JSON that Python can read and a strict parser cannot: half characters, control characters in strings."""
    try:
        value = json.loads(text, strict=False)
        whole = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        return None
    return whole if _valid(whole) else None


def _document(text: str) -> str | None:
    """The longest object or list that stands in a text as it is, or the first broken one mended: never a piece of a broken one."""
    if _valid(text):
        return text
    decoder, found, end = json.JSONDecoder(strict=False), "", 0
    for number, opener in enumerate(_OPENERS.finditer(text)):
        start = opener.start()
        if start < end:
            continue
        if number == _STARTS:
            break
        if word := _WORD_IN_BRACKETS.match(text, start):
            end = word.end()
            continue
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return _repaired(text[start:])
        found = max(found, text[start:end], key=len)
    return found if not found or _valid(found) else _rewritten(found)


def _repaired(text: str) -> str | None:
    import json_repair

    text = text[: max(text.rfind("}"), text.rfind("]")) + 1]
    if not text or text.count("{") + text.count("[") > text.count("}") + text.count("]"):
        return None  # it was cut off
    plain = _REMARK.sub(lambda found: found[1] or "", text)
    once = _COMMAS.sub(lambda found: found[1] or ("" if plain[found.end()] in "}]" else ","), plain)
    if _valid(once) or len(text) > _LONGEST:
        return once if _valid(once) else None
    if _NO_VALUE.search(bare := _QUOTED.sub('""', text)):
        return None  # what was meant there nobody knows
    try:
        whole = json_repair.repair_json(text, skip_json_loads=True, ensure_ascii=False)
    except Exception:  # noqa: BLE001  a text of any kind comes here, and what cannot be mended is None
        return None
    whole = whole.encode("utf-8", "replace").decode()
    kept = whole[:1] in ("{", "[") and _valid(whole) and not _words(_COMMENT.sub("", text)) - _words(whole) and not _numbers(bare) - _numbers(whole)
    return whole if kept else None  # json-repair leaves out what it does not understand, or makes words of numbers


def _numbers(text: str) -> Counter[float]:
    """The numbers that are values."""
    return Counter(float(number) for number in _NUMBER.findall(_QUOTED.sub('""', text)))


def _words(text: str) -> Counter[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return Counter("null" if word == "none" else word for word in words)
