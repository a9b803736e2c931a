"""Demo data over REST: the operator's, made by a worker, and never in production."""

from __future__ import annotations

import pytest
from rq import Queue

from app.platform import redis

ADDRESSES = ("/api/v1/admin/seed-demo", "/api/v1/users/seed-demo")


def waiting_jobs():
    return [job.description for job in Queue("default", connection=redis.connection()).jobs]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_operator_has_demo_data_added_by_a_worker_once(operator_program, address):
    for _twice in range(2):
        answer = operator_program.post(address)
        assert (answer.status_code, answer.json["accepted"]) == (202, True)
    assert waiting_jobs() == ["seeds.plant_demo"]


def test_nobody_of_a_tenant_may_ask_for_them(acme, program):
    for name in ("admin", "officer", "employee"):
        assert program(acme, name).post(ADDRESSES[0]).status_code == 403
    assert waiting_jobs() == []


def test_production_has_none(app, operator_program):
    app.config["ENV_NAME"] = "production"
    try:
        answer = operator_program.post(ADDRESSES[0])
    finally:
        app.config["ENV_NAME"] = "testing"
    assert (answer.status_code, answer.json["code"]) == (409, "demo_in_production")
    assert waiting_jobs() == []
