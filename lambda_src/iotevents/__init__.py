"""An IoT Events-compatible system: inputs and messages, served over AWS's own wire format.

Public is `iotevents.testing`, for tests of detector models in Python; the rest is private and may change. The
entrance of the commands is `__main__.py`.
"""
