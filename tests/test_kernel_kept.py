"""Claims on what kernels leave behind: every run of a machine in one file, which the magics read, and nothing where that is switched off."""

from __future__ import annotations

import pytest

from nbagent.observers.trace import Trace
from tests.kernel import a_kernel
from tests.wire_lines import chat
from tests.wire_server import WireServer

pytestmark = [pytest.mark.kernel]

ECHO = "%load_ext nbagent\nimport nbagent\nnbagent.Scripted([lambda request: request.messages[-1].text], by='calls', loop=True, name='echo');"


def test_the_first_run_of_a_machine_says_in_one_line_where_runs_are_kept(tmp_path):
    with a_kernel(tmp_path, first=True) as kernel:
        kernel.ok(ECHO)
        assert not (tmp_path / "data").exists()
        first, second = (kernel.ok("%agent -m scripted:echo Hi.", allow_stdin=True) for _ in range(2))
        (item,) = first.items("notice")
        assert item["text"].startswith(f"Runs are kept in {tmp_path / 'data' / 'trace.db'}.")
        assert "NBAGENT_TRACE_DB=off" in item["text"]
        assert first.stdout == ""
        assert second.items("notice") == []


def test_a_session_in_python_says_it_below_its_cell(tmp_path):
    with a_kernel(tmp_path, first=True) as kernel:
        kernel.ok(ECHO)
        ran = kernel.ok("text = nbagent.Session(nbagent.Agent(model='scripted:echo')).run('Hi.').text")
        assert ran.stdout.startswith("Runs are kept in ")
        assert len(ran.stdout.splitlines()) == 1


def test_two_kernels_write_one_file_and_each_shows_its_own_and_with_all_those_of_the_machine(tmp_path):
    with a_kernel(tmp_path) as one, a_kernel(tmp_path) as other:
        for kernel, words in ((one, "One."), (other, "Other.")):
            kernel.ok(ECHO)
            kernel.ok(f"%agent -m scripted:echo {words}", allow_stdin=True)
        for kernel, words in ((one, "One."), (other, "Other.")):
            kernel.ok("mine = %trace runs\nall_of_them = %trace runs --all")
            assert kernel.value("list(mine.input_preview)") == [words]
            assert kernel.value("list(all_of_them.input_preview)") == ["One.", "Other."]
        one.restart()
        one.ok("%load_ext nbagent\nkept = %trace runs --all --since 1h\nnone = %trace runs")
        assert one.value("[len(kept), len(none)]") == [2, 0]
        assert one.value("kept.kernel_id.nunique()") == 2
        assert one.value("len(__import__('nbagent').traces())") == 2


def test_a_model_that_a_cell_drives_itself_is_a_run_of_the_cell(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.ok(ECHO)
        kernel.ok("model = nbagent.Traced('scripted:echo')\nrequest = nbagent.Request('', (nbagent.user('Hi.'),))")
        kernel.ok("said = [event async for batch in model.stream(request) for event in batch]")
        kernel.ok("with nbagent.span('here'):\n    again = [event async for batch in model.stream(request) for event in batch]")
        kernel.ok("mine = %trace runs\ncalls = %trace calls")
        assert kernel.value("[said == again, list(mine.output_preview), mine.exec_count.astype(int).tolist(), list(calls.status)]") == [
            True,
            ["Hi."] * 2,
            [3, 4],
            ["ok"] * 2,
        ]


def test_a_vendors_own_client_in_a_cell_is_a_run_of_the_cell(tmp_path):
    with WireServer(chat({"content": "Yes."}) + chat({}, finish="stop") + b"data: [DONE]\n\n") as server, a_kernel(tmp_path) as kernel:
        kernel.ok(f"%load_ext nbagent\nimport nbagent, openai\nclient = nbagent.trace_client(openai.OpenAI(base_url='{server.url}/v1', api_key='k-1'))")
        kernel.ok("asked = dict(model='m', messages=[dict(role='user', content='Is it?')], stream=True)\nsaid = list(client.chat.completions.create(**asked))")
        kernel.ok("mine = %trace runs")
        assert kernel.value("[list(mine.input_preview), list(mine.output_preview), mine.exec_count.astype(int).tolist()]") == [["Is it?"], ["Yes."], [2]]


@pytest.mark.parametrize("line", ["%config NbAgent.trace = False", "%config NbAgent.trace_db = 'off'"])
def test_what_is_switched_off_writes_nothing(tmp_path, line):
    with a_kernel(tmp_path, first=True) as kernel:
        kernel.ok(f"{ECHO}\n{line}")
        ran = kernel.ok("%agent -m scripted:echo Hi.", allow_stdin=True)
        assert ran.items("notice") == []
        kernel.ok("table = %trace")
        assert kernel.value("len(table)") == (0 if "trace_db" not in line else 1)
        assert "No runs are kept on this machine." in kernel.run("%trace runs --all").error_lines[0]
    assert not (tmp_path / "data").exists()


def test_a_kernel_that_is_killed_has_lost_nothing_that_was_shown(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.ok(ECHO)
        kernel.ok("%agent -m scripted:echo Hi.", allow_stdin=True)
        kernel.ok("%trace runs --all")
        kernel.restart()
    assert Trace.load(tmp_path / "data" / "trace.db").runs()["status"].tolist() == ["ok"]


def test_what_went_over_the_wire_is_kept_until_it_is_switched_off_and_without_content_there_is_no_text(tmp_path):
    with WireServer(chat({"content": "A secret answer."}) + chat({}, finish="stop") + b"data: [DONE]\n\n") as server, a_kernel(tmp_path) as kernel:
        ask = f"%agent -m openai-chat:m --base-url {server.url}/v1 A secret question?"
        kernel.ok("%load_ext nbagent\nimport nbagent\ntrace = get_ipython().find_line_magic('agent').__self__.desk.trace")
        kernel.ok(ask, allow_stdin=True)
        kernel.ok("%config NbAgent.trace_bodies = 'off'")
        kernel.ok(ask, allow_stdin=True)
        kernel.ok("%config NbAgent.trace_bodies = 'all'\n%config NbAgent.trace_content = False")
        kernel.ok(ask, allow_stdin=True)
        for where in ("trace", "trace.machine()"):
            found = kernel.value(f"[list({where}.bodies(span)) for span in {where}.calls().span_id]")
            assert ["A secret question?" in (request or "") for request, _, _ in found] == [True, False, False]
            assert ["A secret answer." in (response or "") for _, response, _ in found] == [True, False, False]
        kernel.ok("table = %trace messages\nruns = %trace runs --all")
        assert kernel.value("[table.call_id.nunique(), runs.output_preview.fillna('').tolist(), runs.status.tolist()]") == [
            2, ["A secret answer.", "A secret answer.", ""], ["ok", "ok", "ok"],
        ]  # fmt: skip
