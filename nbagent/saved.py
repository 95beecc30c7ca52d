"""A conversation as a file: what is written down of a session and its agent, strictly typed, readable by its owner only.

Nothing in it is code and nothing is a key, and a file from somebody else can choose neither which tools run nor where a
key is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from nbagent.agent import Agent
from nbagent.errors import ConfigError, without_logins
from nbagent.history import Trim
from nbagent.messages import Message, known_roles, pending_calls
from nbagent.provider import Provider
from nbagent.tools import Tool

VERSION = 1
_HERE = ("localhost", "127.0.0.1", "::1")


class _Version(msgspec.Struct):
    """What every saved session says first."""

    nbagent: int


class _SavedAgent(msgspec.Struct):
    """What is saved of an agent: nothing that is code, and no key."""

    name: str
    model: str | None
    instructions: str
    params: dict[str, Any]
    base_url: str | None
    max_steps: int
    max_cost: float | None
    max_total_tokens: int | None = None
    history: Trim | None = None


class Saved(msgspec.Struct):
    """A session in a file. `run` becomes a file's name: it is an id and nothing else."""

    nbagent: int
    messages: list[Message]
    agent: _SavedAgent
    name: str | None
    run: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")] | None
    tools: list[str]


def write(path: Path, agent: Agent, messages: list[Message], name: str | None, run: str | None) -> None:
    """Write a session as JSON. Raises `ConfigError` where it cannot be; a file that was there before is then as it was."""
    url = agent.base_url and without_logins(agent.base_url)
    spec = _SavedAgent(
        agent.name, _spec(agent.model), agent.instructions, agent.params, url, agent.max_steps, agent.max_cost, agent.max_total_tokens,
        agent.history if isinstance(agent.history, Trim) else None,
    )  # fmt: skip
    fresh = path.with_name(path.name + ".part")
    try:
        written = msgspec.json.encode(Saved(VERSION, messages, spec, name, run, [tool.name for tool in agent.offered]))
        fresh.touch(mode=0o600)
        fresh.write_bytes(written)
        fresh.replace(path)
    except (OSError, TypeError, ValueError) as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise ConfigError(f"The session cannot be saved as {path}.", f"{type(error).__name__}: {error}") from error


def read(path: Path) -> Saved:
    """A saved session. Raises `ConfigError` for a file that is none."""
    try:
        content = path.read_bytes()
        version = msgspec.json.decode(content, type=_Version).nbagent
        if version != VERSION:
            raise ConfigError(f"{path} is a session of version {version}; this nbagent reads version {VERSION}.")
        try:
            return msgspec.json.decode(content, type=Saved)
        except msgspec.ValidationError:
            raw = msgspec.json.decode(content)
            return msgspec.convert(raw | {"messages": known_roles(raw.get("messages"))}, Saved)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not a saved session.", f"{type(error).__name__}: {error}") from error


def agent_of(saved: Saved, path: Path, agent: Agent | None, tools: Iterable[Tool], *, own: bool) -> Agent:
    """The agent to go on with: the one given, or the one of the file with the tools given.

    Raises `ConfigError` for a tool with a pending call that is not given, and, unless the file is our `own`, for a server
    beyond this machine: loading a file must not send a key to where it says.
    """
    server = urlsplit(saved.agent.base_url or "").hostname
    if agent is None and server is not None and server not in _HERE and not own:
        raise ConfigError(
            f"{path.name} wants its requests, and your key, sent to {server}.",
            "A file from somebody else could say so.",
            "Give the agent: Session.load(path, agent=...).",
        )
    made = agent or Agent(**msgspec.structs.asdict(saved.agent), tools=tuple(tools))
    missing = {call.name for call in pending_calls(saved.messages)} - {tool.name for tool in made.offered}
    if missing:
        raise ConfigError(
            f"The session waits to call {', '.join(sorted(missing))}, which is not here.",
            mend="Run the cell that defines it; in Python, Session.load(path, tools=[...]).",
        )
    return made


def _spec(model: str | Provider | None) -> str | None:
    """How a model is written down: a provider object as the ``provider:model`` it would be found by, if it is, where it is loaded."""
    return model if model is None or isinstance(model, str) else f"{model.name}:{getattr(model, 'model', '')}"
