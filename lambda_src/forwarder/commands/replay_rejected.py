"""`python -m forwarder replay-rejected`: move rejected records on, once their fault is repaired.

At least once: a message is deleted from the queue only when its record was moved. If the deletion fails, or
the command is ended in between, the record will be moved again.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import iotevents_client

from forwarder.clients import sender
from forwarder.commands.inputs import CONFIG_HELP, positive, read_config
from forwarder.delivery.pool import Pool
from forwarder.errors import RedriveError
from forwarder.reasons import RECORD_CODES, TARGET_CODES
from forwarder.redrive.aws import make_client
from forwarder.redrive.destination import Destination
from forwarder.redrive.queue_reader import QueueReader
from forwarder.redrive.redrive import Redrive, RedriveResult
from forwarder.redrive.to_source import ToSource
from forwarder.redrive.to_target import ToTarget
from forwarder.rejected_records.queue import region_of

_ALL_CODES = (*RECORD_CODES, *TARGET_CODES)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's parser."""
    parser.description = (
        "Move records from the rejected-records queue to their source or to the target, at least once."
        " What cannot be moved stays in the queue and is named. Exit code 0: nothing of what was to be moved"
        " is left, 1: something is."
    )
    parser.add_argument("--queue-url", required=True, metavar="URL", help="the rejected-records queue")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument(
        "--to-source", action="store_true", help="send whole records to the queue or stream they came from"
    )
    way.add_argument(
        "--to-target", action="store_true", help="send to the target only the messages that were rejected"
    )
    parser.add_argument("--config", metavar="FILE", help=f"for --to-target: {CONFIG_HELP}")
    parser.add_argument(
        "--code",
        nargs="+",
        default=(),
        choices=_ALL_CODES,
        metavar="CODE",
        help="only records with this reason",
    )
    parser.add_argument("--max", type=positive, metavar="N", help="receive at most N messages (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="move nothing, say what would be done")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Move records and print a summary. Raises ConfigError and RedriveError."""
    with (
        _destination(options) as destination,
        closing(make_client("sqs", region_of(options.queue_url))) as client,
    ):
        redrive = Redrive(QueueReader(client, options.queue_url), destination, _say, codes=options.code)
        result = redrive.run(options.max, dry=options.dry_run)
    print(_summary(result, dry=options.dry_run, codes=options.code))
    if result.fault:
        print(f"error: nothing more was tried: {result.fault}", file=sys.stderr)
    return 1 if result.kept or result.fault else 0


@contextmanager
def _destination(options: argparse.Namespace) -> Iterator[Destination]:
    if options.to_source:
        with closing(ToSource(make_client)) as destination:
            yield destination
        return
    config = read_config(options.config)
    try:
        send = sender(config)
    except iotevents_client.EndpointError as error:
        raise RedriveError(f"the target cannot be called: {error}") from error
    with closing(Pool(config.workers)) as pool:
        yield ToTarget(config, send, pool)


def _say(line: str) -> None:
    print(line, flush=True)


def _summary(result: RedriveResult, *, dry: bool, codes: Sequence[str]) -> str:
    parts = [f"{'would move' if dry else 'moved'} {result.moved}", f"kept {result.kept}"]
    if codes:
        parts.append(f"passed over {result.skipped} with other codes")
    return ", ".join(parts)
