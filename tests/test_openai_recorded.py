"""Recorded answers of OpenAI and the vendors that speak its APIs: they go back as they came, and count what they cost."""

import json
import os
from pathlib import Path

import pytest

from nbagent.events import UsageReported
from nbagent.messages import Message
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.decode import ResponsesDecoder
from tests.responses_events import decoded_lines, items, parts_of

CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire"))


def _payloads(path):
    return [line[5:].strip() for line in path.read_bytes().splitlines() if line.startswith(b"data:")]


ONE_ANSWER = [
    path
    for path in sorted(CORPUS.glob("*/responses/*.sse"))
    if sum(b'"type":"response.completed"' in payload.replace(b'": "', b'":"') for payload in _payloads(path)) == 1
    and path.stem != "vai.openai-shell-container.1"  # most of its deltas were taken out by hand: what came of the text is another one
]


NOT_COMPARED = ("status", "logprobs", "encrypted_content", "fingerprint")  # encrypted anew in every event: the one of the item's end is to be sent


def _compared(value):
    if isinstance(value, dict):
        temporary = str(value.get("id")).startswith("rs_tmp")  # OpenRouter's: another one in every event
        skipped = (*NOT_COMPARED, "id") if temporary else NOT_COMPARED
        return {key: _compared(inner) for key, inner in value.items() if inner not in (None, []) and key not in skipped}
    return [_compared(inner) for inner in value] if isinstance(value, list) else value


def _is_empty(item):
    return item["type"] == "message" and not any(content.get("text") for content in item["content"])


def _waits(item, items):
    """A call that our side would have to answer, and cannot: sent back alone it would be refused."""
    if item["type"] == "mcp_approval_request":
        return True
    client = item["type"] in ("apply_patch_call", "tool_search_call", "computer_call", "shell_call", "custom_tool_call")
    return client and not any(other is not item and other.get("call_id") == item["call_id"] for other in items)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
@pytest.mark.parametrize("path", ONE_ANSWER, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_recorded_answer_goes_back_item_by_item_as_it_came(path):
    final = json.loads(path.with_name(path.stem + ".expected.json").read_text())["final"]["output"]
    decoder, events = decoded_lines(_payloads(path), stored=True)
    assert decoder.failure is None
    sent = items(Message("assistant", parts_of(events), finish_reason=events[-1].finish_reason), store=True)
    expected = [item for item in final if not _is_empty(item) and not _waits(item, final)]
    while expected and expected[-1]["type"] == "reasoning":  # what it led to stays here
        expected.pop()
    assert _compared(sent) == _compared(expected)


# -- what the vendors' own SDK cannot read, and what answers cost -----------------------------------------------------

RECORDED = [path for api in ("chat", "responses") for path in sorted(CORPUS.glob(f"*/{api}/*.sse"))]


def _read(path):
    """Events and failure of a recording's first answer."""
    decoder, events = (ChatDecoder if path.parts[-2] == "chat" else ResponsesDecoder)("m"), []
    for payload in _payloads(path):
        if decoder.done or decoder.failure is not None:
            break
        events += decoder.feed([payload])
    return events if decoder.failure is not None else events + decoder.end(), decoder.failure


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
def test_streams_on_which_openais_own_accumulator_crashes_are_sound_answers():
    crashed = {}
    for path in RECORDED:
        expected = path.with_name(path.stem + ".expected.json")
        told = json.loads(expected.read_text()) if expected.is_file() else {}
        if told.get("raises") not in (None, "APIError"):
            events, failure = _read(path)
            crashed[path.stem] = failure, events[-1].finish_reason
    assert crashed == {
        "vai.mistral-reasoning": (None, "stop"),
        "vai.mistral-tool-call": (None, "tool_calls"),
        "vai.anthropic-fallback-tool-call": (None, "tool_calls"),
    }


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_totals_of_a_recorded_answer_include_their_details(path):
    for told in (event for event in _read(path)[0] if isinstance(event, UsageReported)):
        usage, spent = told.usage, told.usage.reasoning_tokens
        assert usage.total_tokens == told.raw["total_tokens"]
        assert usage.input_tokens >= usage.cache_read_tokens + usage.cache_write_tokens
        assert usage.output_tokens >= spent or "error" in path.stem, "what broke off was counted before its thought was"
