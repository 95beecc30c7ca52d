"""Claims on how Bedrock is asked: as whom, where, what a refusal says, and what else it can be asked for."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ContextLengthExceeded,
    MissingExtra,
    MissingKey,
    ModelNotFound,
    NbagentError,
    PermissionRefused,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.messages import user
from nbagent.provider import Counts, Embeds, Knows, Lists, Request
from nbagent.providers.bedrock.adapter import Bedrock
from nbagent.tools import ToolSpec
from tests.contract import heard
from tests.wire_lines import KEY
from tests.wire_lines_bedrock import answer
from tests.wire_server import Answer, Got, WireServer

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
ACCESS, SECRET = "AKIDEXAMPLE0000", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
T = TypeVar("T")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials but those that a test sets, and no questions to the machine's own address for them."""
    for variable in (
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")


def asked(model: str = MODEL, server: WireServer | None = None, **fields: Any) -> NbagentError | None:
    return asyncio.run(heard(Bedrock(server.url if server else None), Request(model, (user("Grüße"),), **fields)))[1]


def told(provider: Bedrock, question: Callable[[Bedrock], Awaitable[T]]) -> T:
    """An answer of one provider, whose connections are closed after it."""

    async def ask() -> T:
        try:
            return await question(provider)
        finally:
            await provider.aclose()

    return asyncio.run(ask())


def reply(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json", **headers})


# -- as whom ----------------------------------------------------------------------------------------------------------


def check_signature(got: Got) -> None:
    """Sign what came once more, as AWS does with every request, and compare."""
    auth: Any = pytest.importorskip("botocore.auth")
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    kind, _, fields = got.headers["authorization"].partition(" ")
    said = dict(field.strip().split("=", 1) for field in fields.split(","))
    assert kind == "AWS4-HMAC-SHA256"
    assert said["Credential"].split("/")[2:] == ["eu-central-1", "bedrock", "aws4_request"]
    names = said["SignedHeaders"].split(";")
    assert {"host", "x-amz-date"} <= set(names)
    request = AWSRequest(got.method, f"http://{got.headers['host']}{got.path}", data=got.body, headers={name: got.headers[name] for name in names})
    request.context["timestamp"] = got.headers["x-amz-date"]
    signer = auth.SigV4Auth(Credentials(ACCESS, SECRET), "bedrock", "eu-central-1")
    assert signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request) == said["Signature"]


@pytest.mark.parametrize("model", [MODEL, "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123"])
def test_a_request_is_signed_so_that_aws_accepts_it(model: str, signed: None) -> None:
    with WireServer(b"".join(answer())) as server:
        assert asked(model, server) is None
        (got,) = server.requests
    assert got.path.endswith("/converse-stream")
    assert got.path.count("/") == 3
    check_signature(got)


def test_a_sessions_token_is_sent_and_is_in_no_error(signed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-session-token-of-aws")
    with WireServer(reply({"message": f"bad a-session-token-of-aws {SECRET}"}, 500)) as server:
        failure = asked(server=server)
        assert server.requests[0].headers["x-amz-security-token"] == "a-session-token-of-aws"
    assert isinstance(failure, ServerFailed)
    assert "a-session-token-of-aws" not in str(failure)
    assert SECRET not in str(failure)


def test_a_profile_in_awss_own_files_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile work]\nregion = eu-central-1\n")
    (tmp_path / "credentials").write_text(f"[work]\naws_access_key_id = {ACCESS}\naws_secret_access_key = {SECRET}\n")
    monkeypatch.setenv("AWS_PROFILE", "work")
    with WireServer(b"".join(answer())) as server:
        assert asked(server=server) is None
        check_signature(server.requests[0])


def test_an_api_key_needs_no_signature_and_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-key-0")
    with WireServer(b"".join(answer())) as server:
        assert asked(server=server) is None
        assert server.requests[0].headers["authorization"] == "Bearer bedrock-key-0"


def test_missing_credentials_are_one_clear_error_and_nothing_is_sent() -> None:
    with WireServer(b"") as server:
        failure = asked(server=server)
        assert server.requests == []
    assert isinstance(failure, MissingKey)
    assert "AWS_BEARER_TOKEN_BEDROCK" in str(failure)
    assert len(failure.lines) <= 3


def test_a_missing_region_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    failure = asked()
    assert isinstance(failure, ConfigError)
    assert "AWS_REGION" in str(failure)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("botocore", "botocore.session", "botocore.exceptions"):
        monkeypatch.setitem(sys.modules, module, None)
    failure = asked()
    assert isinstance(failure, MissingExtra)
    assert "nbagent[bedrock]" in str(failure)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert isinstance(asked(), MissingExtra)


def test_importing_the_adapter_imports_neither_botocore_nor_an_http_client() -> None:
    adapters = "nbagent.providers.bedrock.adapter, nbagent.providers.ollama.adapter"
    code = f"import sys, {adapters}; print([name for name in ('botocore', 'httpx2') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


# -- where ------------------------------------------------------------------------------------------------------------


def test_an_address_in_the_environment_is_asked_and_one_given_counts_more(signed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(b"".join(answer())) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        assert asked() is None
        assert len(server.requests) == 1
    assert Bedrock("http://here:1").base_url == "http://here:1"
    monkeypatch.delenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
    assert Bedrock().base_url is None


def test_the_regions_own_address_is_asked_where_none_is_given(signed: None) -> None:
    url = asyncio.run(Bedrock()._url("/x", "bedrock-runtime"))  # nothing is sent
    assert urlsplit(url).netloc == "bedrock-runtime.eu-central-1.amazonaws.com"


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "message", "expected", "says"),
    [
        (403, "UnrecognizedClientException", "The security token included in the request is invalid.", AuthenticationFailed, "aws sso login"),
        (403, "ExpiredTokenException", "The security token included in the request is expired", AuthenticationFailed, "aws sso login"),
        (403, "AccessDeniedException", "You don't have access to the model with the specified model ID.", PermissionRefused, "access to the model"),
        (429, "ThrottlingException", "Too many tokens, please wait before trying again.", RateLimited, "Wait"),
        (424, "ModelErrorException", "The model returned an error", ServerFailed, "Run it again"),
        (400, "ValidationException", "The provided model identifier is invalid.", ModelNotFound, "%nbagent models bedrock"),
        (404, "ResourceNotFoundException", "Could not resolve the foundation model from the model identifier: x", RequestRefused, "Could not resolve"),
        (400, "ValidationException", "Input is too long for requested model.", ContextLengthExceeded, "longer"),
        (
            400, "ValidationException", "Invocation of model ID m with on-demand throughput isn't supported. Retry with the ID of an inference profile.",
            RequestRefused, "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
    ],
)  # fmt: skip
def test_a_refusal_of_awss_is_typed_and_says_what_mends_it(status: int, kind: str, message: str, expected: type[ProviderError], says: str) -> None:
    headers = {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/", "x-amzn-requestid": "req-9"}
    with WireServer(reply({"message": message}, status, **headers)) as server:
        failure = asyncio.run(heard(Bedrock(server.url, KEY), Request(MODEL, (user("x"),))))[1]
    assert type(failure) is expected
    assert isinstance(failure, ProviderError)
    assert (failure.status, failure.request_id) == (status, "req-9")
    assert says in str(failure)
    assert len(failure.lines) <= 3


# -- what else it can be asked for ------------------------------------------------------------------------------------


def test_it_lists_knows_counts_and_embeds() -> None:
    assert all(isinstance(Bedrock(), protocol) for protocol in (Lists, Knows, Counts, Embeds))


CLAUDE = {"modelId": "anthropic.claude-opus-5-5", "modelName": "Claude", "providerName": "Anthropic", "inputModalities": ["TEXT", "IMAGE"]}
TITAN = {"modelId": "amazon.titan-embed-text-v2:0", "modelName": "Titan", "providerName": "Amazon", "inputModalities": ["TEXT"]}
MODELS = {
    "modelSummaries": [
        {**CLAUDE, "outputModalities": ["TEXT"]},
        {**TITAN, "outputModalities": ["EMBEDDING"]},
        {"modelId": "stability.image", "outputModalities": ["IMAGE"]},
    ]
}
PROFILES = {"inferenceProfileSummaries": [{"inferenceProfileId": "eu.anthropic.claude-opus-5-5", "inferenceProfileName": "EU Claude"}]}


def test_models_and_inference_profiles_are_listed_page_by_page(signed: None) -> None:
    with WireServer(reply(MODELS), reply({**PROFILES, "nextToken": "a/b="}), reply(PROFILES)) as server:
        found = told(Bedrock(server.url), lambda provider: provider.models())
        assert [got.path for got in server.requests] == [
            "/foundation-models", "/inference-profiles?maxResults=1000", "/inference-profiles?maxResults=1000&nextToken=a%2Fb%3D",
        ]  # fmt: skip
        for got in server.requests:
            check_signature(got)
    assert [info.id for info in found] == ["anthropic.claude-opus-5-5", "amazon.titan-embed-text-v2:0", *["eu.anthropic.claude-opus-5-5"] * 2]
    assert found[0].capabilities is not None
    assert (found[0].family, found[0].capabilities.images, found[0].capabilities.tools) == ("Anthropic", True, True)


def test_profiles_that_may_not_be_seen_hide_no_models() -> None:
    with WireServer(reply(MODELS), reply({"message": "not authorized"}, 403)) as server:
        assert len(told(Bedrock(server.url, KEY), lambda provider: provider.models())) == 2


def test_tokens_are_counted_by_the_foundation_models_name_and_without_cache_points() -> None:
    request = Request(MODEL, (user("x"),), "Be brief.", (ToolSpec("t", "", {}),), {"max_tokens": 5})
    with WireServer(reply({"inputTokens": 42})) as server:
        assert told(Bedrock(server.url, KEY), lambda provider: provider.count_tokens(request)) == 42
        (got,) = server.requests
    assert got.path == "/model/anthropic.claude-sonnet-4-5-20250929-v1:0/count-tokens"
    assert got.json == {
        "input": {
            "converse": {
                "messages": [{"role": "user", "content": [{"text": "x"}]}],
                "system": [{"text": "Be brief."}],
                "toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {}}}}]},
            }
        }
    }


def test_embeddings_of_titan_and_of_cohere_come_back_in_order() -> None:
    with WireServer(reply({"embedding": [1.0, 2.0], "inputTextTokenCount": 3})) as server:
        found = told(Bedrock(server.url, KEY), lambda provider: provider.embed("amazon.titan-embed-text-v2:0", ["a", "b"]))
        assert sorted(got.json["inputText"] for got in server.requests) == ["a", "b"]
    assert (found.vectors, found.input_tokens) == ([[1.0, 2.0]] * 2, 6)
    with WireServer(reply({"embeddings": {"float": [[1.0], [2.0]]}})) as server:
        found = told(Bedrock(server.url, KEY), lambda provider: provider.embed("cohere.embed-v4:0", ["a", "b"]))
        assert server.requests[0].json["texts"] == ["a", "b"]
    assert found.vectors == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("model", "body", "expected"), [("amazon.titan-embed-text-v2:0", {}, ProviderError), ("cohere.embed-v4:0", {"embeddings": []}, ProviderError)]
)
def test_embeddings_that_are_not_given_are_a_typed_error(model: str, body: Any, expected: type[Exception]) -> None:
    with WireServer(reply(body)) as server, pytest.raises(expected):
        told(Bedrock(server.url, KEY), lambda provider: provider.embed(model, ["a"]))


def test_a_model_that_makes_no_embeddings_is_refused_before_anything_is_sent() -> None:
    with WireServer(b"") as server:
        with pytest.raises(ConfigError, match=r"cohere\.embed"):
            told(Bedrock(server.url, KEY), lambda provider: provider.embed(MODEL, ["a"]))
        assert server.requests == []
