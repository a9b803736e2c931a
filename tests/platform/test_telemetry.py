"""What an OpenTelemetry collector is sent, and that nothing of it is loaded without one."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.platform.jobs import Origin, job, perform
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def collector():
    """The address of a collector, and what it was sent: path and body."""
    sent = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()


@pytest.fixture(scope="module")
def traced(tmp_path_factory, collector):
    """TrainFlow with that collector; traced.sent() is what it was sent since, as one piece."""
    url, sent = collector
    with served_app(tmp_path_factory.mktemp("traced"), OTEL_EXPORTER_OTLP_ENDPOINT=url) as app:
        with app.app_context():
            app.acme = Organisation("acme")

        def flushed():
            assert app.extensions["telemetry"].force_flush()
            assert {path for path, _body in sent} <= {"/v1/traces"}
            bodies = b"".join(body for _path, body in sent)
            sent.clear()
            return bodies

        app.sent = flushed
        yield app
        app.extensions["telemetry"].shutdown()


def test_a_request_and_its_statements_are_spans_of_the_trace_it_came_with(traced):
    client = traced.test_client()
    client.post("/login", data={"email": traced.acme.emails["officer"], "password": PASSWORD})
    told = traced.sent()
    assert b"POST /login" in told
    assert traced.acme.emails["officer"].encode() not in told
    answer = client.get("/departments?q=Zanzibar", headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
    told = traced.sent()
    assert bytes.fromhex(TRACE) in told
    assert bytes.fromhex(SPAN) in told
    assert bytes.fromhex(answer.headers["traceparent"].split("-")[2]) in told
    assert b"GET /departments" in told
    assert b"FROM departments" in told
    assert b"anzibar" not in told


def test_a_trace_that_begins_here_has_the_id_that_the_answer_tells(traced):
    answer = traced.test_client().get("/healthz")
    assert bytes.fromhex(answer.headers["X-Trace-Id"]) in traced.sent()


@job("default", per_tenant=False)
def traced_job() -> None:
    """A job for this test."""


def test_a_job_stands_below_the_request_that_enqueued_it(traced):
    with traced.app_context():
        perform(traced_job.name, Origin(source="screen", trace_id=TRACE, span_id=SPAN), ())
    told = traced.sent()
    assert traced_job.name.encode() in told
    assert bytes.fromhex(TRACE) in told
    assert bytes.fromhex(SPAN) in told


def test_without_a_collector_nothing_of_it_is_loaded():
    asks = ("import sys; from app import create_app; from config import Testing; create_app(Testing());"
            "print([name for name in sys.modules if name.startswith(('opentelemetry.exporter', "
            "'opentelemetry.sdk.trace', 'app.platform.spans'))])")  # the Redis client looks for its metrics
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]"
