"""Claims on kernels: every run knows its notebook and its cell, by whichever way it was begun, and what nobody knows stays empty."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nbagent.notebook.whence import Whence
from tests.kernel import a_kernel

SCRIPT = (
    "%load_ext nbagent\nimport asyncio, threading, nbagent\nnbagent.Scripted([lambda request: request.messages[-1].text], by='calls', loop=True, name='echo');"
)
TABLE = """runs = %trace runs
named = runs[["input_preview", "notebook", "cell_id", "exec_count"]].astype(object)
seen = named.where(named.notna(), None).values.tolist()"""
LATER = """async def later():
    await asyncio.sleep(0.5)
    await nbagent.Session(nbagent.Agent(model="scripted:echo")).arun("later")
task = asyncio.create_task(later())"""


@pytest.mark.kernel
def test_a_run_of_a_magic_of_python_and_of_a_task_that_goes_on_later_knows_its_notebook_and_its_cell(tmp_path):
    notebook = tmp_path / "study.ipynb"
    notebook.write_text("{}")
    with a_kernel(tmp_path, extra_env={"JPY_SESSION_NAME": str(notebook)}) as kernel:
        kernel.ok(f"{SCRIPT}\nnbagent.run('scripted:echo', 'loads');", cell_id="a")
        kernel.ok("%%agent -m scripted:echo\nmagic", allow_stdin=True, cell_id="b")
        kernel.ok("nbagent.run('scripted:echo', 'run');", cell_id="c")
        kernel.ok("nbagent.Session(nbagent.Agent(model='scripted:echo')).run('session');", cell_id="d")
        kernel.ok("await nbagent.Session(nbagent.Agent(model='scripted:echo')).arun('awaited');", cell_id="e")
        kernel.ok(LATER, cell_id="f")
        kernel.ok("await task", cell_id="g")
        kernel.ok(TABLE, cell_id="h")
        assert kernel.value("seen") == [
            ["loads", str(notebook), "a", 1],
            ["magic", str(notebook), "b", 2],
            ["run", str(notebook), "c", 3],
            ["session", str(notebook), "d", 4],
            ["awaited", str(notebook), "e", 5],
            ["later", str(notebook), "f", 6],
        ]
        kernel.ok("kept = %trace runs --all\nkept.notebook.nunique(), kept.exec_count.tolist()")
        assert kernel.value("[kept.notebook.nunique(), kept.exec_count.tolist()]") == [1, [1, 2, 3, 4, 5, 6]]


@pytest.mark.kernel
def test_a_notebook_that_nobody_names_or_that_was_renamed_stays_empty_until_somebody_says_it(tmp_path):
    before, after = tmp_path / "before.ipynb", tmp_path / "after.ipynb"
    before.write_text("{}")
    with a_kernel(tmp_path, extra_env={"JPY_SESSION_NAME": str(before)}) as kernel:
        kernel.ok(SCRIPT)
        before.rename(after)
        kernel.ok("nbagent.run('scripted:echo', 'renamed');")
        kernel.ok("get_ipython().find_line_magic('agent').__self__.desk.whence.told = 'after.ipynb'")
        kernel.ok("nbagent.run('scripted:echo', 'told');")
        kernel.ok(f"__vsc_ipynb_file__ = {str(after)!r}")
        kernel.ok("nbagent.run('scripted:echo', 'vscode');")
        kernel.ok(TABLE)
        assert kernel.value("[row[:2] for row in seen]") == [["renamed", None], ["told", str(after)], ["vscode", str(after)]]


@pytest.mark.kernel
def test_what_a_click_begins_is_of_the_notebook_and_of_no_cell(tmp_path):
    (tmp_path / "study.ipynb").write_text("{}")
    with a_kernel(tmp_path, extra_env={"JPY_SESSION_NAME": str(tmp_path / "study.ipynb")}) as kernel:
        kernel.ok(SCRIPT, cell_id="a")
        clicked = "lambda comm, message: nbagent.Session(nbagent.Agent(model='scripted:echo'), trace=of_cell).run('clicked')"
        kernel.ok(f"of_cell = nbagent.Trace()\nget_ipython().kernel.comm_manager.register_target('button', {clicked})", cell_id="b")
        opened = kernel.client.session.msg("comm_open", {"comm_id": "1", "target_name": "button", "data": {}})
        kernel.client.shell_channel.send(opened)
        kernel.ok("runs = of_cell.runs()", cell_id="c")
        assert kernel.value("[len(runs), runs.notebook[0], int(runs.cell_id.isna()[0]), int(runs.exec_count.isna()[0])]") == [
            1,
            str(tmp_path / "study.ipynb"),
            True,
            True,
        ]


def test_a_kernel_that_a_notebooks_cell_began_is_not_that_notebooks(tmp_path: Any) -> None:
    """As ``!jupyter nbconvert --execute other.ipynb`` does: the environment is handed on."""
    ask = "from nbagent.notebook.whence import _at_start; print(_at_start())"
    parent = f"import subprocess, sys, os; os.environ.update({{'LATER': '1'}}); subprocess.run([sys.executable, '-c', {ask!r}])"
    env = {**__import__("os").environ, "JPY_SESSION_NAME": str(tmp_path / "outer.ipynb")}
    asked = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == str(tmp_path / "outer.ipynb")
    handed_on = subprocess.run([sys.executable, "-c", parent], env=env, capture_output=True, text=True, check=True)
    if sys.platform == "linux":
        assert handed_on.stdout.strip() == ""


@pytest.mark.parametrize(
    ("told", "begun", "there", "said"),
    [
        ("study/new.ipynb", "study/old.ipynb", "study/new.ipynb", "study/new.ipynb"),
        ("moved/new.ipynb", "study/old.ipynb", "moved/new.ipynb", "moved/new.ipynb"),
        ("RTC:study/new.ipynb", "study/new.ipynb", "study/new.ipynb", "study/new.ipynb"),
        ("elsewhere/new.ipynb", "study/old.ipynb", None, None),
    ],
)
def test_what_the_page_says_is_found_below_the_servers_root(
    told: str, begun: str, there: str | None, said: str | None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if there:
        (tmp_path / there).parent.mkdir(parents=True)
        (tmp_path / there).write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / begun))
    whence = Whence(SimpleNamespace(user_ns={}))
    whence.told = told
    assert whence.notebook() == (str(tmp_path / said) if said else told)
