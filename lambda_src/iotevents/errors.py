"""The errors of the IoT Events system; knows no HTTP."""


class IotEventsError(Exception):
    """The root of all errors that this package raises on purpose."""
