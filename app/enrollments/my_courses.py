"""A person's own training."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.enrollments import records
from app.enrollments.facts import State
from app.organisation import queries as organisation


class MyCoursesView(BaseView):
    """What I am trained in, what I am doing, and what runs out next."""

    route_base = "/my-courses"
    class_permission_name = "my-courses"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """The own training record; nothing of anybody else."""
        employee = organisation.employee_for_user(g.user.id)
        record = records.training_record(employee.id) if employee else []
        return self.render_template(
            "enrollments/my_courses.html", title=_("My courses"), record=record,
            next_up=[one for one in record if one.state in (State.EXPIRING_SOON, State.GRACE, State.EXPIRED)],
            running=[one for one in record if one.running])
