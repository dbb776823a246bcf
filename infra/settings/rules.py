"""Rules between settings: AWS's own that CDK does not check, and the forwarder's guarantees.

Each rule yields what is wrong, by key, with the fix. Sources: Lambda developer guide, "Using Lambda with
Amazon SQS" (visibility timeout of six times the function's, batch window), "Using Lambda with Kinesis",
"Configuring reserved concurrency"; IoT Events API reference, Message (messageId is known for five minutes).
"""

from collections.abc import Iterable, Iterator, Sequence

from forwarder.config.config import Config
from forwarder.delivery.deadline import DUPLICATE_WINDOW, REDELIVERY, SETTLING

from infra.settings.arns import Arn
from infra.settings.function import FunctionSettings
from infra.settings.sources import QueueSource, Source, StreamSource

TIMEOUTS_PER_VISIBILITY = 6


def visibility_timeout(source: QueueSource, function: FunctionSettings) -> int | None:
    """Return the queue's visibility timeout in seconds; None if an existing queue's is not stated."""
    if source.existing:
        return source.existing.visibility_timeout
    return source.visibility_timeout or _minimum_visibility(source, function)


def source_rules(source: Source, function: FunctionSettings) -> Iterator[str]:
    """Yield what is wrong with one source."""
    if isinstance(source, StreamSource):
        yield from _retention(source)
    else:
        yield from _window(source)
        yield from _visibility(source, function)
        yield from _own_dead_letter_queue(source)


def function_rules(function: FunctionSettings, config: Config) -> Iterator[str]:
    """Yield what is wrong between the function and the forwarder's configuration."""
    minimum = config.connect_timeout + config.read_timeout + SETTLING
    if function.timeout <= minimum:
        yield (
            f"function.timeout: {function.timeout} s are too short for a single call, which may take"
            f" connectTimeout + readTimeout + {SETTLING:g} s = {minimum:g} s; raise it, or lower those"
        )


def concurrency_rules(sources: Sequence[Source], function: FunctionSettings) -> Iterator[str]:
    """Yield what is wrong between the reserved concurrency and what the sources may use at once.

    Invocations above it are throttled, and each of those costs an SQS message one receive on its way to the
    dead-letter queue.
    """
    needed = sum(_concurrency(source) for source in sources)
    reserved = function.reserved_concurrency
    if reserved is not None and reserved < needed:
        yield (
            f"function.reservedConcurrency: {reserved} is less than what the sources may use at once,"
            f" {needed} (maxConcurrency of queues, shards × parallelizationFactor of streams); raise it or"
            " lower those"
        )


def place_rules(
    sources: Sequence[Source], key: Arn | None, region: str | None, region_source: str
) -> Iterator[str]:
    """Yield what is not in the one region in which Lambda, its sources and their keys have to be.

    `region_source` says where the region comes from; without one, that of the first existing source holds.
    """
    arns = [*_arns(sources), *([("kmsKey", key)] if key else [])]
    if region is None and arns:
        region_source, region = f"{arns[0][0]} is in it", arns[0][1].region
    for name, arn in arns:
        if arn.region != region:
            yield (
                f"{name}: {arn} is in {arn.region}, the deployment in {region} ({region_source}); Lambda and"
                " all that it reads and writes here have to be in one region"
            )
    yield from _used_twice(sources)


def existing_region(sources: Iterable[Source]) -> str | None:
    """Return the region of the existing sources, or None if there are none."""
    return next((source.existing.arn.region for source in sources if source.existing), None)


def _minimum_visibility(source: QueueSource, function: FunctionSettings) -> int:
    return TIMEOUTS_PER_VISIBILITY * function.timeout + source.batch_window


def _window(source: QueueSource) -> Iterator[str]:
    if source.batch_size > 10 and source.batch_window == 0:
        yield (
            f"sources.{source.name}.batchWindow: 0 with a batchSize of {source.batch_size}; above 10 Lambda"
            " needs a window of at least 1 s"
        )


def _visibility(source: QueueSource, function: FunctionSettings) -> Iterator[str]:
    visibility = visibility_timeout(source, function)
    if visibility is None:
        return
    key = f"sources.{source.name}" + (".existing" if source.existing else "") + ".visibilityTimeout"
    minimum = _minimum_visibility(source, function)
    if visibility < minimum:
        yield (
            f"{key}: {visibility} s is less than {TIMEOUTS_PER_VISIBILITY} × function.timeout + batchWindow ="
            f" {minimum} s, so that messages would come again while they are worked on; raise it or lower"
            " those"
        )
    latest = visibility + function.timeout + REDELIVERY
    if latest >= DUPLICATE_WINDOW and not source.allow_duplicates:
        yield (
            f"{key}: a message whose answer was lost would be sent again after up to {visibility} +"
            f" {function.timeout} (function.timeout) + {REDELIVERY} = {latest} s, when the target no"
            f" longer knows it (it does for {DUPLICATE_WINDOW} s); lower function.timeout and this one, or"
            f" accept duplicates with sources.{source.name}.allowDuplicates: true"
        )


def _own_dead_letter_queue(source: QueueSource) -> Iterator[str]:
    existing = source.existing
    if existing and existing.dlq and existing.dlq.is_fifo != existing.arn.is_fifo:
        kind = "FIFO" if existing.arn.is_fifo else "standard"
        yield (
            f"sources.{source.name}.existing.dlqArn: {existing.dlq} cannot be the dead-letter queue of a"
            f" {kind} queue, which takes only a {kind} queue"
        )


def _retention(source: StreamSource) -> Iterator[str]:
    hours = source.existing.retention_hours if source.existing else source.retention_hours
    needed = -(-source.max_record_age // 3600) + source.reaction_hours
    if hours is not None and hours < needed:
        key = f"sources.{source.name}" + (".existing" if source.existing else "") + ".retentionHours"
        yield (
            f"{key}: {hours} h is less than maxRecordAge + reactionHours = {needed} h: records would be gone"
            " before someone could read again what was given up; raise it or lower those"
        )


def _concurrency(source: Source) -> int:
    """Return the known concurrency of a source; the shards of an on-demand stream are not known."""
    if isinstance(source, QueueSource):
        return source.max_concurrency
    return (source.shards or 0) * source.parallelization_factor


def _arns(sources: Sequence[Source]) -> Iterator[tuple[str, Arn]]:
    for source in sources:
        key = f"sources.{source.name}"
        if source.existing:
            yield f"{key}.existing.arn", source.existing.arn
            if source.existing.kms_key:
                yield f"{key}.existing.kmsKeyArn", source.existing.kms_key
        if isinstance(source, QueueSource):
            if source.existing and source.existing.dlq:
                yield f"{key}.existing.dlqArn", source.existing.dlq
        elif isinstance(source.on_failure, Arn):
            yield f"{key}.onFailure", source.on_failure


def _used_twice(sources: Sequence[Source]) -> Iterator[str]:
    seen: dict[Arn, str] = {}
    for source in sources:
        if source.existing:
            first = seen.setdefault(source.existing.arn, source.name)
            if first != source.name:
                yield f"sources.{source.name}.existing.arn: is that of sources.{first}, too; leave one out"
