"""Nothing that looks like a key is ever kept or sent, nor what a person wants taken out, wherever in a run it stands."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import NbagentError
from nbagent.messages import FilePart
from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_runs import Runs
from nbagent.observers.otel import Otel
from nbagent.observers.redaction import NOT_KEPT, set_redaction
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, reasoning, text
from nbagent.session import Session
from tests.otlp_collector import collector

LOOKS_LIKE = "sk-proj-A1b2C3d4E5f6G7h8I9j0"
OF_MINE = 'correct+horse/battery"staple\\42'
FORMS = (LOOKS_LIKE[4:], OF_MINE, json.dumps(OF_MINE)[1:-1], json.dumps(json.dumps(OF_MINE)[1:-1])[1:-1], base64.b64encode(OF_MINE.encode()).decode()[4:-4])


@pytest.fixture(autouse=True)
def mine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MY_OWN_API_KEY", OF_MINE)
    yield
    set_redaction(None)


def leak(where: str) -> str:
    """Has keys everywhere."""
    if where == "error":
        raise RuntimeError(f"GET https://api.test/v1?key={OF_MINE[:8]}{LOOKS_LIKE} -> 401, with Bearer {LOOKS_LIKE} and {OF_MINE}")
    return f"{LOOKS_LIKE} {OF_MINE} {json.dumps({'nested': json.dumps({'key': OF_MINE})})} {base64.b64encode(f'me:{OF_MINE}'.encode()).decode()}"


def leaking(trace: Trace, *observers: Any) -> None:
    """A run with keys in its instructions, prompt, parameters, arguments, results, errors, thoughts, file and answer."""
    script = Scripted(
        [
            [reasoning(f"The key is {LOOKS_LIKE}."), call("leak", where=f"{LOOKS_LIKE} {OF_MINE}"), call("leak", where="error")],
            [text(f"It is {LOOKS_LIKE}, or {OF_MINE}."), error(RuntimeError(f"the server at https://ada:{LOOKS_LIKE}@host said {OF_MINE}"))],
        ]
    )
    params = {"user": LOOKS_LIKE, "metadata": {"authorization": "open sesame"}, "extra_headers": {"X-Door": "tell nobody"}}
    agent = Agent(model=script, tools=[leak], instructions=f"Use {LOOKS_LIKE} and {OF_MINE}.", params=params, retries=0)
    session = Session(agent, trace=trace)
    session.observers += observers
    with pytest.raises(NbagentError):
        session.run([f"My key is {LOOKS_LIKE} and my word {OF_MINE}.", FilePart("text/plain", data=f"KEY={OF_MINE}".encode())])


def holds(stored: str) -> list[str]:
    return [form for form in (*FORMS, "open sesame", "tell nobody") if form in stored]


def test_no_key_is_in_the_file_or_in_anything_that_is_saved_of_it(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db")
    leaking(trace)
    for ending in ("jsonl", "zip", "csv", "parquet", "db"):
        trace.save(tmp_path / f"saved.{ending}" if ending != "db" else tmp_path / "copy.db")
    assert trace.tools()["status"].tolist() == ["ok", "error"]
    for file in sorted(tmp_path.iterdir()):
        if file.suffix != ".zip":
            assert holds(file.read_bytes().decode("latin-1")) == [], file.name


def test_no_key_is_in_what_a_trace_in_memory_saves(tmp_path: Path) -> None:
    trace = Trace()
    leaking(trace)
    trace.save(tmp_path / "saved.jsonl")
    trace.save(tmp_path / "saved.csv")
    for file in sorted(tmp_path.iterdir()):
        assert holds(file.read_text()) == [], file.name


def test_no_key_goes_to_a_collector(tmp_path: Path) -> None:
    with collector() as other:
        trace, live = Trace(), Otel(other.url, content=True)
        leaking(trace, live)
        assert live.flush()
        trace.to_otlp(other.url, content=True)
        assert len(other.spans) == 10
        assert holds(json.dumps(other.json(), ensure_ascii=False)) == []


def test_what_a_person_takes_out_is_in_no_table_no_file_and_at_no_collector(tmp_path: Path) -> None:
    def private(text: str) -> str:
        return text.replace("Ada Lovelace", "[person]")

    def greet(who: str) -> str:
        """Greets."""
        return f"Hello {who}"

    script = [[call("greet", who="Ada Lovelace")], "I greeted Ada Lovelace."]
    with collector() as other:
        for trace in (Trace(redact=private), Trace(tmp_path / "trace.db", redact=private)):
            trace.to_otlp(other.url, content=True, live=True)
            Session(Agent(model=Scripted(script), tools=[greet], instructions="Be kind to Ada Lovelace."), trace=trace).run("Greet Ada Lovelace.")
            trace.to_otlp(other.url, content=True)
            assert trace.listeners[0].flush()  # type: ignore[attr-defined]
            tables = [trace.spans(), trace.runs(payload=True), trace.calls(payload=True), trace.tools(), trace.messages(), trace.events()]
            shown = "".join(table.to_csv() for table in tables)
            assert "Lovelace" not in shown
            assert "[person]" in shown
            assert trace.tools()["result"].tolist() == ["Hello [person]"]
            assert trace.messages()["role"].tolist()[0] == "system"
        assert "Lovelace" not in json.dumps(other.json())
        assert "[person]" in json.dumps(other.json())
    assert b"Lovelace" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("broken", [lambda text: 1 / 0, lambda text: None, lambda text: b"x"], ids=["raises", "nothing", "bytes"])
def test_a_redaction_that_fails_keeps_nothing_and_says_so(broken: Any, tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        trace = Trace(tmp_path / "trace.db", redact=broken)
        Session(Agent(model=Scripted(["An answer of gold."])), trace=trace).run("A question of silver?")
        runs, calls, messages = trace.runs(), trace.calls(payload=True), trace.messages()
    assert any("redaction failed" in str(warning.message) for warning in said)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    assert "gold" not in stored
    assert "silver" not in stored
    assert runs["output_preview"].tolist() == [NOT_KEPT]
    assert messages["content"].tolist() == [NOT_KEPT, NOT_KEPT]
    assert (runs["status"][0], calls["model"][0].startswith("script"), runs["input_tokens"][0] > 0) == ("ok", True, True)


def test_one_function_for_all_traces_holds_from_when_it_is_set(tmp_path: Path) -> None:
    memory, disk = Trace(), Trace(tmp_path / "trace.db")
    nbagent.set_redaction(lambda text: text.upper())
    for trace in (memory, disk):
        Session(Agent(model=Scripted(["yes"])), trace=trace).run("well?")
        assert trace.messages()["content"].tolist() == ["WELL?", "YES"]
    nbagent.set_redaction(None)
    Session(Agent(model=Scripted(["no"])), trace=disk).run("and now?")
    assert disk.messages()["content"].tolist() == ["WELL?", "YES", "and now?", "no"]


def test_what_is_taken_out_does_not_leave_for_the_panel_either() -> None:
    def look() -> str:
        """Look."""
        raise ValueError("Ada is not here")

    desk = Desk()  # its trace is in memory, where spans are as they came
    model = Scripted([call("look"), "Ada, it rains."], loop=True)
    Session(Agent(model=model, tools=[look], instructions="Help Ada.", name="Adams"), trace=desk.trace).run("I am Ada.")
    set_redaction(lambda text: text.replace("Ada", "[person]"))
    try:
        panel, told = Runs(desk), list[dict[str, Any]]()
        panel.hear({"t": "runs", "scope": "kernel", "from": 0, "count": 9}, told.append)
        (run,) = told[0]["rows"]
        assert (run["prompt"], run["agent"]) == ("I am [person].", "Adams")  # a name stays
        panel.hear({"t": "run", "run": run["run"], "have": 0, "still": []}, told.append)
        spans = [row[1] for row in told[1]["rows"]]
        for span in spans:
            panel.hear({"t": "span", "span": span}, told.append)
        panel.hear({"t": "raw", "span": spans[1]}, told.append)
        assert panel._worker is not None
        panel._worker.shutdown(wait=True)
        shown = [json.dumps(answer, default=str).replace("Adams", "") for answer in told]
        assert len(shown) == 2 + len(spans) + 1
        assert [each for each in shown if "Ada" in each] == []
        assert sum("[person]" in each for each in shown) >= 5
    finally:
        set_redaction(None)
