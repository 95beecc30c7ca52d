"""``%nbagent doctor`` and ``%nbagent key``: what works on this machine, what is missing, and where each key was found.

The rule: nothing leaves this machine. A key is shown by a few letters; a cloud's sign-in is looked for in the files and
variables where its own tools leave it, and no server but this machine's own is asked.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from IPython import get_ipython

from nbagent import keys
from nbagent.errors import ConfigError, NbagentError, redact
from nbagent.notebook.model_table import model_variables
from nbagent.provider import split_spec
from nbagent.settings import EMBEDDED, Found, default_model, find_settings

_WAIT = 1.0  # seconds for a server of this machine to answer

Row = dict[str, Any]
"""`check`, `ok` and `detail`."""


def checks() -> list[Row]:
    """Every check, a row each."""
    return [*_packages(), *_provider_keys(), _aws(), _google_cloud(), _ollama(), _embedded(), *_server()]


def key_rows() -> list[Row]:
    """Each provider's key: its variable, where it was found and how it begins and ends, or that there is none."""
    rows = []
    for provider, named in keys.PROVIDERS.items():
        found = keys.find(*named.keys)
        rows.append(
            {
                "provider": provider,
                "variable": found.name if found else named.keys[0],
                "found_in": found.place if found else None,
                "key": found.masked if found else f"not set: %nbagent key {provider}",
            }
        )
    return rows


def key_command(words: tuple[str, ...]) -> str:
    """``%nbagent key PROVIDER [keyring | forget]``: what was done, in a sentence. Raises `ConfigError`."""
    if len(words) == 2 and words[0] in ("keyring", "forget"):
        words = words[1], words[0]
    provider, *verb = words
    if len(verb) > 1 or (verb and verb[0] not in ("keyring", "forget")):
        raise ConfigError(f"%nbagent key has no verb {' '.join(verb)!r}.", mend="It is %nbagent key PROVIDER, with keyring or forget behind it where wanted.")
    name = keys.variables(provider).keys[0]
    if verb == ["forget"]:
        left = keys.forget_key(provider)
        still = keys.find(*keys.variables(provider).keys)
        return (f"Forgotten: {name}, {' and '.join(left)}." if left else f"{name} was neither given here nor in the keyring.") + (
            f" {still.name} of {still.place} counts." if still else ""
        )
    keys.set_key(provider, keep=bool(verb))
    return f"{name} is known in this kernel" + (", and is in this machine's keyring for others." if verb else "; it goes with the kernel.")


def _packages() -> Iterator[Row]:
    yield {"check": "Python", "ok": sys.version_info >= (3, 11), "detail": sys.version.split()[0]}
    for package in ("nbagent", "ipykernel", "ipython", "ipywidgets", "anywidget", "jupyterlab", "openai", "anthropic"):
        try:
            yield {"check": package, "ok": True, "detail": version(package)}
        except PackageNotFoundError:
            where = "in another environment than the kernel, which is fine" if package == "jupyterlab" else "not installed"
            yield {"check": package, "ok": package == "jupyterlab", "detail": where}


def _provider_keys() -> Iterator[Row]:
    for provider, named in keys.PROVIDERS.items():
        if provider in ("bedrock", "vertex", "ollama"):  # which have other ways in: their own rows say
            continue
        found, address = keys.find(*named.keys), keys.find(named.address) if named.address else None
        said = f"{found.name} of {found.place} ({found.masked})" if found else f"{named.keys[0]} is not set: %nbagent key {provider}"
        goes = f"; requests go to {redact(address.value)} ({address.name} of {address.place})" if address else ""
        yield {"check": f"{provider} key", "ok": found is not None, "detail": said + goes}
    if why := keys.why_no_keyring():
        yield {"check": "keyring", "ok": False, "detail": f"optional: {why}"}


def _aws() -> Row:
    """Whether AWS's own tools are signed in here; roles that a machine in the cloud has are asked for by the first request, not here."""
    row: Row = {"check": "AWS sign-in (bedrock)", "ok": False}
    if token := keys.find("AWS_BEARER_TOKEN_BEDROCK"):
        return row | {"ok": True, "detail": f"{token.name} of {token.place} ({token.masked}); {_region()}"}
    if importlib.util.find_spec("botocore") is None:
        return row | {"detail": 'pip install "nbagent[bedrock]"'}
    session: Any = import_module("botocore.session").Session()
    try:
        resolver = session.get_component("credential_provider")
        for asks in ("custom-process", "container-role", "iam-role"):  # they run a program, or ask the network
            resolver.remove(asks)
        found = resolver.load_credentials()
    except import_module("botocore.exceptions").BotoCoreError as error:
        return row | {"detail": f"AWS's files cannot be used: {error}"}
    if found is None:
        return row | {"detail": "no variables, profile or sign-in found: aws sso login, aws configure, or %nbagent key bedrock"}
    return row | {"ok": True, "detail": f"found by {found.method}; {_region(session)}"}


