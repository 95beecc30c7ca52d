"""Claims on how Ollama is asked: what is said while it is silent, and what a refusal teaches."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest

from nbagent.errors import ConnectionFailed, ContextLengthExceeded, ModelNotFound, NbagentError, RequestRefused
from nbagent.events import ProviderEvent, Waiting
from nbagent.messages import user
from nbagent.provider import Request
from nbagent.providers.ollama import adapter as ollama
from nbagent.providers.ollama.adapter import Ollama
from nbagent.tools import ToolSpec
from tests.contract import check_pairs, heard
from tests.wire_lines_ollama import said
from tests.wire_server import Answer, WireServer

WEATHER = ToolSpec("weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
REQUEST = Request("qwen3", (user("x"),))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OLLAMA_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(variable, raising=False)


# -- before the first word --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ([], "qwen3 is loaded into memory"),
        ([{"name": "gemma3:4b"}], "qwen3 is loaded into memory"),
        ([{"name": "qwen3:latest", "model": "qwen3:latest"}], "qwen3 reads the prompt"),
        (None, None),
    ],
)
def test_a_first_word_that_is_late_is_explained(running: Any, expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Answer(b"no such page", status=404) if running is None else Answer(json.dumps({"models": running}).encode(), chunked=False)
    slow = Answer(said(content="Hi") + said(done=True), delay=1.5)

    async def twice(provider: Ollama) -> tuple[list[ProviderEvent], NbagentError | None]:
        await connected(provider, monkeypatch)
        return await heard(provider, REQUEST)

    with WireServer(said(done=True), slow, page) as server:
        events, failure = asyncio.run(twice(Ollama(server.url)))
        assert [request.path for request in server.requests] == ["/api/chat", "/api/chat", "/api/ps"]
    assert failure is None
    check_pairs([event for event in events if not isinstance(event, Waiting)])
    assert [event.what for event in events if isinstance(event, Waiting)] == ([expected] if expected else [])


@pytest.mark.parametrize("cancelled", [True, False])
def test_who_leaves_before_the_first_word_leaves_nothing_running(cancelled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def leave(provider: Ollama, server: WireServer) -> bool:
        await connected(provider, monkeypatch)
        async with aclosing(provider.stream(REQUEST)) as arriving:
            assert [type(event) for event in await anext(arriving)] == [Waiting]
            if cancelled:
                waiting = asyncio.ensure_future(anext(arriving))
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
        left = await asyncio.to_thread(server.client_left.wait, 5)
        assert len(asyncio.all_tasks()) == 1
        await provider.aclose()
        return left

    with WireServer(said(done=True), Answer(hang_first=True), Answer(b'{"models": []}', chunked=False)) as server:
        assert asyncio.run(leave(Ollama(server.url), server))


async def connected(provider: Ollama, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a connection first, and little patience from then on."""
    async for _ in provider.stream(REQUEST):
        pass
    monkeypatch.setattr(ollama, "PATIENCE", 0.2)


# -- refusals ---------------------------------------------------------------------------------------------------------


def refused(status: int, message: str, **params: Any) -> tuple[Ollama, Any]:
    with WireServer(Answer(json.dumps({"error": message}).encode(), status=status, headers={"content-type": "application/json"})) as server:
        provider = Ollama(server.url)
        return provider, asyncio.run(heard(provider, Request("gemma:2b", (user("x"),), tools=(WEATHER,), params=params)))[1]


def test_a_model_without_tools_says_how_it_gets_them_and_is_known_from_then_on() -> None:
    provider, failure = refused(400, "registry.ollama.ai/library/newmodel:2b does not support tools")
    assert type(failure) is RequestRefused
    assert "native_tools=False" in failure.mend
    assert (failure.status, failure.retryable) == (400, False)
    assert provider.capabilities("gemma:2b").tools is False


def test_a_model_that_does_not_think_is_known_from_then_on() -> None:
    provider, failure = refused(400, '"gemma:2b" does not support thinking', think=True)
    assert "Leave the parameter think out." in str(failure)
    assert provider.capabilities("gemma:2b").reasoning is False


@pytest.mark.parametrize("message", ["model 'gemma:2b' not found", 'model "llama3.2:1b" not found, try pulling it first'])
def test_a_model_that_is_not_here_says_how_it_is_fetched(message: str) -> None:
    _, failure = refused(404, message)
    assert type(failure) is ModelNotFound
    assert failure.mend == "Fetch it with: %nbagent pull ollama:gemma:2b"


def test_a_prompt_that_is_too_long_for_the_context_is_typed() -> None:
    assert type(refused(400, "the input length exceeds the context length", truncate=False)[1]) is ContextLengthExceeded


def test_a_server_that_is_down_says_how_it_is_started() -> None:
    with WireServer() as server:
        url = server.url
    _, failure = asyncio.run(heard(Ollama(url)))
    assert isinstance(failure, ConnectionFailed)
    assert failure.lines[-1] == f"Is the server running at {url}? Start it with: ollama serve"
    assert not failure.retryable


def test_the_cloud_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "ollama.com")
    _, failure = asyncio.run(heard(Ollama()))
    assert "OLLAMA_API_KEY" in str(failure)
