"""Text messages by Twilio's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from app.notifications.channels import Parcel, Refused, Unreachable, Unsure

PATIENCE_SECONDS = 30
NOT_ABOUT_THE_MESSAGE = (401, 403, 429)


class Twilio:
    """The Twilio account of the configuration. `client` stands in for Twilio's own in tests."""

    def __init__(self, client: Any = None) -> None:
        self.client = client

    @contextmanager
    def session(self) -> Iterator[Twilio]:
        """Twilio is asked message by message; only the account must be there."""
        config = current_app.config
        if self.client is None:
            if not (config["TWILIO_ACCOUNT_SID"] and config["TWILIO_AUTH_TOKEN"] and config["TWILIO_FROM"]):
                raise Unreachable("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM are not set")
            self.client = Client(config["TWILIO_ACCOUNT_SID"], config["TWILIO_AUTH_TOKEN"],
                                 http_client=TwilioHttpClient(timeout=PATIENCE_SECONDS))
        yield self

    def send(self, parcel: Parcel, hand_over: Callable[[], None]) -> str:
        """Send one text message; one that may have gone out before is looked for at Twilio first."""
        if parcel.unsure_since is not None:
            found = self._found(parcel)
            if found:
                return found
        hand_over()
        try:
            sent = self.client.messages.create(to=parcel.address, body=parcel.text, **_sender())
        except TwilioRestException as error:
            raise _refusal(error) from error
        except (TwilioException, OSError) as error:
            raise Unsure(type(error).__name__) from error
        return str(sent.sid)

    def _found(self, parcel: Parcel) -> str:
        try:
            sent = self.client.messages.list(to=parcel.address, date_sent_after=parcel.unsure_since, limit=50)
        except (TwilioException, OSError) as error:
            raise Unreachable(type(error).__name__) from error
        return next((str(one.sid) for one in sent if one.body == parcel.text), "")


def _sender() -> dict[str, str]:
    sender = current_app.config["TWILIO_FROM"]
    return {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}


def _refusal(error: TwilioRestException) -> Exception:
    detail = f"{error.status} {error.code or ''} {error.msg}"
    if error.status >= 500:
        return Unsure(detail)
    return Unreachable(detail) if error.status in NOT_ABOUT_THE_MESSAGE else Refused(detail, is_final=True)
