"""The scripts behind ``scripted:NAME``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from nbagent import messages
from nbagent.errors import ConfigError, UnknownModel
from nbagent.events import PartFinished, ProviderEvent, StreamEnded
from nbagent.messages import Message, ReasoningPart, TextPart, user
from nbagent.provider import Provider, Request
from nbagent.providers.named_scripts import ScriptedByName
from nbagent.providers.scripted import Scripted


async def reads_of(provider: Provider, request: Request) -> list[Sequence[ProviderEvent]]:
    return [read async for read in provider.stream(request)]


def ask(provider: Provider, *history: Message, model: str = "", **fields: object) -> list[ProviderEvent]:
    request = Request(model, (*(history or (user("Hi"),)),), **fields)
    return [event for read in asyncio.run(reads_of(provider, request)) for event in read]


def parts(came: Sequence[ProviderEvent]) -> list[messages.Part]:
    return [event.part for event in came if isinstance(event, PartFinished)]


def said(came: Sequence[ProviderEvent]) -> str:
    return "".join(part.text for part in parts(came) if isinstance(part, TextPart))


def test_a_name_finds_the_latest_script_of_that_name() -> None:
    Scripted(["old"], name="greeting")
    Scripted(["new"], name="greeting")
    assert said(ask(ScriptedByName(), model="greeting")) == "new"


def test_an_unknown_name_gives_the_closest_ones() -> None:
    with pytest.raises(UnknownModel) as caught:
        ask(ScriptedByName(), model="demmo")
    assert caught.value.lines[0] == "There is no script 'demmo'."
    assert caught.value.lines[1].startswith("Did you mean demo?")
    assert len(caught.value.lines) <= 4
    with pytest.raises(ConfigError, match="no server"):
        ScriptedByName(base_url="http://127.0.0.1")


@pytest.mark.parametrize("name", ["demo", "reasoning"])
def test_the_built_in_scripts_show_reasoning_and_code(name: str) -> None:
    came = ask(ScriptedByName(api_key="unused"), model=name)
    thought, answer = parts(came)
    assert isinstance(thought, ReasoningPart)
    assert "```python" in said([PartFinished(index=1, part=answer)])
    assert came[-1] == StreamEnded(finish_reason="stop")
