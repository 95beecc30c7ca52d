"""Where and as whom requests go to AWS: the region, the credentials, and the headers that sign a request.

The rule: what AWS's own tools would find (environment, profile, role) is found, by botocore; a Bedrock API key needs none of it.
Nothing is looked up before a request is sent, and never on the event loop: a role's credentials may come over the network.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import quote

from nbagent import keys
from nbagent.errors import AuthenticationFailed, ConfigError, MissingExtra, MissingKey, NbagentError, ProviderError, ServerFailed
from nbagent.providers.carriers.failures import convert
from nbagent.providers.carriers.http import Refused

_BEARER = "AWS_BEARER_TOKEN_BEDROCK"
_DOMAINS = (  # of the partitions that have one of their own, as botocore lists them; GovCloud has not
    ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"), ("us-isob-", "sc2s.sgov.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov"),
)  # fmt: skip
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_UNKNOWN_ASKER = ("UnrecognizedClient", "ExpiredToken", "InvalidSignature", "MissingAuthenticationToken", "IncompleteSignature", "InvalidClientTokenId")


class Aws:
    """The way of one provider object to AWS. `api_key` is a Bedrock API key, instead of AWS_BEARER_TOKEN_BEDROCK's, `region` one
    instead of what is found."""

    def __init__(self, api_key: str | None = None, *, provider: str, region: str | None = None) -> None:
        self._api_key, self._provider, self._region = api_key, provider, region
        self._lock = threading.Lock()
        self._session: tuple[Any, Any] | None = None  # the environment it was made in, and botocore's session

    def endpoint(self, service: str) -> str:
        """The URL of a service (``bedrock-runtime``) in the region. Raises `ConfigError` where there is no region."""
        region = self.region()
        domain = next((domain for start, domain in _DOMAINS if region.startswith(start)), "amazonaws.com")
        return f"https://{service}.{region}.{domain}"

    def region(self) -> str:
        """The environment's region, or that of the profile in AWS's own files. Raises `ConfigError`."""
        if self._region:
            return self._region
        for variable in _REGIONS:
            if region := os.environ.get(variable, "").strip():
                return region
        session = self._found_session()
        try:
            region = session.get_config_variable("region")
        except import_module("botocore.exceptions").BotoCoreError as error:
            raise ConfigError(f"{self._provider}: AWS's settings cannot be used.", str(error), "Is AWS_PROFILE the name of a profile?") from error
        if not region:
            raise ConfigError(
                f"{self._provider} needs a region: AWS_REGION is not set, and the profile has none.",
                "The models that can be asked depend on it.",
                "import os; os.environ['AWS_REGION'] = 'us-east-1'",
            )
        return str(region)

    async def headers(self, method: str, url: str, body: bytes, secrets: list[str], *, service: str = "bedrock") -> dict[str, str]:
        """The headers to send with `body`, signed where there is no API key; what is secret in them goes into `secrets`.

        Raises `MissingKey`, `MissingExtra` and `ConfigError`.
        """
        try:
            return await asyncio.to_thread(self._headers, method, url, body, secrets, service)
        except asyncio.CancelledError:  # its thread goes on, and botocore's lock with it: whoever asks next has a session of their own
            self._lock, self._session = threading.Lock(), None
            raise

    def _headers(self, method: str, url: str, body: bytes, secrets: list[str], service: str) -> dict[str, str]:
        headers = {"content-type": "application/json"} if body else {}
        if token := (self._api_key or keys.value(_BEARER)).strip():
            secrets.append(token)
            return {**headers, "authorization": f"Bearer {token}"}
        credentials = self._credentials()
        secrets += [secret for secret in (credentials.secret_key, credentials.token) if secret]
        botocore_auth: Any = import_module("botocore.auth")
        request = import_module("botocore.awsrequest").AWSRequest(method, url, data=body, headers=headers)
        botocore_auth.SigV4Auth(credentials, service, self.region()).add_auth(request)
        return dict(request.headers)

    def _credentials(self) -> Any:
        """Access key, secret and token of this moment: those of a role end after an hour."""
        session = self._found_session()
        try:
            found = session.get_credentials()
            frozen = None if found is None else found.get_frozen_credentials()
        except import_module("botocore.exceptions").BotoCoreError as error:
            raise self._no_key(str(error)) from error
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            raise self._no_key("")
        return frozen

    def _no_key(self, why: str) -> MissingKey:
        return MissingKey(
            f"{self._provider} found no AWS credentials.",
            why or f"There is neither {_BEARER}, nor AWS_ACCESS_KEY_ID, nor a profile or role that can be used.",
            "Sign in with the aws command (aws sso login, aws configure), or set AWS_PROFILE.",
        )

    def _found_session(self) -> Any:
        """botocore's session; another one where AWS's variables have changed."""
        now = sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
        with self._lock:
            if self._session is None or self._session[0] != now:
                try:
                    self._session = (now, import_module("botocore.session").Session())
                except ModuleNotFoundError as error:
                    raise MissingExtra(f'{self._provider} needs botocore: pip install "nbagent[bedrock]"') from error
            return self._session[1]


def refusal(refused: Refused, *, provider: str, secrets: Sequence[str]) -> NbagentError | None:
    """A refusal as ours. AWS names its kind in a header, and who asks is refused with statuses that mean something else elsewhere."""
    ours, headers = convert(refused, provider=provider, secrets=secrets), refused.response.headers
    if not isinstance(ours, ProviderError):
        return ours
    ours.request_id = ours.request_id or headers.get("x-amzn-requestid")
    more: dict[str, Any] = {"status": ours.status, "retry_after": ours.retry_after, "request_id": ours.request_id}
    if refused.status_code in (400, 401, 403) and any(name in headers.get("x-amzn-errortype", "") for name in _UNKNOWN_ASKER):
        return AuthenticationFailed(f"AWS did not accept who asks ({ours.status}).", ours.why, "Sign in again: aws sso login, or other credentials.", **more)
    if refused.status_code == 424:
        return ServerFailed(f"{provider}: the model failed (424).", ours.why, "The fault is the server's. Run it again.", **more)
    return ours


def model_path(model: str) -> str:
    """A model's name, or its ARN, as one step of a URL's path."""
    return quote(model, safe=":")
