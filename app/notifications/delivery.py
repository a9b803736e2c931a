"""Out of the outbox: claim, hand over, note. No transaction is open while the other side is talked to.

What is promised, and what is not, is in docs/decisions/0011-outbox.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app

from app.notifications import digests, letters, queries, rules
from app.notifications.channels import Parcel, Refused, Session, Unreachable, Unsure, channel
from app.notifications.models import (
    DIGEST_KIND,
    FAILED,
    SENDING,
    SENT,
    WAITING,
    DeliveryAttempt,
    OutboxMessage,
)
from app.notifications.tokens import unsubscribe_path
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

BATCH = 25
RUN_SECONDS = 300
NO_ANSWER = "no answer was noted"


class LeaseLost(Exception):
    """Another worker took the message, or an administrator cancelled it. Nothing was sent."""


def deliver(name: str) -> bool:
    """Send what may go out by the channel `name`; False when the time was up before that was done.

    Stops where the other side does not answer: the sweep tries again.
    """
    ends = time.monotonic() + RUN_SECONDS
    if name == "email":
        with unit_of_work():
            digests.collect()
    while time.monotonic() < ends:
        parcels = claim(name)
        if not parcels or not _send_all(name, parcels):
            return True
    return False


def claim(name: str) -> list[Parcel]:
    """Take some messages that may go out, the longest waiting first, so that no other worker has them.

    PostgreSQL leaves out what another worker is taking; SQLite lets one in after the other.
    """
    lease = uuid4().hex
    with unit_of_work():
        _put_off_unanswered(name)
        messages = list(db.session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.channel == name, queries.sendable())
            .order_by(OutboxMessage.due_at, OutboxMessage.id).limit(BATCH).with_for_update(skip_locked=True)))
        for message in messages:
            _take(message, lease)
        letters.write(messages)
        attached = letters.files_of(messages) if name == "email" else {}
        return [replace(_parcel(message), file=attached.get(message.notification_id))
                for message in messages if message.state == SENDING]


def _put_off_unanswered(name: str) -> None:
    """A mail whose worker died after it handed it over may be there, like any other without an answer."""
    of = OutboxMessage
    for message in db.session.scalars(sa.select(of).where(
            of.channel == name, of.channel == "email",  # of a text message Twilio is asked first
            of.state == SENDING, of.is_handed_over, of.leased_until < clock.now()).with_for_update(skip_locked=True)):
        attempts = queries.attempts(message.id)
        due_at = rules.after_unknown(attempts[-1].created_at, _unknown(attempts), message.first_tried_at)
        # still handed over: should the worker be alive after all, its answer belongs to this attempt
        message.lease = message.leased_until = None
        _leave(message, due_at, NO_ANSWER)


def _take(message: OutboxMessage, lease: str) -> None:
    if message.state == SENDING and not message.is_handed_over:
        _note_attempt(message, "interrupted", "")
    message.state, message.lease, message.is_handed_over = SENDING, lease, False
    message.leased_until = clock.now() + _lease_time()


def _lease_time() -> timedelta:
    return timedelta(seconds=current_app.config["OUTBOX_LEASE_SECONDS"])


def _parcel(message: OutboxMessage) -> Parcel:
    is_digest = message.kind == DIGEST_KIND
    return Parcel(
        id=message.id, lease=message.lease or "", address=message.address, name=message.recipient_name,
        locale=message.locale, title=message.title or "", text=message.text or "", html=message.html or "",
        message_id=message.message_id or "", unsubscribe=letters.public_url(unsubscribe_path(message)) if is_digest
        else "", unsure_since=message.unsure_since)


def _send_all(name: str, parcels: list[Parcel]) -> bool:
    """Send the parcels in order; False when the other side stopped answering, and the rest was given back."""
    left = list(parcels)
    try:
        with channel(name).session() as session:
            while left:
                _send(session, left[0])
                left.pop(0)
    except (Unreachable, Unsure) as problem:
        _failed(left.pop(0), problem)
        _give_back(parcels[0].lease)
        return False
    return True


def _send(session: Session, parcel: Parcel) -> None:
    try:
        answer = session.send(parcel, partial(_hand_over, parcel))
    except LeaseLost:
        raise Unreachable("the message was taken back") from None
    except Refused as refusal:
        _failed(parcel, refusal)
    except (Unreachable, Unsure):
        raise
    except Exception as bug:  # it must not hold up what comes after it, now or after every lease
        log.exception("a message could not be sent", extra={"outbox_message": str(parcel.id)})
        raise Unsure(type(bug).__name__) from bug
    else:
        _note(parcel, partial(_sent, answer=answer), is_out=True)


def _hand_over(parcel: Parcel) -> None:
    """Note, before the step that can not be taken back, that from here on nobody knows. Raises LeaseLost."""
    with unit_of_work():
        message = queries.outbox_message(parcel.id, lock=True)
        if message is None or message.state != SENDING or message.lease != parcel.lease:
            raise LeaseLost
        message.is_handed_over, message.unsure_since = True, message.unsure_since or clock.now()
        message.leased_until = clock.now() + _lease_time()
        _note_attempt(message, "unknown", "")


def _note_attempt(message: OutboxMessage, outcome: str, detail: str) -> None:
    message.attempts += 1
    message.first_tried_at = message.first_tried_at or clock.now()
    db.session.add(DeliveryAttempt(message_id=message.id, number=message.attempts, outcome=outcome,
                                   detail=detail[:400]))


def _note(parcel: Parcel, change: Callable[[OutboxMessage], None], is_out: bool = False) -> None:
    with unit_of_work():
        message = queries.outbox_message(parcel.id, lock=True)
        # A message that is out is out, whoever holds it by now; a failure concerns the holder only.
        if message is not None and (message.lease == parcel.lease or is_out) and message.state in (
                (SENDING, WAITING) if is_out else (SENDING,)):
            change(message)
            message.lease = message.leased_until = None
            message.is_handed_over = False


def _sent(message: OutboxMessage, answer: str) -> None:
    message.state, message.sent_at = SENT, clock.now()
    message.text, message.html = letters.masked(message, message.text), letters.masked(message, message.html)
    message.last_error, message.mail_link, message.unsure_since = None, "", None
    _conclude(message, "sent", answer)


def _failed(parcel: Parcel, problem: Exception) -> None:
    _note(parcel, partial(_put_off, problem=problem))


def _put_off(message: OutboxMessage, problem: Any) -> None:
    outcome = {Unreachable: "unreachable", Refused: "refused", Unsure: "unknown"}[type(problem)]
    _conclude(message, outcome, str(problem))
    unknown = _unknown(queries.attempts(message.id))
    if not unknown:
        message.unsure_since = None
    _leave(message, _next_attempt(message, problem, unknown), str(problem))


def _unknown(attempts: Iterable[DeliveryAttempt]) -> int:
    return sum(attempt.outcome == "unknown" for attempt in attempts)


def _leave(message: OutboxMessage, due_at: datetime | None, error: str) -> None:
    message.state, message.last_error = WAITING if due_at else FAILED, error[:400]
    message.due_at = due_at or message.due_at


def _next_attempt(message: OutboxMessage, problem: Any, unknown: int) -> datetime | None:
    now = clock.now()
    if isinstance(problem, Refused) and problem.is_final:
        message.refusals += 1
        return rules.after_refusal(now, message.refusals)
    if isinstance(problem, Unsure) and message.channel == "email":  # of a text message Twilio is asked first
        return rules.after_unknown(now, unknown, message.first_tried_at)
    return rules.next_attempt(now, message.attempts, message.first_tried_at)


def _conclude(message: OutboxMessage, outcome: str, detail: str) -> None:
    """Say what came of the attempt: of the one that was noted at the hand-over, or of one that never got there."""
    if not message.is_handed_over:
        _note_attempt(message, outcome, detail)
        return
    attempt = queries.attempts(message.id)[-1]
    attempt.outcome, attempt.detail = outcome, detail[:400]


def _give_back(lease: str) -> None:
    """Let others have what this worker claimed and did not try."""
    with unit_of_work():
        of = OutboxMessage
        db.session.execute(
            sa.update(of).where(of.lease == lease, of.state == SENDING, of.is_handed_over.is_(False))
            .values(state=WAITING, lease=None, leased_until=None))
