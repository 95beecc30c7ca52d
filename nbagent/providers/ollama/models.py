"""What is known of Ollama's models, where its server is, and what it means when it refuses.

The rule: what the server itself said of a model (``/api/show``, a refusal) counts more than the table of families.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from nbagent.errors import ConfigError, ConnectionFailed, ModelNotFound, NbagentError, RequestRefused
from nbagent.provider import Capabilities, ModelInfo
from nbagent.providers.carriers.failures import convert
from nbagent.providers.carriers.http import Refused
from nbagent.providers.ollama.decode import NAME

_PORT, _CLOUD = 11434, "ollama.com"
_HERE = ("127.0.0.1", "::1", "localhost")
_NO_TOOLS = re.compile(r"does not support\b.*\btools", re.IGNORECASE | re.DOTALL)
_NO_THINKING = re.compile(r"does not support\b.*\bthinking", re.IGNORECASE | re.DOTALL)
_NOT_HERE = re.compile(r"model .*\bnot found", re.IGNORECASE)

_NEWEST = Capabilities(output_schema=True, images=True, reasoning=True)
_PLAIN = Capabilities(tools=False, output_schema=True)
_TOOLS = Capabilities(output_schema=True)
_THINKS = Capabilities(output_schema=True, reasoning=True)
_SEES = Capabilities(tools=False, output_schema=True, images=True)
_BOTH = Capabilities(output_schema=True, images=True)
_FAMILIES = {  # the longest beginning of a model's name that fits counts; from the tags on the models' pages in Ollama's library
    "": _NEWEST, "llama2": _PLAIN, "llama3": _PLAIN, "llama3.1": _TOOLS, "llama3.2": _TOOLS, "llama3.2-vision": _SEES, "llama3.3": _TOOLS,
    "llama4": _BOTH, "llava": _SEES, "bakllava": _SEES, "moondream": _SEES, "minicpm-v": _SEES, "tinyllama": _PLAIN, "orca-mini": _PLAIN,
    "vicuna": _PLAIN, "codellama": _PLAIN, "gemma": _PLAIN, "gemma2": _PLAIN, "gemma3": _SEES, "gemma3n": _PLAIN, "gemma4": _NEWEST, "phi": _PLAIN,
    "phi3": _PLAIN, "phi4": _PLAIN, "phi4-mini": _TOOLS, "qwen": _PLAIN, "qwen2": _TOOLS, "qwen2.5": _TOOLS, "qwen2.5vl": _SEES,
    "qwen2.5-coder": _TOOLS, "qwen3": _THINKS, "qwen3-coder": _TOOLS, "qwen3-vl": _NEWEST, "qwen3.5": _NEWEST, "qwq": _THINKS, "deepseek-r1": _THINKS,
    "deepseek-v3.1": _THINKS, "deepseek-coder": _PLAIN, "gpt-oss": _THINKS, "mistral": _TOOLS, "mistral-small": _TOOLS, "mistral-small3": _BOTH,
    "mistral-nemo": _TOOLS, "mixtral": _TOOLS, "magistral": _THINKS, "devstral": _TOOLS, "command-r": _TOOLS, "granite3": _TOOLS, "granite4": _TOOLS,
    "starcoder": _PLAIN, "smollm": _PLAIN, "smollm2": _TOOLS, "nomic-embed": _PLAIN, "mxbai-embed": _PLAIN, "all-minilm": _PLAIN,
}  # fmt: skip


def of_family(model: str) -> Capabilities:
    """What the table knows: ``library/llama3.2:1b`` is of the family llama3.2."""
    name = model.rsplit("/", 1)[-1].lower()
    return _FAMILIES[max((start for start in _FAMILIES if name.startswith(start)), key=len)]


def described(tag: dict[str, Any], shown: dict[str, Any]) -> ModelInfo:
    """A model of ``/api/tags`` with what ``/api/show`` adds; what is missing there is as in the table."""
    given = tag.get("details")
    details: dict[str, Any] = given if isinstance(given, dict) else {}
    id_ = str(tag.get("model") or tag.get("name") or "")
    family, size, packed = (str(details.get(key) or "") for key in ("family", "parameter_size", "quantization_level"))
    return ModelInfo(
        id_, " ".join(filter(None, (family, size, packed))), capabilities_of(id_, {**tag, **shown}), created=_seconds(tag.get("modified_at")),
        size=whole(tag.get("size")), family=family,
    )  # fmt: skip


def capabilities_of(model: str, shown: dict[str, Any]) -> Capabilities:
    """What the server says that a model can do; its context is what it was trained for, `num_ctx` is what is used of it."""
    facts = shown.get("model_info")
    sizes = [value for key, value in facts.items() if key.endswith(".context_length")] if isinstance(facts, dict) else []
    window = whole(sizes[0]) if sizes else None
    can = shown.get("capabilities")
    if not isinstance(can, list):
        return replace(of_family(model), context_window=window)
    return Capabilities(
        tools="tools" in can,
        output_schema="completion" in can,
        images="vision" in can,
        audio="audio" in can,
        reasoning="thinking" in can,
        context_window=window,
    )


def refused(error: Exception, *, model: str, where: str, secrets: list[str]) -> tuple[NbagentError | None, dict[str, bool]]:
    """The error as ours, with the command that mends it, and what it teaches of the model; None where it is not of the connection."""
    ours = convert(error, provider=NAME, secrets=secrets)
    if isinstance(ours, ConnectionFailed):
        down = ConnectionFailed(ours.what, ours.why, f"Is the server running at {where}? Start it with: ollama serve")
        down.retryable = urlsplit(where).hostname not in _HERE  # on this machine a person starts it, and waiting does not
        return down, {}
    if not isinstance(error, Refused) or not isinstance(ours, RequestRefused | ModelNotFound):
        return ours, {}
    known: dict[str, Any] = {"status": ours.status, "request_id": ours.request_id}
    if error.status_code == 404 and (isinstance(ours, ModelNotFound) or _NOT_HERE.search(ours.why)):
        return ModelNotFound(f"Ollama has no model {model!r} here.", ours.why, f"Fetch it with: %nbagent pull ollama:{model}", **known), {}
    if _NO_TOOLS.search(ours.why):
        mend = "Give the agent native_tools=False: its tools are then written into the prompt."
        return RequestRefused(f"{model} has no tool calls in Ollama.", ours.why, mend, **known), {"tools": False}
    if _NO_THINKING.search(ours.why):
        return RequestRefused(f"{model} does not think in Ollama.", ours.why, "Leave the parameter think out.", **known), {"reasoning": False}
    return ours, {}


def url_of(host: str) -> str:
    """Where the server is: OLLAMA_HOST in any of its spellings (``host``, ``:port``, ``host:port/path``, a whole URL), or a base URL.

    A server that listens everywhere (0.0.0.0) is asked on this machine. Raises `ConfigError`.
    """
    text = host.strip().strip("\"'")
    scheme, marked, rest = text.partition("://")
    if not marked:
        scheme, rest = ("https" if text.split("/")[0] == _CLOUD else "http"), text
    if _is_ipv6(rest):
        rest = f"[{rest}]"
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        name, port = parts.hostname or "127.0.0.1", parts.port
    except ValueError:
        name, port = "", None
    if scheme not in ("http", "https") or not name or " " in name or port == 0:
        raise ConfigError(f"{NAME}: {host!r} is not where a server can be.", "OLLAMA_HOST is a host, host:port or a URL.", "http://127.0.0.1:11434")
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)  # noqa: S104  nothing listens here: it is what a server was told
    if port is None and not marked and name != _CLOUD:
        port = _PORT
    path = parts.path.rstrip("/").removesuffix("/v1").removesuffix("/api")  # as the servers of other APIs are written
    return f"{scheme}://{f'[{name}]' if ':' in name else name}{f':{port}' if port else ''}{path}"


def is_cloud(url: str) -> bool:
    """Whether a key is needed there."""
    return urlsplit(url).hostname == _CLOUD


def whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_ipv6(text: str) -> bool:
    try:
        return ip_address(text).version == 6
    except ValueError:
        return False


def _seconds(stamp: Any) -> float | None:
    """RFC 3339 with nanoseconds as seconds since the epoch."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", stamp)).timestamp()
    except (TypeError, ValueError):
        return None
