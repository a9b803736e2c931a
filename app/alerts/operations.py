"""A round: warn whoever is due, escalate what nobody acted on. Any number of rounds tells each thing once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.alerts import messages, queries, rules, statements
from app.alerts.events import AlertsSent
from app.alerts.models import FOREMAN, MANAGER, OFFICERS, AlertRound
from app.alerts.notifications import EXPIRY_WARNING, TEAM_EXPIRY
from app.alerts.statements import Terms
from app.notifications import operations as notifications
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import record
from app.tenancy import queries as tenancy

MOST = 20_000
"""Alerts that one statement writes at most: a first round over many years of history takes several rounds."""


def terms(day: date | None = None, most: int = MOST) -> Terms:
    """What a round of the current tenant goes by on `day` (today unless given)."""
    tenant, today = tenancy.current_tenant(), day or clock.today()
    return Terms(tenant.id, today, tenant.warning_days, rules.since(today, queries.round_days()),
                 tenant.alert_patience_days, most)


@dataclass(frozen=True)
class Due:
    """How many certificates a round would tell of, level by level. `officers`: those of people whom nobody leads."""

    warnings: int
    foremen: int
    managers: int
    officers: int


def preview_round(day: date | None = None) -> Due:
    """What a round would do, today or with the data as it is now on another `day`; changes nothing."""
    found = terms(day)
    levels = statements.count_levels(statements.for_leaders(found))
    higher = statements.count(statements.for_managers(found))
    return Due(statements.count(statements.warnings(found)), levels.get(FOREMAN, 0), levels.get(MANAGER, 0) + higher,
               levels.get(OFFICERS, 0))


def note_due(actor: Any, given: Terms) -> AlertRound:
    """Write down everybody who has to be told: step by step, one statement each."""
    around, at = AlertRound(day=given.today), clock.now()
    db.session.add(around)
    db.session.flush()
    around.warnings = statements.insert(statements.warnings(given), given, around.id, at)
    around.escalations = (statements.insert(statements.for_leaders(given), given, around.id, at)
                          + statements.insert(statements.for_managers(given), given, around.id, at))
    if around.warnings or around.escalations:
        record(AlertsSent(actor_id=actor.id, subject_id=around.id, warnings=around.warnings,
                          escalations=around.escalations))
    return around


def send_alerts(actor: Any, *, most: int = MOST) -> bool:
    """One round for the current tenant today; returns whether it stopped at `most` and another should follow.

    Everything happens in one transaction: what was told is marked as told exactly when it is on its way.
    """
    given = terms(most=most)
    around = note_due(actor, given)
    if around.warnings:
        notifications.tell(EXPIRY_WARNING, messages.warnings(queries.new_warnings(around.id), given.today))
    if around.escalations:
        statements.group_by_leader(given.tenant_id, around.id)
        notifications.tell(TEAM_EXPIRY, messages.summaries(
            queries.new_escalations(around.id), given.today, queries.officers()))
    return max(around.warnings, around.escalations) >= most
