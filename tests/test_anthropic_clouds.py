"""Claude on the clouds: what differs from Anthropic's own server, and who is asked for it."""

import asyncio
import base64
import json

import msgspec
import pytest
from inline_snapshot import snapshot

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    GarbledStream,
    IncompleteStream,
    MissingKey,
    PermissionRefused,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, tool_message, user
from nbagent.provider import Counts, Knows, Lists, connect
from nbagent.providers.anthropic.clouds import on_bedrock, on_vertex
from tests.anthropic_events import MODEL, START, TEXT, WEATHER, WHOLE, lines, request
from tests.event_frames import chunk, exception
from tests.wire_server import Answer, WireServer

KEY = "bedrock-api-key-0123456789"
FRAMES = b"".join(chunk(line) for line in lines(*WHOLE))
EVENTS = b"".join(b"data: " + line + b"\n\n" for line in lines(*WHOLE))


def bedrock(url):
    return on_bedrock(url, KEY, region="eu-central-1")


def vertex(url):
    return on_vertex(url + "/v1", KEY, region="europe-west1", project="a-project")


def asked(make, answer, ask):
    """What `ask(provider)` gives, and the requests that the server got."""

    async def go(provider):
        try:
            return await ask(provider)
        finally:
            await provider.aclose()

    with WireServer(*(answer if isinstance(answer, list) else [answer])) as server:
        return asyncio.run(go(make(server.url))), server.requests


def heard(make, answer, call=request(user("Hi"))):  # noqa: B008  a frozen value
    """The text of an answer, and the request."""

    async def listen(provider):
        return "".join([event.delta async for batch in provider.stream(call) for event in batch if hasattr(event, "delta")])

    text, requests = asked(make, answer, listen)
    return text, requests[0]


def answered(value, status=200):
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"}, chunked=False)


# -- what is sent -----------------------------------------------------------------------------------------------------

CHAIN = request(
    user("Weather in Oslo?"),
    assistant(
        ReasoningPart("Hm.", provider_metadata={"anthropic": {"model": MODEL, "signature": "of another way"}}),
        ReasoningPart(
            "So.", provider_metadata={"bedrock-anthropic": {"model": MODEL, "signature": "b"}, "vertex-anthropic": {"model": MODEL, "signature": "v"}}
        ),
        ToolCallPart("t", "get_weather", '{"city": "Oslo"}'),
    ),
    tool_message([ToolResultPart("t", "get_weather", "rain")]),
    instructions="Be brief.",
    tools=(WEATHER,),
    params={"betas": ["a-beta", "b-beta"], "temperature": 1},
)


def test_on_bedrock_the_model_is_in_the_url_and_the_betas_are_in_the_body():
    text, got = heard(bedrock, FRAMES, CHAIN)
    assert text == "Hello"
    assert got.path == f"/model/{MODEL}/invoke-with-response-stream"
    assert got.headers["authorization"] == f"Bearer {KEY}"
    assert "anthropic-beta" not in got.headers
    assert (
        got.json
        == bedrock("http://127.0.0.1:9").to_wire(CHAIN)
        == snapshot(
            {
                "max_tokens": 32000,
                "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Weather in Oslo?"}]},
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "thinking", "thinking": "So.", "signature": "b"},
                            {"type": "tool_use", "id": "t", "name": "get_weather", "input": {"city": "Oslo"}},
                        ],
                    },
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "rain", "cache_control": {"type": "ephemeral"}}]},
                ],
                "tools": [
                    {
                        "name": "get_weather",
                        "description": "Current weather of a city.",
                        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                    }
                ],
                "anthropic_version": "2026-10-21",
                "anthropic_beta": ["a-beta", "b-beta"],
            }
        )
    )


def test_on_vertex_model_project_and_region_are_in_the_url_and_the_betas_are_a_header():
    text, got = heard(vertex, EVENTS, CHAIN)
    assert text == "Hello"
    assert got.path == f"/v1/projects/a-project/locations/europe-west1/publishers/anthropic/models/{MODEL}:streamRawPredict"
    assert (got.headers["authorization"], got.headers["anthropic-beta"]) == (f"Bearer {KEY}", "a-beta,b-beta")
    assert (
        got.json
        == vertex("http://127.0.0.1:9").to_wire(CHAIN)
        == snapshot(
            {
                "max_tokens": 32000,
                "stream": True,
                "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Weather in Oslo?"}]},
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "thinking", "thinking": "So.", "signature": "v"},
                            {"type": "tool_use", "id": "t", "name": "get_weather", "input": {"city": "Oslo"}},
                        ],
                    },
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "rain", "cache_control": {"type": "ephemeral"}}]},
                ],
                "tools": [
                    {
                        "name": "get_weather",
                        "description": "Current weather of a city.",
                        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                    }
                ],
                "anthropic_version": "2026-10-21",
            }
        )
    )


