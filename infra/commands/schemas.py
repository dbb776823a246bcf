"""`python -m infra.commands.schemas`: write the JSON Schemas that editors read."""

import json
from collections.abc import Mapping

from infra.context import ROOT
from infra.settings.json_schema import Schema, config_schema, settings_schema

FOLDER = ROOT / "schemas"


def files() -> Mapping[str, Schema]:
    """Return the schemas by the names of their files."""
    return {
        "forwarder-config.schema.json": config_schema(),
        "settings.schema.json": settings_schema(),
    }


def text_of(schema: Schema) -> str:
    """Return the text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every file anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in files().items():
        (FOLDER / name).write_text(text_of(schema), "utf-8")


if __name__ == "__main__":
    main()
