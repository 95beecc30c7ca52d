"""Claims on the README: its commands are the ones that are run, its lines of magics parse, its Python runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nbagent.notebook.options import parse_agent, parse_nbagent, parse_tool
from nbagent.notebook.trace_options import parse_trace
from nbagent.provider import provider_names
from nbagent.settings import NAMES
from tests.kernel import KEYS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
VARIABLES = {"city": "Oslo"}


def magics():
    """Every line of a magic, in blocks and in the text, with what is `...` left out."""
    lines = [line for kind, block in BLOCKS if not kind for line in block.splitlines() if line.startswith("%")]
    prose = re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    lines += re.findall(r"`(%[^`]+)`", prose)
    return sorted({line for line in lines if "..." not in line and not line.endswith("?")})


@pytest.mark.parametrize("line", magics())
def test_every_line_of_a_magic_is_one(line):
    word, _, rest = line.partition(" ")
    match word:
        case "%%agent":
            parse_agent(rest, VARIABLES, cell=True)
        case "%agent":
            parse_agent(rest or "--help", VARIABLES, cell=False)
        case "%%tool" | "%tool":
            parse_tool(rest, VARIABLES, cell=word == "%%tool")
        case "%trace":
            parse_trace(rest, VARIABLES)
        case "%nbagent":
            parse_nbagent(rest, VARIABLES)
        case _:
            assert word in ("%load_ext", "%config")


def test_the_command_for_the_tests_is_the_one_that_ci_runs():
    command = next(block.strip() for kind, block in BLOCKS if kind == "bash" and "-m tests" in block)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace(" -q ", " ")


def test_both_commands_are_one_line_and_begin_with_nothing_but_python():
    first, second = [block.strip() for kind, block in BLOCKS if kind == "bash"][:2]
    assert first.endswith("notebooks/quickstart.ipynb")
    for command in (first, second):
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_every_provider_and_every_setting_is_named():
    table = TEXT[TEXT.index("A model is written") : TEXT.index("Where no model is named")]
    assert sorted(re.findall(r"^\| `([\w-]+):", table, re.MULTILINE)) == provider_names()
    settings = TEXT[TEXT.index("There are `model`") : TEXT.index("`%nbagent config` shows each")]
    assert re.findall(r"`(\w+)`", settings) == list(NAMES)


def test_what_it_links_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert target.startswith("https://") or (ROOT / target).exists(), target


@pytest.mark.local_model
@pytest.mark.timeout(900)
def test_its_python_runs_on_the_embedded_model(tmp_path, monkeypatch):
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    code = "\n".join(block for kind, block in BLOCKS if kind == "python" and "getpass" not in block)
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=800, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Usage(" in ran.stdout
    assert "RunFinished" in ran.stdout
    assert "execute_tool" in ran.stdout
