"""Reads of the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from app.audit.models import AuditEntry, AuditRoot, EntryColumns, HeadColumns, chain_here
from app.platform.db import db


def chain() -> Iterator[EntryColumns]:
    """Every entry of the current scope's trail in order, streamed."""
    entry = chain_here().entry
    yield from db.session.scalars(sa.select(entry).order_by(entry.sequence).execution_options(yield_per=1000))


def head() -> HeadColumns | None:
    """The last link of the current scope's chain; None before its first entry."""
    return db.session.scalar(sa.select(chain_here().head))


def entries_about(subject: str, subject_id: object, limit: int = 50) -> list[AuditEntry]:
    """The latest entries about one row, newest first."""
    return list(db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == str(subject_id))
        .order_by(AuditEntry.sequence.desc()).limit(limit)
    ))


def roots() -> dict[int, str]:
    """Every root taken of the current tenant's chain: sequence number to hash. None is taken of the operators'."""
    return dict(db.session.execute(sa.select(AuditRoot.sequence, AuditRoot.hash).where(AuditRoot.sequence > 0)).all())


def root_of(day: date) -> AuditRoot | None:
    """The root taken on `day`."""
    return db.session.scalar(sa.select(AuditRoot).where(AuditRoot.taken_on == day))


def length() -> int:
    """How many entries the current scope's chain has."""
    last = head()
    return last.sequence if last is not None else 0
