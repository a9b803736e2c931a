"""Audit entries and the head of each tenant's chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.wording import event_words
from app.platform.db import Instant, Row, TenantModel
from app.platform.scope import current_tenant_id


class EntryColumns:
    """One thing that happened. Database triggers refuse to change or remove it."""

    sequence: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    occurred_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    event: Mapped[str] = mapped_column(sa.String(80), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    actor_name: Mapped[str] = mapped_column(sa.String(140), nullable=False)
    impersonator_id: Mapped[int | None] = mapped_column(sa.Integer)
    impersonator_name: Mapped[str | None] = mapped_column(sa.String(140))
    subject: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    subject_id: Mapped[str | None] = mapped_column(sa.String(40))
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False)
    source: Mapped[str] = mapped_column(sa.String(20), nullable=False)
    address: Mapped[str | None] = mapped_column(sa.String(45))
    trace_id: Mapped[str | None] = mapped_column(sa.String(32))
    previous_hash: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    hash: Mapped[str] = mapped_column(sa.String(64), nullable=False)

    def __str__(self) -> str:
        return f"{self.sequence}: {event_words(self.event)}"


class AuditEntry(EntryColumns, TenantModel):
    """An entry of a tenant's trail."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "sequence", name="uq_audit_logs_sequence"),
        sa.Index("ix_audit_logs_subject", "tenant_id", "subject", "subject_id"),
        sa.Index("ix_audit_logs_actor", "tenant_id", "actor_id"),
        sa.Index("ix_audit_logs_event", "tenant_id", "event"),
    )


class OperatorEntry(EntryColumns, Row):
    """An entry of the trail of platform operators. No tenant's: the policies show it in the operators' scope only."""

    __tablename__ = "operator_audit_logs"
    __table_args__ = (sa.UniqueConstraint("sequence", name="uq_operator_audit_logs_sequence"),)


class AuditRoot(TenantModel):
    """Where the trail stood on a day, kept here and sent elsewhere. Never changed or removed, as the entries."""

    __tablename__ = "audit_roots"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "taken_on", name="uq_audit_roots_day"),)

    taken_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    hash: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    sent_to: Mapped[str | None] = mapped_column(sa.String(320))


class HeadColumns:
    """The last link of a chain; locking it puts writers in line."""

    sequence: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, default=0)
    hash: Mapped[str] = mapped_column(sa.String(64), nullable=False, default="0" * 64)


class AuditHead(HeadColumns, TenantModel):
    """The last link of a tenant's chain."""

    __tablename__ = "audit_heads"
    __table_args__ = (sa.UniqueConstraint("tenant_id", name="uq_audit_heads_tenant"),)


class OperatorHead(HeadColumns, Row):
    """The last link of the operators' chain: one row, as `chain` is the same in every one."""

    __tablename__ = "operator_audit_heads"
    __table_args__ = (sa.UniqueConstraint("chain", name="uq_operator_audit_heads_chain"),)

    chain: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="operators")


@dataclass(frozen=True)
class Chain:
    """The two tables of a trail."""

    entry: type[AuditEntry] | type[OperatorEntry]
    head: type[AuditHead] | type[OperatorHead]


OF_TENANT, OF_OPERATORS = Chain(AuditEntry, AuditHead), Chain(OperatorEntry, OperatorHead)


def chain_here() -> Chain:
    """The trail of the current scope: the tenant's, outside any tenant the operators'."""
    return OF_TENANT if current_tenant_id() is not None else OF_OPERATORS
