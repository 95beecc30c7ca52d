"""Claims on what the adapters of OpenAI's two APIs share: addresses, keys, lists of models, embeddings, counted tokens."""

from __future__ import annotations

import array
import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from nbagent.errors import ConfigError, GarbledStream, MissingKey, RateLimited
from nbagent.events import Noted
from nbagent.messages import user
from nbagent.provider import Counts, Embeds, Knows, Lists, ModelInfo, Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.client import VendorClient
from nbagent.providers.openai.responses import OpenAI
from nbagent.providers.openai.vendor_rows import AZURE, MISTRAL, OPENROUTER, XAI
from nbagent.providers.openai.vendors import azure, azure_responses, groq, mistral, xai_responses
from tests.wire_server import Answer, Got, WireServer, error

KEY = "key-0123456789"
CHAT = b'data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
RESPONSE = b'data: {"type":"response.completed","response":{"id":"r","model":"m","output":[]}}\n\n'


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI", "AZURE_OPENAI", "GROQ", "MISTRAL", "XAI"):
        for end in ("API_KEY", "BASE_URL", "ENDPOINT", "API_VERSION"):
            monkeypatch.delenv(f"{name}_{end}", raising=False)


def answer(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"}, chunked=False)


def asked(make: Callable[[str], VendorClient], ask: Callable[[Any], Awaitable[Any]], *answers: Answer | bytes) -> tuple[Any, list[Got]]:
    async def go(url: str) -> Any:
        provider = make(url)
        try:
            return await ask(provider)
        finally:
            await provider.aclose()

    with WireServer(*answers) as server:
        return asyncio.run(go(server.url)), server.requests


async def heard(provider: Any, **params: Any) -> None:
    async for _ in provider.stream(Request("m", (user("x"),), params=params)):
        pass


# -- addresses and keys -----------------------------------------------------------------------------------------------


def test_azure_is_asked_at_its_resource_with_its_own_header() -> None:
    _, (got,) = asked(lambda url: azure(url, KEY), heard, CHAT)
    assert (got.path, got.headers["api-key"]) == ("/openai/v1/chat/completions", KEY)
    assert "authorization" not in got.headers
    _, (got,) = asked(lambda url: azure_responses(url, KEY), heard, RESPONSE)
    assert (got.path, got.headers["api-key"]) == ("/openai/v1/responses", KEY)


def test_azures_older_path_names_the_deployment_and_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    _, (got,) = asked(lambda url: azure(url, KEY), heard, CHAT)
    assert got.path == "/openai/deployments/m/chat/completions?api-version=2024-10-21"
    _, (got,) = asked(lambda url: azure(url + "/openai/v1", KEY), lambda p: p.models(), answer({"data": []}))
    assert got.path == "/openai/models?api-version=2024-10-21"
    monkeypatch.setenv("OPENAI_API_VERSION", "preview")
    assert azure("https://a.openai.azure.com", KEY).base_url == "https://a.openai.azure.com/openai/v1"


def test_azure_without_an_address_or_a_key_says_which_variable_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="AZURE_OPENAI_ENDPOINT"):
        asyncio.run(heard(azure()))
    assert "?" in repr(azure())
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com/")
    assert azure().base_url == "https://a.openai.azure.com/openai/v1"
    with pytest.raises(MissingKey, match="AZURE_OPENAI_API_KEY"):
        asyncio.run(heard(azure()))


def test_a_vendor_behind_a_base_url_is_asked_with_its_own_key_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "key-of-mistral")
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-openai")
    secrets: list[str] = []

    async def go() -> None:
        await OpenAIChat("https://api.mistral.ai/v1")._connected(secrets, "m").close()
        await OpenAIChat("https://api.deepseek.com")._connected(secrets, "m").close()

    asyncio.run(go())
    assert secrets == ["key-of-mistral", "key-of-openai"]


def test_headers_and_timeout_are_of_the_request_and_not_of_its_body() -> None:
    for make, body in ((lambda url: OpenAI(url, KEY), RESPONSE), (lambda url: OpenAIChat(url, KEY), CHAT)):
        _, (got,) = asked(make, lambda p: heard(p, extra_headers={"X-Team": "blue"}, timeout=5), body)
        assert got.headers["x-team"] == "blue"
        assert not got.json.keys() & {"extra_headers", "timeout"}


