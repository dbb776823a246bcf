"""The function's own metrics, as alarms and the dashboard ask for them."""

NAMESPACE = "IotEventsForwarder"
DIMENSIONS = ("service", "source")

RECORDS_RECEIVED = "RecordsReceived"
RECORDS_FORWARDED = "RecordsForwarded"
RECORDS_DROPPED = "RecordsDropped"
RECORDS_DEAD_LETTERED = "RecordsDeadLettered"
RECORDS_RETURNED = "RecordsReturned"
MESSAGES_PER_CALL = "MessagesPerCall"
CALLS = "Calls"
THROTTLES = "Throttles"
CALL_LATENCY = "CallLatency"
OLDEST_RECORD_AGE = "OldestRecordAge"
DEADLINE_STOPS = "DeadlineStops"
CONFIGURATION_FAULTS = "ConfigurationFaults"
