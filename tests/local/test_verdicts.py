from typing import Any

import pytest

from local.pollers import judge

BATCH = ("a", "b", "c")
ALL = frozenset(BATCH)


def items(*identifiers: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


@pytest.mark.parametrize(
    "response",
    [
        None,
        {},
        {"batchItemFailures": []},
        {"batchItemFailures": None},
        {"batchitemfailures": [{"itemIdentifier": "a"}]},
        {"failures": ["a"]},
    ],
)
def test_response_means_success(response: Any) -> None:
    assert judge(response, BATCH).failed == frozenset()


def test_response_names_the_failed() -> None:
    verdict = judge(items("c", "a", "a"), BATCH)
    assert verdict.failed == {"a", "c"}
    assert verdict.error is None


@pytest.mark.parametrize(
    "response",
    [
        items(None),
        items(""),
        items("a", "unknown"),
        items(1),
        items(["a"]),
        {"batchItemFailures": [{"ItemIdentifier": "a"}]},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": {"itemIdentifier": "a"}},
        "text",
        [],
        b"bytes",
        {"batchItemFailures": {"a"}},
    ],
)
def test_response_means_complete_failure(response: Any) -> None:
    verdict = judge(response, BATCH)
    assert verdict.failed == ALL
    assert verdict.error


def test_response_is_ignored_without_reporting() -> None:
    assert judge(items("a", "unknown"), BATCH, reporting=False).failed == frozenset()


def test_response_must_be_json_without_reporting() -> None:
    assert judge(object(), BATCH, reporting=False).failed == ALL
