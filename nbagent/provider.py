"""The port of one method that a model provider plugs into, and how a ``provider:model`` string finds it.

A provider turns a `Request` into batches of events, one batch a network read: parts, usage, the model that really
answered, and a last `StreamEnded`. Whoever wants to add one registers a class under the entry point group
``nbagent.providers``; our own come in through the same door.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct

from nbagent.errors import NbagentError, UnknownProvider, did_you_mean
from nbagent.events import ProviderEvent
from nbagent.messages import Message
from nbagent.tools import ToolSpec


class OutputSpec(Struct, frozen=True):
    """The JSON that an answer is to be: a schema of type object, and whether it can be held to strictly."""

    name: str
    schema: dict[str, Any]
    strict: bool = True


class Request(Struct, frozen=True):
    """One model call. `params` are the provider's own parameters (temperature, max_tokens, ...), sent as they are.

    `tool_choice` is ``auto``, ``none``, ``required`` or a tool's name. With `output` the answer is to be JSON of its schema,
    which is only asked of a provider whose `Capabilities` say that it can.
    """

    model: str
    messages: tuple[Message, ...]
    instructions: str = ""
    tools: tuple[ToolSpec, ...] = ()
    params: dict[str, Any] = {}
    tool_choice: str = "auto"
    output: OutputSpec | None = None


@runtime_checkable
class Provider(Protocol):
    """Anything with a `name` that streams. Raises `ProviderError`; closes its connection when the iterator is closed."""

    name: str

    def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]: ...


@runtime_checkable
class Describes(Protocol):
    """A provider that can show the exact body it would send (``--dry-run``, recordings)."""

    def to_wire(self, request: Request) -> dict[str, Any]: ...


class Capabilities(Struct, frozen=True):
    """What a model can do, as far as its provider's table knows: `tools` natively, `output_schema` (answers held to a JSON Schema,
    also beside tools), `images`, `audio` and `documents` (PDF) as input, `reasoning`; sizes in tokens, None where not known."""

    tools: bool = True
    output_schema: bool = False
    images: bool = False
    audio: bool = False
    documents: bool = False
    reasoning: bool = False
    context_window: int | None = None
    max_output: int | None = None


class ModelInfo(Struct, frozen=True):
    """A model that a provider says it has. `size` is in bytes, `created` in seconds since the epoch, prices in US dollars a million tokens."""

    id: str
    name: str = ""
    capabilities: Capabilities | None = None
    created: float | None = None
    size: int | None = None
    family: str = ""
    input_price: float | None = None
    output_price: float | None = None


class Embeddings(Struct, frozen=True):
    """One vector a text, in order, and what they cost in tokens where the provider says."""

    vectors: list[list[float]]
    input_tokens: int | None = None


@runtime_checkable
class Knows(Protocol):
    """A provider with a table of what its models can do. No I/O; a model that is not in it is like the newest."""

    def capabilities(self, model: str) -> Capabilities: ...


@runtime_checkable
class Lists(Protocol):
    """A provider that can say which models it has now. Raises `MissingKey` and `ProviderError`."""

    async def models(self) -> list[ModelInfo]: ...


@runtime_checkable
class Embeds(Protocol):
    """A provider of embeddings; it cuts a list that is too long for one request itself. Raises `MissingKey` and `ProviderError`."""

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings: ...


@runtime_checkable
class Counts(Protocol):
    """A provider that counts the input tokens of a request without answering it."""

    async def count_tokens(self, request: Request) -> int: ...


class BatchState(Struct, frozen=True):
    """How far a batch is: the provider's word for it, whether it has ended, and how many requests were answered and failed, of how many."""

    status: str
    ended: bool
    done: int = 0
    failed: int = 0
    total: int = 0


class Batching(Protocol):
    """The batches of a provider: many requests, answered later at a lower price. All raise `MissingKey` and `ProviderError`."""

    async def submit(self, requests: Mapping[str, Request]) -> str: ...

    async def state(self, batch: str) -> BatchState: ...

    async def cancel(self, batch: str) -> None: ...

    async def answers(self, batch: str) -> Mapping[str, list[ProviderEvent] | NbagentError]: ...


@runtime_checkable
class Batches(Protocol):
    """A provider that takes batches."""

    def batching(self) -> Batching: ...


_OPTIONAL = ("to_wire", "capabilities", "models", "embed", "count_tokens", "base_url", "default_model", "aclose")


def passes_on(wrapper: Any, provider: Provider) -> None:
    """Give a wrapper what its provider has beside `stream`, so that the optional protocols hold exactly where they hold for it."""
    for name in _OPTIONAL:
        if not hasattr(type(wrapper), name) and hasattr(provider, name):
            setattr(wrapper, name, getattr(provider, name))


@asynccontextmanager
async def listening(provider: Provider, request: Request) -> AsyncIterator[AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]]:
    """What a provider streams, for who wraps it: closed in the moment it is left, also where its iterator is no generator."""
    batches = aiter(provider.stream(request))
    try:
        yield batches
    finally:
        if isinstance(batches, AsyncGenerator):
            await batches.aclose()


@cache
def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="nbagent.providers")}


def provider_names() -> list[str]:
    """The names before the colon that work here."""
    return sorted(_installed())


def split_spec(spec: str) -> tuple[str, str]:
    """``anthropic:claude-x`` as its two halves. Raises `UnknownProvider`, with the closest names."""
    name, colon, model = spec.partition(":")
    if not colon or name not in _installed():
        hint = did_you_mean(name, provider_names())
        why = f"A model is written provider:model. {hint}" if hint else f"A model is written provider:model; nbagent.models(search={spec!r}) looks for it."
        raise UnknownProvider(f"No provider for the model {spec!r}.", why, "Providers here: " + ", ".join(provider_names()))
    return name, model


@cache
def connect(name: str, base_url: str | None = None, api_key: str | None = None) -> Provider:
    """The provider of this name; the same one for the same key and URL, so that its connections are shared."""
    factory = _installed()[name].load()
    provider: Provider = factory(base_url=base_url, api_key=api_key)
    return provider


def resolve(spec: str, *, base_url: str | None = None, api_key: str | None = None) -> tuple[Provider, str]:
    """A ``provider:model`` string as the provider and the model's own name.

    Raises `UnknownProvider` with the closest matches. Nothing is imported of a provider that is not asked for.
    """
    name, model = split_spec(spec)
    return connect(name, base_url, api_key), model
