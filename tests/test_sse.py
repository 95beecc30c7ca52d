"""Claims on what an event stream's bytes become."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.sse import Payloads


def read(*chunks: bytes) -> list[bytes]:
    payloads = Payloads()
    return [found for chunk in chunks for found in payloads.feed(chunk)] + payloads.end()


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


ODD = (
    b"\xef\xbb\xbf: a comment\r\n\r\nevent: x\r\ndata: {\"t\":\"\xf0\x9f\x98\x80\"}\r\n\r\n"
    b"id: 7\rdata:no space\rdata:  two spaces\r\rretry: 3\ndata\ndata: \ndata: z\n\n"
    b"data: \xe2\x80\xa8 is no line end\n\ndatax: no\nda: no\n\ndata: last\n\n"
)  # fmt: skip
ODD_READ = [b'{"t":"\xf0\x9f\x98\x80"}', b"no space\n two spaces", b"\n\nz", b"\xe2\x80\xa8 is no line end", b"last"]


def test_all_line_ends_comments_fields_and_multi_line_data_are_read_as_the_standard_says() -> None:
    assert read(ODD) == ODD_READ


@pytest.mark.parametrize("size", range(1, 30))
def test_any_size_of_chunks_reads_the_same(size: int) -> None:
    assert read(*cut(ODD, size)) == ODD_READ


@given(st.lists(st.integers(0, len(ODD)), max_size=12))
def test_any_chunk_boundary_reads_the_same(places: list[int]) -> None:
    edges = [0, *sorted(places), len(ODD)]
    assert read(*(ODD[a:b] for a, b in itertools.pairwise(edges))) == ODD_READ


LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))


@given(st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=6), st.sampled_from(["\n", "\r", "\r\n"]), st.integers(1, 9))
def test_what_is_written_is_read(events: list[list[str]], end: str, size: int) -> None:
    body = "".join("".join(f"data: {line}{end}" for line in lines) + end for lines in events).encode()
    assert read(*cut(body, size)) == ["\n".join(lines).encode() for lines in events]


@given(st.binary(max_size=200), st.integers(1, 9))
def test_any_bytes_are_read_without_an_error_and_the_same_in_pieces(body: bytes, size: int) -> None:
    assert read(*cut(body, size)) == read(body)


def test_a_payload_is_handed_on_in_the_read_that_completed_it() -> None:
    payloads = Payloads()
    assert payloads.feed(b"data: a\n") == []
    assert payloads.feed(b"\ndata: b\r\r") == [b"a", b"b"]
    assert payloads.feed(b"\n") == []


def test_a_missing_last_blank_line_loses_nothing() -> None:
    assert read(b'data: a\n\ndata: {"b":\ndata: 1}\n') == [b"a", b'{"b":\n1}']


def test_an_unfinished_last_line_counts_only_where_its_json_is_whole() -> None:
    assert read(b'data: {"a":1}') == [b'{"a":1}']
    assert read(b"data: [DONE]") == [b"[DONE]"]
    assert read(b'data: {"a":{"b":1}') == []
    assert read(b"data: 12") == []
    assert read(b'data: {"a":\ndata: 1}') == [b'{"a":\n1}']
    assert read(b'data: {"a":\ndata: 1') == read(b'data: {"a":\n') == []


@pytest.mark.parametrize("chunk", [b"x" * 100, b"data: " + b"x" * 100 + b"\ndat"])
def test_an_event_without_end_is_refused_before_it_fills_the_memory(chunk: bytes) -> None:
    payloads = Payloads(limit=1000)
    with pytest.raises(GarbledStream, match="larger than"):
        any(payloads.feed(chunk) for _ in range(20))


def test_a_long_stream_of_small_events_is_never_too_large() -> None:
    payloads = Payloads(limit=1000)
    assert sum(len(payloads.feed(b"data: " + b"x" * 100 + b"\n\nda" + b"ta: y\n")) for _ in range(500)) == 500
    payloads = Payloads(limit=1000)
    assert sum(len(payloads.feed(chunk)) for chunk in cut((b"data: " + b"x" * 100 + b"\n\n") * 500, 7)) == 500
