"""Health tells the truth, quickly, also when something is down."""

from __future__ import annotations

import socket

import pytest
import sqlalchemy as sa
from rq import Queue, SimpleWorker

from app.platform import redis, schedule
from app.platform.db import db
from app.platform.schedule import LineScheduler

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def database_down(context, monkeypatch):
    """A database server that nobody reaches, beneath everything."""
    engine = sa.create_engine("sqlite:////nowhere/at/all.db")
    monkeypatch.setitem(db.engines, None, engine)


@pytest.fixture
def a_worker(context):
    """A worker that has said that it is there."""
    worker = SimpleWorker([Queue("default", connection=redis.connection())], connection=redis.connection())
    worker.register_birth()
    yield
    worker.register_death()


@pytest.mark.parametrize("address", ["/healthz", "/api/health"])
def test_the_public_word_is_up_or_down_and_nothing_else(context, address, request):
    client = context.test_client()
    answer = client.get(address)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    request.getfixturevalue("database_down")
    answer = client.get(address)
    assert (answer.status_code, answer.json) == (503, {"status": "down"})


def test_a_database_that_never_answers_is_down_like_one_that_is_not_there(context, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setitem(db.engines, None, sa.create_engine(f"postgresql+psycopg://me@127.0.0.1:{port}/db"))
        assert context.test_client().get("/healthz").status_code == 503


def test_the_public_word_does_not_need_redis(context, monkeypatch):
    monkeypatch.setitem(context.config, "REDIS_URL", NOBODY_LISTENS)
    assert context.test_client().get("/healthz").status_code == 200


def test_details_are_for_those_who_may_read_health(acme, sign_in):
    assert acme and sign_in(acme, "admin").get("/api/health/detailed").status_code in (200, 503)
    assert sign_in(acme, "officer").get("/api/health/detailed").status_code == 403


def test_details_need_a_sign_in(context):
    assert context.test_client().get("/api/health/detailed").status_code == 401


def test_details_name_every_part(acme, sign_in, a_worker):
    schedule.tick.enqueue("nothing")
    LineScheduler(redis.connection()).enqueue_jobs()
    answer = sign_in(acme, "admin").get("/api/health/detailed")
    found = answer.json
    assert (answer.status_code, found["status"], found["down"]) == (200, "ok", [])
    assert found["database"] == {"up": True} and found["redis"] == {"up": True}
    assert found["workers"] == {"up": True, "count": 1, "busy": 0}
    assert found["scheduler"]["enabled"] is False
    assert found["scheduler"]["scheduled_jobs"] == len(schedule.lines())
    waiting = 1 + len(schedule.lines())
    assert found["queues"] == {"default": {"waiting": waiting, "failed": 0}, "imports": {"waiting": 0, "failed": 0}}


def test_details_show_the_last_run_of_each_job(acme, sign_in, run_pending_jobs):
    schedule.tick.enqueue("nothing")
    run_pending_jobs()
    last = sign_in(acme, "admin").get("/api/health/detailed").json["jobs"][schedule.tick.name]
    assert last["outcome"] == "done" and last["at"] == "2026-03-01T09:00:00+00:00"


def test_without_a_worker_details_say_so(acme, sign_in):
    answer = sign_in(acme, "admin").get("/api/health/detailed")
    assert (answer.status_code, answer.json["down"]) == (503, ["workers"])


def test_a_scheduler_that_should_run_and_does_not_is_down(acme, sign_in, a_worker, app, monkeypatch):
    monkeypatch.setitem(app.config, "SCHEDULER_ENABLED", True)
    answer = sign_in(acme, "admin").get("/api/health/detailed")
    assert (answer.status_code, answer.json["down"]) == (503, ["scheduler"])


def test_without_redis_details_say_so(acme, sign_in, app, monkeypatch):
    client = sign_in(acme, "admin")
    monkeypatch.setitem(app.config, "REDIS_URL", NOBODY_LISTENS)
    answer = client.get("/api/health/detailed")
    assert (answer.status_code, answer.json["down"]) == (503, ["redis"])
    assert answer.json["database"] == {"up": True}


def test_without_its_database_details_say_that_and_no_more(acme, sign_in, request):
    client = sign_in(acme, "admin")
    request.getfixturevalue("database_down")
    answer = client.get("/api/health/detailed")
    assert (answer.status_code, answer.json) == (503, {"status": "down", "down": ["database"]})
