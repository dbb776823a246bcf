"""Makes calls with boto3, as people do.

A program of its own, since its boto3 may be another than that of the tests:

    python client.py MODULE:FUNCTION [ARGUMENT ...]

names what makes a client. Each line of standard input is a call, {"endpoint", "operation", "input"}, and is
answered with a line: {"output"} or {"error": {"type", "status", "message"}}. In these lines bytes are
{"$bytes": base64} and a datetime is {"$date": epoch milliseconds}.
"""

import base64
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pkgutil import resolve_name
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError


def main(name: str, arguments: Iterable[str]) -> None:
    """Answer calls until standard input ends."""
    make = resolve_name(name)
    endpoint, client = "", None
    for line in sys.stdin:
        asked = json.loads(line, object_hook=read)
        if client is None or asked["endpoint"] != endpoint:
            endpoint = asked["endpoint"]
            client = make(*arguments, endpoint_url=endpoint, region_name="eu-west-1")
        operation = getattr(client, xform_name(asked["operation"]))
        print(json.dumps(answer(operation, asked["input"]), default=write), flush=True)


def answer(operation: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the output, or the error as this SDK raises it."""
    try:
        output = operation(**given)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        message = error.response["Error"]["Message"]
        return {"error": {"type": type(error).__name__, "status": status, "message": message}}
    del output["ResponseMetadata"]
    return {"output": output}


def read(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["$bytes"]) if "$bytes" in value else value


def write(value: Any) -> Any:
    """Convert a value that JSON lacks; raise TypeError for what no output has."""
    if not isinstance(value, datetime):
        raise TypeError(type(value))
    return {"$date": round(value.timestamp() * 1000)}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
