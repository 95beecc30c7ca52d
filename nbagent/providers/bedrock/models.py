"""What is known of the models on Bedrock: what they can do, and where one takes less than Converse can say.

The rule: the longest beginning of a name that fits counts, whatever region or profile stands before it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from msgspec.structs import replace

from nbagent.provider import Capabilities, ModelInfo

_REGION = re.compile(r"^(?:global|us-gov|us|eu|apac|ap|au|jp|ca|sa|me|af|il|mx|in|kr|uk)\.")
_ANYWHERE = ("system", "tools", "messages")


class Model(NamedTuple):
    """One model, or a family. `caches` are the places that take a cache point, `choices` the tool choices beside auto,
    `effort` the path under which an effort is sent, `schema` whether an answer is held to a JSON Schema, `cached_in_input`
    whether its count of input tokens holds the cached ones already (AWS's documentation says that none does), `references` whether
    a tool's schema may have ``$ref``."""

    can: Capabilities = Capabilities(images=True, documents=True, reasoning=True)
    caches: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    status: bool = False
    sampling: bool = True
    effort: tuple[str, ...] = ()
    cached_in_input: bool = False
    references: bool = False


_EYES = Capabilities(images=True, documents=True)
_CLAUDE_3 = Model(replace(_EYES, context_window=200_000, max_output=4_096), choices=("required", "named"), status=True, references=True)
_CLAUDE_4 = _CLAUDE_3._replace(can=replace(_EYES, reasoning=True, context_window=200_000), caches=_ANYWHERE)
_CLAUDE_45 = _CLAUDE_4._replace(can=replace(_CLAUDE_4.can, output_schema=True))
_CLAUDE = _CLAUDE_45._replace(can=replace(_CLAUDE_45.can, context_window=None), sampling=False, effort=("outputConfig", "effort"))
_CLAUDE_46 = _CLAUDE._replace(sampling=True)
_NOVA = Model(replace(_EYES, context_window=300_000), caches=("system", "messages"), choices=("required", "named"), status=True)
_NOVA_2 = _NOVA._replace(can=replace(_EYES, reasoning=True), effort=("additionalModelRequestFields", "reasoningConfig"))
_TEXT = Model(Capabilities(documents=True))
_NO_TOOLS = Model(Capabilities(tools=False, documents=True))
_OPEN = Model(Capabilities(output_schema=True))
_OPEN_THINKS = Model(Capabilities(output_schema=True, reasoning=True))
_EFFORT = ("additionalModelRequestFields", "reasoning_effort")
_OPENAI = Model(
    Capabilities(output_schema=True, images=True, reasoning=True), choices=("required", "named"), effort=_EFFORT, cached_in_input=True, references=True
)

_MODELS = {  # from the pages of Bedrock's user guide on features, prompt caching, tool use and structured output, and on each vendor's models
    "": Model(),
    "anthropic.claude-": _CLAUDE,
    "anthropic.claude-3-": _CLAUDE_3,
    "anthropic.claude-3-5-haiku": _CLAUDE_3._replace(can=Capabilities(documents=True, context_window=200_000, max_output=8_192), caches=_ANYWHERE),
    "anthropic.claude-3-5-sonnet": _CLAUDE_3._replace(can=replace(_CLAUDE_3.can, max_output=8_192)),
    "anthropic.claude-3-7-": _CLAUDE_4,
    "anthropic.claude-sonnet-4-": _CLAUDE_4,
    "anthropic.claude-opus-4-": _CLAUDE_4,
    "anthropic.claude-haiku-4-5": _CLAUDE_45,
    "anthropic.claude-sonnet-4-5": _CLAUDE_45,
    "anthropic.claude-sonnet-4-6": _CLAUDE_46,
    "anthropic.claude-opus-4-5": _CLAUDE_46,
    "anthropic.claude-opus-4-6": _CLAUDE_46,
    "anthropic.claude-opus-4-7": _CLAUDE,
    "anthropic.claude-opus-4-8": _CLAUDE,
    "amazon.nova-": _NOVA,
    "amazon.nova-micro": _NOVA._replace(can=Capabilities(context_window=128_000)),
    "amazon.nova-2": _NOVA_2,
    "amazon.titan-text": _NO_TOOLS,
    "meta.": Model(_EYES),
    "meta.llama3-": _TEXT,
    "meta.llama3-8b": _NO_TOOLS,
    "meta.llama3-70b": _NO_TOOLS,
    "meta.llama3-2-11b": Model(_EYES),
    "meta.llama3-2-90b": Model(_EYES),
    "mistral.": Model(replace(_EYES, output_schema=True)),
    "mistral.mistral-large": Model(Capabilities(documents=True), choices=("required",)),
    "mistral.mistral-7b": _NO_TOOLS,
    "mistral.mixtral": _NO_TOOLS,
    "mistral.magistral": _OPEN_THINKS,
    "cohere.command-r": _TEXT,
    "ai21.": _TEXT,
    "deepseek.": _OPEN_THINKS,
    "deepseek.r1": Model(Capabilities(tools=False, documents=True, reasoning=True)),
    "openai.": Model(
        Capabilities(output_schema=True, images=True, reasoning=True), choices=("required", "named"), effort=_EFFORT, cached_in_input=True, references=True
    ),
    "openai.gpt-oss": _OPEN_THINKS._replace(effort=_EFFORT),
    "qwen.": _OPEN,
    "qwen.qwen3-vl": Model(Capabilities(output_schema=True, images=True)),
    "google.gemma": Model(Capabilities(tools=False, output_schema=True, images=True)),
    "moonshot": _OPEN_THINKS,
    "minimax.": _OPEN_THINKS,
    "nvidia.": _OPEN,
    "zai.": _OPEN_THINKS,
}


def plain(model: str) -> str:
    """The foundation model's own name: without its ARN, and without the regions that an inference profile spans."""
    return _REGION.sub("", model.rsplit("/", 1)[-1])


def known(model: str) -> Model:
    """What the table says of a model, of its inference profile or of an ARN that ends in one of the two."""
    name = plain(model)
    return _MODELS[max((start for start in _MODELS if name.startswith(start)), key=len)]


def foundation(summary: dict[str, Any]) -> ModelInfo | None:
    """One of ListFoundationModels as a model that can be asked; None where it gives neither text nor vectors."""
    id_, made, read = str(summary.get("modelId") or ""), summary.get("outputModalities"), summary.get("inputModalities")
    if not id_ or not isinstance(made, list) or not {"TEXT", "EMBEDDING"} & set(made):
        return None
    can = known(id_).can
    if isinstance(read, list):
        can = replace(can, images="IMAGE" in read)
    if "TEXT" not in made:
        can = Capabilities(tools=False)
    return ModelInfo(id_, str(summary.get("modelName") or ""), can, family=str(summary.get("providerName") or ""))


def profile(summary: dict[str, Any]) -> ModelInfo | None:
    """One of ListInferenceProfiles: the only way to most new models, so that it stands beside them."""
    id_ = summary.get("inferenceProfileId")
    if not isinstance(id_, str) or not id_:
        return None
    return ModelInfo(id_, str(summary.get("inferenceProfileName") or ""), known(id_).can)
