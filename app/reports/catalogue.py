"""Every report there is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.platform import clock
from app.platform.errors import NotFound
from app.reports import figures, oversight, training
from app.reports.shape import Column, Filter, Report

_NUMBER = Column("number", _l("Employee number"), width=2)
_NAME = Column("name", _l("Employee"), width=4)
_DEPARTMENT = Column("department", _l("Department"), width=3)
_CODE = Column("course_code", _l("Course code"), width=2)
_COURSE = Column("course", _l("Course"), width=4)
_STATE = Column("state", _l("State"), "state")
_EXPIRES = Column("expires_on", _l("Valid until"), "date")


def _half_year_ago() -> date:
    return clock.today() - timedelta(days=180)


def _year_start() -> date:
    return clock.today().replace(month=1, day=1)


def _month_ago() -> date:
    return clock.today() - timedelta(days=30)


_IN_DEPARTMENT = Filter("department", _l("Department"), "department")
_OF_COURSE = Filter("course", _l("Course"), "course")
_OF_CATEGORY = Filter("category", _l("Category"), "category")
_AS_OF = Filter("day", _l("As of"), "date", clock.today)


def _period(start: Any) -> tuple[Filter, Filter]:
    return Filter("first", _l("From"), "date", start), Filter("last", _l("Until"), "date", clock.today)


REPORTS = (
    Report(
        name="compliance", label=_l("Compliance by department"), resource="requirements",
        intro=_l("Required courses on a day: met or missing, those waived or not due yet beside them. The share is what"
                 " is met of what is met or missing."),
        columns=(
            Column("code", _l("Code")), Column("department", _l("Department"), width=4),
            Column("people", _l("People"), "number", is_summed=True),
            Column("required", _l("Required"), "number", is_summed=True),
            Column("met", _l("Met"), "number", is_summed=True),
            Column("missing", _l("Missing"), "number", is_summed=True),
            Column("waived", _l("Waived"), "number", is_summed=True),
            Column("not_due", _l("Not due yet"), "number", is_summed=True),
            Column("share", _l("Compliance"), "percent")),
        filters=(_AS_OF, Filter("known", _l("A past day"), "known"), _OF_CATEGORY),
        rows=oversight.compliance_by_department, refusal=figures.compliance_refusal,
        said_at=figures.compliance_said_at),
    Report(
        name="expiring", label=_l("Expiring and expired"), resource="enrollments",
        intro=_l("Certificates of people who work here that have run out or soon do, the earliest first. A newer or"
                 " an equivalent certificate covers an older one."),
        columns=(_NUMBER, _NAME, _DEPARTMENT, _CODE, _COURSE, _EXPIRES, Column("days", _l("Days left"), "number"),
                 _STATE),
        filters=(Filter("days", _l("Days ahead"), "number", lambda: 90), _IN_DEPARTMENT, _OF_COURSE, _OF_CATEGORY),
        rows=training.expiring, counted="state"),
    Report(
        name="matrix", label=_l("Training matrix"), resource="matrix",
        intro=_l("Every required course of every person on a day, and how it stands."),
        columns=(_NUMBER, _NAME, _DEPARTMENT, Column("job_role", _l("Job role"), width=3), _CODE, _COURSE, _STATE,
                 _EXPIRES, Column("due_on", _l("Due on"), "date")),
        filters=(_AS_OF, _IN_DEPARTMENT, _OF_COURSE, _OF_CATEGORY), rows=oversight.matrix, counted="state"),
    Report(
        name="grid", label=_l("Training matrix as a grid"), resource="matrix",
        intro=_l("A line per person and a column per course, in the colours of the screen: an Excel workbook."),
        filters=(_AS_OF, _IN_DEPARTMENT, Filter("job_role", _l("Job role"), "job_role"),
                 Filter("grade", _l("Grade"), "grade"), _OF_CATEGORY, Filter("state", _l("State"), "state"),
                 Filter("show", _l("Show"), "shows", lambda: "required"), Filter("q", _l("Name or number"), "text")),
        drawing=oversight.grid),
    Report(
        name="transcript", label=_l("Training record"), resource="enrollments",
        intro=_l("What somebody did, course by course. Without an employee number: everybody within your sight."),
        columns=(_NUMBER, _NAME, _CODE, _COURSE, Column("started_on", _l("Started on"), "date"),
                 Column("completed_on", _l("Completed on"), "date"), _EXPIRES, _STATE,
                 Column("score", _l("Score"), "number", width=1),
                 Column("certificate", _l("Certificate number"), width=3),
                 Column("hours", _l("Hours"), "number", width=1, is_summed=True)),
        filters=(Filter("employee", _l("Employee number"), "text"), _IN_DEPARTMENT, _OF_COURSE),
        rows=training.transcript, counted="state"),
    Report(
        name="renewals", label=_l("Renewals with turnaround"), resource="renewal-requests",
        intro=_l("Requests made in a period, and the days from asking until they were closed."),
        columns=(_NUMBER, _NAME, _DEPARTMENT, _CODE, _COURSE, Column("asked_on", _l("Asked on"), "date"),
                 Column("status", _l("State"), "state"), Column("closed_on", _l("Closed on"), "date"),
                 Column("days", _l("Days"), "number")),
        filters=(*_period(_year_start), _IN_DEPARTMENT, _OF_COURSE), rows=oversight.renewal_turnaround,
        counted="status"),
    Report(
        name="audit", label=_l("Audit extract"), resource="audit-logs",
        intro=_l("What happened in a period: who did what to what, and from where."),
        columns=(Column("sequence", _l("No."), "number", width=1), Column("at", _l("When"), "instant", width=3),
                 Column("actor", _l("Who"), width=3), Column("event", _l("What happened"), width=4),
                 Column("subject", _l("To what")), Column("subject_id", _l("Id"), width=4),
                 Column("source", _l("By way of")), Column("address", _l("IP address"))),
        filters=_period(_month_ago), rows=oversight.audit_extract, counted="event"),
    Report(
        name="trend", label=_l("Training figures over time"), resource="kpi",
        intro=_l("The figures of each day on record, as they were known that day. Later corrections do not change"
                 " them."),
        columns=(Column("day", _l("Day"), "date"), *figures.columns()),
        filters=(*_period(_half_year_ago), _IN_DEPARTMENT), rows=figures.trend,
        said_at=figures.trend_said_at),
    Report(
        name="hours", label=_l("Training hours and cost"), resource="enrollments",
        intro=_l("Completions in a period by department and course, with the hours and the cost that the catalogue"
                 " names for each."),
        columns=(Column("department_code", _l("Code")), _DEPARTMENT, _CODE, _COURSE,
                 Column("completions", _l("Completions"), "number", is_summed=True),
                 Column("people", _l("People"), "number"),
                 Column("hours", _l("Hours"), "number", is_summed=True),
                 Column("cost", _l("Cost"), "number", is_summed=True)),
        filters=(*_period(_year_start), _IN_DEPARTMENT, _OF_CATEGORY), rows=training.hours_and_cost),
)
_BY_NAME = {report.name: report for report in REPORTS}


def reports_for(actor: Any) -> list[Report]:
    """The reports that the actor may run."""
    return [report for report in REPORTS if may_run(actor, report)]


def may_run(actor: Any, report: Report) -> bool:
    """Whoever may see the rows on screen may run the report of them; TrainFlow itself (commands) may."""
    return actor.id is None or allows(role_names(actor), "read", report.resource)


def report_for(actor: Any, name: str) -> Report:
    """The report called `name`. NotFound where there is none, or none for the actor."""
    report = _BY_NAME.get(name)
    if report is None or not may_run(actor, report):
        raise NotFound(_("There is no such report."), code="report_unknown")
    return report


def forms_of(name: str) -> tuple[str, ...]:
    """What a run of the report called `name` can be taken away as."""
    report = _BY_NAME.get(name)
    return report.forms if report else ()


def may_run_named(actor: Any, name: str) -> bool:
    """Whether there is a report called `name` and the actor may run it."""
    return name in _BY_NAME and may_run(actor, _BY_NAME[name])


def filter_label(name: str, of: str | None) -> str:
    """What a filter of the report called `name` is called; empty where there is none such."""
    report = _BY_NAME.get(name)
    return next((str(one.label) for one in report.filters if one.name == of), "") if report else ""


def label_of(name: str) -> Any:
    """What a report is called; its name where there is none such any more."""
    report = _BY_NAME.get(name)
    return report.label if report else name
