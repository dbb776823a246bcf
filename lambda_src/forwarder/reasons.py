"""Reasons and codes: short words for metrics and tools, each with the text that the documentation prints.

A return reason says why a record goes back to its source; it stands in the summary line and in a metric's
name. A code says why a record or message can never be accepted; it stands in the rejected-record document.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Reason why a record, a message or a call failed: `code` for metrics and tools, `text` for people."""

    code: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


NO_REASON = Reason("")
"""The reason of what did not fail."""

THROTTLED = "Throttled"
TARGET_FAILED = "TargetFailed"
CONFIGURATION = "Configuration"
UNKNOWN_INPUT = "UnknownInput"
"""A return reason and, with `onUnknownInput: reject`, a code."""
DEADLINE = "Deadline"
HELD_BACK = "HeldBack"
REJECTED = "Rejected"
STORE_FAILED = "StoreFailed"

RETURN_REASONS = {
    THROTTLED: "the target asked to slow down until the tries were used up",
    TARGET_FAILED: "the target failed, or gave no valid answer, until the tries were used up",
    CONFIGURATION: "credentials, permissions or the address are wrong; no further call was made",
    UNKNOWN_INPUT: "the target does not know the input",
    DEADLINE: "the invocation's time ran out first",
    HELD_BACK: "it stands behind a failed record of its key, group or shard",
    REJECTED: "it can never be accepted, and `onRejected` is `retry`",
    STORE_FAILED: "it can never be accepted, and the rejected-records queue did not take it",
}
"""Each return reason and its meaning."""

BAD_RECORD = "BadRecord"
BAD_BASE64 = "BadBase64"
BAD_ENVELOPE = "BadEnvelope"
BAD_COMPRESSION = "BadCompression"
TOO_LARGE = "TooLarge"
BAD_UTF8 = "BadUtf8"
BAD_JSON = "BadJson"
BAD_NUMBER = "BadNumber"
TOO_DEEP = "TooDeep"
SERVICE_MESSAGE = "ServiceMessage"
NO_ROUTE = "NoRoute"
EXPRESSION = "Expression"
NOT_AN_ARRAY = "NotAnArray"
BAD_INPUT_NAME = "BadInputName"
NOT_AN_OBJECT = "NotAnObject"
PAYLOAD_TOO_LARGE = "PayloadTooLarge"

RECORD_CODES = {
    BAD_RECORD: "the event's record lacks what its source always gives: a body, data, the time of arrival",
    BAD_BASE64: "the data is not base64",
    BAD_ENVELOPE: "the body is not the envelope that `envelope` asks for",
    BAD_COMPRESSION: "gzip or zlib data is damaged or ends early",
    TOO_LARGE: "decompressed, the data would be larger than `maxDecompressedBytes`",
    BAD_UTF8: "the text is not UTF-8, or has half of a surrogate pair",
    BAD_JSON: "the text is not JSON",
    BAD_NUMBER: "a number has no value in JSON: NaN, Infinity, or too large",
    TOO_DEEP: "the JSON is nested more than 100 deep",
    SERVICE_MESSAGE: "SNS or S3 sent it on its own account: a confirmation, a test event",
    NO_ROUTE: "no route takes the record, and `unrouted` is `reject`",
    EXPRESSION: "an expression does not fit the data",
    NOT_AN_ARRAY: "`split` gives no array",
    BAD_INPUT_NAME: "`inputNameFrom` gives no legal input name",
    NOT_AN_OBJECT: "the payload of a `json` route is not a JSON object",
    PAYLOAD_TOO_LARGE: "the payload has more bytes than `maxPayloadBytes`",
}
"""Each code that depends only on the record and the configuration, and its meaning: nothing is sent."""

DUPLICATE_ID = "DuplicateId"
REFUSED = "Refused"

TARGET_CODES = {
    DUPLICATE_ID: "an earlier message of the event has the same id and other content",
    REFUSED: "the target refused the message as InvalidRequestException",
    UNKNOWN_INPUT: "the target does not know the input, and `onUnknownInput` is `reject`",
}
"""Each code that depends on other messages of the event or on the target, and its meaning."""
