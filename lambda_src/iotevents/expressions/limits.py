"""Limits of expressions and values: no text or value can exhaust stack, memory or time."""

# The service allows 512 characters in a condition and 1,024 in the other expressions.
# Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_Event.html, API_SetVariableAction.html
MAX_TEXT_LENGTH = 4096
"""Characters of one expression or of one parameter text with `${…}`."""

MAX_NODES = 512
"""Nodes of one parsed expression."""

MAX_HEIGHT = 64
"""Levels of one parsed expression, also of parentheses and of `${…}` inside `${…}`."""

MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**63 - 1
"""Integers are signed with 64 bits."""

MAX_STRING_LENGTH = 65_536
"""Characters of a string that an expression makes."""

MAX_VALUE_DEPTH = 100
"""Levels of an object or array that is written as text."""
