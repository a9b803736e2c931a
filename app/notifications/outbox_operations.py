"""What administrators do about messages that do not get out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.notifications import queries
from app.notifications.events import MessageCancelled, MessageRetried
from app.notifications.jobs import deliver
from app.notifications.models import CANCELLED, COLLECTING, FAILED, WAITING, OutboxMessage
from app.notifications.rules import international
from app.platform import clock
from app.platform.errors import Conflict, NotFound
from app.platform.unit_of_work import record


def retry_message(actor: Any, message_id: UUID) -> OutboxMessage:
    """Send a message now that waits, was cancelled or was given up. Conflict for one that is out, or going out."""
    message = _message(message_id, (WAITING, COLLECTING, FAILED, CANCELLED))
    if message.channel == "sms" and international(message.address) is None:
        raise Conflict(_("Give this person a number with + and the country in front first."), code="no_number")
    message.state, message.due_at = WAITING, clock.now()
    message.refusals, message.first_tried_at = 0, None
    message.quiet_from = message.quiet_until = None
    record(MessageRetried(actor_id=actor.id, subject_id=message.id))
    deliver.enqueue(message.channel)
    return message


def cancel_message(actor: Any, message_id: UUID) -> OutboxMessage:
    """Never send a message that waits; in TrainFlow it stays. Conflict for one that is out, or going out."""
    message = _message(message_id, (WAITING, COLLECTING, FAILED))
    message.state = CANCELLED
    record(MessageCancelled(actor_id=actor.id, subject_id=message.id))
    return message


def _message(message_id: UUID, states: tuple[str, ...]) -> OutboxMessage:
    message = queries.outbox_message(message_id, lock=True)
    if message is None:
        raise NotFound(_("There is no such message."))
    if message.state not in states:
        raise Conflict(_("This message is on its way or out already."), code="message_is_out")
    return message
