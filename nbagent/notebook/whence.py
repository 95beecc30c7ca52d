"""Which notebook and which cell of it a run comes from, as far as that is known for certain.

The rule: no kernel knows its notebook. Who does may say so: the page (`told`), VS Code (a variable), Jupyter's server (a variable of
the environment, at the kernel's start). What none of them says, or what is no more (a notebook that was renamed since), is not known,
and is never guessed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

_SERVER = "JPY_SESSION_NAME"
_VSCODE = "__vsc_ipynb_file__"


class Whence:
    """Where the runs of one shell come from. `told` is the notebook's path as the page knows it, below the server's root."""

    def __init__(self, ip: Any, by_server: str | None = None) -> None:
        """`by_server` is what Jupyter's server said of it at the start, where that is known."""
        self.ip, self.told = ip, ""
        self._by_server = by_server

    def cell(self, cell_id: str | None, *, counted: bool = True) -> Callable[[], dict[str, Any]]:
        """What says the origin of all that runs in the cell that was just begun; `counted`: it has an execution count. Nothing is
        looked for before it is asked."""
        here: dict[str, Any] = {}
        if counted:  # execution_count is the next cell's already, once a cell runs
            here["exec_count"] = self.ip.displayhook.prompt_count
        if cell_id is not None:
            here["cell_id"] = cell_id
        return lambda: self.kernel() | here

    def kernel(self) -> dict[str, Any]:
        """The origin of what runs in no cell: a button's click, a timer."""
        origin: dict[str, Any] = {}
        if hasattr(self.ip, "kernel"):
            origin["kernel_id"] = self.ip.kernel.session.session  # as front ends and the log know it
        if notebook := self.notebook():
            origin["notebook"] = notebook
        return origin

    def notebook(self) -> str | None:
        """The notebook's path, None where nobody knows it."""
        there = self.ip.user_ns.get(_VSCODE)
        if isinstance(there, str) and there:
            return there
        if self._by_server is None:
            self._by_server = _at_start()
        if self.told:
            return _whole(self.told, self._by_server)
        return self._by_server if self._by_server and Path(self._by_server).is_file() else None


def _whole(told: str, at_start: str) -> str:
    """A path below the server's root as one of this machine, where the notebook that the kernel began with shows where that root is."""
    told = told.partition(":")[2] or told  # of a page where several write, it has its drive before it
    below, begun = PurePosixPath(told.lstrip("/")), PurePosixPath(at_start)
    for folder in (begun.parent, *begun.parents) if at_start else ():
        if (found := Path(folder) / below).is_file():
            return str(found)
    return str(below)


def _at_start() -> str:
    """The notebook that Jupyter's server began this kernel for; '' where it was begun by something else, as by nbconvert in a notebook's
    cell, which hands the name of *that* notebook on."""
    named = os.environ.get(_SERVER, "")
    with suppress(OSError):  # only Linux shows it
        if f"{_SERVER}={named}".encode() in Path(f"/proc/{os.getppid()}/environ").read_bytes().split(b"\0"):
            return ""
    return named
