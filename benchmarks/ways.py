"""The ways to send an event: a loop, Powertools' batch processor, bare boto3, the forwarder."""

import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

import iotevents_client
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from forwarder.config.config import parse_config
from forwarder.factory import make_forwarder
from forwarder.gc_tuning import GC_THRESHOLD

from benchmarks.batches import INPUT, KEY, MESSAGES_IN_A_CALL
from local.lambda_runtime.events import Event

Way = Callable[[Event], None]
"""Sends an event; raises if a record of it was not accepted."""

REMAINING = 900.0
"""Seconds: no deadline is to cut a comparison short."""


def loop(url: str) -> Way:
    """One call for each record, one after the other."""
    client = iotevents_client.client(endpoint_url=url)

    def send(event: Event) -> None:
        for message in _messages(event):
            if client.batch_put_message(messages=[message])["BatchPutMessageErrorEntries"]:
                raise SystemExit("the target refused a message")

    return send


def powertools(url: str) -> Way:
    """Powertools' batch utility: a function that it calls for each record, and a partial batch response."""
    client = iotevents_client.client(endpoint_url=url)
    processor = BatchProcessor(EventType.SQS)

    def handle(record: SQSRecord) -> None:
        sent = int(record.attributes.sent_timestamp)
        message = _message(record.message_id, record.json_body, sent)
        if client.batch_put_message(messages=[message])["BatchPutMessageErrorEntries"]:
            raise ValueError("the target refused the message")

    def send(event: Event) -> None:
        if process_partial_response(event, handle, processor)["batchItemFailures"]:
            raise SystemExit("Powertools gave records back")

    return send


def forwarder(url: str, ordering: str, workers: int) -> Way:
    """Return the configured forwarder; garbage is collected as seldom as in the function."""
    function = make_forwarder(parse_config(configuration(url, ordering, workers)))

    def send(event: Event) -> None:
        before = gc.get_threshold()
        gc.set_threshold(GC_THRESHOLD)
        report = function.handle(event, lambda: REMAINING)
        gc.set_threshold(*before)
        if report.response.failed:
            raise SystemExit("the forwarder gave records back")

    return send


def configuration(url: str, ordering: str, workers: int) -> dict[str, Any]:
    """Return the forwarder's configuration as a document."""
    route = {"inputName": INPUT, "keyFrom": f"body.{KEY}"}
    return {"routes": [route], "endpointUrl": url, "ordering": ordering, "workers": workers}


def bare(url: str, event: Event) -> Way:
    """Full calls by plain boto3, which knows nothing but the service model: no reading, no judging.

    The messages of the event are made beforehand, the same as the forwarder sends.
    """
    client = iotevents_client.session().client("iotevents-data", endpoint_url=url)
    messages = list(_messages(event))
    starts = range(0, len(messages), MESSAGES_IN_A_CALL)
    calls = [messages[start : start + MESSAGES_IN_A_CALL] for start in starts]

    def send(_: Event) -> None:
        for call in calls:
            client.batch_put_message(messages=call)

    return send


def _messages(event: Event) -> Iterator[dict[str, Any]]:
    for record in event["Records"]:
        sent = int(record["attributes"]["SentTimestamp"])
        yield _message(record["messageId"], json.loads(record["body"]), sent)


def _message(number: str, reading: dict[str, Any], sent: int) -> dict[str, Any]:
    return {
        "messageId": number,
        "inputName": INPUT,
        "payload": json.dumps(reading, separators=(",", ":")).encode(),
        "timestamp": {"timeInMillis": sent},
    }
