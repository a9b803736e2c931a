"""Out of the outbox: in turn, tried again, put off, given up, and what every attempt leaves behind."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from app.accounts.models import SYSTEM
from app.notifications import delivery, jobs
from app.notifications.channels import Refused, Unreachable, Unsure
from app.notifications.kinds import Recipient
from app.notifications.models import OutboxMessage
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.tenancy import queries as tenancy
from tests.conftest import NOW
from tests.notifications.conftest import ALARM, NEWS, SHIFT

OMAR = Recipient(name="Omar", email="omar@x.example")
ALI = Recipient(name="Ali", phone="+966501234567")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def later(clock, **by):
    clock.shift(dt.timedelta(**by))
    delivery.deliver("email")


def test_what_was_told_goes_out_after_the_commit(tell, mailbox, run_pending_jobs, outbox, tried):
    tell(SHIFT, OMAR, course={"en": "First aid", "ar": "إسعاف"}, day=dt.date(2026, 3, 14), link="/my-courses")
    run_pending_jobs()
    [mail] = mailbox.sent
    assert (mail.title, mail.address) == ("First aid", "omar@x.example")
    assert "First aid: 14 Mar 2026" in mail.text
    assert "https://trainflow.example/my-courses" in mail.text
    assert outbox()[0].sent_at == NOW
    assert tried() == ["sent"]


def test_a_text_message_says_the_title_and_where_there_is_more(tell, phones):
    tell(SHIFT, ALI, course="Fire", link="/my-courses")
    delivery.deliver("sms")
    assert [parcel.text for parcel in phones.sent] == ["Fire https://trainflow.example/my-courses"]


def test_a_server_that_is_away_puts_everything_off_and_loses_nothing(tell, mailbox, outbox, tried, clock):
    tell(SHIFT, OMAR, OMAR, OMAR)
    mailbox.refusals = [Unreachable("down")]
    delivery.deliver("email")
    assert [(row.state, row.attempts, row.last_error) for row in outbox()] == [
        ("waiting", 1, "down"), ("waiting", 0, None), ("waiting", 0, None)]
    later(clock, seconds=30)
    assert len(mailbox.sent) == 2
    later(clock, seconds=30)
    assert len({parcel.message_id for parcel in mailbox.sent}) == len(mailbox.sent) == 3
    assert sorted(tried()) == ["sent", "sent", "sent", "unreachable"]


def test_an_outage_of_five_days_loses_nothing(tell, mailbox, outbox, clock):
    tell(SHIFT, OMAR)
    mailbox.refusals = [Unreachable("down")] * 1000
    for _step in range(5 * 8):
        later(clock, hours=3)
    mailbox.refusals = []
    later(clock, hours=1)
    assert len(mailbox.sent) == 1
    assert outbox()[0].attempts > 40


def test_a_mailbox_that_does_not_exist_is_given_up_after_a_day_and_more(tell, mailbox, outbox, clock):
    tell(SHIFT, OMAR)
    mailbox.refusals = [Refused("550 no such user", is_final=True)] * 4
    for _try in range(4):
        later(clock, hours=25)
    assert [(row.state, row.attempts, row.last_error) for row in outbox()] == [("failed", 4, "550 no such user")]


def test_a_refusal_in_passing_concerns_one_message_only(tell, mailbox, outbox):
    tell(SHIFT, OMAR, OMAR)
    mailbox.refusals = [Refused("451 later", is_final=False)]
    delivery.deliver("email")
    assert [row.state for row in outbox()] == ["waiting", "sent"]


def test_no_answer_after_the_hand_over_is_tried_again_as_the_same_message(tell, mailbox, tried, clock, outbox):
    tell(SHIFT, OMAR)
    taken = []

    def drop(parcel, hand_over):
        hand_over()
        taken.append(parcel)
        raise Unsure("connection lost")

    mailbox.send, keep = drop, mailbox.send
    delivery.deliver("email")
    mailbox.send = keep
    later(clock, minutes=29)
    assert mailbox.sent == []
    later(clock, minutes=1)
    assert mailbox.sent[0].message_id == taken[0].message_id
    assert (mailbox.sent[0].unsure_since, taken[0].unsure_since) == (NOW, None)
    assert tried() == ["unknown", "sent"]


def test_a_server_that_takes_and_never_answers_gets_a_copy_a_day_at_most(tell, mailbox, tried, clock, outbox):
    tell(SHIFT, OMAR)
    mailbox.refusals = [Unsure("timed out") for _attempt in range(20)]
    for _hour in range(15 * 24):
        later(clock, hours=1)
    assert tried() == ["unknown"] * len(tried())
    assert 10 < len(tried()) < 20
    assert outbox()[0].state == "failed"
    mailbox.refusals = []


def test_a_worker_that_died_leaves_its_messages_to_others_when_its_lease_ends(tell, mailbox, tried, clock):
    tell(SHIFT, OMAR)
    assert len(delivery.claim("email")) == 1
    assert delivery.claim("email") == []
    later(clock, minutes=14)
    assert mailbox.sent == []
    later(clock, minutes=2)
    assert len(mailbox.sent) == 1
    assert tried() == ["interrupted", "sent"]


def handed_over(tell):
    tell(SHIFT, OMAR)
    [parcel] = delivery.claim("email")
    delivery._hand_over(parcel)  # and here the worker dies
    return parcel


def test_a_worker_that_died_after_the_hand_over_leaves_an_unknown_outcome(tell, mailbox, tried, clock, outbox):
    parcel = handed_over(tell)
    later(clock, minutes=16)
    [row] = outbox()
    assert (row.state, row.due_at, row.last_error) == ("waiting", NOW + dt.timedelta(minutes=30), delivery.NO_ANSWER)
    later(clock, minutes=13)
    assert mailbox.sent == []
    later(clock, minutes=1)
    assert [one.message_id for one in mailbox.sent] == [parcel.message_id]
    assert tried() == ["unknown", "sent"]


def test_after_a_night_without_workers_it_goes_out_at_once(tell, mailbox, tried, clock):
    handed_over(tell)
    later(clock, hours=9)
    assert len(mailbox.sent) == 1
    assert tried() == ["unknown", "sent"]


def test_a_worker_that_lives_after_all_and_has_the_answer_spares_the_copy(tell, mailbox, tried, clock, outbox):
    parcel = handed_over(tell)
    later(clock, minutes=16)
    delivery._note(parcel, lambda message: delivery._sent(message, "250 taken"), is_out=True)
    later(clock, hours=3)
    assert (outbox()[0].state, mailbox.sent) == ("sent", [])
    assert tried() == ["sent"]


def test_a_text_message_whose_worker_died_is_tried_when_the_lease_ends(tell, phones, clock):
    tell(SHIFT, ALI)
    [parcel] = delivery.claim("sms")
    delivery._hand_over(parcel)
    clock.shift(dt.timedelta(minutes=16))
    delivery.deliver("sms")
    assert [one.unsure_since for one in phones.sent] == [NOW]


def test_a_worker_that_was_too_slow_does_not_send_what_another_one_has(tell, mailbox, clock):
    tell(SHIFT, OMAR)
    slow = delivery.claim("email")
    clock.shift(dt.timedelta(minutes=16))
    delivery.claim("email")
    assert delivery._send_all("email", slow) is False
    assert mailbox.sent == []


def test_quiet_hours_put_off_what_is_not_urgent(tell, inside, mailbox, clock):
    tenant = tenancy.current_tenant()
    tenant.quiet_from, tenant.quiet_until = 21, 6
    db.session.commit()
    clock.move_to(NOW.replace(hour=22))
    tell(SHIFT, OMAR, course="Fire")
    tell(ALARM, OMAR, what="Smoke")
    delivery.deliver("email")
    assert [parcel.title for parcel in mailbox.sent] == ["Smoke"]
    later(clock, hours=7)
    assert len(mailbox.sent) == 1
    later(clock, hours=1)
    assert [parcel.title for parcel in mailbox.sent] == ["Smoke", "Fire"]


def test_a_digest_is_one_mail_at_its_hour(tell, mailbox, clock, outbox):
    tell(NEWS, *["manager"] * 200, what="Paint", link="/courses")
    tell(SHIFT, *["manager"] * 12, course="Fire")
    tell(NEWS, "employee", what="Paint")
    delivery.deliver("email")
    assert len(mailbox.sent) == 10
    later(clock, hours=22)
    digests = [parcel for parcel in mailbox.sent if parcel.unsubscribe]
    assert sorted(parcel.address for parcel in digests) == ["employee@acme.example", "manager@acme.example"]
    of_manager = next(parcel for parcel in digests if parcel.address.startswith("manager"))
    assert of_manager.title == "202 messages from TrainFlow"
    assert "and 102 more in TrainFlow" in of_manager.text
    later(clock, hours=24)
    assert len(mailbox.sent) == 12


def test_a_mail_forgets_its_signed_link_once_it_is_out(tell, mailbox, outbox):
    tell(SHIFT, OMAR, link="/approvals", mail_link="/decide/secret")
    delivery.deliver("email")
    assert "/decide/secret" in mailbox.sent[0].text
    assert outbox()[0].mail_link == ""


def test_the_sweep_finds_what_redis_lost(tell, mailbox, run_pending_jobs, redis_url):
    from redis import Redis

    tell(SHIFT, OMAR)
    Redis.from_url(redis_url).flushdb()
    assert run_pending_jobs() == 0
    jobs.sweep()
    run_pending_jobs()
    assert len(mailbox.sent) == 1


def test_an_outbox_with_nothing_to_do_costs_the_sweep_two_statements(inside, statements):
    with statements() as found:
        jobs.sweep()
    assert len(found) == 2


def test_the_arabic_mail_runs_from_right_to_left(tell, mailbox):
    tell(SHIFT, Recipient(name="عمر", email="omar@x.example", locale="ar"), link="/my-courses",
         course={"en": "First aid", "ar": "الإسعافات الأولية"}, day=dt.date(2026, 3, 14))
    delivery.deliver("email")
    [mail] = mailbox.sent
    assert mail.title == "الإسعافات الأولية"
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert db.session.query(OutboxMessage).count() == 1


def test_the_arabic_mail_calls_its_reader_by_the_arabic_name(tell, inside, mailbox):
    with unit_of_work():
        organisation.update_employee(SYSTEM, inside.employees["employee"], name_ar="أحمد الرشيدي")
    tell(SHIFT, Recipient(inside.employee("employee").user_id, locale="ar"), "employee")
    delivery.deliver("email")
    assert ["أحمد الرشيدي" in mail.text for mail in mailbox.sent] == [True, False]


def test_a_message_that_breaks_the_channel_holds_up_no_other(tell, mailbox, outbox, tried, clock):
    tell(SHIFT, OMAR, OMAR)
    mailbox.refusals = [ZeroDivisionError("a bug")]
    delivery.deliver("email")
    assert outbox()[0].last_error == "ZeroDivisionError"
    later(clock, seconds=30)
    assert [row.state for row in outbox()] == ["waiting", "sent"]
    later(clock, minutes=30)
    assert [row.state for row in outbox()] == ["sent", "sent"]


def test_a_message_that_can_not_be_put_into_words_holds_up_no_other(tell, mailbox, outbox, told):
    tell(SHIFT, OMAR, OMAR, day=dt.date(2026, 3, 14))
    told()[0].data = {"day": {"date": "no day"}}
    db.session.commit()
    delivery.deliver("email")
    assert [(row.state, row.last_error) for row in outbox()] == [("failed", "ValueError"), ("sent", None)]
