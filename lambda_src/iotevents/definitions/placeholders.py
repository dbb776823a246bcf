"""Placeholders for targets and roles that a template leaves unresolved, and how they are recognised.

A placeholder has the form of its type, with the region `local`: `arn:aws:sns:local:000000000000:AlarmTopic`.
It stands in the model like any other value; whoever sends actions asks `placeholder_name` first.
"""

import re
from typing import Final

REGION: Final = "local"
ACCOUNT: Final = "000000000000"
PLAIN: Final = f"{REGION}-{ACCOUNT}-"
TOPIC: Final = f"{REGION}/{ACCOUNT}/"

ARNS: Final = {
    "sns.targetArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:",
    "lambda.functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:",
    "roleArn": f"arn:aws:iam::{ACCOUNT}:role/",
}
PREFIXES: Final = ARNS | {
    "sqs.queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/",
    "iotTopicPublish.mqttTopic": TOPIC,
}
"""The text before the name, by action type and member; other members have `PLAIN`."""

MAX_TOPIC: Final = 128
_UNSAFE: Final = re.compile(r"[^\w.-]+", re.ASCII)
_ARN_REGION: Final = re.compile(r"(arn:[^:]*:[^:]*):[^:]*:")
_SQS_REGION: Final = re.compile(r"(https?://sqs)\.[\w-]+\.")
_FORMS: Final = (
    re.compile(r"arn:[^:]+:[^:]+:local:[^:]*:(?:function:)?(.+)", re.DOTALL),
    re.compile(r"arn:[^:]+:iam::000000000000:role/(.+)", re.DOTALL),
    re.compile(r"https?://sqs\.local\.[^/]+/[^/]*/(.+)", re.DOTALL),
    re.compile(rf"{PLAIN}(.+)", re.DOTALL),
    re.compile(rf"{TOPIC}(.+)", re.DOTALL),
)


def placeholder(member: str, text: str) -> str:
    """Return the placeholder of an action's member (`sns.targetArn`) or a role, from what is known of it.

    `text` is a name, such as a logical id, or a text in the type's own form of which parts are known.
    """
    if placeholder_name(text) is not None:
        return text
    if member in ARNS and _ARN_REGION.match(text):
        return _ARN_REGION.sub(rf"\1:{REGION}:", text, count=1)
    if _SQS_REGION.match(text):
        return _SQS_REGION.sub(rf"\1.{REGION}.", text, count=1)
    prefixed = PREFIXES.get(member, PLAIN) + text
    return prefixed[:MAX_TOPIC] if member == "iotTopicPublish.mqttTopic" and "$" not in text else prefixed


def placeholder_name(value: object) -> str | None:
    """Return the name that a placeholder holds, mostly a logical id; None if the value is no placeholder."""
    if not isinstance(value, str):
        return None
    matches = (form.fullmatch(value) for form in _FORMS)
    return next((match[1] for match in matches if match), None)


def safe_name(symbol: str) -> str:
    """Return the name of a symbol in a placeholder: `Role` of `Role.Arn`, `A-Topic` of `A:Topic`."""
    name = symbol.removeprefix("AWS::").partition(".")[0]
    return _UNSAFE.sub("-", name).strip("-") or "unnamed"
