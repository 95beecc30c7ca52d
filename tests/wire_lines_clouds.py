"""The contract's answers as Claude gives them on the clouds: Anthropic's own events, on Bedrock in binary frames."""

from __future__ import annotations

from dataclasses import replace

from nbagent.providers.anthropic.clouds import on_bedrock, on_vertex
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.carriers.eventstream import EventFrames
from tests.event_frames import chunk, exception
from tests.wire_lines import KEY, MESSAGES


def framed(lines: list[bytes]) -> list[bytes]:
    """Events in the frames of Bedrock."""
    return [chunk(line.partition(b"data: ")[2].strip()) for line in lines]


_VERTEX = replace(
    MESSAGES,
    name="vertex-anthropic",
    make=lambda url: on_vertex(url + "/v1", KEY, region="europe-west1", project="a-project"),
    keyless=None,
    key_variable="",
    decoder=lambda: AnthropicDecoder("model-x", provider="vertex-anthropic"),
)

_BEDROCK = replace(
    MESSAGES,
    name="bedrock-anthropic",
    make=lambda url: on_bedrock(url, KEY, region="eu-central-1"),
    keyless=None,
    key_variable="",
    decoder=lambda: AnthropicDecoder("model-x", provider="bedrock-anthropic"),
    text=framed(MESSAGES.text),
    reasoning=framed(MESSAGES.reasoning),
    calls=framed(MESSAGES.calls),
    failing=[*framed(MESSAGES.failing[:-1]), exception("serviceUnavailableException", "The model is overloaded.")],
    framing=lambda: EventFrames(chunks=True),
    framed=chunk,
    comment=None,
)

ROWS = [_VERTEX, _BEDROCK]
