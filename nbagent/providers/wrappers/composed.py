"""The provider that a run asks: the agent's own, and around it what holds for every provider.

From the inside out: files that only others take, the rate limit of its name, tools by text where the model has none of its own, trying again, names of
tools that it takes, and the models that are asked where that did not help.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbagent.errors import ConfigError
from nbagent.provider import Knows, Provider, resolve
from nbagent.providers.wrappers.fallback import Candidate, Fallback
from nbagent.providers.wrappers.old_files import OldFiles
from nbagent.providers.wrappers.own_names import OwnNames
from nbagent.providers.wrappers.rate_limit import RateLimit
from nbagent.providers.wrappers.retry import Retry
from nbagent.providers.wrappers.text_tools import TextTools


def composed(
    provider: Provider, model: str, *, fallback: Sequence[str | Provider] = (), attempts: int = 1, native_tools: bool | None = None,
    base_url: str | None = None, api_key: str | None = None,
) -> Provider:  # fmt: skip
    """What answers for `model` of `provider`. Raises `ConfigError`, before anything is sent, for a model that is to use tools of
    its own and has none, and `UnknownProvider` for a fallback that there is not.

    `base_url` and `api_key`, which `provider` was made with, hold for other models of the same name too.
    """
    asked = [(provider, model)]
    for spec in fallback:
        if isinstance(spec, str):
            own = spec.partition(":")[0] == provider.name
            other, name = resolve(spec, base_url=base_url if own else None, api_key=api_key if own else None)
            asked.append((other, name or getattr(other, "default_model", "")))
        else:
            asked.append((spec, getattr(spec, "model", "")))
    candidates = [Candidate(OwnNames(Retry(with_tools(RateLimit(OldFiles(each)), name, native_tools), attempts=attempts)), each, name) for each, name in asked]
    return candidates[0].asked if len(candidates) == 1 else Fallback(candidates)


def with_tools(provider: Provider, model: str, native: bool | None = None) -> Provider:
    """The provider, with tools by text where its table says that the model has none of its own, or where `native` is False.

    Raises `ConfigError` where it has none and `native` is True.
    """
    able = provider.capabilities(model).tools if isinstance(provider, Knows) else True
    if native and not able:
        raise ConfigError(
            f"{provider.name}:{model} has no tool calls of its own.",
            "native_tools=True asks for them.",
            "Leave it out: the tools are then written into the prompt.",
        )
    return TextTools(provider, note=native is None) if native is False or not able else provider
