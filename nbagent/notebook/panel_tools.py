"""What the panel's tab of tools is answered: the tools, all of one, and what a person says of them there. A change is told at once."""

from __future__ import annotations

from typing import Any

from nbagent.errors import NbagentError, known_keys, redact
from nbagent.notebook.desk import Desk
from nbagent.notebook.desk_tools import asks_words, granted, known_sessions, known_tools, say, source_of, take_back
from nbagent.notebook.panel_changes import Changes, Say
from nbagent.notebook.panel_details import LONGEST, Row
from nbagent.standing import tool_rules
from nbagent.tools import Tool


class Tools:
    """Answers ``tools``, ``tool`` with a name, ``say-of-tool`` with a name and a verb, ``ask-in-session`` with a name and a session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._changes = Changes("tools-changed", desk.listeners, tool_rules.listeners)

    def hear(self, question: dict[str, Any], say: Say) -> bool:
        if question.get("t") in ("tools", "tool"):
            self._changes.to(say)
        match question:
            case {"t": "tools"}:
                say({"t": "tools", "tools": [self._row(tool) for tool in known_tools(self._desk).values()]})
            case {"t": "tool", "name": str(name)}:
                tool = known_tools(self._desk).get(name)
                say({"t": "tool", "name": name, "tool": None if tool is None else self._whole(tool)})
            case {"t": "say-of-tool", "name": str(name), "verb": "ask" | "always" | "default" | "off" | "on" as verb}:
                self._said(verb, name, say)
            case {"t": "ask-in-session", "name": str(name), "session": str(session)}:
                take_back([held for key, held in known_sessions(self._desk).items() if key == session], [name])
            case _:
                return False
        return True

    def leave(self) -> None:
        self._changes.leave()

    def _said(self, verb: str, name: str, answer: Say) -> None:
        try:
            say(self._desk, verb, [name])
        except NbagentError as error:
            answer({"t": "tool-error", "name": name, "text": " ".join(error.lines)})

    def _row(self, tool: Tool) -> Row:
        desk, source = self._desk, source_of(self._desk, tool)
        return {
            "name": tool.name, "brief": redact(tool.description.split("\n\n")[0])[:500], "asks": asks_words(tool), "mode": tool_rules.mode(tool),
            "on": not tool_rules.is_off(tool.name), "enabled": _enabled(tool), "place": source.place, "cell": source.cell, "granted": granted(desk, tool),
            "offered": tool.name in desk.tools,
        }  # fmt: skip

    def _whole(self, tool: Tool) -> Row:
        keys, source = known_keys(), source_of(self._desk, tool)
        runs = "async" if tool.is_async else "on the cell's thread" if tool.on_callers_thread else "on its own thread"
        facts = [("Runs", runs), ("Gives up after", f"{tool.timeout:g} s" if tool.timeout else ""), ("Result", f"at most {tool.result_limit:,} characters")]
        return self._row(tool) | {
            "description": redact(tool.description, keys)[:LONGEST], "code": redact(source.code, keys)[:LONGEST], "parameters": tool.spec.parameters,
            "facts": [fact for fact in facts if fact[1]],
        }  # fmt: skip


def _enabled(tool: Tool) -> bool:
    """What the tool itself says of whether it is offered; one that cannot say is not."""
    try:
        return tool.is_enabled
    except NbagentError:
        return False
