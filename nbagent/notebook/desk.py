"""What one notebook has on its desk: its tools and sessions by name, one trace, and which cell said what.

Running a cell again replaces its exchange instead of growing the history: an exchange is known by the cell's id and by
how many prompts the cell had said before it in the same execution. Where it begins is known by the prompt's message itself,
so that whatever else happens to a conversation, no other exchange is taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import FunctionType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nbagent.agent import Agent
from nbagent.errors import ConfigError, did_you_mean
from nbagent.many import Bar, shown_progress
from nbagent.messages import Message
from nbagent.notebook import paused
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.notebook.whence import Whence
from nbagent.result import Result
from nbagent.session import Session, came_from, shared_trace
from nbagent.settings import Settings
from nbagent.tools import Tool, as_tool, tool_names
from nbagent.toolset import Toolset

if TYPE_CHECKING:
    from nbagent.providers.recorded import Replayer

DEFAULT = "main"

CellKey = tuple[str, int]


def _bar(total: int) -> Bar:
    from nbagent.notebook.progress import RunsBar

    return RunsBar(total)


@dataclass
class Desk:
    """The names of a notebook. `waiting` are the sessions and agents of its paused runs, by run id, and
    `kept` those of them that are on disk, for any kernel;
    `lent` are the own agents of sessions that still have a paused cell's. `cell_id` and `said` are
    the running cell's: its id, and how many prompts it has said. `whence` knows the notebook."""

    trace: NotebookTrace = field(default_factory=lambda: NotebookTrace(lambda: Settings(trace_db="off")))
    tools: Toolset = field(default_factory=Toolset)
    sessions: dict[str, Session] = field(default_factory=dict)
    waiting: dict[str, tuple[Session, Agent]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    lent: dict[Session, Agent] = field(default_factory=dict)
    cell_id: str | None = None
    said: int = 0
    whence: Whence | None = None
    _exchanges: WeakKeyDictionary[Session, dict[CellKey, Message]] = field(default_factory=WeakKeyDictionary)
    _shown: list[Result] = field(default_factory=list)
    _leaving: list[Callable[[], None]] = field(default_factory=list)
    _replayers: dict[tuple[str, str | None], Replayer] = field(default_factory=dict)
    cells: dict[int, str] = field(default_factory=dict)
    """The ids of the cells that have run, by execution count."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called when tools or sessions may have changed, on any thread."""

    def end_cell(self) -> None:
        """The cell is done: what no run on the page has said of where runs are kept is said below it."""
        if self.whence is not None:
            came_from.set(self.whence.kernel)
        if words := self.trace.words():
            print(words)  # noqa: T201  for a person

    def begin_cell(self, cell_id: str | None, *, counted: bool = True) -> None:
        """A new cell runs; `counted`: it has an execution count."""
        self.cell_id, self.said = cell_id, 0
        shared_trace.set(self.trace)
        shown_progress.set(_bar)
        if self.whence is not None:
            came_from.set(self.whence.cell(cell_id, counted=counted))
        for result in self._shown:
            result.hush(hushed=False)
        self._shown.clear()
        for leave in self._leaving:
            leave()
        self._leaving.clear()
        for run_id in [run_id for run_id, (session, _) in self.waiting.items() if session.paused_run != run_id]:
            paused.forget(run_id)  # it was carried on, or let go, without a magic
            del self.waiting[run_id]

    def has_shown(self, result: Result) -> None:
        """The running cell has this on the page: it is not shown a second time there, and in any later cell as ever."""
        self._shown.append(result.hush())

    def with_the_next_cell(self, leave: Callable[[], None]) -> None:
        """Call this when another cell runs."""
        self._leaving.append(leave)

    def pick_tools(self, names: Iterable[str], namespace: Mapping[str, Any]) -> list[Tool]:
        """Tools by name, by pattern (``get_*``), functions of the notebook, or what an installed package brings. Raises `ConfigError`."""
        picked: dict[str, Tool] = {}
        for name in names:
            if any(sign in name for sign in "*?[") and name not in self.tools:
                found = {key: tool for key, tool in self.tools.items() if fnmatchcase(key, name)}
            elif name in self.tools:
                found = {name: self.tools[name]}
            elif isinstance(namespace.get(name), Tool) or callable(namespace.get(name)):
                tool = as_tool(namespace[name])
                found = {tool.name: tool}
            else:
                found = {name: as_tool(name)} if name in tool_names() else {}
            if not found:
                known = self.tool_names(namespace)
                why = did_you_mean(name, known) or ("There are: " + ", ".join(known) + "." if known else "No tools are made yet.")
                raise ConfigError(f"There is no tool {name!r}.", why, "Make one with a %%tool cell.")
            picked |= found
        return list(picked.values())

    def tool_names(self, namespace: Mapping[str, Any]) -> list[str]:
        """All that `pick_tools` takes by name: tools, the notebook's own functions, what installed packages bring."""
        held = [
            name for name, value in namespace.items()
            if isinstance(value, Tool) or (isinstance(value, FunctionType) and value.__module__ == "__main__")
        ]  # fmt: skip
        return list(dict.fromkeys([*self.tools, *(name for name in held if not name.startswith("_")), *tool_names()]))

    def session(self, name: str | None, namespace: Mapping[str, Any]) -> Session:
        """The session of this name, begun where there is none. The name of a variable that holds a `Session` or an `Agent` means that one."""
        key = name or DEFAULT
        held = namespace.get(name) if name else None
        if isinstance(held, Session):
            self.sessions[key] = held
        elif key not in self.sessions:
            self.sessions[key] = Session(held if isinstance(held, Agent) else Agent(name=name or "assistant"), name=key, trace=self.trace)
        elif isinstance(held, Agent):
            self.sessions[key].agent = held  # the variable may hold another one by now
        return self.sessions[key]

    def fork(self, name: str, origin: str, prompt: Message, namespace: Mapping[str, Any]) -> Session:
        """Begin the session `name` as `origin` was where it was asked the same (its last such prompt), or else as it is now. Raises `ConfigError`."""
        if name == origin:
            raise ConfigError(
                f"--fork {origin} begins another conversation, and this one is {name!r} itself.", mend=f"Name the new one: %%agent {name}-2 --fork {origin}"
            )
        if origin not in self.sessions and not isinstance(namespace.get(origin), Session | Agent):
            raise ConfigError(f"There is no session {origin!r} to fork.", did_you_mean(origin, [*self.sessions]), "Run the cell that begins it first.")
        source, held = self.session(origin, namespace), self.sessions.get(name)
        if held is not None and held.busy:
            return held  # which cannot be said anything now
        asked = (place for place in reversed(range(len(source.messages))) if source.messages[place].parts == prompt.parts)
        if held is not None:
            self.forget(held)
        session = self.sessions[name] = held or Session(source.agent, name=name, trace=self.trace)
        session.agent = self.lent.get(source, source.agent)
        session.messages[:] = source.messages[: next(asked, None)]
        return session

    def replayer(self, path: str, model: str | None) -> Replayer:
        """The replay of a recording, one for the notebook: equal requests get its answers in turn."""
        from nbagent.providers.recorded import Replayer

        found = self._replayers.get((path, model))
        if found is None:
            found = self._replayers[path, model] = Replayer(path, model=model)
        return found

    def forget(self, session: Session) -> None:
        """Begin a session anew: its conversation goes (to `Session.replaced`), the session stays."""
        if session.messages:
            session.replaced.append(list(session.messages))
        session.messages.clear()
        session.paused_run = None
        self.tell()

    def tell(self) -> None:
        """Tools or sessions may have changed."""
        for listener in tuple(self.listeners):
            listener()

    # --- exchanges -----------------------------------------------------------------------------------------------------

    def next_key(self) -> CellKey | None:
        """The key of the prompt that is about to be said; None where the front end gives no cell id."""
        self.said += 1
        return None if self.cell_id is None else (self.cell_id, self.said)

    def place_of(self, session: Session, key: CellKey | None) -> int | None:
        """Where in the conversation this cell's earlier exchange begins, or None for a new one."""
        said = self._exchanges.get(session, {}).get(key) if key is not None else None
        return next((place for place, message in enumerate(session.messages) if message is said), None)

    def settle(self, session: Session, key: CellKey | None, prompt: Message, gone: Iterable[Message]) -> int:
        """Remember the exchange; returns how many that other cells or calls had said are in what is gone for it."""
        known = self._exchanges.setdefault(session, {})
        own = {id(message) for other, message in known.items() if key is not None and other[0] == key[0]}
        if key is not None:
            known[key] = prompt
        return sum(message.role == "user" and id(message) not in own for message in gone)
