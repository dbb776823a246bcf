"""Checks of a deployed stack against the emulated AWS itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forwarder.rejected_records import decoder
from forwarder.response.metrics import NAMESPACE

from local.aws.account import Account
from local.aws.deployed import Deployed
from local.aws.expectations import Broken
from local.demo.verification import Check

QUEUES_KEPT = 5
"""Two queues, their dead-letter queues, the rejected-records queue."""
Identity = tuple[str, str, frozenset[tuple[str, str]]]
"""A metric: namespace, name, dimensions with their values."""


def check_rejected(expected: Sequence[Broken], bodies: Sequence[str]) -> Check:
    """Return the check of the rejected-records queue: each broken record once, with code and text."""
    documents = [decoder.decode_record(body) for body in bodies]
    stored = sorted((document.id, document.codes) for document in documents)
    wanted = sorted((record.record, (record.code,)) for record in expected)
    findings = [
        f"{record} is there {stored.count(record)} times, not {wanted.count(record)}"
        for record in _unequal(wanted, stored)
    ]
    findings += [
        f"{document.id} has no text"
        for document in documents
        if not all(p.reason.text for p in document.problems)
    ]
    return Check("every broken record was stored once, with reason code and text", tuple(findings))


def check_dead_letters(expected: Sequence[Broken], ids: Sequence[str]) -> Check:
    """Return the check of the dead-letter queues: each broken record once, and nothing else."""
    wanted, received = sorted(record.record for record in expected), sorted(ids)
    findings = [
        f"{record}: {received.count(record)} times, not {wanted.count(record)}"
        for record in _unequal(wanted, received)
    ]
    return Check(
        "every broken record is in its source's dead-letter queue, and nothing else", tuple(findings)
    )


def check_reasons(expected: Sequence[Broken], log: Sequence[Mapping[str, Any]]) -> Check:
    """Return the check of the log: it says of each broken record why it was returned."""
    samples = [sample for line in log for sample in line.get("samples", ())]
    logged = {(sample["record"], sample["text"].partition(":")[0]) for sample in samples}
    findings = [
        f"{record.record}: no {record.code}"
        for record in expected
        if (record.record, record.code) not in logged
    ]
    return Check("the log says why each of them was returned", tuple(findings))


def check_empty(stack: Deployed, *outputs: str) -> Check:
    """Return the check that queues hold nothing."""
    findings = [f"{output} holds {depth}" for output in outputs if (depth := stack.depth(output))]
    return Check(f"nothing is left in {', '.join(outputs)}", tuple(findings))


def check_outage(log: Sequence[Mapping[str, Any]]) -> Check:
    """Return the check that the outage outlasted invocations of both kinds of queues."""
    failed = {line["source"] for line in log if _all_returned(line)}
    missing = [
        f"no invocation of {source} returned all it got" for source in ("sqs", "fifo") if source not in failed
    ]
    return Check("the outage outlasted invocations of SQS and FIFO", tuple(missing))


def check_alarms(
    stack: Deployed, template: Mapping[str, Any], log: Sequence[Mapping[str, Any]]
) -> list[Check]:
    """Return the checks of the alarms: all there, and those on our metrics on what the function emits."""
    resources = template["Resources"].values()
    wanted = {
        resource["Properties"]["AlarmName"]
        for resource in resources
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    alarms = stack.alarms()
    emitted = set(_emitted(log))
    own = [(alarm["AlarmName"], _identity(alarm)) for alarm in alarms if alarm["Namespace"] == NAMESPACE]
    deaf = [f"{name} watches {identity}" for name, identity in own if identity not in emitted]
    missing = wanted - {alarm["AlarmName"] for alarm in alarms}
    if not own:
        deaf = ["there is no alarm on a metric of the function's"]
    return [
        Check(f"all {len(wanted)} alarms exist", tuple(sorted(missing))),
        Check(f"the {len(own)} alarms on the function's metrics watch what its log has", tuple(deaf)),
        Check("CloudWatch may publish to the alarms' topic", tuple(_silent(stack, alarms))),
    ]


def check_retention(stack: Deployed, resources: Mapping[str, Any]) -> Check:
    """Return the check that the logs are kept as long as the template says."""
    (days,) = (
        resource["Properties"]["RetentionInDays"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    )
    group = stack.outputs["LogGroupName"]
    groups = stack.account.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    kept = [
        description.get("retentionInDays") for description in groups if description["logGroupName"] == group
    ]
    return Check(f"logs are kept for {days} days", () if kept == [days] else (f"{group}: {kept}",))


def check_permissions(tried: Mapping[str, str]) -> Check:
    """Return the check of calls with the function's role: what is granted passes, the rest is refused."""
    granted = {"sqs:GetQueueAttributes"}
    findings = [
        f"{name}: {answer}"
        for name, answer in tried.items()
        if (answer == "allowed") != (name in granted)
        or (name not in granted and "AccessDenied" not in answer)
    ]
    refused = [name for name in tried if name not in granted]
    return Check(f"the function's role is refused {', '.join(refused)}", tuple(findings))


def _unequal(wanted: Sequence[Any], actual: Sequence[Any]) -> list[Any]:
    return [value for value in {*wanted, *actual} if wanted.count(value) != actual.count(value)]


def _all_returned(line: Mapping[str, Any]) -> bool:
    records = line.get("records", {})
    return bool(0 < records.get("received", 0) == records.get("returned", 0))


def _emitted(log: Sequence[Mapping[str, Any]]) -> Iterator[Identity]:
    """Yield the metrics of the log's EMF lines (CloudWatch user guide, "Embedded metric format")."""
    for line in log:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, str(line[name])) for name in names)
                yield from (
                    (directive["Namespace"], metric["Name"], dimensions) for metric in directive["Metrics"]
                )


def _identity(alarm: Mapping[str, Any]) -> Identity:
    dimensions = frozenset((dimension["Name"], dimension["Value"]) for dimension in alarm["Dimensions"])
    return alarm["Namespace"], alarm["MetricName"], dimensions


def _silent(stack: Deployed, alarms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the alarms whose topics CloudWatch may not publish to."""
    may_publish = {
        topic: _may_publish(stack.account, topic) for alarm in alarms for topic in alarm["AlarmActions"]
    }
    for alarm in alarms:
        if not any(may_publish[topic] for topic in alarm["AlarmActions"]):
            yield str(alarm["AlarmName"])


def _may_publish(account: Account, topic: str) -> bool:
    policy = account.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    statements: list[dict[str, Any]] = json.loads(policy)["Statement"]
    return any(_lets_alarms_in(statement) for statement in statements)


def _lets_alarms_in(statement: Mapping[str, Any]) -> bool:
    allows = statement["Effect"] == "Allow" and "sns:publish" in str(statement["Action"]).lower()
    return bool(allows and "cloudwatch.amazonaws.com" in str(statement["Principal"]))


def check_left(stack: Deployed, said: str) -> Check:
    """Return the check of a destroyed stack that keeps what holds data; `said` is what was said before."""
    stays, _, lost = said.partition("This is lost:")
    group = stack.outputs["LogGroupName"]
    queues = [url.rpartition("/")[2] for url in stack.queue_urls()]
    findings = [f"{queue} was not said to stay" for queue in queues if queue not in stays]
    findings += [] if len(queues) == QUEUES_KEPT else [f"{len(queues)} queues stay: {queues}"]
    findings += [] if group in lost else [f"{group} was not said to be lost"]
    findings += [f"{group} is still there"] if stack.has_logs() else []
    return Check("what was said to stay stays, what was said to be lost is gone", tuple(findings))
