"""Claims on tools of a notebook: they behave as in a cell, and whatever they do or give, the run goes on and says so."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

KEY = "sk-test-0123456789abcdefghij"
SETUP = """%load_ext nbagent
import asyncio, sqlite3, sys, threading, time
import pandas as pd
from nbagent import Agent, Session, tool
from nbagent.messages import ToolCallPart
from nbagent.providers.scripted import Scripted, call
calls = []
Scripted([lambda request: list(calls) if request.messages[-1].role == "user" else "Done."], by="calls", loop=True, name="caller")
%config NbAgent.model = "scripted:caller"
desk = get_ipython().find_line_magic("agent").__self__.desk
db = sqlite3.connect(":memory:")
places = []
def results():
    found = [part for message in desk.sessions["main"].messages for part in message.tool_results]
    return [[part.content, part.is_error, [file.media_type for file in part.files]] for part in found]
"""
TOOLS = f"""%%tool
def prints() -> str:
    print("printed in a tool")
    return "printed"

async def prints_beside() -> str:
    print("printed on the engine's thread")

def asks_a_person() -> str:
    return "It is " + input("What is your name? ")

def queries() -> list:
    places.append(threading.current_thread() is threading.main_thread())
    return db.execute("select 1, 'a'").fetchall()

def draws() -> str:
    import matplotlib.pyplot as plt
    plt.plot([1, 2, 3])
    return "drawn"

def returns_a_figure():
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(1, 1))
    return figure

def displays() -> str:
    from IPython.display import Markdown, display
    display(Markdown("**shown** by a tool"))
    return "displayed"

def loops() -> str:
    async def later(): return "later"
    waits = later()
    try:
        return asyncio.run(waits)
    finally:
        waits.close()

def asks_another() -> str:
    return Session(Agent(model=Scripted(["From within."]))).run("Go.").text

def runs_a_cell() -> str:
    return str(get_ipython().run_cell("%agent --session inner -m scripted:demo Hi.").success)

def raises() -> str:
    "Fails."
    raise ValueError("bad key {KEY}")

def exits() -> str:
    sys.exit(3)

def huge() -> str:
    return "x" * 10_000_000

def frame() -> pd.DataFrame:
    return pd.DataFrame({{"a": range(5000), "b": "text"}})

def odd():
    class Odd:
        def __repr__(self): raise RuntimeError("no repr")
    return {{"odd": Odd(), 3: threading.Lock(), "set": {{1}}}}

def unsaid() -> str:
    class Unsaid(Exception):
        def __str__(self): raise RuntimeError("no str")
    raise Unsaid
"""
HANGS = "%%tool --timeout 0.2\ndef hangs() -> str:\n    time.sleep(2)\n    return 'late'\n"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        for cell in (SETUP, TOOLS, HANGS):
            kernel.ok(cell)
        yield kernel


def called(kernel, *calls: str, **options):
    """A run that makes these calls in its first step. They are written in the notebook's Python."""
    kernel.ok(f"calls[:] = [{', '.join(calls)}]")
    return kernel.ok("%%agent --new -T *\nGo.", allow_stdin=True, **options)


def test_prints_are_the_cells_also_from_the_engines_thread(kernel):
    assert called(kernel, "call('prints')").stdout == "printed in a tool\n"
    assert called(kernel, "call('prints_beside')").stdout == "printed on the engine's thread\n"


def test_input_asks_the_person_at_the_notebook(kernel):
    ran = called(kernel, "call('asks_a_person')", answers=["Ada"])
    assert ran.asked == ["What is your name? "]
    assert kernel.value("results()") == [["It is Ada", False, []]]


def test_a_database_of_the_notebook_can_be_used(kernel):
    called(kernel, "call('queries')")
    assert kernel.value("[results(), places]") == [[['[[1, "a"]]', False, []]], [True]]


def test_figures_and_displays_appear_in_the_cell(kernel):
    ran = called(kernel, "call('draws')", "call('displays')")
    kinds = {kind for bundle in ran.outputs for kind in bundle}
    assert {"image/png", "text/markdown"} <= kinds
    assert len(ran.items("tool")) == 2


