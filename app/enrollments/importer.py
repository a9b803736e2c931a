"""Spreadsheets of training history: one row per completion, or the tracker with one column per course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from app.courses.importer import COURSE
from app.enrollments import operations, planning, queries
from app.enrollments.models import Enrollment
from app.enrollments.schemas import EnrollmentSchema
from app.imports.importer import Field, Importer, Table, Wide
from app.organisation.importer import EMPLOYEE

_STATUS = {"passed": "completed", "failed": "failed", "active": "active"}


def _outcome(values: dict[str, Any]) -> None:
    """A line without a result tells of a completion: that is what its day is for."""
    values["status"] = _STATUS[values.get("status") or "passed"]


def _is_open(values: dict[str, Any]) -> bool:
    """Somebody who is enrolled has no day of completion yet."""
    return values.get("status") == "active"


def _origin(batch_id: str, number: int) -> dict[str, Any]:
    return {"source": "import", "source_detail": {"batch": batch_id, "row": number}}


def _settle(actor: Any, rows: Sequence[dict[str, Any]]) -> None:
    operations.write_followers({(row["employee_id"], row["course_id"]) for row in rows})


ENROLLMENT_ROWS = Table(resource="enrollments", label=_l("Enrollments"), model=Enrollment,
                        plan=planning.plan_enrollments, write=operations.write_enrollments, settle=_settle)
_PERSON = Field(
    name="employee_id", label=_l("Employee"), type="code", target=EMPLOYEE, required=True, example="10025",
    headings=("employee number", "employee no", "employee id", "emp id", "emp no", "emp #", "emp", "number", "staff no",
              "staff id", "badge", "badge no", "personnel number", "person", "trainee", "learner", "user id",
              "attendee", "employee code", "emp code", "person number", "pernr", "id no", "worker id", "matricule",
              "sicil no"),
    arabic=("الرقم الوظيفي", "رقم الموظف", "الموظف", "المتدرب", "رقم المتدرب"), note=_l("The employee number."))
_COURSE = Field(
    name="course_id", label=_l("Course"), type="code", target=COURSE, required=True, example="HSE-101",
    headings=("course code", "course id", "course no", "course name", "course title", "training", "training course",
              "class", "program", "certificate name", "item id", "learning item number", "item title", "formation"),
    arabic=("الدورة", "رمز الدورة", "اسم الدورة", "البرنامج التدريبي", "البرنامج"),
    note=_l("The code or the name of a course."))
_DAY = Field(
    name="completed_on", label=_l("Completed on"), type="date", required=True, example="2026-01-15",
    headings=("completion date", "completed", "date completed", "date of completion", "course date", "training date",
              "date", "attended on", "completion",
              "learning completion date", "item completion date", "exam date", "issue date", "issued on", "end date"),
    arabic=("تاريخ الإتمام", "تاريخ الإكمال", "تاريخ الدورة", "تاريخ الانتهاء من الدورة", "تاريخ الاجتياز", "التاريخ",
            "تاريخ الإصدار"),
    note=_l("The day of the result, passed or failed."))
_STATED = Field(
    name="granted_expires_on", label=_l("Expiry stated on the certificate"), type="date",
    headings=("expiry date", "expires on", "expiry", "expiration date", "valid until", "valid to", "valid till",
              "expires", "renewal due", "due for renewal", "date of expiry"),
    arabic=("تاريخ الانتهاء", "تاريخ انتهاء الصلاحية", "صالح حتى"),
    note=_l("Leave empty to have it computed from the course."))

ENROLLMENTS = Importer(
    kind="enrollments", label=_l("Training history"), resource="enrollments", table=ENROLLMENT_ROWS,
    intro=_l("Who completed what and when: one row per person and course."),
    schema=EnrollmentSchema, key=planning.RESULT, complete=_outcome,
    match=queries.match_results, origin=_origin, may_lack=("completed_on",), is_open=_is_open,
    fields=(
        _PERSON, _COURSE, _DAY,
        Field(name="status", label=_l("Result"), type="result", example=_l("passed"),
              headings=("status", "outcome", "pass/fail", "completion status", "assignment status",
                        "learning status"),
              arabic=("النتيجة", "الحالة", "التقدير"), note=_l("Passed, failed or in progress. Empty: passed.")),
        Field(name="score", label=_l("Score"), type="score", headings=("mark", "marks", "percentage", "score %",
                                                                       "grade"),
              arabic=("الدرجة", "العلامة", "النسبة"), note=_l("0 to 100, or per cent."), example="87"),
        _STATED,
        Field(name="certificate_number", label=_l("Certificate number"), type="code", example="C-2026-17",
              headings=("certificate no", "certificate", "certificate id", "cert no"),
              arabic=("رقم الشهادة", "الشهادة")),
        Field(name="started_on", label=_l("Started on"), type="date", headings=("start date", "from", "enrolled on"),
              arabic=("تاريخ البداية", "تاريخ البدء")),
    ))

TRACKER = replace(
    ENROLLMENTS, kind="tracker", label=_l("Training tracker"),
    intro=_l("One row per person, one column per course, a date in each cell."),
    fields=(_PERSON, _COURSE, _DAY, _STATED),
    wide=Wide(down="employee_id", across="course_id", cell="completed_on", until="granted_expires_on"))
