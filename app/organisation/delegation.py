"""Who is away, and who decides in their place meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.accounts.models import User
from app.organisation import events, policies, queries
from app.organisation.models import Delegation, Employee
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft, load_current, refuse_unknown, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record


def create_delegation(actor: Any, **values: Any) -> Delegation:
    """Say that somebody is away, and who stands in; fields as in `DelegationSchema`.

    Without `employee_id` it is the actor. Refuses what `plan_delegations` refuses; NotAllowed for somebody
    else unless the actor is a training officer or an administrator.
    """
    values["employee_id"] = values.get("employee_id") or _own_id(actor)
    row = save_one(Delegation, plan_delegations, actor, Draft.new(values))
    record(events.DelegationCreated(actor_id=actor.id, subject_id=row.id, employee_id=row.employee_id,
                                    delegate_id=row.delegate_id, starts_on=row.starts_on, ends_on=row.ends_on))
    return row


def update_delegation(actor: Any, delegation_id: UUID, **values: Any) -> Delegation:
    """Change the days, the delegate or the reason. The person stays who it is."""
    values.pop("employee_id", None)
    draft = Draft.change(delegation_id, values)
    row = save_one(Delegation, plan_delegations, actor, draft)
    if draft.changes:
        record(events.DelegationUpdated(actor_id=actor.id, subject_id=row.id, changes=draft.changes))
    return row


def archive_delegation(actor: Any, delegation_id: UUID) -> Delegation:
    """Call a delegation off: from now on nobody stands in."""
    row = queries.delegation(delegation_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    policies.require_arranger(actor, row.employee_id)
    row.deleted_at = clock.now()
    record(events.DelegationArchived(actor_id=actor.id, subject_id=row.id))
    return row


def plan_delegations(actor: Any, drafts: Sequence[Draft], *, lock: bool = True) -> None:
    """Check drafts of delegations; refusals hang on them.

    Refused: an unknown person; a delegate who is the person, has left or can not sign in; an end before the
    start or in the past; days that another delegation of the person has already.
    """
    load_current(Delegation, drafts, "employee_id", "delegate_id", "starts_on", "ends_on", lock=lock)
    refuse_unknown(drafts, "employee_id", Employee, _("There is no such employee."))
    refuse_unknown(drafts, "delegate_id", Employee, _("There is no such employee."))
    for draft in (one for one in drafts if not one.errors):
        policies.require_arranger(actor, draft.get("employee_id"))
        _refuse_delegate(draft)
        _refuse_days(draft)


def _refuse_delegate(draft: Draft) -> None:
    delegate = queries.employee(draft.get("delegate_id"))
    if delegate is None:
        return
    if delegate.id == draft.get("employee_id"):
        draft.refuse(Invalid(_("Nobody can stand in for themselves."), field="delegate_id", code="delegate_is_self"))
    user = db.session.get(User, delegate.user_id) if delegate.user_id else None
    if not delegate.is_active or user is None or not user.active:
        draft.refuse(Conflict(_("%(name)s can not sign in, so can not stand in for anybody.", name=str(delegate)),
                              field="delegate_id", code="delegate_unable"))


def _refuse_days(draft: Draft) -> None:
    starts_on, ends_on = draft.get("starts_on"), draft.get("ends_on")
    if ends_on < starts_on:
        draft.refuse(Invalid(_("The last day is before the first."), field="ends_on", code="ends_before_start"))
    elif ends_on < clock.today():
        draft.refuse(Invalid(_("This day is over."), field="ends_on", code="ends_in_past"))
    elif queries.delegations_between(draft.get("employee_id"), starts_on, ends_on) - {draft.id}:
        draft.refuse(Conflict(_("There is an absence on some of these days already. Change that one."),
                              field="starts_on", code="days_taken"))


def _own_id(actor: Any) -> UUID:
    me = queries.employee_for_user(actor.id)
    if me is None:
        raise Invalid(_("Say who is away."), field="employee_id", code="employee_id_missing")
    return me.id
