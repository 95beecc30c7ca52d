"""Claims on ``python -m tests``: it goes on after a failure, counts what was found, and what cannot run here is said."""

from __future__ import annotations

import sys

import pytest

from tests import __main__ as whole
from tests.__main__ import Count, counted, main, read


@pytest.fixture
def parts(monkeypatch):
    """The parts, in place of the real ones."""
    monkeypatch.delenv("CI", raising=False)
    made = {}
    monkeypatch.setattr(whole, "PARTS", made)
    return lambda **counts: made.update({name: (name, lambda count=count: count) for name, count in counts.items()})


def test_a_part_that_fails_does_not_stop_the_others_and_the_last_line_is_the_sum(parts, capsys):
    parts(first=Count(passed=3, failed=1), second=Count(passed=40, skipped=2))
    assert main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "43 passed, 1 failed, 2 skipped"


def test_what_cannot_run_here_is_said_and_fails_only_in_ci(parts, capsys, monkeypatch):
    parts(first=Count(passed=3), page=Count(missing="node 20"))
    assert main([]) == 0
    assert "page       not run" in (told := capsys.readouterr().out)
    assert "needs node 20" in told
    assert told.splitlines()[-1] == "3 passed, 0 failed"
    monkeypatch.setenv("CI", "true")
    parts(first=Count(passed=3), page=Count(missing="node 20"))
    assert main([]) == 1


def test_parts_are_chosen_by_name_and_a_wrong_one_is_told(parts, capsys):
    parts(first=Count(passed=3), second=Count(passed=5))
    assert main(["second"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 0 failed"
    assert main(["third"]) == 2
    assert "first, second" in capsys.readouterr().err


def test_a_report_is_counted_by_its_cases(tmp_path):
    cases = "<testcase/><testcase><failure/></testcase><testcase><error/></testcase><testcase><skipped/></testcase><testcase/>"
    (tmp_path / "report.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    assert read(tmp_path / "report.xml") == Count(passed=2, failed=2, skipped=1)


def test_a_command_that_falls_over_before_it_counts_has_failed():
    assert counted(sys.executable, "-c", "raise SystemExit(3)", report="{}") == Count(failed=1)
    assert counted(sys.executable, "-c", "pass", report="{}") == Count()


def test_no_key_is_handed_on(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    env = whole.environment()
    assert "OPENAI_API_KEY" not in env
    assert env["PATH"].startswith(str(whole.Path(sys.executable).parent))
