"""Claims on JSON that vendors get nearly right."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.decoding import Reader, joined


class Inner(Struct):
    n: int = 0
    s: str = ""
    either: str | list[Any] | None = None


class Outer(Struct):
    text: str | None = None
    inners: list[Inner] = []
    raw: dict[str, Any] | None = None
    inner: Inner | None = None


def read(payload: bytes) -> Outer:
    return Reader(Outer, provider="p")(payload)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"text": "x", "unknown": [1, {}]}', Outer("x")),
        (b'{"text": null, "inners": null, "raw": null}', Outer()),
        (b'{"inners": [{"n": "3", "s": 4}, {"n": 5.0}]}', Outer(inners=[Inner(3, "4"), Inner(5)])),
        (b'{"inners": {"n": 1}}', Outer(inners=[Inner(1)])),
        (b'{"inners": [null, 7]}', Outer(inners=[Inner(), Inner()])),
        (b'{"inners": [{"n": null, "s": {"a": 1}}]}', Outer(inners=[Inner(0, '{"a": 1}')])),
        (b'{"inners": [{"n": "x", "either": [1]}]}', Outer(inners=[Inner(0, either=[1])])),
        (b'{"inner": [], "raw": 3}', Outer(inner=Inner(), raw={})),
        (b'{"inner": {"n": 1e400, "s": true}}', Outer(inner=Inner(0, "true"))),
        (b'{"text": "a\nb"}', Outer("a\nb")),
        (b'{"text": "\xff"}', Outer("\ufffd")),
        (b'{"raw": {"x": NaN, "y": 1}, "text": 1}', None),
    ],
)
def test_what_does_not_fit_is_read_as_far_as_it_can_be(payload: bytes, expected: Outer | None) -> None:
    found = read(payload)
    assert expected is None or found == expected


@pytest.mark.parametrize("payload", [b"", b"{", b"[1]", b"null", b'"x"', b"3", b"[" * 100_000, b'{"raw":' + b"[" * 100_000, b"\xff\xfe", b"<html>"])
def test_what_no_reading_makes_sense_of_is_garbage(payload: bytes) -> None:
    with pytest.raises(GarbledStream, match="p: the stream holds bytes"):
        read(payload)


@given(st.binary(max_size=40) | st.text(max_size=20).map(lambda text: b'{"text": ' + text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_garbage(payload: bytes) -> None:
    with contextlib.suppress(GarbledStream):
        assert isinstance(read(payload), Outer)


def test_a_reader_says_once_it_saw_half_a_character() -> None:
    reader = Reader(Outer, provider="p")
    reader(b'{"text": "\\ud83d\\ude00", "inner": []}')
    assert reader(b'{"text": "x"}').text == "x"
    reader(b'{"text": "\\uD83D"}')
    assert reader.torn


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x1F9FF), max_size=8), st.data())
def test_a_text_cut_between_its_utf_16_units_is_joined_again(text: str, data: st.DataObject) -> None:
    wide = text.encode("utf-16-le", "surrogatepass")
    units = [chr(wide[at] + 256 * wide[at + 1]) for at in range(0, len(wide), 2)]
    clean = wide.decode("utf-16-le", "replace")
    held, out = "", ""
    while units:
        count = data.draw(st.integers(1, len(units)))
        piece, held = joined(held, "".join(units[:count]))
        out += piece
        units = units[count:]
    assert out + ("\ufffd" if held else "") == clean
    out.encode()
