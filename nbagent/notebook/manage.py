"""What ``%nbagent`` answers: tables of what there is, and the few verbs that put it in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError, redact
from nbagent.notebook import desk_commands, desk_sessions
from nbagent.notebook.desk import Desk
from nbagent.notebook.model_table import models_table
from nbagent.notebook.options import COMMANDS, NbagentOptions
from nbagent.observers.kept import default_path, shown

if TYPE_CHECKING:
    import pandas as pd


def table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Rows as a DataFrame that is shown whole, and has its columns also when it is empty."""
    from nbagent.notebook.shown_tables import ShownTable

    return ShownTable(list(rows), columns=list(columns))


def manage(ip: Any, desk: Desk, options: NbagentOptions) -> Any:
    """``%nbagent COMMAND``."""
    verbs: dict[str, Callable[[], Any]] = {
        "": lambda: table(({"command": name, "does": text} for name, text in COMMANDS.items()), ("command", "does")),
        "models": lambda: models_table(options.words),
        "pull": lambda: _pull(ip, options.words),
        "tools": lambda: desk_commands.tools(desk, options.words),
        "sessions": lambda: desk_commands.sessions(desk, options.words),
        "config": lambda: _config(ip),
        "prompts": lambda: _prompts(options.words),
        "reset": lambda: _reset(desk, options.words),
        "local": lambda: _local(options.words),
        "doctor": _doctor,
        "key": lambda: _key(options.words),
    }
    return verbs[options.command]()


def _pull(ip: Any, words: tuple[str, ...]) -> None:
    from nbagent.notebook.config import effective
    from nbagent.notebook.pull import pull

    if len(words) != 1:
        raise ConfigError("%nbagent pull takes one model, as provider:model.", mend="%nbagent pull ollama:qwen3:4b")
    provider = effective(ip).model
    same = provider is not None and provider.partition(":")[0] == words[0].partition(":")[0]
    pull(words[0], effective(ip).base_url if same else None)


def _config(ip: Any) -> pd.DataFrame:
    from nbagent.notebook.config import NbAgent, find_effective

    found, about = find_effective(ip), NbAgent.class_traits()
    if found["trace_db"].value is None:
        found["trace_db"] = found["trace_db"]._replace(value=shown(default_path()))
    rows = [
        {"setting": name, "value": redact(value) if isinstance(value, str) else value, "said_in": said, "about": about[name].help}
        for name, (value, said) in found.items()
    ]
    return table(rows, ("setting", "value", "said_in", "about"))


def _reset(desk: Desk, words: tuple[str, ...]) -> None:
    for name in words or tuple(desk.sessions):
        desk_sessions.reset(desk, name)


def _local(words: tuple[str, ...]) -> Any:
    if words not in ((), ("stop",)):
        raise ConfigError(f"%nbagent local has no verb {' '.join(words)!r}.", mend="There is %nbagent local, and %nbagent local stop.")
    from nbagent.providers.local import adapter as local

    if words:
        local.stop()
    return table(({"what": name, "value": value} for name, value in local.status().items()), ("what", "value"))


def _doctor() -> pd.DataFrame:
    from nbagent.notebook.doctor import checks

    return table(checks(), ("check", "ok", "detail"))


def _key(words: tuple[str, ...]) -> pd.DataFrame | None:
    from nbagent.notebook.doctor import key_command, key_rows

    if not words:
        return table(key_rows(), ("provider", "variable", "found_in", "key"))
    print(key_command(words))  # noqa: T201  for a person
    return None


def _prompts(words: tuple[str, ...]) -> pd.DataFrame | None:
    from nbagent.notebook.named import prompt_page, prompts_table

    if not words:
        return prompts_table()
    for name in words:
        print(prompt_page(name))  # noqa: T201  for a person
    return None
