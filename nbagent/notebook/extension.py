"""What ``%load_ext nbagent`` does, and what ``%unload_ext`` undoes: nothing is printed, written, fetched or left behind."""

from __future__ import annotations

from typing import Any

from nbagent.notebook import config, panel, paused
from nbagent.notebook.cells import AwaitedCells
from nbagent.notebook.completion import Sources, matcher, model_specs
from nbagent.notebook.desk import Desk
from nbagent.notebook.magics import NbAgentMagics

_ATTRIBUTE = "_nbagent"  # where the shell keeps what was installed, so that loading twice is harmless


def load(ip: Any) -> None:
    """Install the magics, the awaiting of cells and completion."""
    if hasattr(ip, _ATTRIBUTE):
        return
    magics = NbAgentMagics(ip)
    cells = AwaitedCells(ip, magics.desk.begin_cell, magics.desk.end_cell)
    desk = magics.desk
    sources = Sources(
        tools=lambda: desk.tools, asked=lambda: desk.tool_names(ip.user_ns), sessions=lambda: desk.sessions, runs=paused.run_ids, models=model_specs
    )
    complete = matcher(ip, sources)
    ip.register_magics(magics)
    cells.install()
    ip.Completer.custom_matchers.append(complete)
    config.install(ip)
    setattr(ip, _ATTRIBUTE, (magics, cells, complete, panel.install(ip, desk)))
    _begin(ip, desk)


def _begin(ip: Any, desk: Desk) -> None:
    """The cell that loads it is one as well: what stands below in it is traced."""
    asked = ip.get_parent() if hasattr(ip, "kernel") else {}
    if asked.get("msg_type") == "execute_request":
        desk.begin_cell(asked.get("metadata", {}).get("cellId"), counted=bool(asked["content"].get("store_history", True)))


def unload(ip: Any) -> None:
    """Take everything out again; what the notebook made (sessions, tools, variables) stays with who holds it."""
    if not hasattr(ip, _ATTRIBUTE):
        return
    magics, cells, complete, remove_panel = getattr(ip, _ATTRIBUTE)
    delattr(ip, _ATTRIBUTE)
    cells.remove()
    remove_panel()
    ip.Completer.custom_matchers.remove(complete)
    for kind, names in magics.magics.items():
        for name in names:
            ip.magics_manager.magics[kind].pop(name, None)
    ip.magics_manager.registry.pop(type(magics).__name__, None)
    ip.configurables[:] = [each for each in ip.configurables if each is not magics]
    config.remove(ip)
