"""Formats of other tools that hold detector models and are not read, recognised to be named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

TERRAFORM: Final = "Terraform"
TERRAFORM_JSON: Final = "Terraform's JSON"
SERVERLESS: Final = "a file of the Serverless Framework"

_BY_SUFFIX: Final = {
    ".tf.json": TERRAFORM_JSON,
    ".tf": TERRAFORM,
    ".tofu": TERRAFORM,
    ".tfstate": TERRAFORM_JSON,
    ".tfvars": TERRAFORM,
}
_SERVERLESS_NAMES: Final = frozenset({"serverless.yml", "serverless.yaml", "serverless.json"})
_TERRAFORM_BLOCKS: Final = frozenset(
    {"resource", "provider", "variable", "module", "data", "output", "locals"}
)


def other_format(file: str, content: Any = None) -> str | None:
    """Return the name of the other tool's format that a file has, by its name or its content."""
    name = Path(file).name.lower()
    by_suffix = next((tool for suffix, tool in _BY_SUFFIX.items() if name.endswith(suffix)), None)
    if by_suffix is not None:
        return by_suffix
    if name in _SERVERLESS_NAMES:
        return SERVERLESS
    if not isinstance(content, Mapping) or "Resources" in content:
        return None
    if {"service", "provider"} <= content.keys():
        return SERVERLESS
    if "terraform_version" in content or ("resource" in content and content.keys() & _TERRAFORM_BLOCKS):
        return TERRAFORM_JSON
    return None
