"""Runs as a view is told of them, for the tests of both folds, the kernel's and the page's.

They are written to ``tests/fixtures/view`` as operations and state. After a change that is meant, ``python
tests/view_scenes.py`` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import force_setattr, replace

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    Noted,
    OutputParsed,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    Stamp,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.messages import (
    Citation,
    FilePart,
    Message,
    Part,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Usage,
    assistant,
    user,
)  # fmt: skip
from nbagent.observers.shown import FILE_BYTES, RESULT_LIMIT
from nbagent.observers.view import View

FIXTURES = Path(__file__).parent / "fixtures" / "view"


class Scene:
    """A run told to a view, 10 ms an event; `batches` are what the page is sent, one for every event or where `quiet` ends."""

    def __init__(self, view: View | None = None, run: str = "run-1") -> None:
        self.view = view or View()
        self.run, self.step, self.clock = run, 0, 1_000_000_000
        self.batches: list[dict[str, Any]] = []

    def say(self, *events: RunEvent, run: str | None = None, take: bool = True) -> Scene:
        self.clock += 10_000_000
        stamp = Stamp(run or self.run, f"step-{self.step}", None, self.clock / 1e9, self.clock)
        for event in events:
            force_setattr(event, "stamp", stamp)
        self.view.observe(events)
        return self.look() if take else self

    def look(self) -> Scene:
        batch = self.view.take()
        if batch is not None:
            self.batches.append(batch)
        return self

    def start(self, prompt: Message | None = None) -> Scene:
        self.say(RunStarted(agent="assistant", model="test:small", prompt=prompt or user("Hello?")))
        return self.begin()

    def begin(self) -> Scene:
        self.step += 1
        return self.say(StepStarted(number=self.step, agent="assistant", provider="test", model="small", messages=()))

    def part(self, part: Part, *deltas: str, index: int = 0, finish: bool = True) -> Scene:
        """A part from its empty start to its end, as a provider tells it."""
        empty: Part
        whole: Part
        match part:
            case TextPart():
                empty, whole = TextPart(""), replace(part, text="".join(deltas))
            case ReasoningPart():
                empty, whole = ReasoningPart("", part.redacted), ReasoningPart("".join(deltas), part.redacted)
            case ToolCallPart():
                empty, whole = part, ToolCallPart(part.id, part.name, "".join(deltas))
            case ServerToolPart():
                empty, whole = replace(part, result="", is_error=False), replace(part, arguments="".join(deltas))
            case _:
                raise AssertionError(part)
        self.say(PartStarted(index=index, part=empty))
        for delta in deltas:
            self.say(PartDelta(index=index, delta=delta))
        return self.say(PartFinished(index=index, part=whole)) if finish else self

    def end(self, usage: Usage | None = None, *, cost: float | None = None, source: str = "unknown", **fields: Any) -> Scene:
        finish = fields.pop("finish_reason", "stop")
        return self.say(StepFinished(message=assistant(""), finish_reason=finish, usage=usage or Usage(10, 5), cost=cost, cost_source=source, **fields))

    def done(self, outcome: Any = "completed", **fields: Any) -> Scene:
        return self.say(RunFinished(outcome=outcome, **fields))


def call(call_id: str, city: str) -> ToolCallPart:
    return ToolCallPart(call_id, "get_weather", f'{{"city": "{city}"}}')


def text_scene() -> Scene:
    scene = Scene(View(notes=["The model was chosen for you."])).start().part(TextPart(""), "Hello, ", "**wor", "ld**", "!\n")
    return scene.end(Usage(12, 4), cost=0.00012, source="prices", model="small-2026-01-01").done()


def reasoning_scene() -> Scene:
    scene = Scene().start().part(ReasoningPart(""), "Hmm, ", "a *hard* one.")
    scene.part(ReasoningPart("", redacted=True), index=1).part(TextPart(""), "42", index=2)
    return scene.end(Usage(12, 400, reasoning_tokens=380), cost=0.0, source="local").done()


def parallel_tools_scene() -> Scene:
    scene = Scene().start().part(TextPart(""), "I look it up.")
    scene.say(PartStarted(index=1, part=ToolCallPart("a", "get_weather"))).say(PartStarted(index=2, part=ToolCallPart("b", "get_weather")))
    for piece_a, piece_b in (('{"city"', '{"ci'), (': "Oslo', 'ty": "Bergen"'), ('"}', "}")):
        scene.say(PartDelta(index=1, delta=piece_a)).say(PartDelta(index=2, delta=piece_b))
    scene.say(PartFinished(index=1, part=call("a", "Oslo")), PartFinished(index=2, part=call("b", "Bergen")))
    scene.end(finish_reason="tool_calls").say(ToolStarted(call("a", "Oslo"), "batch")).say(ToolStarted(call("b", "Bergen"), "batch"))
    scene.say(ToolFinished(ToolResultPart("b", "get_weather", '{"temperature": 7}', files=(FilePart("image/png", data=b"x"),)), "ok"))
    error = ErrorInfo("KeyError", "'Oslo'", "Traceback (most recent call last):\n  ...\nKeyError: 'Oslo'")
    scene.say(ToolFinished(ToolResultPart("a", "get_weather", "KeyError: 'Oslo'", is_error=True), "error", error=error))
    return scene.begin().part(TextPart(""), "Seven degrees in Bergen.").end(cost=0.001, source="prices").done()


def approval_scene() -> Scene:
    scene = Scene().start()
    for index, city in enumerate(("Oslo", "Bergen", "Bodø")):
        scene.part(ToolCallPart(city, "get_weather"), f'{{"city": "{city}"}}', index=index)
    scene.end(finish_reason="tool_calls")
    for city in ("Oslo", "Bergen", "Bodø"):
        scene.say(ApprovalRequested(call(city, city), f"digest-{city}"))
    scene.say(ApprovalDecided("Oslo", approved=True)).say(ToolStarted(call("Oslo", "Oslo"), "batch"))
    scene.say(ToolFinished(ToolResultPart("Oslo", "get_weather", "cold"), "ok"))
    scene.say(ApprovalDecided("Bergen", approved=False, reason="not there"), ToolStarted(call("Bergen", "Bergen"), "batch"))
    scene.say(ToolFinished(ToolResultPart("Bergen", "get_weather", "The user rejected this call.", is_error=True), "rejected"))
    scene.say(ApprovalDecided("Bodø", approved=True, arguments='{"city":"Tromsø"}'), ToolStarted(call("Bodø", "Bodø"), "batch"))
    return scene.say(ToolFinished(ToolResultPart("Bodø", "get_weather", "colder"), "ok")).done()


def paused_scene() -> Scene:
    scene = Scene().start().part(ToolCallPart("a", "get_weather"), '{"city": "Oslo"}').end(finish_reason="tool_calls")
    parameters = {"properties": {"city": {"type": "string"}, "days": {"default": 3, "type": "integer"}}, "required": ["city"], "type": "object"}
    return scene.say(ApprovalRequested(call("a", "Oslo"), "digest-a", parameters)).done("paused", pending=(call("a", "Oslo"),))


def retry_scene() -> Scene:
    scene = Scene().start().say(Waiting("Loading the model", 0.25)).say(Waiting("Loading the model", 0.75))
    scene.say(Retried(1, 1.3, "rate limited")).say(Retried(2, 2.6, "rate limited")).part(TextPart(""), "At last.")
    return scene.end(finish_reason="length").done()


def error_scene() -> Scene:
    scene = Scene().start().part(TextPart(""), "Half an ans", finish=False)
    error = ErrorInfo("IncompleteStream", "The stream ended without its last event.\n\nWhat came is kept.\nKey sk-abcdefghijklmnop.\nfour\nfive")
    scene.end(finish_reason="error", error=error)
    return scene.done("failed", error=error)


def cancel_scene() -> Scene:
    scene = Scene().start().part(ReasoningPart(""), "Let me see", finish=False).part(ToolCallPart("a", "get_weather"), '{"ci', index=1, finish=False)
    scene.part(TextPart(""), "And then", index=2, finish=False).end(finish_reason="cancelled")
    scene.view.notice("warning", "Stopped by you.")
    return scene.done("cancelled")


def progress_scene() -> Scene:
    scene = Scene().start().part(ToolCallPart("a", "get_weather"), '{"city": "Oslo"}').end(finish_reason="tool_calls")
    scene.say(ToolStarted(call("a", "Oslo"), "batch"), ToolProgressed("a", "asking"), ToolProgressed("a", "waiting"))
    scene.say(*(ToolProgressed("a", f"line {number}") for number in range(90))).say(*(ToolProgressed("a", f"more {number}") for number in range(130)))
    scene.view.notice("info", "This takes a while.")
    return scene.say(ToolFinished(ToolResultPart("a", "get_weather", "x" * (RESULT_LIMIT + 1)), "ok")).done()


def correction_scene() -> Scene:
    """The whole part is not what the deltas said, a part comes without any, and a call gets its name late."""
    scene = Scene().start().part(TextPart(""), "Helo", finish=False).say(PartFinished(index=0, part=TextPart("Hello")))
    scene.say(PartFinished(index=1, part=TextPart("All at once.")))
    scene.say(PartStarted(index=2, part=ToolCallPart("", ""))).say(PartFinished(index=2, part=call("a", "Oslo"))).end()
    return scene.say(ToolStarted(call("a", "Oslo"), "b")).say(ToolFinished(ToolResultPart("a", "get_weather", "ok"), "cancelled")).done()


def sources_scene() -> Scene:
    """A search at the provider, then a sentence in three parts, the middle one with sources; another text follows a call."""
    scene = Scene().start()
    search = ServerToolPart("ws_1", "web_search", result="3 results:\nhttps://weather.example/oslo")
    scene.part(search, '{"query": ', '"Oslo weather"}')
    broken = ServerToolPart("ci_1", "code_interpreter", result="NameError: x", is_error=True)
    scene.part(broken, "print(x)", index=1)
    cited = (Citation("https://weather.example/oslo", "Oslo", "It rains."), Citation(title="A book", text="p. 3", start=0, end=8))
    scene.part(TextPart(""), "As far as I know, ", index=2).part(TextPart("", citations=cited), "it rains ", "in Oslo", index=3)
    return scene.part(TextPart(""), " a lot.", index=4).end().done()


def files_scene() -> Scene:
    """Files of the model's, small and large, here and on the web; a picture and a table of tools'."""
    scene = Scene().start()
    files = (FilePart("image/png", data=b"png"), FilePart("image/png", data=b"x" * (FILE_BYTES + 1), name="large.png"),
             FilePart("audio/wav", url="data:audio/wav;base64,UklG"), FilePart("application/pdf", url="https://files.example/a.pdf"),
             FilePart("text/html onload=x", url="file:///etc/passwd"))  # fmt: skip
    for index, file in enumerate(files):
        scene.say(PartStarted(index=index, part=FilePart("image/png"))).say(PartFinished(index=index, part=file))
    for index, name in enumerate(("plot", "load")):
        scene.part(ToolCallPart(name, name), "{}", index=5 + index)
    scene.end(finish_reason="tool_calls")
    scene.say(ToolStarted(ToolCallPart("plot", "plot", "{}"), "b")).say(ToolStarted(ToolCallPart("load", "load", "{}"), "b", repaired=True))
    scene.say(ToolProgressed("plot", "", 0.25)).say(ToolProgressed("plot", "half", 0.5))
    made = (FilePart("image/png", data=b"fig"), FilePart("image/tiff", data=b"tif"), FilePart("image/png", data=b"y" * (FILE_BYTES + 1)))
    scene.say(ToolFinished(ToolResultPart("plot", "plot", "A figure.", files=made), "ok"))
    table = {"columns": ["city", "mm"], "rows": [["Oslo", 3], ["Bergen", 12.5], [None, "n/a"]], "shape": [300, 2]}
    return scene.say(ToolFinished(ToolResultPart("load", "load", "city,mm"), "ok", table=table)).done()


def output_scene() -> Scene:
    scene = Scene(View(output="list[City]")).start().say(Noted("temperature was left out: the model takes none.", "left_out"))
    scene.part(TextPart(""), '{"result": [{"name": "Os', 'lo"}, {"name": "Bergen"}', "]").end().begin()
    scene.say(Noted("temperature was left out: the model takes none.", "left_out"))
    return scene.say(OutputParsed(json='[{"name": "Oslo"}, {"name": "Bergen"}]', type_name="list[City]", repaired=True)).done()


def final_tool_scene() -> Scene:
    scene = Scene(View(output="City")).start().part(TextPart(""), "Here it is:").part(ToolCallPart("f", "final_result"), '{"name": "Os', 'lo"}', index=1)
    return scene.end(finish_reason="tool_calls").say(OutputParsed(json='{"name":"Oslo"}', type_name="City", call_id="f")).done()


SCENES: dict[str, Callable[[], Scene]] = {
    name.removesuffix("_scene"): scene for name, scene in list(globals().items()) if name.endswith("_scene")
}  # fmt: skip


def fixture(name: str) -> dict[str, Any]:
    scene = SCENES[name]()
    return {"name": name, "ops": scene.batches, "state": scene.view.state()}


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for known in SCENES:
        (FIXTURES / f"{known}.json").write_text(json.dumps(fixture(known), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
