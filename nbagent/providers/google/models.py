"""What is known of Google's models: what they take, what they can do, how large they are.

The longest beginning of a name that fits counts, and a model that is not known yet is like the newest. The facts are those of
the models' pages at ai.google.dev and docs.cloud.google.com, of autumn 2026.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nbagent.provider import Capabilities, ModelInfo

_ALL = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
_FOUR, _THREE, _TWO = ("MINIMAL", "LOW", "MEDIUM", "HIGH"), ("LOW", "MEDIUM", "HIGH"), ("LOW", "HIGH")
_MILLION = 1_048_576


class Model(NamedTuple):
    """A model's row. With `levels` it thinks at one of them, without by a budget of tokens.

    `third` is whether it is a Gemini 3 or newer: calls must bear signatures, an answer can be held to a schema beside tools,
    Google's own tools go together with functions, and results of functions may hold files.
    """

    thinks: bool = True
    levels: tuple[str, ...] = _ALL
    third: bool = True
    tools: bool = True
    system: bool = True
    sees: bool = True
    hears: bool = True
    window: int | None = _MILLION
    longest: int | None = 65_536


_SECOND = Model(levels=(), third=False)
_DRAWS = Model(tools=False, hears=False, window=None, longest=None)
_SPEAKS = Model(thinks=False, levels=(), third=False, tools=False, system=False, sees=False, hears=False, window=8_192, longest=16_384)
_VECTORS = _SPEAKS._replace(window=None, longest=None)
_OPEN = Model(thinks=False, levels=(), third=False, hears=False, window=None, longest=None)

_MODELS = {
    "": Model(),
    "gemini-3-pro-preview": Model(levels=_TWO),
    "gemini-3-pro-image": _DRAWS,
    "gemini-3-flash": Model(levels=_FOUR),
    "gemini-3.1-pro": Model(levels=_THREE),
    "gemini-3.1-flash-lite": Model(levels=_FOUR),
    "gemini-3.1-flash-lite-image": _DRAWS,
    "gemini-3.1-flash-image": _DRAWS,
    "gemini-3.1-flash-tts": _SPEAKS,
    "gemini-3.5-flash": Model(levels=_FOUR),
    "gemini-3.6-flash": Model(levels=_FOUR),
    "gemini-3.7-flash": Model(levels=_THREE),
    "gemini-3.8-flash": Model(levels=_THREE),
    "gemini-3.8-flash-tts": _SPEAKS,
    "gemini-3.8-flash-lite-tts": _SPEAKS,
    "gemini-nano-banana": _DRAWS,
    "gemini-2.5-": _SECOND,
    "gemini-2.5-flash-image": _DRAWS._replace(thinks=False, levels=(), third=False, window=32_768, longest=32_768),
    "gemini-2.5-flash-tts": _SPEAKS,
    "gemini-2.5-pro-tts": _SPEAKS,
    "gemini-2.5-flash-preview-tts": _SPEAKS,
    "gemini-2.5-flash-lite-preview-tts": _SPEAKS,
    "gemini-2.5-pro-preview-tts": _SPEAKS,
    "gemini-2.0-": _SECOND._replace(thinks=False, longest=8_192),
    "gemini-1.": _SECOND._replace(thinks=False, longest=8_192),
    "gemma-": _OPEN._replace(tools=False, system=False),
    "gemma-4": _OPEN._replace(window=262_144),
    "gemini-embedding": _VECTORS,
    "text-embedding": _VECTORS,
    "text-multilingual-embedding": _VECTORS,
}


def row(model: str) -> Model:
    """What the table knows of ``gemini-x``, ``models/gemini-x`` or a full resource name."""
    name = model.rpartition("/")[2]
    return _MODELS[max((start for start in _MODELS if name.startswith(start)), key=len)]


def capabilities(model: str) -> Capabilities:
    """The row in everybody's words."""
    known = row(model)
    return Capabilities(
        tools=known.tools, output_schema=known.third and known.tools, images=known.sees, audio=known.hears, documents=known.sees and known.hears,
        reasoning=known.thinks, context_window=known.window, max_output=known.longest,
    )  # fmt: skip


def described(listed: Any) -> ModelInfo | None:
    """An entry of a list of models, or None where it neither answers nor embeds."""
    if not isinstance(listed, dict) or not isinstance(name := listed.get("name"), str):
        return None
    id_ = name.rpartition("/")[2]
    verbs = listed.get("supportedGenerationMethods")
    if isinstance(verbs, list) and not {"generateContent", "embedContent"} & {str(verb) for verb in verbs}:
        return None
    known = capabilities(id_)
    thinks = listed.get("thinking")
    can = Capabilities(
        tools=known.tools, output_schema=known.output_schema, images=known.images, audio=known.audio, documents=known.documents,
        reasoning=thinks if isinstance(thinks, bool) else known.reasoning,
        context_window=_whole(listed.get("inputTokenLimit")) or known.context_window, max_output=_whole(listed.get("outputTokenLimit")) or known.max_output,
    )  # fmt: skip
    return ModelInfo(id_, str(listed.get("displayName") or ""), can, family="embedding" if isinstance(verbs, list) and "embedContent" in verbs else "")


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
