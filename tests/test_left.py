"""What a model left with an answer to see again, whatever became of it in a file that a person may edit: over every adapter."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nbagent.errors import NbagentError
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, tool_message, user
from nbagent.providers.carriers.left import left
from tests.contract import REQUEST, rows
from tests.test_provider_anything import quickly
from tests.test_provider_odd_values import places
from tests.test_provider_switch import Talk, provider_of
from tests.wire_lines import Row
from tests.wire_lines_more import MORE

ODD: tuple[Any, ...] = (None, True, -1, 1.5, "x", "", [], [[]], ["x"], [1, 2, 3], {}, {"type": "x"}, {"type": "tool_use"}, {"type": "function_call"})
KEYS = ("block", "use", "result", "at", "citations", "signature", "signatures", "data", "container", "item", "id", "call_id", "type", "image_of", "annotations",
        "phase", "refusal", "parts", "thought", "continuation", "field", "details", "extra_content", "redacted", "stored", "status", "caller")  # fmt: skip


def answers(row: Row) -> list[Message]:
    """Answers as this adapter decodes them, those of its vendor's own tools too."""
    talk = Talk()
    talk.whole_turn(row)
    for kind, lines in MORE.get(row.name, {}).items():
        if kind in ("searched", "drawn"):
            talk.hear(dataclasses.replace(row, text=lines), "text")
    return [message for message in talk.messages if message.role == "assistant"]


def is_sent_or_told(row: Row, *said: Message) -> None:
    results = [tool_message(ToolResultPart(call.id, call.name, "x") for call in message.tool_calls) for message in said if message.tool_calls]
    provider: Any = provider_of(row)
    for params in ({}, {"store": True, "previous_response_id": "auto"}) if "openai" in row.name else ({},):
        try:
            wire = provider.to_wire(replace(REQUEST, messages=(user("a"), *said, *results, user("b")), params=params))
        except NbagentError:
            continue
        json.dumps(wire, allow_nan=False)


@rows
def test_one_value_that_was_changed_by_hand_breaks_no_request(row: Row) -> None:
    for message in answers(row):
        for at, part in enumerate(message.parts):
            metadata = getattr(part, "provider_metadata", None)
            for path in places(metadata):
                for odd in ODD:
                    changed = node = copy.deepcopy(metadata)
                    for key in path[:-1]:
                        node = node[key]
                    node[path[-1]] = odd
                    parts = [*message.parts[:at], replace(part, provider_metadata=changed), *message.parts[at + 1 :]]
                    is_sent_or_told(row, replace(message, parts=tuple(parts)))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5) | st.sampled_from(KEYS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=8,
)
PARTS: tuple[Part, ...] = (
    TextPart("a"), ReasoningPart("b"), ToolCallPart("c1", "f", "{}"), ServerToolPart("s1", "search"), FilePart("image/png", b"x"), TextPart("")
)  # fmt: skip


@rows
@quickly
@given(data=st.data())
def test_any_json_in_the_place_of_what_was_left_gives_a_request_or_a_typed_error(row: Row, data: st.DataObject) -> None:
    name = provider_of(row).name
    kept = data.draw(st.lists(st.sampled_from(PARTS).flatmap(lambda part: st.tuples(st.just(part), ANY_JSON)), max_size=4))
    parts = [replace(part, provider_metadata={name: {**value, "model": "model-x"} if isinstance(value, dict) else value}) for part, value in kept]
    is_sent_or_told(row, Message("assistant", tuple(parts), provider=name, model="model-x", response_id="r1"))


@pytest.mark.parametrize("metadata", [None, [], "x", {}, {"p": None}, {"p": []}, {"p": {}}, {"p": {"model": "other"}}, {"other": {"model": "m"}}])
def test_what_was_not_left_by_this_model_of_this_provider_is_nothing(metadata: Any) -> None:
    assert left(TextPart("a", metadata), "p", "m", dict[str, Any]) == {}
