"""Many decisions by one click, and taking them back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from uuid_utils.compat import uuid7

from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.enrollments import queries as enrollment_queries
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.renewals import deciding, jobs, operations, queries
from app.renewals.models import WorkflowStep
from tests.conftest import NOW


@pytest.fixture
def crew(renewals):
    """Six people of the foreman's crew, each with a request that waits for him."""
    names = [f"worker{n}" for n in range(6)]
    for name in names:
        renewals.hire(name, foreman_id="foreman", manager_id="manager")
    return [renewals.ask(name) for name in names]


def steps(renewals, requests):
    return [renewals.open_step(one).id for one in requests]


def decide(renewals, who, step_ids, verdict="approved", comment=""):
    return renewals.do(operations.decide_steps, who, step_ids, verdict=verdict, comment=comment)


def test_every_step_has_its_answer(renewals, crew):
    mine, decided = renewals.ask("employee"), renewals.open_step(crew[0]).id
    renewals.approve("foreman", crew[0])
    foreign, unknown = steps(renewals, crew[:1])[0], uuid7()
    wanted = [*steps(renewals, crew[1:]), renewals.open_step(mine).id, decided, foreign, unknown]
    found = decide(renewals, "foreman", [*wanted, wanted[0]])
    assert [found.answers[str(one)] for one in wanted] == ["approved"] * 6 + [
        "already_decided", "not_yours", "not_found"]
    assert found.is_finished and found.done == 9
    assert {renewals.open_step(one).kind for one in [*crew, mine]} == {"manager"}


def test_a_crowd_costs_as_many_statements_as_one(renewals, crew, statements):
    def counted(requests):
        ids = steps(renewals, requests)
        with statements() as found:
            decide(renewals, "foreman", ids)
        return len(found)

    assert counted(crew[1:]) <= counted(crew[:1]) + 2


def test_the_last_step_enrols_everybody(renewals, crew):
    decide(renewals, "foreman", steps(renewals, crew))
    decide(renewals, "manager", steps(renewals, crew))
    done = [renewals.fresh(one) for one in crew]
    assert {one.status for one in done} == {"approved"}
    assert len({one.new_enrollment_id for one in done}) == 6


def test_what_can_not_be_enrolled_is_answered_and_stays_open(renewals, crew):
    decide(renewals, "foreman", steps(renewals, crew))
    renewals.do(courses.update_course, "officer", renewals.courses["safety"].id, is_active=False)
    found = decide(renewals, "manager", steps(renewals, crew))
    assert set(found.answers.values()) == {"course_inactive"}
    assert {renewals.open_step(one).kind for one in crew} == {"manager"}


@pytest.mark.parametrize("values, code", [
    ({"verdict": "maybe"}, "verdict_unknown"), ({"verdict": "rejected"}, "comment_missing")])
def test_a_click_that_says_nothing_is_refused(renewals, crew, values, code):
    with pytest.raises(DomainError) as refused:
        decide(renewals, "foreman", steps(renewals, crew), **values)
    assert refused.value.code == code
    with pytest.raises(DomainError) as refused:
        decide(renewals, "foreman", [])
    assert refused.value.code == "nothing_chosen"


