"""Who sees which enrollment."""

from __future__ import annotations

from typing import Any

from app.enrollments.models import Enrollment
from app.organisation import policies as organisation


def visible(actor: Any) -> Any:
    """The enrollments of everybody within the actor's sight: a foreman the crew's, an employee the own.

    One SQL condition on Enrollment.
    """
    return organisation.reach(actor, Enrollment.employee_id)
