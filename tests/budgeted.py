"""A provider for tests of limits, whose answers have a price."""

from __future__ import annotations

from nbagent.events import ModelAnswered, PartFinished, StreamEnded, UsageReported
from nbagent.messages import TextPart, ToolCallPart, Usage


class Priced:
    """A provider whose every answer costs one dollar, or the given; it calls `ask` so many times, then it says "Done."."""

    name = "priced"

    def __init__(self, calls: int, cost: float | None = 1.0) -> None:
        self.calls, self.cost, self.asked = calls, cost, 0

    async def stream(self, request):
        self.asked += 1
        part = ToolCallPart(f"c{self.asked}", "ask", "{}") if self.asked <= self.calls else TextPart("Done.")
        yield [
            ModelAnswered("m"), PartFinished(0, part), UsageReported(Usage(10, 5), cost=self.cost),
            StreamEnded("tool_calls" if self.asked <= self.calls else "stop"),
        ]  # fmt: skip
