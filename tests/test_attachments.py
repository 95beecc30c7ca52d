"""What ``--file`` takes: paths and variables, and one clear line where there is nothing to read."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, TextPart
from nbagent.notebook.attachments import attached
from nbagent.prompts import LARGEST


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (2, 2)).save("cat.png")
    Path("notes.txt").write_text("grüße")
    return tmp_path


def test_a_path_is_read_by_what_its_bytes_are(folder: Path) -> None:
    assert attached("cat.png", {}) == [FilePart("image/png", Path("cat.png").read_bytes(), name="cat.png")]
    Path("cat.png").rename("cat.jpg")
    assert attached(str(folder / "cat.jpg"), {})[0].media_type == "image/png"
    assert attached("notes.txt", {}) == [TextPart("notes.txt:\ngrüße")]


def test_a_variable_holds_a_picture_bytes_a_table_or_a_path() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, format="PNG")
    namespace = {"picture": Image.new("RGB", (2, 2)), "data": buffer.getvalue(), "path": Path("cat.png"), "name": "cat.png", "df": pd.DataFrame({"a": [1]})}
    for name in ("picture", "data", "path", "name"):
        assert attached(name, namespace)[0].media_type == "image/png"
    assert attached("df", namespace)[0].text.startswith("DataFrame of 1 rows")


def test_a_file_counts_before_a_variable_of_its_name() -> None:
    assert attached("notes.txt", {"notes.txt": 1}) == [TextPart("notes.txt:\ngrüße")]


def test_a_name_that_is_nowhere_is_an_error_with_the_closest() -> None:
    with pytest.raises(ConfigError, match="no such file and no such variable") as caught:
        attached("cat.pgn", {})
    assert caught.value.why == "Did you mean cat.png?"
    with pytest.raises(ConfigError) as caught:
        attached("figur", {"figure": 1})
    assert caught.value.why == "Did you mean figure?"


def test_sounds_are_known_by_their_names() -> None:
    Path("song.mp3").write_bytes(b"\xff\xfb\x90\x00")
    assert attached("song.mp3", {}) == [FilePart("audio/mpeg", b"\xff\xfb\x90\x00", name="song.mp3")]


def test_what_no_model_reads_is_an_error() -> None:
    Path("data.zip").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ConfigError, match="not application/zip"):
        attached("data.zip", {})
    with Path("big.png").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ConfigError, match="more than a model takes"):
        attached("big.png", {})
    with pytest.raises(ConfigError, match="there is no file"):
        attached("gone", {"gone": Path("/nowhere/x.png")})


def test_a_variable_that_cannot_be_shown_is_an_error() -> None:
    class Broken:
        def _repr_llm_(self) -> str:
            raise RuntimeError("no")

    with pytest.raises(ConfigError, match="RuntimeError: no"):
        attached("broken", {"broken": Broken()})
