"""Claims on what goes wrong in a cell: the reply says so, a person reads four lines at most, no key is in them, the next cell works."""

from __future__ import annotations

import json

import pytest

from tests.kernel import Ran, a_kernel
from tests.wire_lines import data
from tests.wire_server import Answer, WireServer, error

pytestmark = [pytest.mark.kernel]

KEY = "sk-test-0123456789abcdefghij"
SETUP = """%load_ext nbagent
import os
from nbagent.providers.scripted import Scripted, call
%config NbAgent.retries = 1
Scripted(["Fine."], loop=True, name="fine")
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel"), extra_env={"OPENAI_API_KEY": KEY}) as kernel:
        kernel.ok(SETUP)
        yield kernel


def failed(kernel, cell: str, *words: str, **options) -> Ran:
    """Run a cell that must fail, as errors are to be."""
    ran = kernel.run(cell, **options)
    assert ran.status == "error"
    assert 1 <= len(ran.error_lines) <= 4
    for word in words:
        assert word in "\n".join(ran.error_lines)
    assert KEY not in ran.raw
    assert kernel.ok("%agent -m scripted:fine Go on.").run["outcome"] == "completed"
    return ran


def said(text: str) -> bytes:
    return data({"id": "r", "model": "m", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


WRONG = {
    "a bad key": (error(401, f"Incorrect API key provided: {KEY}."), "AuthenticationFailed", "did not accept the key"),
    "not allowed": (error(403, "No credit."), "PermissionRefused", "No credit."),
    "an unknown model": (error(404, "The model `m` does not exist.", code="model_not_found"), "ModelNotFound", "`m` does not exist"),
    "a refused request": (error(400, "Unsupported parameter."), "RequestRefused", "Unsupported parameter."),
    "too long": (error(400, "Too long.", code="context_length_exceeded"), "ContextLengthExceeded", "--new"),
    "no event stream": (Answer(b"<html>Log in</html>", headers={"content-type": "text/html"}), "GarbledStream", "base URL"),
    "garbage bytes": (Answer(b"data: " + bytes(range(128, 256)) + b"\n\n"), "GarbledStream", "not its API's"),
    "a cut stream": (Answer(said("Begun.") + said("More."), cut_at=len(said("Begun."))), "IncompleteStream", "cut off"),
    "an end without its event": (Answer(said("Begun.")), "IncompleteStream", "cut off"),
    "an error in mid-stream": (Answer(said("Begun.") + data({"error": {"message": f"boom {KEY}", "code": 500}})), "ServerFailed", "boom sk-"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_server_says_is_told_in_a_few_lines(kernel, name):
    answer, *words = WRONG[name]
    with WireServer(answer) as server:
        ran = failed(kernel, f"%%agent -m openai-chat:m --base-url {server.url}/v1\nGo on.", *words, allow_stdin=True)
    assert len(server.requests) == 1
    assert ran.run["outcome"] == "failed"
    begun = answer.body.startswith(said("Begun."))
    assert [(item["text"], item["partial"]) for item in ran.items("text")] == ([("Begun.", True)] if begun else [])


def test_a_model_that_is_not_there_names_those_that_are_like_it(kernel):
    gone = error(404, "The model `gpt-4o-mni` does not exist.", code="model_not_found")
    with WireServer(gone) as server:
        failed(kernel, f"%%agent -m openai-chat:gpt-4o-mni --base-url {server.url}/v1\nGo on.", "ModelNotFound", "Did you mean gpt-4o-mini", "%nbagent models")


@pytest.mark.parametrize(("status", "kind"), [(429, "RateLimited"), (500, "ServerFailed"), (503, "Overloaded")])
def test_what_may_pass_is_tried_again_and_seen(kernel, status, kind):
    busy = error(status, "Not now.", {"retry-after": "0.1"})
    with WireServer(busy) as server:
        ran = failed(kernel, f"%%agent -m openai-chat:m --base-url {server.url}/v1\nGo on.", kind, "Not now.", allow_stdin=True)
        assert len(server.requests) == 2
    assert "attempt" in ran.items("notice")[0]["text"]
    with WireServer(busy, Answer(said("Now.") + data({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n")) as server:
        ran = kernel.ok(f"%%agent -m openai-chat:m --base-url {server.url}/v1\nGo on.", allow_stdin=True)
    assert [item["text"] for item in ran.items("text")] == ["Now."]
    assert ran.told("attempt")


def test_a_server_that_is_down_is_named(kernel):
    with WireServer(b"") as server:
        url = server.url
    failed(kernel, f"%%agent -m openai-chat:m --base-url {url}/v1\nGo on.", "ConnectionFailed", url)


def test_a_missing_key_names_its_variable(kernel):
    kernel.ok("key = os.environ.pop('OPENAI_API_KEY')")
    for provider, variable in {"openai": "OPENAI_API_KEY", "openai-chat": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}.items():
        failed(kernel, f"%%agent -m {provider}:m\nGo on.", "MissingKey", variable)
    kernel.ok("os.environ['OPENAI_API_KEY'] = key")


CELLS = {
    "%%agent -m nope:m\nGo on.": ("UnknownProvider", "provider:model"),
    "%%agent --modle x\nGo on.": ("--modle", "Did you mean --model?"),
    "%%agent -p temperature\nGo on.": ("needs its VALUE",),
    "%%agent -T nope\nGo on.": ("no tool 'nope'",),
    "%%agent\nTell me about {{ citty }}.": ("'citty' is not defined", "{% raw %}"),
    "%%agent\nTell me about {{ 1 / 0 }}.": ("ZeroDivisionError",),
    "%%agent\nTell me {% forr x in y %}": ("no block {% forr %}",),
    "%%agent": ("The prompt is empty.",),
    "%%agent   \n   \n": ("The prompt is empty.",),
    "%agent": ("has no prompt",),
    "%%agent --file nowhere.png\nGo on.": ("nowhere.png",),
    "%%agent --replay nowhere.json\nGo on.": ("nowhere.json",),
    "%%agent -s 'open\nGo on.": ("is not closed",),
    "# weather\n%%agent\nGo on.": ("%%agent must be the first line of its cell.", "A comment stands above it."),
    "# weather\n\n# more\n%%tool\ndef f(): pass": ("%%tool must be the first line of its cell.",),
    "%%tool\nx = 1": ("defines no function",),
    "%%tool\ndef f(x: object()): pass": ("ToolDefinitionError",),
    "%tool nope": ("no function 'nope'",),
    "%trace nope": ("no table 'nope'",),
    "%trace --run 123": ("No run begins with '123'",),
    "%nbagent nope": ("no command 'nope'",),
    "%nbagent reset nope": ("no session 'nope'",),
    "%agent --resume": ("No run waits",),
}


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_wrong_with_a_cell_is_said_before_anything_is_sent_or_shown(kernel, cell):
    ran = failed(kernel, cell, *CELLS[cell], allow_stdin=True)
    assert ran.outputs == []


def test_a_model_that_its_provider_does_not_know_is_told_with_the_closest(kernel):
    failed(kernel, "%%agent -m scripted:fien\nGo on.", "UnknownModel", "fine")


def test_braces_that_are_no_expressions_are_text(kernel):
    prompt = 'JSON {"a": {"b": 1}}, f-string {x}, shell ${HOME} $x, a set {1, 2} and {}.'
    ran = kernel.ok(f"%%agent -m scripted:fine --dry-run\n{prompt}")
    assert json.loads(ran.stdout.partition("\n")[2])["messages"][-1]["parts"] == [{"type": "text", "text": prompt}]


def test_tb_shows_all_of_an_error_and_still_no_key(kernel):
    with WireServer(error(401, f"Incorrect API key provided: {KEY}.")) as server:
        ran = failed(kernel, f"%%agent -m openai-chat:m --base-url {server.url}/v1\nGo on.")
    whole = kernel.run("%tb")
    kernel.run("x = 1")
    assert len(whole.error_lines) > 4
    assert "Traceback (most recent call last):" in whole.error_lines
    assert any(line.startswith("nbagent.errors.AuthenticationFailed: ") for line in whole.error_lines)
    assert KEY not in whole.raw + ran.raw


def test_a_syntax_error_in_a_cell_of_tools_shows_that_cell(kernel):
    ran = kernel.run("%%tool\ndef f(x: int) -> int:\n    return (x\n")
    assert ran.error_lines[-1].startswith("SyntaxError: ")
    assert "line 3" in "\n".join(ran.error_lines)
    assert "get_ipython" not in "\n".join(ran.error_lines)


def test_captured_a_failure_is_seen_as_any_error_of_such_a_cell_is(kernel):
    for code in ("1 / 0", "%agent -m nope:m Go on.", "%%agent -m nope:m\nGo on."):
        ran = kernel.run("%%capture held\n" + code)
        assert ran.status == "ok"  # IPython's: an error below %%capture is shown, and the reply does not say so
        assert "ZeroDivisionError" in ran.error_lines[-1] or ran.error_lines[0].startswith("UnknownProvider: ")


def test_cells_queued_behind_one_that_fails_are_not_run_and_behind_one_that_answers_they_are(kernel):
    kernel.ok("from nbagent.errors import Overloaded\nfrom nbagent.providers.scripted import pause\nran = []")
    kernel.ok("Scripted([[pause(0.2), Overloaded('Not now.')]], by='calls', loop=True, name='breaks')")
    for model, statuses in {"fine": ["ok", "ok"], "breaks": ["error", "aborted"]}.items():
        sent = [kernel.send(f"%%agent -m scripted:{model}\nGo on.", allow_stdin=True), kernel.send(f"ran.append({model!r})")]
        replies = [kernel.client.get_shell_msg(timeout=20) for _ in sent]
        assert [reply["parent_header"]["msg_id"] for reply in replies] == sent
        assert [reply["content"]["status"] for reply in replies] == statuses
    assert kernel.value("ran") == ["fine"]


def test_what_came_of_a_run_that_failed_is_in_the_last_value_and_not_another_cells(kernel):
    kernel.ok("'of a cell before'")
    kernel.ok("Scripted(['Some.'], loop=True, name='vague');")
    ran = kernel.run("%%agent --output-type int -m scripted:vague\nHow many?")
    assert "OutputInvalid" in "\n".join(ran.error_lines)
    assert kernel.value("[_.outcome, _.output, _.text, _ is Out[max(Out)]]") == ["failed", None, "Some.", True]
