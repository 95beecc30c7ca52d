"""Everything that can go wrong, as one tree.

::

    NbagentError                    four lines at most: what, why, how to mend it
    ├── ConfigError                 nothing was sent: a name, an option or a setting is wrong
    │   ├── UnknownProvider · UnknownModel · MissingKey · MissingExtra
    │   ├── PromptError             the template: undefined names, syntax
    │   └── SessionBusy
    ├── ToolDefinitionError         a function that cannot become a tool
    ├── DecisionError               an approval that fits no pending call
    ├── RunError                    a run that did not complete; `.result` keeps what came
    │   ├── RunCancelled · RunPaused · MaxStepsReached · MaxCostReached · MaxTokensReached
    │   ├── GuardrailTripped · ToolFailed · HandlerFailed
    │   ├── OutputInvalid           AnswerRefused
    │   └── ProviderError           the provider, or the way to it; `.retryable`, `.status`
    │       ├── AuthenticationFailed · PermissionRefused · ModelNotFound
    │       ├── RequestRefused      ContextLengthExceeded · PromptBlocked · MissingSignature
    │       ├── MalformedCall       the model's call, or its whole answer, cannot be read
    │       ├── RateLimited · Overloaded · ServerFailed
    │       ├── ConnectionFailed · ProviderTimeout
    │       ├── LocalModelFailed    the embedded model could not be fetched or loaded
    │       ├── IncompleteStream    ended without its terminal event
    │       └── GarbledStream       bytes that are not this API's
    └── RecordingError              a replay that does not fit its recording

In a notebook each is shown as its own lines and nothing else; ``%tb`` shows the whole traceback.
"""

from __future__ import annotations

import base64
import json
import os
import re
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from urllib.parse import quote

_KEY = re.compile(  # words like key-management or hf_dataset_loader are no keys: those have a digit, or 20 characters in a row; in JSON \n stands before one
    r"(?:\b|(?<=\\[nrt]))(?!xai-responses\b)(?:(?:sk|pk|rk|xai|gsk|ghp|hf|r8|pplx)-|(?:(?:sk|pk|rk|xai|gsk|key|ghp|hf|r8|pplx)[-_]|(?i:bearer)\s+)(?=[A-Za-z0-9_\-.]*\d|[A-Za-z0-9]{20}))"
    r"[A-Za-z0-9_\-.]{8,}|\bAIza[A-Za-z0-9_\-]{20,}"
)


