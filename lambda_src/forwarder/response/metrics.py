"""Names, units and meanings of the metrics, for the code that emits them and the alarms that watch them."""

NAMESPACE = "IotEventsForwarder"
"""The CloudWatch namespace, unless POWERTOOLS_METRICS_NAMESPACE names another."""
SERVICE = "iot-events-forwarder"
"""The value of the dimension `service`, unless POWERTOOLS_SERVICE_NAME names another."""
DIMENSIONS = ("service", "source")
"""The one set of dimensions; `source` is sqs, fifo or kinesis."""

RECORDS_RECEIVED = "RecordsReceived"
RECORDS_FORWARDED = "RecordsForwarded"
RECORDS_DROPPED = "RecordsDropped"
RECORDS_DEAD_LETTERED = "RecordsDeadLettered"
RECORDS_RETURNED = "RecordsReturned"
RETURNED = "Returned"
"""Followed by the reason: ReturnedThrottled and so on (`reasons.RETURN_REASONS`)."""
MESSAGES_ACCEPTED = "MessagesAccepted"
MESSAGES_DUPLICATE = "MessagesDuplicate"
CALLS = "Calls"
RETRIES = "Retries"
THROTTLES = "Throttles"
CALL_LATENCY = "CallLatency"
MESSAGES_PER_CALL = "MessagesPerCall"
OLDEST_RECORD_AGE = "OldestRecordAge"
ILLEGAL_TIMESTAMPS = "IllegalTimestamps"
DEADLINE_STOPS = "DeadlineStops"
CONFIGURATION_FAULTS = "ConfigurationFaults"

METRICS = {
    RECORDS_RECEIVED: ("Count", "records of the event (a KPL aggregate is one)"),
    RECORDS_FORWARDED: ("Count", "records whose messages were all accepted"),
    RECORDS_DROPPED: (
        "Count",
        "records that no route takes (`unrouted: drop`), of which `split` made nothing, or in which nothing"
        " is: a KPL aggregate without records",
    ),
    RECORDS_DEAD_LETTERED: ("Count", "records stored in the rejected-records queue"),
    RECORDS_RETURNED: ("Count", "records given back to their source"),
    MESSAGES_ACCEPTED: ("Count", "messages that the target accepted"),
    MESSAGES_DUPLICATE: (
        "Count",
        "messages with the id and content of an earlier one of the event, sent once",
    ),
    CALLS: ("Count", "BatchPutMessage calls"),
    RETRIES: ("Count", "messages sent again"),
    THROTTLES: ("Count", "calls that the target throttled, whole or in part"),
    CALL_LATENCY: ("Milliseconds", "time of a call"),
    MESSAGES_PER_CALL: ("Count", "messages of a call"),
    OLDEST_RECORD_AGE: ("Milliseconds", "age of the oldest record when the invocation began"),
    ILLEGAL_TIMESTAMPS: (
        "Count",
        "messages whose `timestampFrom` gave no time, sent with that of their arrival",
    ),
    DEADLINE_STOPS: ("Count", "invocations that ran out of time"),
    CONFIGURATION_FAULTS: ("Count", "faults of the configuration, permissions or address that were met"),
}
"""Each metric with its unit and meaning; RecordsReturned also comes by reason."""
