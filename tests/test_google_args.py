"""Arguments that arrive value by value grow into JSON text, whatever the order of the places."""

from __future__ import annotations

import itertools
import json
from typing import Any

import jiter
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from nbagent.providers.google.args import Arguments, steps

Put = tuple[str, Any, bool]


def grown(puts: list[Put]) -> list[str]:
    """The pieces of text, the last one closes everything."""
    arguments = Arguments()
    return [*(arguments.put(steps(path), value, more=more) for path, value, more in puts), arguments.end()]


@pytest.mark.parametrize(
    ("puts", "text"),
    [
        ([], "{}"),
        ([("$.city", "Zü", True), ("$.city", "rich", False)], '{"city": "Zürich"}'),
        ([("$.city", 'a "b"\n', True), ("$.city", "", False), ("$.dry", True, False)], '{"city": "a \\"b\\"\\n", "dry": true}'),
        ([("$.at.lat", 47.4, False), ("$.at.lon", 8, False), ("$.note", None, False)], '{"at": {"lat": 47.4, "lon": 8}, "note": null}'),
        ([("$.days[0].rain", 1, False), ("$.days[0].sun", 2, False), ("$.days[1].rain", 3, False)], '{"days": [{"rain": 1, "sun": 2}, {"rain": 3}]}'),
        ([("$.rows[0][0]", 1, False), ("$.rows[0][1]", 2, False), ("$.rows[1][0]", 3, False)], '{"rows": [[1, 2], [3]]}'),
        ([("$['a b']['c.d']", "x", False), ('$["e]"]', "y", False)], '{"a b": {"c.d": "x"}, "e]": "y"}'),
    ],
)
def test_values_in_order_are_the_json_that_they_spell(puts: list[Put], text: str) -> None:
    assert "".join(grown(puts)) == text


def test_a_string_is_told_as_it_comes() -> None:
    assert grown([("$.text", "one ", True), ("$.text", "two", True), ("$.text", "", False)]) == ['{"text": "one ', "two", '"', "}"]


def test_a_place_that_was_closed_is_written_once_more_and_the_last_one_counts_for_every_reader() -> None:
    text = "".join(grown([("$.a[0].x", 1, False), ("$.a[1].x", 2, False), ("$.a[0].y", "la", True), ("$.b", 1, False), ("$.a[0].y", "te", False)]))
    expected = {"a": [{"x": 1, "y": "te"}, {"x": 2}], "b": 1}
    assert text == '{"a": [{"x": 1}, {"x": 2}], "b": 1, "a": [{"x": 1, "y": "te"}, {"x": 2}]}'
    assert [json.loads(text), msgspec.json.decode(text), jiter.from_json(text.encode()), TypeAdapter(dict).validate_json(text)] == [expected] * 4


@pytest.mark.parametrize("path", ["", "$", "$..x", "$.a[-1]", "$.a[*]", "$[0]", "$.a[99999999]", "$.a[20000]", "nonsense[", "$.a."])
def test_what_is_no_path_is_kept_under_its_own_text(path: str) -> None:
    assert json.loads("".join(grown([(path, "x", False)]))) == {path: "x"}


_PATHS = st.builds(
    lambda key, more: f"$.{key}" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in more),
    st.sampled_from("abc"),
    st.lists(st.sampled_from(["a", "b", 0, 1, 2]), max_size=3),
)
_VALUES = st.sampled_from([1, 2.5, True, None, "", "x", 'ÿ"\\\n', "世"])


@settings(max_examples=300, deadline=None)
@given(puts=st.lists(st.tuples(_PATHS, _VALUES, st.booleans()), max_size=8))
def test_any_values_at_any_places_are_the_json_of_what_they_make(puts: list[Put]) -> None:
    made: dict[str, Any] = {}
    string: str | None = None
    for path, value, more in puts:
        joins = isinstance(value, str) and path == string
        _place(made, steps(path), value, joins=joins)
        string = path if more and isinstance(value, str) else None
    assert json.loads("".join(grown(puts))) == made


@settings(max_examples=200, deadline=None)
@given(
    value=st.dictionaries(
        st.text(st.characters(exclude_characters="\\'", exclude_categories=["Cs"]), min_size=1, max_size=4),
        st.recursive(
            st.integers() | st.booleans() | st.none() | st.text(max_size=6),
            lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, min_size=1, max_size=3),
            max_leaves=8,
        ),
        max_size=4,
    ),
    data=st.data(),
)
def test_arguments_told_leaf_by_leaf_in_order_grow_to_themselves_and_to_nothing_else(value: dict[str, Any], data: st.DataObject) -> None:
    puts: list[Put] = []
    for path, leaf in _leaves("$", value):
        if isinstance(leaf, str):
            place = data.draw(st.integers(0, len(leaf)))
            puts += [(path, leaf[:place], True), (path, leaf[place:], False)]
        else:
            puts.append((path, leaf, False))
    assert "".join(grown(puts)) == json.dumps(value, ensure_ascii=False)


def _leaves(path: str, value: Any) -> list[tuple[str, Any]]:
    match value:
        case dict():
            return [leaf for key, inner in value.items() for leaf in _leaves(f"{path}['{key}']", inner)]
        case list():
            return [leaf for index, inner in enumerate(value) for leaf in _leaves(f"{path}[{index}]", inner)]
        case _:
            return [(path, value)]


def _place(root: Any, path: list[Any], value: Any, *, joins: bool) -> None:
    """The plain reading: each value overwrites what stands at its place or in its way."""
    for here, following in itertools.pairwise(path):
        if isinstance(here, int):
            root.extend([None] * (here + 1 - len(root)))
        wanted = list if isinstance(following, int) else dict
        old = root[here] if isinstance(here, int) else root.get(here)
        if not isinstance(old, wanted):
            root[here] = wanted()
        root = root[here]
    here = path[-1]
    if isinstance(here, int):
        root.extend([None] * (here + 1 - len(root)))
    root[here] = root[here] + value if joins else value
