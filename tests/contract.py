"""How a row of `wire_lines` is heard: through its decoder alone, or through a real socket; and what holds of any events."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from nbagent.errors import (
    GarbledStream,
    NbagentError,
    ProviderError,
)
from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded
from nbagent.messages import FilePart, ServerToolPart, ToolCallPart, ToolResultPart, user
from nbagent.provider import Provider, Request
from nbagent.tools import ToolSpec
from tests.wire_lines import ROWS, Row
from tests.wire_server import Answer, WireServer

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
splits = pytest.mark.parametrize("split", [1, 7, "random", None])

_MADE = re.compile(r"(call|made)_[0-9a-f]{24}")  # an id that the provider did not give
REQUEST = Request("model-x", (user("Grüße?"),), "Be brief.", (ToolSpec("get_time", "The time.", {"type": "object", "properties": {}}),))


def decoded(row: Row, chunks: Sequence[bytes]) -> tuple[list[ProviderEvent], ProviderError | None]:
    """What the decoder makes of reads like these, without a socket."""
    frames, decoder, events = row.framing(), row.decoder(), list[ProviderEvent]()
    for chunk in [*chunks, None]:
        try:
            ready = frames.end() if chunk is None else frames.feed(chunk)
        except GarbledStream as failure:
            return events, failure
        if ready and decoder.failure is None and not decoder.done:
            events += decoder.feed(ready)
    return events if decoder.failure is not None else events + decoder.end(), decoder.failure


def place_of(row: Row, lines: Sequence[bytes], text: str) -> int:
    """Where in the body of these lines a text begins; in a body that says it in its own way, the middle of what says it."""
    body, wanted = b"".join(lines), text.encode()
    if wanted in body:
        return body.index(wanted)
    said = next(n for n, line in enumerate(lines) if any(wanted in payload for payload in row.framing().feed(line)))
    return len(b"".join(lines[:said])) + len(lines[said]) // 2


async def heard(provider: Provider, request: Request = REQUEST) -> tuple[list[ProviderEvent], NbagentError | None]:
    """All that a provider says, and the error it ends with."""
    events: list[ProviderEvent] = []
    try:
        async for batch in provider.stream(request):
            events += batch if isinstance(batch, Sequence) else (batch,)
    except NbagentError as failure:
        return events, failure
    finally:
        await provider.aclose()  # type: ignore[attr-defined]  # all adapters have it
    return events, None


def over_socket(row: Row, answer: Answer | bytes, request: Request = REQUEST) -> tuple[list[ProviderEvent], NbagentError | None]:
    with WireServer(answer) as server:
        return asyncio.run(heard(row.make(server.url), request))


def folded(events: Sequence[ProviderEvent]) -> list[ProviderEvent]:
    """The events with the deltas of a part joined, which is what no split may change; made ids are made equal."""
    texts: dict[int, str] = {}
    rest: list[ProviderEvent] = []
    for event in events:
        if isinstance(event, PartDelta):
            texts[event.index] = texts.get(event.index, "") + event.delta
        elif isinstance(event, (PartStarted, PartFinished)) and isinstance(call := event.part, ToolCallPart) and _MADE.fullmatch(call.id):
            rest.append(replace(event, part=replace(call, id="made")))
        else:
            rest.append(event)
    return [*rest, *(PartDelta(index, text) for index, text in sorted(texts.items()))]


def said(events: Sequence[ProviderEvent]) -> str:
    return "".join(event.delta for event in events if isinstance(event, PartDelta))


def parts(events: Sequence[ProviderEvent]) -> list[Any]:
    return [event.part for event in events if isinstance(event, PartFinished)]


def check_pairs(events: Sequence[ProviderEvent]) -> None:
    """Every part is started, told and finished once, in this order, and the deltas are the whole; `StreamEnded` is once and last."""
    texts: dict[int, str] = {}
    done: set[int] = set()
    for event in events:
        match event:
            case PartStarted(index=index):
                assert index not in texts
                texts[index] = ""
            case PartDelta(index=index, delta=delta):
                assert index not in done
                texts[index] += delta
            case PartFinished(index=index, part=part):
                assert index not in done
                done.add(index)
                match part:
                    case ToolCallPart() | ServerToolPart():
                        assert texts[index] == part.arguments
                    case FilePart() | ToolResultPart():
                        assert texts[index] == ""
                    case _:
                        assert texts[index] == part.text
    assert done == set(texts)
    assert [type(event) for event in events].count(StreamEnded) == 1
    assert isinstance(events[-1], StreamEnded)
