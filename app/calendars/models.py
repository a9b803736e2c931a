"""Secret links to calendars."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Instant, TenantModel, tenant_reference

OWN, TEAM = "own", "team"
KINDS = (OWN, TEAM)


class CalendarFeed(TenantModel):
    """One person's link to one calendar, of the own expiries or of the team's.

    Only the hash of the link's secret is kept: the link is shown once. Without a hash it is revoked.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "user_id", "kind", name="uq_calendar_feeds_user_kind"),
        tenant_reference("calendar_feeds", "user_id", "ab_user"),
    )

    user_id: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    kind: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    secret_hash: Mapped[str | None] = mapped_column(sa.String(64))
    renewed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_read_on: Mapped[date | None] = mapped_column(sa.Date)

    @property
    def is_open(self) -> bool:
        """Whether its link works."""
        return self.secret_hash is not None

    def __str__(self) -> str:
        return self.kind
