"""The tools of a notebook, wherever they are offered: what each is, where it was written, what a person said of it; and the verbs to say it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from IPython import get_ipython

from nbagent.errors import ConfigError, did_you_mean
from nbagent.notebook.desk import Desk
from nbagent.notebook.tracebacks import cell_names
from nbagent.schema import written
from nbagent.session import Session
from nbagent.standing import tool_rules
from nbagent.tools import Tool

VERBS: dict[str, str] = {
    "ask": "each call waits for a person",
    "always": "no call waits, until the tool's code is another or the kernel ends",
    "default": "as the tool itself says; what was approved for longer is taken back",
    "off": "not offered to the model",
    "on": "offered again",
    "show": "what a tool is: its source, its parameters, what was said of it",
}
_COUNT = re.compile(r"In\[(\d+)\]")


class Source(NamedTuple):
    """Where a tool is written. `cell` is the id of the cell that holds it, `place` says it to people, `code` is '' where it is not to be had."""

    place: str = ""
    code: str = ""
    cell: str | None = None


def known_sessions(desk: Desk) -> dict[str, Session]:
    """By name: those of the magics, then those that a variable holds, by its name."""
    found = dict(desk.sessions)
    shell = get_ipython()
    for name, value in list(shell.user_ns.items()) if shell is not None else ():
        if isinstance(value, Session) and not name.startswith("_") and value not in found.values():
            found.setdefault(name, value)
    return found


def known_tools(desk: Desk) -> dict[str, Tool]:
    """By name: those made with ``%%tool``, then those that only an agent of a session has."""
    found = dict(desk.tools)
    for session in known_sessions(desk).values():
        for tool in desk.lent.get(session, session.agent).offered:
            found.setdefault(tool.name, tool)
    return found


def granted(desk: Desk, tool: Tool) -> list[str]:
    """The sessions in which the tool runs unasked."""
    return [name for name, session in known_sessions(desk).items() if session.grants.allow(tool)]


def asks_words(tool: Tool) -> str:
    """What the tool itself says of its calls."""
    return "by its arguments" if callable(tool.needs_approval) else "asks" if tool.needs_approval else "does not ask"


def source_of(desk: Desk, tool: Tool) -> Source:
    """Where its function is written, as it was then."""
    function = written(tool.function)
    code = getattr(function, "__code__", None)
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        text = ""
    if code is None:
        return Source("", text)
    number = _COUNT.fullmatch(cell_names(get_ipython())(code.co_filename) or "")
    if number:
        return Source(f"cell [{number[1]}]", text, desk.cells.get(int(number[1])))
    path = Path(code.co_filename)
    return Source(f"{path.name}, line {code.co_firstlineno}" if path.exists() else "", text)


def say(desk: Desk, verb: str, names: Iterable[str]) -> str:
    """Say of tools by name what a verb means; what holds then, in a line.

    Raises `ConfigError` for a name that no tool has, of the desk's or in a variable; then nothing is said of the others either.
    """
    shell = get_ipython()
    held = [value for value in list(shell.user_ns.values()) if isinstance(value, Tool)] if shell is not None else []
    known = {tool.name: tool for tool in held} | known_tools(desk)
    tools = [_known(known, name) for name in names]
    if not tools:
        raise ConfigError(f"Which tools are meant by {verb!r}?", "Tools: " + (", ".join(known) or "none") + ".", f"%nbagent tools {verb} NAME")
    rules: dict[str, Callable[..., None]] = {
        "ask": tool_rules.ask, "always": tool_rules.always, "default": tool_rules.default, "off": tool_rules.off, "on": tool_rules.on,
    }  # fmt: skip
    rules[verb](*tools)
    if verb in ("ask", "default"):
        take_back(known_sessions(desk).values(), (tool.name for tool in tools))
    return f"{', '.join(tool.name for tool in tools)}: {VERBS[verb]}."


def take_back(sessions: Iterable[Session], names: Iterable[str]) -> None:
    """Ask again in these sessions."""
    names = tuple(names)
    for session in sessions:
        for name in names:
            session.grants.take_back(name)


def told(desk: Desk, name: str) -> str:
    """All of a tool, to read."""
    tool = _known(known_tools(desk), name)
    source = source_of(desk, tool)
    mode = {"ask": "each call waits for you", "always": "no call waits", "default": f"as the tool says: {asks_words(tool)}"}[tool_rules.mode(tool)]
    sessions, needed = granted(desk, tool), tool.spec.parameters.get("required", ())
    lines = [
        f"{tool.name}{' (off)' if not tool_rules.offers(tool) else ''} — {source.place or 'not written in a cell or a file'}", "", tool.description, "",
        f"approval: {mode}" + (f"; approved in the session {', '.join(sessions)}" if sessions else ""), "",
        *(_parameter(name, schema, needed) for name, schema in tool.spec.parameters["properties"].items()), "", source.code,
    ]  # fmt: skip
    return "\n".join(lines)


def _parameter(name: str, schema: dict[str, Any], required: Iterable[str]) -> str:
    kind = schema.get("type") or ("one of " + ", ".join(map(repr, schema["enum"])) if "enum" in schema else "any of several")
    default = "" if name in required else f" = {schema['default']!r}" if "default" in schema else " (may be left out)"
    return f"  {name}: {kind}{default}" + (f"  {schema['description']}" if schema.get("description") else "")


def _known(known: dict[str, Tool], name: str) -> Tool:
    if name not in known:
        raise ConfigError(f"There is no tool {name!r}.", did_you_mean(name, [*known]) or "Tools: " + (", ".join(known) or "none") + ".")
    return known[name]
