"""Claims on what the frames of AWS's binary event stream become."""

from __future__ import annotations

import itertools
import json
import struct
from binascii import crc32
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.eventstream import EventFrames
from tests.event_frames import chunk, event, exception, frame

BODY = [
    event("messageStart", {"role": "assistant"}),
    event("contentBlockDelta", {"delta": {"text": "Grüße 😀"}, "contentBlockIndex": 0}),
    frame({":event-type": "contentBlockStop", ":message-type": "event"}, b""),
    exception("throttlingException", "Too many requests."),
]
READ = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"delta": {"text": "Grüße 😀"}, "contentBlockIndex": 0}},
    {"contentBlockStop": {}},
    {"type": "error", "error": {"type": "throttlingException", "message": "Too many requests."}},
]


def read(chunks: Sequence[bytes], frames: EventFrames | None = None) -> list[bytes]:
    frames = frames or EventFrames()
    return [found for data in chunks for found in frames.feed(data)] + frames.end()


def values(chunks: Sequence[bytes], frames: EventFrames | None = None) -> list[Any]:
    return [json.loads(payload) for payload in read(chunks, frames)]


def streamed(chunks: Sequence[bytes]) -> Iterator[bytes]:
    frames = EventFrames()
    for data in chunks:
        yield from frames.feed(data)


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [*range(1, 20), 100, 10_000])
def test_any_size_of_chunks_reads_the_same(size: int) -> None:
    assert values(cut(b"".join(BODY), size)) == READ


@given(st.lists(st.integers(0, len(b"".join(BODY))), max_size=12))
def test_any_chunk_boundary_reads_the_same(places: list[int]) -> None:
    body = b"".join(BODY)
    edges = [0, *sorted(places), len(body)]
    assert values([body[a:b] for a, b in itertools.pairwise(edges)]) == READ


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])), lambda inner: st.lists(inner, max_size=3), max_leaves=8
)


@given(
    st.lists(st.tuples(st.text("abcXYZ", min_size=1, max_size=30), st.dictionaries(st.text("ab", max_size=3), JSON, max_size=3)), max_size=6),
    st.integers(1, 50),
)
def test_what_is_written_is_read(events: list[tuple[str, dict[str, Any]]], size: int) -> None:
    body = b"".join(event(kind, value) for kind, value in events)
    assert values(cut(body, size)) == [{kind: value} for kind, value in events]
    assert values(cut(b"".join(chunk(value) for _, value in events), size), EventFrames(chunks=True)) == [value for _, value in events]


@given(st.binary(max_size=200), st.integers(1, 9))
def test_any_bytes_give_payloads_or_one_error_and_the_same_in_pieces(body: bytes, size: int) -> None:
    def outcome(chunks: list[bytes]) -> tuple[list[bytes], bool]:
        frames, found = EventFrames(), list[bytes]()
        try:
            for data in chunks:
                found += frames.feed(data)
            return found + frames.end(), True
        except GarbledStream:
            return found, False

    assert outcome(cut(BODY[0] + body, size)) == outcome([BODY[0] + body])
    assert outcome(cut(body, size)) == outcome([body])


def test_the_frames_of_these_tests_are_those_that_botocore_reads() -> None:
    botocore: Any = pytest.importorskip("botocore.eventstream")
    buffer = botocore.EventStreamBuffer()
    buffer.add_data(b"".join(BODY))
    messages = list(buffer)
    assert [message.headers.get(":event-type") for message in messages] == ["messageStart", "contentBlockDelta", "contentBlockStop", None]
    assert {"contentBlockDelta": json.loads(messages[1].payload)} == READ[1]


def test_the_vendors_own_event_is_taken_out_of_a_chunk_as_it_is() -> None:
    inner = b'{"type": "ping", "odd": "\\ud83d"}'
    body = chunk(inner) + event("initial-response", {}) + chunk({"n": 1})
    for size in (1, 7, 10_000):
        assert read(cut(body, size), EventFrames(chunks=True)) == [inner, b'{"n": 1}']


def test_an_exception_in_a_stream_of_chunks_has_the_same_shape() -> None:
    body = chunk({"n": 1}) + exception("modelStreamErrorException", "It broke.", originalStatusCode=500)
    assert values([body], EventFrames(chunks=True))[1] == {
        "type": "error", "error": {"type": "modelStreamErrorException", "message": "It broke.", "originalStatusCode": 500},
    }  # fmt: skip


