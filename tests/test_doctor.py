"""``%nbagent doctor``: keys with their places, how the clouds and the servers of this machine stand, and nothing promised that is not here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nbagent.errors import ConfigError
from nbagent.notebook.doctor import checks, key_command, key_rows
from tests.wire_server import WireServer


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without keys, clouds, settings and weights."""
    for name in [*os.environ]:
        if name.startswith(("AWS_", "GOOGLE_", "CLOUDSDK_", "OLLAMA_", "NBAGENT_")) or name.endswith(("_API_KEY", "_BASE_URL", "_ENDPOINT")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NBAGENT_CONFIG", "/dev/null")
    monkeypatch.setenv("NBAGENT_CACHE", str(tmp_path / "models"))
    monkeypatch.setenv("NBAGENT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def row(check: str) -> tuple[bool, str]:
    (found,) = [each for each in checks() if each["check"] == check]
    return found["ok"], found["detail"]


def test_a_key_is_told_with_its_place_and_never_shown(bare: Path) -> None:
    assert row("groq key") == (False, "GROQ_API_KEY is not set: %nbagent key groq")
    (bare / ".env").write_text("GROQ_API_KEY=gsk_0123456789abcdefghij\nGROQ_BASE_URL=http://proxy.example/v1\n")
    ok, detail = row("groq key")
    assert ok
    assert detail == f"GROQ_API_KEY of {bare}/.env (gsk...ghij); requests go to http://proxy.example/v1 (GROQ_BASE_URL of {bare}/.env)"
    assert "0123456789abc" not in str(key_rows())


def test_aws_is_signed_in_by_a_file_of_its_own_tools_and_no_network_is_asked(bare: Path) -> None:
    ok, detail = row("AWS sign-in (bedrock)")
    assert not ok
    assert "aws configure" in detail
    (bare / ".aws").mkdir()
    (bare / ".aws" / "credentials").write_text("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n")
    ok, detail = row("AWS sign-in (bedrock)")
    assert ok
    assert "shared-credentials-file" in detail
    assert "no region is set" in detail
    assert "wJalr" not in detail


def test_a_key_of_bedrock_is_told_with_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-0123456789")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    ok, detail = row("AWS sign-in (bedrock)")
    assert ok
    assert detail == "AWS_BEARER_TOKEN_BEDROCK of the environment (bed...6789); region eu-west-1"


def test_google_is_signed_in_by_the_file_that_its_tools_leave(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = "Google Cloud sign-in (vertex)"
    assert row(check) == (False, "no sign-in found: gcloud auth application-default login")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(bare / "key.json"))
    assert "which is not there" in row(check)[1]
    (bare / "key.json").write_text("{}")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    assert row(check) == (True, f"{bare}/key.json; project my-project")


def test_ollama_is_asked_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    ok, detail = row("Ollama")
    assert not ok
    assert "ollama serve starts it" in detail
    with WireServer(b"") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        assert row("Ollama")[0]
    monkeypatch.setenv("OLLAMA_HOST", "http://far.example:11434")
    assert "not asked" in row("Ollama")[1]


def test_weights_that_are_not_here_are_not_called_ready() -> None:
    ok, detail = row("embedded model (local:)")
    assert not ok
    assert "not here yet" in detail
    assert "%nbagent pull local:" in detail


def test_the_configured_model_and_server_are_told_with_where_they_were_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "none is configured" in row("model")[1]
    monkeypatch.setenv("NBAGENT_MODEL", "openai-chat:mine")
    monkeypatch.setenv("NBAGENT_BASE_URL", "http://user:secret@127.0.0.1:8080/v1")
    assert row("model") == (True, "openai-chat:mine (NBAGENT_MODEL)")
    assert row("base URL") == (True, "http://127.0.0.1:8080/v1 (NBAGENT_BASE_URL), for models of openai-chat:")


def test_a_verb_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="no verb 'keep'"):
        key_command(("openai", "keep"))
    assert "was neither given here nor in the keyring" in key_command(("openai", "forget"))


def test_a_configured_model_that_cannot_be_asked_is_not_called_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    ok, detail = row("model")
    assert ok
    assert detail.startswith("none is configured: a cell that names none asks local: (")
    monkeypatch.setenv("NBAGENT_MODEL", "nonsense")
    ok, detail = row("model")
    assert not ok
    assert detail.startswith("nonsense (NBAGENT_MODEL): No provider for the model 'nonsense'.")
    monkeypatch.setenv("NBAGENT_MODEL", "local:")
    assert row("model") == (True, "local: (NBAGENT_MODEL)")


def test_a_key_that_is_not_set_is_said_with_how_to_set_it_and_forget_is_understood_on_either_side() -> None:
    assert {each["provider"]: each["key"] for each in key_rows()}["groq"] == "not set: %nbagent key groq"
    assert key_command(("forget", "groq")) == key_command(("groq", "forget"))
    with pytest.raises(ConfigError, match="forget"):
        key_command(("groq", "forgett"))
