"""The model that an agent asks, with all that stands around it, and what is to be said of the choice.

The rule: what cannot be asked is said here, before anything is sent.
"""

from __future__ import annotations

from typing import NamedTuple

from nbagent.agent import Agent
from nbagent.named_models import named
from nbagent.parameters import check_prompt, misspelt
from nbagent.provider import Provider
from nbagent.providers.wrappers.composed import composed
from nbagent.settings import configured_server, default_model, model_source


class Chosen(NamedTuple):
    """`provider` is the model's own, and `model` its name there; `asked` is that provider with retries, fallbacks and tools as the
    agent has them. `note` is said where the model was chosen for the person, `doubts` are what may be wrong with the parameters."""

    provider: Provider
    model: str
    asked: Provider
    note: str
    doubts: list[str]


def choose(agent: Agent) -> Chosen:
    """What an agent asks now. Raises `ConfigError` for what there is not, and for parameters that a provider cannot take."""
    base_url = agent.base_url or configured_server(agent.model)
    spec, note = (agent.model, "") if agent.model is not None else default_model()
    if isinstance(spec, str):
        provider, model = named(spec, base_url=base_url, api_key=agent.api_key, said_in="" if agent.model is not None else model_source())
        model = model or getattr(provider, "default_model", "")
    else:
        provider, model = spec, getattr(spec, "model", "")
    for each in (provider.name, *(each.partition(":")[0] if isinstance(each, str) else each.name for each in agent.fallback)):
        check_prompt(each, agent.params)
    asked = composed(
        provider, model, fallback=agent.fallback, attempts=agent.retries + 1, native_tools=agent.native_tools, base_url=base_url, api_key=agent.api_key
    )
    return Chosen(provider, model, asked, note, misspelt(agent.params))
