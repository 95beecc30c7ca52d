"""What a long tool loop costs the engine: round 50 against round 5. Nothing that is sent is written as JSON here, the answers are decoded."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import MaxStepsReached
from nbagent.events import ProviderEvent
from nbagent.provider import Provider, Request
from nbagent.session import Session
from nbagent.tools import tool
from tests.benchmarks.measure import Row, Table
from tests.wire_lines import ROWS

LAST = 50
RUNS = 30


class Canned:
    """A provider whose every answer is the same calls, decoded each time from a vendor's bytes."""

    name = "canned"

    def __init__(self, row: Any) -> None:
        self._row, self._payloads = row, [line.removeprefix(b"data: ") for line in b"".join(row.calls).split(b"\n") if line.startswith(b"data: ")]

    async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
        decoder = self._row.decoder()
        yield decoder.feed(self._payloads)
        yield decoder.end()


def rounds_of(model: Provider) -> list[float]:
    """Seconds that the engine's thread was busy with each round, from one call of the tool to the next."""
    marks: list[float] = []

    @tool
    async def get_weather(city: str) -> str:
        """The weather."""
        marks.append(time.thread_time())
        return "rain " * 400

    @tool
    async def get_time() -> str:
        """The time."""
        return "12:00 " * 400

    with pytest.raises(MaxStepsReached):
        Session(Agent(model=model, tools=[get_weather, get_time], max_steps=LAST + 2)).run("What should I wear?")
    return [after - before for before, after in itertools.pairwise(marks)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_fiftieth_round_costs_what_the_fifth_does(row: Any, table: Table) -> None:
    runs = [rounds_of(Canned(row)) for _ in range(RUNS)]

    def around(number: int, run: list[float]) -> float:
        return statistics.median(run[number - 3 : number + 2])  # the first is round 2

    early, late = ([around(number, run) for run in runs] for number in (5, LAST - 2))
    ratio = statistics.median(late) / statistics.median(early)
    note = f"{statistics.median(late) * 1e6:.0f} us to {statistics.median(early) * 1e6:.0f} us, two calls a round"
    table.add(Row(what=f"tool loop, {row.name} decoded: round 50 / round 5", value=ratio, bar=1.5, note=note))
