"""Every recorded stream of the three APIs, at several splits, equals what the vendor's own SDK made of it.

The recordings are not part of the project: they are looked for in `$NBAGENT_WIRE_CORPUS` or beside the repository. Where we differ
from the SDKs, `DIFFERENT` says how and why.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from nbagent.errors import IncompleteStream, NbagentError, PermissionRefused, ProviderError, RequestRefused
from nbagent.events import PartFinished, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, user
from nbagent.provider import Provider, Request
from nbagent.providers.anthropic.adapter import Anthropic
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.carriers.transport import Decoder
from nbagent.providers.google.adapter import Google
from nbagent.providers.google.decode import GoogleDecoder
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.responses import OpenAI
from tests.wire_corpus_google import as_others
from tests.wire_server import Answer, WireServer

CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire"))
LARGEST = {1: 5_000, 7: 50_000}  # bytes: what is replayed through a socket in such small pieces; whole, all are

DECODERS: dict[str, Callable[[], Decoder]] = {
    "chat": ChatDecoder, "messages": lambda: AnthropicDecoder("m"), "responses": lambda: ResponsesDecoder("m"),
    "streamGenerateContent": lambda: GoogleDecoder("m"),
}  # fmt: skip
PROVIDERS: dict[str, Callable[[str], Provider]] = {
    "chat": lambda url: OpenAIChat(url, "key-for-tests"),
    "messages": lambda url: Anthropic(url, "key-for-tests"),
    "responses": lambda url: OpenAI(url, "key-for-tests"),
    "streamGenerateContent": lambda url: Google(url, "key-for-tests"),
}
STOPS = {
    "end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length", "pause_turn": "pause", "completed": "stop",
    "stop": "stop", "tool_calls": "tool_calls", "length": "length", "refusal": "refusal", "STOP": "stop",
}  # fmt: skip


def _streams() -> list[dict[str, Any]]:
    index = CORPUS / "index.json"
    if not index.is_file():
        return []
    return [stream for stream in json.loads(index.read_text())["streams"] if stream["api"] in DECODERS and stream.get("expected_file")]


STREAMS = _streams()
each = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream["file"].removesuffix(".sse"))
pytestmark = pytest.mark.skipif(not STREAMS, reason="the recorded streams are not here")

DIFFERENT: dict[str, dict[str, Any]] = {
    # the SDK cannot put together what has no index or begins at index 1, and raises; it is a sound answer
    "vai.mistral-tool-call": {"text": "", "tool_calls": [("gSIMJiOkT", "weather", {"location": "San Francisco"})], "stop": "tool_calls", "failure": None},
    "vai.anthropic-fallback-tool-call": {"text": "Reading it.", "tool_calls": [("toolu_sanitized", "read_file", {"path": "a.txt"})], "failure": None},
    # thinking as blocks of the content: the SDK raises
    "vai.mistral-reasoning": {"text": "2 + 2 = 4", "thinking": "The user is asking for 2+2. This is basic arithmetic. 2+2=4.", "stop": "stop", "failure": None},
    # reasoning that is in reasoning_details only, and [DONE] without a finish reason
    "pai.test_snowflake__test_snowflake_thinking_streaming.0": {"thinking": "15 * 27 = 405", "stop": "stop"},
    # errors in mid-stream, which the SDK raises untyped
    "pai.test_openrouter__test_openrouter_stream_error.0": {"text": "", "stop": None, "failure": RequestRefused},
    "vai.openai-error.1": {"text": "", "stop": None, "failure": PermissionRefused},
    # a gateway began a second answer in the middle of the first: the SDK glues the two calls together and calls it complete
    "vai.spliced-message-start": {"thinking": "I will call the tool.", "tool_calls": [], "stop": None, "usage": Any, "failure": IncompleteStream},
    # arguments that were cut off at max_tokens: the SDK completes them by guessing, we keep the text that came
    "sdk.incomplete_partial_json_response": {"tool_calls": Any},
    # the fixture's deltas were shortened by hand: the SDK reads the text that ends them, we show what was streamed
    "vai.openai-shell-container.1": {"text": "The command ran successfully."},
}  # fmt: skip


def _decoded(stream: dict[str, Any], size: int | None, *, answers: int | None = None) -> tuple[list[ProviderEvent], ProviderError | None]:
    """What is read of a recording. Some hold several answers one after another: each has a decoder, as each has its request."""
    body = (CORPUS / stream["file"]).read_bytes()
    payloads, events, read = Payloads(), list[ProviderEvent](), 0
    decoder = DECODERS[stream["api"]]()
    for start in [*range(0, len(body), size or len(body)), -1]:
        for payload in payloads.end() if start < 0 else payloads.feed(body[start : start + (size or len(body))]):
            if decoder.done and payload != b"[DONE]":
                events += decoder.end()
                decoder, read = DECODERS[stream["api"]](), read + 1
                if read == answers:
                    return events, None
            if decoder.failure is None and not decoder.done:
                events += decoder.feed([payload])
    return events if decoder.failure is not None else events + decoder.end(), decoder.failure


async def _heard(provider: Provider) -> tuple[list[ProviderEvent], NbagentError | None]:
    events: list[ProviderEvent] = []
    try:
        async for batch in provider.stream(Request("m", (user("x"),))):
            events += batch if isinstance(batch, Sequence) else (batch,)
    except NbagentError as failure:
        return events, failure
    finally:
        await provider.aclose()  # type: ignore[attr-defined]
    return events, None


def _read(events: Sequence[ProviderEvent], failure: NbagentError | None) -> dict[str, Any]:
    """Events in the words of the expected files."""
    parts = [event.part for event in events if isinstance(event, PartFinished)]
    usages = [event.raw for event in events if isinstance(event, UsageReported)]
    ends = [event.finish_reason for event in events if isinstance(event, StreamEnded)]
    return {
        "text": "".join(part.text for part in parts if isinstance(part, TextPart)),
        "thinking": "".join(part.text for part in parts if isinstance(part, ReasoningPart)),
        "tool_calls": [(_given(part.id), part.name, _arguments(part.arguments)) for part in parts if isinstance(part, ToolCallPart)],
        "stop": ends[-1] if ends else None,
        "usage": _without_nulls(usages[-1]) if usages else None,
        "failure": type(failure) if failure is not None else None,
    }


def _given(id_: str) -> str | None:
    """A call's id, where it came with one."""
    return None if id_.startswith("made_") else id_


