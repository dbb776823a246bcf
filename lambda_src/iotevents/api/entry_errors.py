"""The errors of single entries of a batch: what was refused, in AWS's codes."""

from iotevents.service import BadPayload, Refusal, UnknownInput


def entry_error(refusal: Refusal) -> dict[str, str]:
    """The code and the text of an error entry."""
    match refusal:
        case UnknownInput(name):
            return _entry("ResourceNotFoundException", f"Input of name: {name} not found")
        case BadPayload(reason):
            return _entry("InvalidRequestException", reason)


def _entry(code: str, text: str) -> dict[str, str]:
    return {"errorCode": code, "errorMessage": text}
