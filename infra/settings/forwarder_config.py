"""The forwarder's own configuration, checked by the forwarder's own code before it goes into the bundle."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forwarder.config.config import CONFIG_VARIABLE, QUEUE_VARIABLE, Config, load_config
from forwarder.config.validators import WrongValue, refusal
from forwarder.errors import ConfigError

DEPLOYED_KEYS = {
    "endpointUrl": "endpointUrl",
    "signingName": "signingName",
    "signingRegion": "signingRegion",
    "allowHttp": "allowHttp",
    "rejectedQueueUrl": "",
}
"""Keys that the deployment fills in, and the setting that says how; permissions follow from those."""

_PLACEHOLDER = "https://sqs.eu-west-1.amazonaws.com/123456789012/known-when-deployed"


@dataclass(frozen=True, slots=True)
class ForwarderConfig:
    """Forwarder's configuration: the document, and its parsed form."""

    document: Mapping[str, Any]
    parsed: Config


def read_config(value: Any, folder: Path) -> ForwarderConfig:
    """Return the configuration that a setting holds: an object, or the path of its file, from `folder` on.

    Raises WrongValue or ConfigError.
    """
    text = _text(value, folder)
    parsed = load_config({CONFIG_VARIABLE: text, QUEUE_VARIABLE: _PLACEHOLDER}, folder)
    document = json.loads(text)
    filled_in = [_filled_in(key) for key in DEPLOYED_KEYS if key in document]
    if filled_in:
        raise ConfigError(filled_in)
    return ForwarderConfig(document, parsed)


def _text(value: Any, folder: Path) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value)
    if not isinstance(value, str) or not value:
        raise refusal(value, "the forwarder's configuration as an object, or the path of its file")
    try:
        text = (folder / value).read_text("utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise WrongValue(f"cannot read {value!r}: {error}") from error
    if not text.startswith("{"):
        raise WrongValue(f"{value!r} holds no JSON object")
    return text


def _filled_in(key: str) -> str:
    setting = DEPLOYED_KEYS[key]
    return f"{key}: comes from the deployment; " + (
        f"say it in the settings' {setting}, on which permissions depend" if setting else "leave it out"
    )
