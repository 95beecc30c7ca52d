"""What one run is asked to do, and how it ended: the loop's two ends, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbagent.agent import Agent
from nbagent.answers import Answers
from nbagent.budget import Budget
from nbagent.decisions import Approver, Decision
from nbagent.errors import NbagentError
from nbagent.events import Observer, Outcome
from nbagent.messages import Message, ToolCallPart, Usage
from nbagent.provider import Provider
from nbagent.standing import Grants
from nbagent.tool_calls import Place
from nbagent.tool_results import Objects
from nbagent.tool_run import Where


@dataclass(kw_only=True)
class Task:
    """What one run is to do. `messages` is the transcript it begins with, `prompt` already at its end; `budget` is
    the session's, `server` where requests go, for the price, `objects` where the results of tools are kept,
    `grants` the tools that run unasked in this session.
    `bodies`: the observers are to have what really went over the wire."""

    agent: Agent
    provider: Provider
    model: str
    messages: list[Message]
    prompt: Message | None
    answers: Answers
    run_id: str
    observers: Sequence[Observer]
    where: Where
    trace: Any = None
    parent: Place | None = None
    session: str | None = None
    resumed: str | None = None
    origin: dict[str, Any] = field(default_factory=dict)
    approve: Approver | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    budget: Budget | None = None
    server: str | None = None
    objects: Objects = field(default_factory=Objects)
    grants: Grants = field(default_factory=Grants)
    bodies: bool = False


@dataclass(frozen=True, kw_only=True)
class End:
    """How a run ended. `messages` is the whole transcript, `new` what this run added to it, `text` the last answer and
    `output` its value: the text itself where no type was asked for, None where there was none of that type. `handled` is the error
    in whose place a handler gave them; `total_usage` and `total_cost` are with the runs inside its tools."""

    outcome: Outcome
    messages: list[Message]
    new: list[Message]
    pending: tuple[ToolCallPart, ...]
    usage: Usage
    cost: float | None
    total_usage: Usage
    total_cost: float | None
    error: NbagentError | None
    handled: NbagentError | None
    text: str = ""
    output: Any = None
