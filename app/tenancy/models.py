"""The tenant, and its settings as typed values."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Row, SoftDeletes, TenantModel
from app.platform.wording import localised

WORKING_DAYS = ["sun", "mon", "tue", "wed", "thu"]


class Tenant(Row):
    """One organisation. Not fenced: it is what the fence is built of."""

    __tablename__ = "tenants"
    __table_args__ = (sa.UniqueConstraint("slug", name="uq_tenants_slug"),)

    slug: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    name: Mapped[str] = mapped_column(sa.String(120), nullable=False)
    name_ar: Mapped[str | None] = mapped_column(sa.String(120))
    time_zone: Mapped[str] = mapped_column(sa.String(60), nullable=False, default="UTC")
    locale: Mapped[str] = mapped_column(sa.String(8), nullable=False, default="en")
    is_active: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)
    expiring_window_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=30)
    prerequisite_rule: Mapped[str] = mapped_column(sa.String(10), nullable=False, default="refuse",
                                                   server_default="refuse")
    import_create_limit: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=1000)
    import_change_limit: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=1000)
    import_deactivate_limit: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=20)
    # when people are told by mail and text message; hours of the tenant's day
    quiet_from: Mapped[int | None] = mapped_column(sa.Integer)
    quiet_until: Mapped[int | None] = mapped_column(sa.Integer)
    is_urgent_at_night: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True,
                                                     server_default=sa.true())
    digest_hour: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=7, server_default="7")
    working_days: Mapped[list[str]] = mapped_column(sa.JSON, nullable=False, default=lambda: list(WORKING_DAYS),
                                                    server_default='["sun", "mon", "tue", "wed", "thu"]')
    work_starts: Mapped[str] = mapped_column(sa.String(5), nullable=False, default="08:00", server_default="08:00")
    work_ends: Mapped[str] = mapped_column(sa.String(5), nullable=False, default="16:00", server_default="16:00")
    approval_reminder_hours: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=8, server_default="8")
    approval_sla_hours: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=16, server_default="16")
    # days before an expiry on which people are warned, and how long it takes to tell whoever leads them
    alert_days: Mapped[str] = mapped_column(sa.String(60), nullable=False, default="30, 14, 7, 1, 0",
                                            server_default="30, 14, 7, 1, 0")
    alert_patience_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=7, server_default="7")
    audit_root_email: Mapped[str | None] = mapped_column(sa.String(320))  # where the trail's daily root is kept
    plan: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="standard")
    flags: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)

    @property
    def warning_days(self) -> tuple[int, ...]:
        """The days before an expiry on which people are warned, most first."""
        return tuple(int(day) for day in self.alert_days.split(","))

    @property
    def accent(self) -> str | None:
        """The tenant's own colour as #rrggbb; None: TrainFlow's."""
        return (self.flags or {}).get("accent")

    @accent.setter
    def accent(self, colour: str | None) -> None:
        """Set it; None goes back to TrainFlow's."""
        kept = {name: value for name, value in (self.flags or {}).items() if name != "accent"}
        self.flags = kept | ({"accent": colour.lower()} if colour else {})

    @property
    def logo(self) -> str | None:
        """The key of the kept picture; None: there is none."""
        return (self.flags or {}).get("logo")

    @logo.setter
    def logo(self, key: str | None) -> None:
        """Set it; None takes it away."""
        kept = {name: value for name, value in (self.flags or {}).items() if name != "logo"}
        self.flags = kept | ({"logo": key} if key else {})

    def __str__(self) -> str:
        return self.name


class Holiday(SoftDeletes, TenantModel):
    """Days on which nobody is expected to decide anything, from `starts_on` to `ends_on` inclusive; or, where it says
    so ('09:00'), only from `work_starts` until `work_ends`."""

    __tablename__ = "holidays"
    __table_args__ = (sa.Index("ix_holidays_starts", "tenant_id", "starts_on"),)

    name: Mapped[str] = mapped_column(sa.String(120), nullable=False)
    name_ar: Mapped[str | None] = mapped_column(sa.String(120))
    starts_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    ends_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    work_starts: Mapped[str | None] = mapped_column(sa.String(5))
    work_ends: Mapped[str | None] = mapped_column(sa.String(5))

    def __str__(self) -> str:
        return localised(self)
