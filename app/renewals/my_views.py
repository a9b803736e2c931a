"""The own renewals: what runs out, what was asked for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request, send_file, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.enrollments import records
from app.organisation import queries as organisation
from app.platform import files
from app.platform.errors import DomainError
from app.platform.fab.filters import to_uuid
from app.platform.unit_of_work import unit_of_work
from app.platform.web import local_target
from app.renewals import operations, queries, rules, story
from app.renewals.models import RenewalEvidence, RenewalRequest


@dataclass(frozen=True)
class Told:
    """A request with whose decisions it takes, what happened, and its files."""

    request: RenewalRequest
    chain: list[story.Stage]
    timeline: list[dict[str, Any]]
    evidence: list[RenewalEvidence]


def told(asked: RenewalRequest) -> Told:
    """Everything that its page shows of a request."""
    return Told(asked, story.stages(asked, queries.steps_of(asked.id)), story.lines(asked.id),
                queries.evidence_of(asked.id))


class MyRenewalsView(BaseView):
    """`/my-renewals`: ask with one click, follow, answer, withdraw."""

    route_base = "/my-renewals"
    class_permission_name = "my-renewals"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """What I can renew now, and every request of mine."""
        me = organisation.employee_for_user(g.user.id)
        asked = queries.requests_of(me.id) if me else []
        return self.render_template(
            "renewals/my_renewals.html", view=self, title=_("My renewals"), renewable=renewable(me.id) if me else [],
            live=[told(one) for one in asked if one.is_live], past=[one for one in asked if not one.is_live])

    @expose("/ask", methods=["POST"])
    @has_access
    @permission_name("add")
    def ask(self) -> Any:
        """Ask for a certificate to be renewed, with or without a reason and a file."""
        upload, key = request.files.get("file"), to_uuid(request.form.get("enrollment_id"))
        given = {"file": upload.stream, "file_name": upload.filename} if upload and upload.filename else {}
        self._do(_("Your request is on its way."), operations.request_renewal, enrollment_id=key or abort(404),
                 reason=request.form.get("reason", "").strip()[:1000], **given)
        return self._back()

    @expose("/<pk>/withdraw", methods=["POST"])
    @has_access
    @permission_name("add")
    def withdraw(self, pk: str) -> Any:
        """No longer ask."""
        self._do(_("Your request is withdrawn."), operations.withdraw_request, self._mine(pk))
        return self._back()

    @expose("/<pk>/answer", methods=["POST"])
    @has_access
    @permission_name("add")
    def answer(self, pk: str) -> Any:
        """Answer what the deciding person asked."""
        self._do(_("Your answer is sent."), operations.answer_request, self._mine(pk),
                 answer=request.form.get("answer", "").strip()[:1000])
        return self._back()

    @expose("/<pk>/evidence", methods=["POST"])
    @has_access
    @permission_name("add")
    def attach(self, pk: str) -> Any:
        """Put a file to a request."""
        row_id, upload = self._mine(pk), request.files.get("file")
        if upload is None or not upload.filename:
            flash(_("Choose a file first."), "danger")
        else:
            self._do(_("The file is attached."), operations.attach_evidence, row_id, file=upload.stream,
                     file_name=upload.filename)
        return self._back()

    @expose("/evidence/<file_id>")
    @has_access
    @permission_name("evidence")
    def evidence(self, file_id: str) -> Any:
        """A file of a request, for whoever may see the request."""
        key = to_uuid(file_id)
        kept = queries.evidence(key) if key else None
        if kept is None or queries.visible_request(g.user, kept.request_id) is None:
            abort(404)
        return send_file(files.open_kept(kept.file_key), mimetype=kept.media_type, as_attachment=True,
                         download_name=kept.file_name)

    def url(self, method: str, **arguments: Any) -> str:
        """The address of one of this view's pages."""
        return url_for(f"{self.endpoint}.{method}", **arguments)

    @staticmethod
    def _mine(pk: str) -> UUID:
        key = to_uuid(pk)
        row = queries.visible_request(g.user, key) if key else None
        return row.id if row is not None else abort(404)

    @staticmethod
    def _do(done: str, operation: Any, *args: Any, **values: Any) -> None:
        try:
            with unit_of_work():
                operation(g.user, *args, **values)
        except DomainError as refusal:
            for error in refusal.errors:
                flash(str(error), "danger")
        else:
            flash(done, "success")

    def _back(self) -> Any:
        # An officer may act on somebody's behalf from the page of the request.
        return redirect(local_target(request.form["back"]) if "back" in request.form else self.url("index"))


def renewable(employee_id: UUID) -> list[records.CourseRecord]:
    """The own certificates that can be asked for: due, not under way, and not asked for already."""
    due = [one for one in records.training_record(employee_id)
           if one.state.value in rules.RENEWABLE and one.running is None and one.enrollment.is_completion]
    asked = queries.live_by_enrollment([one.enrollment.id for one in due])
    return [one for one in due if one.enrollment.id not in asked]
