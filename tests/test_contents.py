"""Values as what a model can read: what goes in whole, what is bounded, and results that never raise."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import io
import json
import pathlib
import subprocess
import sys
import uuid
from collections import deque
from typing import Any

import matplotlib.figure
import msgspec
import numpy as np
import pandas as pd
import pydantic
import pytest
from IPython.display import Image as ShownImage
from PIL import Image

from nbagent.contents import LIMIT, RESULT_ROWS, ROWS, contents_of, json_text, result_text, shown, to_parts
from nbagent.frames import COLUMNS
from nbagent.messages import FilePart, TextPart


def figure() -> matplotlib.figure.Figure:
    made = matplotlib.figure.Figure(figsize=(1, 1))
    made.subplots().plot([1, 2])
    return made


def picture(mode: str = "RGB", format: str = "PNG") -> Image.Image:  # noqa: A002
    buffer = io.BytesIO()
    Image.new(mode, (2, 2)).save(buffer, format=format)
    return Image.open(buffer)


def png() -> bytes:
    buffer = io.BytesIO()
    picture().save(buffer, format="PNG")
    return buffer.getvalue()


@dataclasses.dataclass
class Station:
    name: str
    when: dt.date


class Point(pydantic.BaseModel):
    x: int
    tags: set[str] = set()


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr today")


class Speaking:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def _repr_llm_(self) -> Any:
        return self.answer


class Color(enum.Enum):
    RED = "red"


# -- for a prompt ---------------------------------------------------------------------------------


def test_a_string_goes_in_whole_and_unchanged() -> None:
    text = "{{ x }} {y} $z\n" * 10_000
    assert contents_of(text) == contents_of(text, limit=10)
    assert contents_of(text).parts == (TextPart(text),)


def test_a_small_frame_is_shown_whole_with_its_shape_and_types() -> None:
    made = contents_of(pd.DataFrame({"city": ["Oslo", "Rome"], "t": [1.5, None]}))
    assert made.parts == (TextPart("DataFrame of 2 rows and 2 columns\nColumns: city (str), t (float64)\ncity,t\nOslo,1.5\nRome,"),)
    assert (made.kind, made.cut) == ("DataFrame", False)


def test_a_long_frame_shows_its_head_and_says_so() -> None:
    made = contents_of(pd.DataFrame({"n": range(1234)}))
    text = made.parts[0].text
    assert "DataFrame of 1,234 rows and 1 columns" in text
    assert text.splitlines()[3 : 3 + ROWS] == [str(n) for n in range(ROWS)]
    assert text.endswith(f"[cut: the first {ROWS} of 1,234 rows are shown]")
    assert made.cut


def test_a_wide_frame_and_long_cells_are_cut_and_it_is_said() -> None:
    text = contents_of(pd.DataFrame([range(COLUMNS + 50)])).parts[0].text
    assert text.endswith(f"[cut: the first {COLUMNS} of {COLUMNS + 50} columns are shown]")
    long = contents_of(pd.DataFrame({"text": ["x" * 5_000]})).parts[0].text
    assert long.endswith("xxx...")
    assert len(long) < 1_000


def test_odd_frames_are_shown() -> None:
    twice = pd.DataFrame([[1, "a" * 900]], columns=["a", "a"])
    assert "a,a\n1,aaa" in contents_of(twice).parts[0].text
    leveled = pd.DataFrame({("x", "y"): [1]}, index=pd.Index(["r"], name="key"))
    assert "('x', 'y') (int64)" in contents_of(leveled).parts[0].text
    assert "DataFrame of 0 rows and 0 columns" in contents_of(pd.DataFrame()).parts[0].text


def test_a_series_is_shown_with_its_index() -> None:
    assert contents_of(pd.Series({"Oslo": 3}, name="t")).parts == (TextPart("Series of 1 values\nColumns: t (int64)\n,t\nOslo,3"),)
    assert "value (int64)" in contents_of(pd.Series([1])).parts[0].text


def test_figures_axes_and_pictures_become_images() -> None:
    for value in (figure(), figure().axes[0], picture(), png(), bytearray(png()), ShownImage(png())):
        (part,) = to_parts(value)
        assert isinstance(part, FilePart)
        assert part.media_type == "image/png"
        assert part.data is not None
        assert part.data.startswith(b"\x89PNG")


def test_a_photograph_stays_a_jpeg_and_any_mode_can_be_sent() -> None:
    assert to_parts(picture(format="JPEG"))[0].media_type == "image/jpeg"
    for mode in ("CMYK", "F", "RGBA", "P", "1", "LAB"):
        assert to_parts(Image.new(mode, (2, 2)))[0].media_type == "image/png"


def test_a_picture_on_the_web_is_named_not_fetched() -> None:
    assert to_parts(ShownImage(url="http://there/cat.png")) == [FilePart("image/png", url="http://there/cat.png")]


def test_bytes_are_told_apart_by_how_they_begin() -> None:
    assert to_parts(b"%PDF-1.7 ...")[0].media_type == "application/pdf"
    assert to_parts(b"RIFF1234WEBPVP8 ")[0].media_type == "image/webp"
    assert to_parts("grüße".encode()) == [TextPart("grüße")]
    assert to_parts(b"\xff\x00\x01") == [TextPart("<3 bytes that are no text>")]


def test_repr_llm_says_text_or_parts_in_order() -> None:
    assert to_parts(Speaking("hello")) == [TextPart("hello")]
    parts = to_parts(Speaking(["see", png(), pd.Series([1])]))
    assert [type(part) for part in parts] == [TextPart, FilePart, TextPart]
    assert to_parts(Speaking(FilePart("image/png", b"x"))) == [FilePart("image/png", b"x")]


def test_repr_llm_that_returns_something_else_is_an_error() -> None:
    with pytest.raises(TypeError, match="_repr_llm_ of Speaking returned int"):
        contents_of(Speaking(3))


def test_a_list_of_figures_and_tables_keeps_their_order() -> None:
    made = contents_of(["before", figure(), pd.DataFrame({"a": [1]})])
    assert [type(part) for part in made.parts] == [TextPart, FilePart, TextPart]
    assert contents_of([1, "a"]).parts == (TextPart("[1, 'a']"),)


def test_other_objects_are_their_str_cut_with_a_notice_and_without_addresses() -> None:
    made = contents_of(list(range(100_000)))
    assert made.cut
    assert made.size == len(str(list(range(100_000))))
    assert made.parts[0].text.endswith(f"[cut: the first {LIMIT:,} of {made.size:,} characters are shown]")
    assert contents_of(object()).parts == (TextPart("<object object>"),)
    assert contents_of(pathlib.Path("/tmp/cat.png")).parts == (TextPart("/tmp/cat.png"),)


# -- for a tool's result --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": [1, "ü"]}, '{"a": [1, "ü"]}'),
        ({"n": np.int64(3), "xs": np.arange(2), "f": np.float32(0.5)}, '{"n": 3, "xs": [0, 1], "f": 0.5}'),
        (np.array(["2026-01-01"], dtype="datetime64[D]"), '["2026-01-01"]'),
        (np.longdouble(1.5), "1.5"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "2026-01-01T00:00:00+00:00"),
        (pd.Timestamp("2026-01-01"), "2026-01-01T00:00:00"),
        ([pd.NaT, pd.NA, float("nan")], "[null, null, null]"),
        ([float("inf")], '["inf"]'),
        ({(1, 2): 3, np.int64(4): 5, dt.date(2026, 1, 1): 6}, '{"(1, 2)": 3, "4": 5, "2026-01-01": 6}'),
        ({"b", "a"}, '["a", "b"]'),
        ({"x": {1, "a"}}, '{"x": [1, "a"]}'),
        (deque([1]), "[1]"),
        ({1: 2}.values(), "[2]"),
        (Station("Oslo", dt.date(2026, 1, 1)), '{"name": "Oslo", "when": "2026-01-01"}'),
        ([Point(x=1, tags={"b", "a"})], '[{"x": 1, "tags": ["a", "b"]}]'),
        (msgspec.defstruct("S", [("x", int)])(3), '{"x": 3}'),
        ([Color.RED], '["red"]'),
        (decimal.Decimal("1.10"), "1.10"),
        ([uuid.UUID(int=1), pathlib.PurePosixPath("/x"), dt.timedelta(seconds=5)], '["00000000-0000-0000-0000-000000000001", "/x", "0:00:05"]'),
        ({"raw": b"\xff\x00", "text": b"abc"}, '{"raw": "<2 bytes that are no text>", "text": "abc"}'),
        (ValueError("no such city"), "ValueError: no such city"),
        (object(), "<object object>"),
        ({"o": object()}, '{"o": "<object object>"}'),
        ("a\udc80b", "a?b"),
        ({"name": "\udc80"}, '{"name": "?"}'),
    ],
)
def test_results_are_text_or_json(value: object, text: str) -> None:
    assert result_text(value) == (text, ())


def test_a_frame_is_csv_with_its_shape_and_all_its_rows() -> None:
    text, files = result_text(pd.DataFrame({"n": range(5_000)}))
    assert text.startswith("DataFrame of 5,000 rows and 1 columns\n")
    assert text.endswith("\n4998\n4999")
    assert files == ()
    assert result_text(pd.DataFrame({"n": range(RESULT_ROWS + 1)}))[0].endswith(f"[cut: the first {RESULT_ROWS:,} of {RESULT_ROWS + 1:,} rows are shown]")


def test_a_frame_within_json_is_records() -> None:
    frame = pd.DataFrame({"t": [1.5, None]}, index=pd.Index(["Oslo", "Rome"], name="city"))
    assert json.loads(result_text({"df": frame})[0]) == {"df": [{"city": "Oslo", "t": 1.5}, {"city": "Rome", "t": None}]}
    assert json.loads(json_text(pd.DataFrame([[1, 2]], columns=["a", "a"]))) == {"columns": ["a", "a"], "rows": [[1, 2]]}
    assert json.loads(json_text(frame["t"])) == {"Oslo": 1.5, "Rome": None}


def test_a_figure_is_a_file_and_a_word() -> None:
    text, files = result_text(figure())
    assert text == "[image/png attached]"
    assert [file.media_type for file in files] == ["image/png"]
    text, files = result_text({"plot": picture(), "nan": float("nan")})
    assert text == '{"plot": "[image/png attached]", "nan": null}'
    assert len(files) == 1
    text, files = result_text(["caption", figure(), figure()])
    assert text == "caption\n[image/png attached]\n[image/png attached]"
    assert len(files) == 2


def test_ten_megabytes_stay_whole() -> None:
    text = "ä" * 10_000_000
    assert result_text(text)[0] == text
    assert len(result_text({"x": list(range(1_000_000))})[0]) > 6_000_000


def test_a_broken_value_is_described_and_never_raises() -> None:
    assert result_text(Broken()) == ("<Broken, whose repr raised RuntimeError: no repr today>", ())
    assert "no repr today" in result_text({"x": [Broken()]})[0]
    assert result_text(Speaking(3))[0].startswith("<nbagent") or "Speaking" in result_text(Speaking(3))[0]
    assert "int" in result_text([10**5_000])[0]


def test_circles_and_depth_end_in_a_word() -> None:
    circle: list[Any] = [1]
    circle.append(circle)
    assert result_text(circle) == ('[1, "<the same list again>"]', ())
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert "too deep" in result_text(deep)[0]


def test_a_repr_is_the_same_in_every_run() -> None:
    assert "0x" not in shown(lambda: None)
    assert shown(len) == "builtin_function_or_method: <built-in function len>"


def test_values_are_told_without_importing_their_libraries() -> None:
    heavy = ("pandas", "numpy", "PIL", "IPython", "pydantic")
    code = f"import sys; from nbagent.contents import result_text; result_text([1, {{2}}, b'3']); print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
