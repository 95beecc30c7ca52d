"""JSON that has not finished arriving, and JSON that a model got wrong: what can be said of it, and what is not guessed."""

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nbagent.partial_json import mended, partial

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)
DOCUMENTS = VALUES.filter(lambda value: isinstance(value, dict | list))


def begins(part, whole) -> bool:
    """Whether a partial value says nothing that the whole one does not say."""
    match part, whole:
        case None, _:
            return True
        case dict(), dict():
            return all(key in whole and begins(each, whole[key]) for key, each in part.items())
        case list(), list():
            return len(part) <= len(whole) and all(begins(*pair) for pair in zip(part, whole, strict=False))
        case str(), str():
            return whole.startswith(part)
        case _:
            return type(part) is type(whole) and part == whole


@settings(deadline=None)
@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 2]))
@example([12, "a, 12"], False, None)
def test_any_beginning_of_a_document_says_nothing_that_is_not_so(value, escaped, indent):
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)
    for end in range(len(text)):
        assert begins(partial(text[:end]), value)
    assert partial(text) == value


@settings(deadline=None)
@given(VALUES)
def test_what_is_whole_is_itself(value):
    assert partial(json.dumps(value)) == value
    assert partial("  " + json.dumps(value) + "\n") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("  ", None), ("{", {}), ('{"a', {}), ('{"a"', {}), ('{"a":', {}), ('{"a": t', {}), ('{"a": true', {"a": True}),
        ('{"a": 1', {}), ('{"a": 1,', {"a": 1}), ('{"a": 1.5e', {}), ('{"a": -', {}), ("[1, 2", [1]), ("[1, 2]", [1, 2]), ('["a, 12', ["a, 12"]),
        ('{"a": "x\\', {"a": "x"}), ('{"a": "x\\u00', {"a": "x"}), ('"he', "he"), ("12", 12), ("nul", None),
        ('```json\n{"a": "b', {"a": "b"}), ('Here it is: [{"a": 1}, {', [{"a": 1}, {}]), ("no JSON", None), ("no {JSON", None),
    ],
)  # fmt: skip
def test_numbers_and_words_count_once_they_are_whole_and_texts_as_they_come(text, value):
    assert partial(text) == value


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ('{"a": 1,}', {"a": 1}), ("{'a': 'b'}", {"a": "b"}), ("{a: 1}", {"a": 1}), ('{"a": True, "b": None}', {"a": True, "b": None}),
        ('{"a": "b"', {"a": "b"}), ('{"a": {"b": ["c"', {"a": {"b": ["c"]}}), ('{"a": "say "hi" now"}', {"a": 'say "hi" now'}),
        ('```json\n{"a": 1}\n```', {"a": 1}), ('```\n{"a": 1,}\n```', {"a": 1}), ('Sure! {"a": 1} That is all.', {"a": 1}),
        ('```json\n{"a": "```x```"}\n```', {"a": "```x```"}), ('{"a": "x\ny"}', {"a": "x\ny"}), ('{"a": 1 // one\n}', {"a": 1}),
        ('The list [1] first: {"a": [1, 2, 3]}', {"a": [1, 2, 3]}), ('{"a": "\\ud83d"}', {"a": "?"}), ('As {name} said: {"a": 1}', {"a": 1}),
    ],
)  # fmt: skip
def test_slips_of_the_pen_are_mended(broken, meant):
    whole = mended(broken)
    assert whole is not None
    assert json.loads(whole) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "tru",
        '{"city": "Os',
        '{"n": 1',
        '{"n": ',
        '{"a": 1, "b',
        "[1, 2",
        '{"a": "b", ',
        '```json\n{"a": "b',
        "{'a': 'b",
        '{"a": nul',
        '{"a" 1}',
        '{"a": {"b": 1}, "c": "d',
        "{'a': {'b': 1}, 'c': 'd",
        "[{},",
        '[{"a": 1}, {"b": 2}'[:-1],
        '{"a":1,,//c',
        '{"a": 1, "b":}',
        '{"a": 1, // "b": 2}',
    ],
)
def test_what_was_cut_off_is_not_guessed(text):
    assert mended(text) is None


@settings(deadline=None)
@given(VALUES)
def test_valid_json_comes_back_unchanged(value):
    text = json.dumps(value)
    assert mended(text) == text


@settings(deadline=None)
@given(st.text() | st.text(alphabet='{}[]",:\\ab1 \n`\ud83d'))
@example("[" * 100_000)
@example('{"a":' * 10_000)
@example("\ud800")
@example("```" * 50)
def test_any_text_is_mended_into_json_or_left(text):
    partial(text)
    whole = mended(text)
    if whole is not None and whole != text:
        json.loads(whole)


@settings(deadline=None)
@given(DOCUMENTS, st.integers(0, 10**6))
def test_a_document_cut_anywhere_is_never_mended_into_another_one(value, at):
    text = json.dumps(value)
    whole = mended(text[: at % len(text)])
    if whole is not None:
        assert begins(json.loads(whole), value)


def test_numbers_that_json_does_not_have_are_numbers():
    assert math.isnan(partial('{"a": NaN}')["a"])


@pytest.mark.parametrize(("text", "value"), [
    ('{"a":1,,"b":2}', {"a": 1, "b": 2}), ('{"a":"x,, y,}",\n, "b":[1,2,,],}', {"a": "x,, y,}", "b": [1, 2]}), ('[1, ,2]', [1, 2]),
])  # fmt: skip
def test_commas_too_many_are_left_out_and_change_no_value(text, value):
    assert json.loads(mended(text) or "") == value


def test_a_long_document_is_mended_by_its_commas_or_not_at_all():
    long = "x" * 1_000_000
    assert json.loads(mended(f'{{"a":"{long}",}}') or "") == {"a": long}
    assert mended(f"{{'a':'{long}'}}") is None


@pytest.mark.parametrize(("text", "value"), [
    ('{"a":1,,//c\n}', {"a": 1}), ('{"a":1,//c\n"b":2}', {"a": 1, "b": 2}), ('{"a": 1 /* one */, "u": "http://x//y"}', {"a": 1, "u": "http://x//y"}),
    ("{a: 1.5, b: -2}", {"a": 1.5, "b": -2}), ("{'a': '1', 'b': 2}", {"a": "1", "b": 2}),
])  # fmt: skip
def test_a_number_beside_a_slip_stays_a_number(text, value):
    made = json.loads(mended(text) or "")
    assert made == value
    assert [type(each) for each in made.values()] == [type(each) for each in value.values()]
