"""What holds for every adapter of what is large: a long answer keeps its text and nothing of its events."""

from __future__ import annotations

import tracemalloc

from tests.contract import rows
from tests.wire_lines import TEXT, Row

DELTAS = 20_000
MOST = 130  # bytes a delta: a text of three characters beyond Latin takes 80, its place in a list 8 to 16


@rows
def test_a_long_stream_keeps_its_text_and_nothing_else(row: Row) -> None:
    frames, decoder = row.framing(), row.decoder()
    place = next(at for at, line in enumerate(row.text) if any(TEXT[1].encode() in payload for payload in row.framing().feed(line)))
    decoder.feed(frames.feed(b"".join(row.text[: place + 1])))
    tracemalloc.start()
    try:
        for _ in range(DELTAS // 100):
            assert decoder.feed(frames.feed(row.text[place] * 100))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert decoder.failure is None
    assert kept < DELTAS * MOST