def test_what_is_left_out_is_said_before_the_answer() -> None:
    async def go(provider: Any) -> list[Any]:
        return [event async for batch in provider.stream(Request("gpt-6-luna", (user("x"),), params={"temperature": 0, "top_k": 3})) for event in batch]

    for make, body in ((lambda url: azure_responses(url, KEY), RESPONSE), (lambda url: azure(url, KEY), CHAT)):
        events, (got,) = asked(make, go, body)
        assert [(type(event), event.kind) for event in events[:2]] == [(Noted, "left_out")] * 2
        assert {event.text.split()[3] for event in events[:2]} == {"temperature", "top_k:"}
        assert not got.json.keys() & {"temperature", "top_k"}


# -- models -----------------------------------------------------------------------------------------------------------


def models(make: Callable[[str], VendorClient], value: Any) -> tuple[list[ModelInfo], Got]:
    found, (got,) = asked(make, lambda p: p.models(), answer(value))
    return found, got


def test_a_list_of_models_is_completed_by_the_table() -> None:
    (old, new), got = models(lambda url: OpenAI(url + "/v1", KEY), {"data": [{"id": "gpt-4o", "created": 1715367049, "object": "model"}, {"id": "gpt-7-x"}]})
    assert (got.method, got.path) == ("GET", "/v1/models")
    assert (old.created, old.capabilities and old.capabilities.context_window) == (1715367049, 128_000)
    assert new.capabilities is not None
    assert new.capabilities.reasoning, "a model that is not in the table is like the newest"


def test_openrouter_tells_prices_windows_and_what_its_models_can() -> None:
    entry = {
        "id": "a/b", "name": "A: B", "created": 1, "context_length": 200_000, "architecture": {"input_modalities": ["text", "image", "file"]},
        "pricing": {"prompt": "0.000003", "completion": "0.000015"}, "top_provider": {"max_completion_tokens": 64_000},
        "supported_parameters": ["tools", "reasoning"],
    }  # fmt: skip
    (info, auto), _ = models(lambda url: OpenAIChat(url, KEY, vendor=OPENROUTER), {"data": [entry, {"id": "openrouter/auto", "pricing": {"prompt": "-1"}}]})
    can = info.capabilities
    assert can is not None
    assert (info.name, info.input_price, info.output_price, auto.input_price) == ("A: B", 3.0, 15.0, None)
    assert (can.tools, can.images, can.documents, can.reasoning, can.audio, can.context_window, can.max_output) == (
        True,
        True,
        True,
        True,
        False,
        200_000,
        64_000,
    )


def test_mistral_groq_and_xai_tell_it_in_words_of_their_own() -> None:
    told = {"id": "m", "max_context_length": 32_768, "capabilities": {"function_calling": False, "vision": True}}
    (info,), _ = models(lambda url: OpenAIChat(url, KEY, vendor=MISTRAL), {"data": [told]})
    assert info.capabilities is not None
    assert (info.capabilities.tools, info.capabilities.images, info.capabilities.context_window) == (False, True, 32_768)
    (info,), _ = models(lambda url: groq(url, KEY), {"data": [{"id": "g", "context_window": 131_072, "max_completion_tokens": 8_192}]})
    assert info.capabilities is not None
    assert (info.capabilities.context_window, info.capabilities.max_output) == (131_072, 8_192)
    grok = {"id": "grok-3", "input_modalities": ["text"], "prompt_text_token_price": 30_000, "completion_text_token_price": 150_000}
    (info,), got = models(lambda url: OpenAIChat(url, KEY, vendor=XAI), {"models": [grok]})
    assert (got.path, info.input_price, info.output_price) == ("/language-models", 3.0, 15.0)


def test_servers_of_ones_own_tell_their_window_and_size() -> None:
    entries = [{"id": "a.gguf", "meta": {"n_ctx_train": 32_768, "size": 5_000}}, {"id": "qwen", "max_model_len": 40_960}]
    found, _ = models(lambda url: OpenAIChat(url), {"object": "list", "data": entries})
    assert [(info.capabilities and info.capabilities.context_window, info.size) for info in found] == [(32_768, 5_000), (40_960, None)]


def test_a_list_that_is_none_is_empty_and_a_page_is_an_error() -> None:
    assert models(lambda url: mistral(url, KEY), {"data": [None, {"id": 3}, "x"]})[0] == []
    assert models(lambda url: mistral(url, KEY), [{"id": "a"}])[0][0].id == "a"
    with pytest.raises(GarbledStream, match="not JSON"):
        asked(lambda url: mistral(url, KEY), lambda p: p.models(), Answer(b"<html>", chunked=False))


