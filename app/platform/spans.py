"""The spans themselves. Imported only where OpenTelemetry is configured.

They carry routes, statements without their values, statuses and job names: nobody's data. Trace ids are
those of app.platform.tracing, so that a span, a log line and an answer's X-Trace-Id name each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import opentelemetry.trace as otel
from flask import Flask, Response, g, has_app_context, request
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.platform import telemetry

FLUSH_MILLISECONDS = 2000  # a worker's process ends with its job and does not wait longer for a collector


class _OurTraceIds(RandomIdGenerator):
    """A trace that begins here has the id that logs and answers tell."""

    def generate_trace_id(self) -> int:
        known = g.get("trace_id") if has_app_context() else None
        return int(known, 16) if known else super().generate_trace_id()


def trace(app: Flask, endpoint: str) -> telemetry.JobSpan:
    """Trace requests of `app`, and every statement below them; returns what traces a job."""
    provider = TracerProvider(resource=Resource.create({"service.name": "trainflow"}), id_generator=_OurTraceIds())
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    app.extensions["telemetry"] = provider
    tracer = provider.get_tracer("trainflow")
    _trace_requests(app, tracer)
    _trace_statements(tracer)

    @contextmanager
    def job(name: str, trace_id: str | None, span_id: str | None) -> Iterator[None]:
        try:
            with _entered(tracer.start_span(name, _below(trace_id, span_id), otel.SpanKind.CONSUMER)):
                yield
        finally:
            provider.force_flush(FLUSH_MILLISECONDS)
    return job


def _below(trace_id: str | None, span_id: str | None) -> Any:
    """The context of a span elsewhere; None, to begin a trace, where its ids are not known."""
    if not trace_id or not span_id:
        return None
    above = otel.SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True,
                             trace_flags=otel.TraceFlags(otel.TraceFlags.SAMPLED))
    return otel.set_span_in_context(otel.NonRecordingSpan(above))


def _entered(span: otel.Span) -> AbstractContextManager[otel.Span]:
    return otel.use_span(span, end_on_exit=True)


def _trace_requests(app: Flask, tracer: otel.Tracer) -> None:
    @app.before_request
    def _begin() -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        span = tracer.start_span(f"{request.method} {route}", _below(g.trace_id, g.parent_span_id),
                                 otel.SpanKind.SERVER, {"http.request.method": request.method, "http.route": route})
        g.span_id = otel.format_span_id(span.get_span_context().span_id)
        g.span, g.span_entered = span, _entered(span)
        g.span_entered.__enter__()

    @app.after_request
    def _answered(answer: Response) -> Response:
        if "span" in g:
            g.span.set_attribute("http.response.status_code", answer.status_code)
            if answer.status_code >= 500:
                g.span.set_status(otel.StatusCode.ERROR)
        return answer

    @app.teardown_request
    def _end(error: BaseException | None) -> None:
        entered = g.pop("span_entered", None)
        if entered is not None:
            entered.__exit__(None, None, None)


def _trace_statements(tracer: otel.Tracer) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def _begin(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if context is not None and otel.get_current_span().is_recording():
            context._span = tracer.start_span(statement.split(None, 1)[0], kind=otel.SpanKind.CLIENT, attributes={
                "db.system.name": connection.dialect.name, "db.query.text": statement})

    @event.listens_for(Engine, "after_cursor_execute")
    def _end(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if (span := getattr(context, "_span", None)) is not None:
            span.end()

    @event.listens_for(Engine, "handle_error")
    def _failed(failure: Any) -> None:
        if (span := getattr(failure.execution_context, "_span", None)) is not None:
            span.set_status(otel.StatusCode.ERROR)
            span.end()
