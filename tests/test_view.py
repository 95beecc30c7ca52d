"""The view: events become numbered operations, and whoever applies them has the view's own state.

The scenes are written to ``tests/fixtures/view`` as operations and state; the page's own fold is tested on the same
files. After a change that is meant, ``python tests/test_view.py`` writes them anew.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import force_setattr

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
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
from nbagent.messages import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, assistant, user
from nbagent.observers.view import RESULT_LIMIT, View

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
                empty, whole = TextPart(""), TextPart("".join(deltas))
            case ReasoningPart():
                empty, whole = ReasoningPart("", part.redacted), ReasoningPart("".join(deltas), part.redacted)
            case ToolCallPart():
                empty, whole = part, ToolCallPart(part.id, part.name, "".join(deltas))
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
    return scene.say(ApprovalRequested(call("a", "Oslo"), "digest-a")).done("paused", pending=(call("a", "Oslo"),))


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


SCENES: dict[str, Callable[[], Scene]] = {
    name.removesuffix("_scene"): scene for name, scene in list(globals().items()) if name.endswith("_scene")
}  # fmt: skip


def fold(batches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The operations applied as `state.ts` applies them."""
    state: dict[str, Any] = {
        "v": 1, "run_id": "", "agent": "", "model": "", "prompt": "", "outcome": "running", "usage": None, "cost": None, "cost_source": "unknown",
        "duration": 0.0, "ttft": None, "steps": 0, "error": None, "waiting": None, "items": [],
    }  # fmt: skip
    items = state["items"]
    for number, batch in enumerate(batches, 1):
        assert batch["seq"] == number
        for operation in json.loads(json.dumps(batch["ops"])):
            match operation:
                case ["add", number, item]:
                    assert number == len(items)
                    items.append(item)
                case ["text", number, delta]:
                    items[number]["text"] += delta
                case ["args", number, delta]:
                    items[number]["arguments"] += delta
                case ["more", number, lines]:
                    items[number]["progress"] = [*items[number].get("progress", ()), *lines][-100:]
                case ["set", number, fields]:
                    for name, value in fields.items():
                        if value is None:
                            items[number].pop(name, None)
                        else:
                            items[number][name] = value
                case ["run", fields]:
                    state.update(fields)
                case _:
                    raise AssertionError(operation)
    return state


def fixture(name: str) -> dict[str, Any]:
    scene = SCENES[name]()
    return {"name": name, "ops": scene.batches, "state": scene.view.state()}


@pytest.mark.parametrize("name", SCENES)
def test_applying_the_operations_gives_the_views_own_state(name: str) -> None:
    scene = SCENES[name]()
    assert fold(scene.batches) == scene.view.state()


@pytest.mark.parametrize("name", SCENES)
def test_the_pages_fixtures_are_what_the_view_makes(name: str) -> None:
    saved = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    assert saved == json.loads(json.dumps(fixture(name)))


