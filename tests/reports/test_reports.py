"""What reports say, who may have them, and that PDF, workbook and JSON say the same."""

from __future__ import annotations

import datetime as dt
import io
import json
from email import message_from_bytes
from email.policy import default

import openpyxl
import pytest
from pypdf import PdfReader

from app.kpi.operations import take_snapshot
from app.notifications import delivery
from app.notifications.channels.mail import mail_bytes
from app.notifications.models import Notification
from app.platform import progress
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.reports import jobs, operations, queries, rules

D = dt.date


def rows_of(reporting, run):
    return json.loads(reporting.taken(run, "json"))["rows"]


def test_what_runs_out_comes_first_and_a_newer_certificate_covers(reporting):
    reporting.complete("foreman", D(2025, 11, 1))
    found = rows_of(reporting, reporting.make("expiring", days="30"))
    assert [(one["number"], one["expires_on"], one["days"], one["state"]) for one in found] == [
        ("E5", "2026-03-20", 19, "expiring_soon")]
    assert len(rows_of(reporting, reporting.make("expiring", days="400"))) == 3


def test_nobody_finds_in_a_sum_whom_they_can_not_see(reporting):
    run = reporting.make("hours", "foreman", first="2024-01-01")
    assert run.totals["sums"] == {"completions": 2, "hours": 16, "cost": 200}
    whole = reporting.make("hours", first="2024-01-01")
    assert whole.totals["sums"] == {"completions": 3, "hours": 24, "cost": 300}
    assert {one["number"] for one in rows_of(reporting, reporting.make("transcript", "employee"))} == {"E5"}


def test_files_say_the_same(reporting):
    run = reporting.make("transcript")
    found = json.loads(reporting.taken(run, "json"))
    book = openpyxl.load_workbook(reporting.opened(run, "xlsx"))
    sheet, totals = book.worksheets
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    assert sheet.max_row - 1 == len(found["rows"]) == found["totals"]["rows"] == run.row_count == 3
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {one["number"] for one in found["rows"]}
    assert isinstance(sheet.cell(2, 6).value, dt.datetime)
    assert {(row[0].value, row[1].value) for row in totals.iter_rows()} >= {("Rows", 3), ("Hours", 24)}
    assert set(found["schema"]["required"]) == found["rows"][0].keys()
    text = "".join(page.extract_text() for page in PdfReader(reporting.opened(run, "pdf")).pages)
    assert "Training record" in text and "Page 1 of 1" in text and all(one["number"] in text for one in found["rows"])


def test_the_matrix_as_a_grid_is_a_workbook_only(reporting):
    run = reporting.make("grid", show="all", department=str(reporting.department.id))
    sheet = openpyxl.load_workbook(reporting.opened(run, "xlsx")).worksheets[0]
    assert [cell.value for cell in sheet[1]][4:] == ["HSE-1 First aid"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["سعيد الشهري"] and run.row_count == 1
    with pytest.raises(DomainError) as refusal:
        reporting.taken(run, "pdf")
    assert refusal.value.code == "form_unknown"


def test_a_run_says_the_same_bytes_after_later_corrections(reporting):
    run = reporting.make("expiring", days="400")
    before = [reporting.taken(run, form) for form in ("json", "xlsx", "pdf")]
    reporting.complete("foreman", D(2026, 2, 1))
    assert [reporting.taken(run, form) for form in ("json", "xlsx", "pdf")] == before
    assert rows_of(reporting, reporting.make("expiring", days="400")) != json.loads(before[0])["rows"]


def test_arabic_is_written_from_the_right(reporting):
    run = reporting.make("transcript", locale="ar", employee="E5")
    text = PdfReader(reporting.opened(run, "pdf")).pages[0].extract_text()
    assert "سعيد الشهري" in text and run.language == "ar"
    assert openpyxl.load_workbook(reporting.opened(run, "xlsx")).worksheets[0].sheet_view.rightToLeft


def test_a_report_too_large_for_a_mail_is_linked(reporting, monkeypatch):
    monkeypatch.setattr(operations, "MOST_MAILED", 100)
    with unit_of_work():
        run = operations.request_run(reporting.organisation.actor("officer"), "expiring", {}, is_scheduled=True)
    jobs.make(run.id)
    [parcel] = delivery.claim("email")
    assert parcel.file is None and f"/reports/runs/{run.id}" in parcel.text


def test_figures_over_time_say_what_each_day_knew(reporting):
    with unit_of_work():
        for day in (D(2026, 1, 10), D(2026, 2, 10)):
            take_snapshot(reporting.organisation.actor("officer"), day=day)
    before = rows_of(reporting, reporting.make("trend"))
    assert [one["day"] for one in before] == ["2026-01-10", "2026-02-10"]
    assert [one["training_completion"] for one in before] == [100.0, 100.0] and before[0]["compliance"] is None
    reporting.complete("manager", D(2026, 2, 1))
    assert rows_of(reporting, reporting.make("trend")) == before
    assert len(rows_of(reporting, reporting.make("trend", "foreman", first="2026-02-01"))) == 1
    assert rows_of(reporting, reporting.make("trend", department=str(reporting.department.id)))


def test_text_never_becomes_a_formula(reporting):
    from app.organisation.operations import update_employee

    with unit_of_work():
        update_employee(reporting.organisation.actor("officer"), reporting.organisation.employees["employee"],
                        name="=HYPERLINK(\"x\")")
    file = reporting.opened(reporting.make("transcript", employee="E5"), "xlsx")
    cell = openpyxl.load_workbook(file).worksheets[0]["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize(("given", "field"), [
    ({"days": "many"}, "days"), ({"days": "--5"}, "days"), ({"days": "²"}, "days"),
    ({"course": "nonsense"}, "course"), ({"category": "none"}, "category"),
])  # fmt: skip
def test_a_filter_that_can_not_be_is_refused(reporting, given, field):
    with pytest.raises(DomainError) as refusal, unit_of_work():
        operations.request_run(reporting.organisation.actor("officer"), "expiring", given)
    assert refusal.value.field == field


