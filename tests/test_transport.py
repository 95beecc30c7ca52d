"""Claims on the way between a socket and a decoder."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import openai
import pytest

from nbagent.errors import ConfigError, IncompleteStream, MissingKey, NbagentError, ProviderError, ServerFailed
from nbagent.events import ProviderEvent, StreamEnded
from nbagent.providers.carriers.failures import cut
from nbagent.providers.carriers.transport import NO_KEY, Client, batches, checked_url, key_for, silence_limit
from tests.wire_server import Answer, WireServer

BODY = b'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n'


class Echo:
    """A decoder whose events are the payloads; ``[DONE]`` ends it, ``bad`` is a failure after what came before it."""

    def __init__(self) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self.ended = 0

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        out: list[Any] = []
        for payload in payloads:
            if payload == b"bad":
                self.failure = ServerFailed("echo failed")
                break
            out.append(payload)
            self.done = self.done or payload == b"[DONE]"
        return out

    def end(self) -> list[ProviderEvent]:
        self.ended += 1
        if not self.done:
            self.failure = cut("echo")
            return []
        return [StreamEnded("stop")]


def replay(answer: Answer | bytes, **options: Any) -> tuple[list[list[Any]], NbagentError | None, Echo, WireServer]:
    """All batches of one request, the error, the decoder and the server."""
    decoder = Echo()

    async def go(url: str) -> tuple[list[list[Any]], NbagentError | None]:
        heard: list[list[Any]] = []
        async with openai.AsyncOpenAI(api_key="sk-test-123456789", base_url=url + "/v1", max_retries=0, timeout=silence_limit({"timeout": 0.3})) as client:
            create = client.chat.completions.with_streaming_response.create
            async with aclosing(batches(lambda: create(model="m", messages=[], stream=True), decoder, provider="echo", **options)) as stream:
                try:
                    async for batch in stream:
                        heard.append(batch)  # noqa: PERF401  what came before an error is wanted
                except NbagentError as error:
                    return heard, error
        return heard, None

    with WireServer(answer) as server:
        return (*asyncio.run(go(server.url)), decoder, server)


def test_one_read_is_one_batch() -> None:
    heard, failure, decoder, _ = replay(BODY)
    assert heard == [[b'{"n":1}', b'{"n":2}', b"[DONE]"], [StreamEnded("stop")]]
    assert failure is None
    assert decoder.ended == 1


def test_reads_that_complete_nothing_are_no_batches() -> None:
    heard, failure, _, _ = replay(Answer(BODY, split=1))
    assert heard == [[b'{"n":1}'], [b'{"n":2}'], [b"[DONE]"], [StreamEnded("stop")]]
    assert failure is None


def test_a_compressed_stream_is_read_as_it_arrives() -> None:
    """Servers may compress what the SDKs offer to take compressed: raw bytes would be garbage."""
    packer = gzip.compress(BODY)
    heard, failure, _, server = replay(Answer(packer, split=5, headers={"content-encoding": "gzip"}))
    assert failure is None
    assert [payload for batch in heard for payload in batch][:3] == [b'{"n":1}', b'{"n":2}', b"[DONE]"]
    assert "gzip" in server.requests[0].headers["accept-encoding"]


def test_broken_compression_is_a_typed_error() -> None:
    _, failure, _, _ = replay(Answer(b"\x1f\x8b\x08\x00 no gzip at all", headers={"content-encoding": "gzip"}))
    assert isinstance(failure, ProviderError)
    assert "compression" in str(failure)


def test_what_came_in_the_same_read_as_an_error_is_handed_on_first() -> None:
    heard, failure, decoder, _ = replay(b"data: 1\n\ndata: 2\n\ndata: bad\n\ndata: 3\n\n")
    assert heard == [[b"1", b"2"]]
    assert isinstance(failure, ServerFailed)
    assert decoder.ended == 0


def test_a_payload_without_its_blank_line_is_read_at_the_end() -> None:
    heard, failure, _, _ = replay(b'data: {"n":1}\n\ndata: [DONE]')
    assert failure is None
    assert heard == [[b'{"n":1}'], [b"[DONE]", StreamEnded("stop")]]


def test_a_failure_of_the_connection_after_the_terminal_event_is_none() -> None:
    heard, failure, _, _ = replay(Answer(b"data: [DONE]\ndata:", cut_at=13))
    assert failure is None
    assert heard == [[b"[DONE]", StreamEnded("stop")]]


def test_the_error_of_the_connection_is_kept_as_the_cause() -> None:
    heard, failure, _, _ = replay(Answer(BODY, cut_at=20))
    assert heard == [[b'{"n":1}']]
    assert isinstance(failure, IncompleteStream)
    assert type(failure.__cause__).__name__ == "RemoteProtocolError"


def test_an_exception_that_is_not_of_the_connection_is_not_disguised() -> None:
    class Wrong(Echo):
        def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
            raise ZeroDivisionError

    async def go(url: str) -> None:
        async with openai.AsyncOpenAI(api_key="k", base_url=url, max_retries=0) as client:
            create = client.chat.completions.with_streaming_response.create
            async for _ in batches(lambda: create(model="m", messages=[], stream=True), Wrong(), provider="echo"):
                pass

    with WireServer(BODY) as server, pytest.raises(ZeroDivisionError):
        asyncio.run(go(server.url))


# -- clients, keys, addresses -----------------------------------------------------------------------------------------


class Closable:
    closed = False

    async def close(self) -> None:
        self.closed = True


def test_a_client_is_shared_until_the_loop_or_the_configuration_is_another() -> None:
    shared: Client[Closable] = Client()

    async def twice(configuration: str) -> Closable:
        assert shared.get(configuration, Closable) is shared.get(configuration, Closable)
        return shared.get(configuration, Closable)

    async def both() -> None:
        assert await twice("a") is not await twice("b")

    asyncio.run(both())
    first, second = asyncio.run(twice("a")), asyncio.run(twice("a"))
    assert first is not second
    asyncio.run(shared.aclose())
    assert second.closed
    asyncio.run(shared.aclose())


def test_a_key_is_looked_up_each_time_and_is_never_made_of_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "  sk-abcdef\n")
    assert key_for(None, "SOME_KEY", provider="p") == "sk-abcdef"
    assert key_for("sk-given", "SOME_KEY", provider="p") == "sk-given"
    monkeypatch.setenv("SOME_KEY", "")
    assert key_for(None, "SOME_KEY", provider="p", placeholder=True) == NO_KEY
    with pytest.raises(MissingKey, match=r"%nbagent key p asks for it") as missing:
        key_for(None, "SOME_KEY", provider="p")
    assert len(missing.value.lines) == 3
    for wrong in ("sk-one\nsk-two", "sk-é", "sk 123", "sk-\x00"):
        with pytest.raises(MissingKey) as refused:
            key_for(wrong, "SOME_KEY", provider="p")
        assert wrong not in str(refused.value)


def test_an_address_that_is_none_is_refused_before_anything_is_sent() -> None:
    assert checked_url(None, provider="p") is None
    assert checked_url(" ", provider="p") is None
    assert checked_url(" http://127.0.0.1:8080/v1 ", provider="p") == "http://127.0.0.1:8080/v1"
    for wrong in ("localhost:8080", "127.0.0.1:8080/v1", "ftp://x/", "http://", "/v1", "http://[::1", "http://x:port"):
        with pytest.raises(ConfigError, match="Write it whole"):
            checked_url(wrong, provider="p")


def test_the_limit_is_on_silence_and_not_on_the_answer() -> None:
    limit = silence_limit({"timeout": 300})
    assert (limit.read, limit.write, limit.connect, limit.pool) == (300, 300, 15, None)
    assert silence_limit({}, 20).read == 20
    assert silence_limit({"timeout": None}, 20).read == 20
    assert silence_limit({"timeout": 0.5}).connect == 0.5
