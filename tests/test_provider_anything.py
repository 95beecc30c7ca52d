"""What holds for every adapter whatever arrives: any split, any truncation, any garbage."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbagent.errors import (
    IncompleteStream,
    ProviderError,
)
from tests.contract import check_pairs, decoded, folded, rows
from tests.wire_lines import Row

# -- anything at all --------------------------------------------------------------------------------------------------

quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@rows
@quickly
@given(data=st.data())
def test_random_splits_say_the_same_as_the_whole(row: Row, data: st.DataObject) -> None:
    body = b"".join(data.draw(st.sampled_from([row.text, row.calls, row.reasoning])))
    places = data.draw(st.lists(st.integers(0, len(body)), max_size=20))
    edges = [0, *sorted(places), len(body)]
    events, failure = decoded(row, [body[a:b] for a, b in itertools.pairwise(edges)])
    assert failure is None
    assert folded(events) == folded(decoded(row, [body])[0])


@rows
@quickly
@given(data=st.data())
def test_random_truncation_is_a_cut_stream_or_a_whole_one(row: Row, data: st.DataObject) -> None:
    lines, spare = data.draw(st.sampled_from([(row.text, row.spare), (row.calls, row.spare_in_calls)]))
    body = b"".join(lines)
    place = data.draw(st.integers(0, len(body)))
    needed = len(b"".join(lines[: len(lines) - spare]))
    events, failure = decoded(row, [body[:place]])
    if place >= needed:
        assert failure is None
        check_pairs(events)
    elif failure is not None:
        assert isinstance(failure, IncompleteStream)
    else:
        assert body[place:needed].strip(b"\n") == b""  # only the end of the last event's line is missing


@rows
@quickly
@given(data=st.data())
def test_random_garbage_in_place_of_an_event_never_raises_anything_untyped(row: Row, data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from([row.text, row.calls, row.reasoning])))
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(_WORDS)) | st.text(max_size=5), inner, max_size=5),
        max_leaves=12,
    )
    garbage = data.draw(st.binary(max_size=60) | json_like.map(lambda value: json.dumps(value).encode()))
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = row.framed(garbage)
    events, failure = decoded(row, [b"".join(lines)])
    assert failure is None or isinstance(failure, ProviderError)
    if failure is None:
        check_pairs(events)


@rows
@quickly
@given(data=st.data())
def test_a_mangled_event_never_raises_anything_untyped(row: Row, data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from([row.text, row.calls, row.reasoning, row.failing])))
    chance = random.Random(data.draw(st.integers(0, 10**6)))
    place = chance.randrange(len(lines))
    lines[place] = _mangled(row, lines[place], chance)
    events, failure = decoded(row, [b"".join(lines)])
    assert failure is None or isinstance(failure, ProviderError)
    if failure is None:
        check_pairs(events)


_WORDS = {
    "choices", "delta", "content", "tool_calls", "function", "name", "arguments", "index", "id", "finish_reason", "usage", "error", "message", "model",
    "type", "item", "output_index", "content_index", "content_block", "response", "output", "text", "thinking", "signature", "partial_json", "stop_reason",
}  # fmt: skip


def _mangled(row: Row, event: bytes, chance: random.Random) -> bytes:
    """The event with a value somewhere in its JSON replaced by one of another type, or taken out."""
    value = json.loads(next(iter(row.framing().feed(event)))) if b"[DONE]" not in event else {}
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            spots.append((node, key))
            if isinstance(inner, (dict, list)):
                walk(inner)

    walk(value)
    if spots:
        node, key = chance.choice(spots)
        new = chance.choice([None, 0, -1, 3.5, "", "3", "x", "\ud83d", [], {}, [None], [[1]], {"a": None}, True, 10**30, "gone"])
        if new == "gone" and isinstance(node, dict):
            del node[key]
        else:
            node[key] = new
    return row.framed(json.dumps(value).encode())
