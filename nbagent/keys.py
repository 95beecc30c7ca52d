"""Where the keys of providers, and the addresses beside them, are found: given here, the environment, ``.env``, the keyring.

The rule: the first of these places that has one wins. A key is never shown, saved or put into the environment of other
programs; whatever was found is hidden wherever errors and traces hide keys. A ``.env`` cannot send a key away that is not
its own: its addresses hold only for the key that the same file has, or where there is none at all.
"""

from __future__ import annotations

import os
import re
from functools import cache
from getpass import getpass
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec import Struct

from nbagent.errors import ConfigError, MissingExtra, did_you_mean, hide_from_now_on
from nbagent.project import folders

HERE, ENVIRONMENT, KEYRING = "given here", "the environment", "the keyring"
_SERVICE = "nbagent"  # the name that keys have in the keyring


class Named(Struct, frozen=True):
    """The variables of one provider: its keys, the first before the second, and its address."""

    keys: tuple[str, ...]
    address: str = ""


PROVIDERS = {
    "anthropic": Named(("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), "ANTHROPIC_BASE_URL"),
    "openai": Named(("OPENAI_API_KEY",), "OPENAI_BASE_URL"),
    "google": Named(("GEMINI_API_KEY", "GOOGLE_API_KEY"), "GOOGLE_GEMINI_BASE_URL"),
    "groq": Named(("GROQ_API_KEY",), "GROQ_BASE_URL"),
    "mistral": Named(("MISTRAL_API_KEY",), "MISTRAL_BASE_URL"),
    "deepseek": Named(("DEEPSEEK_API_KEY",), "DEEPSEEK_BASE_URL"),
    "xai": Named(("XAI_API_KEY",), "XAI_BASE_URL"),
    "openrouter": Named(("OPENROUTER_API_KEY",), "OPENROUTER_BASE_URL"),
    "azure": Named(("AZURE_OPENAI_API_KEY",), "AZURE_OPENAI_ENDPOINT"),
    "bedrock": Named(("AWS_BEARER_TOKEN_BEDROCK",)),
    "vertex": Named(("GOOGLE_API_KEY",)),  # its sign-in is of the machine: no file of a folder says where that goes
    "ollama": Named(("OLLAMA_API_KEY",), "OLLAMA_HOST"),
}
"""The providers that take a key; another API of the same vendor takes the same one."""

_KEYS = frozenset(name for each in PROVIDERS.values() for name in each.keys)
_BESIDE = {each.address: each.keys for each in PROVIDERS.values() if each.address}
_given: dict[str, str] = {}
_kept: dict[str, str] = {}  # what the keyring said, '' for nothing: it may ask a person each time
_silent: list[str] = []  # why the keyring says nothing


class Found(Struct, frozen=True):
    """A variable that was found: its name and the place, and the value, which no `repr` shows."""

    name: str
    value: str
    place: str

    def __repr__(self) -> str:
        return f"Found({self.name!r}, {self.masked!r}, {self.place!r})"

    @property
    def masked(self) -> str:
        """Enough to tell one key from another."""
        return f"{self.value[:3]}...{self.value[-4:]}" if len(self.value) >= 20 else "..."


def find(*names: str) -> Found | None:
    """The first of these variables that is set: given here, in the environment, in a ``.env`` or in the keyring; a place before the next."""
    for place in (_from_here, _from_environment, _from_file, _from_keyring):
        for name in names:
            if (found := place(name)) is not None:
                if name in _KEYS:
                    hide_from_now_on(found.value)
                return found
    return None


def value(name: str) -> str:
    """What a variable says, wherever it is said; '' where it is nowhere."""
    found = find(name)
    return found.value if found else ""


def address(name: str, *, key_given: bool) -> str:
    """What the variable of an address says; '' where it is nowhere. With a key that was given in code, a ``.env`` does not say where it goes."""
    found = find(name)
    return found.value if found and not (key_given and found.place != ENVIRONMENT) else ""


def hide_those_of_files() -> None:
    """Hide the keys of the ``.env`` files from now on, before one of them was asked for: a prompt may hold it."""
    for path in files():
        for name, said in _read(path, path.stat().st_mtime_ns).items():
            if name in _KEYS:
                hide_from_now_on(said)


def variables(provider: str) -> Named:
    """The variables of a provider. Raises `ConfigError` for one that takes no key."""
    name = provider.rstrip(":")
    for whole in (name, name.removesuffix("-chat"), name.removesuffix("-responses"), name.removesuffix("-anthropic")):
        if whole in PROVIDERS:
            return PROVIDERS[whole]
    raise ConfigError(f"No key is known for a provider {provider!r}.", did_you_mean(name, [*PROVIDERS]), "Keys are for: " + ", ".join(PROVIDERS) + ".")


def set_key(provider: str, key: str | None = None, *, keep: bool = False) -> None:
    """Say the key of a provider for this process: ``set_key("anthropic")`` asks for it, and shows nothing of what is typed.

    It counts before every other place. With `keep` it goes into this machine's keyring too, for other notebooks. Raises
    `ConfigError` for what is no key, or where nobody can be asked, and `MissingExtra`.
    """
    name = variables(provider).keys[0]
    if keep:
        _keyring()  # before a person types for nothing
    try:
        typed = (getpass(f"{name}: ") if key is None else key).strip()
    except (NotImplementedError, EOFError, OSError) as error:
        raise ConfigError(f"Nobody can be asked for {name} here.", "This notebook runs without a person.", f"Set {name} in the environment.") from error
    if not typed:
        raise ConfigError("Nothing was typed.", f"{name} is as it was.")
    if not (typed.isascii() and typed.isprintable()) or " " in typed:
        raise ConfigError("That is no key.", "It has spaces, line breaks or letters that no key has.")
    hide_from_now_on(typed)
    if keep:
        _asked(lambda ring: ring.set_password(_SERVICE, name, typed))
        _kept[name] = typed
    _given[name] = typed


def forget_key(provider: str) -> list[str]:
    """Take a provider's key out of this process and the keyring; returns the places that had one. The environment and ``.env`` are not ours."""
    left = []
    for name in variables(provider).keys:
        if _given.pop(name, None):
            left.append(HERE)
        if _from_keyring(name) is not None:
            _asked(lambda ring, name=name: ring.delete_password(_SERVICE, name))
            _kept.pop(name, None)
            left.append(KEYRING)
    return list(dict.fromkeys(left))


def why_no_keyring() -> str:
    """Why the keyring has nothing to say, '' where it was asked and answered, or was not asked yet."""
    return _silent[-1] if _silent else ""


# --- the places --------------------------------------------------------------------------------------------------------


def _from_here(name: str) -> Found | None:
    return Found(name, _given[name], HERE) if name in _given else None


def _from_environment(name: str) -> Found | None:
    said = os.environ.get(name, "").strip()
    return Found(name, said, ENVIRONMENT) if said else None


def _from_file(name: str) -> Found | None:
    if name not in _KEYS and name not in _BESIDE:
        return None
    for path in files():
        if said := _read(path, path.stat().st_mtime_ns).get(name, ""):
            if name in _BESIDE and (key := find(*_BESIDE[name])) is not None and key.place != str(path):
                continue
            return Found(name, said, str(path))
    return None


def files() -> list[Path]:
    """The ``.env`` files that count, the nearest first: of the folders of `project.folders`."""
    return [path for folder in folders() if (path := folder / ".env").is_file() and os.access(path, os.R_OK)]


_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(?:"((?:\\.|[^"\\\n])*)"|'([^'\n]*)'|([^\s#'"][^\n]*?)?)[ \t]*(?:(?:^|[ \t])\#[^\n]*)?$""",
    re.MULTILINE,
)


