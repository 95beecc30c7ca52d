"""What a model call costs, in US dollars, or that it is not known.

Prices come from genai-prices, offline, imported when the first one is asked for (half a second: never on a thread that
streams). An unknown price is None and never 0; 0 is what runs on this machine. Each price of the list is turned into
plain floats once, so that pricing the rows of a trace costs about a microsecond each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from nbagent.errors import ConfigError
from nbagent.messages import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

Source = Literal["provider", "prices", "custom", "local", "unknown"]
"""Who says so: the provider itself, the price list, `set_price`, nobody because it ran here for nothing, or nobody knows."""

FREE = frozenset({"local", "scripted"})  # providers whose answers are made on this machine
_OWN_SERVER = "ollama"  # as free, where it is a server of one's own
_LISTED_AS = {
    "azure-responses": "azure", "bedrock": "aws", "bedrock-anthropic": "aws", "vertex": "google", "vertex-anthropic": "google",
    "xai": "x-ai", "xai-responses": "x-ai",
}  # fmt: skip
"""The price list's names for our providers, where it would not find them, or another seller of the same models."""
MILLION = 1_000_000


class Cost(Struct, frozen=True):
    """US dollars, each None where it is not known. A provider that reports a cost of its own gives only the total."""

    input: float | None
    output: float | None
    total: float | None
    source: Source


UNKNOWN = Cost(None, None, None, "unknown")
NOTHING = Cost(0.0, 0.0, 0.0, "local")


class Rate(Struct, frozen=True):
    """US dollars a token, for calls whose input is longer than `above` tokens; `request` is for the call itself."""

    above: int
    input: float
    cache_read: float
    cache_write: float
    output: float
    reasoning: float
    request: float = 0.0

    def cost(self, usage: Usage, source: Source) -> Cost:
        read, write = usage.cache_read_tokens, usage.cache_write_tokens
        plain, spoken = max(0, usage.input_tokens - read - write), max(0, usage.output_tokens - usage.reasoning_tokens)
        before = plain * self.input + read * self.cache_read + write * self.cache_write
        after = spoken * self.output + usage.reasoning_tokens * self.reasoning
        return Cost(before, after, before + after + self.request, source)


Tariff = tuple[Rate, ...]
"""One model's rates, the one for the longest inputs first; the last one is for any input."""

_custom: dict[str, Tariff] = {}
_changed: list[str] = []
_tariffs: dict[int, Tariff | None] = {}  # by the id of the list's own price, which lives as long as the process


def cost(usage: Usage, model: str, provider: str, when: float | None = None, *, asked: str = "", base_url: str | None = None) -> Cost:
    """What these tokens cost with this model, at the prices of `when` (seconds since the epoch; now where it is None).

    `asked` is the name that was asked for, tried where the one that answered is not known. With a `base_url` that is not
    the provider's own the price is the one of whoever answers there, or unknown.
    """
    if (own := custom_cost(usage, model, provider, asked=asked)) is not None:
        return own
    if is_free(provider, model or asked, base_url):
        return NOTHING
    for name in (model, asked):
        info = _listed(name, provider, base_url) if name else None
        tariff = _tariff(info, when) if info else None
        if tariff:
            return _priced(usage, tariff, "prices")
    return UNKNOWN


def is_free(provider: str, model: str, base_url: str | None = None) -> bool:
    """Whether it is answered on a machine of the person's own: always by ``local:``, and by Ollama unless it hands the model on to
    its cloud or stands behind a public name."""
    if provider != _OWN_SERVER:
        return provider in FREE
    host = urlsplit(base_url or "").hostname or "localhost"
    try:
        near = ip_address(host).is_private
    except ValueError:
        near = "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))
    return near and not model.endswith("cloud")


def at_hand() -> bool:
    """Whether the list was imported and asked before: then a cost takes microseconds, and no thread of its own."""
    return _listed.cache_info().currsize > 0


def custom_cost(usage: Usage, model: str, provider: str, *, asked: str = "") -> Cost | None:
    """The cost at a price that was set by hand, or None where none was."""
    for name in (model, asked):
        tariff = _custom.get(f"{provider}:{name}") or _custom.get(name)
        if tariff:
            return _priced(usage, tariff, "custom")
    return None


def set_price(model: str, *, input: float, output: float, cache_read: float | None = None, cache_write: float | None = None) -> None:  # noqa: A002  the word that price lists use
    """Say what a model costs, in US dollars per million tokens: ``set_price("my-model", input=0.5, output=2)``.

    `model` is its name, or ``provider:model``. It counts before the price list, from now on and for calls in the trace
    whose price was not known. Cached tokens cost as much as others unless their own prices are given.
    """
    for name, value in (("input", input), ("output", output), ("cache_read", cache_read), ("cache_write", cache_write)):
        if value is not None and not (isinstance(value, int | float) and math.isfinite(value) and value >= 0):
            raise ConfigError(f"{name}={value!r} is no price.", "Prices are US dollars per million tokens, 0 or more.")
    read, write = input if cache_read is None else cache_read, input if cache_write is None else cache_write
    each = (value / MILLION for value in (input, read, write, output, output))
    _custom[model] = (Rate(0, *each),)
    _changed.append(model)


