"""The request and the response of a model call as they went over the wire, as texts that may be kept.

The rule: made where no run waits, on a writer's thread or when somebody asks; without keys; bounded, and what was cut says so. A stream's payloads
are kept as they came only where nothing is in them that is to be taken out: a key that is spread over ten of them is seen in
the answer put together, and then it is that answer that is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from nbagent.errors import redact
from nbagent.events import StepFinished
from nbagent.exchange import Wire
from nbagent.messages import Message
from nbagent.observers.redaction import Redact, redaction, within
from nbagent.observers.values import as_json, without_secret_fields

LONG_TEXT, SHOWN = 50_000, 10_000
"""Characters of one text in a request: a longer one (a file's bytes, mostly) is cut to its beginning. The message has it whole."""
_PAGE = 20_000  # characters
_ECHO = 1000  # characters; a shorter payload repeats nothing of the request


class Bodies(NamedTuple):
    """What went over the wire in one model call. `request` is the body as JSON; `response` the payloads of the stream, a line each, or the
    answer put together; None is not kept, and `note` says why. `note` also tells what was cut. '' is: all is there."""

    request: str | None
    response: str | None
    note: str = ""

    def __repr__(self) -> str:
        """The request laid out and the response, each to a length that a page bears."""
        return "\n\n".join(f"{title}\n{words}" for title, words in self._shown())

    def _repr_html_(self) -> str:
        style = "white-space: pre-wrap; overflow-wrap: anywhere; text-align: left; max-height: 30em; overflow: auto"
        return "".join(
            f'<details open><summary>{title}</summary><pre style="{style}">{escape(words)}</pre></details>' if title else f"<p>{escape(words)}</p>"
            for title, words in self._shown()
        )

    def _shown(self) -> list[tuple[str, str]]:
        found = [("", self.note)] if self.note else []
        if self.request is not None:
            found.append(("Request", _page(json.dumps(json.loads(self.request), indent=2, ensure_ascii=False))))
        if self.response is not None:
            found.append(("Response", _page(self.response)))
        return found


NOT_KEPT = Bodies(
    None, None, 'What went over the wire was not kept for this call. It is of the most recent calls of a kernel, and of all with trace_bodies = "all".'
)
NOT_SENT = Bodies(None, None, "A script answered this call: it sends nothing over a wire.")
PUT_TOGETHER = "The payloads held, in pieces, what is not to be kept: in their place is the answer put together."


class Piece(NamedTuple):
    """A body taken apart: `frame` is all but the longest of its lists, as JSON, and `items` the elements of that one, each as JSON.
    A conversation that is sent again and again differs from call to call in its last items."""

    frame: str
    items: list[str]


class Clean:
    """Takes out of JSON what must not be kept: keys, and what a person's own redaction takes out."""

    def __init__(self, keys: Sequence[str], own: Redact | None) -> None:
        self._keys, self._extra = keys, redaction(own)

    def __call__(self, document: str) -> str:
        text = redact(document, self._keys)
        return _storable(text if self._extra is None else within(text, self._extra))

    def lines(self, documents: str) -> str:
        """JSON, a document a line."""
        text = redact(documents, self._keys)
        return _storable(text if self._extra is None else "\n".join(within(line, self._extra) for line in text.split("\n")))


def _storable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def taken_apart(body: Any, clean: Clean) -> Piece:
    """The body of a request in pieces that may be kept."""
    lists = {key: value for key, value in body.items() if isinstance(value, list) and value} if isinstance(body, dict) else {}
    longest = max(lists, key=lambda key: len(lists[key]), default=None)
    rest = body if longest is None else {key: [] if key == longest else value for key, value in body.items()}
    items = [] if longest is None else [clean(without_secret_fields(_written(item))) for item in lists[longest]]
    return Piece(clean(without_secret_fields(_written([longest, rest]))), items)


def put_together(piece: Piece) -> str:
    """The body as JSON again."""
    longest, rest = json.loads(piece.frame)
    if longest is not None and isinstance(rest, dict):
        rest[longest] = [json.loads(item) for item in piece.items]
    return json.dumps(rest, ensure_ascii=False)


def response_of(wire: Wire, message: Message, clean: Clean) -> tuple[str, str]:
    """What came, as a text that may be kept, and what is to be said of it."""
    said = as_json(message)
    if (cleaned := clean(said)) != said:
        return cleaned, PUT_TOGETHER
    lines = [payload.decode("utf-8", "replace") for payload in wire.payloads]
    text = clean.lines("\n".join(line if len(line) < _ECHO else without_secret_fields(line, answer=True) for line in lines))
    if not wire.left_out:
        return text, ""
    note = f"{wire.left_out:,} bytes of the response are left out, in its middle."
    kept = text.split("\n")
    return "\n".join([*kept[: wire.head], f"[{wire.left_out:,} bytes left out]", *kept[wire.head :]]), note


def _page(words: str) -> str:
    return words if len(words) <= _PAGE else f"{words[:_PAGE]}\n[{len(words) - _PAGE:,} more characters: .request and .response have all]"


def note_of(wire: Wire) -> str:
    """What is to be said of the request."""
    return "" if wire.attempt < 2 else f"Request number {wire.attempt} of this call: those before it failed."


def _written(item: Any) -> str:
    text = as_json(item)
    return text if len(text) <= LONG_TEXT else as_json(shortened(item))


def shortened(value: Any) -> Any:
    """What is sent, with its long texts cut to their beginnings."""
    if isinstance(value, str):
        return value if len(value) <= LONG_TEXT else f"{value[:SHOWN]}[{len(value):,} characters in all]"
    if isinstance(value, bytes):
        return f"[{len(value):,} bytes]"
    if isinstance(value, list | tuple):
        return [shortened(item) for item in value]
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return value


def texts(event: StepFinished, wire: Wire, clean: Clean) -> tuple[str, str, str]:
    """The request, the response and what is to be said of them."""
    response, note = response_of(wire, event.message, clean)
    return put_together(taken_apart(wire.request, clean)), response, " ".join(filter(None, (note_of(wire), note)))
