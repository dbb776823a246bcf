"""Factory of the boto3 client: endpoint, signature and validation of answers come together here."""

import os
from collections.abc import Mapping
from typing import Any, cast

from iotevents_client import sessions
from iotevents_client.answer import check_answer
from iotevents_client.endpoint import Signing, check_url, choose_signing, find_endpoint
from iotevents_client.types import IotEventsDataClient

SERVICE = "iotevents-data"
# botocore names events after the service's id, not after the client.
_EVENTS = "iot-events-data"


def client(
    *,
    endpoint_url: str | None = None,
    region_name: str | None = None,
    signing_name: str | None = None,
    signing_region: str | None = None,
    allow_http: bool = False,
    config: Any = None,
    session: Any = None,
    **kwargs: Any,
) -> IotEventsDataClient:
    """Return a boto3 client of `iotevents-data`, without calling anything.

    Parameters:
        endpoint_url: where to call. Default: AWS_ENDPOINT_URL_IOT_EVENTS_DATA or
            AWS_ENDPOINT_URL_IOTEVENTS_DATA, else the services section of the shared config file.
        region_name: the client's region. Default: that of the session, else the signing region.
        signing_name, signing_region: what calls are signed for. Default: Function URLs and API Gateway hosts
            are signed in their own name and region, all others as `ioteventsdata` in the client's region.
        allow_http: whether plain http:// may leave this machine; to a loopback address it always may.
        config: a botocore Config; its timeouts are in seconds.
        session: a boto3 session. Default: `iotevents_client.session()`.
        kwargs: whatever else boto3's `client` takes, such as credentials.

    Raises EndpointError if it is not clear where to call or what to sign for, and botocore's own errors.
    The client's calls raise botocore's ClientError, its connection errors, and DoubtfulAnswerError on an
    answer that proves nothing.
    """
    owner = sessions.session() if session is None else sessions.teach(session)
    core = sessions.core_of(owner)
    setting = find_endpoint(endpoint_url, os.environ, _services(core), _ignores_configured(core, config))
    signing = choose_signing(
        check_url(setting, allow_http=allow_http),
        name=signing_name,
        region=signing_region,
        client_region=region_name or _configured_region(core, config),
    )
    region = region_name or signing.region
    client = owner.client(SERVICE, endpoint_url=setting.value, region_name=region, config=config, **kwargs)
    _sign_as(client, signing)
    _check_answers(client)
    return cast(IotEventsDataClient, client)


def _services(core: Any) -> Mapping[str, Mapping[str, str]]:
    name = core.get_scoped_config().get("services")
    return core.full_config.get("services", {}).get(name, {}) if name else {}


def _ignores_configured(core: Any, config: Any) -> bool:
    chosen = getattr(config, "ignore_configured_endpoint_urls", None)
    return bool(core.get_config_variable("ignore_configured_endpoint_urls") if chosen is None else chosen)


def _configured_region(core: Any, config: Any) -> str | None:
    return getattr(config, "region_name", None) or cast(str | None, core.get_config_variable("region"))


def _sign_as(client: Any, signing: Signing) -> None:
    scope = {"signing_name": signing.name, "region": signing.region}

    def choose(context: dict[str, Any], **_: Any) -> None:
        context.setdefault("signing", {}).update(scope)

    client.meta.events.register(f"choose-signer.{_EVENTS}", choose)


def _check_answers(client: Any) -> None:
    client.meta.events.register(f"before-parse.{_EVENTS}", _check)


def _check(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    # What is raised here leaves the call as it is: botocore retries only what fails while sending.
    status = response_dict["status_code"]
    if status < 300:
        content_type = response_dict["headers"].get("content-type", "")
        check_answer(operation_model.name, status, content_type, response_dict["body"])
