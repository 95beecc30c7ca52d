"""Claims on results: compact for the model, rich for the eye, whole in the kernel, and each where it is said to be."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import matplotlib.figure
import numpy as np
import pandas as pd
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nbagent import Agent, FilePart, Session, ToolResult, tool
from nbagent.errors import ToolDefinitionError
from nbagent.events import RunEvent, ToolFinished, ToolProgressed
from nbagent.frames import EYE, EYE_CELL, table_cells
from nbagent.messages import ToolResultPart
from nbagent.providers.scripted import Scripted, call
from nbagent.tokens import text_tokens
from nbagent.tool_results import KEPT, Objects, answer_of, cut_middle, describe


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, format="PNG")
    return buffer.getvalue()


def gave(value: Any, **options: Any) -> tuple[ToolResultPart, ToolFinished, list[RunEvent], Session]:
    """What a tool that returns this value came to."""
    made = tool(lambda: value, name="gives", **options)
    session = Session(Agent(model=Scripted([[call("gives")], "Done."]), tools=[made]))
    events: list[RunEvent] = []
    session.observers.append(events.extend)
    session.run("Go")
    (finished,) = [event for event in events if isinstance(event, ToolFinished)]
    return session.messages[2].tool_results[0], finished, events, session


# -- tables -----------------------------------------------------------------------------------------------------------------


def test_a_frame_is_text_for_the_model_a_table_for_the_eye_and_itself_in_the_kernel():
    frame = pd.DataFrame({"city": ["Oslo", "Rome"], "t": [1.5, None]})
    part, finished, _, session = gave(frame)
    assert part.content.startswith("DataFrame of 2 rows and 2 columns\n")
    assert finished.table == {"columns": ["city", "t"], "rows": [["Oslo", 1.5], ["Rome", None]], "shape": [2, 2]}
    assert session.objects[part.id] is frame


def test_a_series_is_a_table_of_its_index_and_its_values():
    _, finished, _, _ = gave(pd.Series({"Oslo": 3}, name="t"))
    assert finished.table == {"columns": ["", "t"], "rows": [["Oslo", 3]], "shape": [1, 1]}


def test_the_eye_sees_the_first_rows_and_columns_and_is_told_of_all():
    table = table_cells(pd.DataFrame(np.zeros((5_000, 300))))
    assert (len(table["rows"]), len(table["rows"][0]), table["shape"]) == (EYE, EYE, [5_000, 300])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (np.int64(3), 3), (np.float32(0.5), 0.5), (True, True), (None, None), (pd.NA, None), (pd.NaT, None), (float("inf"), "inf"),
        (2**60, str(2**60)), (pd.Timestamp("2026-01-02"), "2026-01-02 00:00:00"), ([1, 2], "[1, 2]"), ("two\nlines", "two lines"),
        ("x" * 500, "x" * (EYE_CELL - 3) + "..."),
    ],
)  # fmt: skip
def test_cells_are_what_json_and_the_page_can_say(cell, shown):
    assert table_cells(pd.DataFrame({"a": pd.Series([cell], dtype=object)}))["rows"] == [[shown]]


@pytest.mark.parametrize(
    ("frame", "columns", "rows"),
    [
        (pd.DataFrame(), [], []),
        (pd.DataFrame(index=["a", "b"]), [""], [["a"], ["b"]]),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ["a", "a"], [[1, 2]]),
        (pd.DataFrame([[1]], columns=[3]), ["3"], [[1]]),
        (pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([("x", "y")], names=["k", "l"])), ["k, l", "n"], [["('x', 'y')", 1]]),
        (pd.DataFrame({("x", "y"): [1]}, index=pd.Index([7], name="key")), ["key", "('x', 'y')"], [[7, 1]]),
    ],
)
def test_odd_frames_are_tables(frame, columns, rows):
    assert table_cells(frame) == {"columns": columns, "rows": rows, "shape": list(frame.shape)}


def test_a_cell_whose_text_raises_breaks_no_table():
    class Unsaid:
        def __str__(self) -> str:
            raise RuntimeError("no str")

    assert table_cells(pd.DataFrame({"a": [Unsaid()]}))["rows"] == [["<Unsaid, whose str raised RuntimeError>"]]


def test_what_is_no_table_has_none():
    for value in ("text", {"a": [1]}, [1, 2], None):
        assert gave(value)[1].table is None


# -- files ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        (matplotlib.figure.Figure(figsize=(1, 1)), "image/png"), (Image.new("RGB", (1, 1)), "image/png"), (png(), "image/png"),
        (b"%PDF-1.7 ...", "application/pdf"), (b"RIFF1234WAVEfmt ", "audio/wav"), (b"ID3\x03....", "audio/mpeg"),
        (FilePart("audio/mpeg", b"..."), "audio/mpeg"), (FilePart("application/pdf", url="https://there/a.pdf"), "application/pdf"),
    ],
)  # fmt: skip
def test_what_is_a_file_goes_with_the_result(value, media_type):
    part, _, _, _ = gave(value)
    assert (part.content, [file.media_type for file in part.files]) == (f"[{media_type} attached]", [media_type])


def test_the_path_of_a_picture_brings_the_picture(tmp_path):
    there = tmp_path / "cat.png"
    there.write_bytes(png())
    part, _, _, _ = gave(there)
    assert part.content == f"{there}\n[image/png attached]"
    assert [(file.media_type, file.data) for file in part.files] == [("image/png", png())]


def test_the_path_of_anything_else_is_a_path(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    for path in (tmp_path / "a.txt", tmp_path / "gone.png", tmp_path):
        assert gave(path)[0] == ToolResultPart("call_1", "gives", str(path))


# -- one thing for the model, another for the person ------------------------------------------------------------------------


def test_a_result_can_say_one_thing_to_the_model_and_show_another():
    frame = pd.DataFrame({"a": range(3)})
    part, finished, _, session = gave(ToolResult("3 rows were found", show=frame))
    assert part.content == "3 rows were found"
    assert finished.table["shape"] == [3, 1]
    assert session.objects[part.id].show is frame
    part, finished, events, _ = gave(ToolResult({"found": 3}, show="Three of them."))
    assert part.content == '{"found": 3}'
    assert finished.table is None
    assert [event.text for event in events if isinstance(event, ToolProgressed)] == ["Three of them."]


def test_files_go_with_what_is_said(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    part, _, _, _ = gave(ToolResult("both", files=[png(), tmp_path / "a.pdf", str(tmp_path / "a.pdf")]))
    assert part.content == "both\n[image/png attached]\n[application/pdf attached]\n[application/pdf attached]"
    assert [file.media_type for file in part.files] == ["image/png", "application/pdf", "application/pdf"]


@pytest.mark.parametrize("files", [[3], ["/nowhere/cat.png"], [Path("/nowhere/cat")]])
def test_files_that_are_none_are_the_tools_error(files):
    part, finished, _, _ = gave(ToolResult("both", files=files))
    assert part.is_error
    assert finished.status == "error"


class Point(pydantic.BaseModel):
    x: int


@dataclasses.dataclass
class Box:
    points: list[Point]


class Speaking:
    def _repr_llm_(self) -> str:
        return "for a model"


@pytest.mark.parametrize(
    ("value", "text"), [(Box([Point(x=1)]), '{"points": [{"x": 1}]}'), (Speaking(), "for a model"), (ToolResult(Speaking()), "for a model"), (None, "null")]
)
def test_values_of_ones_own_are_json_or_what_they_say(value, text):
    assert answer_of(value).text == text


# -- cut, and kept ----------------------------------------------------------------------------------------------------------


def test_what_is_cut_says_where_the_whole_is():
    text = "a" * 60 + "b" * 60
    part, finished, _, session = gave(text, result_limit=30)
    assert part.content.startswith("a" * 20 + "\n... [90 of 120 characters left out here; the whole is session.objects['call_1']] ...\n" + "b" * 10)
    assert finished.whole == text
    assert session.objects["call_1"] == text
    assert session.result.trace.tools()["result"].iloc[-1] == text


def test_lines_stay_whole_where_something_is_cut_between_them():
    part, _, _, _ = gave("\n".join(f"line {number}" for number in range(1_000)), result_limit=500)
    head, tail = part.content.split("\n... [")[0], part.content.split("] ...\n")[1]
    assert head.splitlines() == [f"line {number}" for number in range(len(head.splitlines()))]
    assert tail.splitlines() == [f"line {number}" for number in range(1_000 - len(tail.splitlines()), 1_000)]
    assert len(head) + len(tail) <= 500


@given(st.text(alphabet="ab\n", max_size=2_000), st.integers(min_value=0, max_value=2_100))
def test_what_is_left_of_a_cut_text_is_its_beginning_and_its_end(text, limit):
    cut = cut_middle(text, limit, "call_1")
    if len(text) <= limit:
        assert cut == text
        return
    head, _, rest = cut.partition("\n... [")
    tail = rest.partition("] ...\n")[2]
    assert text.startswith(head)
    assert text.endswith(tail)
    assert len(head) + len(tail) <= limit
    assert f"[{len(text) - len(head) - len(tail):,} of {len(text):,} characters" in cut


@given(st.text(alphabet="ab 7{\n\u4e2d", max_size=1_000), st.integers(min_value=1, max_value=400))
def test_a_limit_in_tokens_holds_and_is_used(text, tokens):
    cut = cut_middle(text, 20_000, "call_1", tokens)
    if text_tokens(text) <= tokens:
        assert cut == text
        return
    head, _, rest = cut.partition("\n... [")
    said, _, tail = rest.partition("] ...\n")
    assert text_tokens(head + tail) <= tokens
    assert text.startswith(head)
    assert text.endswith(tail)
    assert f"left out here, for about {tokens:,} tokens (estimated); the whole is session.objects['call_1']" in said


def test_a_limit_in_tokens_is_of_the_tool_and_cuts_the_middle():
    text = "\n".join(f"{number}, {number * 7}" for number in range(2_000))
    part, finished, _, session = gave(text, result_tokens=500)
    head, tail = part.content.split("\n... [")[0], part.content.split("] ...\n")[1]
    assert 400 < text_tokens(head + tail) <= 500
    assert (head.splitlines()[0], tail.splitlines()[-1]) == ("0, 0", "1999, 13993")
    assert "for about 500 tokens (estimated)" in part.content
    assert finished.whole == session.objects["call_1"] == text
    assert gave(text, result_tokens=500, result_limit=100)[0].content.partition("\n... [")[0] == text[:66].rpartition("\n")[0]


@pytest.mark.parametrize("tokens", [0, -1, 1.5, True])
def test_what_is_no_number_of_tokens_is_said_where_the_tool_is_made(tokens):
    with pytest.raises(ToolDefinitionError, match="no number of tokens"):
        tool(lambda: "", name="it", result_tokens=tokens)


def test_what_fits_is_not_cut():
    assert cut_middle("abc", 3, "call_1") == "abc"
    assert gave("abc", result_limit=3)[1].whole is None


def test_the_last_hundred_results_are_kept():
    objects = Objects()
    for number in range(KEPT + 5):
        objects.keep(f"call_{number}", number)
    objects.keep("call_50", "again")
    objects.keep("call_new", "new")
    assert len(objects) == KEPT
    assert "call_5" not in objects
    assert list(objects)[-2:] == ["call_50", "call_new"]


def test_keys_are_hidden_from_the_model_and_from_the_table(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "abcdefgh12345678")
    part, finished, _, _ = gave(pd.DataFrame({"k": ["abcdefgh12345678"]}))
    assert "abcdefgh" not in part.content
    assert finished.table["rows"] == [["abc...[redacted]"]]
    part, _, events, _ = gave(ToolResult("", show="abcdefgh12345678"))
    assert [event.text for event in events if isinstance(event, ToolProgressed)] == ["abc...[redacted]"]


def test_one_file_needs_no_list(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    for one in (png(), tmp_path / "a.pdf", str(tmp_path / "a.pdf"), matplotlib.figure.Figure()):
        assert len(gave(ToolResult("with it", files=one))[0].files) == 1


def test_a_group_of_errors_says_what_is_in_it():
    group = ExceptionGroup("two", [ValueError("no city"), ExceptionGroup("more", [KeyError("sky")])])
    assert describe(group) == "ExceptionGroup: two (2 sub-exceptions); ValueError: no city; ExceptionGroup: more (1 sub-exception); KeyError: 'sky'"
