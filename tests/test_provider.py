"""How a ``provider:model`` string finds its provider."""

import subprocess
import sys

import pytest

from nbagent.errors import UnknownProvider
from nbagent.provider import Provider, provider_names, resolve


@pytest.mark.parametrize("spec", ["anthropic:claude-x", "openai:gpt-x", "openai-chat:gpt-x", "local:", "scripted:demo"])
def test_a_string_is_a_provider_and_a_model(spec):
    provider, model = resolve(spec)
    assert isinstance(provider, Provider)
    assert provider.name == spec.split(":")[0]
    assert model == spec.split(":")[1]


def test_an_unknown_provider_gives_the_closest_names():
    with pytest.raises(UnknownProvider, match="Did you mean anthropic") as error:
        resolve("antropic:claude")
    assert len(error.value.lines) <= 4
    with pytest.raises(UnknownProvider, match="written provider:model"):
        resolve("gpt-5")


def test_the_same_key_and_url_share_one_provider_and_its_connections():
    assert resolve("openai-chat:a", base_url="http://127.0.0.1:1/v1")[0] is resolve("openai-chat:b", base_url="http://127.0.0.1:1/v1")[0]
    assert resolve("openai-chat:a", base_url="http://127.0.0.1:2/v1")[0] is not resolve("openai-chat:b", base_url="http://127.0.0.1:1/v1")[0]


def test_our_own_providers_come_in_through_the_same_door():
    assert set(provider_names()) >= {"anthropic", "openai", "openai-chat", "local", "scripted"}


def test_naming_a_model_imports_no_sdk():
    code = """
import sys
from nbagent.provider import resolve
resolve("anthropic:x"), resolve("openai:x")
print([name for name in ("anthropic", "openai", "pandas") if name in sys.modules])"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
