"""The job page, on screen and by REST."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from redis import Redis

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.jobs import overview
from app.jobs.wording import JOBS
from app.platform import jobs
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD

REFRESH = "enrollments.refresh_statuses"


@pytest.fixture
def operator(context):
    """A client that is signed in as platform operator."""
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="op@platform.example", first_name="O", last_name="O",
                              roles=["Platform Operator"], password=PASSWORD)
    client = context.test_client()
    assert client.post("/login", data={"email": "op@platform.example", "password": PASSWORD}).status_code == 302
    return client


def test_an_administrator_starts_a_job_and_sees_how_it_went(acme, globex, sign_in, run_pending_jobs):
    admin = sign_in(acme, "admin")
    assert "Refresh enrollment statuses" in admin.get("/jobs").get_data(as_text=True)
    assert admin.post(f"/jobs/{REFRESH}/run").status_code == 302
    run_pending_jobs()
    page = admin.get(f"/jobs/{REFRESH}").get_data(as_text=True)
    assert "Done" in page
    others = sign_in(globex, "admin").get(f"/jobs/{REFRESH}").get_data(as_text=True)
    assert "No run is kept" in others
    with tenant_scope(acme.id):
        noted = db.session.scalar(sa.select(AuditEntry.data).where(AuditEntry.event == "JobRequested"))
        assert noted == {"job": REFRESH}


def test_tenants_see_their_jobs_and_the_operator_the_platforms(acme, sign_in, operator):
    own = sign_in(acme, "admin").get("/jobs").get_data(as_text=True)
    assert "Refresh enrollment statuses" in own
    assert "Keep the schedule" not in own
    platform = operator.get("/jobs").get_data(as_text=True)
    assert "Refresh enrollment statuses" not in platform
    assert "Keep the schedule" in platform
    assert operator.post(f"/jobs/{REFRESH}/run").status_code == 404
    assert operator.post("/jobs/platform.schedule.sweep/run").status_code == 302


def test_schedules_that_are_off_are_said_to_be(acme, sign_in, context, monkeypatch):
    admin = sign_in(acme, "admin")
    assert "switched off" in admin.get("/jobs").get_data(as_text=True)
    monkeypatch.setitem(context.config, "SCHEDULER_ENABLED", True)
    page = admin.get("/jobs").get_data(as_text=True)
    assert "switched off" not in page
    assert "No scheduler is running" in page


def test_the_page_opens_while_redis_is_away(acme, sign_in, context, monkeypatch):
    admin = sign_in(acme, "admin")
    monkeypatch.setitem(context.config, "REDIS_URL", "redis://127.0.0.1:1/0")
    assert "Redis does not answer" in admin.get("/jobs").get_data(as_text=True)


def test_programs_see_the_same(context, acme, run_pending_jobs, redis_url):
    client = context.test_client()
    answer = client.post("/api/auth/login", json={"email": acme.emails["admin"], "password": PASSWORD})
    token = {"Authorization": f"Bearer {answer.json['accessToken']}"}
    assert client.post(f"/api/v1/jobs/{REFRESH}/run", headers=token).status_code == 202
    run_pending_jobs()
    Redis.from_url(redis_url).flushdb()

    def ask(address):
        return client.get(f"/api/v1/jobs/{address}", headers=token).json

    [line] = [one for one in ask("")["result"] if one["name"] == REFRESH]
    assert line["last"]["outcome"] == "done"
    assert line["schedule"] == [{"name": "enrollment statuses", "daily_at": "00:10:00", "every": None}]
    assert ask(REFRESH)["runs"][0]["source"] == "api"
    assert ask("failures")["result"] == []
    assert ask("nobody.knows")["code"] == "not_found"


def test_every_job_has_words(context):
    silent = [name for name in jobs.declared() if not name.startswith("tests.") and name not in JOBS]
    assert silent == []


def test_the_list_costs_the_same_however_much_ran(inside, statements, run_pending_jobs):
    from app.enrollments.jobs import refresh_statuses

    counts = []
    for many in (1, 8):
        for _ in range(many):
            refresh_statuses.enqueue()
            run_pending_jobs()
        with statements() as found:
            overview.job_lines()
        counts.append(len(found))
    assert counts[0] == counts[1] <= 3
