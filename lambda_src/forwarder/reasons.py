"""Why a record is given back to its source: the words of the summary line and of the metrics."""

THROTTLED = "Throttled"
TARGET_FAILED = "TargetFailed"
CONFIGURATION = "Configuration"
UNKNOWN_INPUT = "UnknownInput"
DEADLINE = "Deadline"
HELD_BACK = "HeldBack"
REJECTED = "Rejected"
STORE_FAILED = "StoreFailed"

RETURN_REASONS = {
    THROTTLED: "the target asked to slow down until the tries were used up",
    TARGET_FAILED: "the target failed, or gave no sound answer, until the tries were used up",
    CONFIGURATION: "credentials, permissions or the address are wrong; no further call was made",
    UNKNOWN_INPUT: "the target does not know the input",
    DEADLINE: "the invocation's time ran out first",
    HELD_BACK: "it stands behind a failed record of its key, group or shard",
    REJECTED: "it can never be accepted, and `onRejected` is `retry`",
    STORE_FAILED: "it can never be accepted, and the rejected-records queue did not take it",
}
"""Each reason and what it means."""
