"""What a model left with a part of its answer to see again, read back from the part's `provider_metadata`.

The rule: it is for the provider and the model that left it, and only in the shape in which it was left. What a person changed
in a saved transcript beyond that is nobody's, as another model's is: the conversation goes on without it.
"""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import msgspec

from nbagent.messages import Part

OF_OURS = "tool_use|tool_result|function_call|function_call_output"


class Verbatim(TypedDict):
    """A block or an item as the vendor sent it. Calls and results of our tools are parts of their own, and are never kept so."""

    type: Annotated[str, msgspec.Meta(pattern=f"^(?!({OF_OURS})$)")]


def left(part: Part, provider: str, model: str, shape: Any) -> dict[str, Any]:
    """What `model` left with the part, or nothing. `shape` is the typed dict of what it can have left."""
    metadata = part.provider_metadata
    mine = metadata.get(provider) if isinstance(metadata, dict) else None
    if not isinstance(mine, dict) or mine.get("model") != model:
        return {}
    try:
        msgspec.convert(mine, shape)
    except msgspec.ValidationError:
        return {}
    return mine
