"""With content switched off a trace has every run, call, time, token and cost, and no word of what was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import NbagentError
from nbagent.messages import Usage
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, reasoning, text, usage
from nbagent.session import Session
from nbagent.tools import tool

WORDS = ("Xylophone", "quokka", "zebrafish", "marmoset", "pangolin", "axolotl", "narwhal", "wombat")


@tool
def look(what: str) -> str:
    """Looks."""
    if "wombat" in what:
        raise ValueError("no wombat here")
    return "a pangolin"


def told(trace: Trace) -> None:
    script = Scripted(
        [
            [reasoning("Is it a quokka?"), text("I look for zebrafish."), call("look", what="marmoset"), call("look", what="wombat"), usage(100, 7)],
            ["It is an axolotl."],
            [text("nar"), error(RuntimeError("narwhal broke"))],
        ]
    )
    session = Session(Agent(model=script, tools=[look], instructions="Xylophone.", params={"temperature": 0.5, "stop": ["narwhal"]}, retries=0), trace=trace)
    session.run("Xylophone?")
    with pytest.raises(NbagentError):
        session.run("narwhal?")


def all_of(trace: Trace) -> str:
    tables = [trace.spans(), trace.runs(payload=True), trace.calls(payload=True), trace.tools(), trace.messages(), trace.events()]
    return "\n".join(table.to_csv() for table in tables)


def test_no_word_is_in_memory_in_the_file_or_in_what_is_exported(tmp_path: Path) -> None:
    with_words, memory, disk = Trace(), Trace(content=False), Trace(tmp_path / "trace.db", content=False)
    for trace in (with_words, memory, disk):
        told(trace)
    assert all(word in all_of(with_words) for word in WORDS)
    disk.save(tmp_path / "out.jsonl")
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    for word in WORDS:
        assert word not in all_of(memory)
        assert word not in all_of(disk)
        assert word not in stored


def test_what_counts_and_names_is_the_same_as_with_content() -> None:
    whole, bare = Trace(), Trace(content=False)
    for trace in (whole, bare):
        told(trace)

    def counted(trace: Trace) -> list[Any]:
        calls, tools, runs = trace.calls(), trace.tools(), trace.runs()
        return [
            calls[["status", "model", "finish_reason", "error_type", "input_tokens", "output_tokens", "n_tool_calls", "temperature"]]
            .astype(str)
            .values.tolist(),
            tools[["tool", "status", "error_type"]].astype(str).values.tolist(),
            runs[["status", "agent", "n_calls", "n_tool_calls", "n_errors", "prompt_hash", "code_hash"]].astype(str).values.tolist(),
            trace.events()["event"].tolist(),
            calls["ttft_s"].notna().tolist(),
        ]

    assert counted(whole) == counted(bare)
    assert bare.calls()["input_tokens"][0] == Usage(100, 7).input_tokens