def changes() -> int:
    """How often a price was set by hand: what a call costs may be another since."""
    return len(_changed)


def known_models(provider: str) -> list[str]:
    """The names of the provider's language models in the price list, for completion; [] for a provider that is not in it."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        found = get_snapshot().find_provider(None, _LISTED_AS.get(provider, provider), None)
    except LookupError:
        return []
    return sorted(info.id for info in found.models if not info.deprecated and _speaks(info) and ("claude" in info.id) is _of_claude(provider, info.id))


def near_specs(name: str, providers: Sequence[str]) -> list[str]:
    """The ``provider:model`` strings that a name without a provider may mean: those of just this name, or else those nearest to it."""
    names = {provider: known_models(provider) for provider in providers}
    if exact := [f"{provider}:{name}" for provider, known in names.items() if name in known]:
        return exact
    owners: dict[str, list[str]] = {}
    for provider, known in names.items():
        for each in known:
            owners.setdefault(each, []).append(provider)
    return [f"{owners[each][0]}:{each}" for each in get_close_matches(name, owners, n=3, cutoff=0.6)]


def _of_claude(provider: str, model: str) -> bool:
    """Whether the provider's models of that name are Claude's: clouds are listed once and entered by several doors."""
    match provider:
        case "bedrock-anthropic" | "vertex-anthropic":
            return True
        case "google" | "vertex":
            return False
        case _:
            return "claude" in model


def listed(model: str, provider: str) -> tuple[int | None, float | None, float | None]:
    """A model's context window in tokens and its prices for input and output in US dollars a million tokens, each None where it is
    not known. Imports the price list."""
    if is_free(provider, model):
        return None, 0.0, 0.0
    info = _listed(model, provider, None)
    tariff = _tariff(info, None) if info else None
    rate = tariff[-1] if tariff else None
    return info.context_window if info else None, *((rate.input * MILLION, rate.output * MILLION) if rate else (None, None))


def _speaks(info: ModelInfo) -> bool:
    price = info.get_prices(datetime.now(UTC))
    return bool(price.input_mtok is not None and price.output_mtok is not None)


def _priced(usage: Usage, tariff: Tariff, source: Source) -> Cost:
    for rate in tariff[:-1]:
        if usage.input_tokens > rate.above:
            return rate.cost(usage, source)
    return tariff[-1].cost(usage, source)


@cache
def _listed(model: str, provider: str, base_url: str | None) -> ModelInfo | None:
    """The model's entry in the price list, looked up once."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        return get_snapshot().find_provider_model(model, None, None if base_url else _LISTED_AS.get(provider, provider), base_url)[1]
    except LookupError:
        return None


def _tariff(info: ModelInfo, when: float | None) -> Tariff | None:
    """The rates that held then; None for a model that is not paid by the token."""
    price = info.prices
    if isinstance(price, list):  # dated
        price = info.get_prices(datetime.now(UTC) if when is None else datetime.fromtimestamp(when, UTC))
    if id(price) not in _tariffs:
        _tariffs[id(price)] = _rates(price)
    return _tariffs[id(price)]


def _rates(price: ModelPrice) -> Tariff | None:
    """A price of the list as rates. What has no price of its own costs what it is a part of."""
    from genai_prices.types import TieredPrices

    named = {key: value for key, value in vars(price).items() if value is not None}
    if named and not named.keys() & {"input_mtok", "output_mtok", "requests_kcount"}:
        return None  # paid by the hour, the page or the character
    starts = {tier.start for value in named.values() if isinstance(value, TieredPrices) for tier in value.tiers}

    def at(key: str, size: float) -> float | None:
        value = named.get(key)
        if isinstance(value, TieredPrices):
            value = next((tier.price for tier in reversed(value.tiers) if size > tier.start), value.base)
        return None if value is None else float(value) / MILLION

    def rate(above: int, size: float) -> Rate:
        plain, spoken = at("input_mtok", size) or 0.0, at("output_mtok", size) or 0.0
        read, write, thought = at("cache_read_mtok", size), at("cache_write_mtok", size), at("output_reasoning_mtok", size)
        return Rate(
            above, plain, plain if read is None else read, plain if write is None else write,
            spoken, spoken if thought is None else thought, (at("requests_kcount", size) or 0.0) * 1000,
        )  # fmt: skip

    return (*(rate(start, start + 1) for start in sorted(starts, reverse=True)), rate(0, 0))
