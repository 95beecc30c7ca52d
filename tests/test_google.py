"""The way to the Gemini API: URLs, keys, errors, the list of models, embeddings, counting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ContextLengthExceeded,
    GarbledStream,
    MissingKey,
    MissingSignature,
    ModelNotFound,
    NbagentError,
    Overloaded,
    PermissionRefused,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
)
from nbagent.events import Noted
from nbagent.messages import user
from nbagent.provider import Counts, Describes, Embeds, Knows, Lists, Request, resolve
from nbagent.providers.google.adapter import Google
from nbagent.session import Session
from tests.contract import REQUEST, heard
from tests.wire_lines import KEY
from tests.wire_lines_google import call, chunk, last
from tests.wire_server import Answer, Got, WireServer

WHOLE = b"".join([chunk({"text": "Hi."}), last()])


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"}, chunked=False)


def refused(status: int, message: str, code: str, *details: dict[str, Any]) -> Answer:
    return as_json({"error": {"code": status, "message": message, "status": code, "details": list(details)}}, status)


def asked(ask: Callable[[Google], Awaitable[Any]], *answers: Answer) -> tuple[Any, list[Got]]:
    """What `ask` gives, or the error it ends with, and the requests."""

    async def go(provider: Google) -> Any:
        try:
            return await ask(provider)
        except NbagentError as failure:
            return failure
        finally:
            await provider.aclose()

    with WireServer(*answers) as server:
        return asyncio.run(go(Google(server.url, KEY))), server.requests


def failure(answer: Answer) -> ProviderError:
    with WireServer(answer) as server:
        _, found = asyncio.run(heard(Google(server.url, KEY)))
    assert isinstance(found, ProviderError)
    return found


def test_it_is_found_by_its_name_and_can_do_all_that_a_provider_can() -> None:
    provider, model = resolve("google:gemini-3.8-flash", api_key=KEY)
    assert (type(provider), model) == (Google, "gemini-3.8-flash")
    assert all(isinstance(provider, kind) for kind in (Describes, Knows, Lists, Embeds, Counts))


# -- where it goes, and as whom ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "model", "asked_for"),
    [
        ("", "gemini-x", "/v1beta/models/gemini-x:streamGenerateContent?alt=sse"),
        ("/", "models/gemini-x", "/v1beta/models/gemini-x:streamGenerateContent?alt=sse"),
        ("/v1", "gemini-x", "/v1/models/gemini-x:streamGenerateContent?alt=sse"),
        ("/gate/v1beta", "tunedModels/mine", "/gate/v1beta/tunedModels/mine:streamGenerateContent?alt=sse"),
        ("", "a?key=b", "/v1beta/models/a%3Fkey%3Db:streamGenerateContent?alt=sse"),
    ],
)
def test_the_model_is_in_the_url_and_the_key_is_not(path: str, model: str, asked_for: str) -> None:
    with WireServer(WHOLE) as server:
        _, found = asyncio.run(heard(Google(server.url + path, KEY), Request(model, (user("Hi"),))))
        assert found is None
        (got,) = server.requests
    assert got.path == asked_for
    assert got.headers["x-goog-api-key"] == KEY
    assert KEY not in got.path


def test_the_first_key_of_the_environment_counts_and_the_second_is_taken_where_it_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for variables, sent in (({"GEMINI_API_KEY": "first-key", "GOOGLE_API_KEY": "other-key"}, "first-key"), ({"GOOGLE_API_KEY": "other-key"}, "other-key")):
        for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        for name, key in variables.items():
            monkeypatch.setenv(name, key)
        with WireServer(WHOLE) as server:
            asyncio.run(heard(Google(server.url)))
            assert server.requests[0].headers["x-goog-api-key"] == sent


def test_another_server_needs_no_key_and_may_be_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with WireServer(WHOLE) as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        _, found = asyncio.run(heard(Google()))
        assert found is None
        assert "x-goog-api-key" not in server.requests[0].headers
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "not a url")
    _, found = asyncio.run(heard(Google()))
    assert isinstance(found, ConfigError)
    assert not isinstance(found, MissingKey)


def test_what_was_left_out_is_said_before_all_else() -> None:
    with WireServer(WHOLE) as server:
        events, _ = asyncio.run(heard(Google(server.url, KEY), Request("gemini-2.0-flash", (user("Hi"),), params={"thinking_budget": 5, "n": 2})))
        assert events[:2] == [
            Noted(text="gemini-2.0-flash takes no n: it is left out", kind="left_out"),
            Noted(text="gemini-2.0-flash takes no thinking_budget: it is left out", kind="left_out"),
        ]
        assert "generationConfig" not in server.requests[0].json


# -- errors -----------------------------------------------------------------------------------------------------------

_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_WAIT = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12s"}


def _violation(quota: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]}


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        (refused(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"}), AuthenticationFailed, None),
        (refused(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"), AuthenticationFailed, None),
        (refused(403, "Generative Language API has not been used in project 1 before", "PERMISSION_DENIED"), PermissionRefused, None),
        (refused(404, "models/gemini-2.5-none is not found for API version v1beta, or is not supported", "NOT_FOUND"), ModelNotFound, None),
        (refused(404, "Publisher Model `projects/p/models/gemini-2.5-none` was not found", "NOT_FOUND"), ModelNotFound, None),
        (
            refused(400, "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).", "INVALID_ARGUMENT"),
            ContextLengthExceeded,
            None,
        ),
        (refused(400, "Function call `f` in the 2. content block is missing a `thought_signature`.", "INVALID_ARGUMENT"), MissingSignature, None),
        (refused(400, "Invalid JSON payload received. Unknown name", "INVALID_ARGUMENT"), RequestRefused, None),
        (refused(429, _QUOTA, "RESOURCE_EXHAUSTED", _violation("GenerateRequestsPerMinute"), _WAIT), RateLimited, 12.0),
        (refused(429, _QUOTA, "RESOURCE_EXHAUSTED", _violation("GenerateRequestsPerDayPerProject"), _WAIT), PermissionRefused, 12.0),
        (refused(429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED", {"retryDelay": "1.5s"}), RateLimited, 1.5),
        (refused(503, "The model is overloaded.", "UNAVAILABLE", {"retryDelay": "soon"}), Overloaded, None),
        (refused(504, "Deadline expired before operation could complete.", "DEADLINE_EXCEEDED"), ProviderTimeout, None),
        (as_json([{"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED"}}], 429), RateLimited, None),
        (as_json([{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}]), Overloaded, None),
    ],
)
def test_googles_errors_are_those_of_everybody(answer: Answer, kind: type[ProviderError], wait: float | None) -> None:
    found = failure(answer)
    assert type(found) is kind
    assert found.retry_after == wait
    assert len(found.lines) <= 3


# -- what stands beside answering -------------------------------------------------------------------------------------


def test_models_are_listed_over_all_pages() -> None:
    def page(*names: str, **more: Any) -> Answer:
        return as_json({"models": [{"name": f"models/{name}", "supportedGenerationMethods": ["generateContent"]} for name in names], **more})

    models, requests = asked(lambda provider: provider.models(), page("gemini-a", "gemini-b", nextPageToken="p2"), page("gemini-c"))
    assert [model.id for model in models] == ["gemini-a", "gemini-b", "gemini-c"]
    assert [got.path for got in requests] == ["/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=p2"]
    assert requests[0].headers["x-goog-api-key"] == KEY


def test_a_long_list_of_texts_is_embedded_in_hundreds_and_in_order() -> None:
    texts = [f"text {number}" for number in range(230)]
    answers = [
        as_json({"embeddings": [{"values": [float(n)]} for n in range(start, min(start + 100, 230))], "usageMetadata": {"promptTokenCount": 7}})
        for start in (0, 100, 200)
    ]
    found, requests = asked(lambda provider: provider.embed("gemini-embedding-2", texts, task_type="RETRIEVAL_QUERY", dimensions=8), *answers)
    assert [vector[0] for vector in found.vectors] == [float(n) for n in range(230)]
    assert found.input_tokens == 21
    assert [len(got.json["requests"]) for got in requests] == [100, 100, 30]
    assert requests[0].path == "/v1beta/models/gemini-embedding-2:batchEmbedContents"
    assert requests[0].json["requests"][0] == {
        "model": "models/gemini-embedding-2", "content": {"parts": [{"text": "text 0"}]}, "taskType": "RETRIEVAL_QUERY", "outputDimensionality": 8,
    }  # fmt: skip


def test_no_texts_are_embedded_without_asking() -> None:
    found, requests = asked(lambda provider: provider.embed("gemini-embedding-2", []), as_json({}))
    assert (found.vectors, found.input_tokens, requests) == ([], None, [])


@pytest.mark.parametrize("answer", [{}, {"embeddings": [{"values": [1.0]}] * 2}, {"embeddings": [{"values": None}]}, {"embeddings": ["x"]}, []])
def test_embeddings_that_do_not_fit_their_texts_are_no_embeddings(answer: Any) -> None:
    found, _ = asked(lambda provider: provider.embed("m", ["a"]), as_json(answer))
    assert isinstance(found, GarbledStream)


def test_tokens_are_counted_of_the_whole_request() -> None:
    found, requests = asked(lambda provider: provider.count_tokens(REQUEST), as_json({"totalTokens": 31}))
    assert found == 31
    assert requests[0].path == "/v1beta/models/model-x:countTokens"
    sent = requests[0].json["generateContentRequest"]
    assert sent == {"model": "models/model-x", **Google(api_key=KEY).to_wire(REQUEST)}
    assert {"contents", "systemInstruction", "tools"} <= sent.keys()


def test_an_error_beside_answering_is_typed_too() -> None:
    for ask in (lambda provider: provider.models(), lambda provider: provider.embed("m", ["a"]), lambda provider: provider.count_tokens(REQUEST)):
        found, _ = asked(ask, refused(429, "slow", "RESOURCE_EXHAUSTED", _WAIT))
        assert isinstance(found, RateLimited)
        assert found.retry_after == 12
    found, _ = asked(lambda provider: provider.count_tokens(REQUEST), as_json({"totalTokens": "many"}))
    assert isinstance(found, GarbledStream)


# -- a run ------------------------------------------------------------------------------------------------------------


def get_weather(city: str) -> str:
    """The weather."""
    return f"{city}: rain"


def test_in_a_run_with_tools_every_signature_goes_back_on_the_part_it_came_with() -> None:
    first = [chunk({"text": "Looking.", "thoughtSignature": "AA=="}), last({**call(name="get_weather", args={"city": "Zürich"}), "thoughtSignature": "BB=="})]
    second = [last({**call(name="get_weather", args={"city": "Bern"}), "thoughtSignature": "CC=="})]
    third = [chunk({"text": "Take a coat."}), last({"text": "", "thoughtSignature": "DD=="})]
    with WireServer(*(b"".join(lines) for lines in (first, second, third))) as server:
        provider = Google(server.url, KEY)
        session = Session(Agent(model=provider, tools=[get_weather]))
        assert session.run("Coat?").text == "Take a coat."
        session.run("Sure?")
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)
        contents = [got.json["contents"] for got in server.requests]
    assert [content["role"] for content in contents[2]] == ["user", "model", "user", "model", "user"]
    assert contents[2][1]["parts"] == [
        {"text": "Looking.", "thoughtSignature": "AA=="}, {"functionCall": {"name": "get_weather", "args": {"city": "Zürich"}}, "thoughtSignature": "BB=="},
    ]  # fmt: skip
    assert contents[2][2]["parts"] == [{"functionResponse": {"name": "get_weather", "response": {"output": "Zürich: rain"}}}]
    assert contents[2][3]["parts"] == [{"functionCall": {"name": "get_weather", "args": {"city": "Bern"}}, "thoughtSignature": "CC=="}]
    assert contents[3][5]["parts"] == [{"text": "Take a coat."}, {"text": "", "thoughtSignature": "DD=="}]


def test_an_answer_that_google_paused_is_asked_for_again_and_goes_on() -> None:
    first = [chunk({"text": "one, "}), last(reason="CONTINUATION", continuationToken="dG9r")]
    with WireServer(b"".join(first), b"".join([chunk({"text": "two"}), last()])) as server:
        provider = Google(server.url, KEY)
        session = Session(Agent(model=provider))
        session.run("Count.")
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)
        bodies = [got.json for got in server.requests]
    assert [message.text for message in session.messages[1:]] == ["one, ", "two"]
    assert bodies[1] == {**bodies[0], "continuationToken": "dG9r"}
