"""A refusal is read no further than it is of use, whoever the client is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nbagent.errors import NbagentError, ProviderError
from nbagent.provider import Embeds, Lists
from nbagent.providers.carriers.refusals import MOST
from tests.contract import over_socket, rows
from tests.wire_lines import Row
from tests.wire_server import Answer, WireServer


def endless(body: bytes, status: int) -> Answer:
    """More than is to be read, and no end of it."""
    return Answer(body + b" " * MOST, status=status, split=10_000, hang=True)


@rows
@pytest.mark.parametrize("status", [302, 400, 401, 429, 500])
def test_a_refusal_without_an_end_is_not_waited_for(row: Row, status: int) -> None:
    events, failure = over_socket(row, endless(b'<html>It is of a proxy, and says "no".', status))
    assert events == []
    assert isinstance(failure, ProviderError)
    assert "no" in failure.why


@rows
def test_nor_is_one_of_a_list_or_of_embeddings(row: Row) -> None:
    async def outcome(provider: Any) -> None:
        try:
            await (provider.models() if isinstance(provider, Lists) else provider.embed("m", ["a"]))
        finally:
            await provider.aclose()

    with WireServer(endless(b"no", 500)) as server:
        provider = row.make(server.url)
        assert isinstance(provider, (Lists, Embeds))
        with pytest.raises(NbagentError, match="500"):
            asyncio.run(outcome(provider))
        assert len(server.requests) == 1
