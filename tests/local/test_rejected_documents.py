import pytest
from forwarder.errors import RejectedRecordError
from forwarder.reasons import Reason
from forwarder.records import Problem
from forwarder.rejected_records.encoder import encode_record

from local.demo import verification
from local.demo.verification import Rejected
from tests.support.forwarder.records import make_config, read, sqs_entry


def test_rejected_is_parsed_for_the_books() -> None:
    (record,) = read(make_config(), sqs_entry("{", id="m-7"))
    problems = [Problem(Reason(code), index) for index, code in enumerate(["BadJson", "Refused", "BadJson"])]
    assert verification.parse_rejected(encode_record(record, problems, 0)) == Rejected(
        "m-7", ("BadJson", "Refused")
    )


def test_rejected_that_is_no_document_is_an_error() -> None:
    with pytest.raises(RejectedRecordError):
        verification.parse_rejected("{}")
