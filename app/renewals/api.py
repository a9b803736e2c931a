"""Renewal requests, their steps and decisions over REST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields
from sqlalchemy.orm import joinedload

from app.platform.described import gives, takes
from app.platform.errors import NotFound
from app.platform.fab import OperationApi, TenantInterface, VisibleTo, versions
from app.platform.fab.api import read_body
from app.platform.fab.attached import AttachedFiles
from app.platform.fab.filters import to_uuid
from app.platform.fab.lists import Lines, lists
from app.platform.rest import no_such_row
from app.platform.unit_of_work import unit_of_work
from app.renewals import jobs, operations, policies, queries, schemas
from app.renewals.models import RenewalRequest, WorkflowDecision, WorkflowStep


class RenewalRequestApi(AttachedFiles, OperationApi):
    """Renewal requests."""

    resource_name = "renewal-requests"
    class_permission_name = "renewal-requests"
    include_route_methods = {*OperationApi.include_route_methods, "pending", "approve", "reject", "ask_back",
                             "answer", "withdraw", "reassign", "log", "evidence", "attach", "evidence_file"}
    method_permission_name = OperationApi.method_permission_name | {
        "pending": "decide", "approve": "decide", "reject": "decide", "ask_back": "decide", "answer": "edit",
        "withdraw": "edit", "reassign": "reassign", "log": "read"}
    datamodel = TenantInterface(RenewalRequest, load=(
        joinedload(RenewalRequest.employee), joinedload(RenewalRequest.course)))
    base_filters = [["id", VisibleTo, policies.visible]]
    search_columns = ["employee", "course", "status", "created_at"]
    order_columns = ["created_at", "closed_at", "status"]
    output_schema = schemas.RenewalRequestOutput
    add_schema = schemas.RenewalRequestSchema
    add_operation = staticmethod(operations.request_renewal)
    attached_to = staticmethod(queries.evidence_of)
    attach_operation = staticmethod(operations.attach_evidence)

    @expose("/pending", methods=["GET"])
    @protect()
    @permission_name("decide")
    @lists(schemas.WaitingOutput)
    def pending(self) -> Any:
        """What waits for the signed-in person to decide, nearest to expiry first
        ---
        get:
          responses:
            200: {description: The steps, each with its request, and how many there are in all}
            401: {$ref: '#/components/responses/401'}
        """
        return Lines(queries.inbox_ids(g.user), queries.steps_called)

    @expose("/<pk>/approve", methods=["POST"])
    @protect()
    @permission_name("decide")
    @takes(schemas.ApproveSchema)
    def approve(self, pk: str) -> Response:
        """Approve the step that is open
        ---
        post:
          responses:
            200: {description: The request}
            403: {description: It waits for somebody else}
            409: {description: It is decided already}
        """
        return self._step(pk, operations.approve_step, schemas.ApproveSchema())

    @expose("/<pk>/reject", methods=["POST"])
    @protect()
    @permission_name("decide")
    @takes(schemas.RejectSchema)
    def reject(self, pk: str) -> Response:
        """Reject the request, with a reason
        ---
        post:
          responses:
            200: {description: The request}
            403: {description: It waits for somebody else}
            409: {description: It is decided already}
            422: {description: The reason is missing}
        """
        return self._step(pk, operations.reject_step, schemas.RejectSchema())

    @expose("/<pk>/return", methods=["POST"])
    @protect()
    @permission_name("decide")
    @takes(schemas.ReturnSchema)
    def ask_back(self, pk: str) -> Response:
        """Ask the requester something before deciding
        ---
        post:
          responses:
            200: {description: The request}
            409: {description: It is decided already}
        """
        return self._step(pk, operations.return_for_information, schemas.ReturnSchema())

    @expose("/<pk>/reassign", methods=["POST"])
    @protect()
    @permission_name("reassign")
    @takes(schemas.ReassignSchema)
    def reassign(self, pk: str) -> Response:
        """Let somebody else decide the step that is open
        ---
        post:
          responses:
            200: {description: The request}
            409: {description: It is decided already, or the person can not decide it}
        """
        return self._step(pk, operations.reassign_step, schemas.ReassignSchema())

    @expose("/<pk>/answer", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.AnswerSchema)
    def answer(self, pk: str) -> Response:
        """Answer what was asked about the request
        ---
        post:
          responses:
            200: {description: The request}
            409: {description: Nothing was asked}
        """
        return self._write(200, operations.answer_request, schemas.AnswerSchema(), pk)

    @expose("/<pk>/withdraw", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.RequestWithdrawSchema)
    def withdraw(self, pk: str) -> Response:
        """No longer ask for it
        ---
        post:
          responses:
            200: {description: The request}
            409: {description: It is decided already}
        """
        return self._write(200, operations.withdraw_request, schemas.RequestWithdrawSchema(), pk)

    @expose("/<pk>/log", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(schemas.WorkflowLogOutput)
    def log(self, pk: str) -> Any:
        """The timeline of a request
        ---
        get:
          responses:
            200: {description: What happened to it, oldest first}
            404: {$ref: '#/components/responses/404'}
        """
        return queries.log_of(self._visible(pk).id)

    def _step(self, pk: str, operation: Any, schema: Any) -> Response:
        def decide(actor: Any, request_id: UUID, step_id: UUID | None = None, **values: Any) -> Any:
            operation(actor, queries.step_meant(actor, request_id, step_id), **values)
            return queries.visible_request(actor, request_id)

        return self._write(200, decide, schema, pk)


class WorkflowApi(OperationApi):
    """The steps of approval, and decisions about many of them."""

    resource_name = "workflow"
    class_permission_name = "workflow"
    include_route_methods = {*OperationApi.include_route_methods, "decide", "decision", "undo"}
    method_permission_name = OperationApi.method_permission_name | {
        "decide": "decide", "decision": "decide", "undo": "decide"}
    datamodel = TenantInterface(WorkflowStep)
    base_filters = [["id", VisibleTo, policies.visible_steps]]
    search_columns = ["status", "kind", "pool", "assignee", "opened_at"]
    order_columns = ["opened_at", "decided_at", "position"]
    output_schema = schemas.WorkflowStepOutput

    @expose("/decisions", methods=["POST"])
    @protect()
    @permission_name("decide")
    @takes(schemas.DecideSchema)
    @gives(id=fields.UUID(), result=schemas.WorkflowDecisionOutput)
    def decide(self) -> Response:
        """Approve or reject many steps at once
        ---
        post:
          responses:
            200: {description: What happened to each}
            202: {description: A worker goes on with it; ask for the decision again}
            422: {$ref: '#/components/responses/422'}
        """
        values = read_body(schemas.DecideSchema())
        with unit_of_work():
            decision = operations.decide_steps(g.user, **values)
            if not decision.is_finished:
                jobs.decide.enqueue(decision.id)
            body = schemas.WorkflowDecisionOutput().dump(decision)
        return self.response(200 if body["is_finished"] else 202, id=body["id"], result=body)

    @expose("/decisions/<pk>", methods=["GET"])
    @protect()
    @permission_name("decide")
    @gives(id=fields.UUID(), result=schemas.WorkflowDecisionOutput)
    def decision(self, pk: str) -> Response:
        """How far one of the own decisions is
        ---
        get:
          responses:
            200: {description: What happened to each step so far}
            404: {$ref: '#/components/responses/404'}
        """
        found = self._own_decision(pk)
        return versions.read(self.response(200, id=pk, result=schemas.WorkflowDecisionOutput().dump(found)), found)

    @expose("/decisions/<pk>/undo", methods=["POST"])
    @protect()
    @permission_name("decide")
    @gives(id=fields.UUID(), result=schemas.WorkflowDecisionOutput)
    def undo(self, pk: str) -> Response:
        """Take one of the own decisions back, within ten minutes
        ---
        post:
          responses:
            200: {description: What was taken back, and what stands}
            202: {description: A worker goes on with it}
            409: {description: It is too late}
        """
        own = self._own_decision(pk)
        with unit_of_work():
            decision = versions.guarded(operations.undo_decision, own)(g.user, own.id)
            is_left = bool(queries.undo_left(decision, 1))
            if is_left:
                jobs.undo.enqueue(decision.id)
            body = schemas.WorkflowDecisionOutput().dump(decision)
        return versions.mark(self.response(202 if is_left else 200, id=pk, result=body), decision)

    @staticmethod
    def _own_decision(pk: str) -> WorkflowDecision:
        found = queries.decision(key) if (key := to_uuid(pk)) else None
        if found is None or found.actor_id != g.user.id:
            raise NotFound(no_such_row())
        return found
