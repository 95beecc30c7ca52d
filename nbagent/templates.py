"""Prompts with a name: files in a folder, with what stands above their text: a description, a model, variables.

The rule: a file is read when it is asked for, and what is wrong in it is said with its name before anything is sent. A prompt
that was made of one carries its name and version into the trace.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from nbagent.errors import ConfigError, PromptError, did_you_mean
from nbagent.messages import Message
from nbagent.project import folders
from nbagent.settings import config_path, load_settings
from nbagent.template import names_in, render

LARGEST = 1_000_000
"""Bytes of a template's file."""

ENDINGS = (".md", ".txt", ".jinja", ".jinja2", ".j2", ".prompt")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class Variable(Struct, frozen=True, forbid_unknown_fields=True):
    """What a prompt takes: what it is for, and its value where none is given (none: it must be)."""

    about: str = ""
    default: Any = msgspec.UNSET


class Front(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand above a prompt's text, between two lines of ``---``, as YAML."""

    description: str = ""
    version: str | int | float | None = None
    model: str | None = None
    system: str | None = None
    params: dict[str, Any] = {}
    output_type: str | None = None
    variables: dict[str, Variable | str | None] | list[str] = {}


class NamedPrompt(Struct, frozen=True):
    """A prompt that was made of a template, for `Session.run`: its message, and the template's name and version, which the trace keeps."""

    message: Message
    name: str
    version: str


class PromptTemplate(Struct, frozen=True):
    """A prompt's template. `version` is the one that its file says, or else 8 hex digits of its text; `output_type` is the name of a type."""

    name: str
    text: str
    path: Path
    version: str
    description: str = ""
    model: str | None = None
    system: str | None = None
    params: dict[str, Any] = {}
    output_type: str | None = None
    variables: dict[str, Variable] = field(default_factory=dict)

    def fill(self, values: Mapping[str, Any] | None = None, *, around: Mapping[str, Any] | None = None, more: Iterable[Any] = ()) -> NamedPrompt:
        """The prompt with these values, else those of the names `around` it, else the defaults; the parts in `more` stand below it.

        Raises `PromptError`, which names each variable that has no value and each value that has no variable.
        """
        values = values or {}
        if unknown := [name for name in values if name not in self.variables]:
            hint = did_you_mean(unknown[0], [*self.variables]) or f"It takes {_listed(self.variables) or 'none'}."
            raise PromptError(f"The prompt {self.name!r} has no variable {unknown[0]!r}.", hint, f"Its file is {self.path}.")
        defaults = {name: each.default for name, each in self.variables.items() if each.default is not msgspec.UNSET}
        known = {**defaults, **{name: value for name, value in (around or {}).items() if name in self.variables}, **values}
        if missing := [name for name in self.variables if name not in known]:
            about = "; ".join(f"{name}: {self.variables[name].about}" for name in missing if self.variables[name].about)
            raise PromptError(f"The prompt {self.name!r} needs {_listed(missing)}.", about, f"Give it a value: {missing[0]}=...")
        made = render(self.text, known, place=f"the prompt {self.name!r}")
        return NamedPrompt(Message("user", (*made.parts, *more)), self.name, self.version)


def prompt(name: str, /, **values: Any) -> NamedPrompt:
    """A prompt by its name, filled: ``session.run(nbagent.prompt("summary", text=article))``.

    Values are what a cell's ``{{ }}`` takes: text, tables, figures. Raises `ConfigError` for a name that there is not, and
    `PromptError` for a value that is missing.
    """
    return prompt_template(name).fill(values)


def prompt_template(name: str) -> PromptTemplate:
    """The template of this name. Raises `ConfigError`, with the closest names."""
    if not isinstance(name, str):
        raise ConfigError(f"{name!r} is no prompt's name.", "It is a text: the name of its file without the ending.")
    places = prompt_folders()
    for folder in places:
        for path in _files(folder):
            if path.stem == name:
                return _read(path)
    known = [path.stem for folder in places for path in _files(folder)]
    why = did_you_mean(name, known) or (f"There are: {', '.join(dict.fromkeys(known))}." if known else "There are none yet.")
    raise ConfigError(f"There is no prompt {name!r}.", why, f"Its file would be {_wanted() / name}.md")


def prompt_templates() -> list[PromptTemplate]:
    """All templates, by name; a nearer folder's hides a farther one's of the same name. Raises `ConfigError` for a file that is wrong."""
    found: dict[str, Path] = {}
    for folder in prompt_folders():
        for path in _files(folder):
            found.setdefault(path.stem, path)
    return [_read(found[name]) for name in sorted(found)]


def prompt_names() -> list[str]:
    """The names alone, no file being read."""
    return sorted({path.stem for folder in prompt_folders() for path in _files(folder)})


def prompt_folders() -> list[Path]:
    """Where templates are looked for, the nearest first: the folder of the setting `prompts` in the notebook's folder and in those
    above it up to the project's top, and beside the config file; where the setting is a whole path, there alone."""
    named = Path(load_settings().prompts).expanduser()
    return [named] if named.is_absolute() else [*(folder / named for folder in folders()), config_path().parent / named]


def _wanted() -> Path:
    return prompt_folders()[0]


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and path.is_file() and not path.name.startswith("."))
    except OSError:
        return []


def _read(path: Path) -> PromptTemplate:
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise ConfigError(f"The prompt {path} has {size:,} bytes.", f"A prompt has at most {LARGEST:,}.", "What it is about goes in as a variable.")
        whole = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The prompt {path} cannot be read: {error}.", mend="It is text in UTF-8.") from error
    found = _FRONT.match(whole)
    front, text = (_front(found[1], path), whole[found.end() :]) if found else (Front(), whole)
    text = text.strip("\n")
    if not text.strip():
        raise ConfigError(f"The prompt {path} has no text.")
    said = dict.fromkeys(front.variables) if isinstance(front.variables, list) else front.variables
    variables = {name: each if isinstance(each, Variable) else Variable(each or "") for name, each in said.items()}
    for name in names_in(text, place=f"the prompt {path.stem!r}"):
        variables.setdefault(name, Variable())
    version = hashlib.sha256(whole.encode()).hexdigest()[:8] if front.version is None else str(front.version)
    return PromptTemplate(
        path.stem, text, path, version, front.description, front.model, front.system, front.params, front.output_type, variables,
    )  # fmt: skip


def _front(text: str, path: Path) -> Front:
    import yaml

    try:
        return msgspec.convert(yaml.safe_load(text) or {}, Front)
    except msgspec.ValidationError as error:
        names = ", ".join(Front.__struct_fields__)
        raise ConfigError(f"What stands above the prompt {path} is not understood.", str(error), f"It may say: {names}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # the last two of a day 2025-13-45, and of a thousand brackets
        raise ConfigError(
            f"What stands above the prompt {path} is not YAML.", " ".join(str(error).split())[:200], "A text with a colon in it goes into quotes."
        ) from error


def _listed(names: Iterable[str]) -> str:
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