# -- more than a click takes -----------------------------------------------------------------------------


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of two, so that six are many."""
    monkeypatch.setattr(deciding, "PART", 2)


def test_a_large_decision_is_finished_by_a_worker_and_resumed_after_a_kill(renewals, crew, small_parts):
    found = decide(renewals, "foreman", steps(renewals, crew))
    assert not found.is_finished and found.done == 0
    with unit_of_work():
        operations.continue_decision(renewals.acme.actor("foreman"), found.id)
    assert queries.decision(found.id).done == 2
    assert queries.unfinished_decisions() == [found.id]
    jobs.decide(found.id)
    done = queries.decision(found.id)
    assert (done.is_finished, done.done, set(done.answers.values())) == (True, 6, {"approved"})
    jobs.decide(found.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkflowStep).where(
        WorkflowStep.decision_id == found.id)) == 6


def test_a_decision_under_way_is_not_undone(renewals, crew, small_parts):
    found = decide(renewals, "foreman", steps(renewals, crew))
    with pytest.raises(DomainError) as refused:
        renewals.do(operations.undo_decision, "foreman", found.id)
    assert refused.value.code == "not_finished"


def test_a_large_decision_is_taken_back_by_a_worker_and_resumed_after_a_kill(renewals, crew, small_parts):
    found = decide(renewals, "foreman", steps(renewals, crew))
    jobs.decide(found.id)
    renewals.approve("manager", crew[0])
    undone = undo(renewals, "foreman", found)
    assert len(queries.undo_left(undone, 10)) == 4
    assert queries.unfinished_undos() == [found.id]
    with unit_of_work():
        operations.continue_undo(renewals.acme.actor("foreman"), found.id)
    jobs.undo(found.id)
    jobs.undo(found.id)
    assert queries.unfinished_undos() == []
    assert list(queries.decision(found.id).standing.values()) == ["decided_later"]
    assert all(states(one) == [("foreman", "open"), ("manager", "waiting")] for one in crew[1:])
    assert all(renewals.timeline(one).count("undone") == 1 for one in crew[1:])
    with pytest.raises(DomainError) as refused:
        undo(renewals, "foreman", found)
    assert refused.value.code == "already_undone"


# -- undo ------------------------------------------------------------------------------------------------


def undo(renewals, who, decision):
    return renewals.do(operations.undo_decision, who, decision.id)


def states(request):
    return [(one.kind, one.status) for one in queries.steps_of(request.id)]


def test_approvals_are_taken_back(renewals, crew):
    found = decide(renewals, "foreman", steps(renewals, crew))
    undone = undo(renewals, "foreman", found)
    assert undone.standing == {}
    assert all(states(one) == [("foreman", "open"), ("manager", "waiting")] for one in crew)
    decide(renewals, "foreman", steps(renewals, crew))
    assert all(states(one) == [("foreman", "approved"), ("manager", "open")] for one in crew)


def test_the_last_approval_takes_the_new_enrollment_with_it(renewals, crew):
    decide(renewals, "foreman", steps(renewals, crew))
    last = decide(renewals, "manager", steps(renewals, crew))
    made = renewals.fresh(crew[0]).new_enrollment_id
    undo(renewals, "manager", last)
    assert enrollment_queries.enrollment(made) is None
    request = renewals.fresh(crew[0])
    assert (request.status, request.new_enrollment_id) == ("pending", None)
    decide(renewals, "manager", steps(renewals, crew))
    assert renewals.fresh(crew[0]).status == "approved"


def test_rejections_are_taken_back(renewals, crew):
    found = decide(renewals, "foreman", steps(renewals, crew), "rejected", "Wrong list")
    undo(renewals, "foreman", found)
    assert all(states(one) == [("foreman", "open"), ("manager", "waiting")] for one in crew)
    assert renewals.fresh(crew[0]).status == "pending"


def test_what_happened_later_stands_in_the_way_and_is_named(renewals, crew):
    found = decide(renewals, "foreman", steps(renewals, crew))
    renewals.approve("manager", crew[0])
    renewals.do(operations.withdraw_request, "worker1", crew[1].id)
    ids = [queries.steps_of(one.id)[0].id for one in crew]
    undone = undo(renewals, "foreman", found)
    assert undone.standing == {str(ids[0]): "decided_later", str(ids[1]): "request_moved_on"}
    assert states(crew[2]) == [("foreman", "open"), ("manager", "waiting")]
    assert renewals.fresh(crew[0]).status == "approved"


def test_an_enrollment_that_went_on_is_not_taken_back(renewals, crew):
    decide(renewals, "foreman", steps(renewals, crew[:2]))
    last = decide(renewals, "manager", steps(renewals, crew[:2]))
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        renewals.do(enrollments.complete_enrollment, "officer", renewals.fresh(crew[0]).new_enrollment_id,
                    completed_on=NOW.date())
        undone = undo(renewals, "manager", last)
    assert list(undone.standing.values()) == ["enrollment_changed"]
    assert renewals.fresh(crew[1]).status == "pending"


def test_who_asked_again_keeps_the_new_request(renewals, crew):
    found = decide(renewals, "foreman", steps(renewals, crew[:1]), "rejected", "Wrong list")
    renewals.do(operations.request_renewal, "worker0", enrollment_id=crew[0].enrollment_id)
    assert list(undo(renewals, "foreman", found).standing.values()) == ["asked_again"]


@pytest.mark.parametrize("minutes, refused", [(10, None), (11, "undo_too_late")])
def test_ten_minutes(renewals, crew, minutes, refused):
    found = decide(renewals, "foreman", steps(renewals, crew))
    with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
        if refused:
            with pytest.raises(DomainError) as error:
                undo(renewals, "foreman", found)
            assert error.value.code == refused
        else:
            assert undo(renewals, "foreman", found).undone_at


def test_one_undoes_ones_own_decision_once(renewals, crew):
    found = decide(renewals, "foreman", steps(renewals, crew))
    for who, code in (("manager", "not_found"), ("foreman", None), ("foreman", "already_undone")):
        if code is None:
            undo(renewals, who, found)
        else:
            with pytest.raises(DomainError) as refused:
                undo(renewals, who, found)
            assert refused.value.code == code