def _region(session: Any = None) -> str:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or (session and session.get_config_variable("region"))
    return f"region {region}" if region else "no region is set (AWS_REGION)"


def _google_cloud() -> Row:
    """Whether Google's own tools left a sign-in here."""
    row: Row = {"check": "Google Cloud sign-in (vertex)", "ok": False}
    project = os.environ.get("GOOGLE_CLOUD_PROJECT")
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    usual = Path(os.environ.get("CLOUDSDK_CONFIG") or Path.home() / ".config" / "gcloud") / "application_default_credentials.json"
    path = Path(named).expanduser() if named else usual
    if not path.is_file():
        missing = f"GOOGLE_APPLICATION_CREDENTIALS names {path}, which is not there" if named else "no sign-in found: gcloud auth application-default login"
        return row | {"detail": missing}
    if importlib.util.find_spec("google") is None or importlib.util.find_spec("google.auth") is None:
        return row | {"detail": f'{path} is there; pip install "nbagent[vertex]"'}
    return row | {"ok": True, "detail": f"{path}; " + (f"project {project}" if project else "the project is the sign-in's, or GOOGLE_CLOUD_PROJECT")}


def _ollama() -> Row:
    from nbagent.providers.ollama.models import url_of

    address = keys.find("OLLAMA_HOST")
    url = url_of(address.value if address else "")
    where = urlsplit(url)
    said = f"{redact(url)}" + (f" ({address.name} of {address.place})" if address else "")
    row: Row = {"check": "Ollama", "ok": False}
    if where.hostname not in ("localhost", "127.0.0.1", "::1"):
        return row | {"ok": True, "detail": f"{said}; not asked, as it is another machine's"}
    try:
        socket.create_connection((where.hostname, where.port or 80), _WAIT).close()
    except OSError:
        return row | {"detail": f"nothing answers at {said}: ollama serve starts it"}
    return row | {"ok": True, "detail": f"answers at {said}; %nbagent models ollama lists its models"}


def _server() -> Iterator[Row]:
    """The address that was configured for all."""
    try:
        found = find_settings()
    except NbagentError as error:
        yield {"check": "settings", "ok": False, "detail": " ".join(error.lines)}
        return
    model, base_url = found["model"], found["base_url"]
    yield _model(model)
    if base_url.value:
        yield {
            "check": "base URL",
            "ok": True,
            "detail": f"{redact(base_url.value)} ({base_url.source}), for models of {(model.value or 'openai-chat').partition(':')[0]}:",
        }


def _model(model: Found) -> Row:
    """The configured one, which must be one that can be asked; else the one that answers where none is named."""
    shell = get_ipython()
    try:
        if not model.value:
            spec, why = default_model()
            return {"check": "model", "ok": True, "detail": f"none is configured: a cell that names none asks {spec} ({why})"}
        if shell is None or model.value not in model_variables(shell.user_ns):
            split_spec(model.value)
    except NbagentError as error:
        said = f"{model.value} ({model.source}): " if model.value else ""
        return {"check": "model", "ok": False, "detail": said + " ".join(error.lines)}
    return {"check": "model", "ok": True, "detail": f"{model.value} ({model.source})"}


def _embedded() -> Row:
    """Whether the embedded model can answer at once."""
    row: Row = {"check": f"embedded model ({EMBEDDED})", "ok": False}
    if importlib.util.find_spec("xllamacpp") is None:
        return row | {"detail": 'pip install "nbagent[local]"'}
    from nbagent.providers.local import adapter as local

    known = local.status()
    size = f"{known['size'] / 1e6:,.0f} MB"
    if known["file"] is None:
        return row | {"detail": f"its engine is installed, its weights are not here yet: the first prompt fetches {size}, or %nbagent pull local:"}
    return row | {"ok": True, "detail": f"{known['model']} is here, {size}" + (" and running" if known["address"] else "")}
