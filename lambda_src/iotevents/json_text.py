"""JSON as text for people and other programs: compact, characters as they are."""

import json
from typing import Final

json_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""The text of a value; raises TypeError for what JSON does not know."""
