"""Claims on paused runs: kept whole, and carried on as they began, in this kernel and in another."""

from __future__ import annotations

import stat

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent import Scripted
from nbagent.providers.scripted import call
said = []
def answer(request):
    said.append(request.instructions)
    return "The tool said: " + request.messages[-1].tool_results[0].content
Scripted([call("delete_rows", table="orders"), answer], name="careful")
def delete_rows(table: str) -> str:
    "Delete the rows of a table."
    return f"{table} deleted"
"""
PAUSE = "%tool --approve delete_rows\n%agent -m scripted:careful -s 'Be brief.' -T delete_rows Clean up."


def test_a_run_is_carried_on_with_the_model_and_the_instructions_it_began_with(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.run(SETUP)
        ran = kernel.run(PAUSE)
        assert ran.status == "error"
        assert "RunPaused" in ran.error_lines[0]
        carried = kernel.run("%agent --resume --approve auto")
        assert carried.status == "ok", carried.error_lines
        assert "The tool said: orders deleted" in carried.outputs[-1]["text/plain"]
        assert kernel.run("said").result == "['Be brief.']"


def test_another_kernel_carries_it_on_and_a_tool_may_come_with_the_cell(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.run(SETUP)
        assert kernel.run(PAUSE).status == "error"
    kept = list((tmp_path / "data" / "paused").glob("*.json"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600]
    with a_kernel(tmp_path) as kernel:
        kernel.run(SETUP + "from nbagent import tool\ndelete_rows = tool(approval=True)(delete_rows)")
        missing = kernel.run(f"%agent --resume {kept[0].stem[:8]} --approve auto")
        assert "which is not here" in missing.error_lines[0]
        carried = kernel.run(f"%agent --resume {kept[0].stem[:8]} --approve auto -T delete_rows")
        assert carried.status == "ok", carried.error_lines
        assert "The tool said: orders deleted" in carried.outputs[-1]["text/plain"]
        assert kernel.run("said").result == "['Be brief.']"
    assert list((tmp_path / "data" / "paused").glob("*.json")) == []


def test_where_nothing_can_be_kept_the_run_waits_in_its_kernel_and_all_else_works(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with a_kernel(tmp_path, first=True) as kernel:
        kernel.run(SETUP)
        ran = kernel.run(PAUSE)
        assert "RunPaused" in ran.error_lines[0]
        assert "waits in this kernel only" in ran.items("notice")[-1]["text"]
        carried = kernel.ok("%agent --resume --approve auto")
        assert "The tool said: orders deleted" in carried.outputs[-1]["text/plain"]


def test_of_two_kernels_that_carry_it_on_one_does(tmp_path):
    with a_kernel(tmp_path) as one, a_kernel(tmp_path) as other:
        for kernel in (one, other):
            kernel.run(SETUP)
        assert one.run(PAUSE).status == "error"
        other.run("%tool --approve delete_rows")
        run_id = one.ok("print(get_ipython().find_line_magic('agent').__self__.desk.sessions['main'].paused_run)").stdout.strip()
        hold = f"from nbagent.notebook import paused; hold = paused.held({run_id!r}); hold.__enter__()"
        other.ok(hold)
        assert "being carried on in another kernel" in one.run(f"%agent --resume {run_id} --approve auto").error_lines[0]
        other.ok("hold.__exit__(None, None, None)")
        assert "Name it" in other.run("%agent --resume --approve auto").error_lines[2]
        other.ok(f"%agent --resume {run_id} --approve auto")
        assert "was carried on elsewhere" in one.run(f"%agent --resume {run_id} --approve auto").error_lines[0]
        assert one.ok("said").result == "[]"
