"""The errors of single entries of a batch: what was refused, in AWS's codes."""

from iotevents.runtime.outcomes import NotDone


def entry_error(refusal: NotDone) -> dict[str, str]:
    """The code and the text of an error entry."""
    return {"errorCode": refusal.code, "errorMessage": refusal.reason}