_NAMES = ("sk", "pk", "rk", "xai", "key", "ghp", "hf", "r8", "pplx")  # how keys begin, before - or _
_LAST = frozenset(name[-1] for name in _NAMES)
_FEW = 50  # marks that are looked at one by one in less time than a text is taken apart
_LOGIN = re.compile(r"(?<=://)[^/\s@:'\"]*:[^/\s@'\"]+@")  # a name and a password in a URL
_QUERY = re.compile(  # a key in a URL
    r"([?&](?:api[-_]?key|key|token|access[-_]token|auth|secret|password|sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token)=)[^&\s\"'<>\\]{6,}",
    re.IGNORECASE,
)
_SECRET_VARIABLE = re.compile(r"(?:^|_)(?:API_?KEY|ACCESS_KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)


_found_keys: set[str] = set()  # beside the environment: in a file, in the keyring, typed


def known_keys() -> list[str]:
    """The keys of this process: in the environment, the values of variables whose names say that they are, and what `hide_from_now_on` was told."""
    return [value for name in os.environ if _SECRET_VARIABLE.search(name) and len(value := os.environ.get(name, "")) >= 8] + [*_found_keys]


def hide_from_now_on(key: str) -> None:
    """A key that is not in the environment, to be hidden as if it were."""
    if len(key) >= 8:
        _found_keys.add(key)


def hide_keys(text: str, keys: Iterable[str] | None = None) -> str:
    """The text without the environment's keys. What only looks like a key stays: a tool's result, or a prompt, is not ours to mend.

    `keys` are the environment's, for who has many texts: reading it takes longer than most texts do.
    """
    for key in known_keys() if keys is None else keys:
        for written in _writings(key):
            if written in text:
                text = text.replace(written, written[:3] + "...[redacted]")
    return text


@lru_cache(maxsize=256)
def _writings(key: str) -> tuple[str, ...]:
    """A key as it may stand in a text: as it is, in JSON (and JSON in that), in a URL, and in base64, from whichever byte that begins."""
    once = json.dumps(key, ensure_ascii=False)[1:-1]
    twice = json.dumps(once, ensure_ascii=False)[1:-1]
    found = [key, once, twice, quote(key, safe="")]
    if len(key) >= 12:
        data = key.encode(errors="surrogatepass")
        for before, first in ((0, 0), (1, 2), (2, 3)):  # the characters that hold bits of its neighbours are left out
            text = base64.b64encode(bytes(before) + data).decode().rstrip("=")
            text = text[first : len(text) - bool((before + len(data)) % 3)]
            found += [text, text.translate({ord("+"): "-", ord("/"): "_"})]
    return tuple(dict.fromkeys(found))


def redact(text: str, keys: Iterable[str] | None = None) -> str:
    """The text without the environment's keys, without what looks like one, its first characters kept: ``sk-...``, and without
    the passwords of URLs."""
    keys = known_keys() if keys is None else keys
    if not suspicious(text, keys):
        return text
    text = _QUERY.sub(r"\1[redacted]", hide_keys(text, keys)) if "=" in text else hide_keys(text, keys)
    return without_logins(_KEY.sub(lambda match: match.group()[:3] + "...[redacted]", text))


def suspicious(text: str, keys: Iterable[str]) -> bool:
    """Whether `redact` may have something to take out: much quicker to see than what, also in many texts put together."""
    if "@" in text or "AIza" in text or b"bearer" in text.encode(errors="replace").lower():  # bytes are made small in a fifth of the time
        return True
    return (
        _begins(text, "-")
        or _begins(text, "_")
        or any(written in text for key in keys for written in _writings(key))
        or ("=" in text and _QUERY.search(text) is not None)
    )


def _begins(text: str, mark: str) -> bool:
    """Whether what keys begin with stands before one of these marks, of which a text has few."""
    place = text.find(mark)
    for _ in range(_FEW):
        if place < 0:
            return False
        if text[place - 1 : place] in _LAST and text.endswith(_NAMES, 0, place):
            return True
        place = text.find(mark, place + 1)
    if text.count(mark) > len(text) // 20:
        return any(name + mark in text for name in _NAMES)
    before = text.split(mark)
    return not _LAST.isdisjoint({piece[-1:] for piece in before}) and any(piece.endswith(_NAMES) for piece in before[:-1])


def without_logins(text: str) -> str:
    """The text with its URLs as anyone may see them."""
    return _LOGIN.sub("", text) if "@" in text else text


_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if code not in b"\n\t"} | dict.fromkeys(range(0x7F, 0xA0), "\ufffd") | {ord("\r"): ""}
_UNSEEN = {code: f"\\u{code:04x}" for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)}


def without_controls(text: str) -> str:
    """Text of others for a terminal: its escape sequences are seen and do nothing."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def all_seen(text: str) -> str:
    """Text that a person decides on: also what would hide or turn round a part of it is seen."""
    return text if text.isascii() and text.isprintable() else text.translate(_CONTROLS | _UNSEEN)


def did_you_mean(name: str, choices: list[str], *, count: int = 3) -> str:
    """'' or 'Did you mean a, b or c?', for the end of an error's second line."""
    close = get_close_matches(name, choices, n=count, cutoff=0.65)  # any lower, and "nope" is near "openai"
    if not close:
        return ""
    return "Did you mean " + (" or ".join(close) if len(close) < 3 else f"{', '.join(close[:-1])} or {close[-1]}") + "?"