def test_a_figure_that_is_returned_goes_to_the_model(kernel):
    ran = called(kernel, "call('returns_a_figure')")
    assert kernel.value("results()") == [["[image/png attached]", False, ["image/png"]]]
    assert [bundle for bundle in ran.outputs if "image/png" in bundle] == []  # it is in the card, and not once more below the cell
    kept = kernel.ok("list(desk.sessions['main'].objects.values())[-1]")
    assert "image/png" in kept.outputs[-1]  # and is still a figure that can be shown


def test_asyncio_run_in_a_plain_tool_fails_as_in_a_cell_and_says_how_to_mend_it(kernel):
    called(kernel, "call('loops')")
    ((content, is_error, _),) = kernel.value("results()")
    assert is_error
    assert "running event loop" in content
    assert "make the tool async" in content


def test_a_tool_can_ask_another_agent_and_run_a_cell(kernel):
    ran = called(kernel, "call('asks_another')", "call('runs_a_cell')")
    assert [content for content, _, _ in kernel.value("results()")] == ["From within.", "True"]
    assert len([bundle for bundle in ran.outputs if "text/html" in bundle]) == 2  # the inner cell's run is shown, too


def test_what_a_tool_raises_is_red_for_the_person_and_short_for_the_model(kernel):
    ran = called(kernel, "call('raises')", "call('exits')", "call('unsaid')", "call('prints')")
    contents = kernel.value("results()")
    assert [content for content, _, _ in contents] == ["ValueError: bad key sk-...[redacted]", "SystemExit: 3", "Unsaid", "printed"]
    card, *_ = ran.items("tool")
    assert (card["status"], card["error"]["type"]) == ("error", "ValueError")
    assert "in raises" in card["error"]["traceback"]
    assert "nbagent/" not in card["error"]["traceback"]
    assert KEY not in ran.raw + kernel.ok("%trace tools --last").raw


def test_a_tool_that_hangs_is_left_behind_after_its_time(kernel):
    ran = called(kernel, "call('hangs')", "call('prints')")
    assert kernel.value("results()")[0] == ["hangs took longer than its 0.2 s and was left behind.", True, []]
    assert [item["status"] for item in ran.items("tool")] == ["error", "ok"]


def test_calls_that_make_no_sense_are_told_to_the_model(kernel):
    called(kernel, "ToolCallPart('', 'prints', '{\"a\": ')", "call('nope')", "call('prints', x=1)", "call('raises')")
    texts = [content for content, is_error, _ in kernel.value("results()") if is_error]
    assert texts[0].startswith("The arguments of prints are wrong: Invalid JSON")
    assert texts[1].startswith("There is no tool 'nope'.")
    assert len(texts) >= 3


def test_a_huge_result_is_cut_for_the_model_and_the_page_and_whole_in_the_trace(kernel):
    ran = called(kernel, "call('huge')")
    ((content, _, _),) = kernel.value("results()")
    assert len(content) < 21_000
    assert "10,000,000 characters" in content
    assert ran.items("tool")[0]["cut"]
    assert len(str(ran.outputs)) < 100_000
    assert kernel.value("int(desk.trace.tools().iloc[-1].astype(str).str.len().max())") >= 10_000_000


def test_a_frame_is_its_shape_types_and_first_rows(kernel):
    called(kernel, "call('frame')")
    ((content, _, _),) = kernel.value("results()")
    assert content.startswith("DataFrame of 5,000 rows and 2 columns")
    assert len(content) < 21_000


def test_what_cannot_be_serialised_is_described(kernel):
    called(kernel, "call('odd')")
    ((content, is_error, _),) = kernel.value("results()")
    assert not is_error
    assert "whose repr raised RuntimeError" in content
    assert "lock object" in content


def test_a_tool_keeps_working_as_the_function_that_it_is(kernel):
    assert kernel.ok("queries()").result == "[(1, 'a')]"


def test_a_cell_of_tools_may_hold_other_magics_and_is_itself_in_tracebacks(kernel):
    kernel.ok("%%tool\nnow = !echo hello\ndef greets() -> str:\n    return now[0]\n")
    called(kernel, "call('greets')")
    assert kernel.value("results()") == [["hello", False, []]]
    ran = kernel.run("%%tool\n\ndef fine() -> int:\n    return 1\n\n1 / 0\n")
    assert any("Cell In" in line and "line 6" in line for line in ran.error_lines)
