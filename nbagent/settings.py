"""What holds where nothing else is said: built-in defaults, below the config file, below ``NBAGENT_...`` in the environment, below
what the notebook says (``%config NbAgent``), for its cells and for agents in Python alike.

Read when it is asked for, never kept. A setting that is wrong is an error that names the file and line, or the variable.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
from msgspec import Meta, Struct

from nbagent import keys
from nbagent.errors import ConfigError, did_you_mean

Count = Annotated[int, Meta(ge=1)]
Dollars = Annotated[float, Meta(gt=0)]


class RateLimits(TypedDict, total=False):
    """What one provider may be asked a minute."""

    requests: Annotated[float, Meta(gt=0)]
    tokens: Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The defaults of sessions that do not say otherwise.

    `max_cost` bounds a run and `session_max_cost` a session, in US dollars. `approve` is who decides on calls that
    need approval: a person (``ask``), always yes (``auto``) or always no (``never``). `retries` are the attempts after
    a failure that came before the first part of an answer. `params` go to the provider as they are. `fallback` are the
    models that are asked, in turn, where the first fails, and `rate_limits` what a provider may be asked a minute:
    ``{"openai": {"requests": 60, "tokens": 100_000}}``. They hold for what the magics run. `trace_db` is the
    file where the runs of notebooks are kept beside the kernel's memory (or PostgreSQL's URL, or ``off``); None is the one in the
    user's data directory. Without `trace` there is no trace at all, without `trace_content` no text in it; `trace_bodies` says
    of which calls what went over the wire is kept: the ``recent`` ones, in memory, ``all``, in the file, or none (``off``). `prompts` is the
    folder of prompts with names (`nbagent.templates`). A key is no setting: `keys.find` says
    where it is looked for, or it is given to `Agent(api_key=...)`; neither is saved or shown.
    """

    model: str | None = None
    base_url: str | None = None
    system: str = ""
    params: dict[str, Any] = {}
    approve: Literal["ask", "auto", "never"] = "ask"
    max_steps: Count = 20
    max_cost: Dollars | None = None
    session_max_cost: Dollars | None = None
    retries: Annotated[int, Meta(ge=0)] = 4
    fallback: list[str] = []
    rate_limits: dict[str, RateLimits] = {}
    stream: bool = True
    trace: bool = True
    trace_db: str | None = None
    trace_bodies: Literal["recent", "all", "off"] = "recent"
    trace_content: bool = True
    prompts: Annotated[str, Meta(min_length=1)] = "prompts"


TAKES = {
    "model": "text, as provider:model",
    "base_url": "text, a URL",
    "system": "text",
    "params": "a table, as JSON where it is a variable",
    "approve": "ask, auto or never",
    "max_steps": "a whole number, 1 or more",
    "max_cost": "a number above 0",
    "session_max_cost": "a number above 0",
    "retries": "a whole number, 0 or more",
    "fallback": "a list of models, as provider:model",
    "rate_limits": "a table of providers, each with requests and tokens a minute",
    "stream": "true or false",
    "trace": "true or false",
    "trace_db": "a path, or off",
    "trace_bodies": "recent, all or off",
    "trace_content": "true or false",
    "prompts": "the name or the path of a folder",
}
"""What each setting takes, in words for errors."""

NAMES = tuple(TAKES)
_TYPES = {field.name: field.type for field in msgspec.structs.fields(Settings)}


class Found(NamedTuple):
    """A setting's value and where it was said: ``default``, a file with its line, or an environment variable."""

    value: Any
    source: str


class KeyedProvider(NamedTuple):
    """A provider that works as soon as its key is in the environment, and the small model that is its default."""

    provider: str
    key: str
    small_model: str
    url_variable: str

    @property
    def spec(self) -> str:
        return f"{self.provider}:{self.small_model}"


KEYED = (
    KeyedProvider("anthropic", "ANTHROPIC_API_KEY", "claude-haiku-5-5", "ANTHROPIC_BASE_URL"),
    KeyedProvider("openai", "OPENAI_API_KEY", "gpt-6-luna", "OPENAI_BASE_URL"),
    KeyedProvider("google", "GEMINI_API_KEY", "gemini-3.5-flash-lite", "GOOGLE_GEMINI_BASE_URL"),
    KeyedProvider("groq", "GROQ_API_KEY", "openai/gpt-oss-20b", "GROQ_BASE_URL"),
    KeyedProvider("mistral", "MISTRAL_API_KEY", "mistral-small-2603", "MISTRAL_BASE_URL"),
    KeyedProvider("deepseek", "DEEPSEEK_API_KEY", "deepseek-flash", "DEEPSEEK_BASE_URL"),
    KeyedProvider("xai", "XAI_API_KEY", "grok-4-1-fast-non-reasoning", "XAI_BASE_URL"),
    KeyedProvider("openrouter", "OPENROUTER_API_KEY", "openai/gpt-6-luna", "OPENROUTER_BASE_URL"),
)
EMBEDDED = "local:"

_notebooks: list[Callable[[], Mapping[str, Found]]] = []  # what says the settings of the notebook that this kernel serves


