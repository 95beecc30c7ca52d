"""Two hundred runs at once on the one engine thread, against the bare read of the same bytes, two hundred at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from nbagent.agent import Agent
from nbagent.session import Session
from tests.benchmarks.answers import WITH_SDK, tokens
from tests.benchmarks.bare import Bare
from tests.benchmarks.measure import Pair, Row, Table

RUNS = 200


@pytest.mark.parametrize("cut", ["block", "event"])
@pytest.mark.parametrize("api", WITH_SDK)
def test_many_runs_at_once_cost_little_more_than_reading(
    api: str, cut: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Callable[..., Pair]
) -> None:
    name = f"{api}-500-{cut}"
    agent, expected = agent_for(name), "".join(tokens(500))

    async def runs() -> None:
        results = await asyncio.gather(*(Session(agent).arun("What should I wear?") for _ in range(RUNS)))
        assert all(result.text == expected for result in results)

    async def reads() -> None:
        await asyncio.gather(*(bare.read(f"{url}/{name}") for _ in range(RUNS)))

    pair = against(lambda: bare.run(runs), lambda: bare.run(reads), rounds=5)
    ratio, spread = pair.ratio()
    table.add(Row(what=f"{RUNS} runs at once, {name}: runs / bare reads", value=ratio, bar=4, spread=spread, note=pair.note()))