@cache
def _read(path: Path, changed: int) -> dict[str, str]:  # noqa: ARG001  a file that was changed is read again
    """The lines of a ``.env`` that are a provider's; nothing else of it is looked at, or kept."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    found = {}
    for line in _LINE.finditer(text.replace("\r\n", "\n")):
        name, double, single, plain = line.groups()
        if name in _KEYS or name in _BESIDE:
            found[name] = (re.sub(r"\\(.)", r"\1", double) if double is not None else single if single is not None else plain or "").strip()
    return found


def _from_keyring(name: str) -> Found | None:
    if name not in _KEYS:
        return None
    if name not in _kept:
        try:
            _kept[name] = _asked(lambda ring: ring.get_password(_SERVICE, name)) or ""
        except ConfigError as error:  # an optional place: `why_no_keyring` tells
            _silent.append(error.what)
            _kept[name] = ""
    return Found(name, _kept[name], KEYRING) if _kept[name] else None


def _asked(question: Any) -> Any:
    ring = _keyring()
    try:
        return question(ring)
    except ring.errors.KeyringError as error:
        raise ConfigError(f"This machine's keyring does not answer: {type(error).__name__}.", str(error).split("\n")[0][:200]) from error


def _keyring() -> Any:
    """The module, imported when it is first asked. Raises `MissingExtra`."""
    try:
        ring = import_module("keyring")
        import_module("keyring.errors")
    except ImportError as error:
        raise MissingExtra("The keyring needs the package keyring.", mend='pip install "nbagent[keyring]"') from error
    return ring
