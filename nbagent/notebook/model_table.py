"""``%nbagent models``: the models that can be named, what they can do and cost, with a line for each provider that could not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError, did_you_mean
from nbagent.provider import provider_names

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("model", "context", "can", "price in/out", "note")
_ABILITIES = ("tools", "output_schema", "images", "audio", "documents", "reasoning")
_WORDS = {"output_schema": "JSON schema", "documents": "PDF"}


def models_table(words: tuple[str, ...]) -> pd.DataFrame:
    """The models, of one provider or all, whose names are like the search. Raises `ConfigError` for more words than that."""
    from nbagent.notebook.shown_tables import ShownTable
    from nbagent.verbs import models

    known = provider_names()
    provider = words[0] if words and words[0] in known else None
    rest = words[1:] if provider else words
    if len(rest) > 1:
        hint = did_you_mean(words[0], known)
        raise ConfigError(f"There is no provider {words[0]!r}.", hint, "It is %nbagent models [PROVIDER] [SEARCH]. Providers: " + ", ".join(known) + ".")
    found = models(provider, rest[0] if rest else None)
    return ShownTable([_row(each) for each in found], columns=list(COLUMNS))


def near_models(asked: Any) -> str:
    """What may have been meant by a model that its provider does not know, by the list of prices; nothing is asked."""
    from nbagent.prices import known_models

    provider, _, name = asked.partition(":") if isinstance(asked, str) else (getattr(asked, "name", ""), "", getattr(asked, "model", ""))
    hint = did_you_mean(name, known_models(provider.removesuffix("-chat")))
    return f"{hint} %nbagent models {provider} lists what there is.".strip()


def _row(each: Any) -> dict[str, Any]:
    can = each.capabilities
    return {
        "model": each.spec,
        "context": None if can is None else _tokens(can.context_window),
        "can": None if can is None else ", ".join(_WORDS.get(name, name) for name in _ABILITIES if getattr(can, name)),
        "price in/out": _price(each.input_price, each.output_price),
        "note": each.note,
    }


def _tokens(size: int | None) -> str | None:
    """A context window as people say it: 128K, 1M."""
    if size is None:
        return None
    return f"{size / 1_000_000:.3g}M" if size >= 1_000_000 else f"{round(size / 1000)}K"


def _price(given: float | None, answered: float | None) -> str | None:
    if given is None and answered is None:
        return None
    return " / ".join("?" if price is None else "free" if price == 0 else f"${price:.4g}" for price in (given, answered))
