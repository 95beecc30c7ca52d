"""Where the keys of providers, and the addresses beside them, are found: given here, the environment, ``.env``, the keyring.

The rule: the first of these places that has one wins. A key is never shown, saved or put into the environment of other
programs; whatever was found is hidden wherever errors and traces hide keys. A ``.env`` cannot send a key away that is not
its own: its addresses hold only for the key that the same file has, or where there is none at all.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from contextlib import suppress
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
_waiting: list[threading.Event] = []  # for the keyring
_PATIENCE = 5.0  # seconds for the keyring: it may be asked where all runs wait


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
    for path, changed in _files():
        for name, said in _read(path, changed).items():
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
    for path, changed in _files():
        if said := _read(path, changed).get(name, ""):
            if name in _BESIDE and (key := find(*_BESIDE[name])) is not None and key.place != str(path):
                continue
            return Found(name, said, str(path))
    return None


def files() -> list[Path]:
    """The ``.env`` files that count, the nearest first: of the folders of `project.folders`."""
    return [path for path, _ in _files()]


def _files() -> list[tuple[Path, int]]:
    """Each with when it was changed. What is no plain file (a pipe, a device) is none, and may be gone at any moment."""
    found = []
    for folder in folders():
        path = folder / ".env"
        with suppress(OSError):
            about = path.stat()
            if stat.S_ISREG(about.st_mode) and os.access(path, os.R_OK):
                found.append((path, about.st_mtime_ns))
    return found


_HEAD = re.compile(r"(?:export[ \t]+)?([A-Z][A-Z0-9_]*)")
_QUOTED = re.compile(r"""(?:"((?:\\.|[^"\\])*)"|'([^']*)')[ \t]*(?:(?<=[ \t])\#.*)?""")
_COMMENT = re.compile(r"[ \t]\#")
_LARGEST = 1_000_000  # bytes: no more of a file is read, whatever calls itself .env


@cache
def _read(path: Path, changed: int) -> dict[str, str]:  # noqa: ARG001  a file that was changed is read again
    """The lines of a ``.env`` that are a provider's; nothing else of it is looked at, or kept. {} where it can no longer be read."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8-sig", "replace")
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        head, sign, rest = line.partition("=")
        name = _HEAD.fullmatch(head.strip(" \t")) if sign else None
        if name is not None and (name[1] in _KEYS or name[1] in _BESIDE) and (said := _said(rest.strip(" \t"))) is not None:
            found[name[1]] = said
    return found


def _said(written: str) -> str | None:
    """What stands behind the ``=`` of a line, without quotes and remarks; None where its quotes are not in order."""
    if written[:1] in ("'", '"'):
        quoted = _QUOTED.fullmatch(written)
        if quoted is None:
            return None
        return (re.sub(r"\\(.)", r"\1", quoted[1]) if quoted[1] is not None else quoted[2]).strip()
    return "" if written.startswith("#") else _COMMENT.split(written, maxsplit=1)[0].strip()


def _from_keyring(name: str) -> Found | None:
    if name not in _KEYS:
        return None
    if name not in _kept:
        _ask_keyring(name)
    said = _kept.get(name, "")
    return Found(name, said, KEYRING) if said else None


def _ask_keyring(name: str) -> None:
    """Keep what the keyring says, or why it says nothing: it is an optional place, and `why_no_keyring` tells. It may ask a person, or
    hang: it is waited for once, and whatever it says later counts from then on."""
    if any(not each.is_set() for each in _waiting):
        return
    answered = threading.Event()

    def ask() -> None:
        try:
            said = _asked(lambda ring: ring.get_password(_SERVICE, name))
            _kept[name] = said if isinstance(said, str) else ""
        except ConfigError as error:
            _silent.append(f"{error.what} {error.mend}".strip())
            _kept[name] = ""
        finally:
            answered.set()

    threading.Thread(target=ask, name="nbagent-keyring", daemon=True).start()
    if not answered.wait(_PATIENCE):
        _waiting[:] = [answered]
        _silent.append(f"This machine's keyring did not answer in {_PATIENCE:g} s; it counts when it does.")


def _asked(question: Any) -> Any:
    ring = _keyring()
    try:
        return question(ring)
    except (Exception, SystemExit) as error:  # backends are anybody's
        raise ConfigError(f"This machine's keyring does not answer: {type(error).__name__}.", str(error).split("\n")[0][:200]) from error


def _keyring() -> Any:
    """The module, imported when it is first asked. Raises `MissingExtra`."""
    try:
        ring = import_module("keyring")
        import_module("keyring.errors")
    except ImportError as error:
        raise MissingExtra("The keyring needs the package keyring.", mend='pip install "nbagent[keyring]"') from error
    return ring
