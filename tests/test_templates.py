"""Prompts with names: found in folders, read with what stands above them, filled, and known by name in the trace."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError, PromptError
from nbagent.messages import FilePart
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
from nbagent.templates import prompt, prompt_names, prompt_template, prompt_templates
from tests.responses_events import WHOLE as ANSWER
from tests.responses_events import lines
from tests.wire_server import WireServer

HELLO = b"".join(b"data: " + line + b"\n\n" for line in lines(*ANSWER))

WHOLE = """---
description: Says what a text is about.
version: 3
model: scripted:demo
system: You are brief.
params: {temperature: 0}
output_type: list[str]
variables:
  text: the text
  words: {about: at most so many, default: 20}
---

Summarise in {{ words }} words:

{{ text }}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a folder of prompts, and a notebook's folder below it."""
    monkeypatch.setenv("NBAGENT_CONFIG", str(tmp_path / "settings" / "config.toml"))
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "config.toml").touch()
    for folder in ("project/prompts", "project/work"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    (tmp_path / "project" / "prompts" / "summary.md").write_text(WHOLE)
    monkeypatch.chdir(tmp_path / "project" / "work")
    return tmp_path / "project"


def test_a_file_says_all_that_a_prompt_needs() -> None:
    found = prompt_template("summary")
    assert (found.name, found.version, found.model, found.system, found.params, found.output_type, found.description) == (
        "summary", "3", "scripted:demo", "You are brief.", {"temperature": 0}, "list[str]", "Says what a text is about.",
    )  # fmt: skip
    assert [*found.variables] == ["text", "words"]
    assert found.text.startswith("Summarise in")


def test_values_count_before_defaults_and_what_is_missing_is_named() -> None:
    assert prompt("summary", text="It rains.").message.text == "Summarise in 20 words:\n\nIt rains."
    assert prompt("summary", text="It rains.", words=3).message.text.startswith("Summarise in 3 words")
    with pytest.raises(PromptError, match=r"The prompt 'summary' needs text\.\ntext: the text"):
        prompt("summary")
    with pytest.raises(PromptError, match=r"has no variable 'wrds'\.\nDid you mean words"):
        prompt("summary", text="x", wrds=3)


def test_without_anything_above_it_a_file_is_a_prompt_and_its_version_is_of_its_text(project: Path) -> None:
    path = project / "prompts" / "greeting.jinja"
    path.write_text("{% if formal %}Good day{% else %}Hi{% endif %}, {{ name }}! Set {x} and \\frac{1}{2} as {{ loop_of(name) if false else name }}.")
    first = prompt_template("greeting")
    assert [*first.variables] == ["formal", "loop_of", "name"]
    path.write_text("Hi, {{ name }}!")
    assert prompt_template("greeting").version != first.version
    assert prompt("greeting", name="Ada").message.text == "Hi, Ada!"


def test_what_a_value_holds_is_never_expanded_and_files_stand_where_they_were_put() -> None:
    made = prompt("summary", text="{{ words }}", words=b"\x89PNG\r\n\x1a\n" + b"\0" * 20).message
    assert made.text.endswith("{{ words }}")
    assert any(isinstance(part, FilePart) for part in made.parts)


def test_a_nearer_folder_hides_a_farther_one_and_the_users_own_comes_last(project: Path) -> None:
    (project / "work" / "prompts").mkdir()
    (project / "work" / "prompts" / "summary.txt").write_text("Near: {{ text }}")
    (project.parent / "settings" / "prompts").mkdir()
    (project.parent / "settings" / "prompts" / "mine.md").write_text("Mine.")
    (project.parent / "settings" / "prompts" / "summary.md").write_text("Far.")
    assert prompt("summary", text="x").message.text == "Near: x"
    assert prompt_names() == ["mine", "summary"]
    assert [each.name for each in prompt_templates()] == ["mine", "summary"]


def test_the_setting_names_another_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "texts").mkdir()
    (project / "texts" / "other.md").write_text("Other.")
    monkeypatch.setenv("NBAGENT_PROMPTS", "texts")
    assert prompt_names() == ["other"]
    monkeypatch.setenv("NBAGENT_PROMPTS", str(project / "prompts"))
    assert prompt_names() == ["summary"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("---\nmodle: x\n---\nHi", "modle.*\n.*It may say: description, version, model"),
        ("---\nparams: [1\n---\nHi", "is not YAML"),
        ("---\nmodel: 'local:'\n---\n", "has no text"),
        ("{{ a + }}", "Line 1 of the prompt 'broken'"),
    ],
)
def test_a_file_that_is_wrong_is_said_with_its_name(project: Path, text: str, says: str) -> None:
    (project / "prompts" / "broken.md").write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        prompt_template("broken")
    assert "broken" in str(caught.value)