@pytest.mark.parametrize("every", [2, 3, 7, 10_000])
@pytest.mark.parametrize("name", SCENES)
def test_it_does_not_matter_how_often_one_looks(name: str, every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def seldom(self: Scene) -> Scene:
        nonlocal looks
        looks += 1
        return self if looks % every else look(self)

    look = Scene.look
    monkeypatch.setattr(Scene, "look", seldom)
    scene = SCENES[name]()
    look(scene)
    assert fold(scene.batches) == scene.view.state()


def test_text_is_sent_once() -> None:
    words = [f"word{number} " for number in range(5_000)]
    scene = Scene().start().part(TextPart(""), *words).end().done()
    sent = len(json.dumps(scene.batches))
    assert scene.view.state()["items"][0]["text"] == "".join(words)
    said = json.dumps([operation for batch in scene.batches for operation in batch["ops"]])
    assert said.count("word4321 ") == 1
    assert sent < len("".join(words)) + 60 * 5_100


def test_adjacent_deltas_are_one_operation() -> None:
    scene = Scene().start()
    scene.say(PartStarted(index=0, part=TextPart("")))
    for _ in range(100):
        scene.say(PartDelta(index=0, delta="ab"), PartDelta(index=0, delta="c"), take=False)
    scene.look()
    assert scene.batches[-1]["ops"][0] == ["text", 0, "abc" * 100]


def test_nothing_new_is_no_message() -> None:
    scene = text_scene()
    assert scene.view.take() is None


def test_a_run_inside_a_tool_is_not_shown() -> None:
    scene = Scene().start().part(TextPart(""), "outer", finish=False)
    before = scene.view.state()
    inner = Scene(scene.view, run="run-2")
    inner.start(user("inner prompt")).part(TextPart(""), "inner").end().done()
    inner.say(ToolFinished(ToolResultPart("x", "y"), "ok"))
    assert scene.view.state() == before
    assert inner.batches == []


def test_a_batch_of_two_runs_is_told_apart() -> None:
    scene = Scene().start().say(PartStarted(index=0, part=TextPart("")))
    ours, theirs = PartDelta(index=0, delta="ours"), PartDelta(index=0, delta="theirs")
    force_setattr(ours, "stamp", Stamp("run-1", "s", None, 0.0, 0))
    force_setattr(theirs, "stamp", Stamp("run-2", "s", None, 0.0, 0))
    scene.view.observe([theirs, ours, theirs])
    assert scene.view.state()["items"][0]["text"] == "ours"


def test_a_snapshot_stands_for_everything_before_it() -> None:
    scene = Scene().start().part(ReasoningPart(""), "so ", "far", finish=False)
    scene.say(PartDelta(index=0, delta=" so good"), take=False)
    snapshot = scene.view.snapshot()
    assert snapshot["t"] == "state"
    assert snapshot["seq"] == len(scene.batches) + 1
    assert snapshot["state"]["items"][0]["text"] == "so far so good"
    assert scene.view.take() is None
    assert scene.view.snapshot()["seq"] == snapshot["seq"]
    scene.say(PartDelta(index=0, delta="!"))
    assert scene.batches[-1] == {"t": "ops", "seq": snapshot["seq"] + 1, "ops": [["text", 0, "!"]]}


def test_the_time_to_the_first_token_is_from_the_prompt() -> None:
    scene = Scene().start().say(PartStarted(index=0, part=TextPart("")))
    assert scene.view.state()["ttft"] is None
    scene.say(PartDelta(index=0, delta="x"))
    assert scene.view.state()["ttft"] == 0.03


def test_an_unknown_price_of_one_step_makes_the_sum_unknown() -> None:
    scene = Scene().start().end(cost=0.5, source="prices")
    assert (scene.view.state()["cost"], scene.view.state()["cost_source"]) == (0.5, "prices")
    scene.begin().end(cost=None)
    scene.begin().end(cost=0.5, source="prices")
    assert (scene.view.state()["cost"], scene.view.state()["cost_source"]) == (None, "unknown")
    assert scene.view.state()["usage"] == {"input_tokens": 30, "output_tokens": 15}


def test_a_retry_counts_the_attempt_that_comes_and_stays_as_one_line() -> None:
    scene = Scene().start().say(Retried(1, 1.3, "rate limited"))
    assert scene.view.state()["items"] == [{"k": "notice", "level": "warning", "text": "attempt 2 in 1.3 s: rate limited"}]
    scene.say(Retried(2, 2.6, "rate limited")).part(TextPart(""), "x")
    assert scene.view.state()["items"][0] == {"k": "notice", "level": "info", "text": "attempt 3 after 2.6 s: rate limited"}


def test_a_calls_id_used_again_is_a_new_card() -> None:
    scene = Scene().start()
    for city in ("Oslo", "Bergen"):
        scene.say(ToolStarted(call("call_0", city), "b")).say(ToolFinished(ToolResultPart("call_0", "get_weather", city), "ok"))
    assert [item["result"] for item in scene.view.state()["items"]] == ["Oslo", "Bergen"]


def test_no_key_of_an_error_is_shown() -> None:
    assert "sk-abcdefghijklmnop" not in json.dumps(error_scene().view.state())


def test_the_view_may_be_looked_at_from_another_thread() -> None:
    scene = Scene().start().say(PartStarted(index=0, part=TextPart("")))
    done = threading.Event()
    batches = list(scene.batches)

    def look() -> None:
        while not done.is_set():
            batch = scene.view.take()
            if batch:
                batches.append(batch)

    looker = threading.Thread(target=look)
    looker.start()
    for number in range(3_000):
        scene.say(PartDelta(index=0, delta=f"{number} "), take=False)
    done.set()
    looker.join()
    last = scene.view.take()
    assert fold([*batches, last] if last else batches)["items"] == scene.view.state()["items"]


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for known in SCENES:
        (FIXTURES / f"{known}.json").write_text(json.dumps(fixture(known), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
