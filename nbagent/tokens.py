"""How many tokens a text, a message or a file has, guessed without a model: from its letters, by their script.

The weights were fitted to a byte-pair vocabulary of 150,000 (Qwen 2.5), on prose in 13 languages, code, JSON and tables;
prose and code come out within about a quarter, long rows of digits within a half. A guess is good for limits and for
knowing what is too long, never for a bill.
"""

from __future__ import annotations

import re
import string

from nbagent.messages import FilePart, Message, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart

_LETTERS, _DIGITS, _SIGNS = (kind.encode() for kind in (string.ascii_letters, string.digits, string.punctuation))
_ENGLISH, _OTHER_LATIN = 0.22, 0.33  # tokens a letter; a language with marks on its letters is cut into smaller pieces
_DIGIT, _SIGN, _BREAK = 0.7, 0.6, 0.3
_SCRIPTS = (  # characters, and tokens for each
    (re.compile("[\u00a1-\u024f]"), 1.0),  # Latin with marks
    (re.compile("[\u0370-\u03ff]"), 0.95),  # Greek
    (re.compile("[\u0400-\u052f]"), 0.42),  # Cyrillic
    (re.compile("[\u0590-\u08ff]"), 0.4),  # Hebrew, Arabic
    (re.compile("[\u0900-\u0dff]"), 1.1),  # of India
    (re.compile("[\u0e00-\u0fff]"), 0.5),  # Thai and its neighbours
    (re.compile("[\u3040-\u30ff]"), 0.75),  # Kana
    (re.compile("[\uac00-\ud7af\u1100-\u11ff]"), 0.95),  # Hangul
    (re.compile("[\u2e80-\u303f\u3100-\u9fff\uf900-\uffef]"), 0.7),  # Chinese characters
)
_REST = 1.5  # emoji and all else: bytes, mostly
_MARKED = _SCRIPTS[0][0]

MESSAGE = 4
"""Tokens that stand around each message."""

IMAGE = 1000
"""Tokens for an image. Vendors count by its size: Anthropic about width * height / 750 and at most some 1,600, OpenAI by tiles
of 512 pixels, Google 258 a tile. Its bytes are not opened for that."""

PAGE = 2000
"""Tokens for a page of a PDF; Anthropic says 1,500 to 3,000."""

_PAGES = re.compile(rb"/Type\s*/Page\b")


def text_tokens(text: str) -> float:
    """The tokens of a text, as a guess."""
    plain = text.encode("ascii", "ignore")
    letters, digits, signs = (len(plain) - len(plain.translate(None, kind)) for kind in (_LETTERS, _DIGITS, _SIGNS))
    tokens, other = digits * _DIGIT + signs * _SIGN + plain.count(b"\n") * _BREAK, len(text) - len(plain)
    marked = 0
    if other:
        for characters, weight in _SCRIPTS:
            count = sum(map(len, characters.findall(text)))
            tokens, other = tokens + count * weight, other - count
            marked = count if characters is _MARKED else marked
    return tokens + letters * (_OTHER_LATIN if marked * 200 > letters else _ENGLISH) + other * _REST


def message_tokens(message: Message) -> float:
    """The tokens of a message with its files, as a guess."""
    tokens = MESSAGE + sum(map(file_tokens, files_of(message)))
    for part in message.parts:
        match part:
            case TextPart(text=text) | ReasoningPart(text=text):
                tokens += text_tokens(text)
            case ToolCallPart(name=name, arguments=arguments):
                tokens += MESSAGE + text_tokens(name) + text_tokens(arguments)
            case ToolResultPart(content=content):
                tokens += MESSAGE + text_tokens(content)
            case ServerToolPart(arguments=arguments, result=result):
                tokens += text_tokens(arguments) + text_tokens(result)
    return tokens


def files_of(message: Message) -> list[FilePart]:
    """Its files, those of results with them."""
    own = [part for part in message.parts if isinstance(part, FilePart)]
    return own + [file for result in message.tool_results for file in result.files]


def file_tokens(file: FilePart) -> float:
    """The tokens of a file; 0 where nothing is known of it (sound, what lies behind a URL)."""
    if file.media_type.startswith("image/"):
        return IMAGE
    if file.data is None:
        return 0
    if file.media_type == "application/pdf":
        return PAGE * max(1, len(_PAGES.findall(file.data)))
    return text_tokens(file.data.decode("utf-8", "replace")) if file.media_type.startswith("text/") else 0
