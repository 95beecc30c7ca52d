"""A server and a key that are configured go to nobody whom they were not meant for."""

from __future__ import annotations

import pytest

from nbagent.agent import Agent
from nbagent.settings import of_one_provider
from tests.kernel import RUN, a_kernel
from tests.wire_lines import ROWS, TEXT
from tests.wire_server import WireServer

CHAT = next(row for row in ROWS if row.name == "openai-chat")


@pytest.mark.parametrize(
    ("asked", "configured", "same"),
    [("anthropic:a", "anthropic:b", True), ("anthropic:a", "openai-chat:b", False), ("openai-chat:a", None, True), ("local:", None, False),
     ("anthropic:a", None, False), (None, None, True)],
)  # fmt: skip
def test_they_are_for_the_provider_of_the_model_that_they_were_configured_with(asked: str | None, configured: str | None, same: bool) -> None:
    assert of_one_provider(asked, configured) is same


def test_an_object_is_only_itself() -> None:
    one = Agent()
    assert of_one_provider(one, one)
    assert not of_one_provider(one, "openai-chat:m")


@pytest.mark.kernel
def test_a_configured_server_is_not_asked_in_the_name_of_another_provider(tmp_path_factory: pytest.TempPathFactory) -> None:
    with WireServer(b"".join(CHAT.text)) as server, a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok("%load_ext nbagent")
        kernel.ok(f'%config NbAgent.base_url = "{server.url}/v1"')
        (shown,) = [bundle["text/plain"] for bundle in kernel.ok("%%agent -m openai-chat:mine\nHi").outputs if RUN in bundle]
        assert "".join(TEXT).strip() in shown
        assert len(server.requests) == 1
        missing = kernel.run("%%agent -m anthropic:claude-haiku-5-5\nHi")
        assert "MissingKey" in missing.reply["ename"]
        unnamed = kernel.run("%%agent\nHi")
        assert "No model is configured" in unnamed.reply["evalue"]
        given = kernel.run(f"%%agent -m local: --base-url {server.url}/v1\nHi")
        assert "runs on this machine" in given.reply["evalue"]
        assert len(server.requests) == 1
