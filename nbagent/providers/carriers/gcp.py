"""As whom requests go to Google Cloud: an access token and the project, from application-default credentials.

The rule: what Google's own tools would find (a service account's file, `gcloud`'s login, the machine's account) is found, by
google-auth, once; the token is renewed when it ends. Never on the event loop: both ask a server.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from nbagent.errors import AuthenticationFailed, ConfigError, ConnectionFailed, MissingExtra, MissingKey, NbagentError

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_PATIENCE = 20.0  # seconds for one answer of the sign-in, of google-auth's 120
_DECIDE = ("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "GOOGLE_CLOUD_PROJECT")  # what the credentials that are found depend on


class Account(NamedTuple):
    """Who asks: a token for the header ``Authorization: Bearer``, and the project that pays."""

    token: str
    project: str


class Gcp:
    """The way of one provider object to Google Cloud. `token` is an access token of one's own, which is never renewed.

    `projects` and `regions` are the variables that name the project and the region where `project` and `region` do not; the first
    that is set counts.
    """

    def __init__(
        self, token: str | None = None, *, provider: str, projects: Sequence[str], regions: Sequence[str], project: str | None = None, region: str | None = None
    ) -> None:  # fmt: skip
        self._token, self._provider = token, provider
        self._projects, self._regions = projects, regions
        self._project, self._region = project, region
        self._lock = threading.Lock()
        self._found: tuple[Any, Any, str] | None = None  # the environment they were found in, the credentials, their project

    def region(self) -> str:
        """The region, ``global`` also is one. Raises `ConfigError`."""
        if region := self._region or _first(self._regions):
            return region
        raise ConfigError(
            f"{self._provider} needs a region: {self._regions[0]} is not set.",
            "The models that can be asked depend on it; global is one, too.",
            f"import os; os.environ[{self._regions[0]!r}] = 'global'",
        )

    async def account(self, secrets: list[str]) -> Account:
        """The token of this moment, which goes into `secrets`, and the project. Raises `MissingKey`, `MissingExtra`, `ConfigError` and `ProviderError`."""
        try:
            account = await asyncio.to_thread(self._account)
        except asyncio.CancelledError:  # its thread goes on until the server answers: whoever asks next does not wait for it
            self._lock, self._found = threading.Lock(), None
            raise
        secrets.append(account.token)
        if not account.project:
            raise ConfigError(
                f"{self._provider} needs a project: {self._projects[0]} is not set.",
                "The credentials that were found name none.",
                f"import os; os.environ[{self._projects[0]!r}] = 'your-project'",
            )
        return account

    def _account(self) -> Account:
        project = self._project or _first(self._projects)
        if self._token:
            return Account(self._token, project)
        try:
            auth: Any = import_module("google.auth")
            asking: Any = import_module("google.auth.transport.requests")
        except ModuleNotFoundError as error:
            raise MissingExtra(f'{self._provider} needs google-auth and requests: pip install "nbagent[vertex]"') from error
        now = [os.environ.get(name) for name in _DECIDE]
        with self._lock:  # credentials are not to be renewed by two threads at once
            try:
                found = self._found
                if found is None or found[0] != now:
                    found = self._found = (now, *auth.default(scopes=[_SCOPE]))
                _, credentials, own = found
                if not credentials.valid:
                    credentials.refresh(partial(asking.Request(), timeout=_PATIENCE))
            except auth.exceptions.GoogleAuthError as error:
                self._found = None
                raise self._told(error, auth.exceptions) from error
            return Account(credentials.token, project or own or "")

    def _told(self, error: Exception, kinds: Any) -> NbagentError:
        why, login = str(error), "gcloud auth application-default login"
        match error:
            case kinds.DefaultCredentialsError():
                return MissingKey(f"{self._provider} found no Google credentials.", why, f"Run {login}, or set GOOGLE_APPLICATION_CREDENTIALS to a key file.")
            case kinds.TransportError():
                return ConnectionFailed(f"{self._provider}: Google's sign-in could not be reached.", why, "Run it again.")
            case _:
                return AuthenticationFailed(f"{self._provider}: Google did not accept the credentials.", why, f"Sign in again: {login}")


def _first(variables: Sequence[str]) -> str:
    return next((value for name in variables if (value := os.environ.get(name, "").strip())), "")
