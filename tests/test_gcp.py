"""As whom Google Cloud is asked: a service account's file, its token from a server of the test's own, renewed when it ends."""

import asyncio
import contextlib
import json
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from nbagent.errors import AuthenticationFailed, ConfigError, ConnectionFailed, MissingExtra, MissingKey, NbagentError
from nbagent.messages import user
from nbagent.provider import Request
from nbagent.providers.anthropic.clouds import on_vertex
from nbagent.providers.carriers.gcp import Gcp
from tests.wire_server import Answer, WireServer


@pytest.fixture(scope="module")
def private_key():
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


@pytest.fixture(autouse=True)
def own_machine(monkeypatch, tmp_path):
    """No variable of Google's but those that a test sets, files of its own, no network."""
    for name in ("A_PROJECT", "A_REGION", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.fixture
def account_file(monkeypatch, tmp_path, private_key):
    """A service account whose tokens come from the given URL."""

    def write(url):
        account = {"type": "service_account", "project_id": "of-the-file", "private_key_id": "1", "private_key": private_key}
        more = {"client_email": "a@b.iam.gserviceaccount.com", "client_id": "1", "token_uri": url + "/token"}
        path = tmp_path / "account.json"
        path.write_text(json.dumps(account | more))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))

    return write


def gcp(**given):
    return Gcp(**{"provider": "p", "projects": ("A_PROJECT",), "regions": ("A_REGION",)} | given)


def account(of, secrets=None):
    return asyncio.run(of.account([] if secrets is None else secrets))


def token(name, seconds=3600):
    return Answer(
        json.dumps({"access_token": name, "expires_in": seconds, "token_type": "Bearer"}).encode(), headers={"content-type": "application/json"}, chunked=False
    )


def test_a_service_accounts_token_is_fetched_once_and_renewed_when_it_ends(account_file):
    with WireServer(token("first", 1), token("second")) as server:
        account_file(server.url)
        asker, secrets = gcp(), []
        assert account(asker, secrets) == ("first", "of-the-file")
        assert [account(asker, secrets).token for _ in range(2)] == ["second", "second"]
        assert secrets == ["first", "second", "second"]
        assert len(server.requests) == 2


def test_project_and_region_are_those_of_the_environment_or_those_given(account_file, monkeypatch):
    with WireServer(token("t")) as server:
        account_file(server.url)
        monkeypatch.setenv("A_PROJECT", "of-the-environment")
        monkeypatch.setenv("A_REGION", "europe-west1")
        assert (account(gcp()).project, gcp().region()) == ("of-the-environment", "europe-west1")
        given = gcp(project="given", region="global")
        assert (account(given).project, given.region()) == ("given", "global")


def test_what_google_refuses_is_said(account_file):
    with WireServer(Answer(b'{"error": "invalid_grant", "error_description": "Account disabled."}', status=400, chunked=False)) as server:
        account_file(server.url)
        with pytest.raises(AuthenticationFailed, match="did not accept the credentials"):
            account(gcp())


def test_a_sign_in_that_cannot_be_reached_is_said(account_file, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)  # google-auth waits between its attempts
    account_file("http://127.0.0.1:9")
    with pytest.raises(ConnectionFailed, match="could not be reached"):
        account(gcp())


def test_no_credentials_no_region_and_no_project_are_said():
    with pytest.raises(MissingKey, match="p found no Google credentials"):
        account(gcp())
    with pytest.raises(ConfigError, match="p needs a region: A_REGION"):
        gcp().region()
    with pytest.raises(ConfigError, match="p needs a project: A_PROJECT"):
        account(gcp(token="t"))


def test_a_token_of_ones_own_needs_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.auth", None)
    assert account(gcp(token="t", project="x")) == ("t", "x")
    with pytest.raises(MissingExtra, match=r"nbagent\[vertex\]"):
        account(gcp())


def test_claude_on_vertex_is_asked_with_the_service_accounts_token(account_file, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_VERTEX_PROJECT_ID", raising=False)

    async def ask(provider):
        with contextlib.suppress(NbagentError):
            async for _ in provider.stream(Request("claude-sonnet-5-5", (user("Hi"),))):
                pass
        await provider.aclose()

    with WireServer(token("a-token-of-tests"), b"") as server:
        account_file(server.url)
        asyncio.run(ask(on_vertex(server.url + "/v1", region="global")))
        got = server.requests[1]
    assert got.path == "/v1/projects/of-the-file/locations/global/publishers/anthropic/models/claude-sonnet-5-5:streamRawPredict"
    assert got.headers["authorization"] == "Bearer a-token-of-tests"


def test_a_sign_in_that_was_left_keeps_nobody_waiting(account_file):
    async def left_and_asked_again(server):
        asker = gcp()
        left = asyncio.create_task(asker.account([]))
        while not server.requests:
            await asyncio.sleep(0.01)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        return await asyncio.wait_for(asker.account([]), 10)

    async def whole():
        with WireServer(Answer(hang_first=True), token("of the second")) as server:
            account_file(server.url)
            return await left_and_asked_again(server)

    assert asyncio.run(whole()).token == "of the second"
