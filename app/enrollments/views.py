"""Enrollments on screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.audit import queries as audit
from app.audit.telling import Trail
from app.enrollments import openings, operations, policies, queries, records, schemas, selections
from app.enrollments.evidence_views import EvidencePages
from app.enrollments.listing import EnrollmentInterface
from app.enrollments.states import STATES
from app.platform import clock
from app.platform.errors import DomainError
from app.platform.fab import OperationView, VisibleTo
from app.platform.fab.bulk import BulkAction
from app.platform.fab.forms import Counted, form_for
from app.platform.look.actions import RowAction
from app.platform.look.cells import state_badge
from app.platform.look.states import LOOKS

SOURCES = {"screen": _l("Screen"), "import": _l("Import"), "sync": _l("Connected system"), "renewal": _l("Renewal"),
           "api": _l("REST")}
STATUSES = {"active": _l("In progress"), "completed": _l("Completed"), "failed": _l("Failed"),
            "expired": _l("Expired"), "withdrawn": _l("Withdrawn")}


def _withdrawn(count: int) -> str:
    return ngettext("%(num)s person was taken off the course.", "%(num)s people were taken off their courses.", count)


def _enrol_words(count: int) -> str:
    return ngettext("Enrol %(num)s person", "Enrol %(num)s people", count)


def _deleted(count: int) -> str:
    return ngettext("%(num)s enrollment was deleted.", "%(num)s enrollments were deleted.", count)


class EnrollmentView(EvidencePages, OperationView):
    """Who did what, when, and until when it counts."""

    route_base = "/enrollments"
    class_permission_name = "enrollments"
    datamodel = EnrollmentInterface()
    base_filters = [["id", VisibleTo, policies.visible]]
    title_one, title_many, add_label = _l("Enrollment"), _l("Enrollments"), _l("Add enrollment")
    icon = "graduation-cap"
    intro = _l("Who is trained in what, since when and until when.")
    empty_text = _l("Enrol people in a course, or import the training history from a spreadsheet.")
    link_column = "employee"
    list_columns = ["employee.number", "employee", "course", "state", "expires_on", "completed_on",
                    "employee.department"]
    show_columns = ["status", "started_on", "completed_on", "expires_on", "granted_expires_on",
                    "withdrawn_on", "revoked_on", "reason", "score", "certificate_number", "source"]
    search_columns = ["employee", "course", "department", "state", "status", "source", "completed_on", "expires_on",
                      "started_on", "certificate_number"]
    order_columns = ["completed_on", "expires_on"]
    choices = {"state": {state: LOOKS[state].word for state in STATES}, "source": SOURCES, "status": STATUSES}
    formatters_columns = {"state": state_badge}
    label_columns = {
        "employee.number": _l("Number"), "employee": _l("Employee"), "employee.department": _l("Department"),
        "department": _l("Department"), "course": _l("Course"), "state": _l("State"), "status": _l("Status"),
        "started_on": _l("Started"), "completed_on": _l("Completed"), "expires_on": _l("Expires"),
        "granted_expires_on": _l("Expiry stated on the certificate"), "withdrawn_on": _l("Withdrawn on"),
        "revoked_on": _l("Revoked from"), "reason": _l("Reason"), "score": _l("Score"),
        "certificate_number": _l("Certificate number"), "source": _l("Source"),
    }
    list_template, show_template = "enrollments/list.html", "enrollments/show.html"
    add_schema, edit_schema = schemas.EnrollmentSchema, schemas.CorrectionSchema
    add_operation = staticmethod(operations.create_enrollment)
    edit_operation = staticmethod(operations.correct_enrollment)
    delete_operation = staticmethod(operations.archive_enrollment)
    restore_operation = staticmethod(operations.restore_enrollment)
    bulk = (
        BulkAction("withdraw", _l("Withdraw"), "enrollments", "edit", selections.withdraw_enrollments,
                   _withdrawn, schemas.WithdrawSchema),
        BulkAction("archive", _l("Delete"), "enrollments", "delete", selections.archive_enrollments, _deleted,
                   ask=_l("Delete the selected enrollments? An administrator can restore them.")),
    )

    def more_about(self, item: Any) -> dict[str, Any]:
        """Why, the history of this person and course, the files, and the trail for administrators."""
        history = queries.of_pair(item.employee_id, item.course_id)
        roles = role_names(g.user)
        entries = audit.entries_about("enrollment", item.id) if allows(roles, "read", "audit-logs") else []
        return {"why": records.why(item, history), "history": list(reversed(history)),
                "evidence": queries.evidence_of(item.id), "steps": openings.steps_of(item),
                "trail": Trail(entries), "may_see_people": allows(roles, "read", "users")}

    def warnings_of(self, row: Any) -> list[DomainError]:
        """What the person should have done first."""
        return openings.warnings([row])

    def row_actions(self, row: Any) -> Iterator[RowAction]:
        """What may become of an enrollment as it stands."""
        if not self.may("edit") or row.is_deleted:
            return
        if row.status == "active":
            yield RowAction(_("Complete"), self.url("complete", pk=row.id), "circle-check")
            yield RowAction(_("Not passed"), self.url("fail", pk=row.id), "circle-x")
            yield RowAction(_("Withdraw"), self.url("withdraw", pk=row.id), "circle-minus")
        elif row.is_completion:
            yield RowAction(_("Renew"), self.url("renew", pk=row.id), "refresh-cw", is_post=True)
            if row.revoked_on is None:
                yield RowAction(_("Revoke"), self.url("revoke", pk=row.id), "ban")
            else:
                yield RowAction(_("Let it count again"), self.url("reinstate", pk=row.id), "undo-2", is_post=True)

    @expose("/enrol", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def enrol(self) -> Any:
        """Enrol several people in one course. `course_id` and `employee_ids` of the address are chosen already."""
        form = form_for(schemas.EnrolSchema)(request.form or request.args)
        rows = self._submit(form, schemas.EnrolSchema, operations.enrol_people) if request.method == "POST" else None
        if rows is not None:
            flash(ngettext("%(num)s person was enrolled.", "%(num)s people were enrolled.", len(rows)), "success")
            self.warn(openings.warnings(rows))
            return redirect(self.url("list", _flt_0_course=rows[0].course_id, _flt_0_state="in_progress"))
        return self._form_page(form, title=_("Enrol people"), submit=_("Enrol"), cancel=self.url("list"),
                               counted=Counted("employee_ids", _enrol_words))

    @expose("/<pk>/complete", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def complete(self, pk: str) -> Any:
        """Record that somebody passed."""
        return self._step(pk, schemas.CompleteSchema, operations.complete_enrollment, _("Complete"),
                          completed_on=clock.today())

    @expose("/<pk>/fail", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def fail(self, pk: str) -> Any:
        """Record that somebody did not pass."""
        return self._step(pk, schemas.FailSchema, operations.fail_enrollment, _("Record as not passed"),
                          completed_on=clock.today())

    @expose("/<pk>/withdraw", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def withdraw(self, pk: str) -> Any:
        """Take somebody off a course."""
        return self._step(pk, schemas.WithdrawSchema, operations.withdraw_enrollment, _("Withdraw"))

    @expose("/<pk>/revoke", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def revoke(self, pk: str) -> Any:
        """Let a certificate no longer count."""
        return self._step(pk, schemas.RevokeSchema, operations.revoke_enrollment, _("Revoke"),
                          revoked_on=clock.today())

    @expose("/<pk>/reinstate", methods=["POST"])
    @has_access
    @permission_name("edit")
    def reinstate(self, pk: str) -> Any:
        """Let a certificate count again."""
        item = self.load(pk)
        if self.perform(operations.reinstate_enrollment, item.id) is not None:
            flash(_("The certificate counts again."), "success")
        return redirect(self.url("show", pk=pk))

    @expose("/<pk>/renew", methods=["POST"])
    @has_access
    @permission_name("add")
    def renew(self, pk: str) -> Any:
        """Enrol the person again."""
        item = self.load(pk)
        row = self.perform(operations.renew_enrollment, item.id)
        if row is not None:
            flash(_("%(name)s was added.", name=str(row)), "success")
            self.warn(self.warnings_of(row))
        return redirect(self.url("show", pk=row.id if row is not None else pk))

    def _step(self, pk: str, schema: Any, operation: Any, verb: str, **starting: Any) -> Any:
        item = self.load(pk)
        form = form_for(schema)(None, data=starting)
        if request.method == "POST":
            form = form_for(schema)()
            if self._submit(form, schema, operation, item) is not None:
                flash(_("%(name)s was changed.", name=str(item)), "success")
                return redirect(self.url("show", pk=item.id))
        return self._form_page(form, title=f"{verb}: {item}", submit=verb, cancel=self.url("show", pk=item.id),
                               version=item.updated_at)
