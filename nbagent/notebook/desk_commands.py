"""``%nbagent tools`` and ``%nbagent sessions``: tables of what there is, and the verbs that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError
from nbagent.messages import pending_calls
from nbagent.notebook import desk_sessions, desk_tools, paused
from nbagent.notebook.desk import Desk
from nbagent.notebook.options import one_of
from nbagent.observers.values import brief
from nbagent.session import Session
from nbagent.standing import tool_rules

if TYPE_CHECKING:
    import pandas as pd


def tools(desk: Desk, words: tuple[str, ...]) -> Any:
    """The tools, the parameters of one by its name, or what a verb does with some."""
    if not words or (words[0] in desk.tools and len(words) == 1):
        return tools_table(desk, *words)
    verb, *names = words
    one_of("%nbagent tools", "verb or tool", (verb,), (*desk_tools.VERBS, *desk.tools))
    if verb == "show" and len(names) == 1:
        return print(desk_tools.told(desk, names[0]))  # noqa: T201  it is for reading
    if verb not in desk_tools.VERBS or verb == "show":
        raise ConfigError(f"%nbagent tools {'show ' if verb == 'show' else ''}takes the name of one tool.", mend="%nbagent tools lists them.")
    return print(desk_tools.say(desk, verb, names))  # noqa: T201  for a person


def tools_table(desk: Desk, *name: str) -> pd.DataFrame:
    """The tools, with what was said of them; the parameters of one that is named."""
    from nbagent.notebook.shown_tables import ShownTable

    found = desk.tools.table(*name)
    if not name:
        place = list(found.columns).index("needs_approval") + 1
        found.insert(place, "approval", [tool_rules.mode(tool) for tool in desk.tools.values()])
        found.insert(place + 1, "on", [tool_rules.offers(tool) for tool in desk.tools.values()])
    return ShownTable([{str(key): value for key, value in row.items()} for row in found.to_dict("records")], columns=list(found.columns))


def sessions(desk: Desk, words: tuple[str, ...]) -> Any:
    """The sessions, or what a verb does with one."""
    if not words:
        return sessions_table(desk)
    verb, *rest = words
    one_of("%nbagent sessions", "verb", (verb,), tuple(desk_sessions.VERBS))
    match verb, rest:
        case "show", [name]:
            return conversation(desk_sessions.found(desk, name))
        case "fork", [name, new]:
            desk_sessions.fork(desk, name, new)
        case "fork", [name, new, count] if count.isdecimal():
            desk_sessions.fork(desk, name, new, int(count))
        case "save", [name, path]:
            desk_sessions.save(desk, name, path)
        case "load", [path, *name] if len(name) < 2:
            desk_sessions.load(desk, path, *name)
        case "reset", [name, *more]:
            for each in (name, *more):
                desk_sessions.reset(desk, each)
        case _:
            raise ConfigError(f"%nbagent sessions {verb} cannot be done with {' '.join(rest) or 'nothing'}.", desk_sessions.VERBS[verb])
    return None


def sessions_table(desk: Desk) -> pd.DataFrame:
    """The sessions, and the runs that wait for a decision."""
    from nbagent.notebook.shown_tables import ShownTable

    rows: list[dict[str, Any]] = [
        {
            "session": name,
            "agent": session.agent.name,
            "model": desk_sessions.model_of(session),
            "messages": len(session.messages),
            "pending": len(pending_calls(session.messages)),
            "tokens": desk_sessions.usage_of(session).total_tokens,
            "cost_usd": session.cost,
            "last_run": session.result.run_id[:8] if session.result else None,
        }
        for name, session in desk_tools.known_sessions(desk).items()
    ]
    columns = ("session", "agent", "model", "messages", "pending", "tokens", "cost_usd", "last_run")
    here = {row["last_run"] for row in rows}
    rows += [dict.fromkeys(columns) | {"last_run": run_id[:8]} for run_id in paused.run_ids() if run_id[:8] not in here]
    return ShownTable(rows, columns=list(columns))


def conversation(session: Session) -> pd.DataFrame:
    """A row a message: what it says, and what its answer took in tokens."""
    from nbagent.notebook.shown_tables import ShownTable

    rows = [
        {
            "n": number,
            "role": message.role,
            "says": brief(message),
            "model": message.model,
            "input_tokens": message.usage.input_tokens if message.usage else None,
            "output_tokens": message.usage.output_tokens if message.usage else None,
        }
        for number, message in enumerate(session.messages, 1)
    ]
    return ShownTable(rows, columns=["n", "role", "says", "model", "input_tokens", "output_tokens"])
