"""OpenTelemetry: spans of requests, their SQL and jobs, sent to OTEL_EXPORTER_OTLP_ENDPOINT.

Without that address no span is made and nothing that makes or sends one is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask

JobSpan = Callable[[str, str | None, str | None], AbstractContextManager[None]]

_job_spans: list[JobSpan] = []


def init_app(app: Flask) -> None:
    """Trace the application when somebody said where to."""
    if app.config["OTEL_EXPORTER_OTLP_ENDPOINT"]:
        from app.platform import spans

        _job_spans[:] = [spans.trace(app, app.config["OTEL_EXPORTER_OTLP_ENDPOINT"])]


@contextmanager
def job_span(name: str, trace_id: str | None, span_id: str | None) -> Iterator[None]:
    """Trace the run of a job, below the span (hexadecimal, as in a traceparent) from which it was enqueued."""
    if not _job_spans:
        yield
        return
    with _job_spans[0](name, trace_id, span_id):
        yield
