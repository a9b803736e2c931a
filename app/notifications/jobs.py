"""What gets messages out of the house."""

from __future__ import annotations

from app.notifications import delivery, queries
from app.notifications.kinds import CHANNELS
from app.platform.jobs import job


@job("default", timeout=900)
def deliver(channel: str) -> None:
    """Send what is due of one tenant by one channel ('email' or 'sms')."""
    if not delivery.deliver(channel):
        deliver.enqueue(channel)


def sweep() -> None:
    """Deliver what is due and in nobody's hands: new, put off, or left by a worker that died."""
    for channel in CHANNELS:
        if queries.has_work(channel):
            deliver.enqueue_if_idle(channel)
