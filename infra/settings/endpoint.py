"""The endpoint that messages are sent to, and the permission to call it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from iotevents_client.endpoint import Setting, check_url
from iotevents_client.errors import EndpointError

from infra.settings.arns import Arn

EXAMPLE_DOMAINS = ("example.com", "example.org", "example.net", "example")
"""Domains that no one owns (RFC 2606): fine to synthesize with, not to deploy."""

_FUNCTION_URL = re.compile(r"[^.]+\.lambda-url\.([a-z0-9-]+)\.on\.aws")
_API = re.compile(r"([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_OPERATION = "POST/inputs/messages"


@dataclass(frozen=True, slots=True)
class FunctionUrl:
    """Target that is a Lambda function URL with AWS_IAM."""

    function: Arn


@dataclass(frozen=True, slots=True)
class Api:
    """Target that is an API Gateway; `api` is its ARN, or None: API `api_id` of the stack's own account."""

    api: Arn | None
    api_id: str
    region: str
    resource: str
    """Stage, method and path, as they end an execute-api ARN."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """IoT Events endpoint; `grants` None: calls need no IAM permission."""

    url: str
    host: str
    signing_name: str | None
    signing_region: str | None
    allow_http: bool
    grants: FunctionUrl | Api | None

    @property
    def is_example(self) -> bool:
        """Return whether the host is reserved for documentation, so that nothing answers."""
        return any(self.host == domain or self.host.endswith("." + domain) for domain in EXAMPLE_DOMAINS)


def endpoint_of(values: Mapping[str, Any], problems: list[str]) -> Endpoint | None:
    """Return the endpoint of the settings' checked values, or None; what is wrong goes to the problems."""
    url = values["endpoint_url"]
    if not isinstance(url, str):
        return None
    try:
        host = check_url(Setting("endpointUrl", url), allow_http=values["allow_http"])
    except EndpointError as error:
        problems.append(str(error).replace("allow_http=True", "allowHttp: true"))
        return None
    host_problems: list[str] = [*_region_problems(host, values), *_scope_problems(host, values)]
    problems += host_problems
    if host_problems:
        return None
    signing = (values["signing_name"], values["signing_region"])
    return Endpoint(url, host, *signing, values["allow_http"], _grants(url, host, values))


def _grants(url: str, host: str, values: Mapping[str, Any]) -> FunctionUrl | Api | None:
    function, api = values["endpoint_function"], values["endpoint_api"]
    if function:
        return FunctionUrl(function)
    match = _API.fullmatch(host)
    if not match and not api:
        return None
    first, _, rest = urlsplit(url).path.strip("/").partition("/")
    arn_id, _, arn_stage = api.resource.partition("/") if api else ("", "", "")
    stage = arn_stage or (first if match else "") or "$default"
    api_id, region = (match[1], match[2]) if match else (arn_id, api.region)
    # On the API's own host the path begins with the stage; a custom domain maps its path onto one.
    path = f"{rest}/" if match and rest else ""
    method, _, operation = _OPERATION.partition("/")
    return Api(api, arn_id or api_id, region, f"{stage}/{method}/{path}{operation}")


def _scope_problems(host: str, values: Mapping[str, Any]) -> list[str]:
    """Return the contradictions between the host and the ARNs in the settings."""
    function, api = values["endpoint_function"], values["endpoint_api"]
    if function and api:
        return ["endpointApiArn: stands beside endpointFunctionArn; the endpoint is one or the other"]
    if _FUNCTION_URL.fullmatch(host):
        return _function_url_problems(function, api)
    if _API.fullmatch(host):
        return _api_problems(host, function, api)
    return _custom_domain_problems(host, values)


def _function_url_problems(function: Arn | None, api: Arn | None) -> list[str]:
    if api:
        return ["endpointApiArn: endpointUrl is a function URL; name its function in endpointFunctionArn"]
    if function is None:
        return [
            "endpointFunctionArn: missing; endpointUrl is a function URL, and the permission to call it names"
            " the function (aws lambda get-function --function-name NAME --query Configuration.FunctionArn)"
        ]
    return []


def _api_problems(host: str, function: Arn | None, api: Arn | None) -> list[str]:
    if function:
        return [
            "endpointFunctionArn: endpointUrl is an API Gateway; leave it out, or name it in endpointApiArn"
        ]
    if api and not host.startswith(api.resource.partition("/")[0] + "."):
        return [f"endpointApiArn: {api} is another API than that of endpointUrl's host {host}"]
    return []


def _custom_domain_problems(host: str, values: Mapping[str, Any]) -> list[str]:
    """Return what is missing for a custom domain, which hides the signing service and the stage."""
    function, api = values["endpoint_function"], values["endpoint_api"]
    problems = []
    if (function or api) and not values["signing_name"]:
        service = "lambda" if function else "execute-api"
        problems.append(
            f"signingName: missing; the host {host} does not tell it, for this ARN it is {service}"
        )
    if api and "/" not in api.resource:
        problems.append(
            f"endpointApiArn: {api} has no stage, and the host {host} does not tell it; add /STAGE"
        )
    return problems


def _region_problems(host: str, values: Mapping[str, Any]) -> list[str]:
    match = _FUNCTION_URL.fullmatch(host)
    region = match[1] if match else None
    if match := _API.fullmatch(host):
        region = match[2]
    named = (("endpointFunctionArn", "endpoint_function"), ("endpointApiArn", "endpoint_api"))
    return [
        f"{key}: {values[field]} is in {values[field].region}, endpointUrl is in {region}"
        for key, field in named
        if values[field] and region and values[field].region != region
    ]
