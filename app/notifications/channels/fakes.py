"""Ways that lead nowhere: for development, where no server is at hand, and for tests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.notifications.channels import Parcel, Unsure

log = logging.getLogger(__name__)


class LogOnly:
    """Says in the log that a message would have gone out; its words are in the outbox."""

    @contextmanager
    def session(self) -> Iterator[LogOnly]:
        """Always open."""
        yield self

    def send(self, parcel: Parcel, hand_over: Callable[[], None]) -> str:
        """Send nothing."""
        hand_over()
        log.info("a message would go out", extra={"outbox_message": str(parcel.id)})
        return "no server is set up: written to the log only"


class Memory:
    """Keeps what was sent in `sent`. `refusals` are raised instead, one for each message; Unsure as it comes in
    earnest, after the hand-over."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.refusals: list[Exception] = []

    @contextmanager
    def session(self) -> Iterator[Memory]:
        """Always open."""
        yield self

    def send(self, parcel: Parcel, hand_over: Callable[[], None]) -> str:
        """Keep the message."""
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is not None and not isinstance(refusal, Unsure):
            raise refusal
        hand_over()
        if refusal is not None:
            raise refusal
        self.sent.append(parcel)
        return "kept"
