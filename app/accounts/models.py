"""FAB's login, extended in place.

A subclass of FAB's User would leak through `Role.user` (tests/platform/test_fab_traps.py), so the columns
are added to the class itself and the class is put behind the fence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship
from uuid_utils.compat import uuid7

from app.platform.db import Instant, Row, TenantModel, tenant_reference
from app.platform.fence import fence_class
from app.tenancy.models import Tenant

__all__ = ["ApiKey", "EndedSession", "OperatorKey", "ResetRequest", "Role", "SYSTEM", "SignInAttempt", "SystemActor",
           "User", "role_names"]


def _replace_unique(column: str, *constraints: Any) -> None:
    table = User.__table__
    table.c[column].unique = False
    for constraint in list(table.constraints):
        if isinstance(constraint, sa.UniqueConstraint) and [c.name for c in constraint.columns] == [column]:
            table.constraints.discard(constraint)
    for constraint in constraints:
        table.append_constraint(constraint)


User.tenant_id = mapped_column(sa.Uuid, sa.ForeignKey("tenants.id", name="fk_tenant"), nullable=True,
                               index=True)
User.locale = mapped_column(sa.String(8), nullable=True)
User.locked_until = mapped_column(Instant, nullable=True)
# Sessions carry the epoch they were opened in; raising it signs every one of them out.
User.session_epoch = mapped_column(sa.Integer, nullable=False, default=0, server_default="0")
# The second step of signing in: the authenticator's secret (encrypted), the last time step that was used, and
# the digests of the recovery codes that are left.
User.totp_secret = mapped_column(sa.String(255), nullable=True)
User.totp_step = mapped_column(sa.BigInteger, nullable=True)
User.recovery_codes = mapped_column(sa.JSON, nullable=True)
# Links to choose a new password: when the last left, and how many in a row.
User.reset_sent_at = mapped_column(Instant, nullable=True)
User.resets_in_a_row = mapped_column(sa.Integer, nullable=False, default=0, server_default="0")
User.tenant = relationship(Tenant, lazy="select")
_replace_unique("email", sa.UniqueConstraint("tenant_id", "email", name="uq_ab_user_email"))
_replace_unique("username", sa.UniqueConstraint("tenant_id", "username", name="uq_ab_user_username"),
                sa.UniqueConstraint("tenant_id", "id", name="uq_ab_user_tenant_id"))
sa.Index("uq_ab_user_operator_email", User.__table__.c.email, unique=True,
         sqlite_where=User.__table__.c.tenant_id.is_(None),
         postgresql_where=User.__table__.c.tenant_id.is_(None))
fence_class(User)


class KeyColumns:
    """A program's key to what its owner may, or less. The key itself is not kept, only its digest."""

    user_id: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    name: Mapped[str] = mapped_column(sa.String(80), nullable=False)
    prefix: Mapped[str] = mapped_column(sa.String(12), nullable=False)
    digest: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    access: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    resources: Mapped[list[str]] = mapped_column(sa.JSON, nullable=False, default=list)
    expires_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)

    def __str__(self) -> str:
        return self.name


class ApiKey(KeyColumns, TenantModel):
    """A key of somebody of a tenant."""

    __tablename__ = "api_keys"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "digest", name="uq_api_keys_digest"),
        tenant_reference("api_keys", "user_id", "ab_user"),
        sa.Index("ix_api_keys_user", "tenant_id", "user_id"),
    )

    owner = relationship(User, primaryjoin=lambda: foreign(ApiKey.user_id) == User.id, viewonly=True)


class OperatorKey(KeyColumns, Row):
    """A key of a platform operator. No tenant's: the fence and the policies leave none without its tenant."""

    __tablename__ = "operator_keys"
    __table_args__ = (
        sa.UniqueConstraint("digest", name="uq_operator_keys_digest"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_operator_keys_user_id"),
        sa.Index("ix_operator_keys_user", "user_id"),
    )

    owner = relationship(User, primaryjoin=lambda: foreign(OperatorKey.user_id) == User.id, viewonly=True)


class EndedSession(Model):
    """A session or token that was signed out before its time: what it holds opens nothing any more."""

    __tablename__ = "ended_sessions"
    __table_args__ = (sa.Index("ix_ended_sessions_ended_at", "ended_at"),)

    sid: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(Instant, nullable=False)


class ResetRequest(Model):
    """Somebody asked for a link to choose a new password; gone as soon as the link is on its way. No tenant's."""

    __tablename__ = "reset_requests"
    __table_args__ = (sa.Index("ix_reset_requests_asked_at", "asked_at"),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid7)
    # [login's id, its tenant's or ''] of each login with the address, none where nobody has it
    logins: Mapped[list[list[str]]] = mapped_column(sa.JSON, nullable=False)
    asked_at: Mapped[datetime] = mapped_column(Instant, nullable=False)


class SignInAttempt(Model):
    """Wrong passwords in a row for one address from one place, known or unknown, as digests. No tenant's."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (sa.Index("ix_sign_in_attempts_last_at", "last_at"),
                      sa.Index("ix_sign_in_attempts_login", "login"))

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    failures: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    last_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


def role_names(actor: Any) -> frozenset[str]:
    """The names of the actor's roles."""
    return frozenset(role.name for role in actor.roles)


@dataclass(frozen=True)
class SystemActor:
    """TrainFlow itself: commands, schedules, demo data. Has no login, so the audit trail shows none."""

    name: str = "system"
    id: None = None
    roles: tuple[Any, ...] = ()


SYSTEM = SystemActor()
