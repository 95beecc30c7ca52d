"""``%nbagent models`` as a person without any key sees it: nothing is asked of anyone, and it is still of use."""

from __future__ import annotations

import os

import pytest

from nbagent.errors import ConfigError
from nbagent.notebook.model_table import models_table
from nbagent.settings import KEYED


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without keys, clouds and servers."""
    for name in [*os.environ]:
        if name.endswith(("_API_KEY", "_ACCESS_KEY", "_PROFILE", "_REGION")) or name.startswith(("AWS_", "GOOGLE_", "AZURE_", "NBAGENT_MODEL")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_GCE_CHECK", "true")


def specs(*words: str) -> list[str]:
    return list(models_table(words)["model"])


def test_the_models_of_this_machine_come_first_and_a_line_says_why_others_are_missing() -> None:
    table = models_table(())
    assert table["model"].iloc[0].startswith("local:")
    notes = dict(zip(table["model"], table["note"], strict=True))
    assert "ANTHROPIC_API_KEY is not set" in notes["anthropic:"]
    assert "nothing answers" in notes["ollama:"]
    assert "anthropic:" in repr(table)


def test_a_search_finds_models_of_providers_that_could_not_be_asked_with_what_is_known_of_them() -> None:
    table = models_table(("haiku",))
    row = table[table["model"] == "anthropic:claude-haiku-4-5"].iloc[0]
    assert (row["context"], row["usd_in"], row["usd_out"]) == (200_000, 1.0, 5.0)
    assert "tools" in row["can"]
    assert "openai:" not in list(table["model"])
    assert all("haiku" in spec or spec.endswith(":") for spec in table["model"])


def test_a_bare_name_with_a_slip_finds_what_is_near_it() -> None:
    assert "anthropic:claude-haiku-4-5" in specs("claude-hiku-4-5")
    assert "anthropic:claude-haiku-4-5" in specs("anthropic", "haiku-4-5")


def test_the_small_default_of_a_provider_comes_first() -> None:
    for keyed in KEYED:
        found = [spec for spec in specs(keyed.provider) if not spec.endswith(":")]
        assert keyed.spec not in found or found[0] == keyed.spec


def test_one_provider_that_cannot_be_asked_says_why() -> None:
    assert "nothing answers" in models_table(("ollama",))["note"].iloc[0]
    assert models_table(("openai",))["note"].iloc[0].startswith("openai needs a key")


def test_a_name_that_is_nearer_to_a_provider_is_taken_for_one() -> None:
    for words in (("anthropc",), ("anthropc", "haiku")):
        with pytest.raises(ConfigError, match="Did you mean anthropic"):
            models_table(words)


def test_scripts_are_models_too() -> None:
    assert "scripted:demo" in specs("scripted")
