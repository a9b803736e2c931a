"""Text messages: what Twilio is asked, and what its answers mean."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine
from twilio.base.exceptions import TwilioRestException

from app.notifications import delivery
from app.notifications.channels.twilio import Twilio
from app.notifications.kinds import Recipient
from tests.conftest import NOW
from tests.notifications.conftest import SHIFT

ALI = Recipient(name="Ali", phone="+966501234567")


class Messages:
    """Stands where Twilio's own client has `messages`."""

    def __init__(self):
        self.sent, self.problems, self.loses = [], [], False

    def create(self, **values):
        """Take a message, or do as `problems` says; with `loses` the answer to a taken one does not come back."""
        if self.problems:
            raise self.problems.pop(0)
        self.sent.append(SimpleNamespace(sid=f"SM{len(self.sent)}", **values))
        if self.loses:
            raise ConnectionError("the line was cut")
        return self.sent[-1]

    def list(self, to, date_sent_after, limit):
        """What was sent to a number."""
        return [one for one in self.sent if one.to == to][:limit]


@pytest.fixture
def twilio(app, monkeypatch):
    messages = Messages()
    app.extensions["notification_channels"] = {"sms": Twilio(SimpleNamespace(messages=messages))}
    monkeypatch.setitem(app.config, "TWILIO_FROM", "+15005550006")
    return messages


def refusal(status, code=None):
    return TwilioRestException(status, "/Messages", "no", code)


def deliver(minutes=0):
    with time_machine.travel(NOW.replace(minute=minutes), tick=False):
        delivery.deliver("sms")


def test_a_message_goes_out_from_the_number_of_the_configuration(tell, twilio, outbox):
    tell(SHIFT, ALI, course="Fire", link="/my-courses")
    deliver()
    [sent] = twilio.sent
    assert (sent.to, sent.from_, sent.body) == ("+966501234567", "+15005550006", "Fire https://trainflow.example/my-courses")
    assert outbox()[0].state == "sent"


def test_a_messaging_service_sends_by_its_own_numbers(tell, twilio, app, monkeypatch):
    monkeypatch.setitem(app.config, "TWILIO_FROM", "MG123")
    tell(SHIFT, ALI)
    deliver()
    assert twilio.sent[0].messaging_service_sid == "MG123"


def test_before_a_message_is_sent_again_twilio_is_asked_whether_it_has_it(tell, twilio, tried, outbox):
    tell(SHIFT, ALI, course="Fire")
    twilio.loses = True
    deliver()
    twilio.loses = False
    deliver(minutes=5)
    assert len(twilio.sent) == 1
    assert outbox()[0].state == "sent"
    assert tried() == ["unknown", "sent"]


def test_a_message_that_twilio_does_not_have_is_sent_again(tell, twilio, tried):
    tell(SHIFT, ALI, course="Fire")
    twilio.problems = [ConnectionError("the line was cut")]
    deliver()
    deliver(minutes=5)
    assert len(twilio.sent) == 1
    assert tried() == ["unknown", "sent"]


@pytest.mark.parametrize(("problem", "outcome"), [
    (refusal(400, 21211), "refused"), (refusal(401), "unreachable"), (refusal(429), "unreachable"),
    (refusal(503), "unknown")])
def test_what_an_answer_means(tell, twilio, tried, problem, outcome):
    tell(SHIFT, ALI)
    twilio.problems = [problem]
    deliver()
    assert tried() == [outcome]


def test_without_an_account_messages_wait_and_say_why(tell, app, outbox, monkeypatch):
    app.extensions["notification_channels"] = {"sms": Twilio()}
    monkeypatch.setitem(app.config, "TWILIO_ACCOUNT_SID", "")
    tell(SHIFT, ALI)
    deliver()
    assert "TWILIO_ACCOUNT_SID" in outbox()[0].last_error
