"""Who sees which alert."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.alerts.models import ExpiryAlert
from app.organisation import policies as organisation


def visible(actor: Any) -> Any:
    """What was told about people within the actor's sight, and what the actor was told. One SQL condition."""
    about = organisation.reach(actor, ExpiryAlert.employee_id)
    return sa.or_(about, organisation.reach(actor, ExpiryAlert.told_id))
