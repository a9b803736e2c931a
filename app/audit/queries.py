"""Reads of the trail."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from app.audit.models import AuditEntry, AuditHead
from app.platform.db import db


def chain() -> Iterator[AuditEntry]:
    """Every entry of the current tenant in order, streamed."""
    statement = sa.select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=1000)
    yield from db.session.scalars(statement)


def entries_about(subject: str, subject_id: object, limit: int = 50) -> list[AuditEntry]:
    """The latest entries about one row, newest first."""
    return list(db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == str(subject_id))
        .order_by(AuditEntry.sequence.desc()).limit(limit)
    ))


def length() -> int:
    """How many entries the current tenant's chain has."""
    return db.session.scalar(sa.select(AuditHead.sequence)) or 0
