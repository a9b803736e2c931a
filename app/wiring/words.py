"""What the fields of audit entries are called: the forms that people know them from, subject by subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from app.accounts.schemas import ApiKeySchema, ImpersonationSchema
from app.audit.fields import Source
from app.calendars.views import NAMES as CALENDARS
from app.compliance import schemas as compliance
from app.courses.schemas import CourseSchema
from app.enrollments import schemas as enrollments
from app.enrollments.views import EnrollmentView
from app.imports.importer import Importer
from app.jobs.wording import JOBS
from app.notifications.kinds import Kind, kind_named
from app.notifications.schemas import ChoiceSchema, TemplateSchema, TimesSchema
from app.organisation import schemas as organisation
from app.platform.fab.fields import Choice
from app.platform.look.states import STATUSES
from app.renewals import schemas as renewals
from app.renewals.wording import OUTCOMES, STEP_KINDS
from app.reports.catalogue import REPORTS
from app.reports.views import EVERY
from app.tenancy.schemas import HolidaySchema, SettingsSchema, TenantSchema
from app.wiring.menu import MENU


def _one_of(words: dict[str, Any], label: Any = None) -> Choice:
    return Choice(words, metadata={"label": label} if label else {})


ENROLLMENT: dict[str, Any] = {
    "status": _one_of({status: look.word for status, look in STATUSES.items()}, _l("Status")),
    "expired_from": _l("Counts as expired from"), "renews_id": _l("The enrollment that it renews"),
    "source_detail": _l("Where in the source"),
}

LOGIN: dict[str, Any] = {
    "active": _l("May sign in"), "email": _l("E-mail"), "first_name": _l("First name"), "last_name": _l("Last name"),
    "roles": fields.List(_one_of(organisation.ROLE_LABELS), metadata={"label": _l("Roles")}),
}

CHAIN: dict[str, Any] = {"steps": fields.List(_one_of(STEP_KINDS), metadata={"label": _l("Steps")})}

# subject -> where a field's words stand, the nearest first; what no form asks for stands in app.audit.facts
FIELDS: dict[str, tuple[Source, ...]] = {
    "tenant": (SettingsSchema, TenantSchema, {
        "is_active": _l("Active"), "plan": _l("Plan"), "flags": _l("Options"), "logo": _l("Logo")}),
    "login": (LOGIN, TimesSchema, ImpersonationSchema),
    "key": (ApiKeySchema,),
    "department": (organisation.DepartmentSchema,),
    "grade": (organisation.GradeSchema,),
    "job role": (organisation.JobRoleSchema,),
    "employee": (organisation.EmployeeSchema,),
    "delegation": (organisation.DelegationSchema,),
    "course": (CourseSchema, {"prerequisites": _l("Prerequisites")}),
    "enrollment": (ENROLLMENT, enrollments.EnrollmentSchema, enrollments.RevokeSchema, EnrollmentView.label_columns),
    "holiday": (HolidaySchema,),
    "requirement": (compliance.ChangeRequirementSchema, compliance.RequirementSchema,
                    {"valid_until": _l("Until")}),
    "equivalence": (compliance.EquivalenceSchema,),
    "waiver": (compliance.WaiverSchema, {"ended_on": _l("Ended early")}),
    "coverage need": (compliance.CoverageSchema,),
    "renewal request": (renewals.AnswerSchema, renewals.ReturnSchema, renewals.RejectSchema,
                        {"outcome": _one_of(OUTCOMES, _l("Outcome"))}),
    "approval step": (renewals.ReassignSchema, {"verdict": _one_of({"approved": _l("Approved"),
                                                                   "rejected": _l("Rejected")}, _l("Decision"))}),
    "approval chain": (renewals.ApprovalChainSchema, CHAIN),
    "calendar link": ({"kind": _one_of(CALENDARS, _l("Calendar"))},),
    "report": ({"name": _one_of({report.name: report.label for report in REPORTS}, _l("Report")),
                "every": _one_of(EVERY, _l("How often")), "stopped_on": _l("Stopped on")},
               *({one.name: one.label for one in report.filters} for report in REPORTS)),
    "export": ({"resource": _one_of({one.view.class_permission_name: one.label for one in MENU}, _l("List"))},
               *(getattr(one.view, "label_columns", {}) for one in MENU)),
    "job": ({"job": _one_of({job: title for job, (title, _purpose) in JOBS.items()}, _l("Job"))},),
}


def _message(name: str) -> Any:
    kind = kind_named(name)
    return kind and kind.label


def field_words(importers: Sequence[Importer], kinds: Sequence[Kind]) -> dict[str, tuple[Source, ...]]:
    """`FIELDS` with the names of spreadsheets and messages, which are wired beside it."""
    one: Any = ChoiceSchema._declared_fields
    channels = {name: _one_of(one["choice"].labels, label) for name, label in one["channel"].labels.items()}
    about: dict[str, Any] = {"kind": _one_of({kind.name: kind.label for kind in kinds}, _l("About"))}
    return FIELDS | {
        "login": (*FIELDS["login"], _message, channels),
        "import": ({"kind": _one_of({one.kind: one.label for one in importers}, _l("What"))},),
        "message template": (TemplateSchema, about), "outbox message": (about,),
    }
