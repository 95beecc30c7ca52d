"""Claims on a body of JSON lines, whatever the network cuts it into."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.ndjson import Lines

VALUES = st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(), max_size=3), max_size=8)


def read(*chunks: bytes) -> list[bytes]:
    lines = Lines()
    return [line for chunk in chunks for line in lines.feed(chunk)] + lines.end()


@settings(max_examples=150, deadline=None)
@given(values=VALUES, places=st.lists(st.integers(0, 400), max_size=10), crlf=st.booleans(), last=st.booleans())
def test_any_split_gives_the_same_lines(values: list[dict[str, object]], places: list[int], crlf: bool, last: bool) -> None:
    end = b"\r\n" if crlf else b"\n"
    body = end.join(json.dumps(value, ensure_ascii=False).encode() for value in values) + (end if last else b"")
    edges = [0, *sorted(min(place, len(body)) for place in places), len(body)]
    lines = read(*(body[a:b] for a, b in itertools.pairwise(edges)))
    assert [json.loads(line) for line in lines] == values


@settings(max_examples=150, deadline=None)
@given(values=VALUES.filter(bool), data=st.data())
def test_a_last_line_that_was_cut_never_counts(values: list[dict[str, object]], data: st.DataObject) -> None:
    pieces = [json.dumps(value).encode() for value in values]
    cut = data.draw(st.integers(0, len(pieces[-1]) - 1))
    assert [json.loads(line) for line in read(b"".join(piece + b"\n" for piece in pieces[:-1]) + pieces[-1][:cut])] == values[:-1]


def test_a_line_is_there_in_the_read_that_ends_it() -> None:
    lines = Lines()
    assert lines.feed(b'{"a": 1}') == []
    assert lines.feed(b'\n{"b"') == [b'{"a": 1}']
    assert lines.feed(b": 2}\n\n \n") == [b'{"b": 2}']
    assert lines.end() == []


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert read(b"\xef\xbb", b'\xbf{"a": 1}\n{"b": 2}') == [b'{"a": 1}', b'{"b": 2}']


def test_one_line_larger_than_the_limit_is_no_answer() -> None:
    lines = Lines(limit=100)
    assert lines.feed(b"x" * 40) == lines.feed(b"x" * 40) == []
    with pytest.raises(GarbledStream, match="larger than"):
        lines.feed(b"x" * 40)
