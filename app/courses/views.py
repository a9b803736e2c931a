"""The catalogue on screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from app.courses import operations, previews, queries
from app.courses.models import Course
from app.courses.rules import InvalidPolicy, ValidityPolicy
from app.courses.schemas import CourseSchema
from app.courses.validity_views import ValidityPages
from app.courses.wording import CATEGORIES, DELIVERIES, SCOPES, VALIDITIES
from app.platform.fab import OperationView, TenantInterface
from app.platform.fab.forms import form_for, load_form
from app.platform.wording import search_key


def matches(term: str) -> Any:
    """The condition that every word of `term` begins a word of the course's code, names or provider."""
    return sa.and_(*(Course.search_key.contains(word, autoescape=True)
                     for word in search_key(term).split(" ") if word))


class CourseView(ValidityPages, OperationView):
    """Courses, and how long each lasts."""

    route_base = "/courses"
    class_permission_name = "courses"
    datamodel = TenantInterface(Course, load=(joinedload(Course.department),), search=matches)
    title_one, title_many, add_label = _l("Course"), _l("Courses"), _l("Add course")
    icon = "book-open"
    intro = _l("What people are trained in, and how long each course is valid.")
    empty_text = _l("Add the first course, or import the catalogue from a spreadsheet.")
    list_columns = ["code", "name", "category", "validity_kind", "validity_months", "is_mandatory", "is_active"]
    show_columns = ["code", "name", "name_ar", "category", "delivery", "provider", "duration_hours", "cost",
                    "department", "scope", "is_mandatory", "is_active", "description"]
    search_columns = ["code", "name", "category", "delivery", "validity_kind", "validity_months", "is_mandatory",
                      "is_active", "department", "provider"]
    order_columns = ["code", "name"]
    default_order = ("code", "asc")
    choices = {"category": CATEGORIES, "delivery": DELIVERIES, "validity_kind": VALIDITIES, "scope": SCOPES}
    label_columns = {
        "code": _l("Code"), "name": _l("Name"), "name_ar": _l("Name in Arabic"), "category": _l("Category"),
        "delivery": _l("Delivery"), "validity_kind": _l("Validity"), "validity_months": _l("Months"),
        "is_mandatory": _l("Mandatory"), "department": _l("Owning department"), "is_active": _l("Active"),
        "scope": _l("Open to"), "provider": _l("Provider"), "duration_hours": _l("Duration, hours"),
        "cost": _l("Cost per person"), "description": _l("Description"),
    }
    edit_fieldsets = [
        (_l("The course"), {"fields": ["code", "name", "name_ar", "description", "category", "delivery", "provider",
                                       "duration_hours", "cost", "prerequisite_ids"]}),
        (_l("How long it is valid"), {"fields": ["validity_kind", "validity_months", "validity_days", "fixed_month",
                                                 "fixed_day", "window_before_days", "window_after_days",
                                                 "grace_days"]}),
        (_l("For whom"), {"fields": ["is_mandatory", "department_id", "scope", "is_active"]}),
    ]
    add_schema = edit_schema = CourseSchema
    add_operation = staticmethod(operations.create_course)
    edit_operation = staticmethod(operations.update_course)
    delete_operation = staticmethod(operations.archive_course)
    restore_operation = staticmethod(operations.restore_course)

    def edit_values(self, item: Any) -> dict[str, Any]:
        """The course's own values, and what comes before it."""
        required = [str(course.id) for course in queries.prerequisites(item.id)]
        return super().edit_values(item) | {"prerequisite_ids": required}

    def panels(self, item: Any) -> Iterator[dict[str, Any]]:
        """What comes before the course, what other contexts know of it, and what became of its validity."""
        required = queries.prerequisites(item.id)
        if required:
            yield {"title": _("Prerequisites"), "html": Markup(self.render_template(
                "courses/prerequisites.html", view=self, required=required))}
        yield from super().panels(item)
        yield from self.validity_panel(item)

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form; a changed policy is saved once the person has seen what it moves."""
        item = self.load(pk)
        if request.method == "POST":
            policy = _typed_policy()
            moves = previews.moves_of(item.id, policy) if policy and policy != item.policy else previews.Moves()
            if moves.moved and request.form.get("confirmed") != _mark(policy):
                return self._ask(item, moves, _mark(policy))
        return super().edit(pk)

    def _ask(self, item: Any, moves: previews.Moves, mark: str) -> Any:
        form = form_for(CourseSchema)()
        load_form(CourseSchema, form)
        page, _status = self._form_page(
            form, title=_("Edit %(name)s", name=str(item)), submit=_("Save and move the dates"),
            cancel=self.url("show", pk=item.id), version=item.updated_at, template="courses/confirm.html",
            moves=moves, mark=mark)
        return page


def _typed_policy() -> ValidityPolicy | None:
    """The policy that was typed; None where it does not hold together, which saving says in words."""
    values = load_form(CourseSchema, form_for(CourseSchema)())
    try:
        return ValidityPolicy(**vars(operations.policy_fields(values.get))) if values is not None else None
    except InvalidPolicy:
        return None


def _mark(policy: ValidityPolicy | None) -> str:
    return "/".join(map(str, astuple(policy))) if policy else ""
