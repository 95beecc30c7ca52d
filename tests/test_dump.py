"""Where NBAGENT_TRACE_DIR names a folder, every model call is a line of JSON there, without keys."""

from __future__ import annotations

import json
import stat
import warnings
from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.observers.dump import written
from nbagent.observers.trace import Trace
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from tests.test_bodies import answering, open_until_here
from tests.wire_lines import KEY
from tests.wire_server import WireServer

SECRET = "sk-live-9f8e7d6c5b4a39281706"


def look() -> str:
    """Looks."""
    return SECRET


def lines(folder: Path) -> list[dict[str, Any]]:
    written()
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_text().splitlines()]


def test_each_call_has_its_request_its_response_its_tokens_and_its_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_TRACE_DIR", str(tmp_path / "calls"))
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    with WireServer(answering("Yes, ", SECRET[:9], SECRET[9:], usage=usage)) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        result = Session(Agent(model=provider), trace=Trace()).run(f"Is it {SECRET}?")
        (sent,) = server.requests
    (line,) = lines(tmp_path / "calls")
    assert (line["run_id"], line["usage"]["input_tokens"], line["cost_source"]) == (result.run_id, 12, "unknown")
    assert line["duration_s"] > 0
    assert json.loads(line["request"])["messages"][0]["content"] == "Is it sk-...[redacted]?"
    assert sent.json["messages"][0]["content"] == f"Is it {SECRET}?"
    assert "Yes, sk-...[redacted]" in line["response"]
    (file,) = (tmp_path / "calls").iterdir()
    assert SECRET[3:] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_run_of_several_calls_is_one_file_also_where_there_is_no_wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_TRACE_DIR", str(tmp_path))
    Session(Agent(model=Scripted([[call("look")], "Done."]), tools=[look]), trace=Trace()).run("Look.")
    first, second = lines(tmp_path)
    assert [message["role"] for message in second["request"]["messages"]] == ["user", "assistant", "tool"]
    assert first["response"]["parts"][0]["name"] == "look"
    assert second["response"]["parts"][0]["text"] == "Done."
    assert SECRET[3:] not in "".join(file.read_text() for file in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_said_once_and_breaks_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NBAGENT_TRACE_DIR", str(tmp_path / "file" / "calls"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            assert Session(Agent(model=Scripted(["Hi."])), trace=Trace()).run("Hi").text == "Hi."
        written()
    assert len([each for each in said if "NBAGENT_TRACE_DIR" in str(each.message)]) == 1


def test_without_the_variable_nothing_is_written_or_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(Trace().observers()) == 1
    assert not Trace().keeps_bodies
    Session(Agent(model=Scripted(["Hi."])), trace=Trace()).run("Hi")
    assert list(tmp_path.iterdir()) == []
