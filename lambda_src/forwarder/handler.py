"""The entry point: configuration and clients are made at import, so that a cold start pays once.

The garbage collector is off meanwhile: almost all objects that an import makes are kept, and looking through
them again and again is a good part of a cold start.
"""
# ruff: noqa: E402  the collector has to be off before the imports

import gc

gc.disable()

import os
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from forwarder.config.config import load_config
from forwarder.factory import make_forwarder
from forwarder.gc_tuning import tune_collector
from forwarder.response.observability import InvocationLogger

__all__ = ["lambda_handler"]

FORWARDER = make_forwarder(load_config(os.environ, Path(os.environ.get("LAMBDA_TASK_ROOT", "."))))
INVOCATION_LOGGER = InvocationLogger(os.environ)

tune_collector()


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Forward an event of SQS or Kinesis and return the partial batch response.

    Parameters:
        event: the event as Lambda hands it over, of one queue or stream.
        context: of it are used the time left in milliseconds, which bounds the work, and the request's id.

    Returns `{"batchItemFailures": [{"itemIdentifier": ...}]}` with the records that have to come again.
    Raises EventError for an event that cannot be taken, ConfigError if the time left is too short for a
    call, AccountingError if the counts do not add up: nothing is acknowledged then.
    """
    report = FORWARDER.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
    INVOCATION_LOGGER.emit(report, context.aws_request_id)
    return report.response.body
