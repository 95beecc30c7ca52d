"""A tool's traceback as a saved notebook shows it: the person's own frames, cells by their number, no paths of this machine.

A notebook is given to others. The whole traceback stays in the trace.
"""

from __future__ import annotations

import re
import site
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FRAME = re.compile(r'  File "(?P<file>[^"\n]*)", line (?P<line>\d+)(?P<rest>.*\n(?:(?:    .*)?\n)*)')
_LIBRARIES = tuple({*(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), *site.getsitepackages(), site.getusersitepackages()})


def readable(state: dict[str, Any], cell_of: Callable[[str], str | None]) -> dict[str, Any]:
    """A run's state with tracebacks that can be given away. `cell_of` is a cell's name by that of its code, or None."""
    return {**state, "items": [_readable(item, cell_of) for item in state["items"]]}


def _readable(item: dict[str, Any], cell_of: Callable[[str], str | None]) -> dict[str, Any]:
    error = item.get("error", {})
    return {**item, "error": {**error, "traceback": own_frames(error["traceback"], cell_of)}} if "traceback" in error else item


def own_frames(text: str, cell_of: Callable[[str], str | None]) -> str:
    """The traceback without the frames of libraries, other files by name alone. One that has no other frames says whose they are."""

    def frame(match: re.Match[str]) -> str:
        file = match["file"]
        cell = cell_of(file)
        if cell is None and not _is_own(file):
            return ""
        place = f"Cell {cell}" if cell else f'File "{Path(file).name}"'
        return f"  {place}, line {match['line']}{match['rest']}"

    return _FRAME.sub(frame, text)


def _is_own(file: str) -> bool:
    """Whether code is the person's: no library's, nor compiled code, whose path is not absolute."""
    return file == "<%%tool>" or (Path(file).is_absolute() and not file.startswith(_LIBRARIES))


def cell_names(ip: Any) -> Callable[[str], str | None]:
    """What a shell calls the cells that it has run: ``In[4]``, by the file name that their code was compiled with."""
    named = getattr(getattr(ip, "compile", None), "format_code_name", None)

    def cell_of(file: str) -> str | None:
        found = named(file) if named else None
        return found[1] if found else None

    return cell_of
