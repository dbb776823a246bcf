from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.loopback_queue import LoopbackQueue


def client(queue: LoopbackQueue) -> Any:
    return boto3.client(
        "sqs",
        endpoint_url=queue.endpoint,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def test_queue_keeps_what_was_sent() -> None:
    with LoopbackQueue() as queue:
        sqs = client(queue)
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(["one", "zwölf"])]
        answer = sqs.send_message_batch(QueueUrl=queue.url, Entries=entries)
        sqs.send_message(QueueUrl=queue.url, MessageBody="three")
        sqs.close()
    assert [one["Id"] for one in answer["Successful"]] == ["0", "1"]
    assert queue.messages == ["one", "zwölf", "three"]


def test_queue_refuses_other_operations() -> None:
    with LoopbackQueue() as queue:
        sqs = client(queue)
        with pytest.raises(ClientError, match="not an operation of this queue"):
            sqs.receive_message(QueueUrl=queue.url)
        sqs.close()
