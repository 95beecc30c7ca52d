"""A recording as a file: what is written, what is not, and what is said of a file that is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from nbagent.errors import RateLimited, RecordingError
from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent, UsageReported
from nbagent.messages import FilePart, TextPart, ToolCallPart, Usage, user
from nbagent.provider import OutputSpec, Provider, Request
from nbagent.providers.recorded import Recorder, Replayer
from nbagent.providers.recording import comparable
from nbagent.providers.scripted import Scripted, call
from nbagent.tools import ToolSpec

KEY = "sk-ant-api03-0123456789abcdef"


async def reads_of(provider: Provider, request: Request) -> list[list[ProviderEvent]]:
    return [list(read) async for read in provider.stream(request)]


def ask(provider: Provider, prompt: str | Request = "Hi", model: str = "") -> list[list[ProviderEvent]]:
    request = prompt if isinstance(prompt, Request) else Request(model, (user(prompt),))
    return asyncio.run(reads_of(provider, request))


def said(provider: Provider, prompt: str | Request = "Hi", model: str = "") -> str:
    events = [event for read in ask(provider, prompt, model) for event in read]
    return "".join(event.part.text for event in events if isinstance(event, PartFinished) and isinstance(event.part, TextPart))


class Fixed:
    """A provider that gives the events it was made with, as a cell's own provider may: one at a time."""

    name = "fixed"

    def __init__(self, *events: ProviderEvent, failure: Exception | None = None) -> None:
        self.events, self.failure = events, failure

    async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]:
        for event in self.events:
            yield event
        if self.failure:
            raise self.failure


def test_one_line_a_call_in_words_that_a_person_reads(tmp_path: Path) -> None:
    path = tmp_path / "weather.jsonl"
    recorder = Recorder(Scripted([[call("get_weather", city="Oslo")]], name="weather"), path)
    tool = ToolSpec("get_weather", "Current weather.", {"type": "object"})
    ask(recorder, Request("w", (user("Coat?"),), "Be brief.", (tool,), {"temperature": 0}))
    [line] = path.read_text().splitlines()
    entry = json.loads(line)
    assert entry.pop("seconds") >= 0
    assert [read.pop(0) >= 0 for read in entry["reads"]] == [True] * 4
    assert entry == {
        "recording": 1,
        "provider": "scripted",
        "request": {
            "model": "w",
            "params": {"temperature": 0},
            "tool_choice": "auto",
            "instructions": "Be brief.",
            "tools": [{"name": "get_weather", "description": "Current weather.", "parameters": {"type": "object"}}],
            "messages": [{"user": [{"text": "Coat?"}]}],
        },
        "reads": [
            [
                {"type": "ModelAnswered", "model": "weather", "response_id": None, "provider": None},
                {"type": "PartStarted", "index": 0, "part": {"type": "tool_call", "id": "call_1", "name": "get_weather"}},
                [0, '{"city":'],
            ],
            [[0, ' "Oslo"}']],
            [{"type": "PartFinished", "index": 0, "part": {"type": "tool_call", "id": "call_1", "name": "get_weather", "arguments": '{"city": "Oslo"}'}}],
            [
                {"type": "UsageReported", "usage": {"input_tokens": 27, "output_tokens": 7}, "raw": None, "cost": None},
                {"type": "StreamEnded", "finish_reason": "tool_calls", "detail": ""},
            ],
        ],
    }


def test_no_key_gets_into_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "plain0secret1value")
    path = tmp_path / "r.jsonl"
    provider = Fixed(
        PartStarted(index=0, part=TextPart("")),
        *(PartDelta(index=0, delta=piece) for piece in ("Your key is sk-ant-a", "pi03-012345", "6789abcdef, and plain0sec", "ret1value.")),
        PartFinished(index=0, part=TextPart(f"Your key is {KEY}, and plain0secret1value.")),
        PartStarted(index=1, part=ToolCallPart("c", "save")),
        PartDelta(index=1, delta=json.dumps({"text": f"key:\n{KEY}"})),
        UsageReported(usage=Usage(1), raw={"echo": {"authorization": f"Bearer {KEY}"}}),
        failure=RateLimited(f"refused {KEY}"),
    )
    params = {"extra_headers": {"x-api-key": "whatever-i-was-given", "x-other": "kept"}, "max_tokens": 5, "token": "given-as-well"}
    request = Request("m", (user(f"My key: {KEY}"), user("mine is explicit-but-odd")), f"Use plain0secret1value or {KEY}", (), params)
    with pytest.raises(RateLimited):
        ask(Recorder(provider, path, api_key="explicit-but-odd"), request)
    written = path.read_text()
    for secret in ("0123456789", "6789abcdef", "plain0secret1value", "ret1value", "whatever-i-was-given", "given-as-well", "explicit-but-odd"):
        assert secret not in written
    assert '"x-other": "kept"' in written
    assert '"max_tokens": 5' in written
    [line] = written.splitlines()
    deltas = [value[1] for read in json.loads(line)["reads"] for value in read[1:] if isinstance(value, list) and value[0] == 0]
    assert deltas == ["Your key is sk-...[redacted], and pla...[redacted].", "", "", ""]


