from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.sqs.queue import MAX_BYTES
from local.sqs.server import LoopbackQueue


@pytest.fixture
def queue() -> Iterator[LoopbackQueue]:
    with LoopbackQueue() as queue:
        yield queue


@pytest.fixture
def sqs(queue: LoopbackQueue) -> Iterator[Any]:
    client = boto3.client(
        "sqs",
        endpoint_url=queue.endpoint,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    yield client
    client.close()


def entries(*bodies: str) -> list[dict[str, str]]:
    return [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]


def test_queue_keeps_what_was_sent(queue: LoopbackQueue, sqs: Any) -> None:
    answer = sqs.send_message_batch(QueueUrl=queue.url, Entries=entries("one", "zwölf"))
    sqs.send_message(QueueUrl=queue.url, MessageBody="three")
    assert [one["Id"] for one in answer["Successful"]] == ["0", "1"]
    assert queue.messages == ["one", "zwölf", "three"]


def test_queue_refuses_other_operations(queue: LoopbackQueue, sqs: Any) -> None:
    with pytest.raises(ClientError, match="not an operation of this queue"):
        sqs.purge_queue(QueueUrl=queue.url)


@pytest.mark.parametrize(
    ("bodies", "code"),
    [
        ([], "EmptyBatchRequest"),
        (["x"] * 11, "TooManyEntriesInBatchRequest"),
        (["x" * (MAX_BYTES // 2)] * 2 + ["x"], "BatchRequestTooLong"),
    ],
)
def test_queue_refuses_a_batch(queue: LoopbackQueue, sqs: Any, bodies: list[str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        sqs.send_message_batch(QueueUrl=queue.url, Entries=entries(*bodies))
    assert queue.messages == []


@pytest.mark.parametrize(("body", "code"), [("", "InvalidParameterValue"), ("\0", "InvalidMessageContents")])
def test_queue_refuses_a_body(queue: LoopbackQueue, sqs: Any, body: str, code: str) -> None:
    answer = sqs.send_message_batch(QueueUrl=queue.url, Entries=entries("good", body))
    assert [(one["Id"], one["Code"]) for one in answer["Failed"]] == [("1", code)]
    assert queue.messages == ["good"]


def test_queue_hides_what_was_received(queue: LoopbackQueue, sqs: Any) -> None:
    sqs.send_message_batch(QueueUrl=queue.url, Entries=entries("one", "two", "three"))
    first = sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=2)["Messages"]
    assert [one["Body"] for one in first] == ["one", "two"]
    assert [one["Body"] for one in sqs.receive_message(QueueUrl=queue.url)["Messages"]] == ["three"]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue.url)
    handle = first[0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert [one["Body"] for one in sqs.receive_message(QueueUrl=queue.url)["Messages"]] == ["one"]
    assert queue.messages == ["one", "two", "three"]


def test_queue_shows_a_message_again_in_time(queue: LoopbackQueue, sqs: Any) -> None:
    other = queue.add("other")
    other.clock = lambda: now
    now = 0.0
    sqs.send_message(QueueUrl=queue.url_of(other), MessageBody="one")
    sqs.receive_message(QueueUrl=queue.url_of(other), VisibilityTimeout=5)
    now = 4.9
    assert "Messages" not in sqs.receive_message(QueueUrl=queue.url_of(other))
    now = 5.0
    assert len(sqs.receive_message(QueueUrl=queue.url_of(other))["Messages"]) == 1


def test_queue_deletes_by_handle(queue: LoopbackQueue, sqs: Any) -> None:
    sqs.send_message_batch(QueueUrl=queue.url, Entries=entries("one", "two"))
    received = sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=2)["Messages"]
    handles = [received[0]["ReceiptHandle"], "foreign"]
    answer = sqs.delete_message_batch(
        QueueUrl=queue.url,
        Entries=[{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(handles)],
    )
    assert [one["Id"] for one in answer["Successful"]] == ["0"]
    assert [one["Code"] for one in answer["Failed"]] == ["ReceiptHandleIsInvalid"]
    assert queue.messages == ["two"]


def test_queue_is_found_by_name(queue: LoopbackQueue, sqs: Any) -> None:
    other = queue.add("other.fifo")
    assert sqs.get_queue_url(QueueName="other.fifo")["QueueUrl"] == queue.url_of(other)
    with pytest.raises(ClientError, match="QueueDoesNotExist"):
        sqs.get_queue_url(QueueName="none")


def test_queue_with_fifo_name_forgets_repetitions(queue: LoopbackQueue, sqs: Any) -> None:
    other = queue.add("other.fifo")
    with pytest.raises(ClientError, match="MissingParameter"):
        sqs.send_message(QueueUrl=queue.url_of(other), MessageBody="one")
    for body in ("one", "two"):
        sqs.send_message(
            QueueUrl=queue.url_of(other), MessageBody=body, MessageGroupId="g", MessageDeduplicationId="d"
        )
    assert [(one.body, one.group) for one in other.messages] == [("one", "g")]
