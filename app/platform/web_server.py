"""How gunicorn serves TrainFlow: `gunicorn --config python:app.platform.web_server 'app:create_app()'`.

A few processes with threads each: pages wait for the database most of their time, and a process that is
loaded before it forks costs little memory.
"""

from __future__ import annotations

import gc
import os
import tempfile
from typing import Any

# Where the processes put together what /metrics tells; has to be known before the first of them counts.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="trainflow-metrics-"))

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 5
max_requests = 5000
max_requests_jitter = 500
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"alembic": {"level": "WARNING"},
                "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
                "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True}},
    "root": {"level": os.environ.get("LOG_LEVEL", "INFO"), "handlers": ["lines"]},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "formatters": {"json": {"()": "app.platform.logging.JsonFormatter"}},
}


def pre_fork(server: Any, worker: Any) -> None:
    """What is loaded stays: looking through it for cycles again and again took a tenth of a page."""
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A forked process opens connections of its own."""
    from app.platform.db import db

    application = server.app.wsgi()
    with application.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
    application.extensions.pop("redis", None)


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted outlives it."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
