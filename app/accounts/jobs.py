"""What happens after the answer, so that the answer takes the same time for everybody."""

from __future__ import annotations

from uuid import UUID

from app.accounts import reset
from app.platform.jobs import job
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


@job("default", per_tenant=False, timeout=120)
def send_reset_links(logins: list[list[str]]) -> None:
    """Ask for a link for each login (its id, its tenant's id); the notification follows from the event."""
    for user_id, tenant_id in logins:
        with tenant_scope(UUID(tenant_id)), unit_of_work():
            reset.request_reset(int(user_id))
