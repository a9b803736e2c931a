"""Open, change and suspend tenants; keep their holidays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.platform import clock
from app.platform.changes import apply_changes
from app.platform.db import db
from app.platform.drafts import Draft, load_current, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record
from app.tenancy import queries
from app.tenancy.events import (
    HolidayArchived,
    HolidayCreated,
    HolidayRestored,
    HolidayUpdated,
    TenantCreated,
    TenantUpdated,
)
from app.tenancy.models import Holiday, Tenant

LONGEST_HOLIDAY_DAYS = 60


def create_tenant(actor: Any, *, slug: str, name: str, **settings: Any) -> Tenant:
    """Open a tenant; `settings` are the further fields of `TenantSchema`. Conflict: the slug is taken."""
    if queries.tenant_by_slug(slug):
        raise Conflict(_("The short name %(slug)s is taken.", slug=slug), field="slug", code="slug_taken")
    tenant = Tenant(slug=slug, name=name, **settings)
    db.session.add(tenant)
    db.session.flush()
    record(TenantCreated(actor_id=actor.id, subject_id=tenant.id, slug=slug))
    return tenant


def update_tenant(actor: Any, tenant_id: UUID, **values: Any) -> Tenant:
    """Change a tenant's name, settings or state. Its short name stays what it is.

    Invalid `work_ends_early` when the working day would end before it starts.
    """
    tenant = queries.tenant(tenant_id)
    if tenant is None:
        raise NotFound(_("There is no such tenant."))
    if values.get("work_ends", tenant.work_ends) <= values.get("work_starts", tenant.work_starts):
        raise _ends_early()
    values.pop("slug", None)
    changes = apply_changes(tenant, values)
    if changes:
        record(TenantUpdated(actor_id=actor.id, subject_id=tenant.id, changes=changes))
    return tenant


def _ends_early() -> Invalid:
    return Invalid(_("The working day has to end after it starts."), field="work_ends", code="work_ends_early")


def suspend_tenant(actor: Any, tenant_id: UUID) -> Tenant:
    """Let nobody of the tenant in until it is resumed; everybody who is in is signed out."""
    return update_tenant(actor, tenant_id, is_active=False)


def resume_tenant(actor: Any, tenant_id: UUID) -> Tenant:
    """Let a suspended tenant's people in again."""
    return update_tenant(actor, tenant_id, is_active=True)


def create_holiday(actor: Any, **values: Any) -> Holiday:
    """Enter a holiday; fields as in `HolidaySchema`. Refuses one that ends before it starts, or is too long, and
    shorter hours of which one is missing or that end before they start."""
    holiday = save_one(Holiday, _plan_holidays, actor, Draft.new(values))
    record(HolidayCreated(actor_id=actor.id, subject_id=holiday.id))
    return holiday


def update_holiday(actor: Any, holiday_id: UUID, **values: Any) -> Holiday:
    """Change a holiday."""
    draft = Draft.change(holiday_id, values)
    holiday = save_one(Holiday, _plan_holidays, actor, draft)
    if draft.changes:
        record(HolidayUpdated(actor_id=actor.id, subject_id=holiday.id, changes=draft.changes))
    return holiday


def archive_holiday(actor: Any, holiday_id: UUID) -> Holiday:
    """Take a holiday off the calendar."""
    holiday = _found(queries.holiday(holiday_id))
    holiday.deleted_at = clock.now()
    record(HolidayArchived(actor_id=actor.id, subject_id=holiday.id))
    return holiday


def restore_holiday(actor: Any, holiday_id: UUID) -> Holiday:
    """Bring a holiday back."""
    holiday = _found(queries.holiday(holiday_id, include_deleted=True))
    holiday.deleted_at = None
    record(HolidayRestored(actor_id=actor.id, subject_id=holiday.id))
    return holiday


def _found(holiday: Holiday | None) -> Holiday:
    if holiday is None:
        raise NotFound(_("There is no such entry."))
    return holiday


def _plan_holidays(actor: Any, drafts: Sequence[Draft]) -> None:
    load_current(Holiday, drafts, "starts_on", "ends_on", "work_starts", "work_ends")
    for draft in drafts:
        if draft.errors:
            continue
        days = (draft.get("ends_on") - draft.get("starts_on")).days + 1
        if days < 1:
            draft.refuse(Invalid(_("The last day is before the first."), field="ends_on", code="ends_before_start"))
        if days > LONGEST_HOLIDAY_DAYS:
            draft.refuse(Invalid(_("A holiday lasts at most %(days)s days.", days=LONGEST_HOLIDAY_DAYS),
                                 field="ends_on", code="holiday_too_long"))
        _refuse_hours(draft)


def _refuse_hours(draft: Draft) -> None:
    starts, ends = draft.get("work_starts"), draft.get("work_ends")
    if bool(starts) != bool(ends):
        draft.refuse(Invalid(_("Give both times, or neither."), field="work_ends" if starts else "work_starts",
                             code="hours_incomplete"))
    elif starts and ends <= starts:
        draft.refuse(_ends_early())
