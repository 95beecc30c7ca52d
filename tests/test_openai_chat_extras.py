"""Claims on what a Chat Completions stream holds beside text, thought and calls."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import pytest

from nbagent.events import PartDelta, PartFinished, PartStarted
from nbagent.messages import Citation, FilePart, Message, ServerToolPart, TextPart, assistant, from_json, to_json
from nbagent.provider import Request
from nbagent.providers.openai.chat import OpenAIChat
from tests.chat_chunks import chunk, parts, read


def cited(**note: Any) -> dict[str, Any]:
    return chunk({"content": "", "annotations": [{"type": "url_citation", "url_citation": note}]})


def test_sources_of_a_text_are_with_it_however_often_they_are_told() -> None:
    source = {"url": "https://x", "title": "X", "content": "said", "start_index": 0, "end_index": 5}
    (text,) = parts(chunk({"content": "Found."}), cited(**source), cited(**source), cited(url="https://y"))
    assert text == TextPart("Found.", citations=(Citation("https://x", "X", "said", 0, 5), Citation("https://y")))


def test_sources_of_the_whole_answer_are_with_its_last_text() -> None:
    listed = [{"title": "X", "url": "https://x", "date": "2026"}]
    (text,) = parts(
        chunk({"content": "a"}, citations=["https://x"], search_results=listed), chunk({"content": "b"}, citations=["https://x"], search_results=listed)
    )
    assert (text.text, text.citations) == ("ab", (Citation("https://x", "X"),))
    (text,) = parts(chunk({"content": "a"}), chunk({"content": ""}, citations=["https://x", "https://y"]))
    assert [each.url for each in text.citations] == ["https://x", "https://y"]


def test_references_by_number_are_sources_too() -> None:
    blocks = [{"type": "text", "text": "Paris."}, {"type": "reference", "reference_ids": [0, 3]}]
    (text,) = parts(chunk({"content": blocks}))
    assert text == TextPart("Paris.", citations=(Citation(title="[0]"), Citation(title="[3]")))


def test_images_are_files_and_go_back_as_words() -> None:
    url = f"data:image/webp;base64,{base64.b64encode(b'bytes').decode()}"
    text, image, other = parts(
        chunk({"content": "Here:"}),
        chunk({"images": [{"type": "image_url", "image_url": {"url": url}}]}),
        chunk({"images": [{"image_url": "https://h/i.png"}]}),
    )
    assert (text.text, image, other) == ("Here:", FilePart("image/webp", data=b"bytes"), FilePart("image/png", url="https://h/i.png"))
    (back,) = from_json(to_json([assistant(text, image)]))
    assert OpenAIChat("http://h/v1").to_wire(Request("m", (back,)))["messages"] == [
        {"role": "assistant", "content": "Here:[a file of the type image/webp was made here]"}
    ]


@pytest.mark.parametrize(
    "image", [None, {}, {"image_url": {"url": 3}}, {"image_url": {"url": "data:image/png;base64,?"}}, {"image_url": {"url": "data:image/png"}}]
)
def test_what_is_no_image_is_none(image: Any) -> None:
    assert parts(chunk({"content": "a", "images": [image]})) == [TextPart("a")]


def test_sound_is_a_file_with_its_words_as_text() -> None:
    pieces = [base64.b64encode(part).decode() for part in (b"\x01\x00\x02\x00", b"\x03\x00")]
    text, sound = parts(
        chunk({"audio": {"id": "a", "transcript": "He"}}), chunk({"audio": {"transcript": "llo", "data": pieces[0]}}), chunk({"audio": {"data": pieces[1]}}),
        chunk({"audio": {"data": 3}}),
    )  # fmt: skip
    assert (text.text, sound.media_type) == ("Hello", "audio/wav")
    with wave.open(io.BytesIO(sound.data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.readframes(9)) == (24_000, 1, b"\x01\x00\x02\x00\x03\x00")


def test_tools_that_the_vendor_ran_are_shown_with_what_they_answered() -> None:
    first = {"index": 0, "type": "search", "arguments": '{"query": "x"}', "name": "search"}
    events, _ = read(
        chunk({"reasoning": "hm", "executed_tools": [first]}), chunk({"executed_tools": [{**first, "output": "found"}]}), chunk({"content": "Found."}),
        chunk({"executed_tools": [None]}),
    )  # fmt: skip
    tool = ServerToolPart("server_1", "search", '{"query": "x"}', "found")
    assert PartStarted(1, ServerToolPart("server_1", "search")) in events
    assert PartDelta(1, '{"query": "x"}') in events
    assert PartFinished(1, tool) in events
    assert OpenAIChat("http://h/v1").to_wire(Request("m", (Message("assistant", (tool,)),)))["messages"] == [], "it was theirs, and its text follows"