class NbagentError(Exception):
    """What went wrong (`what`), and below it, where they help, `why` and how to `mend` it.

    `result` (a `Result`) keeps what came before, where a run ended so; None where none had begun.
    """

    result: Any = None
    _told = False

    def __init__(self, what: str, why: str = "", mend: str = "") -> None:
        self.what, self.why, self.mend = redact(what), redact(why), redact(mend)
        super().__init__("\n".join(self.lines))

    def advise(self, mend: str) -> None:
        """Another last line, where who passes the error on knows better how to go on."""
        self.mend = redact(mend)
        self.args = ("\n".join(self.lines),)

    @property
    def lines(self) -> list[str]:
        """At most three lines; a long one is cut, the whole is in `what`, `why` and `mend`."""
        out = []
        for whole in (self.what, self.why, self.mend):
            text = without_controls(" ".join(whole.split()))
            if text:
                out.append(text if len(text) <= 300 else text[:297] + "...")
        return out

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: the error in place of a traceback; when it is asked for again, as ``%tb`` does, all of it."""
        if self._told:
            return redact("".join(traceback.format_exception(self))).splitlines()
        self._told = True
        first, *rest = self.lines or [""]
        return [f"{type(self).__name__}: {first}", *rest]


class ConfigError(NbagentError):
    """Nothing was sent: a name, an option or a setting is wrong."""


class UnknownProvider(ConfigError): ...


class UnknownModel(ConfigError): ...


class MissingKey(ConfigError): ...


class MissingExtra(ConfigError):
    """An optional dependency is not installed; the message names the extra."""


class PromptError(ConfigError): ...


class SessionBusy(ConfigError): ...


class ToolDefinitionError(NbagentError): ...


class DecisionError(NbagentError): ...


class RecordingError(NbagentError):
    """`difference` is the unified diff between what was asked and the closest request of the recording."""

    difference = ""


class RunError(NbagentError):
    """A run that did not complete; its `result` keeps everything that came before the end."""


class RunCancelled(RunError): ...


class RunPaused(RunError):
    """A cell's run waits for a decision; raised only by the magics, so that Run All stops there."""


class MaxStepsReached(RunError): ...


class MaxCostReached(RunError): ...


class MaxTokensReached(RunError): ...


class HandlerFailed(RunError):
    """What was to answer in place of an error failed itself; `handled` is that error, the handler's own exception is the cause."""

    handled: NbagentError | None = None


class GuardrailTripped(RunError):
    """A check said that the run must end here. Checks raise it themselves, with what is wrong: ``GuardrailTripped("...")``."""


class ToolFailed(RunError):
    """A tool that is not to go wrong (``on_error="raise"``) did; the tool's own exception is the cause."""


class OutputInvalid(RunError):
    """An answer that is not of the type it was to be, and that the model did not put right."""


class AnswerRefused(OutputInvalid):
    """The model, or its provider's content filter, gave no answer of the type that was asked for. An answer that is to be text may be
    a refusal, and is an error only where the agent has a handler for this kind."""


class ProviderError(RunError):
    """The provider said no, or could not be reached.

    `status` is the HTTP status (None where there was no answer), `retry_after` seconds the server asked to wait.
    """

    retryable = False

    def __init__(
        self, what: str, why: str = "", mend: str = "", *, status: int | None = None,
        retry_after: float | None = None, request_id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(what, why, mend)
        self.status, self.retry_after, self.request_id = status, retry_after, request_id


class AuthenticationFailed(ProviderError): ...


class PermissionRefused(ProviderError): ...


class ModelNotFound(ProviderError): ...


class RequestRefused(ProviderError):
    """400 and its kin: the request itself is wrong, sending it again changes nothing."""


class ContextLengthExceeded(RequestRefused): ...


class PromptBlocked(RequestRefused):
    """A filter of the provider's stopped the prompt: there is no answer."""


class MissingSignature(RequestRefused):
    """The conversation lacks a signature that the provider put on one of the model's calls."""


class MalformedCall(ProviderError):
    """The model wrote a call, or an answer, that its own provider cannot read; asked again it may do better."""

    retryable = True


class RateLimited(ProviderError):
    retryable = True


class Overloaded(ProviderError):
    retryable = True


class ServerFailed(ProviderError):
    retryable = True


class ConnectionFailed(ProviderError):
    retryable = True


class ProviderTimeout(ProviderError):
    retryable = True


class LocalModelFailed(ProviderError):
    """The embedded model could not be fetched or loaded; trying again at once changes nothing."""


class IncompleteStream(ProviderError):
    """The stream ended without its terminal event: what came is a part, and is kept as one."""

    retryable = True


class GarbledStream(ProviderError):
    """Bytes that are not this API's."""
