"""What was told, how it leaves the house, and how people want it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.platform.db import Instant, TenantModel, tenant_key, tenant_reference

WAITING, COLLECTING, SENDING = "waiting", "collecting", "sending"  # on their way
SENT, DIGESTED, FAILED, CANCELLED = "sent", "digested", "failed", "cancelled"  # over
DIGEST_KIND = "digest"  # of a message that was made of others


class Notification(TenantModel):
    """Something that somebody was told. The words are found when it is read, in the reader's language."""

    __tablename__ = "notifications"
    __table_args__ = (
        tenant_key("notifications"),
        tenant_reference("notifications", "user_id", "ab_user"),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name="uq_notifications_dedupe"),
        sa.Index("ix_notifications_user", "tenant_id", "user_id", "id"),
        sa.Index("ix_notifications_unread", "tenant_id", "user_id", sqlite_where=sa.text("read_at IS NULL"),
                 postgresql_where=sa.text("read_at IS NULL")),
        sa.Index("ix_notifications_subject", "tenant_id", "subject_id", "kind"),
    )

    kind: Mapped[str] = mapped_column(sa.String(60), nullable=False)
    user_id: Mapped[int | None] = mapped_column(sa.Integer)
    recipient_name: Mapped[str] = mapped_column(sa.String(160), nullable=False, default="")
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    link: Mapped[str] = mapped_column(sa.String(400), nullable=False, default="")
    subject: Mapped[str] = mapped_column(sa.String(40), nullable=False, default="")
    subject_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(200))
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    def __str__(self) -> str:
        return self.kind

    @property
    def is_read(self) -> bool:
        """Whether the person has read it."""
        return self.read_at is not None


class OutboxMessage(TenantModel):
    """One message by one channel to one address, until it is out and after.

    A message waits, or is collected for the next digest; a worker that sends it holds a lease. What is sent
    is fixed at the first attempt, and so is its Message-ID: every further attempt is the same message.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        tenant_key("outbox_messages"),
        tenant_reference("outbox_messages", "notification_id", "notifications"),
        tenant_reference("outbox_messages", "user_id", "ab_user"),
        tenant_reference("outbox_messages", "digest_id", "outbox_messages"),
        sa.Index("ix_outbox_messages_due", "tenant_id", "channel", "due_at",
                 sqlite_where=sa.text("state IN ('waiting', 'collecting', 'sending')"),
                 postgresql_where=sa.text("state IN ('waiting', 'collecting', 'sending')")),
        sa.Index("ix_outbox_messages_address", "tenant_id", "address", "created_at"),
        sa.Index("ix_outbox_messages_state", "tenant_id", "state", "id"),
        sa.Index("ix_outbox_messages_digest", "tenant_id", "digest_id"),
        sa.Index("ix_outbox_messages_notification", "tenant_id", "notification_id"),
    )

    channel: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    kind: Mapped[str] = mapped_column(sa.String(60), nullable=False)
    notification_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    digest_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    user_id: Mapped[int | None] = mapped_column(sa.Integer)
    recipient_name: Mapped[str] = mapped_column(sa.String(160), nullable=False, default="")
    address: Mapped[str] = mapped_column(sa.String(320), nullable=False)
    locale: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    mail_link: Mapped[str] = mapped_column(sa.String(600), nullable=False, default="")
    quiet_from: Mapped[int | None] = mapped_column(sa.Integer)  # hours of the tenant's day
    quiet_until: Mapped[int | None] = mapped_column(sa.Integer)

    state: Mapped[str] = mapped_column(sa.String(12), nullable=False, default=WAITING)
    due_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    attempts: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    refusals: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(sa.String(32))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    is_handed_over: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)  # and not answered
    unsure_since: Mapped[datetime | None] = mapped_column(Instant)  # handed over once, and never answered
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(sa.String(400))

    message_id: Mapped[str | None] = mapped_column(sa.String(200))
    title: Mapped[str | None] = mapped_column(sa.String(300))
    text: Mapped[str | None] = mapped_column(sa.Text)
    html: Mapped[str | None] = mapped_column(sa.Text)

    notification: Mapped[Notification | None] = relationship(
        primaryjoin="OutboxMessage.notification_id == Notification.id", foreign_keys=[notification_id],
        viewonly=True, lazy="raise")

    def __str__(self) -> str:
        return self.title or self.recipient_name or self.kind


class DeliveryAttempt(TenantModel):
    """One try to get a message out, and what came of it.

    It is written before the last byte of the message goes out, as 'unknown', because that is what it stays
    when the worker dies before the answer is noted.
    """

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        tenant_reference("delivery_attempts", "message_id", "outbox_messages"),
        sa.Index("ix_delivery_attempts_message", "tenant_id", "message_id", "number"),
    )

    message_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    outcome: Mapped[str] = mapped_column(sa.String(12), nullable=False)
    detail: Mapped[str] = mapped_column(sa.String(400), nullable=False, default="")


class NotificationPreference(TenantModel):
    """What one person chose for one kind on one channel."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        tenant_reference("notification_preferences", "user_id", "ab_user"),
        sa.UniqueConstraint("tenant_id", "user_id", "kind", "channel", name="uq_notification_preferences"),
    )

    user_id: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    kind: Mapped[str] = mapped_column(sa.String(60), nullable=False)
    channel: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    choice: Mapped[str] = mapped_column(sa.String(10), nullable=False)


class NotificationSettings(TenantModel):
    """When one person, or one address without a login, wants to be told."""

    __tablename__ = "notification_settings"
    __table_args__ = (
        tenant_reference("notification_settings", "user_id", "ab_user"),
        sa.UniqueConstraint("tenant_id", "user_id", name="uq_notification_settings_user"),
        sa.UniqueConstraint("tenant_id", "address", name="uq_notification_settings_address"),
    )

    user_id: Mapped[int | None] = mapped_column(sa.Integer)
    address: Mapped[str | None] = mapped_column(sa.String(320))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    digest_hour: Mapped[int | None] = mapped_column(sa.Integer)
    has_own_quiet_hours: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    quiet_from: Mapped[int | None] = mapped_column(sa.Integer)
    quiet_until: Mapped[int | None] = mapped_column(sa.Integer)
    is_digest_off: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)


class NotificationTemplate(TenantModel):
    """A tenant's own words for one kind in one language."""

    __tablename__ = "notification_templates"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "kind", "locale", name="uq_notification_templates"),
    )

    kind: Mapped[str] = mapped_column(sa.String(60), nullable=False)
    locale: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    title: Mapped[str] = mapped_column(sa.String(200), nullable=False)
    body: Mapped[str] = mapped_column(sa.Text, nullable=False)
