"""What a notebook holds, said to a model."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from nbagent import Agent, Scripted, Session, user
from nbagent.errors import ConfigError
from nbagent.messages import FilePart, TextPart

mpl.use("Agg")


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, format="PNG")
    return buffer.getvalue()


def figure() -> Figure:
    made = Figure()
    made.subplots().plot([1, 2])
    return made


@pytest.mark.parametrize("value", [png(), Image.new("RGB", (2, 2)), figure(), FilePart("image/png", png())], ids=["bytes", "picture", "figure", "part"])
def test_a_picture_in_any_form_is_an_image_part(value: object) -> None:
    for message in (user("What is this?", value), user("What is this?", images=[value])):
        text, image = message.parts
        assert text == TextPart("What is this?")
        assert isinstance(image, FilePart)
        assert image.media_type == "image/png"
        assert image.data is not None
        assert image.data.startswith(b"\x89PNG")


def test_files_are_what_their_bytes_or_names_say(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "a.mp3").write_bytes(b"\xff\xfb\x90\x00")
    (tmp_path / "a.txt").write_text("Grüße")
    parts = user(*(tmp_path / name for name in ("a.pdf", "a.mp3", "a.txt"))).parts
    assert [getattr(part, "media_type", None) for part in parts] == ["application/pdf", "audio/mpeg", None]
    assert parts[2] == TextPart("a.txt:\nGrüße")


def test_an_image_may_be_a_path_or_a_url(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(png())
    near, far = user("Compare.", images=[str(tmp_path / "cat.png"), "https://example.org/cat.jpg?size=2"]).parts[1:]
    assert near == FilePart("image/png", png(), name="cat.png")
    assert far == FilePart("image/jpeg", url="https://example.org/cat.jpg?size=2")


def test_a_session_takes_them_as_they_are() -> None:
    session = Session(Agent(model=Scripted(["A line."])))
    session.run(["What is this?", figure(), pd.DataFrame({"a": [1]})])
    said = session.messages[0].parts
    assert [type(part) for part in said] == [TextPart, FilePart, TextPart]
    assert "DataFrame of 1 rows" in said[2].text  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [5, None, {"a": 1}, b"bytes", object()])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match="A prompt cannot be"):
        user("Look:", value)
    with pytest.raises(ConfigError):
        user("Look:", images=[value])


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        user(tmp_path / "gone.png")
