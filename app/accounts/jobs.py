"""What happens after the answer, so that the answer takes the same time for everybody."""

from __future__ import annotations

from uuid import UUID

from app.accounts import reset
from app.platform.jobs import job
from app.platform.scope import own_scope, platform_scope
from app.platform.unit_of_work import unit_of_work


@job("default", per_tenant=False, timeout=120)
def send_reset_links(request_id: str) -> None:
    """Ask for a link for each login of a request; the message follows from the event, and is told once in minutes."""
    with platform_scope():
        logins = reset.wanted(UUID(request_id))
    for user_id, tenant_id in logins:
        with own_scope(tenant_id), unit_of_work():
            reset.request_reset(user_id)
    with platform_scope(), unit_of_work():
        reset.forget(UUID(request_id))


@job("default", per_tenant=False, timeout=120)
def send_left_links() -> None:
    """Have the links sent that were asked for while Redis was away, or whose worker died."""
    with platform_scope():
        left = reset.left_behind()
    for request_id in left:
        send_reset_links.enqueue_if_idle(str(request_id))
