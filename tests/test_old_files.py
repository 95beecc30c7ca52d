"""A conversation with files goes on with a model that does not take them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError, RequestRefused
from nbagent.events import Noted
from nbagent.messages import FilePart, Message, TextPart, ToolCallPart, ToolResultPart, assistant, tool_message, user
from nbagent.provider import Request
from nbagent.providers.wrappers.old_files import OldFiles
from nbagent.session import Session
from tests.contract import heard
from tests.wire_lines import ROWS, TEXT, Row
from tests.wire_server import WireServer

ODD = FilePart("application/x-dream", b"zzz", name="dream.drm")  # a type that none takes but OpenAI's Responses, which takes any
SOUND = FilePart("audio/wav", b"RIFF\x00\x00\x00\x00WAVEsound")
each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
choosy = pytest.mark.parametrize("row", [row for row in ROWS if row.name != "openai" and "responses" not in row.name], ids=lambda row: row.name)


def closed(provider: Any) -> None:
    """Close the connections of a provider that a session used."""
    asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)


def history(file: FilePart) -> tuple[Message, ...]:
    called = assistant(ToolCallPart("c1", "get_time", "{}"))
    return (user("Look:", file), assistant("Nice."), user("And?"), called, tool_message([ToolResultPart("c1", "get_time", "noon", files=(file,))]))


@choosy
def test_what_was_said_before_is_named_in_its_place_and_the_person_is_told(row: Row) -> None:
    with WireServer(b"".join(row.text)) as server:
        made = row.make(server.url)
        provider = OldFiles(made)
        provider.aclose = made.aclose  # type: ignore[attr-defined]  # what `heard` calls at its end
        events, failure = asyncio.run(heard(provider, Request("model-x", (*history(ODD), user("Go on.")))))
        assert failure is None
        sent = json.dumps(server.requests[0].json)
    assert sent.count("dream.drm (application/x-dream), which cannot be shown here") == 2
    assert [event.kind for event in events if isinstance(event, Noted)].count("left_out") == 1
    assert "dream.drm" in next(event.text for event in events if isinstance(event, Noted))


@choosy
def test_in_the_new_prompt_it_is_an_error_before_anything_is_sent(row: Row) -> None:
    with WireServer(b"".join(row.text)) as server:
        session = Session(Agent(model=row.make(server.url)))
        with pytest.raises((ConfigError, RequestRefused), match="x-dream"):
            session.run(["Look:", ODD])
        assert server.requests == []


@each
def test_what_the_model_takes_goes_as_it_is(row: Row) -> None:
    image = FilePart("image/png", b"\x89PNG\r\n\x1a\n")
    provider = row.make("http://127.0.0.1:9")
    request = Request("model-x", (user("Look:", image), assistant("Nice."), user("Go on.")))
    assert OldFiles(provider).to_wire(request) == provider.to_wire(request)  # type: ignore[attr-defined]


@each
def test_any_provider_goes_on_after_a_sound(row: Row) -> None:
    with WireServer(b"".join(row.text)) as server:
        provider = row.make(server.url)
        session = Session(Agent(model=provider), messages=[user("Listen:", SOUND), assistant("A bell.")])
        assert session.run("Go on.").text == "".join(TEXT)
        closed(provider)


def test_a_message_is_looked_at_once_however_long_the_run() -> None:
    looked: list[Request] = []

    class Deaf:
        name = "deaf"

        def to_wire(self, request: Request) -> dict[str, object]:
            looked.append(request)
            if any(isinstance(part, FilePart) for message in request.messages for part in message.parts):
                raise ConfigError("no files")
            return {}

        async def stream(self, request: Request):  # type: ignore[no-untyped-def]
            yield []

    wrapped, messages = OldFiles(Deaf()), (user(TextPart("Listen:"), SOUND), assistant("A bell."), user("And?"))
    for _ in range(5):
        wrapped._fitted(Request("m", messages))
    assert len(looked) == 1
