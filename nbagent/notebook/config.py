"""The settings of one notebook, where IPython keeps such things: ``%config NbAgent.model = "..."`` and ``ipython_config.py``.

The traits are those of `nbagent.settings.Settings`. A trait that is None was not said here: then JupyterLab's settings
hold, which the page tells each kernel, or else the environment, the config file or the default.
"""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, Enum, Float, Int, List, TraitError, Unicode, default, validate
from traitlets.config import Configurable

from nbagent.errors import ConfigError
from nbagent.settings import NAMES, Found, Settings, checked, find_settings, said_by, unknown_setting

HERE = "%config NbAgent"
PAGE = "JupyterLab's settings"


class NbAgent(Configurable):
    """nbagent in this notebook. None is: not said here; then JupyterLab's settings, NBAGENT_... in the environment, the config file or the default."""

    model = Unicode(None, allow_none=True, help="The model, as provider:model.").tag(config=True)
    base_url = Unicode(None, allow_none=True, help="The server to ask, for compatible APIs.").tag(config=True)
    system = Unicode(None, allow_none=True, help="What the model is told before all else.").tag(config=True)
    params = Dict(None, allow_none=True, help="Parameters for the provider, sent as they are: {'temperature': 0}.").tag(config=True)
    approve = Enum(["ask", "auto", "never"], None, allow_none=True, help="Who decides on calls that need approval.").tag(config=True)
    max_steps = Int(None, allow_none=True, help="At most this many model calls in a run.").tag(config=True)
    max_cost = Float(None, allow_none=True, help="At most this many US dollars in a run.").tag(config=True)
    session_max_cost = Float(None, allow_none=True, help="At most this many US dollars in a session.").tag(config=True)
    retries = Int(None, allow_none=True, help="Attempts after a failure that came before an answer began.").tag(config=True)
    fallback = List(Unicode(), None, allow_none=True, help="The models that are asked, in turn, where the first fails.").tag(config=True)
    rate_limits = Dict(None, allow_none=True, help="What a provider may be asked a minute: {'openai': {'requests': 60, 'tokens': 100_000}}.").tag(config=True)
    stream = Bool(None, allow_none=True, help="Whether an answer is shown as it arrives.").tag(config=True)
    trace = Bool(None, allow_none=True, help="Whether runs are recorded for %trace.").tag(config=True)
    trace_db = Unicode(None, allow_none=True, help="The file where runs are kept, or off; not said: one in the data directory.").tag(config=True)
    prompts = Unicode(None, allow_none=True, help="The folder of prompts with names, looked for here and upwards to the project.").tag(config=True)

    trace_bodies = Enum(
        ["recent", "all", "off"], None, allow_none=True,
        help="What went over the wire, requests and responses: that of the most recent calls is kept in memory, of all in the file, or none (off).",
    ).tag(config=True)  # fmt: skip
    trace_content = Bool(None, allow_none=True, help="Whether the trace keeps texts: prompts, answers, arguments, results.").tag(config=True)

    @default("params")
    def _no_params(self) -> None:  # None as a Dict's own default would be {}
        return None

    @default("fallback")
    def _no_fallback(self) -> None:
        return None

    @default("rate_limits")
    def _no_limits(self) -> None:
        return None

    @validate(*NAMES)
    def _within_limits(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, proposal.value
        if value is None:
            return None
        try:
            return checked(name, value, "NbAgent")
        except ConfigError as error:
            raise TraitError(str(error)) from error

    def said(self) -> dict[str, Found]:
        """The settings that were said here."""
        return {name: Found(value, HERE) for name in NAMES if (value := getattr(self, name)) is not None}


def install(ip: Any) -> NbAgent:
    """Make ``%config NbAgent`` work in this shell; the same object where it does already."""
    here = _installed(ip)
    if here is None:
        here = NbAgent(parent=ip)
        ip.configurables.append(here)
    said_by(lambda: _said(ip))
    return here


def remove(ip: Any) -> None:
    """Undo `install`."""
    said_by(None)
    ip.configurables[:] = [each for each in ip.configurables if not isinstance(each, NbAgent)]


def effective(ip: Any) -> Settings:
    """The settings that hold in this notebook now. Raises `ConfigError` for a config file, a variable or a page's setting that is wrong."""
    return Settings(**{name: found.value for name, found in find_effective(ip).items()})


def find_effective(ip: Any) -> dict[str, Found]:
    """Every setting that holds in this notebook, with where it was said."""
    return find_settings() | _said(ip)


def _said(ip: Any) -> dict[str, Found]:
    """What was said in this notebook, and below it what the page set on the shell, perhaps before nbagent was loaded (labextension/src/core/told.ts)."""
    told, here = getattr(ip, "nbagent_page_settings", {}), _installed(ip)
    for name in told:
        if name not in NAMES:
            raise unknown_setting(name, PAGE)
    page = {name: Found(checked(name, value, PAGE), PAGE) for name, value in told.items()}
    return page if here is None else page | here.said()


def _installed(ip: Any) -> NbAgent | None:
    return next((each for each in ip.configurables if isinstance(each, NbAgent)), None)
