"""Claims on the tool calls of Chat Completions: which delta belongs to which call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.events import PartFinished, PartStarted
from nbagent.messages import ToolCallPart
from tests.chat_chunks import calling, fn, parts, read


def calls(*chunks: dict[str, Any] | bytes) -> list[tuple[str, str, str]]:
    found = [(part.id, part.name, part.arguments) for part in parts(*chunks, finish="tool_calls") if isinstance(part, ToolCallPart)]
    assert len({id_ for id_, _, _ in found}) == len(found)
    return [("made" if len(id_) == 29 and id_.startswith("call_") else id_, name, arguments) for id_, name, arguments in found]


def test_a_call_as_openai_streams_it() -> None:
    assert calls(calling(fn("f", "", index=0, id="a", type="function")), calling(fn(None, '{"x"', index=0)), calling(fn(None, ":1}", index=0))) == [
        ("a", "f", '{"x":1}')
    ]


def test_deltas_of_several_calls_may_be_mixed() -> None:
    deltas = [calling(fn(n, "", index=i, id=n)) for i, n in enumerate("ab")] + [calling(fn(None, c, index=i)) for c in "[12]" for i in (1, 0)]
    assert calls(*deltas) == [("a", "a", "[12]"), ("b", "b", "[12]")]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("index", [{}, {"index": 0}, {"index": None}])
@pytest.mark.parametrize("names", [("f", "g"), ("f", "f")])
def test_whole_calls_without_an_index_or_all_with_the_same_are_told_apart(names: tuple[str, str], index: dict[str, Any], together: bool) -> None:
    for ids in ([{}, {}], [{"id": "a"}, {"id": "b"}], [{"id": ""}, {"id": ""}]):
        deltas = [fn(name, f'{{"n": {number}}}', **index, **ids[number]) for number, name in enumerate(names)]
        found = calls(calling(*deltas)) if together else calls(*map(calling, deltas))
        assert [(name, arguments) for _, name, arguments in found] == [(names[0], '{"n": 0}'), (names[1], '{"n": 1}')]
        assert [id_ for id_, _, _ in found] == [id_.get("id") or "made" for id_ in ids]


def test_arguments_in_pieces_without_an_index_belong_to_the_last_call() -> None:
    assert calls(calling(fn("f", "", id="a")), calling(fn(None, '{"x"')), calling(fn(None, ": 1}")), calling(fn("g", "{", id="b")), calling(fn(None, "}"))) == [
        ("a", "f", '{"x": 1}'),
        ("b", "g", "{}"),
    ]


def test_pieces_that_name_only_the_id_belong_to_its_call() -> None:
    deltas = [fn("f", "", id="a"), fn("g", "", id="b"), fn(None, "{", id="a"), fn(None, "{", id="b"), fn(None, "}", id="a"), fn(None, "}", id="b")]
    assert calls(*map(calling, deltas)) == [("a", "f", "{}"), ("b", "g", "{}")]


def test_an_id_and_a_name_that_come_again_with_every_piece_are_one_call() -> None:
    assert calls(*(calling(fn("f", piece, index=0, id="a")) for piece in ("", '{"x"', ": ", "1}", ""))) == [("a", "f", '{"x": 1}')]


def test_a_name_that_comes_late_or_in_pieces_is_put_together() -> None:
    assert calls(calling({"index": 0, "id": "a"}), calling(fn(None, "{", index=0)), calling(fn("f", "}", index=0))) == [("a", "f", "{}")]
    assert calls(calling(fn("get_", "", index=0, id="a")), calling(fn("weather", "", index=0)), calling(fn(None, "{}", index=0))) == [
        ("a", "get_weather", "{}")
    ]
    assert calls(calling(fn("get_", "", index=0, id="a")), calling(fn("get_weather", "{}", index=0))) == [("a", "get_weather", "{}")]


def test_an_id_that_comes_after_the_name_is_the_calls() -> None:
    assert calls(calling(fn("f", index=0)), calling({"index": 0, "id": "a"}), calling(fn(None, "{}", index=0))) == [("a", "f", "{}")]


def test_a_call_without_id_gets_one_and_keeps_it() -> None:
    events, _ = read(calling(fn("f", "{", index=0)), calling(fn(None, "}", index=0, id="late")), finish="tool_calls")
    (started,) = [event.part.id for event in events if isinstance(event, PartStarted)]
    (finished,) = [event.part.id for event in events if isinstance(event, PartFinished)]
    assert started == finished != "late"


def test_an_id_that_is_given_twice_is_made_another() -> None:
    found = calls(calling(fn("f", "{}", index=0, id="same")), calling(fn("g", "{}", index=1, id="same")))
    assert found == [("same", "f", "{}"), ("made", "g", "{}")]


def test_arguments_that_are_an_object_are_its_json_text() -> None:
    ((id_, name, arguments),) = calls(calling(fn("f", {"x": [1, "ü"]}, id="a")))
    assert (id_, name, json.loads(arguments)) == ("a", "f", {"x": [1, "ü"]})


def test_a_call_without_arguments_is_one_and_one_without_anything_is_none() -> None:
    assert calls(calling(fn("f", index=0, id="a")), calling({"index": 1}), calling({"index": 2, "function": None})) == [("a", "f", "")]


def test_a_call_without_a_name_is_not_lost() -> None:
    assert calls(calling(fn(None, "{}", index=0, id="a"))) == [("a", "", "{}")]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["id", "name", "piece", "id+name", "all"])), max_size=14))
def test_calls_in_any_order_of_their_pieces_lose_nothing(steps: list[tuple[int, str]]) -> None:
    deltas, told = [], {0: "", 1: "", 2: ""}
    for number, (index, what) in enumerate(steps):
        delta: dict[str, Any] = {"index": index}
        if "id" in what or what == "all":
            delta["id"] = f"id{index}"
        function: dict[str, Any] = {}
        if "name" in what or what == "all":
            function["name"] = f"f{index}"
        if what in ("piece", "all"):
            function["arguments"] = f"<{number}"
            told[index] += f"<{number}"
        deltas.append(calling(delta | {"function": function}))
    found = [part for part in parts(*deltas) if isinstance(part, ToolCallPart)]
    assert sorted(part.arguments for part in found if part.arguments) == sorted(text for text in told.values() if text)
    assert len(found) <= 3