def test_a_models_arn_is_one_step_of_the_url():
    arn = "arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc"
    assert heard(bedrock, FRAMES, request(user("Hi"), model=arn))[1].path == f"/model/{arn.replace('/', '%2F')}/invoke-with-response-stream"
    assert "models/claude-sonnet-4-5@20250929:stream" in heard(vertex, EVENTS, request(user("Hi"), model="claude-sonnet-4-5@20250929"))[1].path


def test_the_caches_marker_stands_on_the_last_block_and_can_be_turned_off():
    shared = user("Hi")
    provider = bedrock("http://127.0.0.1:9")
    for _ in range(2):
        wire = provider.to_wire(request(user("a"), assistant("b"), shared, params={"cache_control": "1h"}))
        assert "cache_control" not in wire
        assert wire["messages"][-1]["content"] == [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    longer = provider.to_wire(request(user("a"), assistant("b"), shared, assistant("c"), user("d")))["messages"]
    assert "cache_control" not in longer[2]["content"][0], "the block that was marked last time is as it was"
    assert "cache_control" not in json.dumps(provider.to_wire(request(shared, instructions="i", params={"cache_control": False})))


def test_the_newer_endpoint_of_bedrock_speaks_the_api_as_it_is(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BEDROCK_BASE_URL", "https://bedrock-mantle.eu-central-1.api.aws/anthropic")
    assert on_bedrock().to_wire(request(user("Hi"))) | {"cache_control": None} == request_of_anthropic() | {"cache_control": None}

    def mantle(url):
        made = on_bedrock(api_key=KEY)
        made._way._base_url = url  # the endpoint is known by its host, which a test's server cannot have
        return made

    text, got = heard(mantle, EVENTS, CHAIN)
    assert text == "Hello"
    assert (got.path, got.headers["anthropic-beta"], got.headers["authorization"]) == ("/v1/messages", "a-beta,b-beta", f"Bearer {KEY}")
    assert (got.json["model"], got.json["stream"]) == (MODEL, True)
    assert asked(mantle, answered({"input_tokens": 3}), lambda provider: provider.count_tokens(CHAIN))[0] == 3
    assert [model.id for model in asked(mantle, answered({"data": [{"id": "anthropic.claude-x"}]}), lambda provider: provider.models())[0]] == [
        "anthropic.claude-x"
    ]


def request_of_anthropic():
    wire = connect("anthropic").to_wire(request(user("Hi")))
    wire["messages"] = [{"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]}]
    return wire


# -- what comes back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttlingException", RateLimited),
        ("validationException", RequestRefused),
        ("accessDeniedException", PermissionRefused),
    ],
)
def test_an_exception_in_mid_stream_is_the_error_it_would_have_been(kind, expected):
    with pytest.raises(expected, match="Sorry"):
        heard(bedrock, b"".join(chunk(line) for line in lines(START, *TEXT[:2])) + exception(kind, "Sorry."))


def test_a_broken_frame_is_no_answer():
    broken = bytearray(FRAMES)
    broken[-60] ^= 1
    with pytest.raises(GarbledStream, match="event stream is broken"):
        heard(bedrock, bytes(broken))


def test_a_frame_that_was_cut_is_a_cut_stream():
    with pytest.raises(IncompleteStream, match="bedrock-anthropic"):
        heard(bedrock, FRAMES[:-10])


def test_what_a_cloud_refuses_hides_the_key_that_was_sent():
    with pytest.raises(PermissionRefused) as refused:
        heard(bedrock, answered({"message": f"The key {KEY} may not do this."}, status=403))
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (403, "UnrecognizedClientException", AuthenticationFailed),
        (403, "ExpiredTokenException:http://internal.amazon.com/", AuthenticationFailed),
        (403, "AccessDeniedException", PermissionRefused),
        (424, "ModelErrorException", ServerFailed),
        (429, "ThrottlingException", RateLimited),
    ],
)
def test_what_aws_refuses_is_told_by_the_kind_that_it_names(status, kind, expected):
    refused = Answer(b'{"message": "No."}', status=status, headers={"x-amzn-errortype": kind, "x-amzn-requestid": "r-1"}, chunked=False)
    for ask in (lambda: heard(bedrock, refused), lambda: asked(bedrock, refused, lambda provider: provider.count_tokens(CHAIN))):
        with pytest.raises(expected) as error:
            ask()
        assert (type(error.value), error.value.status, error.value.request_id) == (expected, status, "r-1")


# -- counting and listing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [bedrock, vertex])
def test_both_know_count_and_list(make):
    provider = make("http://127.0.0.1:9")
    assert isinstance(provider, Knows)
    assert isinstance(provider, Counts)
    assert isinstance(provider, Lists)


def test_bedrock_counts_the_body_that_it_would_be_asked_with():
    count, requests = asked(bedrock, answered({"inputTokens": 12}), lambda provider: provider.count_tokens(CHAIN))
    assert (count, requests[0].path) == (12, f"/model/{MODEL}/count-tokens")
    body = json.loads(base64.b64decode(requests[0].json["input"]["invokeModel"]["body"]))
    assert (body["anthropic_version"], body["anthropic_beta"], body["max_tokens"]) == ("2026-10-21", ["a-beta", "b-beta"], 1)
    assert not {"model", "stream", "temperature"} & body.keys()


