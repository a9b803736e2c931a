"""FAB's login, extended in place.

A subclass of FAB's User would leak through `Role.user` (tests/platform/test_fab_traps.py), so the columns
are added to the class itself and the class is put behind the fence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy.orm import mapped_column, relationship

from app.platform.db import Instant
from app.platform.fence import fence_class
from app.tenancy.models import Tenant

__all__ = ["Role", "SYSTEM", "SystemActor", "User", "role_names"]


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
User.tenant = relationship(Tenant, lazy="select")
_replace_unique("email", sa.UniqueConstraint("tenant_id", "email", name="uq_ab_user_email"))
_replace_unique("username", sa.UniqueConstraint("tenant_id", "username", name="uq_ab_user_username"),
                sa.UniqueConstraint("tenant_id", "id", name="uq_ab_user_tenant_id"))
sa.Index("uq_ab_user_operator_email", User.__table__.c.email, unique=True,
         sqlite_where=User.__table__.c.tenant_id.is_(None),
         postgresql_where=User.__table__.c.tenant_id.is_(None))
fence_class(User)


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
