"""Compact JSON text for people and other programs, without escapes for non-ASCII characters."""

import json
from typing import Final

json_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns the text of a value; raises TypeError for a type that JSON does not have."""
