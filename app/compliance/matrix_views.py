"""The training matrix on screen: people by courses, coloured by state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request, send_file, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.compliance import assigning, drawing, explaining, grid, matrix_request, schemas, waivers, workbook
from app.compliance.coverage_views import asked_day
from app.exports import large
from app.organisation import policies as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.look.states import STATES
from app.platform.unit_of_work import unit_of_work


class MatrixView(BaseView):
    """Who has what, who lacks what."""

    route_base = "/matrix"
    class_permission_name = "matrix"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """A page of people by courses, narrowed by the address."""
        wanted = matrix_request.wanted()
        found = grid.page(g.user, wanted, size=matrix_request.page_size(), after=matrix_request.mark(),
                          first_course=matrix_request.first_course())
        return self.render_template(
            "compliance/matrix.html", title=_("Training matrix"), grid=found, wanted=wanted, STATES=STATES,
            drawn=drawing.drawn, signs=drawing.SIGNS, not_due=drawing.NOT_DUE, choices=matrix_request.choices(),
            link=matrix_request.link, next_mark=matrix_request.as_text(found.after), may_assign=may("assign"),
            may_export=may("export"), shows=grid.SHOWS, first_course=matrix_request.first_course(),
            most_courses=grid.MOST_COURSES)

    @expose("/cell/<employee_id>/<course_id>")
    @has_access
    @permission_name("read")
    def cell(self, employee_id: str, course_id: str) -> Any:
        """Why a cell is what it is, and what can be done about it; `part` of the address leaves the page around out."""
        employee, course = matrix_request.person(employee_id), matrix_request.course(course_id)
        if employee is None or course is None:
            abort(404)
        day = asked_day()
        return self.render_template(
            "compliance/cell_part.html" if "part" in request.args else "compliance/cell.html",
            title=_("%(name)s – %(course)s", name=str(employee), course=str(course)), employee=employee, course=course,
            day=day, found=explaining.explain(employee, course, day), may_assign=may("assign"),
            may_renew=allows(role_names(g.user), "add", "enrollments"), today=clock.today())

    @expose("/people/<employee_id>")
    @has_access
    @permission_name("read")
    def person(self, employee_id: str) -> Any:
        """One person's row as a list: what a phone shows, and what works without scripts."""
        employee = matrix_request.person(employee_id)
        if employee is None:
            abort(404)
        wanted = matrix_request.wanted()
        columns = grid.courses(wanted)
        cells = grid.cells_of([employee.id], [course.id for course in columns], wanted.day)
        stands = [(course, cells[employee.id, course.id]) for course in columns if (employee.id, course.id) in cells]
        return self.render_template("compliance/person.html", title=str(employee), employee=employee, stands=stands,
                                    wanted=wanted, words=drawing.words)

    @expose("/export.xlsx")
    @has_access
    @permission_name("export")
    def export(self) -> Any:
        """The whole grid as the address narrows it, as a workbook that looks like it; a large one by a worker."""
        wanted = matrix_request.wanted()
        if grid.size(g.user, wanted).cells > workbook.AT_ONCE:
            return redirect(large.hand_over(g.user, "grid", matrix_request.given(wanted)))
        file = workbook.write(g.user, wanted)
        return send_file(file, workbook.MIME_TYPE, as_attachment=True, max_age=0,
                             download_name=f"matrix-{clock.today().isoformat()}.xlsx")

    @expose("/enrol", methods=["POST"])
    @has_access
    @permission_name("assign")
    def enrol(self) -> Any:
        """Enrol the chosen people in the chosen courses; says for each that could not be why."""
        pairs = self._pairs()
        if pairs:
            with unit_of_work():
                outcome = assigning.enrol_pairs(g.user, pairs=pairs)
            if outcome.enrolled:
                flash(ngettext("%(num)s enrollment was made.", "%(num)s enrollments were made.", outcome.enrolled),
                      "success")
            for reason in [*outcome.refused, *outcome.warned][:10]:
                flash(reason, "warning")
        return redirect(matrix_request.came_from())

    @expose("/waive", methods=["POST"])
    @has_access
    @permission_name("assign")
    def waive(self) -> Any:
        """First the form for time and reason with who and what was chosen, then the waivers."""
        pairs, form = self._pairs(), form_for(schemas.WaiveSchema)()
        if not pairs:
            return redirect(matrix_request.came_from())
        values = load_form(schemas.WaiveSchema, form) if "reason" in request.form else None
        if values is not None:
            try:
                with unit_of_work():
                    rows = waivers.grant_waivers(g.user, pairs=pairs, **values)
            except DomainError as refusal:
                show_errors(form, refusal)
            else:
                flash(ngettext("%(num)s waiver was granted.", "%(num)s waivers were granted.", len(rows)), "success")
                return redirect(matrix_request.came_from())
        return self.render_template(
            "compliance/waive.html", form=form, title=_("Waive courses"), pairs=pairs, cancel_url=url_for(".index"),
            submit_label=ngettext("Grant %(num)s waiver", "Grant %(num)s waivers", len(pairs)),
            chosen=matrix_request.names_of(pairs), came_from=matrix_request.came_from())

    def _pairs(self) -> list[tuple[UUID, UUID]]:
        """The chosen cells of people within sight. None chosen: says so."""
        pairs = matrix_request.chosen_pairs()
        seen = set(db.session.scalars(matrix_request.seen(
            {employee_id for employee_id, _course in pairs}, organisation.reach)))
        kept = [pair for pair in pairs if pair[0] in seen]
        if not kept:
            flash(_("Choose cells of the matrix first."), "warning")
        return kept


def may(action: str) -> bool:
    """Whether the reader may do `action` to the matrix."""
    return allows(role_names(g.user), action, "matrix")
