"""People who act at the same moment, over real connections: one decision comes of it, and nobody is left over.

On PostgreSQL with TEST_DATABASE_URL; SQLite otherwise.
"""

from __future__ import annotations

import threading
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine

from app.enrollments import operations as enrollments
from app.organisation import delegation
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations, queries
from app.renewals.models import RenewalRequest, WorkflowLog, WorkflowStep
from tests.conftest import NOW, PASSWORD, Organisation
from tests.renewals.conftest import TODAY, Renewals
from tests.served import served_app

ROUNDS = 3


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A foreman who is away with a delegate, his manager, and people with certificates that run out."""
    with time_machine.travel(NOW, tick=False), served_app(tmp_path_factory.mktemp("renewals")) as app:
        with app.app_context():
            app.acme = Organisation("acme")
            with tenant_scope(app.acme.id):
                app.renewals = Renewals(app.acme)
                app.renewals.do(delegation.create_delegation, "foreman", starts_on=TODAY, ends_on=TODAY,
                                delegate_id=app.acme.employees["outsider"])
                for n in range(40):
                    app.renewals.hire(f"worker{n}", None, foreman_id="foreman", manager_id="manager")
                app.fresh = iter(range(40))
        yield app


def new_request(app, by="system"):
    """A request of somebody who has none yet: (id, id of the open step)."""
    with app.app_context(), tenant_scope(app.acme.id):
        request = app.renewals.ask(f"worker{next(app.fresh)}", by=by)
        return request.id, app.renewals.open_step(request).id


def together(*calls):
    """Run the calls at the same moment, each in a thread of its own; what each returned or raised."""
    start, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n, call):
        start.wait()
        try:
            found[n] = call()
        except Exception as error:  # a test that fails in a thread would fail nobody
            found[n] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def program(app, who):
    """Somebody's session over REST, with a connection of its own."""
    client = app.test_client()
    answer = client.post("/api/auth/login", json={"email": app.acme.emails[who], "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json['accessToken']}"}
    return lambda address, **body: client.post(address, json=body, headers=headers)


def approving(request_id):
    """Where a request is approved."""
    return f"/api/v1/renewal-requests/{request_id}/approve"


def told(app, request_id):
    with app.app_context(), tenant_scope(app.acme.id):
        words = [row.event for row in queries.log_of(request_id)]
        steps = [(row.kind, row.status) for row in queries.steps_of(request_id)]
    return words, steps


@pytest.mark.parametrize("who", [("foreman", "outsider"), ("foreman", "foreman"), ("outsider",) * 4],
                         ids=["two people", "two tabs", "a nervous finger"])
def test_one_decision_comes_of_several_at_once(served, who):
    sessions = [program(served, one) for one in who]
    for _round in range(ROUNDS):
        request_id, _step = new_request(served)
        answers = together(*(partial(post, approving(request_id)) for post in sessions))
        assert sorted(one.status_code for one in answers) == [200] + [409] * (len(who) - 1), [a.json for a in answers]
        assert {one.json["code"] for one in answers if one.status_code == 409} == {"already_decided"}
        words, steps = told(served, request_id)
        assert words.count("approved") == 1
        assert steps == [("foreman", "approved"), ("manager", "open")]


def test_approving_and_rejecting_at_once_is_one_of_them(served):
    sessions = [program(served, "foreman"), program(served, "outsider")]
    for _round in range(ROUNDS):
        request_id, _step = new_request(served)
        answers = together(partial(sessions[0], approving(request_id)),
                           partial(sessions[1], f"/api/v1/renewal-requests/{request_id}/reject", comment="No"))
        assert sorted(one.status_code for one in answers) == [200, 409]
        words, _steps = told(served, request_id)
        assert sum(words.count(word) for word in ("approved", "rejected")) == 1


def test_the_last_step_enrols_once(served):
    sessions = [program(served, "manager") for _tab in range(3)]
    first = program(served, "foreman")
    for _round in range(ROUNDS):
        request_id, _step = new_request(served)
        assert first(approving(request_id)).status_code == 200
        answers = together(*(partial(post, approving(request_id)) for post in sessions))
        assert sorted(one.status_code for one in answers) == [200, 409, 409]
        words, _steps = told(served, request_id)
        assert words.count("completed") == 1


def test_a_request_sent_twice_at_once_is_one_request(served):
    sessions = [program(served, "officer") for _tab in range(2)]
    for _round in range(ROUNDS):
        with served.app_context(), tenant_scope(served.acme.id):
            old = served.renewals.certificate(f"worker{next(served.fresh)}").id
        answers = together(*(partial(post, "/api/v1/renewal-requests/", enrollment_id=str(old)) for post in sessions))
        assert sorted(one.status_code for one in answers) == [201, 409]


def acting(app, who, operation, *args, **values):
    """An operation of somebody, as a request of its own would do it."""
    def act():
        with app.app_context(), tenant_scope(app.acme.id), unit_of_work():
            operation(app.acme.actor(who), *args, **values)
    return act


def test_nobody_is_made_responsible_while_they_are_deactivated(served):
    for _round in range(ROUNDS):
        request_id, step_id = new_request(served)
        manager = served.acme.employees["manager"]
        answers = together(
            acting(served, "foreman", operations.approve_step, step_id),
            acting(served, "officer", organisation.update_employee, manager, is_active=False))
        assert answers == [None, None]
        with served.app_context(), tenant_scope(served.acme.id):
            last = queries.steps_of(request_id)[1]
            # deactivated first, the step was skipped; opened first, it went on to the officers
            assert (last.status, last.note or last.pool) in {("skipped", "missing"), ("open", "officers")}
        acting(served, "officer", organisation.update_employee, manager, is_active=True)()


def test_bulk_and_single_decisions_at_once_decide_each_step_once(served):
    made = [new_request(served) for _ in range(4)]
    ids = [step_id for _request, step_id in made]
    sessions = [program(served, "foreman"), program(served, "outsider")]
    wanted = [str(step_id) for step_id in ids]
    answers = together(
        lambda: sessions[0]("/api/v1/workflow/decisions", step_ids=wanted, verdict="approved"),
        lambda: sessions[1]("/api/v1/workflow/decisions", step_ids=wanted[::-1], verdict="approved"))
    both = [one.json["result"]["answers"] for one in answers]
    assert all(sorted(one[step] for one in both) == ["already_decided", "approved"] for step in wanted)
    with served.app_context(), tenant_scope(served.acme.id):
        counted = db.session.execute(
            sa.select(WorkflowLog.request_id, sa.func.count()).where(WorkflowLog.event == "approved",
            WorkflowLog.request_id.in_([one for one, _step in made])).group_by(WorkflowLog.request_id)).all()
        assert {count for _request, count in counted} == {1}


def test_a_certificate_revoked_while_its_renewal_is_decided_ends_one_way_or_the_other(served):
    for _round in range(ROUNDS):
        request_id, step_id = new_request(served)
        acting(served, "foreman", operations.approve_step, step_id)()
        with served.app_context(), tenant_scope(served.acme.id):
            request = db.session.get(RenewalRequest, request_id)
            old, last = request.enrollment_id, queries.open_step(request_id).id
        answers = together(
            acting(served, "manager", operations.approve_step, last),
            acting(served, "officer", enrollments.revoke_enrollment, old, revoked_on=TODAY, reason="Forged"))
        assert answers[1] is None and (answers[0] is None or answers[0].code == "not_open")
        with served.app_context(), tenant_scope(served.acme.id):
            status = db.session.scalar(sa.select(RenewalRequest.status).where(RenewalRequest.id == request_id))
            open_ones = db.session.scalar(sa.select(sa.func.count()).select_from(WorkflowStep).where(
                WorkflowStep.request_id == request_id, WorkflowStep.status == "open"))
        assert (status, open_ones) == ("approved" if answers[0] is None else "closed", 0)
