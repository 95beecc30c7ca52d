"""Claims on the magics wherever a cell may have them: below other magics, in scripts and notebooks that are run, in loops; and on what
a cell hands on."""

from __future__ import annotations

import nbformat
import pytest

from tests.kernel import RUN, a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import threading
from nbagent import Agent, Session, run, tool
from nbagent.providers.scripted import Scripted, call
def echo(request):
    return f"You said: {request.messages[-1].text.strip()}"
Scripted([echo], by="calls", loop=True, name="echo")
%config NbAgent.model = "scripted:echo"
ip = get_ipython()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def kernel(folder):
    with a_kernel(folder) as kernel:
        kernel.ok(SETUP)
        yield kernel


def texts(ran) -> list[str]:
    """What the runs that a cell shows have answered."""
    return [bundle["text/plain"] for bundle in ran.outputs if RUN in bundle]


@pytest.mark.parametrize("allow_stdin", [True, False], ids=["a person", "nobody"])
@pytest.mark.parametrize(
    "cell",
    [
        "%%agent\nHi.",
        "%agent Hi.",
        "\n\n%%agent\nHi.\n",
        "%%time\n%agent Hi.",
        "%%time\n%%agent\nHi.",
        "%%timeit -n1 -r1\n%agent Hi.",
        "answer = %agent Hi.",
        "if True:\n    %agent Hi.",
        "ip.run_line_magic('agent', 'Hi.');",
        "ip.run_cell_magic('agent', '', 'Hi.');",
        "ip.run_cell('%%agent\\nHi.');",
        "exec(ip.transform_cell('%agent Hi.'))",
    ],
)
def test_one_run_is_shown_once_wherever_its_magic_stands(kernel, cell, allow_stdin):
    ran = kernel.ok(cell, allow_stdin=allow_stdin)
    assert texts(ran) == ["You said: Hi."]
    assert ran.run["outcome"] == "completed"
    assert kernel.value("len(ip.events.callbacks['pre_run_cell'])") == kernel.value("len(ip.events.callbacks['post_run_cell'])")


def test_captured_it_is_in_what_was_captured_and_nowhere_else(kernel):
    for cell in ("%%capture held\n%agent Hi.", "%%capture held\n%%agent\nHi."):
        assert kernel.ok(cell, allow_stdin=True).outputs == []
        assert kernel.value("held.stdout") == ""
        assert kernel.value(f"[each.data['text/plain'] for each in held.outputs if {RUN!r} in each.data]") == ["You said: Hi."]
    assert texts(kernel.ok("held.show()")) == ["You said: Hi."]


def test_without_autoawait_it_blocks_and_works(kernel):
    kernel.ok("%autoawait off")
    assert texts(kernel.ok("%%agent\nHi.", allow_stdin=True)) == ["You said: Hi."]
    assert texts(kernel.ok("%agent Who?", allow_stdin=True)) == ["You said: Who?"]
    kernel.ok("%autoawait on")


def test_scripts_and_notebooks_that_are_run_have_it_too(kernel, folder):
    (folder / "plain.py").write_text("from nbagent import Agent, run\nprint(run(Agent(model='scripted:echo'), 'From a script.').text)\n")
    (folder / "magic.ipy").write_text("%agent From a script.\n")
    cells = [nbformat.v4.new_code_cell("%%agent\nFrom a notebook."), nbformat.v4.new_code_cell("%agent And on.")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "other.ipynb")
    assert kernel.ok("%run plain.py").stdout == "You said: From a script.\n"
    assert texts(kernel.ok("%run magic.ipy")) == ["You said: From a script."]
    assert texts(kernel.ok("%run other.ipynb")) == ["You said: From a notebook.", "You said: And on."]


def test_several_in_one_cell_are_each_shown(kernel):
    assert texts(kernel.ok("%agent One.\n%agent Two.")) == ["You said: One.", "You said: Two."]
    assert texts(kernel.ok("for n in range(3):\n    ip.run_line_magic('agent', 'Number {{ n }}.')")) == [f"You said: Number {n}." for n in range(3)]


def test_a_question_of_one_line_is_one_to_the_model(kernel):
    assert texts(kernel.ok("%agent How are you?")) == ["You said: How are you?"]
    assert texts(kernel.ok("%agent Really??")) == ["You said: Really??"]
    for asks in ("%agent?", "%%agent?", "%agent??"):
        assert texts(kernel.ok(asks)) == []


def test_what_stands_at_the_end_is_part_of_the_prompt(kernel):
    ran = kernel.ok("%agent Hi;")
    assert texts(ran) == ["You said: Hi;"]
    assert texts(kernel.ok("_")) == ["You said: Hi;"]


@pytest.mark.parametrize("cell", ["%%agent\nHi.", "%agent Hi.", "%%agent -f markdown\nHi.", "%%agent -f text\nHi."])
def test_the_result_is_in_out_and_is_shown_richly_wherever_it_is_named(kernel, cell):
    ran = kernel.ok(cell, allow_stdin=True)
    assert ran.of("execute_result") == []
    assert texts(kernel.ok("_")) == ["You said: Hi."]
    assert texts(kernel.ok("r = _; r")) == ["You said: Hi."]
    assert texts(kernel.ok("Out[max(Out)]")) == ["You said: Hi."]
    assert kernel.ok("print(r)").stdout == "You said: Hi.\n"
    assert kernel.value("[r.text, r.outcome, type(r).__name__]") == ["You said: Hi.", "completed", "Result"]


@pytest.mark.parametrize("cell", ["%%agent answer <<\nHi.", "%%agent --out answer\nHi.", "%agent -o answer Hi.", "answer = %agent Hi."])
def test_the_result_is_in_the_variable_that_was_named_and_is_shown_by_it(kernel, cell):
    kernel.ok("answer = None")
    assert texts(kernel.ok(cell, allow_stdin=True)) == ["You said: Hi."]
    assert texts(kernel.ok("answer")) == ["You said: Hi."]
    assert texts(kernel.ok("display(answer)")) == ["You said: Hi."]


def test_a_failed_run_leaves_its_part_in_the_error(kernel):
    kernel.ok("from nbagent.providers.scripted import cut\nhalf = Scripted([['Half of it', cut()]], by='calls', loop=True)")
    ran = kernel.run("import nbagent\ntry:\n    ip.run_line_magic('agent', '-m half Go on.')\nexcept nbagent.NbagentError as error:\n    part = error.result")
    assert ran.status == "ok"
    assert kernel.value("[part.outcome, part.text]") == ["failed", "Half of it"]
    assert texts(kernel.ok("part")) != []


@pytest.mark.parametrize("cell", ["%%agent\nHi", "%%time\n%%agent\nHi"])
def test_the_trace_knows_a_cell_by_the_number_that_stands_beside_it(kernel, cell):
    ran = kernel.ok(cell)
    assert kernel.value("int(ip.find_line_magic('agent').__self__.desk.trace.runs()['exec_count'].iloc[-1])") == ran.reply["execution_count"]
