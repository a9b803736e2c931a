"""Who may open what was made, and whose schedules still run, when roles and sign-ins were taken away."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.notifications import delivery
from app.notifications.channels.mail import mail_bytes
from app.organisation.operations import edit_login
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.reports import jobs, operations, policies, queries
from app.reports.models import ReportRun, RunStatus


def scheduled(reporting, name="foreman", report="transcript"):
    with unit_of_work():
        operations.add_schedule(reporting.organisation.actor(name), report, {}, every="day")


def change(reporting, name="foreman", *, role="Employee", active=True):
    organisation = reporting.organisation
    with unit_of_work():
        edit_login(organisation.actor("admin"), organisation.employees[name], role=role, active=active)


def sent(reporting):
    jobs.send_due()
    return list(db.session.scalars(select(ReportRun).where(ReportRun.is_scheduled)))


def test_a_schedule_runs_with_the_eyes_of_its_owner(reporting):
    scheduled(reporting)
    [run] = sent(reporting)
    assert (run.status, run.row_count) == ("done", 2)  # the foreman and the crew, not the outsider
    [parcel] = delivery.claim("email")
    mail = message_from_bytes(mail_bytes(parcel, "TrainFlow <training@example.org>"), policy=default)
    [attached] = mail.iter_attachments()
    text = PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    assert "E4" in text and "E5" in text and "E6" not in text


@pytest.mark.parametrize("taken", [{"role": "Employee"}, {"role": "Foreman", "active": False}])
def test_nothing_is_made_or_mailed_for_somebody_who_may_not_have_it_any_more(reporting, taken):
    scheduled(reporting)
    change(reporting, **taken)
    assert sent(reporting) == [] and list(delivery.claim("email")) == []
    change(reporting, role="Foreman")
    assert [run.row_count for run in sent(reporting)] == [2]


@pytest.mark.parametrize("taken", [{"role": "Employee"}, {"role": "Foreman", "active": False}])
def test_what_was_asked_for_before_is_read_with_the_eyes_of_now(reporting, taken):
    with unit_of_work():
        run = operations.request_run(reporting.organisation.actor("foreman"), "compliance", {})
    change(reporting, **taken)
    jobs.make(run.id)
    assert queries.run(run.id).status == RunStatus.FAILED and queries.run(run.id).file_key is None


def test_a_report_that_could_not_be_made_says_so_and_is_asked_for_again(reporting, sign_in):
    with unit_of_work():
        run = operations.request_run(reporting.organisation.actor("officer"), "grid", {})
    with unit_of_work():
        operations.fail_run(run.id)
    said = sign_in(reporting.organisation, "officer").get(f"/reports/runs/{run.id}").get_data(as_text=True)
    assert "Something went wrong on our side. Try again." in said and 'href="/reports/grid"' in said


def test_what_was_read_as_a_foreman_is_closed_to_somebody_who_is_none(reporting, sign_in):
    run = reporting.make("transcript", "foreman")
    organisation = reporting.organisation
    assert sign_in(organisation, "foreman").get(f"/reports/runs/{run.id}/file.pdf").status_code == 200
    change(reporting)
    client = sign_in(organisation, "foreman")
    for address in (f"/reports/runs/{run.id}", f"/reports/runs/{run.id}/file.pdf", f"/api/v1/reports/runs/{run.id}"):
        assert client.get(address).status_code == 404, address
    assert str(run.id) not in client.get("/reports").text
    change(reporting, role="Manager")
    assert not policies.may_open(organisation.actor("foreman"), run)
    change(reporting, role="Foreman")
    assert policies.may_open(organisation.actor("foreman"), run)
