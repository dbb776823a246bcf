"""Named tuples, made fast where there is one for every message."""

from typing import Final

make: Final = tuple.__new__
"""Makes a named tuple of a class from all of its members.

Without this the class's own `__new__` is called, which is Python: twice as slow.
"""
