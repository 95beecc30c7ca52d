"""Calls in a text: every form that models write, in whatever pieces; and text that only looks like one is kept to the last character."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.providers.wrappers.text_tools_scan import Closed, More, Opened, Piece, Scanner, Text

NAMES = frozenset({"get_weather", "add"})
OSLO = '{"city": "Oslo"}'


def read(*texts: str) -> tuple[list[tuple[str, str]], bool]:
    """(name, arguments) of calls and ('', text) of texts, in order; and whether the last call was cut."""
    scanner = Scanner(NAMES)
    pieces: list[Piece] = [piece for text in texts for piece in scanner.feed(text)] + scanner.end()
    told: list[list[str]] = []
    fresh = True
    for piece in pieces:
        match piece:
            case Opened(name=name):
                told.append([name, ""])
            case More(arguments=more):
                told[-1][1] += more
            case Text(text=text) if fresh or told[-1][0]:
                told.append(["", text])
            case Text(text=text):
                told[-1][1] += text
        fresh = isinstance(piece, Closed) or not told
    return [(name, text) for name, text in told], scanner.open


CALLS = [
    f'<tool_call name="get_weather">{OSLO}</tool_call>',
    f"<tool_call name='get_weather'>\n{OSLO}\n</tool_call>",
    f'<tool_call>{{"name": "get_weather", "arguments": {OSLO}}}</tool_call>',
    f'\n<tool_call>\n{{"arguments": {OSLO}, "name": "get_weather"}}\n</tool_call>\n',
    f'```json\n{{"name": "get_weather", "arguments": {OSLO}}}\n```',
    f'```\n{{"name": "get_weather", "parameters": {OSLO}}}```',
    f'```xml\n<tool_call name="get_weather">{OSLO}</tool_call>\n```',
    f'{{"name": "get_weather", "arguments": {OSLO}}}',
    f'  {{"type": "function", "id": 7, "name": "get_weather", "parameters": {OSLO}, "id": "x"}}',
    f'{{"type": "function", "function": {{"name": "get_weather", "arguments": {OSLO}}}}}',
    f'{{"function": "get_weather", "arguments": {OSLO}}}',
    f'[{{"name": "get_weather", "arguments": {OSLO}}}]',
    f'{{"name": "get_weather", "arguments": {json.dumps(OSLO)}}}',
    f'<tool_call>{{"name": "get_weather", "arguments": {OSLO}}}}}}}</tool_call>',
    f'<tool_call>{{"name": "get_weather", "arguments": {OSLO}</tool_call>',
    '<tool_call name="get_weather">{"city": "Oslo"</tool_call>',
    f'<tool_call name="get_weather">{OSLO}</tool_result>',
    f'<tool_call name="get_weather">{OSLO}</tool_call>\n</tool_result>',
    '<tool_call name="get_weather"><city>Oslo</city></tool_call>',
    '<tool_call name="get_weather"><parameter name="city">Oslo</parameter></tool_call>',
]
NO_CALLS = [
    "Plain words, 1 < 2 and `code` and ```python\nprint('{}')\n``` and <b>bold</b>.",
    "<tool_call", "<tool_calls>x</tool_calls>", "`", "``", "```json\n", "{", "[", "[]", "{}", "<", "  \n ",
    '{"name": "nobody", "arguments": {}}',
    '<tool_call name="nobody">{"a": 1}</tool_call>',
    '<tool_call>{"name": "nobody", "arguments": {}}</tool_call>',
    '```json\n{"name": "nobody", "arguments": {}}\n```',
    '{"name": "get_weather"}', '{"name": "get_weather", "age": 3}', '{"city": "Oslo"}', '{"name": "get_weather", "arguments": 3}',
    f'The call would be {{"name": "get_weather", "arguments": {OSLO}}}.',
    '{"function": {"function": {"name": "get_weather", "arguments": {}}}}',
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_every_form_of_a_call_is_that_call(text: str) -> None:
    ((name, arguments),), cut = read(text)
    assert (name, json.loads(arguments), cut) == ("get_weather", {"city": "Oslo"}, False)


@pytest.mark.parametrize("text", NO_CALLS)
def test_what_only_looks_like_a_call_is_text_to_the_last_character(text: str) -> None:
    assert read(text) == ([("", text)], False)


def test_several_calls_in_one_answer_come_in_order_with_the_words_between() -> None:
    text = f'Let me see.\n{CALLS[0]}\n{CALLS[4]} and <tool_call name="add"/> Done.'
    assert read(text)[0] == [("", "Let me see.\n"), ("get_weather", OSLO), ("get_weather", OSLO), ("", " and "), ("add", "{}"), ("", " Done.")]
    many = f'[{{"name": "add", "arguments": {{}}}}, {{"name": "nobody"}}, {{"name": "get_weather", "arguments": {OSLO}}}] Done.'
    assert read(many)[0] == [("add", "{}"), ("", '{"name": "nobody"}'), ("get_weather", OSLO), ("", " Done.")]
    both = f'{{"name": "add", "arguments": {{}}}}\n{{"name": "get_weather", "arguments": {OSLO}}}'
    assert [name for name, _ in read(both)[0]] == ["add", "get_weather"]


def test_a_brace_or_a_tag_in_a_string_ends_nothing() -> None:
    arguments = json.dumps({"city": '}</tool_call>`"\\', "n": [{"a": "{"}]})
    assert read(f'<tool_call name="get_weather">{arguments}</tool_call>after') == ([("get_weather", arguments), ("", "after")], False)


def test_a_call_that_is_cut_in_its_arguments_is_open_at_the_end() -> None:
    assert read(f"Hm. {CALLS[2][:54]}") == ([("", "Hm. "), ("get_weather", '{"city')], True)
    assert read('<tool_call name="get_weather"><city>Os') == ([("get_weather", "<city>Os")], True)


def test_text_is_shown_at_once_and_arguments_as_they_arrive() -> None:
    scanner = Scanner(NAMES)
    assert scanner.feed("Hello ") == [Text("Hello ")]
    assert scanner.feed("there <tool_") == [Text("there ")]
    assert scanner.feed('call name="get_weather">{"ci') == [Opened("get_weather"), More('{"ci')]
    assert scanner.feed('ty": "Os') == [More('ty": "Os')]
    assert scanner.feed('lo"}</tool') == [More('lo"}'), Closed()]
    assert scanner.feed("_call>") == []
    assert scanner.end() == []


TOKENS = [
    "<tool_call", "</tool_call>", '<tool_call name="add">', ">", "```", "json\n", "{", "}", "[", "]", '"name"', ":", '"add"', '"arguments"', OSLO, ",", " ",
    "\n", "x", '"', "\\", "null", "3", '"function"', "<", "`", '{"name": "add", "arguments": {', '"nobody"',
]  # fmt: skip
SOUP = st.lists(st.sampled_from(TOKENS) | st.sampled_from(CALLS + NO_CALLS), max_size=14).map("".join)


@given(text=SOUP | st.text(), cuts=st.lists(st.integers(0, 400), max_size=12))
@settings(max_examples=600, deadline=None)
def test_no_way_of_splitting_changes_what_is_read(text: str, cuts: list[int]) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert read(*pieces) == read(text) == read(*text)


@given(text=SOUP | st.text())
@settings(max_examples=300, deadline=None)
def test_without_tools_all_is_text(text: str) -> None:
    scanner = Scanner(frozenset())
    pieces = scanner.feed(text) + scanner.end()
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)) == text
