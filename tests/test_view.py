"""The view: events become numbered operations, and whoever applies them has the view's own state.

The scenes of ``tests/view_scenes.py`` are in ``tests/fixtures/view`` as operations and state; the page's own fold is
tested on the same files.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import force_setattr

from nbagent.events import ApprovalDecided, ApprovalRequested, PartDelta, PartFinished, PartStarted, Retried, Stamp, ToolFinished, ToolStarted
from nbagent.messages import FilePart, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, user
from nbagent.observers.shown import FILE_BYTES, RUN_BYTES
from tests.view_scenes import FIXTURES, SCENES, Scene, call, error_scene, fixture, text_scene


def fold(batches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The operations applied as `state.ts` applies them."""
    state: dict[str, Any] = {
        "v": 1, "run_id": "", "agent": "", "model": "", "prompt": "", "outcome": "running", "usage": None, "cost": None, "cost_source": "unknown",
        "duration": 0.0, "waited": 0.0, "ttft": None, "steps": 0, "error": None, "waiting": None, "output": None, "replayed": None, "items": [],
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
    assert scene.view.state()["items"] == [{"k": "notice", "level": "warning", "text": "attempt 2 in 1.3 s: rate limited", "wait": 1.3}]
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


def test_pictures_are_kept_up_to_a_size_and_named_beyond_it() -> None:
    scene = Scene().start()
    for index in range(3):
        scene.say(PartFinished(index=index, part=FilePart("image/png", data=b"x" * FILE_BYTES)))
    kept = [item for item in scene.view.state()["items"] if "data" in item]
    left = [item["size"] for item in scene.view.state()["items"] if "data" not in item]
    assert len(kept) * FILE_BYTES <= RUN_BYTES
    assert left == [FILE_BYTES, FILE_BYTES]


def test_a_sentence_in_several_parts_is_one_text_and_two_remarks_are_two() -> None:
    scene = Scene().start().part(TextPart(""), "As far as I know, ").part(TextPart(""), "it rains.", index=1).part(TextPart(""), "Anything else?", index=2)
    assert [item["text"] for item in scene.view.state()["items"]] == ["As far as I know, it rains.", "Anything else?"]


def test_what_a_person_took_to_decide_is_counted_once_for_calls_side_by_side() -> None:
    state = fixture("approval")["state"]
    assert state["waited"] == 0.08
    assert fixture("paused")["state"]["waited"] == 0.01


def test_changed_arguments_show_again_what_they_leave_to_the_tool() -> None:
    parameters = {"properties": {"city": {"type": "string"}, "days": {"default": 3}, "unit": {"default": "c"}}, "required": ["city"]}
    scene = Scene().start().say(ApprovalRequested(ToolCallPart("a", "get_weather", '{"city": "Oslo", "days": 5}'), "d", parameters))
    assert scene.view.state()["items"][0]["defaults"] == [["unit", '"c"']]
    scene.say(ApprovalDecided("a", True, arguments='{"city": "Oslo", "unit": "f"}'))
    assert scene.view.state()["items"][0]["defaults"] == [["days", "3"]]


def test_the_json_of_an_answer_is_shown_once_as_its_value() -> None:
    for name in ("output", "final_tool"):
        items = fixture(name)["state"]["items"]
        assert json.dumps(items).count("Oslo") == 1
        assert items[-1]["k"] == "output"


def test_a_search_that_was_cut_off_did_not_end_well() -> None:
    scene = Scene().start().part(ServerToolPart("s", "web_search"), "{", finish=False)
    scene.end(finish_reason="error").done("failed")
    assert scene.view.state()["items"][0]["status"] == "cancelled"
