"""Claims on --record and --replay in a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

RECORDING = Path(__file__).parents[1] / "notebooks" / "recordings" / "reasoning.jsonl"
RIDDLE = "A bat and a ball cost 1.10 dollars together. The bat costs one dollar more than the ball. What does the ball cost?"


def test_the_notebooks_own_model_does_not_choose_what_is_replayed(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.run('%load_ext nbagent\n%config NbAgent.model = "local:"')
        ran = kernel.run(f"%%agent --replay {RECORDING}\n{RIDDLE}")
        assert ran.status == "ok", ran.error_lines
        assert "5 cents" in ran.outputs[-1]["text/plain"]


def test_what_a_cell_records_another_kernel_repeats_without_the_model(tmp_path):
    with a_kernel(tmp_path) as kernel:
        kernel.run('%load_ext nbagent\nfrom nbagent import Scripted\nScripted(["Hello from then."], name="greeter")')
        said = kernel.run("%%agent -m scripted:greeter --record hello.jsonl\nHello")
    with a_kernel(tmp_path) as kernel:
        kernel.run("%load_ext nbagent")
        again = kernel.run("%%agent --replay hello.jsonl\nHello")
        assert again.outputs[-1]["text/plain"] == said.outputs[-1]["text/plain"] == "Hello from then."
        missed = kernel.run("%%agent --new --replay hello.jsonl\nGoodbye")
        assert missed.status == "error"
        assert "has no answer to this request" in missed.error_lines[0]
        assert len(missed.error_lines) <= 4
