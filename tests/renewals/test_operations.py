"""Asking, deciding, and everything on the way: what is allowed, each refusal by its code, what is recorded."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.enrollments import operations as enrollments
from app.enrollments import queries as enrollment_queries
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.errors import DomainError
from app.renewals import chains, operations, queries
from app.renewals.models import RenewalRequest
from tests.renewals.conftest import EXPIRING, TODAY

PDF = b"%PDF-1.4 scan"


def code_of(call, *args, **values) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **values)
    return refused.value.code


def recorded(event: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.event == event))


# -- asking ----------------------------------------------------------------------------------------------


def test_a_request_goes_to_the_foreman_first(renewals):
    request = renewals.ask(reason="I work at height every day")
    step = renewals.open_step(request)
    assert (request.status, step.kind, step.assignee_id) == ("pending", "foreman", renewals.acme.employees["foreman"])
    assert [(one.kind, one.status) for one in queries.steps_of(request.id)] == [
        ("foreman", "open"), ("manager", "waiting")]
    assert renewals.timeline(request) == ["requested", "opened"]
    assert recorded("RenewalRequested") == recorded("StepsOpened") == 1


@pytest.mark.parametrize("on, code", [
    (TODAY - dt.timedelta(days=30), "not_due"),  # runs out in eleven months
    (dt.date(2025, 4, 2), "not_due"),  # in 32 days: one more than the tenant's window
])
def test_what_does_not_run_out_is_not_renewed(renewals, on, code):
    old = renewals.certificate(on=on)
    assert code_of(renewals.do, operations.request_renewal, "employee", enrollment_id=old.id) == code


@pytest.mark.parametrize("on", [dt.date(2025, 3, 31), EXPIRING, dt.date(2025, 2, 20), dt.date(2020, 1, 1)])
def test_what_runs_out_or_has_run_out_can_be_renewed(renewals, on):
    old = renewals.certificate(on=on)
    assert renewals.do(operations.request_renewal, "employee", enrollment_id=old.id).status == "pending"


def test_nobody_asks_twice_for_one_certificate(renewals):
    request = renewals.ask()
    assert code_of(renewals.do, operations.request_renewal, "employee",
                   enrollment_id=request.enrollment_id) == "already_requested"


def test_after_a_rejection_one_may_ask_again(renewals):
    request = renewals.ask()
    renewals.reject("foreman", request)
    again = renewals.do(operations.request_renewal, "employee", enrollment_id=request.enrollment_id)
    assert again.status == "pending" and again.id != request.id


def test_a_certificate_with_a_newer_one_beside_it_is_not_renewed(renewals):
    old = renewals.certificate(on=dt.date(2024, 3, 1))
    renewals.certificate(on=dt.date(2025, 12, 1))
    assert code_of(renewals.do, operations.request_renewal, "employee", enrollment_id=old.id) == "newer_exists"


def test_who_is_enrolled_again_already_needs_no_renewal(renewals):
    old = renewals.certificate()
    renewals.do(enrollments.renew_enrollment, "officer", old.id)
    assert code_of(renewals.do, operations.request_renewal, "employee", enrollment_id=old.id) == "already_active"


def test_one_asks_for_oneself_and_an_officer_for_anybody(renewals):
    old = renewals.certificate()
    for stranger in ("outsider", "foreman"):
        assert code_of(renewals.do, operations.request_renewal, stranger, enrollment_id=old.id) == "not_found"
    assert renewals.do(operations.request_renewal, "officer", enrollment_id=old.id).status == "pending"


def test_evidence_is_taken_in_by_what_it_holds(renewals):
    old = renewals.certificate()
    assert code_of(renewals.do, operations.request_renewal, "employee", enrollment_id=old.id,
                   file=io.BytesIO(b"MZ not a document"), file_name="scan.pdf") == "file_kind"
    request = renewals.do(operations.request_renewal, "employee", enrollment_id=old.id, file=io.BytesIO(PDF),
                          file_name="..\\scan.pdf")
    [kept] = queries.evidence_of(request.id)
    assert (kept.file_name, kept.media_type, kept.size) == ("scan.pdf", "application/pdf", len(PDF))
    assert code_of(renewals.do, operations.attach_evidence, "foreman", request.id, file=io.BytesIO(PDF),
                   file_name="x.pdf") == "not_requester"


# -- the chain -------------------------------------------------------------------------------------------


def test_foreman_then_manager_and_the_person_is_enrolled_again(renewals):
    request = renewals.ask()
    renewals.approve("foreman", request, comment="Needed on the tower")
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["manager"]
    renewals.approve("manager", request)
    done = renewals.fresh(request)
    new = enrollment_queries.enrollment(done.new_enrollment_id)
    assert (done.status, new.status, new.source, new.renews_id) == (
        "approved", "active", "renewal", request.enrollment_id)
    assert renewals.timeline(request) == ["requested", "opened", "approved", "opened", "approved", "completed"]
    assert recorded("RenewalApproved") == 1 and recorded("StepsDecided") == 2


def test_an_enrollment_that_runs_meanwhile_is_linked_rather_than_doubled(renewals):
    request = renewals.ask()
    renewals.approve("foreman", request)
    running = renewals.do(enrollments.renew_enrollment, "officer", request.enrollment_id)
    renewals.approve("manager", request)
    assert renewals.fresh(request).new_enrollment_id == running.id


def test_a_rejection_needs_a_reason_and_ends_it(renewals):
    request = renewals.ask()
    assert code_of(renewals.reject, "foreman", request, "  ") == "comment_missing"
    renewals.reject("foreman", request, "Moves to another crew in May")
    assert renewals.fresh(request).status == "rejected"
    assert [(one.kind, one.status) for one in queries.steps_of(request.id)] == [
        ("foreman", "rejected"), ("manager", "dropped")]
    assert recorded("RenewalRejected") == 1


def test_the_requesters_own_step_is_skipped(renewals):
    request = renewals.ask("foreman")  # has no foreman; the manager decides
    steps = queries.steps_of(request.id)
    assert [(one.kind, one.status, one.note) for one in steps] == [
        ("foreman", "skipped", "missing"), ("manager", "open", None)]


def test_a_chain_that_ends_up_empty_goes_to_the_training_officers(renewals):
    request = renewals.ask("outsider")
    steps = queries.steps_of(request.id)
    assert [(one.kind, one.status, one.pool) for one in steps] == [
        ("foreman", "skipped", None), ("manager", "skipped", None), ("officers", "open", "officers")]
    assert code_of(renewals.approve, "admin", request) == "not_yours"
    renewals.approve("officer", request)
    assert renewals.fresh(request).status == "approved"


def test_the_only_officers_own_request_goes_to_the_administrators(renewals):
    request = renewals.ask("officer")
    assert renewals.open_step(request).pool == "administrators"
    assert code_of(renewals.approve, "officer", request) == "not_yours"
    renewals.approve("admin", request)
    assert renewals.fresh(request).status == "approved"


def test_an_officer_who_asked_for_somebody_does_not_decide_it(renewals):
    request = renewals.ask("outsider", by="officer")
    assert renewals.open_step(request).pool == "administrators"
    assert code_of(renewals.approve, "officer", request) == "not_yours"


def test_one_person_twice_in_a_row_decides_once(renewals):
    renewals.do(organisation.update_employee, "system", renewals.acme.employees["employee"],
                manager_id=renewals.acme.employees["foreman"])
    request = renewals.ask()
    renewals.approve("foreman", request)
    assert renewals.fresh(request).status == "approved"
    assert [one.note for one in queries.steps_of(request.id)] == [None, "same_person"]


def test_a_chain_may_differ_by_category_and_name_a_person(renewals):
    renewals.do(chains.create_chain, "admin", category="safety", step_1="person",
                person_1_id=renewals.acme.employees["outsider"], step_2="officers")
    safety, technical = renewals.ask(), renewals.ask(course="technical")
    assert renewals.open_step(safety).assignee_id == renewals.acme.employees["outsider"]
    assert renewals.open_step(technical).kind == "foreman"
    renewals.approve("outsider", safety)
    renewals.approve("officer", safety)
    assert renewals.fresh(safety).status == "approved"


def test_a_chain_for_all_categories_gives_way_to_that_of_one(renewals):
    renewals.do(chains.create_chain, "admin", category="any", step_1="officers")
    renewals.do(chains.create_chain, "admin", category="safety", step_1="manager")
    assert renewals.open_step(renewals.ask()).kind == "manager"
    assert renewals.open_step(renewals.ask(course="technical")).kind == "officers"


@pytest.mark.parametrize("values, code", [
    ({"category": "safety"}, "steps_missing"), ({"category": "safety", "step_1": "person"}, "person_missing"),
    ({"step_1": "foreman", "step_2": "manager", "step_4": "foreman"}, "step_repeated")])
def test_a_chain_that_says_nothing_or_one_thing_twice_is_refused(renewals, values, code):
    assert code_of(renewals.do, chains.create_chain, "admin", **values) == code


def test_a_chain_may_name_two_people_and_nobody_twice(renewals):
    named = {f"step_{n}": "person" for n in (1, 2)}
    officer, manager = (renewals.acme.employees[name] for name in ("officer", "manager"))
    chain = renewals.do(chains.create_chain, "admin", **named, person_1_id=officer, person_2_id=manager)
    assert chain.steps() == [("person", officer), ("person", manager)]
    assert code_of(renewals.do, chains.update_chain, "admin", chain.id, person_2_id=officer) == "step_repeated"


def test_one_chain_for_each_category(renewals):
    first = renewals.do(chains.create_chain, "admin", category="safety", step_1="manager")
    assert code_of(renewals.do, chains.create_chain, "admin", category="safety",
                   step_1="officers") == "category_taken"
    renewals.do(chains.archive_chain, "admin", first.id)
    renewals.do(chains.create_chain, "admin", category="safety", step_1="officers")
    assert code_of(renewals.do, chains.restore_chain, "admin", first.id) == "category_taken"


# -- who may, and once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who, code", [
    ("manager", "not_yours"), ("officer", "not_yours"), ("employee", "not_yours"), ("outsider", "not_found")])
def test_only_the_person_whose_turn_it_is_decides(renewals, who, code):
    request = renewals.ask()
    assert code_of(renewals.approve, who, request) == code
    assert renewals.open_step(request).status == "open"


def test_a_decided_step_is_not_decided_again(renewals):
    request = renewals.ask()
    step = renewals.open_step(request)
    renewals.approve("foreman", request)
    for retry in (operations.approve_step, operations.reject_step):
        assert code_of(renewals.do, retry, "foreman", step.id, comment="again") == "already_decided"
    assert renewals.timeline(request).count("approved") == 1


def test_a_step_whose_turn_has_not_come_is_not_decided(renewals):
    request = renewals.ask()
    assert code_of(renewals.do, operations.approve_step, "manager", queries.steps_of(request.id)[1].id) == "not_open"


def test_a_request_of_somebody_who_has_left_waits_until_they_are_back(renewals):
    request = renewals.ask()
    employee = renewals.acme.employees["employee"]
    renewals.do(organisation.update_employee, "officer", employee, is_active=False)
    assert code_of(renewals.approve, "foreman", request) == "employee_inactive"
    assert queries.waiting_count(renewals.acme.actor("foreman")) == 0
    renewals.do(organisation.update_employee, "officer", employee, is_active=True)
    assert queries.waiting_count(renewals.acme.actor("foreman")) == 1


# -- on the way ------------------------------------------------------------------------------------------


def test_a_question_comes_back_with_its_answer(renewals):
    request = renewals.ask()
    step = renewals.open_step(request)
    assert code_of(renewals.do, operations.return_for_information, "foreman", step.id,
                   question=" ") == "question_missing"
    renewals.do(operations.return_for_information, "foreman", step.id, question="Which tower?")
    assert renewals.fresh(request).status == "returned"
    assert code_of(renewals.do, operations.approve_step, "foreman", step.id) == "not_open"
    assert code_of(renewals.do, operations.answer_request, "foreman", request.id, answer="7") == "not_requester"
    renewals.do(operations.answer_request, "employee", request.id, answer="Tower 7")
    assert renewals.fresh(request).status == "pending"
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["foreman"]
    assert renewals.timeline(request)[-2:] == ["returned", "answered"]
    assert code_of(renewals.do, operations.answer_request, "employee", request.id, answer="7") == "not_returned"


def test_the_requester_withdraws_and_nobody_else(renewals):
    request = renewals.ask()
    assert code_of(renewals.do, operations.withdraw_request, "foreman", request.id) == "not_requester"
    renewals.do(operations.withdraw_request, "employee", request.id, reason="Booked elsewhere")
    assert renewals.fresh(request).status == "withdrawn"
    assert queries.open_step(request.id) is None
    assert code_of(renewals.do, operations.withdraw_request, "employee", request.id) == "not_live"


def test_an_officer_lets_somebody_else_decide(renewals):
    request = renewals.ask()
    step = renewals.open_step(request)
    outsider = renewals.acme.employees["outsider"]
    assert code_of(renewals.do, operations.reassign_step, "foreman", step.id, employee_id=outsider) == "not_officer"
    assert code_of(renewals.do, operations.reassign_step, "officer", step.id,
                   employee_id=renewals.acme.employees["employee"]) == "employee_unable"
    renewals.do(operations.reassign_step, "officer", step.id, employee_id=outsider, comment="Knows the tower")
    assert code_of(renewals.approve, "foreman", request) == "not_yours"
    renewals.approve("outsider", request)
    assert renewals.open_step(request).kind == "manager"


def test_what_was_chosen_by_an_officer_outlives_changes_that_do_not_concern_it(renewals):
    request = renewals.ask()
    outsider = renewals.acme.employees["outsider"]
    renewals.do(operations.reassign_step, "officer", renewals.open_step(request).id, employee_id=outsider)
    renewals.hire("second")
    renewals.do(organisation.update_employee, "officer", renewals.acme.employees["employee"],
                foreman_id=renewals.acme.employees["second"])
    assert renewals.open_step(request).assignee_id == outsider
    renewals.do(organisation.update_employee, "officer", outsider, is_active=False)
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["second"]


# -- certificates that change meanwhile ------------------------------------------------------------------


@pytest.mark.parametrize("what, outcome", [("deleted", "enrollment_deleted"), ("revoked", "revoked"),
                                           ("newer", "newer_certificate")])
def test_a_request_with_nothing_left_to_renew_is_closed_and_says_why(renewals, what, outcome):
    request = renewals.ask()
    if what == "deleted":
        renewals.do(enrollments.archive_enrollment, "officer", request.enrollment_id)
    elif what == "revoked":
        renewals.do(enrollments.revoke_enrollment, "officer", request.enrollment_id, revoked_on=TODAY, reason="Forged")
    else:
        renewals.certificate(on=TODAY)
    closed = db.session.get(RenewalRequest, request.id, populate_existing=True)
    assert (closed.status, closed.outcome) == ("closed", outcome)
    assert queries.open_step(request.id) is None
    assert renewals.timeline(request)[-1] == "closed"
    assert recorded("RenewalClosed") == 1


def test_a_newer_certificate_that_counts_again_closes_the_request_for_the_one_before(renewals):
    newer = renewals.certificate(on=TODAY)
    renewals.do(enrollments.revoke_enrollment, "officer", newer.id, revoked_on=TODAY, reason="Another person's")
    request = renewals.ask()
    renewals.do(enrollments.reinstate_enrollment, "officer", newer.id)
    closed = db.session.get(RenewalRequest, request.id, populate_existing=True)
    assert (closed.status, closed.outcome) == ("closed", "newer_certificate")


def test_a_certificate_of_somebody_else_costs_one_look_however_much_is_asked_for(renewals, statements):
    others = [renewals.ask(who) for who in ("employee", "outsider", "foreman")]
    with statements() as found:
        renewals.certificate("officer")
    asked = [sql for sql in found if sql.startswith("SELECT") and "renewal_requests" in sql]
    assert len(asked) == 1
    assert {renewals.fresh(one).status for one in others} == {"pending"}
