"""What the panel's tab of sessions is answered: the sessions, the conversation of one, and what is done with them there. A change is told at once."""

from __future__ import annotations

from typing import Any

from nbagent.errors import NbagentError, known_keys, redact
from nbagent.messages import Message, pending_calls
from nbagent.notebook import desk_sessions
from nbagent.notebook.desk import Desk
from nbagent.notebook.desk_tools import known_sessions
from nbagent.notebook.panel_changes import Changes, Say
from nbagent.notebook.panel_details import Row, said
from nbagent.prices import is_free
from nbagent.session import Session

MESSAGES = 500
"""The most messages of one answer; the page asks for the rest."""


class Sessions:
    """Answers ``sessions``, ``session`` with a name and how many messages are known, ``do-session`` with a verb and what it takes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._changes = Changes("sessions-changed", desk.listeners)

    def hear(self, question: dict[str, Any], say: Say) -> bool:
        match question:
            case {"t": "sessions"}:
                self._changes.to(say)
                say({"t": "sessions", "sessions": [_row(name, session) for name, session in known_sessions(self._desk).items()]})
            case {"t": "session", "name": str(name), "from": int(begin)}:
                self._changes.to(say)
                say({"t": "session", "name": name, "from": begin} | _transcript(known_sessions(self._desk).get(name), begin))
            case {"t": "do-session", "verb": str(verb), "name": str(name)}:
                self._do(verb, name, question, say)
            case _:
                return False
        return True

    def leave(self) -> None:
        self._changes.leave()

    def _do(self, verb: str, name: str, question: dict[str, Any], say: Say) -> None:
        told = {"t": "session-done", "verb": verb, "name": name}
        desk = self._desk
        try:
            match question:
                case {"verb": "reset"}:
                    desk_sessions.reset(desk, name)
                    told["text"] = f"{name} begins anew."
                case {"verb": "fork", "new": str(new), "at": int(at)}:
                    desk_sessions.fork(desk, name, new, at)
                    told |= {"text": f"%%agent {new} goes on from here.", "open": new}
                case {"verb": "save", "path": str(path)}:
                    told["text"] = f"Saved as {desk_sessions.save(desk, name, path)}."
                case {"verb": "load", "path": str(path)}:
                    loaded = desk_sessions.load(desk, path, name or None)
                    told |= {"text": f"%%agent {loaded} goes on with it.", "open": loaded}
                case _:
                    return
        except NbagentError as error:
            told["error"] = " ".join(error.lines)
        say(told)


def _row(name: str, session: Session) -> Row:
    usage = desk_sessions.usage_of(session)
    return {
        "name": name, "agent": session.agent.name, "model": desk_sessions.model_of(session), "messages": len(session.messages),
        "pending": [call.name for call in pending_calls(session.messages)], "input": usage.input_tokens, "output": usage.output_tokens,
        "cost": session.cost, "local": _local(session), "busy": session.busy, "granted": list(session.grants),
    }  # fmt: skip


def _local(session: Session) -> bool:
    """Whether machines of the person's own gave all its answers, which have no price."""
    answers = [message for message in session.messages if message.provider]
    here = session.agent.base_url
    return session.cost == 0 and len(answers) > 0 and all(is_free(str(each.provider), each.model or "", here) for each in answers)


def _transcript(session: Session | None, begin: int) -> Row:
    """The messages from the place `begin` on, and how many there are; where the conversation is shorter by now, all of it."""
    if session is None:
        return {"messages": [], "total": 0, "missing": True}
    keys = known_keys()
    messages = list(session.messages)
    begin = begin if 0 <= begin <= len(messages) else 0
    told = [_message(place, message, keys) for place, message in enumerate(messages[begin : begin + MESSAGES], begin)]
    return {"messages": told, "total": len(messages), "from": begin, "system": redact(session.agent.instructions, keys)}


def _message(place: int, message: Message, keys: list[str]) -> Row:
    usage = message.usage
    parts = [section | {"text": redact(section["text"], keys)} for section in said(message)]
    return {
        "at": place, "role": message.role, "model": message.model, "parts": parts, "input": usage.input_tokens if usage else None,
        "output": usage.output_tokens if usage else None,
    }  # fmt: skip
