"""Prompts with names, keys, and what a refused cell leaves, in a real kernel."""

from __future__ import annotations

import json
import re

import pytest

from tests.anthropic_events import WHOLE, lines
from tests.kernel import RUN, a_kernel
from tests.wire_server import WireServer

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
def echo(request):
    said = request.messages[-1].text
    return f"{request.instructions}<{said}>{request.params.get('temperature')}"
Scripted([echo], by="calls", loop=True, name="echo")
Scripted(['["a", "b"]'], by="calls", loop=True, name="typed")
%config NbAgent.model = "scripted:echo"
desk = get_ipython().find_line_magic("agent").__self__.desk
"""
SUMMARY = """---
description: Says what a text is about.
version: v3
system: Be brief.
params: {temperature: 0.5}
variables: {text: the text, words: {default: 20}}
---
In {{ words }} words: {{ text }}
"""
KEY = "sk-ant-9876543210-zyxwvuts"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "prompts").mkdir()
    (folder / "prompts" / "summary.md").write_text(SUMMARY)
    with a_kernel(folder) as kernel:
        kernel.ok(SETUP)
        yield kernel


def text_of(ran):
    return "".join(item.get("text", "") for item in ran.run["items"] if item["k"] == "text")


def test_a_prompt_by_its_name_takes_values_of_the_line_and_of_the_notebook(kernel):
    assert text_of(kernel.ok('%agent --new --prompt summary words=3 text="It rains."')) == "Be brief.<In 3 words: It rains.>0.5"
    kernel.ok("text, days = 'From the notebook.', 7")
    ran = kernel.ok("%%agent one --new --prompt summary -s 'Be long.' -p temperature 1 words={{ days }}\nAnd this below.")
    assert text_of(ran) == "Be long.<In 7 words: From the notebook.\n\nAnd this below.>1"
    calls = kernel.value("list(desk.trace.calls()[['prompt_name', 'prompt_version']].iloc[-1])")
    assert calls == ["summary", "v3"]
    kernel.ok("del text")


def test_a_variable_without_a_value_is_named_and_an_unknown_one_brings_the_near_one(kernel):
    assert "needs text." in kernel.run("%agent --prompt summary").error_lines[0]
    assert "Did you mean words?" in kernel.run("%agent --prompt summary text=x wrods=3").error_lines[1]
    assert "takes NAME=VALUE behind it, not 'Hello'" in kernel.run("%agent --prompt summary Hello there").error_lines[0]
    assert "Did you mean summary?" in kernel.run("%agent --prompt sumary").error_lines[1]


def test_prompts_are_listed_with_their_variables_and_shown_one_by_one(kernel):
    listed = kernel.ok("%nbagent prompts").result
    assert "summary" in listed
    assert "text, words=20" in listed
    shown = kernel.ok("%nbagent prompts summary").stdout
    assert "  text: the text" in shown
    assert "In {{ words }} words" in shown


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%%agent --prompt su", ["summary"]),
        ("%%agent --prompt summary ", ["text=", "words="]),
        ("%nbagent prompts s", ["summary"]),
        ("%nbagent key ant", ["anthropic"]),
    ],
)
def test_names_and_variables_are_completed(kernel, line, offered):
    reply = kernel.client.complete(line, len(line), reply=True, timeout=10)
    assert reply["content"]["matches"] == offered


def test_a_prompt_that_openai_keeps_is_a_parameter_and_refused_elsewhere(kernel):
    line = "%%agent --new -m {} --prompt pmpt_9@2 --dry-run city=Paris\nHi."
    told, body = kernel.ok(line.format("openai:gpt-6-luna")).stdout.split("\n", 1)
    assert told == "To openai:gpt-6-luna at https://api.openai.com/v1; nothing was sent."
    assert json.loads(body)["prompt"] == {"id": "pmpt_9", "version": "2", "variables": {"city": "Paris"}}
    assert "anthropic keeps no prompts" in kernel.run(line.format("anthropic:claude-haiku-5-5")).error_lines[0]


def test_a_type_with_quotes_is_taken_as_it_stands(kernel):
    assert kernel.ok('%agent --new -m scripted:typed --output-type list[Literal["a", "b"]] Choose.').status == "ok"
    assert kernel.value("_.output") == ["a", "b"]


def test_a_refused_cell_and_a_dry_run_leave_no_session(kernel):
    before = kernel.value("sorted(desk.sessions)")
    kernel.run("%%agent fresh -m nothing:x\nHi.")
    kernel.run("%%agent fresher -m anthropic:claude-haiku-5-5\nHi.")
    kernel.ok("%%agent freshest --dry-run\nHi.")
    assert kernel.value("sorted(desk.sessions)") == before


def test_a_key_that_was_asked_for_is_used_and_stands_nowhere(kernel):
    with WireServer(b"".join(b"data: " + line + b"\n\n" for line in lines(*WHOLE))) as server:
        assert "%nbagent key anthropic asks for it" in kernel.run("%agent --new -m anthropic:claude-haiku-5-5 Hi").error_lines[-1]
        asked = kernel.ok("%nbagent key anthropic", allow_stdin=True, answers=[KEY])
        assert asked.asked == ["ANTHROPIC_API_KEY: "]
        kernel.ok("from nbagent import keys\nheld = keys.value('ANTHROPIC_API_KEY')")
        ran = kernel.ok(f"%agent --new -m anthropic:claude-haiku-4-5 --base-url {server.url} What is {{{{ held }}}}?")
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    table, doctor = kernel.ok("%nbagent key").result, kernel.ok("%nbagent doctor").result
    assert "given here" in table
    assert re.search(r"anthropic key +True +ANTHROPIC_API_KEY of given here \(sk-\.\.\.vuts\)", doctor)
    everything = [asked.raw, ran.raw, table, doctor, kernel.ok("desk.trace.calls(payload=True).to_json()").raw, server.requests[0].body.decode()]
    assert not any(KEY in text for text in everything)
    assert kernel.ok("%nbagent key anthropic forget").stdout == "Forgotten: ANTHROPIC_API_KEY, given here.\n"
    assert RUN in ran.raw


def test_nobody_is_asked_where_nobody_is(kernel):
    assert "Nobody can be asked" in kernel.run("%nbagent key openai").error_lines[0]


def test_a_configured_server_is_for_agents_in_python_and_for_lists_too(kernel):
    listed = json.dumps({"data": [{"id": "mine-7b"}]}).encode()
    with WireServer(listed) as server:
        kernel.ok(f"%config NbAgent.base_url = '{server.url}/v1'\n%config NbAgent.model = 'openai-chat:mine-7b'")
        assert "openai-chat:mine-7b" in kernel.ok("%nbagent models openai-chat").result
        kernel.run("from nbagent import Session, Agent\nSession(Agent(retries=0)).run('Hi')")
        assert [got.path for got in server.requests] == ["/v1/models", "/v1/chat/completions"]
    kernel.ok("%config NbAgent.base_url = None\n%config NbAgent.model = 'scripted:echo'")
