"""What ``--file`` names, as message parts: a variable that holds an image, a document or text, or a path to one.

A path that exists counts before a variable of the same name; whatever the model could not read is said before
anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from nbagent.contents import Readable, contents_of
from nbagent.errors import ConfigError, did_you_mean
from nbagent.prompts import read_file


def attached(word: str, namespace: Mapping[str, Any]) -> list[Readable]:
    """The parts for one ``--file``. Raises `ConfigError`."""
    path = Path(word).expanduser()
    if _is_file(path):
        return [read_file(path, named=f"--file {path}")]
    if word not in namespace:
        raise _nowhere(word, path, namespace)
    value = namespace[word]
    if isinstance(value, PurePath | str) and _is_file(Path(value).expanduser()):
        return [read_file(Path(value).expanduser(), named=f"--file {value}")]
    if isinstance(value, PurePath):
        raise ConfigError(f"--file {word}: there is no file {value}.")
    try:
        return list(contents_of(value).parts)
    except Exception as error:
        raise ConfigError(f"--file {word}: the variable cannot be shown: {type(error).__name__}: {error}.") from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a long text, or one with a null byte, is no path
        return False


def _nowhere(word: str, path: Path, namespace: Mapping[str, Any]) -> ConfigError:
    try:
        beside = [each.name for each in path.parent.iterdir()]
    except OSError:
        beside = []
    hint = did_you_mean(path.name, [*beside, *(name for name in namespace if not name.startswith("_"))])
    return ConfigError(
        f"--file {word}: there is no such file and no such variable.", hint, f"Paths are relative to {Path.cwd()}." if not path.is_absolute() else ""
    )
