from typing import Any

import pytest
from forwarder.reasons import RECORD_CODES

from tests.support.forwarder.records import make_config, route_entry, sqs_entry

ROUTE = {"inputName": "a"}
TEXT: dict[str, Any] = {}
RECORDS: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    ("BadRecord", None, ROUTE, TEXT),
    ("BadBase64", "?", ROUTE, {"bodyEncoding": "base64"}),
    ("BadEnvelope", "{}", ROUTE, {"envelope": "sns"}),
    ("BadCompression", "H4sI", ROUTE, TEXT),
    ("TooLarge", "H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==", ROUTE, {"maxDecompressedBytes": 1}),
    ("BadUtf8", "/w==", ROUTE, {"bodyEncoding": "base64"}),
    ("BadJson", "{", ROUTE, TEXT),
    ("BadNumber", '{"a":1e999}', ROUTE, TEXT),
    ("TooDeep", "[" * 101, ROUTE, TEXT),
    ("ServiceMessage", '{"Service":"Amazon S3","Event":"s3:TestEvent"}', ROUTE, TEXT),
    ("NoRoute", "{}", {**ROUTE, "when": "body.a"}, TEXT),
    ("Expression", "{}", {**ROUTE, "keyFrom": "abs(body)"}, TEXT),
    ("NotAnArray", "{}", {**ROUTE, "split": "body"}, TEXT),
    ("BadInputName", "{}", {"inputNameFrom": "body.a"}, TEXT),
    ("NotAnObject", "[]", ROUTE, TEXT),
    ("PayloadTooLarge", "{}", ROUTE, {"maxPayloadBytes": 1}),
]


@pytest.mark.parametrize(("code", "body", "route", "keys"), RECORDS)
def test_code_is_given(code: str, body: Any, route: dict[str, Any], keys: dict[str, Any]) -> None:
    (problem,) = route_entry(make_config(route, **keys), {**sqs_entry(), "body": body}).problems
    assert problem.reason.code == code


def test_every_code_has_a_record() -> None:
    assert [code for code, *_ in RECORDS] == list(RECORD_CODES)
