"""The vendors that speak OpenAI's two APIs, one row each: where they are, which keys they take, and how they differ.

The rule: what differs is said here and nowhere else. A row is data; the adapters ask it, and never whose row it is. The
rows are of November 2026, after the vendors' own documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from nbagent.provider import Capabilities
from nbagent.providers.carriers.transport import checked

Params = dict[str, Any]


class Model(Struct, frozen=True):
    """What a model can do, the parameters it does not take (`untaken`: none of them while it reasons), and whether its
    tools may be strict."""

    can: Capabilities = Capabilities()
    untaken: tuple[str, ...] = ()
    strict: bool = False
    cache_marks: bool = False
    """Whether what is to be cached must be marked (Claude behind a gateway)."""


_ANY = Model()


class Vendor(Struct, frozen=True, kw_only=True):
    """A vendor. Without a `base_url` there is none that is everybody's: it comes from `url_variable`."""

    name: str
    base_url: str = ""
    url_variable: str = ""
    keys: tuple[str, ...] = ()
    key_header: str = ""
    """The header of the key, where it is not ``Authorization``."""
    host: str = ""
    """The end of the host's name, by which a base URL is known to be this vendor's."""
    path: str = ""
    """Added to a base URL that has no path."""
    version_variable: str = ""
    """Where it is set, the deployment's own path with this API version is asked (Azure's older one)."""
    models: dict[str, Model] = {}
    renamed: dict[str, str] = {}
    untaken: tuple[str, ...] = ()
    body: Params = {}
    """What is sent with every request where the caller says nothing else."""
    effort_as_given: bool = False
    """Whether ``reasoning`` is sent as it is, and not turned into the ``reasoning_effort`` of Chat Completions."""
    usage_option: bool = True
    """Whether the usage of a stream must be asked for."""
    names: bool = True
    """Whether a user's message may say who speaks."""
    call_id: int = 0
    """How many letters and digits the id of a call has, where no other is taken."""
    reasoning_back: Literal["calls", "always in calls", "blocks"] = "calls"
    """Where a model's visible thought goes back: with its calls, there also when it is empty, or as blocks of the content."""
    bridges: bool = False
    """Whether a model's message must stand between a tool's and a user's, and a tool's may hold images."""
    files: Literal["bytes", "urls", "mistral"] = "bytes"
    """How documents are given: their bytes only, also their URL, or in Mistral's words."""
    instructions: bool = True
    """Whether the Responses API has a place for them beside the conversation."""
    models_path: str = "/models"
    embedding_format: str = ""
    embedding_bytes: int = 600_000
    """The most bytes of text in a request for embeddings, whose limit is in tokens: at least two bytes are taken for one."""

    def model(self, name: str) -> Model:
        """The row of a model, by the longest beginning of its name, with or without its maker's."""
        bare = name.rpartition("/")[2].removeprefix("ft:")
        fits = max((start for start in self.models if name.startswith(start) or bare.startswith(start)), key=len, default=None)
        return _ANY if fits is None else self.models[fits]


def fitted(vendor: Vendor, model: str, params: Mapping[str, Any], *, responses: bool = False) -> tuple[Params, tuple[str, ...]]:
    """The parameters as the vendor takes them for this model, and a note for each that it does not take."""
    row, notes = vendor.model(model), list[str]()
    checked(params, lists=("tools", "include"), objects=("extra_headers", *(("text",) if responses else ())))
    given: Params = {}
    for key, value in params.items():
        given[vendor.renamed.get(key, key)] = value
    effort = _effort(given, vendor, responses=responses)
    for name in [name for name, value in given.items() if value is not None]:
        reasons = name in row.untaken and effort != "none"
        if reasons or name in vendor.untaken:
            notes.append(f"{model} takes no {name}{' while it reasons' if reasons and row.can.reasoning else ''}: it is left out")
            del given[name]
    return given, tuple(notes)


def _effort(given: Params, vendor: Vendor, *, responses: bool) -> Any:
    """How hard the model is to think, put where the API has it."""
    reasoning, flat = given.get("reasoning"), given.get("reasoning_effort")
    nested = reasoning if isinstance(reasoning, dict) else {}
    effort = nested.get("effort", flat)
    if responses and flat is not None:
        del given["reasoning_effort"]
        given["reasoning"] = {"effort": flat, **nested}
    elif nested and not responses and not vendor.effort_as_given:
        del given["reasoning"]
        given["reasoning_effort"] = effort
    return effort


def of_host(url: str, otherwise: Vendor) -> Vendor:
    """The row of the vendor that a base URL belongs to."""
    host = urlsplit(url).hostname or ""
    return next((row for row in ROWS if row.host and (host == row.host or host.endswith("." + row.host))), otherwise)


# -- OpenAI and Azure -------------------------------------------------------------------------------------------------

_SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "stop")
_FOREIGN = ("top_k", "min_p", "top_a", "repetition_penalty")  # what servers of one's own take
_NEW = Capabilities(output_schema=True, images=True, documents=True, reasoning=True, context_window=1_050_000, max_output=128_000)


def _reasons(**other: Any) -> Model:
    return Model(replace(_NEW, **other), untaken=_SAMPLING, strict=True)


def _talks(**other: Any) -> Model:
    return Model(replace(_NEW, reasoning=False, max_output=16_384, **other), strict=True)


_NO_CHAT = Model(Capabilities(tools=False))
_GPT: dict[str, Model] = {
    "": Model(), "gpt-": _reasons(), "codex-": _reasons(context_window=200_000), "computer-use": _reasons(context_window=8_192),
    "o1": _reasons(context_window=200_000, max_output=100_000), "o1-mini": _reasons(output_schema=False, images=False, documents=False, context_window=128_000),
    "o3": _reasons(context_window=200_000, max_output=100_000), "o3-mini": _reasons(images=False, context_window=200_000, max_output=100_000),
    "o4": _reasons(context_window=200_000, max_output=100_000),
    "gpt-5": _reasons(context_window=400_000), "gpt-5-chat": _talks(context_window=128_000), "gpt-5.1-chat": _talks(context_window=128_000),
    "gpt-5.2-chat": _talks(context_window=128_000), "gpt-5.3-chat": _talks(context_window=128_000), "gpt-5.4": _reasons(),
    "gpt-5.4-mini": _reasons(context_window=400_000),
    "gpt-5.4-nano": _reasons(context_window=400_000), "gpt-5.5": _reasons(context_window=1_000_000), "gpt-5.6": _reasons(),
    "gpt-4": _talks(output_schema=False, images=False, documents=False, context_window=8_192),
    "gpt-4-turbo": _talks(output_schema=False, context_window=128_000),
    "gpt-4o": _talks(context_window=128_000), "gpt-4o-audio": _talks(images=False, documents=False, audio=True, output_schema=False, context_window=128_000),
    "gpt-4.1": _talks(context_window=1_047_576), "gpt-4.5": _talks(context_window=128_000),
    "gpt-3": Model(Capabilities(context_window=16_385)), "gpt-oss": Model(Capabilities(reasoning=True, context_window=131_072)),
    "gpt-audio": _talks(images=False, documents=False, audio=True, output_schema=False, context_window=128_000),
    "gpt-image": _NO_CHAT, "gpt-transcribe": _NO_CHAT, "gpt-realtime": _NO_CHAT, "gpt-live": _NO_CHAT, "text-embedding": _NO_CHAT, "whisper": _NO_CHAT,
    "tts": _NO_CHAT, "dall-e": _NO_CHAT, "sora": _NO_CHAT, "omni-moderation": _NO_CHAT, "text-moderation": _NO_CHAT,
}  # fmt: skip
_MOST_TOKENS = {"max_tokens": "max_completion_tokens", "max_output_tokens": "max_completion_tokens"}
_RESPONSES = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}
_NOT_OF_RESPONSES = ("stop", "seed", "n", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", *_FOREIGN)

OPENAI = Vendor(
    name="openai", base_url="https://api.openai.com/v1", url_variable="OPENAI_BASE_URL", keys=("OPENAI_API_KEY",), models=_GPT,
    renamed=_RESPONSES, untaken=_NOT_OF_RESPONSES, embedding_format="base64",
)  # fmt: skip
OWN_RESPONSES = replace(OPENAI, base_url="", untaken=(), embedding_format="")
"""A server that speaks the Responses API, and may take more than OpenAI does."""
OPENAI_CHAT = Vendor(
    name="openai-chat", base_url="https://api.openai.com/v1", url_variable="OPENAI_BASE_URL", keys=("OPENAI_API_KEY",), host="api.openai.com",
    models=_GPT, renamed=_MOST_TOKENS, untaken=_FOREIGN, embedding_format="base64",
)  # fmt: skip
OWN_SERVER = Vendor(name="openai-chat", keys=("OPENAI_API_KEY",), renamed={"max_output_tokens": "max_tokens"}, effort_as_given=True)
"""A server of one's own, or a vendor without a row: what every server takes."""

AZURE = Vendor(
    name="azure", url_variable="AZURE_OPENAI_ENDPOINT", keys=("AZURE_OPENAI_API_KEY",), key_header="api-key", host="openai.azure.com", path="/openai/v1",
    version_variable="OPENAI_API_VERSION", models=_GPT, renamed=_MOST_TOKENS, untaken=_FOREIGN, embedding_format="base64",
)  # fmt: skip
AZURE_RESPONSES = replace(AZURE, name="azure-responses", host="", version_variable="", renamed=_RESPONSES, untaken=_NOT_OF_RESPONSES)

# -- others -----------------------------------------------------------------------------------------------------------


def _other(context_window: int | None = None, *, untaken: tuple[str, ...] = (), **can: bool) -> Model:
    return Model(Capabilities(context_window=context_window, **can), untaken)


DEEPSEEK = Vendor(
    name="deepseek", base_url="https://api.deepseek.com", url_variable="DEEPSEEK_BASE_URL", keys=("DEEPSEEK_API_KEY",), host="api.deepseek.com",
    models={
        "": _other(1_000_000, reasoning=True), "deepseek-chat": _other(128_000),
        "deepseek-reasoner": _other(128_000, untaken=("logprobs", "top_logprobs"), reasoning=True),
    },
    renamed={"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens"}, reasoning_back="always in calls",
)  # fmt: skip
GROQ = Vendor(
    name="groq", base_url="https://api.groq.com/openai/v1", url_variable="GROQ_BASE_URL", keys=("GROQ_API_KEY",), host="api.groq.com",
    models={  # answers held to a schema cannot be streamed, nor stand beside tools
        "": _other(131_072), "openai/gpt-oss": _other(131_072, reasoning=True), "qwen/qwen3": _other(131_072, reasoning=True),
        "meta-llama/llama-4": _other(131_072, images=True), "groq/compound": Model(Capabilities(tools=False, reasoning=True, context_window=131_072)),
        "whisper": _NO_CHAT, "canopylabs/orpheus": _NO_CHAT,
    },
    renamed=_MOST_TOKENS, untaken=("logit_bias", "logprobs", "top_logprobs", *_FOREIGN),
)  # fmt: skip
MISTRAL = Vendor(
    name="mistral", base_url="https://api.mistral.ai/v1", url_variable="MISTRAL_BASE_URL", keys=("MISTRAL_API_KEY",), host="api.mistral.ai",
    models={
        "": _other(262_144, output_schema=True, images=True, documents=True), "magistral": _other(128_000, output_schema=True, images=True, reasoning=True),
        "codestral": _other(256_000, output_schema=True), "voxtral": _other(32_768, audio=True),
        "mistral-large-4": _other(1_048_576, output_schema=True, images=True, documents=True),
        "open-": _other(32_768), "mistral-embed": _NO_CHAT, "codestral-embed": _NO_CHAT, "mistral-ocr": _NO_CHAT, "mistral-moderation": _NO_CHAT,
    },
    renamed={"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens", "seed": "random_seed"},
    untaken=("logit_bias", "logprobs", "top_logprobs", "stream_options", "user", *_FOREIGN),
    usage_option=False, names=False, call_id=9, reasoning_back="blocks", bridges=True, files="mistral", embedding_bytes=32_000,
)  # fmt: skip
OPENROUTER = Vendor(
    name="openrouter", base_url="https://openrouter.ai/api/v1", url_variable="OPENROUTER_BASE_URL", keys=("OPENROUTER_API_KEY",), host="openrouter.ai",
    models={
        "": _other(), "openai/": Model(Capabilities(output_schema=True, images=True, documents=True, reasoning=True), strict=True),
        "openai/gpt-oss": _other(131_072, reasoning=True),
        "anthropic/": Model(Capabilities(images=True, documents=True, reasoning=True), cache_marks=True),
        "google/gemini": _other(1_048_576, images=True, documents=True, audio=True, reasoning=True),
        "x-ai/grok": _other(images=True, reasoning=True), "deepseek/": _other(reasoning=True), "mistralai/": _other(images=True),
    },
    renamed={"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens"}, body={"usage": {"include": True}},
    effort_as_given=True, usage_option=False, files="urls",
)  # fmt: skip
_GROK = {
    "": _other(500_000, untaken=("presence_penalty", "frequency_penalty", "stop", "logprobs", "top_logprobs"), output_schema=True, images=True, reasoning=True),
    "grok-2": _other(32_768), "grok-3": _other(131_072), "grok-4-fast-non": _other(2_000_000, output_schema=True, images=True),
    "grok-3-mini": _other(131_072, untaken=("presence_penalty", "frequency_penalty", "stop"), reasoning=True),
    "grok-4-1-fast-non": _other(2_000_000, output_schema=True, images=True), "grok-imagine": _NO_CHAT,
}  # fmt: skip
XAI = Vendor(
    name="xai", base_url="https://api.x.ai/v1", url_variable="XAI_BASE_URL", keys=("XAI_API_KEY",), host="api.x.ai", models=_GROK,
    renamed={"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens"}, untaken=_FOREIGN, models_path="/language-models",
)  # fmt: skip
XAI_RESPONSES = replace(XAI, name="xai-responses", host="", renamed=_RESPONSES, untaken=_NOT_OF_RESPONSES, instructions=False)

ROWS = (OPENAI_CHAT, AZURE, DEEPSEEK, GROQ, MISTRAL, OPENROUTER, XAI)
"""The rows that a base URL's host can name."""
