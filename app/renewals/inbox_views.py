"""The approval inbox: what waits for me, decided one by one or many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, flash, g, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.organisation import queries as people
from app.platform.errors import DomainError
from app.platform.fab.filters import to_uuid
from app.platform.unit_of_work import unit_of_work
from app.renewals import case, decided, jobs, operations, queries
from app.renewals.models import WorkflowStep

SHOWN = 100  # requests in the queue; the rest comes up as these are decided


class ApprovalsView(BaseView):
    """`/approvals`: the queue, the case beside it, and decisions with ten minutes to take them back."""

    route_base = "/approvals"
    class_permission_name = "approvals"
    default_view = "inbox"

    def may(self, action: str) -> bool:
        """Whether the person may do this here: an operator who works as somebody decides nothing."""
        return bool(self.appbuilder.sm.has_access(f"can_{action}", self.class_permission_name))

    @expose("")
    @has_access
    @permission_name("read")
    def inbox(self) -> Any:
        """Everything that waits, the most urgent beside it."""
        return self._page()

    @expose("/<pk>")
    @has_access
    @permission_name("read")
    def show(self, pk: str) -> Any:
        """One request that waits for me; one that no longer does leads to where it can be followed."""
        step = self._waiting(pk)
        if step is None:
            return self._gone(pk)
        return self._page(step, is_chosen=True)

    @expose("/<pk>/decide", methods=["POST"])
    @has_access
    @permission_name("decide")
    def decide(self, pk: str) -> Any:
        """Approve, reject, or ask the requester something first."""
        step = self._waiting(pk)
        if step is None:
            return self._gone(pk)
        verdict, comment = request.form.get("verdict", ""), request.form.get("comment", "").strip()
        try:
            if verdict == "returned":
                with unit_of_work():
                    operations.return_for_information(g.user, step.id, question=comment)
                return self._answer(None, _("You asked %(name)s first.", name=str(step.request.employee)))
            return self._decide([step.id], verdict, comment)
        except DomainError as refusal:
            return self._refused(refusal, step, comment)

    @expose("/decide", methods=["POST"])
    @has_access
    @permission_name("decide")
    def decide_many(self) -> Any:
        """Approve or reject the selected requests, or all that wait."""
        ids = queries.waiting_ids(g.user) if "all" in request.form else [
            key for key in map(to_uuid, request.form.getlist("step")) if key is not None]
        try:
            return self._decide(ids, request.form.get("verdict", ""), request.form.get("comment", "").strip())
        except DomainError as refusal:
            return self._refused(refusal)

    @expose("/decisions/<pk>")
    @has_access
    @permission_name("read")
    def decision(self, pk: str) -> Any:
        """What became of each request of one of my decisions."""
        return self._page(done=decided.detail(self._own_decision(pk)))

    @expose("/decisions/<pk>/progress")
    @has_access
    @permission_name("read")
    def progress(self, pk: str) -> Any:
        """How far a decision about many requests is."""
        found = decided.summary(self._own_decision(pk))
        return jsonify(done=found.count, total=found.total, stage=found.stage, finished=found.is_finished,
                       url=found.url)

    @expose("/decisions/<pk>/undo", methods=["POST"])
    @has_access
    @permission_name("decide")
    def undo(self, pk: str) -> Any:
        """Take a decision back, within ten minutes and as far as nothing later stands in the way."""
        row = self._own_decision(pk)
        try:
            with unit_of_work():
                row = operations.undo_decision(g.user, row.id)
                is_left = bool(queries.undo_left(row, 1))
                if is_left:
                    jobs.undo.enqueue(row.id)
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(url_for("ApprovalsView.decision", pk=pk))
        if is_left:
            return redirect(url_for("ApprovalsView.decision", pk=pk))
        for words, kind in decided.undone(row):
            flash(words, kind)
        return redirect(self.url("inbox"))

    # -- answers ---------------------------------------------------------------------------------------

    def _decide(self, step_ids: Sequence[UUID], verdict: str, comment: str) -> Any:
        with unit_of_work():
            row = operations.decide_steps(g.user, step_ids, verdict=verdict, comment=comment)
            if not row.is_finished:
                jobs.decide.enqueue(row.id)
        return self._answer(row, "")

    def _answer(self, row: Any, words: str) -> Any:
        """After a decision: JSON to the script, which stays on the page, else the next page."""
        told = decided.told(row) if row is not None else None
        if request.accept_mimetypes.best == "application/json":
            waiting = queries.waiting_count(g.user, 1000)
            return jsonify(told | _waiting(waiting) if told else {"undo": "", "url": "", **_waiting(waiting)})
        if row is None:
            flash(words, "success")
            return redirect(self.url("inbox"))
        return redirect(told["url"] if told and (len(row.wanted) > 1 or told["refused"]) else self.url("inbox"))

    def _refused(self, refusal: DomainError, step: WorkflowStep | None = None, comment: str = "") -> Any:
        if request.accept_mimetypes.best == "application/json":
            return jsonify(message=str(refusal), code=refusal.code), refusal.status
        if step is not None and refusal.status == 422:
            return self._page(step, is_chosen=True, comment=comment, error=str(refusal)), 422
        flash(str(refusal), "danger")
        return redirect(self.url("inbox"))

    def _page(self, step: WorkflowStep | None = None, is_chosen: bool = False, done: Any = None, **more: Any) -> Any:
        if request.headers.get("X-Part") == "case":
            return self._part(step, done)
        queue = queries.waiting_steps(g.user, SHOWN)
        total = len(queue) if len(queue) < SHOWN else queries.waiting_count(g.user, 100_000)
        if step is None and done is None and queue:
            step = queue[0]
        me = people.employee_for_user(g.user.id)
        away = {one.id: case.stands_in_for(me, one) for one in queue}
        return self.render_template(
            "renewals/approvals.html", view=self, title=_("Approvals"), queue=queue, total=total, away=away,
            may_be_away=allows(role_names(g.user), "add", "delegations"), chosen=is_chosen, done=done,
            case=case.case_of(g.user, step) if step else None, decision=decided.last(g.user), **more)

    def _part(self, step: WorkflowStep | None, done: Any) -> Any:
        template = "renewals/decided.html" if done else "renewals/case.html"
        found = case.case_of(g.user, step) if step else None
        answer = make_response(self.render_template(template, view=self, case=found, done=done))
        answer.headers["Vary"], answer.headers["Cache-Control"] = "X-Part", "no-store"
        return answer

    def _gone(self, pk: str) -> Any:
        """A step that I can not decide: it was decided meanwhile, or is none of mine."""
        key = to_uuid(pk)
        step = queries.step(key) if key else None
        if step is None or queries.visible_request(g.user, step.request_id) is None:
            abort(404)
        words = _("This request does not wait for you any more.")
        if request.accept_mimetypes.best == "application/json":
            return jsonify(message=words, code="already_decided"), 409
        flash(words, "warning")
        return redirect(url_for("RenewalView.show", pk=step.request_id))

    @staticmethod
    def _waiting(pk: str) -> WorkflowStep | None:
        return queries.waiting_step(g.user, key) if (key := to_uuid(pk)) else None

    @staticmethod
    def _own_decision(pk: str) -> Any:
        key = to_uuid(pk)
        row = queries.decision(key) if key else None
        return row if row is not None and row.actor_id == g.user.id else abort(404)

    def url(self, method: str, **arguments: Any) -> str:
        """The address of one of this view's pages."""
        return url_for(f"{self.endpoint}.{method}", **arguments)


def _waiting(count: int) -> dict[str, Any]:
    words = ngettext("%(num)s request waits for you.", "%(num)s requests wait for you.", count) if count else ""
    return {"waiting": count, "waiting_words": words}
