"""The verbs beside running: which models there are, vectors of texts and how alike they are, and how many tokens a prompt has.

Each is a plain function for a cell, and one that begins with ``a`` for who awaits; both ask on the engine's thread, where the
providers keep their connections.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from nbagent import prices
from nbagent.bridge import wait_for
from nbagent.errors import ConfigError, ConnectionFailed, MissingExtra, MissingKey, NbagentError, did_you_mean
from nbagent.messages import Message, Part, user
from nbagent.provider import Capabilities, Counts, Embeds, Knows, Lists, ModelInfo, Request, connect, provider_names, resolve
from nbagent.providers.token_estimate import TokenCount, estimate
from nbagent.settings import configured_server, default_model
from nbagent.tools import Tool, as_tool

if TYPE_CHECKING:
    import numpy as np

FRESH = 300.0
"""Seconds for which a provider's list of models is kept."""

_PATIENCE = 15.0  # seconds that one provider may take to list its models, so that it does not hold up the others
_ALIASES = {"openai-chat", "azure-responses", "xai-responses"}  # the models of another provider, through another API
_EMBEDDERS = {  # the small model of each
    "openai": "text-embedding-3-small", "google": "gemini-embedding-001", "vertex": "gemini-embedding-001", "mistral": "mistral-embed",
    "ollama": "nomic-embed-text",
}  # fmt: skip
_AS_A_WHOLE = "As the whole request that the model reads: its chat template's own words, and its system prompt where none is given, count too."
_lists: dict[tuple[str, str | None], tuple[float, list[ModelInfo]]] = {}


class ListedModel(Struct, frozen=True):
    """A model that can be named: `spec` is what to write as ``model=``. Sizes are in bytes and tokens, prices in US dollars a
    million tokens; None is not known. `note` says why a provider's own list is not there."""

    spec: str
    name: str = ""
    capabilities: Capabilities | None = None
    input_price: float | None = None
    output_price: float | None = None
    created: float | None = None
    size: int | None = None
    family: str = ""
    note: str = ""


# --- which models there are --------------------------------------------------------------------------------------------


def models(provider: str | None = None, search: str | None = None) -> list[ListedModel]:
    """The models of a provider, or of all: ``models("anthropic")``, ``models(search="flash")``.

    A provider is asked itself where it can be, and its answer kept for some minutes; else the price list says what it has.
    Where all are asked, one that cannot be is a line with a note. `search` finds parts of names, and names that are alike.
    Raises `ConfigError` for a provider that there is not.
    """
    return wait_for(lambda: amodels(provider, search))


async def amodels(provider: str | None = None, search: str | None = None) -> list[ListedModel]:
    """`models` for who awaits."""
    if provider is not None and provider not in provider_names():
        raise ConfigError(f"There is no provider {provider!r}.", did_you_mean(provider, provider_names()), "Providers: " + ", ".join(provider_names()) + ".")
    names = [provider] if provider else [name for name in provider_names() if name not in _ALIASES or configured_server(f"{name}:")]
    found = await asyncio.gather(*(_listed(name, alone=provider is not None) for name in names))
    return _like([model for each in found for model in each], search)


async def _listed(name: str, *, alone: bool) -> list[ListedModel]:
    note, own = "", list[ModelInfo]()
    try:
        own = await _live(name)
    except (NbagentError, TimeoutError) as error:
        note = error.what if isinstance(error, NbagentError) else f"{name} did not answer in {_PATIENCE:.0f} seconds."
    if own:
        return await asyncio.to_thread(lambda: [_enriched(name, model) for model in own])
    if note and not (alone and prices.known_models(name)):
        return [ListedModel(f"{name}:", note=note)]
    return await asyncio.to_thread(lambda: [_enriched(name, ModelInfo(model), note) for model in prices.known_models(name)])


async def _live(name: str) -> list[ModelInfo]:
    """What the provider itself says, at most some minutes old; [] for one that cannot say."""
    server = configured_server(f"{name}:")
    at, kept = _lists.get((name, server), (0.0, []))
    if kept and time.monotonic() - at < FRESH:
        return kept
    provider = connect(name, server)
    if not isinstance(provider, Lists):
        return []
    async with asyncio.timeout(_PATIENCE):
        found = await provider.models()
    _lists[name, server] = (time.monotonic(), found)
    return found


def _enriched(provider: str, model: ModelInfo, note: str = "") -> ListedModel:
    """What the provider says, and beside it what its adapter's table and the price list do."""
    window, given, answered = prices.listed(model.id, provider)
    can = model.capabilities
    if can is None:
        adapter = connect(provider)
        can = adapter.capabilities(model.id) if isinstance(adapter, Knows) else Capabilities() if window else None
        if can is not None and window is not None:  # the adapter's table has families, the list has models
            can = replace(can, context_window=window)
    elif can.context_window is None:
        can = replace(can, context_window=window)
    return ListedModel(
        f"{provider}:{model.id}", model.name, can, given if model.input_price is None else model.input_price,
        answered if model.output_price is None else model.output_price, model.created, model.size, model.family, note,
    )  # fmt: skip


def _like(found: list[ListedModel], search: str | None) -> list[ListedModel]:
    if not search:
        return found
    words = search.lower().split()
    parts = [model for model in found if all(word in f"{model.spec} {model.name}".lower() for word in words)]
    if parts:
        return parts
    names = {model.spec.partition(":")[2].lower(): model for model in found if not model.note}
    return [names[name] for name in get_close_matches(search.lower(), names, n=10, cutoff=0.5)]


