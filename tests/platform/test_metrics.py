"""What Prometheus is told, and who may ask."""

from __future__ import annotations

import re

import pytest

from app.platform import jobs, redis
from app.platform.jobs import job


def told(client, **more):
    """What /metrics says: series to number."""
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {series: float(value) for series, value in lines}


def test_requests_are_counted_by_route_and_status(context, acme, sign_in):
    client = sign_in(acme, "officer")
    series = 'trainflow_requests_total{method="GET",route="/departments/<pk>",status="404"}'
    before = told(client).get(series, 0)
    client.get("/departments/00000000-0000-7000-8000-000000000000")
    client.get("/departments/nonsense")
    found = told(client)
    assert found[series] == before + 2
    assert found['trainflow_request_seconds_count{method="GET",route="/departments/<pk>"}'] >= 2
    assert found['trainflow_request_statements_sum{route="/departments/<pk>"}'] >= 4


def test_methods_that_somebody_makes_up_are_counted_as_one(context):
    client = context.test_client()
    for method in ("FOO", "BAR", "X" * 500):
        client.open("/login", method=method)
    methods = {re.search(r'method="(.*?)"', series)[1] for series in told(client) if "method=" in series}
    assert "other" in methods
    assert methods <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}


def test_no_address_person_or_tenant_is_named(context, acme, sign_in):
    client = sign_in(acme, "officer")
    client.get("/departments?q=Unspoken")
    client.get("/nothing-here/unspoken")
    text = client.get("/metrics").text
    assert "nspoken" not in text
    assert str(acme.id) not in text
    assert 'route="unmatched"' in text


@job("default", per_tenant=False)
def counted_job() -> None:
    """A job for this test."""


def test_jobs_and_queues_are_counted_whoever_runs_them(context, run_pending_jobs):
    counted_job.enqueue()
    assert told(context.test_client())['trainflow_queue_depth{queue="default"}'] == 1
    run_pending_jobs()
    found = told(context.test_client())
    assert found['trainflow_queue_depth{queue="default"}'] == 0
    assert found[f'trainflow_job_runs_total{{job="{counted_job.name}",outcome="done"}}'] == 1
    assert f'trainflow_job_seconds_total{{job="{counted_job.name}"}}' in found
    assert redis.connection().hlen(jobs.TOTALS) >= 2


def test_what_waits_in_the_outbox_is_measured(context):
    found = told(context.test_client())
    assert (found["trainflow_outbox_due"], found["trainflow_outbox_age_seconds"]) == (0, 0)


def test_requests_are_told_while_redis_is_away(context, monkeypatch):
    monkeypatch.setitem(context.config, "REDIS_URL", "redis://127.0.0.1:1/0")
    assert any(series.startswith("trainflow_requests_total") for series in told(context.test_client()))


@pytest.mark.parametrize(("environment", "token", "sent", "status"), [
    ("testing", "", None, 200), ("production", "", None, 404), ("production", "abc", None, 404),
    ("production", "abc", "abd", 404), ("production", "abc", "abc", 200), ("testing", "abc", None, 404),
])
def test_who_may_ask(context, monkeypatch, environment, token, sent, status):
    monkeypatch.setitem(context.config, "ENV_NAME", environment)
    monkeypatch.setitem(context.config, "METRICS_TOKEN", token)
    headers = {"Authorization": f"Bearer {sent}"} if sent else {}
    assert context.test_client().get("/metrics", headers=headers).status_code == status


def test_others_than_this_machine_learn_nothing(context):
    assert context.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 404


def test_a_trace_is_taken_up_and_given_back(context):
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = context.test_client().get("/healthz", headers={"traceparent": given})
    assert re.fullmatch(r"00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01", answer.headers["traceparent"])
    assert answer.headers["traceparent"] != given
