"""A model by the name that a person wrote: as its provider, or as an error that says which may have been meant."""

from __future__ import annotations

from nbagent.errors import UnknownProvider
from nbagent.prices import near_specs
from nbagent.provider import Provider, resolve
from nbagent.settings import KEYED


def named(spec: str, *, base_url: str | None = None, api_key: str | None = None, said_in: str = "") -> tuple[Provider, str]:
    """`resolve`, and where no provider is named the models of that name, or of names near it, by the price list. `said_in` is where a
    model was configured, for the error."""
    try:
        return resolve(spec, base_url=base_url, api_key=api_key)
    except UnknownProvider as found:
        error = UnknownProvider(f"{found.what[:-1]}, which was said in {said_in}.", found.why, found.mend) if said_in else found
        if ":" not in spec and (near := near_specs(spec, [each.provider for each in KEYED])):
            error.advise(f"Did you mean {' or '.join(near)}? %nbagent models {spec} looks further.")
        raise error from found.__cause__