# -- embeddings -------------------------------------------------------------------------------------------------------


def embedded(*vectors: list[float], tokens: int = 3) -> Answer:
    data = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return answer({"data": data[::-1], "usage": {"prompt_tokens": tokens}})


def test_one_vector_a_text_in_order_whatever_the_order_on_the_wire() -> None:
    found, (got,) = asked(lambda url: mistral(url, KEY), lambda p: p.embed("mistral-embed", ["a", "b"]), embedded([1, 2], [3, 4]))
    assert (found.vectors, found.input_tokens) == ([[1.0, 2.0], [3.0, 4.0]], 3)
    assert (got.path, got.json) == ("/embeddings", {"model": "mistral-embed", "input": ["a", "b"]})


def test_a_vector_may_come_as_base64() -> None:
    vector = base64.b64encode(array.array("f", [0.5, -2.0]).tobytes()).decode()
    found, (got,) = asked(lambda url: azure(url, KEY), lambda p: p.embed("e", ["a"]), answer({"data": [{"embedding": vector, "index": 0}]}))
    assert (found.vectors, found.input_tokens, got.json["encoding_format"]) == ([[0.5, -2.0]], None, "base64")


def test_a_list_that_is_too_long_for_one_request_is_cut() -> None:
    many = ["x"] * 2050
    found, requests = asked(lambda url: OpenAIChat(url, KEY), lambda p: p.embed("e", many), embedded(*[[1.0]] * 2048), embedded([2.0], [3.0]))
    assert [len(got.json["input"]) for got in requests] == [2048, 2]
    assert (len(found.vectors), found.vectors[-1], found.input_tokens) == (2050, [3.0], 6)
    _, requests = asked(lambda url: mistral(url, KEY), lambda p: p.embed("e", ["ü" * 10_000] * 2), embedded([1.0]), embedded([2.0]))
    assert [len(got.json["input"]) for got in requests] == [1, 1], "40,000 bytes are more than its tokens of one request"


def test_no_texts_are_no_request() -> None:
    found, requests = asked(lambda url: mistral(url, KEY), lambda p: p.embed("e", []), b"")
    assert (found.vectors, found.input_tokens, requests) == ([], 0, [])


@pytest.mark.parametrize("value", [{"data": []}, {"data": [{"vector": 1}]}, {"error": None}, {"data": [{"embedding": "?"}]}])
def test_an_answer_without_the_vectors_is_an_error(value: Any) -> None:
    with pytest.raises(GarbledStream):
        asked(lambda url: mistral(url, KEY), lambda p: p.embed("e", ["a"]), answer(value))


def test_a_refusal_is_the_same_error_as_of_a_stream() -> None:
    with pytest.raises(RateLimited) as failed:
        asked(lambda url: mistral(url, KEY), lambda p: p.embed("e", ["a"]), error(429, f"slow down, {KEY}", {"retry-after": "7"}))
    assert failed.value.retry_after == 7
    assert KEY not in str(failed.value)


# -- counting ---------------------------------------------------------------------------------------------------------


def test_the_tokens_of_a_request_are_counted_by_the_server() -> None:
    request = Request("gpt-6-luna", (user("x"),), "Be brief.", params={"max_tokens": 5, "store": True})
    count, (got,) = asked(lambda url: OpenAI(url, KEY), lambda p: p.count_tokens(request), answer({"object": "response.input_tokens", "input_tokens": 11}))
    assert (count, got.path) == (11, "/responses/input_tokens")
    assert got.json == {"model": "gpt-6-luna", "instructions": "Be brief.", "input": [{"role": "user", "content": [{"type": "input_text", "text": "x"}]}]}
    with pytest.raises(GarbledStream):
        asked(lambda url: OpenAI(url, KEY), lambda p: p.count_tokens(request), answer({"input_tokens": None}))


def test_the_adapters_say_what_they_can() -> None:
    assert isinstance(OpenAI(), Knows)
    assert isinstance(OpenAI(), Lists)
    assert isinstance(xai_responses(), Counts)
    assert isinstance(mistral(), Embeds)
    assert not isinstance(mistral(), Counts)
    assert AZURE.model("gpt-4o-mini").can.images