def said_by(notebook: Callable[[], Mapping[str, Found]] | None) -> None:
    """From now on these settings count before all others; None: no notebook says any."""
    _notebooks[:] = [] if notebook is None else [notebook]


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this machine and environment. Raises `ConfigError`."""
    return Settings(**{name: found.value for name, found in find_settings(environ).items()})


def find_settings(environ: Mapping[str, str] | None = None) -> dict[str, Found]:
    """Every setting with where its value comes from, as ``%nbagent config`` shows it. With `environ` it is as if that were the
    environment and there were no notebook. Raises `ConfigError`."""
    notebook = _notebooks[0]() if _notebooks and environ is None else {}
    environ = os.environ if environ is None else environ
    found = {name: Found(value, "default") for name, value in msgspec.structs.asdict(Settings()).items()}
    path = config_path(environ)
    found |= _from_file(path, must_exist="NBAGENT_CONFIG" in environ)
    for name in NAMES:
        variable = f"NBAGENT_{name.upper()}"
        if environ.get(variable):
            found[name] = Found(_from_variable(variable, environ[variable], name), variable)
    return found | dict(notebook)


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """The config file, which need not exist: ``NBAGENT_CONFIG``, or ``config.toml`` in the user's config folder."""
    named = (os.environ if environ is None else environ).get("NBAGENT_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("nbagent", appauthor=False) / "config.toml"


def default_model(environ: Mapping[str, str] | None = None, settings: Settings | None = None) -> tuple[str, str]:
    """The model of an agent that names none, and a quiet line on why it is that one ('' where it was configured).

    The configured one; else the small default of the only provider whose key is found (`keys.find`, or in `environ`); without
    a key the embedded model. Raises `ConfigError` with the choices where there are several keys: nobody is to pay by surprise.
    """
    settings = settings or load_settings(environ)
    said = keys.value if environ is None else lambda name: environ.get(name, "")
    if settings.model:
        return settings.model, ""
    if settings.base_url:
        raise _names_no_model(settings.base_url, "openai-chat")
    keyed = [each for each in KEYED if said(each.key)]
    if not keyed:
        return EMBEDDED, "No model is configured and no provider's key is found: the small embedded model answers."
    if len(keyed) > 1:
        raise ConfigError(
            f"No model is configured, and there are keys of {len(keyed)} providers: {', '.join(each.key for each in keyed)}.",
            "Which of them is to be used, and paid, is yours to say.",
            f'Choose: {", ".join(f"-m {each.spec}" for each in keyed)} or -m {EMBEDDED}; for good with %config NbAgent.model = "..." or NBAGENT_MODEL.',
        )
    only = keyed[0]
    if url := said(only.url_variable):
        raise _names_no_model(url, only.provider)
    return only.spec, f"No model is configured; {only.key} is set, so it is {only.provider}'s small default {only.small_model}."


def configured_server(model: Any) -> str | None:
    """The configured address where it is for this model (`of_one_provider`; None is the configured one); None: the provider's own.

    Raises `ConfigError`.
    """
    settings = load_settings()
    return settings.base_url if model is None or of_one_provider(model, settings.model) else None


def model_source() -> str:
    """Where the model was configured; '' where none was. Raises `ConfigError`."""
    model = find_settings()["model"]
    return model.source if model.value else ""


def of_one_provider(asked: Any, configured: Any) -> bool:
    """Whether a server and a key that were configured for one model are for another one, too: a key, and what is written, go to
    nobody whom they were not meant for. Where no model was configured they are for ``openai-chat:``."""
    if asked is configured:
        return True
    names = [model.partition(":")[0] if isinstance(model, str) else "openai-chat" if model is None else None for model in (asked, configured)]
    return names[0] is not None and names[0] == names[1]


def _names_no_model(url: str, provider: str) -> ConfigError:
    return ConfigError(
        f"No model is configured, and requests go to {re.sub('//[^/@]*@', '//', url)}.",
        "Which models that server has is not known here.",
        f"Name one: -m {provider}:... in the cell, or NBAGENT_MODEL.",
    )


def checked(name: str, value: Any, where: str, *, strict: bool = True) -> Any:
    """A value as this setting's type. Raises `ConfigError` that says what the setting takes."""
    try:
        return msgspec.convert(value, _TYPES[name], strict=strict)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {name} takes {TAKES[name]}, not {value!r}.") from error


def unknown_setting(name: str, where: str) -> ConfigError:
    """The error for a setting that there is not."""
    return ConfigError(f"{where}: there is no setting {name!r}.", did_you_mean(name, [*NAMES]), "Settings: " + ", ".join(NAMES) + ".")


def _from_variable(variable: str, text: str, name: str) -> Any:
    value: Any = text
    if name in ("params", "fallback", "rate_limits"):
        try:
            value = json.loads(text)
        except ValueError:
            value = text.split(",") if name == "fallback" else text  # no table either, which the check below says
    return checked(name, value, f"The environment variable {variable}", strict=False)


def _from_file(path: Path, *, must_exist: bool) -> dict[str, Found]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        if must_exist:
            raise ConfigError(f"There is no config file {path}.", "NBAGENT_CONFIG names it.", "Correct the variable, or unset it.") from error
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The config file {path} cannot be read: {error}.") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The config file {path} is not TOML: {error}.", mend='A line is like: model = "anthropic:claude-haiku-5-5"') from error
    return {name: _from_table(path, text, name, value) for name, value in table.items()}


def _from_table(path: Path, text: str, name: str, value: Any) -> Found:
    where = _place(path, text, name)
    if name not in NAMES:
        raise unknown_setting(name, where)
    return Found(checked(name, value, where), where)


def _place(path: Path, text: str, name: str) -> str:
    """The file and the line where a top-level key or table stands."""
    spelled = rf"(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')"
    start = re.search(rf"^[ \t]*(?:{spelled}[ \t]*[.=]|\[+[ \t]*{spelled}[ \t]*[.\]])", text, re.MULTILINE)
    return f"{path}, line {text.count(chr(10), 0, start.start()) + 1}" if start else str(path)
