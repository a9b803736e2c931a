"""Rounds by workers: two at once, one that is killed, one that a lost queue left out, and by command."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from redis import Redis

from app.accounts.models import SYSTEM
from app.alerts import jobs, queries
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.notifications.models import Notification
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.alerts.conftest import days_later, look, told
from tests.conftest import NOW, Organisation
from tests.served import served_app

PEOPLE = 40


@pytest.fixture
def served(tmp_path: Path):
    """acme on a database where commits are real, with people whose certificates run out."""
    with served_app(tmp_path) as app:
        with app.app_context():
            app.acme = Organisation("acme")
            with tenant_scope(app.acme.id), unit_of_work():
                course = courses.create_course(SYSTEM, code="FA", name="First aid", validity_kind="rolling",
                                               validity_months=12).id
                for n in range(PEOPLE):
                    worker = organisation.create_employee(SYSTEM, number=f"W{n}", name=f"Worker {n}",
                                                          email=f"w{n}@acme.example")
                    enrollments.create_enrollment(SYSTEM, employee_id=worker.id, course_id=course,
                                                  status="completed", completed_on=dt.date(2025, 3, 10))
        yield app


def work(app, together: threading.Barrier, problems: list[BaseException]) -> None:
    """What a worker does, at the same moment as another."""
    try:
        with app.app_context(), tenant_scope(app.acme.id):
            together.wait()
            jobs.send_alerts()
    except BaseException as problem:
        problems.append(problem)


def test_workers_at_once_warn_everybody_once(served):
    together, problems = threading.Barrier(3), list[BaseException]()
    workers = [threading.Thread(target=work, args=(served, together, problems)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    with served.app_context(), tenant_scope(served.acme.id):
        assert len(told()) == PEOPLE
        heard = Counter(db.session.scalars(sa.select(Notification.recipient_name)))
        assert set(heard.values()) == {1}
        assert len(heard) == PEOPLE


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_worker_that_is_killed_midway_leaves_nothing_half_done(served, step):
    class Killed(BaseException):
        """What ends a process says nothing to it; what matters is that no commit came."""

    def die(connection, cursor, statement, *rest):
        nonlocal step
        if statement.startswith(("INSERT INTO expiry_alerts", "INSERT INTO notifications", "INSERT INTO outbox")):
            step -= 1
            if step == 0:
                raise Killed

    with served.app_context(), tenant_scope(served.acme.id):
        sa.event.listen(db.engine, "after_cursor_execute", die)
        with pytest.raises(Killed):
            jobs.send_alerts()
        sa.event.remove(db.engine, "after_cursor_execute", die)
        assert told() == []
        assert queries.round_days() is None
        jobs.send_alerts()
        jobs.send_alerts()
        assert len(told()) == PEOPLE
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == PEOPLE


# -- the schedule, the sweep, the command -------------------------------------------------------------------


def test_a_round_that_a_lost_queue_left_out_is_made_the_same_morning(inside, expiring, redis_url, run_pending_jobs):
    expiring("outsider", 10)
    jobs.send_alerts.enqueue()
    Redis.from_url(redis_url).flushdb()
    jobs.sweep()
    assert run_pending_jobs() >= 1
    assert told() == [("person", 14)]
    jobs.sweep()
    run_pending_jobs()
    assert told() == [("person", 14)]


def test_the_sweep_waits_for_the_morning(inside, expiring, run_pending_jobs):
    expiring("outsider", 10)
    with time_machine.travel(NOW.replace(hour=5), tick=False):
        jobs.sweep()
        run_pending_jobs()
    assert told() == []


def test_after_five_days_off_one_sweep_makes_up_for_all_of_them(inside, expiring, run_pending_jobs):
    expiring("employee", 16)
    expiring("outsider", 2)
    look()
    with days_later(5):
        jobs.sweep()
        run_pending_jobs()
        jobs.sweep()
        run_pending_jobs()
    assert sorted(told()) == [("person", 0), ("person", 7), ("person", 14), ("person", 30)]


def command(app, *arguments):
    return app.test_cli_runner().invoke(args=["trainflow", "alerts", *arguments])


def test_the_command_tells_or_says_what_it_would_tell(context, inside, expiring):
    expiring("outsider", 10)
    asked = command(context, "--tenant", "acme", "--dry-run")
    assert asked.output.strip() == (
        "acme: 1 warnings, 0 escalations to foremen, 0 to managers, 0 to training officers")
    assert told() == []
    later = command(context, "--dry-run", "--on", "2026-02-01")
    assert "acme: 0 warnings" in later.output
    assert command(context, "--tenant", "acme").exit_code == 0
    assert told() == [("person", 14)]
    assert "acme: 0 warnings" in command(context, "--dry-run").output
    assert command(context, "--on", "2026-02-01").exit_code == 2
    assert command(context, "--tenant", "nobody").exit_code == 2


def test_the_steps_are_one_statement_each(inside, expiring, statements):
    expiring("outsider", 10)
    with statements() as found:
        look()
    assert sum(one.startswith("INSERT INTO expiry_alerts") for one in found) == 3
