"""Kinds of messages to tell, and what the outbox holds."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.notifications import kinds, operations
from app.notifications.channels import channel
from app.notifications.kinds import Kind, Message, Recipient
from app.notifications.models import DeliveryAttempt, Notification, OutboxMessage
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work

# The words are TrainFlow's own, so that they have Arabic.
SHIFT = Kind("shift-moved", "Shifts", "A shift moved", "%(course)s", "%(course)s: %(day)s",
             samples={"course": {"en": "First aid", "ar": "الإسعافات الأولية"}, "day": dt.date(2026, 3, 14)})
ALARM = Kind("alarm", "Shifts", "Alarm", "%(what)s", "", samples={"what": "Fire"}, is_urgent=True)
NEWS = Kind("news", "Other", "News", "%(what)s", "", samples={"what": "Paint"}, email="digest",
            resource="courses")
WORDED = Kind("worded", "Other", "Worded", _l("Name"), _l("%(name)s was added."), samples={"name": "A"}, email="off")

KINDS = [SHIFT, ALARM, NEWS, WORDED]


@pytest.fixture(autouse=True)
def _kinds():
    before = kinds.kinds()
    kinds.wire(KINDS)
    yield
    kinds.wire(before)


@pytest.fixture
def tell(inside):
    """tell(kind, 'employee', link=…, **values) tells people of acme; a Recipient stands for itself."""

    def _tell(kind, *whom, dedupe_key=None, link="", mail_link="", **values):
        messages = [Message(to if isinstance(to, Recipient) else Recipient(inside.actor(to).id), values, link,
                            mail_link, dedupe_key=dedupe_key and f"{dedupe_key}:{number}")
                    for number, to in enumerate(whom)]
        with unit_of_work():
            return operations.tell(kind, messages)

    return _tell


@pytest.fixture
def outbox(inside):
    """outbox() lists the messages, oldest first."""
    return lambda: list(db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)
                                           .execution_options(populate_existing=True)))


@pytest.fixture
def told(inside):
    """told() lists what was told, oldest first."""
    return lambda: list(db.session.scalars(sa.select(Notification).order_by(Notification.id)
                                           .execution_options(populate_existing=True)))


@pytest.fixture
def tried(inside):
    """tried() lists the outcomes of all attempts, in order."""
    return lambda: [attempt.outcome for attempt in db.session.scalars(
        sa.select(DeliveryAttempt).order_by(DeliveryAttempt.id).execution_options(populate_existing=True))]


@pytest.fixture
def mailbox(inside):
    """The channel that keeps mails."""
    return channel("email")


@pytest.fixture
def phones(inside):
    """The channel that keeps text messages."""
    return channel("sms")


@pytest.fixture(autouse=True)
def _empty_channels(app):
    app.extensions.pop("notification_channels", None)
