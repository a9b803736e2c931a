"""Demo data that were asked for over REST: a minute's work."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.jobs.events import JobRequested
from app.platform.errors import Conflict, NotAllowed
from app.platform.jobs import job
from app.platform.unit_of_work import record
from seeds.planting import TENANTS, is_production, plant


@job("default", per_tenant=False)
def plant_demo() -> None:
    """Add what the demo tenants lack, one after the other; what was killed midway goes on with the next run."""
    for tenant in TENANTS:
        plant(tenant)


def request_demo(actor: Any) -> None:
    """Have a worker add what the demo tenants lack.

    NotAllowed unless the actor may; Conflict `demo_in_production`, for the password of demo accounts is published.
    """
    if not allows(role_names(actor), "add", "demo"):
        raise NotAllowed(_("Your role does not add demo data."))
    if is_production():
        raise Conflict(_("Demo accounts have a published password, so they are not added in production."),
                       code="demo_in_production")
    plant_demo.enqueue()
    record(JobRequested(actor_id=actor.id, job=plant_demo.name))
