"""The ways out of the house. Each real one has a fake beside it; which one is used is configuration."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from flask import current_app

from app.notifications.kinds import AttachedFile

# what MAIL_CHANNEL and SMS_CHANNEL may say: module and class
ADAPTERS = {"smtp": ("smtp", "Smtp"), "twilio": ("twilio", "Twilio"), "log": ("fakes", "LogOnly"),
            "memory": ("fakes", "Memory")}


class Unreachable(Exception):
    """The channel does not take messages now. Nothing was delivered, and no message is to blame."""


class Refused(Exception):
    """This message was not taken. `is_final`: the other side says that it never will be."""

    def __init__(self, detail: str, is_final: bool) -> None:
        super().__init__(detail)
        self.is_final = is_final


class Unsure(Exception):
    """The message was handed over and no answer came: delivered or not, nobody knows."""


@dataclass(frozen=True)
class Parcel:
    """A message ready to go. `unsure_since`: when it was handed over last, should no answer have come."""

    id: UUID
    lease: str
    address: str
    name: str
    locale: str
    title: str
    text: str
    html: str
    message_id: str
    unsubscribe: str
    unsure_since: datetime | None
    file: AttachedFile | None = None


class Session(Protocol):
    """An open line to the other side."""

    def send(self, parcel: Parcel, hand_over: Callable[[], None]) -> str:
        """Send one message; returns what the other side answered.

        Calls `hand_over` immediately before the step that can not be taken back, and goes no further when
        that raises. Raises Refused, Unreachable (before that step) or Unsure (after it).
        """


class Channel(Protocol):
    """A way out of the house."""

    def session(self) -> AbstractContextManager[Session]:
        """Open a line for several messages. Raises Unreachable."""


def channel(name: str) -> Channel:
    """The configured way for 'email' or 'sms', one object for each application."""
    known: dict[str, Any] = current_app.extensions.setdefault("notification_channels", {})
    if name not in known:
        known[name] = _make(current_app.config["MAIL_CHANNEL" if name == "email" else "SMS_CHANNEL"])
    return known[name]


def _make(wanted: str) -> Channel:
    # Each is loaded where it is wanted only: Twilio's client alone is as large as the rest of TrainFlow.
    module, name = ADAPTERS[wanted]
    made: Channel = getattr(import_module(f"{__name__}.{module}"), name)()
    return made
