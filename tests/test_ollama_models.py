"""Claims on Ollama's models: where the server is, which it has, what they can do, fetching one, embeddings."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest

from nbagent.errors import ConfigError, ConnectionFailed, ContextLengthExceeded, IncompleteStream, ModelNotFound, NbagentError, ProviderError
from nbagent.events import Waiting
from nbagent.provider import Embeds, Knows, Lists, ModelInfo
from nbagent.providers.ollama.adapter import Ollama
from tests.wire_server import Answer, WireServer


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OLLAMA_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(variable, raising=False)


def line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def answer(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":5555", "http://127.0.0.1:5555"),
        ("1.2.3.4:5555", "http://1.2.3.4:5555"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:5555", "http://127.0.0.1:5555"),
        ("http://0.0.0.0:5555", "http://127.0.0.1:5555"),
        ("http://1.2.3.4", "http://1.2.3.4"),
        ("https://example.com", "https://example.com"),
        ("https://example.com:56/path/", "https://example.com:56/path"),
        ("example.com", "http://example.com:11434"),
        ("example.com/path", "http://example.com:11434/path"),
        (' "example.com" ', "http://example.com:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("::1", "http://[::1]:11434"),
        ("[::]:5555", "http://[::1]:5555"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
        ("http://localhost:11434/api/", "http://localhost:11434"),
        ("ollama.com", "https://ollama.com"),
        ("https://ollama.com", "https://ollama.com"),
    ],
)
def test_every_spelling_of_a_host_is_the_url_that_is_asked(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert Ollama().base_url == url
    assert Ollama("http://here:1").base_url == "http://here:1"


@pytest.mark.parametrize("host", ["host:port", "ftp://host", "a b", "host:99999"])
def test_a_host_that_is_none_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    with pytest.raises(ConfigError, match="OLLAMA_HOST"):
        Ollama().base_url  # noqa: B018  it is read here


def test_it_lists_knows_and_embeds() -> None:
    assert all(isinstance(Ollama(), protocol) for protocol in (Lists, Knows, Embeds))


TAG = {
    "name": "llama3.2:latest", "model": "llama3.2:latest", "modified_at": "2026-05-04T17:37:44.706015396-07:00", "size": 2019393189, "digest": "a80c",
    "details": {"format": "gguf", "family": "llama", "parameter_size": "3.2B", "quantization_level": "Q4_K_M"},
}  # fmt: skip
SHOWN = {
    "details": {"family": "llama"},
    "model_info": {"general.architecture": "llama", "llama.context_length": 131072},
    "capabilities": ["completion", "vision"],
}


async def listed(provider: Ollama) -> list[ModelInfo]:
    try:
        return await provider.models()
    finally:
        await provider.aclose()


def test_models_say_their_size_family_and_what_they_can_do_and_it_is_known_from_then_on() -> None:
    with WireServer(answer({"models": [TAG]}), answer(SHOWN)) as server:
        provider = Ollama(server.url)
        assert provider.capabilities("llama3.2").tools is True
        (model,) = asyncio.run(listed(provider))
        assert [(request.method, request.path) for request in server.requests] == [("GET", "/api/tags"), ("POST", "/api/show")]
        assert server.requests[1].json == {"model": "llama3.2:latest"}
    assert (model.id, model.name, model.family, model.size) == ("llama3.2:latest", "llama 3.2B Q4_K_M", "llama", 2019393189)
    assert model.created == pytest.approx(1777941464.706015)
    assert model.capabilities is not None
    assert (model.capabilities.tools, model.capabilities.images, model.capabilities.context_window) == (False, True, 131072)
    assert provider.capabilities("llama3.2") == provider.capabilities("llama3.2:latest") == model.capabilities


def test_a_model_that_was_removed_meanwhile_is_listed_with_what_is_known() -> None:
    with WireServer(answer({"models": [TAG]}), answer({"error": "model 'llama3.2:latest' not found"}, 404)) as server:
        (model,) = asyncio.run(listed(Ollama(server.url)))
    assert model.capabilities is not None
    assert model.capabilities.tools is True


@pytest.mark.parametrize("body", [{}, {"models": None}, {"models": [1, {}]}, []])
def test_a_strange_list_is_no_crash(body: Any) -> None:
    with WireServer(answer(body), answer([])) as server:
        assert all(isinstance(model, ModelInfo) for model in asyncio.run(listed(Ollama(server.url))))


def test_a_server_that_is_down_says_how_it_is_started() -> None:
    with WireServer() as server:
        url = server.url
    with pytest.raises(ConnectionFailed, match="Start it with: ollama serve"):
        asyncio.run(listed(Ollama(url)))


@pytest.mark.parametrize(
    ("model", "tools", "images", "reasoning"),
    [
        ("llama3.2:1b", True, False, False), ("llama3.2-vision:11b", False, True, False), ("llama3", False, False, False), ("gemma3:4b", False, True, False),
        ("qwen3:8b", True, False, True), ("someone/qwen3-vl:2b", True, True, True), ("gpt-oss:20b", True, False, True), ("brand-new", True, True, True),
    ],
)  # fmt: skip
def test_the_table_knows_families_and_takes_the_unknown_for_new(model: str, tools: bool, images: bool, reasoning: bool) -> None:
    known = Ollama().capabilities(model)
    assert (known.tools, known.images, known.reasoning, known.output_schema) == (tools, images, reasoning, True)


# -- fetching ---------------------------------------------------------------------------------------------------------


def pulled(*lines: bytes, **how: Any) -> tuple[list[Waiting], NbagentError | None]:
    async def collect(provider: Ollama) -> tuple[list[Waiting], NbagentError | None]:
        seen: list[Waiting] = []
        try:
            async for waiting in provider.pull("qwen3:1b"):
                seen += [waiting]
        except NbagentError as failure:
            return seen, failure
        finally:
            await provider.aclose()
        return seen, None

    with WireServer(Answer(b"".join(lines), **how)) as server:
        result = asyncio.run(collect(Ollama(server.url)))
        assert [(request.path, request.json) for request in server.requests] == [("/api/pull", {"model": "qwen3:1b", "stream": True})]
        return result


def layer(digest: str, total: int, completed: int | None = None) -> bytes:
    return line({"status": f"pulling {digest}", "digest": digest, "total": total} | ({} if completed is None else {"completed": completed}))


PULL = [
    line({"status": "pulling manifest"}), layer("a", 800), layer("a", 800, 400), layer("a", 800, 800), layer("b", 200), layer("b", 200, 100),
    layer("b", 200, 200), line({"status": "verifying sha256 digest"}), line({"status": "writing manifest"}), line({"status": "success"}),
]  # fmt: skip


@pytest.mark.parametrize("split", [1, 7, None])
def test_how_far_a_download_is_grows_over_all_layers_to_the_end(split: int | None) -> None:
    seen, failure = pulled(*PULL, split=split)
    assert failure is None
    fractions = [waiting.fraction for waiting in seen if waiting.fraction is not None]
    assert fractions == sorted(fractions)
    assert (seen[0], seen[-1]) == (Waiting("qwen3:1b: pulling manifest"), Waiting("qwen3:1b: success", 1.0))
    assert Waiting("qwen3:1b: pulling a", 0.5) in seen


def test_what_is_said_again_is_said_once() -> None:
    assert len(pulled(PULL[0], PULL[0], PULL[1], PULL[1], PULL[-1])[0]) == 3


def test_a_model_that_nobody_has_is_named() -> None:
    seen, failure = pulled(PULL[0], line({"error": "pull model manifest: file does not exist"}))
    assert [waiting.what for waiting in seen] == ["qwen3:1b: pulling manifest"]
    assert isinstance(failure, ModelNotFound)
    assert "qwen3:1b" in failure.what


def test_a_failure_in_a_download_is_typed() -> None:
    assert isinstance(pulled(*PULL[:3], line({"error": "write /x: no space left on device"}))[1], ProviderError)


@pytest.mark.parametrize("how", [{}, {"cut_at": 200}])
def test_a_download_that_was_cut_says_so(how: dict[str, Any]) -> None:
    assert isinstance(pulled(*PULL[:6], **how)[1], IncompleteStream)


def test_closing_a_download_closes_its_connection() -> None:
    async def leave(provider: Ollama, server: WireServer) -> bool:
        async with aclosing(provider.pull("qwen3:1b")) as progress:
            await anext(progress)
        left = await asyncio.to_thread(server.client_left.wait, 5)
        await provider.aclose()
        return left

    with WireServer(Answer(b"".join(PULL[:4]), hang=True)) as server:
        assert asyncio.run(leave(Ollama(server.url), server))


# -- embeddings -------------------------------------------------------------------------------------------------------


def test_many_texts_are_asked_in_parts_and_come_back_in_order() -> None:
    texts = [f"text {n}" for n in range(130)]

    async def embedded(provider: Ollama) -> Any:
        found = await provider.embed("nomic-embed-text", texts)
        await provider.aclose()
        return found

    first = {"embeddings": [[float(n), 0.5] for n in range(128)], "prompt_eval_count": 300}
    with WireServer(answer(first), answer({"embeddings": [[128.0, 0.5], [129.0, 0.5]], "prompt_eval_count": 6})) as server:
        found = asyncio.run(embedded(Ollama(server.url)))
        assert [request.json["input"] for request in server.requests] == [texts[:128], texts[128:]]
        assert server.requests[0].json["truncate"] is False
    assert [vector[0] for vector in found.vectors] == [float(n) for n in range(130)]
    assert found.input_tokens == 306


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer({"embeddings": [[1.0]]}), ProviderError),
        (answer({"error": "the input length exceeds the context length"}, 400), ContextLengthExceeded),
        (answer({"error": "model 'm' not found"}, 404), ModelNotFound),
    ],
)
def test_embeddings_that_are_not_given_are_a_typed_error(given: Answer, expected: type[Exception]) -> None:
    async def ask(provider: Ollama) -> None:
        try:
            await provider.embed("m", ["a", "b"])
        finally:
            await provider.aclose()

    with WireServer(given) as server, pytest.raises(expected) as caught:
        asyncio.run(ask(Ollama(server.url)))
    assert type(caught.value) is expected
