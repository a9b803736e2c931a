"""What gets messages out of the house."""

from __future__ import annotations

from app.notifications import delivery, operator_mail, queries
from app.notifications.kinds import CHANNELS, kind_named
from app.platform.jobs import job
from app.platform.scope import platform_scope


@job("default", timeout=900)
def deliver(channel: str) -> None:
    """Send what is due of one tenant by one channel ('email' or 'sms')."""
    if not delivery.deliver(channel):
        deliver.enqueue(channel)


@job("default", per_tenant=False, timeout=120)
def mail_operator(kind: str, user_id: int) -> None:
    """Mail a platform operator, who belongs to no tenant, a link of that kind ('password-reset')."""
    told = kind_named(kind)
    if told is not None:
        with platform_scope():
            operator_mail.send_link(told, user_id)


def sweep() -> None:
    """Deliver what is due and in nobody's hands: new, put off, or left by a worker that died."""
    for channel in CHANNELS:
        if queries.has_work(channel):
            deliver.enqueue_if_idle(channel)