def test_vertex_counts_by_a_model_of_its_own():
    count, requests = asked(vertex, answered({"input_tokens": 12}), lambda provider: provider.count_tokens(CHAIN))
    assert (count, requests[0].path) == (12, "/v1/projects/a-project/locations/europe-west1/publishers/anthropic/models/count-tokens:rawPredict")
    assert (requests[0].json["model"], requests[0].json["anthropic_version"]) == (MODEL, "2026-10-21")


@pytest.mark.parametrize("answer", [{}, {"inputTokens": "x"}, []])
def test_a_count_that_is_none_is_garbage(answer):
    with pytest.raises(GarbledStream, match="number of tokens"):
        asked(bedrock, answered(answer), lambda provider: provider.count_tokens(CHAIN))


def test_bedrock_lists_models_and_the_profiles_by_which_they_are_asked():
    found, requests = asked(
        bedrock,
        [
            answered({"modelSummaries": [{"modelId": "anthropic.claude-sonnet-5-5", "modelName": "Claude Sonnet 5.5"}]}),
            answered({"inferenceProfileSummaries": [{"inferenceProfileId": "eu.anthropic.claude-sonnet-5-5"}, {"inferenceProfileId": "eu.meta.llama"}]}),
        ],
        lambda provider: provider.models(),
    )
    assert [(model.id, model.name) for model in found] == [("anthropic.claude-sonnet-5-5", "Claude Sonnet 5.5"), ("eu.anthropic.claude-sonnet-5-5", "")]
    assert found[0].capabilities.context_window == 1_000_000
    assert [got.path for got in requests] == ["/foundation-models?byProvider=Anthropic", "/inference-profiles?maxResults=1000"]


def test_profiles_that_an_account_may_not_see_take_nothing_from_the_models():
    answers = [answered({"modelSummaries": [{"modelId": "anthropic.claude-x"}, {"odd": 1}, None]}), answered({"message": "no"}, status=403)]
    assert [model.id for model in asked(bedrock, answers, lambda provider: provider.models())[0]] == ["anthropic.claude-x"]


def test_vertex_lists_what_anthropic_has_published_there():
    found, requests = asked(
        vertex, answered({"publisherModels": [{"name": "publishers/anthropic/models/claude-sonnet-5-5"}]}), lambda provider: provider.models()
    )
    assert [model.id for model in found] == ["claude-sonnet-5-5"]
    assert requests[0].path == "/v1beta1/publishers/anthropic/models?pageSize=300"
    assert requests[0].headers["x-goog-user-project"] == "a-project"


# -- who and where ----------------------------------------------------------------------------------------------------


def test_the_names_are_found_like_any_provider():
    assert [connect(name).name for name in ("bedrock-anthropic", "vertex-anthropic")] == ["bedrock-anthropic", "vertex-anthropic"]


def test_where_requests_go_follows_the_region(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("CLOUD_ML_REGION", "global")
    assert on_bedrock().base_url == "https://bedrock-runtime.us-west-2.amazonaws.com"
    assert on_vertex().base_url == "https://aiplatform.googleapis.com/v1"
    monkeypatch.setenv("CLOUD_ML_REGION", "europe-west1")
    assert on_vertex().base_url == "https://europe-west1-aiplatform.googleapis.com/v1"
    monkeypatch.setenv("ANTHROPIC_BEDROCK_BASE_URL", "https://proxy.example/bedrock")
    assert on_bedrock().base_url == "https://proxy.example/bedrock"


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine that knows no cloud."""
    for name in (
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("CLOUD_ML_REGION", "GOOGLE_CLOUD_LOCATION", "ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("provider", "error", "said"),
    [
        (lambda: on_bedrock(), ConfigError, "bedrock-anthropic needs a region"),
        (lambda: on_bedrock(region="eu-central-1"), MissingKey, "bedrock-anthropic found no AWS credentials"),
        (lambda: on_vertex(), ConfigError, "vertex-anthropic needs a region"),
        (lambda: on_vertex(region="global"), MissingKey, "vertex-anthropic found no Google credentials"),
        (lambda: on_vertex(api_key="token", region="global"), ConfigError, "vertex-anthropic needs a project"),
    ],
)
def test_what_is_missing_is_said_in_one_clear_error(provider, error, said):
    async def ask():
        async for _ in provider().stream(request(user("Hi"))):
            pass

    with pytest.raises(error, match=said) as missing:
        asyncio.run(ask())
    assert len(missing.value.lines) <= 3
    assert provider().base_url is None or "region" not in said


def test_what_was_signed_on_one_way_is_not_sent_by_another():
    said = msgspec.structs.replace(CHAIN, messages=(*CHAIN.messages[:2], assistant(TextPart("x"))))
    for name, signature in {"anthropic": "of another way", "vertex-anthropic": "v", "bedrock-anthropic": "b"}.items():
        sent = connect(name).to_wire(said)["messages"][1]["content"]
        assert [given["signature"] for given in sent if given["type"] == "thinking"] == [signature]
