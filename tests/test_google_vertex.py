"""Gemini on Vertex: who asks, where it goes, and what is different there. Google's server of tokens is one of our own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from nbagent.errors import AuthenticationFailed, ConfigError, ConnectionFailed, MissingKey, NbagentError
from nbagent.messages import user
from nbagent.provider import Counts, Embeds, Lists, Request, resolve
from nbagent.providers.google.vertex import Vertex
from tests.contract import REQUEST, heard
from tests.wire_lines import KEY
from tests.wire_lines_google import chunk, last
from tests.wire_server import Answer, Got, WireServer

WHOLE = b"".join([chunk({"text": "Hi."}), last()])
WITHIN = "/v1beta1/projects/my-project/locations/global/publishers/google/models"


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"}, chunked=False)


def token(name: str, seconds: int = 3600) -> Answer:
    return as_json({"access_token": name, "expires_in": seconds, "token_type": "Bearer"})


@pytest.fixture(scope="module")
def private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that says nothing of who asks."""
    for name in (
        "GOOGLE_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_CLOUD_LOCATION",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_VERTEX_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.fixture
def account(private_key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Makes a service account whose tokens come from this URL the one that asks."""

    def made(url: str) -> None:
        file = tmp_path / "account.json"
        info = {"type": "service_account", "project_id": "my-project", "private_key": private_key, "client_email": "a@b.example", "token_uri": f"{url}/token"}
        file.write_text(json.dumps(info))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))

    return made


def asked(provider: Vertex, ask: Callable[[Vertex], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        try:
            return await ask(provider)
        except NbagentError as failure:
            return failure
        finally:
            await provider.aclose()

    return asyncio.run(go())


def test_it_is_found_by_its_name_and_can_do_all_that_the_gemini_api_can() -> None:
    provider, model = resolve("vertex:gemini-3.8-flash", api_key=KEY)
    assert (type(provider), provider.name, model) == (Vertex, "vertex", "gemini-3.8-flash")
    assert all(isinstance(provider, kind) for kind in (Lists, Embeds, Counts))


def test_application_default_credentials_let_in_and_one_token_is_enough_for_many_requests(account: Callable[[str], None]) -> None:
    async def thrice(provider: Vertex) -> None:
        for _ in range(3):
            async for _ in provider.stream(REQUEST):
                pass

    with WireServer(token("ya29-secret-token")) as google, WireServer(WHOLE) as server:
        account(google.url)
        asked(Vertex(server.url), thrice)
        assert len(google.requests) == 1
        assert parse_qs(google.requests[0].body.decode())["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        assert {got.headers["authorization"] for got in server.requests} == {"Bearer ya29-secret-token"}
        assert {got.path for got in server.requests} == {f"{WITHIN}/model-x:streamGenerateContent?alt=sse"}
        assert "x-goog-api-key" not in server.requests[0].headers
        assert server.requests[0].json == Vertex(server.url).to_wire(REQUEST)


def test_a_token_that_ran_out_is_renewed(account: Callable[[str], None]) -> None:
    async def twice(provider: Vertex) -> None:
        for _ in range(2):
            async for _ in provider.stream(REQUEST):
                pass

    with WireServer(token("first", seconds=1), token("second")) as google, WireServer(WHOLE) as server:
        account(google.url)
        asked(Vertex(server.url), twice)
        assert [got.headers["authorization"] for got in server.requests] == ["Bearer first", "Bearer second"]


def test_a_token_is_in_no_message(account: Callable[[str], None]) -> None:
    said = as_json({"error": {"code": 403, "message": "the token my-secret-token may not", "status": "PERMISSION_DENIED"}}, 403)
    with WireServer(token("my-secret-token")) as google, WireServer(said) as server:
        account(google.url)
        _, failure = asyncio.run(heard(Vertex(server.url)))
    assert failure is not None
    assert "may not" in failure.why
    assert "my-secret-token" not in failure.why


def test_who_is_not_accepted_and_who_cannot_be_asked_is_told_apart(account: Callable[[str], None]) -> None:
    with WireServer(as_json({"error": "invalid_grant", "error_description": "Account not found."}, 400)) as google, WireServer(WHOLE) as server:
        account(google.url)
        _, failure = asyncio.run(heard(Vertex(server.url)))
        assert isinstance(failure, AuthenticationFailed)
        assert "gcloud auth application-default login" in failure.mend
        assert server.requests == []
    account(google.url)  # nobody is there any more
    _, failure = asyncio.run(heard(Vertex("http://127.0.0.1:9")))
    assert isinstance(failure, ConnectionFailed)


def test_without_credentials_it_says_both_ways_to_get_in() -> None:
    _, failure = asyncio.run(heard(Vertex()))
    assert isinstance(failure, MissingKey)
    assert len(failure.lines) <= 3
    for word in ("gcloud auth application-default login", "%nbagent key vertex"):
        assert word in failure.mend


def test_a_project_that_nobody_names_is_asked_for(private_key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with WireServer(token("t")) as google:
        file = tmp_path / "account.json"
        file.write_text(json.dumps({"type": "service_account", "private_key": private_key, "client_email": "a@b", "token_uri": f"{google.url}/token"}))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        _, failure = asyncio.run(heard(Vertex("http://127.0.0.1:9")))
    assert isinstance(failure, ConfigError)
    assert "GOOGLE_CLOUD_PROJECT" in str(failure)


# -- where it goes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "key", "url"),
    [
        ({}, None, "https://aiplatform.googleapis.com"),
        ({"GOOGLE_CLOUD_LOCATION": "global"}, None, "https://aiplatform.googleapis.com"),
        ({"GOOGLE_CLOUD_LOCATION": "europe-west6"}, None, "https://europe-west6-aiplatform.googleapis.com"),
        ({"GOOGLE_CLOUD_LOCATION": "eu"}, None, "https://aiplatform.eu.rep.googleapis.com"),
        ({"GOOGLE_CLOUD_LOCATION": "europe-west6"}, "a-key", "https://aiplatform.googleapis.com"),
        ({"GOOGLE_VERTEX_BASE_URL": "https://gate.example"}, None, "https://gate.example"),
    ],
)
def test_each_place_has_its_host(variables: dict[str, str], key: str | None, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Vertex(api_key=key).base_url == url


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("gemini-x", f"{WITHIN}/gemini-x"),
        ("models/gemini-x", f"{WITHIN}/gemini-x"),
        ("publishers/google/models/gemini-x", f"{WITHIN}/gemini-x"),
        ("meta/llama-9", "/v1beta1/projects/my-project/locations/global/publishers/meta/models/llama-9"),
        ("projects/p/locations/l/endpoints/7", "/v1beta1/projects/p/locations/l/endpoints/7"),
    ],
)
def test_a_models_name_may_be_short_or_whole(model: str, path: str, account: Callable[[str], None]) -> None:
    with WireServer(token("t")) as google, WireServer(WHOLE) as server:
        account(google.url)
        _, failure = asyncio.run(heard(Vertex(server.url), Request(model, (user("Hi"),))))
        assert failure is None
        assert server.requests[0].path == f"{path}:streamGenerateContent?alt=sse"


def test_a_key_of_express_mode_needs_neither_project_nor_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(WHOLE) as server:
        asyncio.run(heard(Vertex(server.url, KEY)))
        monkeypatch.setenv("GOOGLE_API_KEY", "from-the-environment")
        asyncio.run(heard(Vertex(server.url)))
        assert [got.headers["x-goog-api-key"] for got in server.requests] == [KEY, "from-the-environment"]
        assert {got.path for got in server.requests} == {"/v1beta1/publishers/google/models/model-x:streamGenerateContent?alt=sse"}


def test_a_project_in_the_environment_counts_more_than_a_key_there(account: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(token("t")) as google, WireServer(WHOLE) as server:
        account(google.url)
        monkeypatch.setenv("GOOGLE_API_KEY", "a-key-for-gemini")
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "other-project")
        monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west6")
        asyncio.run(heard(Vertex(server.url)))
        (got,) = server.requests
    assert got.path.startswith("/v1beta1/projects/other-project/locations/europe-west6/publishers/google/models/model-x:")
    assert got.headers["authorization"] == "Bearer t"


# -- what is different there ------------------------------------------------------------------------------------------


def test_arguments_are_streamed_where_that_was_asked_for() -> None:
    wire = Vertex(api_key=KEY).to_wire(Request("gemini-3.8-flash", REQUEST.messages, tools=REQUEST.tools, params={"stream_function_call_arguments": True}))
    assert wire["toolConfig"] == {"functionCallingConfig": {"streamFunctionCallArguments": True}}


def test_models_are_those_of_the_publisher(account: Callable[[str], None]) -> None:
    with WireServer(token("t")) as google, WireServer(as_json({"publisherModels": [{"name": "publishers/google/models/gemini-x"}]})) as server:
        account(google.url)
        (model,) = asked(Vertex(server.url), lambda provider: provider.models())
        assert model.id == "gemini-x"
        assert server.requests[0].path == "/v1beta1/publishers/google/models?pageSize=1000"
        assert server.requests[0].headers["x-goog-user-project"] == "my-project"


def embedded(model: str, count: int, *answers: Any) -> tuple[Any, list[Got]]:
    with WireServer(*(as_json(answer) for answer in answers)) as server:
        found = asked(Vertex(server.url, KEY), lambda provider: provider.embed(model, [f"t{n}" for n in range(count)], task_type="CLUSTERING", dimensions=2))
        return found, server.requests


def test_older_embeddings_are_predictions_and_one_model_takes_one_text_a_request() -> None:
    def predicted(*values: float) -> dict[str, Any]:
        return {"predictions": [{"embeddings": {"values": [value], "statistics": {"token_count": 3.0}}} for value in values]}

    found, requests = embedded("text-embedding-005", 2, predicted(1, 2))
    assert (found.vectors, found.input_tokens) == ([[1], [2]], 6)
    assert requests[0].path.endswith("/text-embedding-005:predict")
    assert requests[0].json == {
        "instances": [{"content": "t0", "task_type": "CLUSTERING"}, {"content": "t1", "task_type": "CLUSTERING"}], "parameters": {"outputDimensionality": 2},
    }  # fmt: skip
    found, requests = embedded("gemini-embedding-001", 2, predicted(1), predicted(2))
    assert (found.vectors, len(requests)) == ([[1], [2]], 2)


def test_newer_embeddings_come_many_at_once() -> None:
    found, requests = embedded("gemini-embedding-2", 2, {"embeddings": [{"values": [1]}, {"values": [2]}]})
    assert found.vectors == [[1], [2]]
    assert requests[0].path == "/v1beta1/publishers/google/models/gemini-embedding-2:batchEmbedContents"
    wanted = {"taskType": "CLUSTERING", "outputDimensionality": 2}
    assert requests[0].json["requests"][0] == {"content": {"parts": [{"text": "t0"}]}, "embedContentConfig": wanted}


def test_tokens_are_counted_of_what_vertex_counts() -> None:
    with WireServer(as_json({"totalTokens": 12})) as server:
        assert asked(Vertex(server.url, KEY), lambda provider: provider.count_tokens(REQUEST)) == 12
        wire = Vertex(server.url, KEY).to_wire(REQUEST)
        assert server.requests[0].json == {key: wire[key] for key in ("contents", "systemInstruction", "tools", "generationConfig")}
