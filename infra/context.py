"""CDK's context: what cdk.json holds and what the CLI's `-c` adds.

The CLI hands it over in CDK_CONTEXT_JSON. Without the CLI (`python app.py`, tests) it is read from cdk.json,
so that the feature flags, and with them the template, are the same either way.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forwarder.config.schema import unrepeated

from infra.errors import SettingsError
from infra.settings.settings import Settings, parse_settings

ROOT = Path(__file__).parent.parent
CONTEXT_VARIABLE = "CDK_CONTEXT_JSON"
REGION_VARIABLE = "CDK_DEFAULT_REGION"
SETTINGS_KEY = "settings"
STACK_KEY = "stack"
DEFAULT_STACK = "IotEventsForwarder"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Stack to synthesize: its name and settings."""

    stack: str
    settings: Settings


def project_context() -> dict[str, Any]:
    """Return cdk.json's context."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    return context


def context_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return cdk.json's context with what the CLI says laid over it."""
    return {**project_context(), **json.loads(environ.get(CONTEXT_VARIABLE) or "{}")}


def deployment_of(context: Mapping[str, Any], environ: Mapping[str, str]) -> Deployment:
    """Return what the context describes; raise SettingsError with everything that is wrong.

    `settings` is an object, or the path of a JSON file that holds it.
    """
    document, place, folder = _document(context.get(SETTINGS_KEY))
    settings = parse_settings(document, folder=folder, place=place, region=environ.get(REGION_VARIABLE))
    return Deployment(context.get(STACK_KEY) or DEFAULT_STACK, settings)


def _document(value: Any) -> tuple[Any, str, Path]:
    """Return the document, where it stands, and the folder that its paths begin at."""
    if not isinstance(value, str):
        return value, f"cdk.json, context.{SETTINGS_KEY}", ROOT
    path = Path(value).resolve()
    repeated: list[str] = []
    try:
        document = json.loads(
            path.read_text("utf-8"), object_pairs_hook=lambda pairs: unrepeated(pairs, repeated)
        )
    except (OSError, ValueError) as error:
        raise SettingsError(value, [f"cannot be read: {error}"]) from error
    if repeated:
        raise SettingsError(value, repeated)
    return document, value, path.parent
