"""Who sees which run, and who may start which job."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.platform.errors import NotAllowed
from app.platform.jobs import Job
from app.platform.scope import current_tenant_id


def visible(actor: Any) -> Any:
    """Whoever may open the job page sees every run of the tenant; the fence keeps it to the tenant."""
    return sa.true()


def is_of_scope(job: Job) -> bool:
    """Whether the job is the current scope's business: a tenant's in a tenant, the platform's outside."""
    return job.per_tenant == (current_tenant_id() is not None)


def require_runner(actor: Any) -> None:
    """NotAllowed unless the actor may have jobs run; TrainFlow itself (commands) may."""
    if actor.id is not None and not allows(role_names(actor), "run", "jobs"):
        raise NotAllowed(_("Your role does not start jobs."))
