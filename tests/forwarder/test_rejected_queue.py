"""Documents reach the queue by the real boto3 client; what it does not confirm is not stored."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import boto3
import pytest
from botocore.config import Config
from forwarder.rejected_records.encoder import LIMIT
from forwarder.rejected_records.queue import RejectedQueue, is_url_of, region_of

from local.sqs.json_service import handling
from local.sqs.server import LoopbackQueue

URL = "http://127.0.0.1:9/123456789012/rejected"


ARN = "arn:aws:sqs:eu-west-1:111122223333:greenhouse"


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/greenhouse",
        "https://sqs.eu-west-1.amazonaws.com:443/111122223333/greenhouse/",
        "https://sqs-fips.eu-west-1.amazonaws.com/111122223333/greenhouse",
        "https://sqs.eu-west-1.api.aws/111122223333/greenhouse",
        "https://eu-west-1.queue.amazonaws.com/111122223333/greenhouse",
        "https://vpce-0a1-b2.sqs.eu-west-1.vpce.amazonaws.com/111122223333/greenhouse",
        "http://sqs.eu-west-1.localhost.localstack.cloud:4566/111122223333/greenhouse",
        "http://localhost:4566/queue/eu-west-1/111122223333/greenhouse",
        "http://127.0.0.1:9324/111122223333/greenhouse",
    ],
)
def test_any_url_of_a_queue_is_known(url: str) -> None:
    assert is_url_of(url, ARN)


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/greenhouse-rejected",
        "https://sqs.eu-west-1.amazonaws.com/111122223334/greenhouse",
        "https://sqs.eu-central-1.amazonaws.com/111122223333/greenhouse",
        "https://queue.amazonaws.com/111122223333/greenhouse",
        "http://localhost:4566/queue/us-east-1/111122223333/greenhouse",
        "https://sqs.eu-west-1.amazonaws.com/greenhouse",
        "",
    ],
)
def test_url_of_another_queue_is_known(url: str) -> None:
    assert not is_url_of(url, ARN)
    assert not is_url_of(url, "arn:aws:kinesis:eu-west-1:111122223333:stream/greenhouse")


@contextmanager
def client(endpoint: str) -> Iterator[Any]:
    made = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(connect_timeout=1, read_timeout=0.5, retries={"total_max_attempts": 1}),
    )
    try:
        yield made
    finally:
        made.close()


def put(queue: LoopbackQueue, bodies: list[str]) -> list[bool]:
    with client(queue.endpoint) as sqs:
        return RejectedQueue(sqs, queue.url).put(bodies)


@contextmanager
def answering(status: int, body: bytes | None) -> Iterator[str]:
    """Yield a queue that always gives the same answer; None: it ends the connection instead."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if body is not None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal to the tests."""

    with handling(Handler) as url:
        yield url


def put_to(endpoint: str, bodies: list[str]) -> list[bool]:
    with client(endpoint) as sqs:
        return RejectedQueue(sqs, URL).put(bodies)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_queue_takes_any_number(count: int) -> None:
    bodies = [str(n) for n in range(count)]
    with LoopbackQueue() as queue:
        assert put(queue, bodies) == [True] * count
    assert queue.messages == bodies


def test_queue_takes_ten_of_the_largest() -> None:
    bodies = [str(n) * LIMIT for n in range(10)]
    with LoopbackQueue() as queue:
        assert put(queue, bodies) == [True] * 10
    assert queue.messages == bodies


def test_queue_is_called_as_seldom_as_can_be() -> None:
    third = LIMIT // 3
    with LoopbackQueue() as queue, client(queue.endpoint) as sqs:
        calls: list[int] = []
        sqs.meta.events.register("before-parameter-build.sqs", _counting(calls))
        RejectedQueue(sqs, queue.url).put(["x" * third] * 3 + ["ä" * (LIMIT // 2)] + ["x"] * 11)
    assert calls == [3, 1, 10, 1]


def _counting(calls: list[int]) -> Callable[..., None]:
    return lambda params, **_: calls.append(len(params["Entries"]))


def test_queue_tells_which_it_refused(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), LoopbackQueue() as queue:
        assert put(queue, ["a", "\0", "b", "\1"]) == [True, False, True, False]
    assert queue.messages == ["a", "b"]
    assert [one.getMessage() for one in caplog.records] == [
        "the rejected-records queue did not take 2 of 4: InvalidMessageContents: the body has characters that"
        " are not allowed"
    ]
    assert caplog.records[0].name == "forwarder.rejected_records.queue"


def test_queue_keeps_the_other_calls_of_a_failed_one() -> None:
    with LoopbackQueue() as queue:
        assert put(queue, ["a", "x" * (LIMIT + 1), "b"]) == [True, False, True]
    assert queue.messages == ["a", "b"]


ODD = {
    "html": b"<html/>",
    "empty": b"",
    "object": b"{}",
    "array": b"[]",
    "null": b"null",
    "text": b'""',
    "not UTF-8": b"\xff",
    "null entries": b'{"Successful": null, "Failed": null}',
    "entries text": b'{"Successful": "0"}',
    "entries of text": b'{"Successful": ["0"]}',
    "foreign": b'{"Successful": [{"Id": "7"}], "Failed": []}',
    "no id": b'{"Successful": [{}], "Failed": []}',
    "both": json.dumps({"Successful": [{"Id": "0"}], "Failed": [{"Id": "0", "Code": "x"}]}).encode(),
}


@pytest.mark.parametrize("kind", ODD)
def test_queue_odd_answer_confirms_nothing(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with answering(200, ODD[kind]) as endpoint:
        assert put_to(endpoint, ["a"]) == [False]
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (500, b"", "500"),
        (
            403,
            b'{"__type": "com.amazon.coral.service#AccessDeniedException", "message": "no"}',
            "AccessDenied",
        ),
        (200, None, "Connection"),
    ],
)
def test_queue_failing_call_stores_nothing(
    status: int, body: bytes | None, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with answering(status, body) as endpoint:
        assert put_to(endpoint, [str(n) for n in range(12)]) == [False] * 12
    (one,) = caplog.records
    assert "did not take 12 of 12" in one.getMessage()
    assert text in one.getMessage()


def test_queue_confirms_only_what_it_names() -> None:
    with answering(200, b'{"Successful": [{"Id": "1"}], "Failed": []}') as endpoint:
        assert put_to(endpoint, ["a", "b", "c"]) == [False, True, False]


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/q", "eu-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", "cn-north-1"),
        ("https://sqs-fips.us-gov-west-1.amazonaws.com/1/q", "us-gov-west-1"),
        ("https://sqs.eu-west-1.api.aws/1/q", "eu-west-1"),
        ("http://127.0.0.1:4566/1/q", None),
        ("https://sqs.eu-west-1.amazonaws.com.example.org/1/q", None),
    ],
)
def test_queue_region_is_in_its_url(url: str, region: str | None) -> None:
    assert region_of(url) == region
