"""One JSON object per line: who (ids only), where, what, how long. No query string, no personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, has_app_context, has_request_context, request, session
from werkzeug.local import LocalProxy

from app.platform.scope import current_tenant_id

log = logging.getLogger("trainflow.request")

EXTRA = ("duration_ms", "status", "job", "outcome", "code")
QUIET_ROUTES = ("/static/", "/api/health", "/healthz")  # asked every few seconds, at debug level only

# What PostgreSQL adds to an error quotes the row, names and addresses included.
_QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*(\n\s+\^)?$", re.MULTILINE)


# What opens something by itself: links of mails and calendars, keys, tokens. A server names whole addresses when
# it gives up on a request.
_SECRETS = re.compile(r"(/(?:login/reset|calendar|notifications/unsubscribe|decide)/)[^\s/?\"']+"
                      r"|\btfk_[\w-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*")


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON with the request or job that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"timestamp": at, "level": record.levelname, "logger": record.name,
                "message": record.getMessage(), **_where(),
                **{name: getattr(record, name) for name in EXTRA if hasattr(record, name)}}
        if record.exc_info:
            line["exception"] = _QUOTED_ROW.sub(r"\1: (left out)", self.formatException(record.exc_info))
        written = json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, default=str)
        return _SECRETS.sub(r"\1(left out)", written)


def _where() -> dict[str, Any]:
    if not has_app_context():
        return {}
    tenant_id = current_tenant_id()
    where: dict[str, Any] = {"trace_id": g.get("trace_id"), "tenant": str(tenant_id) if tenant_id else None}
    if has_request_context():
        rule = request.url_rule
        where |= {"method": request.method, "route": rule.rule if rule else None, "user": _user_id(),
                  "impersonator": getattr(g.get("impersonator"), "id", None)}
    return where


def _user_id() -> str | None:
    # Of a login that is loaded already (of a session; of a token or key), or named by the session: a log line never
    # asks the database, which is why the one behind a proxy, or expired, is not looked at.
    for name in ("_login_user", "user"):
        login = g.get(name)
        state = None if isinstance(login, LocalProxy) else sa.inspect(login, raiseerr=False)
        if state is not None and state.identity:
            return str(state.identity[0])
    return session.get("_user_id")


def init_app(app: Flask) -> None:
    """Log in JSON at `LOG_LEVEL`, one line per answered request."""
    configure(app.config["LOG_LEVEL"])

    @app.before_request
    def _begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def _end(response: Response) -> Response:
        level = logging.DEBUG if request.path.startswith(QUIET_ROUTES) else logging.INFO
        took = round((time.monotonic() - g.get("began", time.monotonic())) * 1000)
        log.log(level, "request", extra={"status": response.status_code, "duration_ms": took})
        return response


def configure(level: str) -> None:
    """Send every logger of this process to stderr as JSON; asked again, only the level changes."""
    root = logging.getLogger()
    root.setLevel(level)
    if not any(isinstance(handler.formatter, JsonFormatter) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        root.addHandler(handler)
    # They name addresses with query strings, or of people, or repeat what is logged here already.
    for name in ("werkzeug", "flask-limiter", "rq.worker", "rq_scheduler.scheduler", "flask_appbuilder", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
