"""Spreadsheets of courses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from app.courses import operations, queries
from app.courses.models import Course
from app.courses.schemas import CourseSchema
from app.courses.wording import CATEGORIES, DELIVERIES, VALIDITIES
from app.imports.importer import Field, Importer, Table, Target
from app.organisation.importer import ACTIVE, DEPARTMENT
from app.platform.drafts import Draft

_COUNTED = ("rolling", "anniversary")


def _plan(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *, lock: bool = True) -> Any:
    """Lists say for how many months a course is valid and leave the kind to common sense."""
    lasting = ("validity_months", "validity_days")
    unsaid = [draft for draft in drafts if "validity_kind" not in draft.values and draft.values.keys() & set(lasting)]
    policies = queries.policies([draft.id for draft in unsaid if not draft.is_new])
    for draft in unsaid:
        counted = any(draft.values.get(name) for name in lasting)
        kind = policies.get(draft.id, queries.NEVER).kind
        if counted != (kind in _COUNTED):
            draft.values["validity_kind"] = "rolling" if counted else "never"
    return operations.plan_courses(actor, drafts, coming, lock=lock)


def _months(values: dict[str, Any]) -> None:
    """0 months is how some lists write 'does not expire'."""
    for name in ("validity_months", "validity_days"):
        if values.get(name) == 0:
            values[name] = None


def _name(values: dict[str, Any]) -> None:
    if not values.get("name") and values.get("name_ar"):
        values["name"] = values["name_ar"]


COURSE_ROWS = Table(resource="courses", label=_l("Courses"), model=Course, plan=_plan, write=operations.write_courses)
COURSE = Target(table=COURSE_ROWS, unknown=_l('There is no course "%(text)s".'))

COURSES = Importer(
    kind="courses", label=_l("Courses"), resource="courses", table=COURSE_ROWS, complete=_months, fill=_name,
    intro=_l("The catalogue: one row per course, with how long it is valid."),
    schema=CourseSchema, key=("code",),
    fields=(
        Field(name="code", label=_l("Code"), type="code", required=True, example="HSE-101",
              headings=("course code", "course id", "course no", "course number", "training code", "class code",
                        "item id", "course", "learning item number", "code formation"),
              arabic=("رمز الدورة", "كود الدورة", "رقم الدورة", "رمز البرنامج", "الرمز"),
              note=_l("Short and unique. It finds the course that is there already.")),
        Field(name="name", label=_l("Name"), required=True, example="Basic safety orientation",
              headings=("course name", "course title", "title", "training name", "english name", "name en", "program",
                        "item title", "learning item title", "intitulé", "formation", "bezeichnung", "eğitim adı"),
              arabic=("الاسم بالإنجليزية", "اسم الدورة بالإنجليزية", "الاسم")),
        Field(name="name_ar", label=_l("Name in Arabic"), example="التوجيه الأساسي للسلامة",
              headings=("arabic name", "name ar", "course name ar", "title ar"),
              arabic=("اسم الدورة", "الاسم بالعربية", "الاسم العربي", "اسم البرنامج", "عنوان الدورة")),
        Field(name="description", label=_l("Description"), headings=("details", "objective"), arabic=("الوصف",)),
        Field(name="category", label=_l("Category"), type="choice", choices=CATEGORIES, example=_l("Safety"),
              headings=("type", "course type", "course category"), arabic=("الفئة", "التصنيف", "النوع")),
        Field(name="delivery", label=_l("Delivery"), type="choice", choices=DELIVERIES, example=_l("Classroom"),
              headings=("delivery type", "delivery method", "mode"), arabic=("طريقة التقديم", "أسلوب التدريب")),
        Field(name="validity_kind", label=_l("Validity"), type="choice", choices=VALIDITIES,
              headings=("validity type", "validity kind"), arabic=("نوع الصلاحية",),
              note=_l("Needed only where months or days do not say it all.")),
        Field(name="validity_months", label=_l("Valid for months"), type="months", example="24",
              headings=("validity", "validity months", "months", "validity in months", "valid months", "expiry months",
                        "frequency months", "renewal months", "validity period", "frequency", "renewal frequency",
                        "retraining interval",
                        "refresher", "renewal", "recertification", "validité", "gültigkeit", "geçerlilik"),
              arabic=("الصلاحية (شهر)", "الصلاحية", "مدة الصلاحية", "الصلاحية بالأشهر", "أشهر الصلاحية"),
              note=_l("Calendar months. Empty for a new course: it does not expire; a dash: no longer expires.")),
        Field(name="validity_days", label=_l("Valid for days"), type="integer",
              headings=("validity days", "days valid", "validity in days"),
              arabic=("الصلاحية بالأيام", "الصلاحية (يوم)")),
        Field(name="grace_days", label=_l("Grace, days"), type="integer", headings=("grace", "grace days"),
              arabic=("مهلة السماح", "أيام السماح")),
        Field(name="is_mandatory", label=_l("Mandatory"), type="boolean", example=_l("yes"),
              headings=("required", "is mandatory", "compulsory", "obligatoire", "pflicht",
                        "zorunlu"), arabic=("إلزامية", "إلزامي", "إجباري")),
        Field(name="department_id", label=_l("Owning department"), type="code", target=DEPARTMENT,
              headings=("department", "owner", "dept", "department code"), arabic=("القسم", "الإدارة", "القسم المالك")),
        Field(name="provider", label=_l("Provider"), headings=("vendor", "training provider", "institute"),
              arabic=("الجهة", "مقدم التدريب", "جهة التدريب")),
        Field(name="duration_hours", label=_l("Duration, hours"), type="decimal", example="8",
              headings=("duration", "hours", "duration hours", "training hours", "credit hours", "durée",
                        "dauer"),
              arabic=("عدد الساعات", "الساعات", "المدة بالساعات", "المدة")),
        Field(name="cost", label=_l("Cost per person"), type="decimal", headings=("cost", "price", "fee", "fees",
                                                                                  "coût", "prix", "kosten"),
              arabic=("التكلفة", "السعر", "الرسوم")),
        ACTIVE,
    ))
