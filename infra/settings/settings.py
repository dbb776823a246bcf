"""The settings of a deployment, checked as a whole.

They are one JSON object; KEYS and the tables behind it are the whole language: any other key is a mistake.

Nothing here knows CDK: every problem is reported before there is an App.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from forwarder.config import validators
from forwarder.config.schema import REQUIRED, Key, read_document
from forwarder.config.validators import WrongValue, refusal
from forwarder.errors import ConfigError

from infra.errors import SettingsError
from infra.settings import rules
from infra.settings.arns import Arn, ArnOf
from infra.settings.endpoint import Endpoint, endpoint_of
from infra.settings.forwarder_config import ForwarderConfig, read_config
from infra.settings.function import ALARM_KEYS, FUNCTION_KEYS, AlarmSettings, FunctionSettings
from infra.settings.sections import Section
from infra.settings.sources import Source, parse_source

SOURCE_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,39}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings. `kms_key` None: keys that AWS manages; `region` None: the CLI's own."""

    endpoint: Endpoint
    config: ForwarderConfig
    sources: tuple[Source, ...]
    function: FunctionSettings
    alarms: AlarmSettings
    kms_key: Literal["create"] | Arn | None
    removal_policy: Literal["retain", "destroy"]
    region: str | None

    def bundled_config(self) -> dict[str, Any]:
        """Return the forwarder's configuration as it goes into the bundle, with how to sign."""
        said = {
            "signingName": self.endpoint.signing_name,
            "signingRegion": self.endpoint.signing_region,
            "allowHttp": self.endpoint.allow_http or None,
        }
        return {**self.config.document, **{key: value for key, value in said.items() if value is not None}}


def check_kms_key(value: Any, key: str) -> Any:
    return value if value == "create" else ArnOf("kms")(value, key)


def check_region(value: Any, key: str) -> str:
    if not isinstance(value, str) or not REGION.fullmatch(value):
        raise refusal(value, "an AWS region like eu-west-1")
    return value


def check_config(value: Any, key: str) -> Any:
    """Only kept here: its file is found from the folder of the settings, which a check does not know."""
    return value


def check_sources(value: Any, key: str) -> Any:
    if not isinstance(value, Mapping) or not value:
        raise refusal(value, "an object with at least one source, by name")
    for name in value:
        if not SOURCE_NAME.fullmatch(name):
            raise WrongValue(
                f"{validators.shown(name)} is no source name: 1 to 40 letters and digits, the first a capital"
            )
    return value


KEYS: Mapping[str, Key] = {
    "endpointUrl": Key("endpoint_url", validators.url, REQUIRED),
    "signingName": Key("signing_name", validators.text),
    "signingRegion": Key("signing_region", check_region),
    "endpointFunctionArn": Key("endpoint_function", ArnOf("lambda")),
    "endpointApiArn": Key("endpoint_api", ArnOf("execute-api")),
    "allowHttp": Key("allow_http", validators.flag, False),
    "config": Key("config", check_config, REQUIRED),
    "sources": Key("sources", check_sources, REQUIRED),
    "function": Key("function", Section(FUNCTION_KEYS, FunctionSettings), {}),
    "alarms": Key("alarms", Section(ALARM_KEYS, AlarmSettings), {}),
    "kmsKey": Key("kms_key", check_kms_key),
    "removalPolicy": Key("removal_policy", validators.Choice("retain", "destroy"), "retain"),
    "region": Key("region", check_region),
}
"""The keys of the settings."""


def parse_settings(
    document: Any, *, folder: Path, place: str = "the settings", region: str | None = None
) -> Settings:
    """Return the settings of a JSON document; raise SettingsError with everything that is wrong.

    Paths in them begin at `folder`; `place` says where they stand; `region` is the one that the CDK CLI
    deploys to, if it is known.
    """
    if not isinstance(document, Mapping):
        raise SettingsError(place, [f"they are {validators.shown(document)}; they must be an object"])
    problems: list[str] = []
    values = read_document(document, KEYS, problems)
    function = values["function"] or Section(FUNCTION_KEYS, FunctionSettings)({}, "function")
    alarms = values["alarms"] or Section(ALARM_KEYS, AlarmSettings)({}, "alarms")
    endpoint = endpoint_of(values, problems)
    config = _read_config(values["config"], folder, problems)
    sources = _parse_sources(values["sources"], problems)
    problems += _broken(values, function, config, sources, region)
    if problems or endpoint is None or config is None:
        raise SettingsError(place, problems)
    return Settings(
        endpoint=endpoint,
        config=config,
        sources=sources,
        function=function,
        alarms=alarms,
        kms_key=values["kms_key"],
        removal_policy=values["removal_policy"],
        region=values["region"] or rules.existing_region(sources),
    )


def _read_config(value: Any, folder: Path, problems: list[str]) -> ForwarderConfig | None:
    if value is REQUIRED:
        return None
    try:
        return read_config(value, folder)
    except WrongValue as error:
        problems.append(f"config: {error}")
    except ConfigError as error:
        problems += [f"config: {problem}" for problem in error.problems]
    return None


def _parse_sources(value: Any, problems: list[str]) -> tuple[Source, ...]:
    """Return the sources that are right in themselves."""
    sources = []
    for name, document in value.items() if isinstance(value, Mapping) else ():
        try:
            sources.append(parse_source(name, document, f"sources.{name}"))
        except WrongValue as error:
            problems.append(f"sources.{name}: {error}")
        except ConfigError as error:
            problems += error.problems
    return tuple(sources)


def _broken(
    values: Mapping[str, Any],
    function: FunctionSettings,
    config: ForwarderConfig | None,
    sources: tuple[Source, ...],
    region: str | None,
) -> list[str]:
    """Return the rules that do not hold between what is right in itself."""
    key = values["kms_key"] if isinstance(values["kms_key"], Arn) else None
    region_source = "region" if values["region"] else "the CLI's region, which `region` or AWS_REGION changes"
    broken = [problem for source in sources for problem in rules.source_rules(source, function)]
    broken += rules.function_rules(function, config.parsed) if config else []
    broken += rules.concurrency_rules(sources, function)
    broken += rules.place_rules(sources, key, values["region"] or region, region_source)
    return broken
