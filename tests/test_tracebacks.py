"""Claims on the tracebacks that stay in a notebook."""

from __future__ import annotations

import json
import sys
import traceback
from types import SimpleNamespace

from nbagent.notebook.tracebacks import cell_names, own_frames, readable

CELL = "/tmp/ipykernel_12/3456.py"


def cell_of(file: str) -> str | None:
    return "In[4]" if file == CELL else None


def raised_in(file: str, source: str = "def f():\n    return __import__('json').loads('{')\n") -> str:
    space: dict = {}
    exec(compile(source, file, "exec"), space)
    try:
        space["f"]()
    except Exception as error:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__.tb_next))
    raise AssertionError


def test_a_cell_is_named_by_its_number_and_library_frames_are_left_out():
    whole = raised_in(CELL)
    assert json.__file__ in whole
    assert own_frames(whole, cell_of) == (
        "Traceback (most recent call last):\n  Cell In[4], line 2, in f\n"
        "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n"
    )


def test_a_file_of_the_persons_own_is_named_without_its_folder():
    assert '  File "helpers.py", line 2, in f\n' in own_frames(raised_in("/home/someone/project/helpers.py"), cell_of)


def test_chained_errors_keep_their_words():
    text = raised_in(CELL, "def f():\n    try:\n        {}['a']\n    except KeyError as error:\n        raise ValueError('no a') from error\n")
    kept = own_frames(text, cell_of)
    assert kept.count("Cell In[4]") == 2
    assert "direct cause" in kept
    assert kept.endswith("ValueError: no a\n")


def test_the_source_of_a_frame_stays_with_it_or_goes_with_it():
    text = 'Traceback (most recent call last):\n  File "pandas/_libs/index.pyx", line 172, in get\n'
    text += f'  File "{CELL}", line 4, in f\n    row = stations.loc[city]\n          ~~~~~^^^\n'
    text += f'  File "{sys.prefix}/lib/site.py", line 1, in g\n    x\n' if json.__file__.startswith(sys.prefix) else ""
    kept = own_frames(text + "KeyError: 'x'\n", cell_of)
    assert kept == "Traceback (most recent call last):\n  Cell In[4], line 4, in f\n    row = stations.loc[city]\n          ~~~~~^^^\nKeyError: 'x'\n"


def test_only_what_holds_a_traceback_is_changed_and_nothing_in_place():
    failed = {"k": "tool", "error": {"type": "KeyError", "message": "x", "traceback": raised_in(CELL)}}
    state = {"model": "m", "items": [{"k": "text", "text": CELL}, {"k": "tool", "error": {"type": "T", "message": "m"}}, failed]}
    shown = readable(state, cell_of)
    assert shown["items"][:2] == state["items"][:2]
    assert CELL in failed["error"]["traceback"]
    assert CELL not in shown["items"][2]["error"]["traceback"]


def test_the_shell_is_asked_for_the_names_of_its_cells():
    shell = SimpleNamespace(compile=SimpleNamespace(format_code_name=lambda file: ("Cell", "In[4]") if file == CELL else None))
    assert cell_names(shell)(CELL) == "In[4]"
    assert cell_names(shell)("other.py") is None
    assert cell_names(None)(CELL) is None