def _arguments(text: str) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text


def _without_nulls(value: Any) -> Any:
    return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None} if isinstance(value, dict) else value


def _expected(stream: dict[str, Any]) -> dict[str, Any]:
    oracle = json.loads((CORPUS / stream["expected_file"]).read_text())
    oracle = as_others(oracle) if stream["api"] == "streamGenerateContent" else oracle
    if "raises" not in oracle:
        oracle = {
            "text": oracle["text"],
            "thinking": oracle["thinking"],
            "tool_calls": [(call["id"], call["name"], call["arguments"]) for call in oracle["tool_calls"]],
            "stop": "tool_calls" if oracle["tool_calls"] and oracle["stop"] == "completed" else STOPS.get(oracle["stop"]),
            "usage": _without_nulls(oracle["usage"]) or None,
            "failure": None,
        }
    return oracle | _several(stream) | DIFFERENT.get(Path(stream["file"]).stem, {})


def _several(stream: dict[str, Any]) -> dict[str, Any]:
    """Where a recording holds several answers, which the SDKs lay over each other: all that its deltas say, read plainly."""
    payloads = [json.loads(payload) for payload in Payloads().feed((CORPUS / stream["file"]).read_bytes()) if payload != b"[DONE]"]
    if sum(payload.get("type") in ("message_stop", "response.completed") for payload in payloads) < 2:
        return {}
    said: dict[str, Any] = {"text": "", "thinking": "", "tool_calls": [], "usage": Any}
    for payload in payloads:
        match payload:
            case {"type": "content_block_delta", "delta": {"text": text}} | {"type": "response.output_text.delta", "delta": text}:
                said["text"] += text
            case {"type": "content_block_delta", "delta": {"thinking": text}} | {"type": "response.reasoning_summary_text.delta", "delta": text}:
                said["thinking"] += text
            case {"type": "message_start", "message": {"content": blocks}}:
                said["tool_calls"] += [(block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"]
            case {"type": "content_block_start", "content_block": {"type": "tool_use", "id": id_, "name": name, "input": given}}:
                said["tool_calls"].append((id_, name, given))
            case {"type": "content_block_start"}:
                said["tool_calls"].append(None)  # what follows is not a call's
            case {"type": "content_block_delta", "delta": {"partial_json": text}} if said["tool_calls"][-1] is not None:
                id_, name, given = said["tool_calls"][-1]
                said["tool_calls"][-1] = (id_, name, (given if isinstance(given, str) else "") + text if text else given)
            case {"type": "response.output_item.done", "item": {"type": "function_call"} as call}:
                said["tool_calls"].append((call["call_id"], call["name"], call["arguments"]))
    said["tool_calls"] = [(id_, name, _arguments(text) if isinstance(text, str) else text) for id_, name, text in filter(None, said["tool_calls"])]
    return said


@each
@pytest.mark.parametrize("size", [1, 7, None])
def test_what_is_decoded_equals_what_the_vendors_sdk_makes_of_it(stream: dict[str, Any], size: int | None) -> None:
    expected = _expected(stream)
    read = _read(*_decoded(stream, size))
    for key in read.keys() & expected.keys():
        assert expected[key] is Any or read[key] == expected[key], key


REPLAYED = [(stream, split) for stream in STREAMS for split in (1, 7, None) if stream["bytes"] <= LARGEST.get(split, stream["bytes"])]


@pytest.mark.parametrize(("stream", "split"), REPLAYED, ids=lambda value: value["file"].removesuffix(".sse") if isinstance(value, dict) else str(value))
def test_a_real_socket_makes_no_difference(stream: dict[str, Any], split: int | None) -> None:
    with WireServer(Answer((CORPUS / stream["file"]).read_bytes(), split=split)) as server:
        heard = _read(*asyncio.run(_heard(PROVIDERS[stream["api"]](server.url))))
    assert heard == _read(*_decoded(stream, None, answers=1))
