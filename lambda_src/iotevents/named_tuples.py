"""Fast construction of named tuples, for those created for every message."""

from typing import Final

make: Final = tuple.__new__
"""Create a named tuple of a class from all of its members.

The class's own `__new__` is Python, and takes twice as long.
"""