# --- vectors -----------------------------------------------------------------------------------------------------------


def embed(texts: str | Iterable[str], model: str = "local:", *, base_url: str | None = None, api_key: str | None = None) -> np.ndarray[Any, Any]:
    """Texts as vectors, a row each: an array of float32 of the shape (texts, dimensions); (0, 0) for no texts.

    `model` is ``provider:model``; without a name after the colon it is the provider's small one. ``local:``, the embedded model,
    needs no key; it is there for trying things out. A single text is one row. Raises `ConfigError` for what is no text, and
    `ProviderError`, as for a text that is longer than the model takes.
    """
    return wait_for(lambda: aembed(texts, model, base_url=base_url, api_key=api_key))


async def aembed(texts: str | Iterable[str], model: str = "local:", *, base_url: str | None = None, api_key: str | None = None) -> np.ndarray[Any, Any]:
    """`embed` for who awaits."""
    import numpy as np

    given = [texts] if isinstance(texts, str) else list(texts)
    for number, text in enumerate(given):
        if not isinstance(text, str) or not text.strip():
            said = "is empty" if isinstance(text, str) else f"is {type(text).__name__}, not text"
            raise ConfigError(f"texts[{number}] {said}.", "A vector is made of a text.", "Leave it out, or turn it into text: str(value).")
    provider, name = resolve(model, base_url=base_url or configured_server(model), api_key=api_key)
    if not isinstance(provider, Embeds):
        raise ConfigError(f"{provider.name} makes no embeddings.", mend=f"These do: local, {', '.join(_EMBEDDERS)}.")
    name = name or _EMBEDDERS.get(provider.name, "")
    if not name and provider.name != "local":
        raise ConfigError(f"Which embedding model of {provider.name} is not said.", mend=f"Write it whole: {provider.name}:MODEL.")
    if not given:
        return np.zeros((0, 0), np.float32)
    return np.array((await provider.embed(name, given)).vectors, np.float32)


def cosine_similarity(a: Any, b: Any) -> Any:
    """How alike vectors are, -1 to 1: a number for two vectors, an array of all pairs for tables of them (a row each).

    0 where one of the two is all zeros. Raises `ConfigError` for vectors of different lengths.
    """
    import numpy as np

    one, other = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if one.ndim not in (1, 2) or other.ndim not in (1, 2) or one.shape[-1] != other.shape[-1]:
        raise ConfigError(f"Arrays of the shapes {one.shape} and {other.shape} cannot be compared.", "Vectors are compared that the same model made.")
    lengths = [np.linalg.norm(each, axis=-1, keepdims=True) for each in (one, other)]
    units = [np.divide(each, length, out=np.zeros_like(each), where=length > 0) for each, length in zip((one, other), lengths, strict=True)]
    alike = units[0] @ units[1].T
    return float(alike) if alike.ndim == 0 else alike


# --- tokens ------------------------------------------------------------------------------------------------------------


def count_tokens(
    prompt: str | Message | Sequence[str | Part | Message], model: str | None = None, *, system: str = "",
    tools: Sequence[Tool | Callable[..., Any]] = (), base_url: str | None = None, api_key: str | None = None,
) -> TokenCount:  # fmt: skip
    """How many tokens a prompt, or a conversation, has for a model: ``count_tokens("...", "anthropic:claude-haiku-5-5").tokens``.

    Asked of the provider where it counts, which costs nothing; else a guess by the letters, which says so (`estimated`), also
    where the key or the network is missing. Raises `ConfigError` and `ProviderError`.
    """
    return wait_for(lambda: acount_tokens(prompt, model, system=system, tools=tools, base_url=base_url, api_key=api_key))


async def acount_tokens(
    prompt: str | Message | Sequence[str | Part | Message], model: str | None = None, *, system: str = "",
    tools: Sequence[Tool | Callable[..., Any]] = (), base_url: str | None = None, api_key: str | None = None,
) -> TokenCount:  # fmt: skip
    """`count_tokens` for who awaits."""
    model = model or default_model()[0]
    provider, name = resolve(model, base_url=base_url or configured_server(model), api_key=api_key)
    name = name or getattr(provider, "default_model", "")
    request = Request(name, _messages(prompt), system, tuple(as_tool(each).spec for each in tools))
    if not isinstance(provider, Counts):
        return estimate(request)
    try:
        counted = await provider.count_tokens(request)
        return TokenCount(counted, estimated=False, note=_AS_A_WHOLE if provider.name == "local" else "")
    except (MissingKey, MissingExtra, ConnectionFailed) as error:
        guess = estimate(request)
        return TokenCount(guess.tokens, estimated=True, note=" ".join(filter(None, [error.what, guess.note])))


def _messages(prompt: str | Message | Sequence[str | Part | Message]) -> tuple[Message, ...]:
    if isinstance(prompt, Message):
        return (prompt,)
    if isinstance(prompt, str):
        return (user(prompt),)
    whole = [part for part in prompt if isinstance(part, Message)]
    if len(whole) == len(prompt):
        return tuple(whole)
    if whole:
        raise ConfigError("A prompt is either messages, or texts and files.")
    return (user(*(part for part in prompt if not isinstance(part, Message))),)
