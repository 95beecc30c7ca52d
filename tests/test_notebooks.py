"""Claims on the notebooks as they are saved: clean, with their outputs, and good to be read without a kernel."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nbagent.errors import redact
from nbagent.observers.static import MIME
from nbagent.observers.words import plain
from nbagent.providers import recording
from tests.kernel import KEYS

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = ("compare", "limits", "providers", "quickstart", "tools", "traces")
PATHS = re.compile(r"/(?:home|root|work|tmp|Users|usr|opt|var|private)/|\b[A-Z]:\\{1,2}Users", re.IGNORECASE)
SAYS_SOMETHING = re.compile(r"%%agent\b|%agent\b(?!.*--dry-run)")


@pytest.fixture(params=NAMES)
def notebook(request):
    return nbformat.read(FOLDER / f"{request.param}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_these_are_all_the_notebooks():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == sorted(NAMES)


def test_it_was_run_from_top_to_bottom_and_kept_nothing_but_its_outputs(notebook):
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}


def test_every_run_is_kept_in_the_forms_that_need_no_kernel(notebook):
    cells = [cell for cell in code(notebook) if SAYS_SOMETHING.match(cell.source)]
    assert cells
    for cell in cells:
        shown = [output for output in cell.outputs if output.output_type == "display_data"]
        assert [set(output.data) for output in shown] == [{MIME, "text/html", "text/plain"}]
        state = shown[0].data[MIME]
        assert shown[0].data["text/plain"] == plain(state)
        assert shown[0].metadata.nbagent == {name: state[name] for name in ("model", "run_id", "usage", "duration", "outcome")}
        assert state["outcome"] == "completed" or "raises-exception" in cell.metadata.tags


def test_no_live_view_stays(notebook):
    kinds = {kind for cell in code(notebook) for output in cell.outputs for kind in output.get("data", {})}
    assert not {kind for kind in kinds if "widget" in kind}


def test_only_the_cells_that_say_so_ended_with_an_error(notebook):
    for cell in code(notebook):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert not errors or "raises-exception" in cell.metadata.tags
        assert all(len("\n".join(error.traceback).splitlines()) <= 4 for error in errors)
        assert not [output for output in cell.outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", sorted([*FOLDER.glob("*.ipynb"), *FOLDER.glob("recordings/*")]), ids=lambda path: path.name)
def test_no_key_and_no_path_of_a_machine_is_in_it(path):
    text = path.read_text(encoding="utf-8")
    assert redact(text) == text
    assert [match.group() for match in PATHS.finditer(text)] == []
    assert len(text) < 200_000


def test_what_it_links_to_is_there(notebook):
    text = "\n".join(cell.source for cell in notebook.cells)
    for target in [*re.findall(r"\]\(([^)#]+)\)", text), *re.findall(r"recordings/\w+\.jsonl", text)]:
        assert target.startswith("https://") or (FOLDER / target).exists(), target


def test_it_can_be_read_in_one_go(notebook):
    assert len(notebook.cells) <= 30
    assert max(len(cell.source.splitlines()) for cell in notebook.cells) <= 30


@pytest.mark.parametrize("path", sorted(FOLDER.glob("recordings/*.jsonl")), ids=lambda path: path.name)
def test_every_recording_can_be_read_and_is_used(path):
    entries = recording.read(path)
    assert entries
    assert {entry.provider for entry in entries} <= {"local", "scripted"}
    assert not [entry for entry in entries if entry.error or entry.stopped]
    assert any(f"recordings/{path.name}" in (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8") for name in NAMES)


@pytest.mark.kernel
@pytest.mark.parametrize(
    "name", ["compare", "limits", "tools", "traces", pytest.param("quickstart", marks=[pytest.mark.local_model, pytest.mark.timeout(900)])]
)
def test_run_all_ends_well_where_nobody_can_click(name, tmp_path, monkeypatch):
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("NBAGENT_DATA", str(tmp_path))
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    saved = [output_kinds(cell) for cell in code(notebook)]
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert [output_kinds(cell) for cell in code(notebook)] == saved


def output_kinds(cell):
    return [(output.output_type, sorted(output.get("data", {}))) for output in cell.outputs]
