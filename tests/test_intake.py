"""What is handed to the rows of a trace: all that rows are made of, and nothing of an answer twice."""

from __future__ import annotations

from collections.abc import Sequence

from nbagent.events import PartDelta, PartFinished, PartStarted, RunEvent, StepFinished, StepStarted, stamped
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, assistant, user
from nbagent.observers.intake import Intake
from nbagent.observers.recorder import Recorder
from nbagent.observers.rows import Memory
from nbagent.observers.trace import Trace
from tests.stories import Story


def handed(*reads: tuple[str, Sequence[RunEvent]]) -> list[str]:
    """What comes through, as words."""
    found: list[RunEvent] = []
    intake = Intake(found.append)
    for span, events in reads:
        intake.observe(stamped(list(events), "r", span, "r.run"))
    return [type(event).__name__ + (f" {event.delta}" if isinstance(event, PartDelta) else "") for event in found]


def test_of_a_part_only_its_beginning_and_the_first_that_came_are_handed_on() -> None:
    text: list[RunEvent] = [
        PartStarted(0, TextPart("")),
        PartDelta(0, ""),
        PartDelta(0, "The "),
        PartDelta(0, "answer"),
        PartFinished(0, TextPart("The answer")),
    ]
    assert handed(("s", text)) == ["PartStarted", "PartDelta The "]


def test_a_part_that_came_at_once_is_handed_on_whole() -> None:
    assert handed(("s", [PartStarted(0, TextPart("")), PartFinished(0, TextPart("All"))])) == ["PartStarted", "PartFinished"]


def test_parts_side_by_side_and_calls_side_by_side_are_not_mixed_up() -> None:
    one: list[RunEvent] = [PartStarted(0, ReasoningPart("")), PartStarted(1, TextPart("")), PartDelta(1, "b"), PartDelta(0, "a"), PartDelta(1, "no")]
    assert handed(("s", one), ("t", [PartStarted(1, TextPart("")), PartDelta(1, "c"), PartDelta(1, "no")])) == [
        "PartStarted", "PartStarted", "PartDelta b", "PartDelta a", "PartStarted", "PartDelta c",
    ]  # fmt: skip


def test_a_part_that_never_came_is_forgotten_with_its_call() -> None:
    ended = StepFinished(assistant(""), "cancelled")
    assert handed(("s", [PartStarted(0, TextPart(""))]), ("s", [ended]), ("s", [PartDelta(0, "late")])) == ["PartStarted", "StepFinished"]


def test_the_first_tokens_are_those_of_the_whole_stream() -> None:
    trace, whole = Trace(), Memory()
    every = Recorder(whole)
    trace.listeners.append(every.observe)
    story = Story(trace)
    story.begin()
    step = story.ask()
    story.wait(1)
    story.say("r", step, "r.run", PartStarted(0, ReasoningPart("")), PartDelta(0, "Hm"), PartStarted(1, TextPart("")))
    story.wait(1)
    story.say("r", step, "r.run", PartDelta(0, "m"), PartDelta(1, "Yes"), PartStarted(2, ToolCallPart("c", "f", "")), PartDelta(1, "."))
    story.answer(step, ReasoningPart("Hmm"), TextPart("Yes."), ToolCallPart("c", "f", "{}"))
    story.end()
    assert (trace.calls()["ttft_s"].tolist(), trace.runs()["ttft_run_s"].tolist()) == ([1.0], [2.0])
    for table in ("spans", "calls", "events"):
        assert trace.rows.read(table) == whole.read(table)


def test_reading_sees_what_was_taken_until_then_and_later_what_came_since() -> None:
    trace = Trace()
    intake = trace.observe
    intake(stamped([StepStarted(1, "a", "p", "m", (user("Hi"),))], "middle", "s", "middle.run"))  # of a run that began before the trace
    story = Story(trace)
    story.begin()
    assert trace.runs()["status"].tolist() == ["running"]
    step = story.ask()
    story.answer(step, TextPart("Yes."))
    story.end()
    assert (trace.runs()["status"].tolist(), len(trace)) == (["ok"], 2)