def test_a_day_that_calendars_do_not_have_is_refused(reporting, sign_in):
    client = sign_in(reporting.organisation, "officer")
    for address in ("matrix?day=9999-12-31", "renewals?last=9999-12-31", "compliance?day=0001-01-01",
                    "compliance?known=perhaps", "compliance?known=then", "transcript?employee=%00"):
        assert client.get(f"/reports/{address}").status_code == (200 if "employee" in address else 422), address


def test_another_tenants_course_is_unknown(reporting, globex):
    from app.platform.scope import tenant_scope

    with tenant_scope(globex.id), unit_of_work():
        from app.courses.operations import create_course
        foreign = create_course(globex.actor("officer"), code="X", name="X").id
    with pytest.raises(DomainError) as refusal, unit_of_work():
        operations.request_run(reporting.organisation.actor("officer"), "expiring", {"course": str(foreign)})
    assert refusal.value.code == "course_unknown"


def test_the_audit_extract_is_for_administrators(reporting):
    with pytest.raises(DomainError) as refusal, unit_of_work():
        operations.request_run(reporting.organisation.actor("officer"), "audit", {})
    assert refusal.value.code == "report_unknown"
    run = reporting.make("audit", "admin")
    assert run.row_count and "Report made" not in str(run.totals["counts"])


def test_a_schedule_makes_one_report_a_day_and_tells_its_owner(reporting):
    with unit_of_work():
        operations.add_schedule(reporting.organisation.actor("officer"), "expiring", {"days": "60"}, every="day")
    jobs.send_due()
    jobs.send_due()
    [run], _many = queries.own_runs(reporting.organisation.actor("officer"))
    assert (run.status, run.values["days"]) == ("done", 60)
    assert db.session.query(Notification).filter_by(kind="report-ready").count() == 1
    [parcel] = delivery.claim("email")
    mail = message_from_bytes(mail_bytes(parcel, "TrainFlow <training@example.org>"), policy=default)
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "expiring-2026-03-01.pdf"
    assert "E5" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    with unit_of_work():
        [schedule] = queries.own_schedules(reporting.organisation.actor("officer"))
        operations.end_schedule(reporting.organisation.actor("officer"), str(schedule.id))
    assert queries.own_schedules(reporting.organisation.actor("officer")) == []


def test_a_schedule_comes_as_often_as_it_says():
    sunday, monday, first = D(2026, 3, 1), D(2026, 3, 2), D(2026, 4, 1)
    assert [rules.is_due("day", day) for day in (sunday, monday, first)] == [True, True, True]
    assert [rules.is_due("week", day) for day in (sunday, monday, first)] == [True, False, False]
    assert [rules.is_due("month", day) for day in (sunday, monday, first)] == [True, False, True]


def test_a_report_is_made_on_screen_and_over_rest(reporting, sign_in):
    client = sign_in(reporting.organisation, "officer")
    assert b"Expiring and expired" in client.get("/reports").data
    page = client.get("/reports/expiring?days=400")
    assert page.status_code == 200 and "سعيد الشهري" in page.get_data(as_text=True)
    answer = client.post("/reports/expiring/run", data={"days": "400"})
    assert answer.status_code == 302 and b"E5" in client.get(answer.location).data
    for form in ("pdf", "xlsx", "json"):
        assert client.get(f"{answer.location}/file.{form}").status_code == 200
    other = sign_in(reporting.organisation, "admin")
    assert other.get(answer.location).status_code == 404


