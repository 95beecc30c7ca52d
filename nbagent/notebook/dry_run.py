"""``--dry-run``: the request that a cell would send first, exactly as it would be sent, to read."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from nbagent.agent import Agent
from nbagent.answers import Answers
from nbagent.messages import Message
from nbagent.outgoing import Outgoing
from nbagent.prices import is_free
from nbagent.provider import Describes, Provider, Request
from nbagent.providers.carriers.transport import shown_url
from nbagent.providers.wrappers.composed import composed
from nbagent.standing import tool_rules


def wire_request(agent: Agent, messages: Sequence[Message], provider: Provider, model: str) -> dict[str, Any]:
    """The body for these messages, with all that the output type and tools as text make of it; our own request where the
    provider shows no body. Raises `ConfigError` for what the model cannot do."""
    asked = composed(provider, model, native_tools=agent.native_tools, base_url=agent.base_url, api_key=agent.api_key)
    specs = tuple(tool.spec for tool in agent.offered if tool_rules.offers(tool))
    request = Answers(agent, provider, model).request(Request(model, _sent(agent, messages), agent.instructions, specs, agent.params, agent.tool_choice))
    if isinstance(asked, Describes):
        return asked.to_wire(request)
    body: dict[str, Any] = msgspec.to_builtins(request)
    return body


def destination(provider: Provider, model: str) -> str:
    """The first line of a dry run: who would be asked, and at which address. Raises `ConfigError` where there is none."""
    url = getattr(provider, "base_url", None)
    where = f" at {shown_url(url)}" if isinstance(url, str) and url else " on this machine" if is_free(provider.name, model) else ""
    return f"To {provider.name}:{model}{where}; nothing was sent."


def _sent(agent: Agent, messages: Sequence[Message]) -> tuple[Message, ...]:
    """The messages that are sent of these; a history that awaits something is not asked."""
    out = Outgoing()
    given = out.for_model(messages)
    policy = agent.history
    return out.legal(given, given if policy is None or inspect.iscoroutinefunction(policy) else policy(given)).messages


def readable(request: dict[str, Any]) -> str:
    """A request as JSON, long base64 as its length."""
    return json.dumps(_shortened(request), indent=2, ensure_ascii=False, default=repr)


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(item) for item in value]
    if isinstance(value, str) and len(value) > 2000 and " " not in value[:2000]:
        return f"{value[:40]}... [{len(value):,} characters]"
    return value
