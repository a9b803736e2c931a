"""The link by which a person decides one step from the mail (SPEC 4.6): signed, for a week, for one decision.

Nothing is kept for a link that nobody uses. It is spent by the first decision about its step after it was sent,
made through it or otherwise; taking that decision back does not bring it to life again. Reading its page changes
nothing, so that a mail scanner that follows every link uses none up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts.models import User
from app.platform import clock
from app.platform.db import db
from app.renewals import policies
from app.renewals.models import RenewalRequest, StepStatus, WorkflowLog, WorkflowStep

PURPOSE = "renewals: decide from the mail"
LIFE = timedelta(days=7)
DECISIONS = ("approved", "rejected")


@dataclass(frozen=True)
class Link:
    """What a link says: whose step it is for, for which login, and when it was made."""

    tenant_id: UUID
    step_id: UUID
    user_id: int
    made_at: datetime

    @property
    def ends_at(self) -> datetime:
        """Until when it works."""
        return self.made_at + LIFE


class Standing(StrEnum):
    """Whether a link works, or why not."""

    WORKS = "works"
    EXPIRED = "expired"
    SPENT = "spent"  # it was used, or the step was decided in another way
    PAUSED = "paused"  # the requester has to answer a question first
    NOT_YOURS = "not_yours"  # it waits for somebody else now, or for nobody
    CLOSED = "closed"  # the login or the organisation is no longer active


def path_for(tenant_id: UUID, step_id: UUID, user_id: int) -> str:
    """The path of a link for the login `user_id` to decide the step; a new one each time."""
    made_at = round(clock.now().timestamp() * 1_000_000)
    return f"/decide/{_signer().dumps([tenant_id.hex, step_id.hex, user_id, made_at])}"


def read(token: str) -> Link | None:
    """What a link says; None for one that was not made here, or was cut off."""
    try:
        tenant_id, step_id, user_id, made_at = _signer().loads(token)
        return Link(UUID(tenant_id), UUID(step_id), int(user_id), datetime.fromtimestamp(made_at / 1_000_000, UTC))
    except (BadSignature, ValueError, TypeError, OverflowError):
        return None


def standing(link: Link, user: User | None) -> Standing:
    """Whether the link works for `user`, its login; inside its tenant's scope."""
    if user is None or not user.active or user.tenant is None or not user.tenant.is_active:
        return Standing.CLOSED
    step = db.session.get(WorkflowStep, link.step_id, populate_existing=True)
    if step is None:
        return Standing.CLOSED
    if step.status in DECISIONS or _was_decided(link):
        return Standing.SPENT
    if clock.now() > link.ends_at:
        return Standing.EXPIRED
    if step.status == StepStatus.PAUSED:
        return Standing.PAUSED
    return Standing.WORKS if _is_decidable(user, link.step_id) else Standing.NOT_YOURS


def _was_decided(link: Link) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(
        WorkflowLog.step_id == link.step_id, WorkflowLog.event.in_(DECISIONS),
        WorkflowLog.created_at >= link.made_at))))


def _is_decidable(user: User, step_id: UUID) -> bool:
    return db.session.scalar(
        sa.select(WorkflowStep.id).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .where(WorkflowStep.id == step_id, policies.decidable(user))) is not None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=PURPOSE)