def test_an_error_without_a_payload_is_told_by_its_headers() -> None:
    body = frame({":message-type": "error", ":error-code": "InternalFailure", ":error-message": "No luck."}, b"")
    assert values([body]) == [{"type": "error", "error": {"type": "InternalFailure", "message": "No luck."}}]


@pytest.mark.parametrize(("body", "message"), [(b"<html>", "<html>"), (b'{"Message": "no"}', "no"), (b"[1]", "[1]"), (b"\xff", "\ufffd")])
def test_an_exception_keeps_what_it_says_also_where_it_is_no_object(body: bytes, message: str) -> None:
    sent = frame({":message-type": "exception", ":exception-type": "validationException"}, body)
    assert values([sent]) == [{"type": "error", "error": {"type": "validationException", "message": message}}]


def test_headers_that_are_no_text_are_passed_over() -> None:
    odd: dict[str, str | bytes] = {
        "yes": b"\x00", "byte": b"\x02\x01", "short": b"\x03\x00\x01", "int": b"\x04" + bytes(4), "long": b"\x05" + bytes(8),
        "bytes": b"\x06\x00\x02xy", "time": b"\x08" + bytes(8), "uuid": b"\x09" + bytes(16),
    }  # fmt: skip
    assert values([frame({**odd, ":event-type": "a"}, b"{}")]) == [{"a": {}}]


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("place", [3, 9, 40, -1])
def test_one_wrong_byte_is_an_error_after_everything_before_it(place: int, size: int) -> None:
    broken = bytearray(BODY[1])
    broken[place] ^= 0x40
    found: list[bytes] = []
    with pytest.raises(GarbledStream, match="event stream is broken"):
        found.extend(streamed([*cut(BODY[0] + bytes(broken) + BODY[2], size), b""]))
    assert [json.loads(payload) for payload in found] == READ[:1]


def test_a_broken_frame_is_told_at_the_end_too_where_nothing_more_is_read() -> None:
    frames = EventFrames()
    assert len(frames.feed(BODY[0] + b"\x00" * 12)) == 1
    with pytest.raises(GarbledStream):
        frames.end()


@pytest.mark.parametrize("headers", [b"\x05ab", b"\x02:a\x0b", b"\x02:a\x07\x00\x09x", b"\x02:a", b"\x02\xff\xfe\x00"])
def test_headers_that_cannot_be_read_break_the_frame(headers: bytes) -> None:
    prelude = struct.pack(">II", 16 + len(headers), len(headers))
    prelude += struct.pack(">I", crc32(prelude))
    with pytest.raises(GarbledStream, match="event stream is broken"):
        read([prelude + headers + struct.pack(">I", crc32(prelude + headers))])


def test_a_chunk_that_holds_no_base64_breaks_the_stream() -> None:
    with pytest.raises(GarbledStream):
        read([event("chunk", {"bytes": "!"})], EventFrames(chunks=True))


@pytest.mark.parametrize("size", range(1, len(BODY[1]), 17))
def test_a_frame_that_was_cut_off_never_counts(size: int) -> None:
    assert values([BODY[0] + BODY[1][:size]]) == READ[:1]


def test_a_body_of_something_else_gives_no_payload_so_that_its_reader_can_say_what_it_is() -> None:
    assert read([b'{"message": "no"}']) == []
    assert read(cut(b"<html><body>Bad gateway</body></html>", 3)) == []
    with pytest.raises(GarbledStream, match="event stream is broken"):
        read([b"x" * 1000] * 2000)


def test_a_frame_that_is_too_large_is_refused_before_it_fills_the_memory() -> None:
    frames = EventFrames(limit=1000)
    with pytest.raises(GarbledStream, match="event stream is broken"):
        frames.feed(event("a", {"text": "x" * 1000})[:100])


def test_a_frame_is_handed_on_in_the_read_that_completed_it() -> None:
    frames = EventFrames()
    assert frames.feed(BODY[0][:-1]) == []
    assert len(frames.feed(BODY[0][-1:] + BODY[1])) == 2
