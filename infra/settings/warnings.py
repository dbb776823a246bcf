"""Warnings about settings: no reason to stop, printed at every synthesis with the remedy."""

from collections.abc import Iterator

from infra.settings.settings import Settings
from infra.settings.sources import ExistingQueue, ExistingStream, QueueSource, Source, StreamSource


def warnings_of(settings: Settings) -> Iterator[str]:
    """Yield the warnings of the settings, each beginning with the key it is about."""
    if settings.endpoint.is_example:
        yield f"endpointUrl: {settings.endpoint.url} is the example; `make deploy` refuses it"
    for source in settings.sources:
        yield from _of_existing(source)
        if isinstance(source, StreamSource):
            yield from _of_stream(source, settings)
        elif source.type == "fifo" and source.batch_size > 1:
            yield from _of_fifo(source, settings)


def _of_existing(source: Source) -> Iterator[str]:
    if isinstance(source.existing, ExistingQueue):
        yield from _of_queue(source.name, source.existing)
    elif isinstance(source.existing, ExistingStream):
        yield from _of_existing_stream(source.name, source.existing)


def _of_queue(name: str, queue: ExistingQueue) -> Iterator[str]:
    facts = {
        "visibilityTimeout": queue.visibility_timeout,
        "kmsKeyArn": queue.kms_key,
        "dlqArn": queue.dlq,
    }
    unstated = [key for key, value in facts.items() if value is None]
    if unstated:
        yield (
            f"sources.{name}.existing: {', '.join(unstated)} not stated, so not checked, granted or watched;"
            " see\n"
            f"  aws sqs get-queue-attributes --region {queue.arn.region} --queue-url"
            f' "$(aws sqs get-queue-url --region {queue.arn.region} --queue-name {queue.arn.name}'
            f' --queue-owner-aws-account-id {queue.arn.account} --query QueueUrl --output text)"'
            " --attribute-names VisibilityTimeout KmsMasterKeyId RedrivePolicy"
        )


def _of_existing_stream(name: str, stream: ExistingStream) -> Iterator[str]:
    facts = {"retentionHours": stream.retention_hours, "kmsKeyArn": stream.kms_key}
    unstated = [key for key, value in facts.items() if value is None]
    if unstated:
        yield (
            f"sources.{name}.existing: {', '.join(unstated)} not stated, so not checked or granted; see\n"
            f"  aws kinesis describe-stream-summary --region {stream.arn.region} --stream-arn {stream.arn}"
            " --query StreamDescriptionSummary.[RetentionPeriodHours,EncryptionType,KeyId]"
        )


def _of_stream(source: StreamSource, settings: Settings) -> Iterator[str]:
    reserved = settings.function.reserved_concurrency
    if reserved is not None and source.shards is None:
        yield (
            f"function.reservedConcurrency: {reserved} may be too little, since sources.{source.name} has no"
            f" fixed number of shards, each of which takes {source.parallelization_factor}; watch Throttles"
        )
    if _retries(settings):
        yield (
            f"config.onRejected: with retry a record of sources.{source.name} that can never be accepted"
            f" holds up its shard for retryAttempts or maxRecordAge ({source.max_record_age} s); dead-letter"
            " does not"
        )


def _of_fifo(source: QueueSource, settings: Settings) -> Iterator[str]:
    if _retries(settings):
        yield (
            f"config.onRejected: with retry a message of sources.{source.name} that can never be accepted"
            " takes the later ones of its group and batch along to the dead-letter queue: they are received"
            " as often; dead-letter does not, nor does a batchSize of 1"
        )


def _retries(settings: Settings) -> bool:
    return settings.config.parsed.on_rejected == "retry"
