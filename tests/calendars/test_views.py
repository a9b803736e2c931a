"""Calendar links: made, renewed, revoked, and what a calendar gets."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.calendars.models import CalendarFeed
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy

LINK = re.compile(r'value="http://localhost(/calendar/[\w-]+\.ics)"')


@pytest.fixture
def trained(acme) -> Any:
    """acme, where the employee's first-aid certificate and the foreman's own expire in 2026."""
    with tenant_scope(acme.id), unit_of_work():
        acme.course = courses.create_course(
            SYSTEM, code="FA", name="First aid; burns, cuts & more", name_ar="الإسعافات الأولية",
            validity_kind="rolling", validity_months=12).id
        acme.rows = {name: enrollments.create_enrollment(
            SYSTEM, employee_id=acme.employees[name], course_id=acme.course, status="completed", completed_on=day,
            certificate_number="FA/17").id
            for name, day in (("employee", dt.date(2025, 4, 10)), ("foreman", dt.date(2025, 5, 20)),
                              ("outsider", dt.date(2025, 6, 1)))}
    return acme


def make_link(client: Any, kind: str = "own") -> str:
    page = client.post(f"/calendar/{kind}/renew").get_data(as_text=True)
    found = LINK.search(page)
    assert found, page
    return found[1]


def read(context: Any, address: str) -> Calendar:
    answer = context.test_client().get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.get_data())


def summaries(calendar: Calendar) -> list[str]:
    return [str(event["summary"]) for event in calendar.events]


def test_a_calendar_reads_ones_own_expiries_without_a_session(context, trained, sign_in):
    calendar = read(context, make_link(sign_in(trained, "employee")))
    [event] = calendar.events
    assert event["summary"] == "First aid; burns, cuts & more expires"
    assert event["dtstart"].dt == dt.date(2026, 4, 10)
    assert event["dtend"].dt == dt.date(2026, 4, 11)
    assert event["uid"] == f"expiry-{trained.rows['employee']}@trainflow"
    assert event["transp"] == "TRANSPARENT"
    assert "Certificate number: FA/17" in event["description"]
    assert calendar["x-wr-timezone"] == "UTC"


def test_what_a_calendar_must_not_misread_is_escaped_and_folded(context, trained, sign_in):
    body = context.test_client().get(make_link(sign_in(trained, "employee"))).get_data()
    assert b"First aid\\; burns\\, cuts & more" in body.replace(b"\r\n ", b"")
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_arabic_arrives_whole_in_the_owners_language(context, trained, sign_in):
    address = make_link(sign_in(trained, "employee"))
    with tenant_scope(trained.id), unit_of_work():
        trained.actor("employee").locale = "ar"
    body = context.test_client().get(address).get_data()
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    [summary] = summaries(Calendar.from_ical(body))
    assert "الإسعافات الأولية" in summary
    assert "expires" not in summary


def test_a_foremans_team_is_the_crew_and_nobody_else(context, trained, sign_in):
    foreman = sign_in(trained, "foreman")
    assert summaries(read(context, make_link(foreman, "team"))) == [
        "Employee Acme: First aid; burns, cuts & more expires"]
    assert summaries(read(context, make_link(foreman))) == ["First aid; burns, cuts & more expires"]


def test_the_team_is_who_it_is_now(context, trained, sign_in):
    address = make_link(sign_in(trained, "foreman"), "team")
    with tenant_scope(trained.id), unit_of_work():
        organisation.update_employee(SYSTEM, trained.employees["employee"], foreman_id=None)
    assert summaries(read(context, address)) == []


def test_employees_have_no_team_calendar(trained, sign_in):
    employee = sign_in(trained, "employee")
    assert "expiries of my team" not in employee.get("/calendar").get_data(as_text=True)
    assert employee.post("/calendar/team/renew").status_code == 404


def test_a_renewed_certificate_replaces_the_old_date_and_a_leaver_has_none(context, trained, sign_in):
    address = make_link(sign_in(trained, "foreman"), "team")
    with tenant_scope(trained.id), unit_of_work():
        enrollments.create_enrollment(SYSTEM, employee_id=trained.employees["employee"], course_id=trained.course,
                                      status="completed", completed_on=dt.date(2026, 2, 1))
    assert [event["dtstart"].dt for event in read(context, address).events] == [dt.date(2027, 2, 1)]
    with tenant_scope(trained.id), unit_of_work():
        organisation.update_employee(SYSTEM, trained.employees["employee"], is_active=False)
    assert summaries(read(context, address)) == []


def test_a_new_link_ends_the_one_before_and_a_revoked_one_leads_nowhere(context, trained, sign_in):
    employee = sign_in(trained, "employee")
    first = make_link(employee)
    second = make_link(employee)
    anybody = context.test_client()
    assert anybody.get(first).status_code == 404
    assert anybody.get(second).status_code == 200
    assert employee.post("/calendar/own/revoke").status_code == 302
    assert anybody.get(second).status_code == 404
    with tenant_scope(trained.id):
        noted = list(db.session.scalars(sa.select(AuditEntry.event).where(AuditEntry.subject == "calendar link")))
        assert noted == ["CalendarLinkRenewed", "CalendarLinkRenewed", "CalendarLinkRevoked"]


def test_the_secret_is_shown_once_and_kept_nowhere(context, trained, sign_in):
    employee = sign_in(trained, "employee")
    address = make_link(employee)
    assert not LINK.search(employee.get("/calendar").get_data(as_text=True))
    with tenant_scope(trained.id):
        feed = db.session.scalars(sa.select(CalendarFeed)).one()
        token = address.removeprefix("/calendar/").removesuffix(".ics")
        assert feed.secret_hash not in token
        entries = str(list(db.session.scalars(sa.select(AuditEntry.data))))
        assert token not in entries


def test_a_changed_letter_of_a_link_is_no_link(context, trained, sign_in):
    address = make_link(sign_in(trained, "employee"))
    for at in (11, 40, 60, len(address) - 5):
        wrong = address[:at] + ("A" if address[at] != "A" else "B") + address[at + 1:]
        assert context.test_client().get(wrong).status_code == 404
    assert context.test_client().get("/calendar/x.ics").status_code == 404


@pytest.mark.parametrize("ends", ["login", "tenant", "role"])
def test_a_link_ends_with_its_owners_access(context, trained, sign_in, ends):
    address = make_link(sign_in(trained, "foreman"), "team")
    with tenant_scope(trained.id), unit_of_work():
        if ends == "login":
            trained.actor("foreman").active = False
        elif ends == "role":
            trained.actor("foreman").roles = list(trained.actor("employee").roles)
        else:
            tenancy.suspend_tenant(SYSTEM, trained.id)
    assert context.test_client().get(address).status_code == 404


def test_another_tenants_session_in_the_same_browser_changes_nothing(context, trained, globex, sign_in):
    address = make_link(sign_in(trained, "employee"))
    stranger = sign_in(globex, "admin")
    assert "First aid" in stranger.get(address).get_data(as_text=True)
    assert "Admin Globex" in stranger.get("/users").get_data(as_text=True)


def test_an_unchanged_calendar_is_not_sent_again(context, trained, sign_in):
    address = make_link(sign_in(trained, "employee"))
    anybody = context.test_client()
    etag = anybody.get(address).headers["ETag"]
    again = anybody.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    with tenant_scope(trained.id), unit_of_work():
        enrollments.correct_enrollment(SYSTEM, trained.rows["employee"], completed_on=dt.date(2025, 4, 12))
    changed = anybody.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    [event] = Calendar.from_ical(changed.get_data()).events
    assert event["uid"] == f"expiry-{trained.rows['employee']}@trainflow"
    assert event["dtstart"].dt == dt.date(2026, 4, 12)


def test_programs_make_and_revoke_links_too(context, trained):
    from tests.conftest import PASSWORD

    client = context.test_client()
    answer = client.post("/api/auth/login", json={"email": trained.emails["foreman"], "password": PASSWORD})
    token = {"Authorization": f"Bearer {answer.json['accessToken']}"}
    made = client.post("/api/v1/calendar-feeds/team", headers=token)
    assert made.status_code == 201
    assert summaries(read(context, made.json["result"]["url"].removeprefix("http://localhost"))) != []
    listed = {one["kind"]: one for one in client.get("/api/v1/calendar-feeds/", headers=token).json["result"]}
    assert (listed["team"]["is_open"], listed["own"]["is_open"]) == (True, False)
    assert listed["team"]["last_read_on"] == "2026-03-01"
    assert client.delete("/api/v1/calendar-feeds/team", headers=token).json["result"]["is_open"] is False
    assert client.post("/api/v1/calendar-feeds/nobody", headers=token).json["code"] == "not_found"


def test_a_large_team_costs_as_few_statements_as_a_small_one(context, trained, sign_in, statements):
    address = make_link(sign_in(trained, "foreman"), "team")
    context.test_client().get(address)
    counts = []
    for more in (0, 6):
        with tenant_scope(trained.id), unit_of_work():
            for n in range(more):
                who = organisation.create_employee(SYSTEM, number=f"N{n}", name=f"N {n}",
                                                   foreman_id=trained.employees["foreman"])
                enrollments.create_enrollment(SYSTEM, employee_id=who.id, course_id=trained.course,
                                              status="completed", completed_on=dt.date(2025, 8, 1))
        with statements() as found:
            context.test_client().get(address)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 6, counts


def test_too_many_calls_from_one_address_are_refused(tmp_path):
    from tests.served import served_app

    with served_app(tmp_path, CALENDAR_LIMIT="3 per minute") as app:
        answers = [app.test_client().get("/calendar/nobody.ics").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]


