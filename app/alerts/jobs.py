"""What runs by itself."""

from __future__ import annotations

from datetime import time

from app.accounts.models import SYSTEM
from app.alerts import operations, queries
from app.platform import clock
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work

FROM = time(6)  # of the tenant's day: before the shift, after the night


@job("default")
def send_alerts() -> None:
    """Every morning: warn people of expiries, and tell whoever leads them what nobody acted on."""
    is_unfinished = True
    while is_unfinished:
        with unit_of_work():
            is_unfinished = operations.send_alerts(SYSTEM)


def sweep() -> None:
    """Have today's round made where a stopped worker or a lost queue left it out."""
    rounds = queries.round_days()
    is_made = rounds is not None and rounds[1] == clock.today()
    if clock.local(clock.now()).time() >= FROM and not is_made:
        send_alerts.enqueue_if_idle()
