"""What one notebook has on its desk: its tools and sessions by name, one trace, and which cell said what.

Running a cell again replaces its exchange instead of growing the history: an exchange is known by the cell's id and by
how many prompts the cell had said before it in the same execution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from nbagent.agent import Agent
from nbagent.errors import ConfigError, did_you_mean
from nbagent.observers.trace import Trace
from nbagent.session import Session, shared_trace
from nbagent.tools import Tool, as_tool

if TYPE_CHECKING:
    from nbagent.providers.recorded import Replayer

DEFAULT = "main"

CellKey = tuple[str, int]


@dataclass
class Desk:
    """The names of a notebook. `waiting` are the agents of its paused runs, by run id. `cell_id` and `said` are the
    running cell's: its id, and how many prompts it has said."""

    trace: Trace = field(default_factory=Trace)
    tools: dict[str, Tool] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    waiting: dict[str, Agent] = field(default_factory=dict)
    cell_id: str | None = None
    said: int = 0
    _exchanges: dict[str, dict[CellKey, int]] = field(default_factory=dict)
    _replayers: dict[tuple[str, str | None], Replayer] = field(default_factory=dict)

    def begin_cell(self, cell_id: str | None) -> None:
        """A new cell runs."""
        self.cell_id, self.said = cell_id, 0
        shared_trace.set(self.trace)

    def add_tools(self, tools: Iterable[Tool]) -> list[str]:
        """Offer tools by their names; one of the same name is replaced. Returns the names."""
        names = []
        for tool in tools:
            self.tools[tool.name] = tool
            names.append(tool.name)
        return names

    def pick_tools(self, names: Iterable[str], namespace: Mapping[str, Any]) -> list[Tool]:
        """Tools by name, by pattern (``get_*``), or functions of the notebook. Raises `ConfigError` for one that is not there."""
        picked: dict[str, Tool] = {}
        for name in names:
            if any(sign in name for sign in "*?["):
                found = {key: tool for key, tool in self.tools.items() if fnmatchcase(key, name)}
            elif name in self.tools:
                found = {name: self.tools[name]}
            elif isinstance(namespace.get(name), Tool) or callable(namespace.get(name)):
                tool = as_tool(namespace[name])
                found = {tool.name: tool}
            else:
                found = {}
            if not found:
                why = did_you_mean(name, [*self.tools]) or ("Tools: " + ", ".join(self.tools) if self.tools else "No tools are made yet.")
                raise ConfigError(f"There is no tool {name!r}.", why, "Make one with a %%tool cell.")
            picked |= found
        return list(picked.values())

    def session(self, name: str | None, namespace: Mapping[str, Any], *, new: bool = False) -> Session:
        """The session of this name, begun where there is none. The name of a variable that holds a `Session` or an `Agent` means that one."""
        key = name or DEFAULT
        held = namespace.get(name) if name else None
        if isinstance(held, Session):
            self.sessions[key] = held
            if new:
                self.forget(key)
            return held
        if new or key not in self.sessions:
            self.sessions[key] = Session(held if isinstance(held, Agent) else Agent(name=name or "assistant"), name=key, trace=self.trace)
            self._exchanges.pop(key, None)
        return self.sessions[key]

    def replayer(self, path: str, model: str | None) -> Replayer:
        """The replay of a recording, one for the notebook: equal requests get its answers in turn."""
        from nbagent.providers.recorded import Replayer

        found = self._replayers.get((path, model))
        if found is None:
            found = self._replayers[path, model] = Replayer(path, model=model)
        return found

    def forget(self, name: str) -> None:
        """Begin a session anew: its conversation goes, the session stays."""
        self.sessions[name].messages.clear()
        self._exchanges.pop(name, None)

    # --- exchanges -----------------------------------------------------------------------------------------------------

    def next_key(self) -> CellKey | None:
        """The key of the prompt that is about to be said; None where the front end gives no cell id."""
        self.said += 1
        return None if self.cell_id is None else (self.cell_id, self.said)

    def place_of(self, session: Session, key: CellKey | None) -> int | None:
        """Where in the conversation this cell's earlier exchange begins, or None for a new one."""
        if key is None or session.name is None:
            return None
        at = self._exchanges.get(session.name, {}).get(key)
        return at if at is not None and at <= len(session.messages) else None

    def settle(self, session: Session, key: CellKey | None, at: int) -> int:
        """Remember where the exchange began; returns how many later exchanges it took out of the conversation."""
        if session.name is None:
            return 0
        known = self._exchanges.setdefault(session.name, {})
        gone = [other for other, place in known.items() if place > at and other != key]
        for other in gone:
            del known[other]
        if key is not None:
            known[key] = at
        return len(gone)
