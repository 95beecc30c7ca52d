"""``%nbagent models``: the models that can be named, what they can do and cost, with a line for each provider that could not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from nbagent.errors import ConfigError, did_you_mean
from nbagent.provider import Capabilities, Knows, Provider, connect, provider_names
from nbagent.session import Session
from nbagent.settings import EMBEDDED, KEYED

if TYPE_CHECKING:
    import pandas as pd

    from nbagent.verbs import ListedModel

COLUMNS = ("model", "context", "can", "usd_in", "usd_out", "note")
"""Sizes in tokens, prices in US dollars a million tokens."""
_ABILITIES = ("tools", "output_schema", "images", "audio", "documents", "reasoning")
_WORDS = {"output_schema": "JSON schema", "documents": "PDF"}


def models_table(words: tuple[str, ...]) -> pd.DataFrame:
    """The models, of one provider or all, whose names are like the search; those of this machine first,
    then a line for each provider that could not be asked, then the small defaults.

    Raises `ConfigError` for a first word of several that is no provider.
    """
    from nbagent.notebook.shown_tables import ShownTable
    from nbagent.verbs import models

    known = provider_names()
    provider = words[0] if words and words[0] in known else None
    rest = words[1:] if provider else words
    if len(words) > 1 and provider is None:
        hint = did_you_mean(words[0], known)
        raise ConfigError(f"There is no provider {words[0]!r}.", hint, "It is %nbagent models [PROVIDER] [SEARCH]. Providers: " + ", ".join(known) + ".")
    found = models(provider)
    notes = {each.spec.partition(":")[0]: each.note for each in found if each.note}
    rows = [each for each in found if not each.spec.endswith(":")]
    if rest:
        unasked = [name for name in notes if not any(each.spec.startswith(f"{name}:") for each in rows)]
        rows = _alike([*rows, *(model for name in unasked for model in _by_the_price_list(name))], " ".join(rest).lower())
        notes = {name: note for name, note in notes.items() if any(each.spec.startswith(f"{name}:") for each in rows)}
    first = [EMBEDDED, *(each.spec for each in KEYED)]
    rows.sort(key=lambda each: (not each.spec.startswith(EMBEDDED), each.spec not in first))
    here = sum(each.spec.startswith(EMBEDDED) for each in rows)
    lines = [{"model": f"{name}:", "note": note} for name, note in notes.items()]  # above the many, where they are seen
    return (
        ShownTable([*map(_row, rows[:here]), *lines, *map(_row, rows[here:])], columns=list(COLUMNS))
        .astype({"context": "Int64", "usd_in": "float64", "usd_out": "float64"})
        .pipe(ShownTable)
    )


def _by_the_price_list(name: str) -> list[ListedModel]:
    """What the price list knows of a provider that could not be asked."""
    from nbagent.prices import known_models, listed
    from nbagent.verbs import ListedModel

    adapter, rows = connect(name), []
    for model in known_models(name):
        window, given, answered = listed(model, name)
        can = adapter.capabilities(model) if isinstance(adapter, Knows) else Capabilities()
        can = can if can.context_window else replace(can, context_window=window)
        rows.append(ListedModel(f"{name}:{model}", capabilities=can, input_price=given, output_price=answered))
    return rows


def _alike(found: list[ListedModel], search: str) -> list[ListedModel]:
    """Those with all the words in their names, or else those whose names are nearest. Raises `ConfigError` for what is nearer to a provider's."""
    parts = [each for each in found if all(word in f"{each.spec} {each.name}".lower() for word in search.split())]
    if parts:
        return parts
    meant = did_you_mean(search, provider_names())
    if meant:
        raise ConfigError(f"There is no provider and no model {search!r}.", meant, "Providers: " + ", ".join(provider_names()) + ".")
    names: dict[str, list[ListedModel]] = {}
    for each in found:
        names.setdefault(each.spec.partition(":")[2].lower(), []).append(each)
    return [each for name in get_close_matches(search.partition(":")[2] or search, names, n=6, cutoff=0.6) for each in names[name]]


def near_models(asked: Any) -> str:
    """What may have been meant by a model that its provider does not know, by the list of prices; nothing is asked."""
    from nbagent.prices import known_models

    provider, _, name = asked.partition(":") if isinstance(asked, str) else (getattr(asked, "name", ""), "", getattr(asked, "model", ""))
    hint = did_you_mean(name, known_models(provider.removesuffix("-chat")))
    return f"{hint} %nbagent models {provider} lists what there is.".strip()


def _row(each: ListedModel) -> dict[str, Any]:
    can = each.capabilities
    return {
        "model": each.spec,
        "context": None if can is None else can.context_window,
        "can": None if can is None else ", ".join(_WORDS.get(name, name) for name in _ABILITIES if getattr(can, name)) or None,
        "usd_in": each.input_price,
        "usd_out": each.output_price,
        "note": None,
    }


def model_variables(namespace: Mapping[str, Any]) -> list[str]:
    """The variables that ``-m`` takes: those that hold a provider."""
    held = [(name, value) for name, value in [*namespace.items()] if not name.startswith("_") and callable(getattr(type(value), "stream", None))]
    return [name for name, value in held if not isinstance(value, type | Session) and isinstance(value, Provider)]