def test_a_name_that_is_not_there_brings_the_near_ones() -> None:
    with pytest.raises(ConfigError, match="Did you mean summary"):
        prompt_template("sumary")


def test_the_trace_knows_which_prompt_it_was() -> None:
    trace = Trace()
    session = Session(Agent(model=Scripted(["Rain.", "Sun."])), trace=trace)
    session.run(nbagent.prompt("summary", text="It rains."))
    session.run("And now?")
    calls = trace.calls()
    assert calls["prompt_name"].to_list()[0] == "summary"
    assert calls["prompt_version"].to_list()[0] == "3"
    assert calls["prompt_name"].isna().to_list() == [False, True]


def test_a_prompt_that_openai_keeps_goes_there_with_its_variables_and_into_the_trace() -> None:
    trace = Trace()
    kept = {"id": "pmpt_1", "version": "2", "variables": {"city": "Paris"}}
    with WireServer(HELLO) as server:
        agent = Agent(model="openai:gpt-6-luna", base_url=server.url, api_key="sk-x", params={"prompt": kept})
        assert Session(agent, trace=trace).run("Weather?").text == "Hello"
    assert json.loads(server.requests[0].body)["prompt"] == kept
    assert (trace.calls()["prompt_name"].item(), trace.calls()["prompt_version"].item()) == ("pmpt_1", "2")


@pytest.mark.parametrize("model", ["anthropic:claude-haiku-5-5", "openai-chat:x", "google:gemini-3.5-flash-lite", "ollama:x", "local:"])
def test_a_provider_that_keeps_no_prompts_says_so_before_anything_is_sent(model: str) -> None:
    with WireServer(b"") as server:
        base_url = None if model == "local:" else server.url
        session = Session(Agent(model=model, base_url=base_url, api_key="k", params={"prompt": {"id": "pmpt_1"}}))
        with pytest.raises(ConfigError, match="keeps no prompts, and pmpt_1 is one that OpenAI keeps"):
            session.run("x")
    assert server.requests == []


def test_a_slip_in_a_parameter_is_told_and_the_parameter_sent() -> None:
    with WireServer(HELLO) as server:
        agent = Agent(model="openai:gpt-6-luna", base_url=server.url, api_key="sk-x", params={"temprature": 0, "my_own": 1})
        session = Session(agent)
        with pytest.warns(UserWarning, match="temprature is not known; it is sent as it is. Did you mean temperature"):
            session.run("x")
    assert {"temprature": 0, "my_own": 1}.items() <= json.loads(server.requests[0].body).items()
    assert any("temprature" in json.dumps(item) for item in session.result.state["items"])  # type: ignore[union-attr]


def test_what_the_sdks_take_is_no_slip() -> None:
    from anthropic.types.beta.message_create_params import MessageCreateParamsBase
    from openai.types.chat.completion_create_params import CompletionCreateParamsBase
    from openai.types.responses.response_create_params import ResponseCreateParamsBase

    from nbagent.parameters import KNOWN, misspelt

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = {name for each in (MessageCreateParamsBase, CompletionCreateParamsBase, ResponseCreateParamsBase) for name in each.__annotations__}
    assert names - {"messages", "model", "input"} <= KNOWN
    assert misspelt(dict.fromkeys([*names - {"messages", "model", "input"}, "topK", "maxOutputTokens", "my_own", "x"])) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("---\nversion: 2025-13-45\n---\nx", "is not YAML"),
        ("---\nversion: " + "9" * 5000 + "\n---\nx", "is not YAML"),
        ("---\nparams: " + "[" * 2000 + "]" * 2000 + "\n---\nx", "is not YAML"),
        ("---\ndescription: !!python/object/apply:os.getcwd []\n---\nx", "is not YAML"),
        ("x" * 1_000_001, "has 1,000,001 bytes"),
    ],
)
def test_a_file_that_cannot_be_a_prompt_is_an_error_that_names_it(project: Path, text: str, says: str) -> None:
    (project / "prompts" / "odd.md").write_text(text)
    with pytest.raises(ConfigError, match=rf"prompt .*odd\.md {says}"):
        prompt("odd")


def test_aliases_that_multiply_are_no_bomb(project: Path) -> None:
    rows = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    (project / "prompts" / "bomb.md").write_text("---\nparams:\n" + "".join(f"  {row}\n" for row in rows) + "---\nHello")
    assert prompt("bomb").message.text == "Hello"


def test_what_an_editor_writes_before_the_first_line_is_no_part_of_it(project: Path) -> None:
    (project / "prompts" / "bom.md").write_bytes(b"\xef\xbb\xbf---\r\nversion: 7\r\n---\r\nHello")
    assert (prompt("bom").message.text, prompt("bom").version) == ("Hello", "7")


@pytest.mark.parametrize("name", ["../prompts/summary", "/etc/passwd", "", None, 3])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(ConfigError, match=r"There is no prompt|is no prompt's name"):
        prompt(name)
