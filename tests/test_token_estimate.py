"""Guesses of tokens: near what a real vocabulary counts, quick, and they say what they are."""

from __future__ import annotations

import pytest

from nbagent.messages import FilePart, ToolCallPart, ToolResultPart, assistant, tool_message, user
from nbagent.provider import Request
from nbagent.providers.token_estimate import estimate
from nbagent.tokens import IMAGE, MESSAGE, PAGE, text_tokens
from nbagent.tools import ToolSpec

COUNTED = {  # tokens in the vocabulary of Qwen 2.5, counted by its own tokenizer
    "The weather in Oslo was colder than anyone had expected, and the fishermen who usually left before dawn stayed at home that morning.": 24,
    "Das Wetter in Oslo war kälter, als irgendjemand erwartet hatte, und die Fischer, die gewöhnlich vor Sonnenaufgang hinausfuhren, blieben zu Hause.": 44,
    "Погода в Осло была холоднее, чем кто-либо ожидал, и рыбаки, которые обычно уходили до рассвета, в то утро остались дома.": 43,
    "奥斯陆的天气比任何人预料的都要冷,通常在黎明前出海的渔民那天早上都待在家里。没有人抱怨:有咖啡,有面包,港口可以等到风向改变。": 41,
    "오슬로의 날씨는 누구의 예상보다도 추웠고, 보통 새벽 전에 나가던 어부들은 그날 아침 집에 머물렀다. 아무도 불평하지 않았다. 커피도 있고 빵도 있었다.": 62,
    "def area(width: float, height: float) -> float:\n    return width * height\n": 18,
}


@pytest.mark.parametrize(("text", "tokens"), COUNTED.items(), ids=lambda value: str(value)[:12])
def test_a_text_of_any_script_comes_out_within_a_third(text: str, tokens: int) -> None:
    assert text_tokens(text) == pytest.approx(tokens, rel=0.34)


def test_all_that_is_sent_counts() -> None:
    bare = estimate(Request("m", (user("Hi"),))).tokens
    assert estimate(Request("m", (user("Hi"), user("Hi")))).tokens == pytest.approx(2 * bare, abs=1)
    assert estimate(Request("m", (user("Hi"),), "Be brief, and say where you have it from.")).tokens > bare + 5
    assert estimate(Request("m", (user("Hi"),), tools=(ToolSpec("add", "Add two numbers.", {"type": "object"}),))).tokens > bare + 10
    talk = (user("Hi"), assistant(ToolCallPart("1", "add", '{"a": 1}')), tool_message([ToolResultPart("1", "add", "the answer is four")]))
    assert estimate(Request("m", talk)).tokens > bare + 3 * MESSAGE + 5


def test_files_count_by_documented_rules_and_what_cannot_be_counted_is_said() -> None:
    bare = estimate(Request("m", (user("Hi"),)))
    assert (bare.estimated, bare.note) == (True, "")
    picture, pages = FilePart("image/png", b"x"), FilePart("application/pdf", b"<< /Type /Pages >> << /Type /Page >> << /Type/Page >>")
    assert estimate(Request("m", (user("Hi", picture, pages),))).tokens == bare.tokens + IMAGE + 2 * PAGE
    heard = estimate(Request("m", (user("Hi", FilePart("audio/wav", b"x")),)))
    assert (heard.tokens, heard.note) == (bare.tokens, "Not counted: files of the type audio/wav.")
    assert estimate(Request("m", (user("Hi", FilePart("text/plain", b"four words are here")),))).tokens > bare.tokens + 2


def test_no_text_has_no_tokens_and_any_characters_can_be_counted() -> None:
    assert text_tokens("") == 0
    assert text_tokens("\ud800\U0001f600\x00") > 0
