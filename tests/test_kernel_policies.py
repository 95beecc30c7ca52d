"""Claims on policies in a notebook: handlers of errors, windows, budgets and rules for names, said on a magic's line and seen on the page."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import nbagent
from nbagent import Agent, Session, annotated, tool
from nbagent.providers.scripted import Scripted, call
desk = get_ipython().find_line_magic("agent").__self__.desk
Scripted([call("look")], loop=True, name="looks")
Scripted(["Some words."], loop=True, name="vague")
Scripted([lambda request: str([part.text for message in request.messages for part in message.parts])], loop=True, name="tells")
"""
TOOLS = """%%tool
def look() -> str:
    "Look again."
    return "nothing yet"
"""
HANDLERS = """
def give_up(failure):
    return f"{type(failure.error).__name__} after {len(failure.messages)} messages"

def seven(failure):
    return 7

def broken(failure):
    return 1 / 0
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        for code in (SETUP, TOOLS, HANDLERS):
            kernel.ok(code)
        yield kernel


def test_a_handler_on_the_line_answers_where_the_run_would_fail(kernel):
    ran = kernel.ok("%%agent --new -m scripted:looks -T look --max-steps 2 --on-error MaxStepsReached give_up\nLook.")
    assert ran.run["outcome"] == "completed"
    assert ran.items("text")[-1]["text"] == "MaxStepsReached after 5 messages"
    assert [(item["level"], item["text"]) for item in ran.items("notice")][-1] == (
        "warning", "MaxStepsReached: This run has reached its limit of 2 model calls. A handler gave the answer.",
    )  # fmt: skip
    assert kernel.value("[_.text, type(_.handled).__name__]") == ["MaxStepsReached after 5 messages", "MaxStepsReached"]
    assert kernel.value("get_ipython().run_line_magic('trace', 'runs').iloc[-1][['status', 'error_type']].to_list()") == ["ok", "MaxStepsReached"]


def test_a_handler_gives_a_value_of_the_type_that_was_asked_for(kernel):
    ran = kernel.ok("%%agent --new -m scripted:vague --output-type int --on-error OutputInvalid seven\nHow many?")
    assert [(item["json"], item["type"]) for item in ran.items("output")] == [("7", "int")]
    assert kernel.value("_.output") == 7


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--max-steps 1 --on-error MaxStepsReached broken", "The handler for MaxStepsReached failed: ZeroDivisionError"),
        ("--on-error MaxSteps give_up", "Did you mean MaxStepsReached"),
        ("--on-error MaxStepsReached nobody", "there is no function 'nobody'"),
        ("--max-total-tokens 1", "may use no more tokens"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_in_four_lines(kernel, line, words):
    ran = kernel.run(f"%%agent --new -m scripted:looks -T look {line}\nLook.")
    assert ran.status == "error"
    assert len(ran.error_lines) <= 4
    assert words in "\n".join(ran.error_lines)


def test_a_window_is_sent_and_all_is_kept_and_what_is_annotated_matters_by_that(kernel):
    kernel.ok("%%agent talk -m scripted:tells\nThe first thing, {{ 'in many words ' * 30 }}.")
    kernel.ok("log = 'line of a log ' * 60; secret = 'for me'")
    ran = kernel.ok("%%agent talk -m scripted:tells --window 150\nNow this: {{ log | annotated(priority=0.1) }} {{ annotated(secret, audience='user') }}")
    assert ran.items("text")[0]["text"] == "['Now this: ', '[left out: the conversation is longer than its window]']"
    assert "for me" in ran.run["prompt"]
    assert [item["text"] for item in ran.items("notice")] == ["The conversation is longer than its window: 2 messages left out, 1 shortened."]
    assert kernel.value("len(desk.sessions['talk'].messages)") == 4


def test_tools_are_taken_out_and_looked_at(kernel):
    kernel.ok("%%tool\ndef get_a(city: str) -> str:\n    'A.'\n    return city\n\ndef get_b() -> str:\n    'B.'\n    return 'b'")
    assert "city" in kernel.ok("%nbagent tools get_a").result
    shown = kernel.ok("%tool --remove 'get_*'")
    assert "look" in shown.result
    assert "get_a" not in shown.result
    assert kernel.value("list(desk.tools)") == ["look"]
    assert "There is no tool 'get_a'" in "\n".join(kernel.run("%tool --remove get_a").error_lines)


def test_another_function_of_a_name_is_what_the_line_says(kernel):
    again = "def look() -> str:\n    'Look.'\n    return 'other'"
    refused = kernel.run(f"%%tool --if-exists raise\n{again}")
    assert "Two tools are called 'look'" in "\n".join(refused.error_lines)
    assert "another function now" in kernel.ok(f"%%tool --if-exists warn\n{again}").stdout
    assert kernel.ok(f"%%tool\n{again}").stdout == ""


def test_a_limit_in_tokens_of_a_tool_of_a_cell(kernel):
    kernel.ok("%%tool --result-tokens 40\ndef reads() -> str:\n    'Read.'\n    return 'word ' * 1000")
    kernel.ok("Scripted([call('reads'), 'Read.'], name='reader')\nresult = Session(Agent(model='scripted:reader', tools=[desk.tools['reads']])).run('Go')")
    content = kernel.value("result.messages[2].tool_results[0].content")
    assert kernel.value("len(result.objects['call_1'])") == 5000
    assert "for about 40 tokens (estimated)" in content
    assert len(content) < 400


def test_a_tool_of_any_name_is_called_by_it_on_the_page(kernel):
    kernel.ok("%%tool weather --name 'météo.today'\ndef weather() -> str:\n    'W.'\n    return 'sun'")
    kernel.ok("Scripted([call('météo.today'), 'Sun.'], name='asks')")
    ran = kernel.ok("%%agent --new -m scripted:asks -T 'météo.today'\nAnd?")
    assert [item["name"] for item in ran.items("tool")] == ["météo.today"]