def test_a_request_with_a_key_in_it_is_found_again(tmp_path: Path) -> None:
    ask(Recorder(Scripted("x"), tmp_path / "r.jsonl"), f"My key: {KEY}")
    assert said(Replayer(tmp_path / "r.jsonl"), f"My key: {KEY}") == "x"


def test_files_are_kept_by_their_hash(tmp_path: Path) -> None:
    image = FilePart("image/png", data=b"\x89PNG" * 1000, name="cat.png")
    asked = Request("", (user("What is this?", image, FilePart("image/png", url="https://example.org/cat.png")),))
    ask(Recorder(Scripted("A cat."), tmp_path / "r.jsonl"), asked)
    assert (tmp_path / "r.jsonl").stat().st_size < 2000
    assert said(Replayer(tmp_path / "r.jsonl"), asked) == "A cat."
    another = user("What is this?", FilePart("image/png", data=b"other", name="cat.png"), asked.messages[0].parts[2])
    with pytest.raises(RecordingError, match="sha256"):
        ask(Replayer(tmp_path / "r.jsonl"), Request("", (another,)))


def test_parameters_that_are_no_json_are_known_by_their_type(tmp_path: Path) -> None:
    ask(Recorder(Scripted("x"), tmp_path / "r.jsonl"), Request("", (user("Hi"),), params={"client": object(), "type": Usage}))
    assert said(Replayer(tmp_path / "r.jsonl"), Request("", (user("Hi"),), params={"client": object(), "type": Usage})) == "x"


def test_half_a_surrogate_pair_survives(tmp_path: Path) -> None:
    ask(Recorder(Fixed(PartDelta(index=0, delta="\ud83d")), tmp_path / "r.jsonl"))
    assert ask(Replayer(tmp_path / "r.jsonl")) == [[PartDelta(index=0, delta="\ud83d")]]


def test_recordings_grow_or_are_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    ask(Recorder(Scripted("One."), path), "a")
    path.write_text(path.read_text().rstrip("\n"))  # as an editor may leave it
    ask(Recorder(Scripted("Two."), path), "b")
    assert len(Replayer(path).entries) == 2
    ask(Recorder(Scripted("Three."), path, append=False), "c")
    assert len(Replayer(path).entries) == 1


def test_another_kind_of_file_is_left_alone(tmp_path: Path) -> None:
    notebook = tmp_path / "quickstart.ipynb"
    notebook.write_text('{"cells": []}')
    for append in (True, False):
        with pytest.raises(RecordingError, match="no recording, and is left as it is"):
            Recorder(Scripted("x"), notebook, append=append)
    assert notebook.read_text() == '{"cells": []}'
    with pytest.raises(RecordingError, match="cannot be written"):
        Recorder(Scripted("x"), tmp_path / "nowhere" / "r.jsonl")


def test_a_file_that_is_missing_or_empty_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read") as caught:
        Replayer(tmp_path / "r.jsonl")
    assert len(caught.value.lines) == 3
    (tmp_path / "r.jsonl").touch()
    with pytest.raises(RecordingError, match="is empty"):
        ask(Replayer(tmp_path / "r.jsonl"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"recording": 1, "provi', "r.jsonl, line 2: the recording is damaged"),
        ('{"recording": 1}', "missing required field"),
        ('{"recording": 1, "provider": "p", "request": {}, "reads": [[0.1, {"type": "Nonsense"}]], "seconds": 1}', "Nonsense"),
        ('{"recording": 1, "provider": "p", "request": {}, "reads": [[0.1, [0]]], "seconds": 1}', "damaged"),
        ('{"recording": 1, "provider": "p", "request": {}, "reads": [[]], "seconds": 1}', "damaged"),
        ('{"recording": 1, "provider": "p", "request": {}, "reads": [["x", [0, 1]]], "seconds": 1}', "damaged"),
        ('{"recording": 2}', "Its format is 2, this version of nbagent reads 1"),
        ('{"cells": []}', "It is no model call"),
        ("[]", "It is no model call"),
        ("\udcff", "damaged"),
    ],
)
def test_a_damaged_recording_names_the_line(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "r.jsonl"
    ask(Recorder(Scripted("x"), path))
    path.write_bytes(path.read_bytes() + line.encode(errors="surrogateescape") + b"\n")
    with pytest.raises(RecordingError, match=r"r\.jsonl, line 2") as caught:
        Replayer(path)
    assert why in str(caught.value)
    assert len(caught.value.lines) <= 4


def test_the_type_of_an_answer_is_a_part_of_what_is_compared_where_there_is_one(tmp_path: Path) -> None:
    plain = Request("w", (user("Coat?"),))
    typed = Request("w", (user("Coat?"),), output=OutputSpec("Coat", {"type": "object", "properties": {}}, False))
    assert "output" not in comparable(plain)
    assert comparable(typed)["output"] == {"name": "Coat", "schema": {"type": "object", "properties": {}}, "strict": False}
    path = tmp_path / "coat.jsonl"
    ask(Recorder(Scripted(["Yes."], name="coat"), path), typed)
    assert said(Replayer(path), typed) == "Yes."
    with pytest.raises(RecordingError, match="output"):
        ask(Replayer(path), plain)
