"""What goes over the wire in a model call is kept as it was sent and as it came: for every provider, in memory and in a database."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError, NbagentError
from nbagent.events import PartDelta
from nbagent.exchange import HEAD, TAIL
from nbagent.messages import FilePart
from nbagent.observers import recent
from nbagent.observers.bodies import LONG_TEXT, NOT_KEPT, NOT_SENT, PUT_TOGETHER, Bodies
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
from tests.wire_lines import KEY, ROWS, Row, chat
from tests.wire_server import Answer, WireServer, error

DONE = b"data: [DONE]\n\n"


@pytest.fixture(params=["memory", "file", "recent"])
def trace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trace]:
    place, kept = {"memory": (None, "all"), "file": (tmp_path / "trace.db", "all"), "recent": (tmp_path / "trace.db", "recent")}[request.param]
    made = Trace(place, bodies=kept)
    yield made
    if isinstance(made.rows, SQLite):
        made.rows.flush()


@pytest.fixture
def trace_of_recent() -> Trace:
    return Trace(bodies="recent")


@contextmanager
def open_until_here(provider: Any) -> Iterator[Any]:
    try:
        yield provider
    finally:
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(10)


def asked(trace: Trace, url: str, *prompts: Any, **agent: Any) -> list[Bodies]:
    with open_until_here(OpenAIChat(url + "/v1", KEY)) as provider:
        session = Session(Agent(model=provider, retries=0, **agent), trace=trace)
        for prompt in prompts or ("Hi",):
            session.run(prompt)
    return [trace.bodies(span) for span in trace.calls()["span_id"]]


def answering(*texts: str, **more: Any) -> bytes:
    return b"".join([*(chat({"content": text}) for text in texts), chat({}, finish="stop", **more), DONE])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_body_is_the_one_that_the_server_got_and_the_response_what_it_sent(row: Row, trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(b"".join(row.text)) as server, open_until_here(row.make(server.url)) as provider:
        Session(Agent(model=provider, params={"max_tokens": 99}), trace=trace).run("What should I wear?")
        (span,) = trace.calls()["span_id"]
        kept = trace.bodies(span)
        sent = [got for got in server.requests if got.method == "POST" and got.body][-1].json
    assert kept.request is not None
    body = json.loads(kept.request)
    assert {key: value for key, value in sent.items() if key not in body} in ({}, {"model": "", "max_tokens": 1, "stream": True}, {"stream": True})
    assert {key: sent[key] for key in body if key in sent} == {key: value for key, value in body.items() if key in sent}
    assert "What should I wear?" in kept.request
    framing = row.framing()
    payloads = [*framing.feed(b"".join(row.text)), *framing.end()]
    assert (kept.response or "").encode() == b"\n".join(payloads[: len((kept.response or "").split("\n"))])
    assert (kept.response or "").count("\n") >= len(payloads) - 2  # what stands behind the terminal event is not waited for
    assert kept.note == ""


def test_a_conversation_is_kept_once_however_often_it_is_sent(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="all")
    with WireServer(answering("Yes. ")) as server:
        found = asked(trace, server.url, *(f"Question {number}: {'x' * 1000}" for number in range(12)))
        assert [json.loads(each.request or "")["messages"] for each in found] == [got.json["messages"] for got in server.requests]
    with sqlite3.connect(tmp_path / "trace.db") as connection:
        ((pieces,),) = connection.execute("SELECT count(*) FROM wire").fetchall()
    assert pieces == 1 + 12 + 11  # what is beside the messages, twelve prompts, the eleven answers that were sent again
    connection.close()


def test_what_has_no_wire_and_what_was_not_kept_is_said_and_what_there_is_not_is_an_error(trace: Trace) -> None:
    Session(Agent(model=Scripted(["Hello."])), trace=trace).run("Hi")
    assert trace.bodies(trace.calls()["span_id"][0]) == NOT_SENT
    with pytest.raises(ConfigError, match="No model call 'nothing'"):
        trace.bodies("nothing")


@pytest.mark.parametrize("options", [{"bodies": "off"}, {"content": False, "bodies": "all"}])
def test_switched_off_nothing_is_kept_nor_held(options: dict[str, Any], tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", **options)
    with WireServer(answering("A secret.")) as server:
        assert asked(trace, server.url) == [NOT_KEPT]
    assert b"nbagent" in (tmp_path / "trace.db").read_bytes() or trace.runs()["status"].tolist() == ["ok"]


def test_of_a_refusal_the_error_is_kept_and_of_several_requests_the_last(trace: Trace) -> None:
    with WireServer(error(503, "too much"), error(400, "no such thing")) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        session = Session(Agent(model=provider, retries=1), trace=trace)
        with pytest.raises(NbagentError, match="no such thing"):
            session.run("Hi")
    kept = trace.bodies(trace.calls()["span_id"][0])
    assert json.loads(kept.response or "") == {"error": {"message": "no such thing"}}
    assert kept.note == "Request number 2 of this call: those before it failed."


def test_a_stream_that_breaks_is_kept_until_there(trace: Trace) -> None:
    body = b"".join(chat({"content": f"word{number} "}) for number in range(20))
    with WireServer(Answer(body, cut_at=len(body) // 2)) as server, pytest.raises(NbagentError):
        asked(trace, server.url)
    kept = trace.bodies(trace.calls()["span_id"][0])
    assert "word0" in (kept.response or "")
    assert "word19" not in (kept.response or "")


def test_of_a_very_long_answer_the_middle_is_left_out_and_marked(trace: Trace) -> None:
    words = [f"{number:06d} {'x' * 500} " for number in range(2000)]
    with WireServer(Answer(answering(*words), split=20_000)) as server:
        (kept,) = asked(trace, server.url)
    assert kept.response is not None
    assert "000000" in kept.response
    assert "001999" in kept.response
    assert "[DONE]" in kept.response
    assert len(kept.response) < (HEAD + TAIL) * 1.1
    (mark,) = [line for line in kept.response.split("\n") if line.endswith("bytes left out]")]
    assert mark.strip("[]") in kept.note.replace(" of the response are", "")


def test_a_long_text_in_a_request_is_cut_and_marked(trace: Trace) -> None:
    with WireServer(answering("Nice.")) as server:
        (kept,) = asked(trace, server.url, ["Look.", FilePart("image/png", data=b"\x89PNG" + bytes(LONG_TEXT))])
    assert kept.request is not None
    assert "characters in all]" in kept.request
    assert len(kept.request) < LONG_TEXT
    assert json.loads(kept.request)["messages"]


# -- of the most recent calls ---------------------------------------------------------------------------------------------


def test_what_is_held_of_recent_calls_is_in_no_file(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="recent")
    with WireServer(answering("Yes.")) as server:
        (kept,) = asked(trace, server.url)
    assert json.loads(kept.request or "")["messages"][-1]["content"] == "Hi"
    assert Trace(tmp_path / "trace.db").bodies(trace.calls()["span_id"][0]) == NOT_KEPT
    with sqlite3.connect(tmp_path / "trace.db") as connection:
        assert connection.execute("SELECT (SELECT count(*) FROM bodies), (SELECT count(*) FROM wire)").fetchone() == (0, 0)
    connection.close()


def test_of_more_than_the_bound_the_newest_calls_are_held_and_the_last_however_large(trace_of_recent: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(answering("x" * 3_000)) as server:
        monkeypatch.setattr(recent, "MOST", 25_000)  # the requests grow: of 3, 7, 10 and 13 thousand bytes with their answers
        kept = asked(trace_of_recent, server.url, "One.", "Two.", "Three.", "Four.")
        assert [each is not NOT_KEPT for each in kept] == [False, False, True, True]
        monkeypatch.setattr(recent, "MOST", 10)
        kept = asked(trace_of_recent, server.url, "Five.")
        assert [each is not NOT_KEPT for each in kept] == [False] * 4 + [True]
    trace_of_recent.clear()
    with pytest.raises(ConfigError, match="No model call"):
        trace_of_recent.bodies("x")


def test_a_file_that_is_sent_with_every_call_does_not_crowd_out_the_calls(trace_of_recent: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 100_000)
    with WireServer(answering("Nice.")) as server:
        kept = asked(trace_of_recent, server.url, ["Look.", FilePart("image/png", data=b"\x89PNG" + bytes(300_000))], "Again.", "And again.")
    assert all("characters in all]" in (each.request or "") for each in kept)


def test_a_key_that_has_left_the_environment_meanwhile_is_taken_out_all_the_same(trace_of_recent: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SERVICE_TOKEN", "plainwordsthatareakey")
    with WireServer(answering("It is plainwordsthatareakey.")) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        Session(Agent(model=provider), trace=trace_of_recent).run("Say plainwordsthatareakey.")
    monkeypatch.delenv("MY_SERVICE_TOKEN")
    kept = trace_of_recent.bodies(trace_of_recent.calls()["span_id"][0])
    assert "plainwords" not in f"{kept.request}{kept.response}"


def test_another_word_for_what_is_kept_is_an_error() -> None:
    with pytest.raises(ConfigError, match="off, recent, all, not 'some'"):
        Trace(bodies="some")


# -- nothing that looks like a key ---------------------------------------------------------------------------------------

SECRET = "sk-live-9f8e7d6c5b4a39281706"


def stored(folder: Path) -> bytes:
    """All that a database holds, with what is compressed in it."""
    with sqlite3.connect(folder / "trace.db") as connection:
        found = connection.execute("SELECT data FROM wire UNION ALL SELECT response FROM bodies").fetchall()
    connection.close()
    return b"".join(file.read_bytes() for file in folder.iterdir()) + b"".join(zlib.decompress(data) for (data,) in found)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_key_in_an_answer_is_not_kept_however_it_comes_in_pieces(size: int, tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="all")
    said = f"Your key is {SECRET}, keep it."
    with WireServer(answering(*(said[start : start + size] for start in range(0, len(said), size)))) as server:
        (kept,) = asked(trace, server.url)
    assert kept.note == PUT_TOGETHER
    assert "Your key is sk-...[redacted]" in (kept.response or "")
    assert SECRET[3:].encode() not in stored(tmp_path)
    assert b"9f8e7d" not in stored(tmp_path)


def test_a_key_in_a_parameter_a_header_or_a_tool_of_the_provider_is_not_kept(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="all")
    mcp = {"type": "mcp", "server_url": f"https://ada:hunter22@host/?api_key={SECRET}", "authorization": "open sesame", "headers": {"X-Door": "tell nobody"}}
    with WireServer(answering("Yes.")) as server:
        (kept,) = asked(trace, server.url, params={"tools": [mcp], "extra_headers": {"X-Mine": "also nobody"}, "metadata": {"api_key": "plain words"}})
    assert kept.request is not None
    assert json.loads(kept.request)["tools"][0]["authorization"] == "[redacted]"
    for words in (SECRET[3:], "hunter22", "open sesame", "tell nobody", "also nobody", "plain words"):
        assert words.encode() not in stored(tmp_path), words


@pytest.mark.parametrize(
    "form", [str, lambda key: json.dumps(key)[1:-1], lambda key: base64.b64encode(f"user:{key}".encode()).decode()], ids=["plain", "json", "base64"]
)
def test_a_key_of_the_environment_is_not_kept_in_whatever_writing(form: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = 'quo"ted\\and/odd+0123456789'
    monkeypatch.setenv("MY_SERVICE_TOKEN", secret)
    trace = Trace(tmp_path / "trace.db", bodies="all")
    with WireServer(answering("It said: ", form(secret))) as server:
        asked(trace, server.url, instructions=f"Use {form(secret)}.")
    everything = stored(tmp_path)
    for written in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1]):
        assert written.encode() not in everything
    for start in range(3):
        assert base64.b64encode(b"\0" * start + secret.encode())[4:-4] not in everything


def test_what_a_person_takes_out_is_taken_out_of_what_went_over_the_wire(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="all", redact=lambda text: text.replace("Ada Lovelace", "[person]"))
    with WireServer(answering("I greet ", "Ada ", "Love", "lace.")) as server:
        (kept,) = asked(trace, server.url, "Greet Ada Lovelace.")
    assert "Greet [person]." in (kept.request or "")
    assert "[person]" in (kept.response or "")
    assert b"Lovelace" not in stored(tmp_path)


# -- in a database --------------------------------------------------------------------------------------------------------


def test_they_go_with_their_run_and_what_other_runs_need_stays(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db", bodies="all")
    with WireServer(answering("Yes.")) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        session = Session(Agent(model=provider), trace=trace)
        first = session.run("One.").run_id
        between = datetime.now(UTC)
        session.run("Two.")
        spans = trace.calls()["span_id"].tolist()
        assert trace.prune(older_than=between) == 1
        assert first not in trace.runs()["run_id"].tolist()
        kept = trace.bodies(spans[1])
        assert [message["content"] for message in json.loads(kept.request or "")["messages"]] == ["One.", "Yes.", "Two."]
        session.run("Three.")  # whose request has pieces that are there still, and some that went
        kept = trace.bodies(trace.calls()["span_id"].iloc[-1])
        assert len(json.loads(kept.request or "")["messages"]) == 5
        trace.prune(older_than="0s")
    with sqlite3.connect(tmp_path / "trace.db") as connection:
        assert [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("bodies", "wire", "contents")] == [(0,)] * 3
    connection.close()


def test_a_database_of_before_opens_and_says_why_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((Path(__file__).parent / "fixtures" / "trace_v1.sql").read_text())
    connection.close()
    trace = Trace.load(path)
    assert trace.runs()["output_preview"].tolist() == ["It rains."]
    assert trace.runs()["notebook"].isna().all()
    assert {trace.bodies(span) for span in trace.calls()["span_id"]} == {NOT_SENT}
    with WireServer(answering("Yes.")) as server:
        assert asked(Trace(path, bodies="all"), server.url)[-1].request is not None
    assert len(Trace(path).runs()) == 2


def test_who_listens_has_the_exchange_while_it_is_told_and_not_for_ever() -> None:
    taken: list[Any] = []
    with WireServer(answering("Yes.")) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        session = Session(Agent(model=provider), trace=Trace(bodies="all"))
        session.observers.append(lambda events: taken.extend((e, e.exchange.taken()) for e in events if getattr(e, "exchange", None) is not None))
        events = [event for event in session.stream("Hi") if not isinstance(event, PartDelta)]
    ((event, wire),) = taken
    assert wire.request["messages"][-1] == {"role": "user", "content": "Hi"}
    assert event.exchange.taken() is None
    assert event in events
