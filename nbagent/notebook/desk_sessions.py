"""The sessions of a notebook by name: begun anew, gone on with from an earlier message, written to a file and read from one."""

from __future__ import annotations

from pathlib import Path

from nbagent import saved
from nbagent.errors import ConfigError, SessionBusy, did_you_mean
from nbagent.messages import Usage
from nbagent.notebook.desk import DEFAULT, Desk
from nbagent.notebook.desk_tools import known_sessions, known_tools
from nbagent.session import Session

VERBS: dict[str, str] = {
    "show": "the conversation, a row a message: show NAME",
    "fork": "another session that goes on from this one, or from its first N messages: fork NAME NEW [N]",
    "save": "write it to a file: save NAME PATH",
    "load": "read it from a file: load PATH [NAME]",
    "reset": "forget its conversation: reset NAME",
}


def found(desk: Desk, name: str) -> Session:
    """The session of this name. Raises `ConfigError` where there is none."""
    known = known_sessions(desk)
    if name not in known:
        why = did_you_mean(name, list(known)) or "Sessions: " + (", ".join(known) or "none") + "."
        raise ConfigError(f"There is no session {name!r}.", why, "%nbagent sessions lists them.")
    return known[name]


def reset(desk: Desk, name: str) -> None:
    """Forget the conversation (it stays in `Session.replaced`), and what was approved in it. Raises `SessionBusy`."""
    session = found(desk, name)
    if session.busy:
        raise SessionBusy(f"The session {name!r} is answering a prompt.", mend="Stop it, or wait for it.")
    desk.forget(session)
    for tool in session.grants:
        session.grants.take_back(tool)


def fork(desk: Desk, name: str, new: str, at: int | None = None) -> Session:
    """A session `new` that goes on from the first `at` messages of this one.

    Raises `ConfigError` for a name that is taken, and for messages that are not there.
    """
    session = found(desk, name)
    made = session.fork(at, name=_free(desk, new))
    made.agent = desk.lent.get(session, session.agent)
    made.approve = None if session.busy else session.approve  # while a cell runs it is the cell's
    desk.sessions[new] = made
    desk.tell()
    return made


def save(desk: Desk, name: str, path: str) -> Path:
    """Write a session to a file; its place. Raises `ConfigError` where it cannot be."""
    place = Path(path).expanduser()
    found(desk, name).save(place)
    return place


def load(desk: Desk, path: str, name: str | None = None) -> str:
    """Read a session from a file, its tools being the notebook's of the names that it had; the name that it has here.

    Raises `ConfigError` for a file that is none, and where the name is taken.
    """
    place = Path(path).expanduser()
    had = saved.read(place).tools
    session = Session.load(place, tools=[tool for name, tool in known_tools(desk).items() if name in had], trace=desk.trace)
    session.name = _free(desk, name or session.name or DEFAULT)
    desk.sessions[session.name] = session
    desk.tell()
    return session.name


def usage_of(session: Session) -> Usage:
    """The tokens of the conversation as it stands."""
    return sum((message.usage for message in session.messages if message.usage is not None), Usage())


def model_of(session: Session) -> str:
    """The model that answered last, or the one that its agent names."""
    model = session.agent.model
    said = model if isinstance(model, str) else getattr(model, "model", "")
    return next((message.model for message in reversed(session.messages) if message.model), None) or said


def _free(desk: Desk, name: str) -> str:
    held = known_sessions(desk).get(name)
    if not name.strip() or (held is not None and (held.messages or held.busy)):
        raise ConfigError(f"There is a session {name!r} already." if name.strip() else "A session needs a name.", mend="Give another name.")
    return name
