"""Recorded answers of the Messages API: what was read of each goes back as it came."""

import json
import os
from pathlib import Path

import pytest

from nbagent.messages import Message
from tests.anthropic_events import decoded_lines, parts_of, turns

CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire")) / "anthropic" / "messages"


def _payloads(path):
    return [line[5:].strip() for line in path.read_bytes().splitlines() if line.startswith(b"data:")]


ONE_ANSWER = [path for path in sorted(CORPUS.glob("*.sse")) if sum(b'"message_start"' in payload for payload in _payloads(path)) == 1]


def _without_nulls(value):
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
@pytest.mark.parametrize("path", ONE_ANSWER, ids=lambda path: path.stem)
def test_a_recorded_answer_goes_back_block_by_block_as_it_came(path):
    final = json.loads(path.with_name(path.stem + ".expected.json").read_text())["final"]["content"]
    decoder, events = decoded_lines(_payloads(path))
    assert decoder.failure is None
    said = Message("assistant", parts_of(events), finish_reason=events[-1].finish_reason)
    sent = [block for turn in turns(said) for block in turn["content"]]
    if said.finish_reason == "length":  # a call cut in half: the oracle completes its input, we keep the text
        assert sent.pop()["name"] == final.pop()["name"]
    assert _without_nulls(sent) == _without_nulls(final)
