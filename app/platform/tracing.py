"""One id per request or job, so that a person's report leads to the log lines behind it."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")


def new_trace_id() -> str:
    """32 hexadecimal digits, as W3C Trace Context has them."""
    return secrets.token_hex(16)


def ids_of(traceparent: str | None) -> tuple[str | None, str | None]:
    """The trace id and the span id of a W3C `traceparent` header; None twice when there is none or it is not one."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    return (match.group(1), match.group(2)) if match and not match.string.startswith("ff") else (None, None)


def init_app(app: Flask) -> None:
    """Give every request `g.trace_id` and every answer `X-Trace-Id` and a `traceparent` of its own."""

    @app.before_request
    def _begin() -> None:
        given, g.parent_span_id = ids_of(request.headers.get("traceparent"))
        g.trace_id, g.span_id = given or new_trace_id(), secrets.token_hex(8)

    @app.after_request
    def _tell(response: Response) -> Response:
        trace_id = g.get("trace_id") or new_trace_id()
        response.headers["X-Trace-Id"] = trace_id
        response.headers["traceparent"] = f"00-{trace_id}-{g.get('span_id') or secrets.token_hex(8)}-01"
        return response