def test_a_report_that_nobody_wants_any_more_is_not_made(reporting, sign_in, program):
    officer = reporting.organisation.actor("officer")
    with unit_of_work():
        first, second, third = [operations.request_run(officer, "expiring", {}) for _ in range(3)]
    made = operations.compose(officer, third, lambda rows: None)
    client = sign_in(reporting.organisation, "officer")
    page = client.post(f"/reports/runs/{first.id}/cancel", follow_redirects=True)
    assert page.status_code == 200 and "You did not want this report any more" in page.text
    rest = program(reporting.organisation, "officer")
    assert rest.post(f"/api/v1/reports/runs/{second.id}/cancel").json["status"] == "cancelled"
    jobs.make(first.id)
    with unit_of_work():
        operations.cancel_run(officer, str(third.id))
        operations.finish_run(officer, third.id, made)  # it was under way
    db.session.expire_all()
    assert [queries.run(run.id).status for run in (first, second, third)] == ["cancelled"] * 3
    assert rest.post(f"/api/v1/reports/runs/{first.id}/cancel").json["code"] == "report_over"
    assert client.get(f"/reports/runs/{first.id}/progress").json["finished"]
    assert sign_in(reporting.organisation, "admin").post(f"/reports/runs/{first.id}/cancel").status_code == 404
    assert [one["status"] for one in client.get("/api/v1/reports/runs").json["result"]] == ["cancelled"] * 3


def test_a_worker_leaves_off_where_nobody_waits_any_more(reporting):
    officer = reporting.organisation.actor("officer")
    with unit_of_work():
        run = operations.request_run(officer, "expiring", {})
    progress.stop(run.id)
    jobs.make(run.id)
    assert queries.run(run.id).file_key is None


def test_what_can_be_chosen_is_never_typed_where_there_is_nothing_yet(globex, sign_in):
    page = sign_in(globex, "officer").get("/reports/expiring").text
    for name in ("department", "course"):
        assert f'<select class="input small" name="{name}">' in page


def test_runs_and_schedules_of_the_same_report_can_be_told_apart(reporting, sign_in):
    officer = sign_in(reporting.organisation, "officer")
    narrow = {"days": "45", "department": str(reporting.department.id)}
    officer.post("/reports/expiring/schedule", data=narrow | {"every": "day"})
    reporting.make("expiring", **narrow)
    page = officer.get("/reports").text
    assert page.count("Days ahead: 45 · Department: OPS – Operations") == 2


def test_a_program_is_told_of_a_filter_that_the_report_does_not_have(reporting, program):
    """It would get everybody's rows for the few that it meant."""
    client, meant = program(reporting.organisation, "officer"), {"days": "30", "department_id": "x"}
    for refused in (client.post("/api/v1/reports/expiring/runs", json=meant), client.post(
            "/api/v1/report-schedules/", json={"name": "expiring", "every": "week", "filters": meant})):
        assert (refused.status_code, refused.json["code"]) == (422, "filter_unknown")
    assert client.post("/api/v1/reports/expiring/runs", json={"days": "30"}).status_code == 202


def test_schedules_over_rest(reporting, program):
    client = program(reporting.organisation, "foreman")
    wanted = {"name": "expiring", "every": "week", "filters": {"days": "30"}}
    made = client.post("/api/v1/report-schedules/", json=wanted)
    assert made.status_code == 201
    assert client.get("/api/v1/report-schedules/").json["result"] == [
        wanted | {"id": made.json["id"], "last_on": None, "problem": None, "stopped_on": None}]
    assert client.post("/api/v1/report-schedules/", json=wanted | {"every": "hour"}).status_code == 422
    assert client.post("/api/v1/report-schedules/", json=wanted | {"name": "audit"}).status_code == 404
    employee = program(reporting.organisation, "employee")
    assert employee.post("/api/v1/report-schedules/", json=wanted).status_code == 403
    assert employee.delete(f"/api/v1/report-schedules/{made.json['id']}").status_code == 403
    assert program(reporting.organisation, "officer").delete(
        f"/api/v1/report-schedules/{made.json['id']}").status_code == 404
    assert client.delete(f"/api/v1/report-schedules/{made.json['id']}").status_code == 200
    assert client.get("/api/v1/report-schedules/").json["count"] == 0
