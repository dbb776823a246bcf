"""Endpoint and signature of calls: plain functions over settings.

IoT Events has no AWS endpoint any more, so nothing is assumed: the endpoint is named for this service, or it
is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from botocore.utils import is_valid_uri

from iotevents_client.errors import EndpointError

# The name that SDKs with the service use, and the one that botocore 1.44 derives from the client's name.
VARIABLES = ("AWS_ENDPOINT_URL_IOT_EVENTS_DATA", "AWS_ENDPOINT_URL_IOTEVENTS_DATA")
SERVICE_KEYS = ("iot_events_data", "iotevents_data")
SIGNING_NAME = "ioteventsdata"

# Hosts that are signed in their own name, with the region they stand in.
_AWS_HOSTS = (
    (re.compile(r"[^.]+\.lambda-url\.([a-z0-9-]+)\.on\.aws"), "lambda"),
    (re.compile(r"[^.]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"), "execute-api"),
)
_MISSING = (
    f"IoT Events has no default endpoint: pass endpoint_url= or set {VARIABLES[0]}."
    " AWS_ENDPOINT_URL alone is not used, because it speaks for every service"
)
_IGNORED = "; configured endpoints are ignored (AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or its like)"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the place it was found, for messages."""

    place: str
    value: str


@dataclass(frozen=True, slots=True)
class Signing:
    """The name and region of SigV4's credential scope."""

    name: str
    region: str


def find_endpoint(
    endpoint_url: str | None,
    environ: Mapping[str, str],
    services: Mapping[str, Mapping[str, str]],
    ignored: bool,
) -> Setting:
    """Return the endpoint: the argument, else the environment, else the shared config's services section.

    The order is that of the AWS SDKs (SDKs and Tools Reference Guide, "Service-specific endpoints") without
    AWS_ENDPOINT_URL. Raises EndpointError when there is none or two names of one place contradict each other.
    """
    if endpoint_url:
        return Setting("endpoint_url", endpoint_url)
    setting = None if ignored else _from_environment(environ) or _from_services(services)
    if setting is None:
        raise EndpointError(_MISSING + (_IGNORED if ignored else ""))
    return setting


def check_url(setting: Setting, *, allow_http: bool) -> str:
    """Return the host in lower case; raise EndpointError for a URL that must not or cannot be called."""
    url = _split(setting)
    if url.scheme not in ("http", "https") or not is_valid_uri(setting.value):
        raise EndpointError(f"{setting.place}: {setting.value!r} is not a URL like https://host/path")
    host = str(url.hostname).removesuffix(".")
    if url.query or url.fragment:
        raise EndpointError(f"{setting.place}: {setting.value!r} has a query or a fragment; leave it out")
    if url.scheme == "http" and not (allow_http or _is_loopback(host)):
        raise EndpointError(
            f"{setting.place}: {setting.value!r} would send messages unencrypted; use https://,"
            " or allow_http=True for a network you trust"
        )
    return host


def choose_signing(host: str, *, name: str | None, region: str | None, client_region: str | None) -> Signing:
    """Return how calls to a host are signed: as told, else as its kind of host asks, else as IoT Events.

    Raises EndpointError when neither argument, host nor client has a region.
    """
    host_name, host_region = _scope_of(host)
    chosen = region or host_region or client_region
    if not chosen:
        raise EndpointError(
            f"no region to sign for: the host {host} does not tell it; pass region_name= or signing_region=,"
            " or set AWS_DEFAULT_REGION"
        )
    return Signing(name or host_name, chosen)


def _scope_of(host: str) -> tuple[str, str | None]:
    for pattern, name in _AWS_HOSTS:
        if match := pattern.fullmatch(host):
            return name, match[1]
    return SIGNING_NAME, None


def _from_environment(environ: Mapping[str, str]) -> Setting | None:
    return _agreed([Setting(name, environ.get(name, "")) for name in VARIABLES])


def _from_services(services: Mapping[str, Mapping[str, str]]) -> Setting | None:
    return _agreed(
        [
            Setting(
                f"{key}.endpoint_url of the shared config file", services.get(key, {}).get("endpoint_url", "")
            )
            for key in SERVICE_KEYS
        ]
    )


def _agreed(settings: list[Setting]) -> Setting | None:
    present = [setting for setting in settings if setting.value]
    if len({setting.value for setting in present}) > 1:
        places = " but ".join(f"{setting.place} is {setting.value!r}" for setting in present)
        raise EndpointError(f"{places}; set one of them, or both to the same")
    return present[0] if present else None


def _split(setting: Setting) -> SplitResult:
    try:
        url = urlsplit(setting.value)
        _ = url.port
    except ValueError as error:
        raise EndpointError(f"{setting.place}: {setting.value!r} is not a URL: {error}") from None
    if "@" in url.netloc:  # not shown, as it may hold a password
        raise EndpointError(f"{setting.place}: the URL names a user; calls are signed, so leave it out")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
