"""Messages as rows: a part each, hashed once, known by what was said before."""

from __future__ import annotations

import pytest

from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolResultPart, Usage, assistant, tool_message, user
from tests.stories import WEATHER, Story


def test_messages_are_rows_of_parts_for_each_call_that_had_them() -> None:
    story = Story()
    story.begin()
    question = user("What is this?", FilePart("image/png", data=b"123"))
    said = Message("assistant", (ReasoningPart("hm"), WEATHER), usage=Usage(9, 3))
    step = story.ask(messages=[question], instructions="Be brief.")
    story.answer(step, *said.parts, usage=said.usage)
    answered = tool_message([ToolResultPart("c1", "get_weather", "sunny", files=(FilePart("image/jpeg", url="https://x/y.jpg"),))])
    second = story.ask(messages=[question, said, answered], instructions="Be brief.")
    story.answer(second, TextPart("Sunny."), usage=Usage(9, 4))
    rows = story.trace.messages()
    assert rows[rows["call_id"] == step][["position", "direction", "role", "part_type", "content"]].values.tolist() == [
        [0, "input", "system", "text", "Be brief."],
        [1, "input", "user", "text", "What is this?"],
        [1, "input", "user", "image", "image/png, 3 bytes"],
        [2, "output", "assistant", "reasoning", "hm"],
        [2, "output", "assistant", "tool_call", '{"city": "Oslo"}'],
    ]
    later = rows[rows["call_id"] == second]
    assert later["part_type"].tolist()[5:] == ["tool_call_response", "image", "text"]
    assert later["content"].tolist()[5:] == ["sunny", "https://x/y.jpg", "Sunny."]
    assert later["tool_call_id"].tolist()[4:7] == ["c1"] * 3
    assert later["tokens"].tolist()[-1] == 4


def test_equal_conversations_have_equal_hashes_and_each_names_the_one_before() -> None:
    story = Story()
    for run in ("r", "q"):  # two kernels would have equal, not identical messages
        story.begin(run)
        story.answer(story.ask(run, messages=[user("Hi"), assistant("Hello"), user(run)]), TextPart("x"))
    rows = story.trace.messages()
    first, second = rows[rows["run_id"] == "r"], rows[rows["run_id"] == "q"]
    assert first["hash"].tolist()[:2] == second["hash"].tolist()[:2]
    assert not set(first["hash"][2:]) & set(second["hash"][2:])
    assert first["parent_hash"].tolist()[1:] == first["hash"].tolist()[:-1]
    assert first["parent_hash"].isna().tolist() == [True, False, False, False]


def test_a_long_loop_hashes_each_message_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from nbagent.observers import conversations

    hashed: list[Message] = []
    real = conversations.digest
    monkeypatch.setattr(conversations, "digest", lambda message: hashed.append(message) or real(message))  # type: ignore[func-returns-value]
    story = Story()
    story.begin()
    said: list[Message] = [user("Go")]
    for _ in range(50):
        said.append(story.answer(story.ask(messages=said), WEATHER))
        said.append(tool_message([ToolResultPart("c1", "get_weather", "sunny")]))
    assert len(story.trace.messages()) == sum(range(1, 100, 2)) + 50
    assert len(hashed) == 100
    story.trace.messages()
    assert len(hashed) == 100
