"""As whom AWS is asked: what botocore finds, a signature that AWS's own code agrees with, a key instead of it."""

import asyncio
import contextlib
import json
import os
import re
import sys

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import get_session

from nbagent.errors import ConfigError, MissingExtra, MissingKey, NbagentError
from nbagent.messages import user
from nbagent.provider import Request
from nbagent.providers.anthropic.clouds import on_bedrock
from nbagent.providers.carriers.aws import Aws, model_path
from tests.wire_server import Answer, WireServer

URL = "https://bedrock-runtime.eu-central-1.amazonaws.com/model/a%2Fb/converse-stream"
PROFILE = "[profile lab]\nregion = eu-north-1\n"
KEYS = "[lab]\naws_access_key_id = AKIALAB\naws_secret_access_key = lab-secret\n"


@pytest.fixture(autouse=True)
def own_machine(monkeypatch, tmp_path):
    """No variable of AWS's but those that a test sets, files of its own, no network."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(PROFILE)
    (tmp_path / "credentials").write_text(KEYS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def headers(aws, secrets=None):
    return asyncio.run(aws.headers("POST", URL, b'{"a": 1}', [] if secrets is None else secrets))


def test_the_signature_is_the_one_that_botocore_makes(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-tests")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-session-token")
    secrets: list[str] = []
    made = headers(Aws(provider="p", region="eu-central-1"), secrets)
    assert secrets == ["a-secret-of-tests", "a-session-token"]
    assert made["X-Amz-Security-Token"] == "a-session-token"
    again = AWSRequest("POST", URL, data=b'{"a": 1}', headers={"content-type": "application/json"})
    auth = SigV4Auth(Credentials("AKIATEST", "a-secret-of-tests", "a-session-token"), "bedrock", "eu-central-1")
    again.context["timestamp"] = made["X-Amz-Date"]
    again.headers["X-Amz-Date"] = made["X-Amz-Date"]
    again.headers["X-Amz-Security-Token"] = "a-session-token"
    signature = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    assert made["Authorization"].endswith(f"Signature={signature}")
    assert "Credential=AKIATEST/" in made["Authorization"]


def test_a_profile_gives_region_and_keys(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "lab")
    aws = Aws(provider="p")
    assert aws.endpoint("bedrock-runtime") == "https://bedrock-runtime.eu-north-1.amazonaws.com"
    assert "Credential=AKIALAB/" in headers(aws)["Authorization"]
    assert "/eu-north-1/bedrock/" in headers(aws)["Authorization"]


def test_other_variables_count_at_once(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    aws = Aws(provider="p")
    for key in ("AKIAONE", "AKIATWO"):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        assert f"Credential={key}/" in headers(aws)["Authorization"]


def test_a_key_of_bedrock_needs_neither_credentials_nor_botocore(monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "of-the-environment")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    secrets: list[str] = []
    assert headers(Aws(provider="p"), secrets)["authorization"] == "Bearer of-the-environment"
    assert headers(Aws("given", provider="p"), secrets)["authorization"] == "Bearer given"
    assert secrets == ["of-the-environment", "given"]


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(MissingExtra, match=r"nbagent\[bedrock\]"):
        headers(Aws(provider="p", region="us-east-1"))
    with pytest.raises(MissingExtra, match=r"nbagent\[bedrock\]"):
        Aws(provider="p").region()


def test_no_credentials_and_no_region_are_said():
    with pytest.raises(ConfigError, match="p needs a region"):
        Aws(provider="p").region()
    with pytest.raises(MissingKey, match="p found no AWS credentials"):
        headers(Aws(provider="p", region="us-east-1"))


def test_a_profile_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "gone")
    for ask in (lambda: headers(Aws(provider="p", region="us-east-1")), lambda: Aws(provider="p").region()):
        with pytest.raises(ConfigError, match="gone"):
            ask()


def test_every_region_that_botocore_knows_has_the_domain_of_its_partition():
    """China, GovCloud, the sovereign cloud of Europe and the isolated ones."""
    partitions = get_session().get_component("data_loader").load_data("partitions")["partitions"]
    assert {"aws", "aws-cn", "aws-us-gov"} <= {partition["id"] for partition in partitions}
    for partition in partitions:
        for region in partition["regions"]:
            if not region.endswith("-global"):
                assert Aws(provider="p", region=region).endpoint("x") == f"https://x.{region}.{partition['outputs']['dnsSuffix']}"


def test_a_sign_in_that_was_left_keeps_nobody_waiting(monkeypatch):
    role = {"AccessKeyId": "AKIAROLE", "SecretAccessKey": "s", "Token": "t", "Expiration": "2999-01-01T00:00:00Z"}
    answer = Answer(json.dumps(role).encode(), headers={"content-type": "application/json"}, chunked=False)

    async def whole():
        with WireServer(Answer(hang_first=True), answer) as server:
            monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url + "/role")
            aws = Aws(provider="p", region="us-east-1")
            left = asyncio.create_task(aws.headers("POST", URL, b"{}", []))
            while not server.requests:
                await asyncio.sleep(0.01)
            left.cancel()
            with pytest.raises(asyncio.CancelledError):
                await left
            return await asyncio.wait_for(aws.headers("POST", URL, b"{}", []), 10)

    assert "Credential=AKIAROLE/" in asyncio.run(whole())["Authorization"]


def test_a_models_name_is_one_step_of_a_path():
    assert model_path("anthropic.claude-x-v1:0") == "anthropic.claude-x-v1:0"
    assert model_path("arn:aws:bedrock:eu:1:profile/../x") == "arn:aws:bedrock:eu:1:profile%2F..%2Fx"


def test_what_arrives_is_what_was_signed(monkeypatch):
    """The way through the HTTP client changes neither the URL (an ARN in it) nor the body."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-tests")
    asked = Request("arn:aws:bedrock:eu-central-1:1:application-inference-profile/a b", (user("Grüße 😀"),))

    async def ask(provider):
        with contextlib.suppress(NbagentError):
            async for _ in provider.stream(asked):
                pass
        await provider.aclose()

    with WireServer(b"") as server:
        asyncio.run(ask(on_bedrock(server.url, region="eu-central-1")))
        (got,) = server.requests
        signed = re.search(r"SignedHeaders=([^,]+), Signature=(\w+)", got.headers["authorization"])
        again = AWSRequest(got.method, server.url + got.path, data=got.body)
        for name in signed[1].split(";"):
            again.headers[name] = got.headers[name]
    again.context["timestamp"] = got.headers["x-amz-date"]
    auth = SigV4Auth(Credentials("AKIATEST", "a-secret-of-tests"), "bedrock", "eu-central-1")
    assert auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again) == signed[2]
