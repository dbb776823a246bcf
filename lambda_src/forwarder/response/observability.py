"""Log line and metrics of an invocation, written with Powertools."""

import logging
from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics

from forwarder.response import metrics as names
from forwarder.response.report import Report, summary, values


class InvocationLogger:
    """Logger and metrics of the function; the environment may name service, namespace and level."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        service = environ.get("POWERTOOLS_SERVICE_NAME") or names.SERVICE
        namespace = environ.get("POWERTOOLS_METRICS_NAMESPACE") or names.NAMESPACE
        self._logger = Logger(service=service, use_rfc3339=True, utc=True, location=None)
        self._metrics = Metrics(service=service, namespace=namespace)
        # What the modules warn of goes out in the same form.
        modules = logging.getLogger("forwarder")
        modules.handlers = [self._logger.registered_handler]
        modules.propagate = False

    def emit(self, report: Report, request_id: str) -> None:
        """Write the summary line and the metrics of an invocation; never anything of a payload."""
        self._emit_metrics(report)
        write = self._logger.info if report.succeeded else self._logger.warning
        if report.stats.faults:
            write = self._logger.error
        write(report.text, extra={"function_request_id": request_id, **summary(report)})

    def _emit_metrics(self, report: Report) -> None:
        self._metrics.add_dimension("source", report.event.source.value)
        for name, unit, value in values(report):
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()
