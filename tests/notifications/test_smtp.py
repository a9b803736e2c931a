"""Mail as a real server gets it, and every message once although workers, Redis and the server fail."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket

import pytest
import time_machine

from app.notifications import delivery, jobs, kinds, operations
from app.notifications.kinds import Message, Recipient
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, Organisation
from tests.notifications.conftest import KINDS, NEWS, SHIFT
from tests.notifications.failing import SMTP, TROUBLES, Night
from tests.notifications.judge import Judge, Server, free_port
from tests.served import served_app

LONG = os.environ.get("TRAINFLOW_LONG") == "1"
OMAR = Recipient(name="Omar", email="omar@x.example")


@pytest.fixture
def judge(app, monkeypatch):
    """A well-behaved server, which the application is set up to use."""
    judge = Judge()
    server = Server(judge)
    server.start()
    use(app, monkeypatch, server.port)
    yield judge
    server.stop()


def use(app, monkeypatch, port):
    for name, value in {"MAIL_CHANNEL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_SECURITY": "none",
                        "SMTP_TIMEOUT_SECONDS": 2.0, "SMTP_DATA_TIMEOUT_SECONDS": 2.0}.items():
        monkeypatch.setitem(app.config, name, value)


def test_a_mail_has_both_parts_and_every_header(tell, judge):
    tell(SHIFT, Recipient(name="عمر, Omar", email="omar@x.example", locale="ar"), link="/my-courses",
         course={"en": "First aid", "ar": "الإسعافات الأولية"}, day=dt.date(2026, 3, 14))
    delivery.deliver("email")
    [mail] = judge.taken
    assert mail["To"].addresses[0].display_name == "عمر, Omar"
    assert mail["Subject"] == "الإسعافات الأولية"
    assert mail["From"].addresses[0].domain == "trainflow.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ar"
    assert mail["Message-ID"].endswith("@trainflow.example>")
    assert "List-Unsubscribe" not in mail
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()
    assert "14 مارس 2026" in mail.get_body(("plain",)).get_content()


def test_a_digest_can_be_unsubscribed_with_one_click(tell, judge):
    tell(NEWS, "employee", what="Paint")
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        delivery.deliver("email")
    [mail] = judge.taken
    [link] = [line for line in judge.written[0].decode().splitlines() if line.startswith("List-Unsubscribe:")]
    assert re.fullmatch(r"List-Unsubscribe: <https://trainflow\.example/notifications/unsubscribe/[\w.-]{60,}>", link)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("evil", ["x\r\nBcc: thief@evil.example", "x\nBcc: thief@evil.example",
                                  "x\u2028Bcc: thief@evil.example", "\r\n.\r\nMAIL FROM:<a@b.c>"])
def test_no_value_breaks_out_of_a_header(tell, judge, evil):
    tell(SHIFT, Recipient(name=evil, email="omar@x.example"), course=evil, day=evil)
    delivery.deliver("email")
    [mail] = judge.taken
    assert "Bcc" not in mail
    assert [one.addr_spec for one in mail["To"].addresses] == ["omar@x.example"]


@pytest.mark.parametrize("address", ["omar@x.example\r\nRCPT TO:<thief@evil.example>", "two words@x.example",
                                     "<omar@x.example", "عمر@x.example", "no-address"])
def test_an_address_that_is_none_is_refused_and_nobody_else_suffers(tell, judge, outbox, address):
    tell(SHIFT, Recipient(name="Omar", email=address), OMAR)
    delivery.deliver("email")
    assert [row.state for row in outbox()] == ["waiting", "sent"]
    assert outbox()[0].refusals == 1
    assert len(judge.taken) == 1


def test_lines_that_begin_with_a_dot_arrive_as_they_are(tell, judge):
    tell(SHIFT, OMAR, course="x", day="\n\n.\n\n..hidden")
    delivery.deliver("email")
    assert "\n.\n\n..hidden" in judge.taken[0].get_body(("plain",)).get_content().replace("\r", "")


def test_a_server_that_is_not_there_is_an_attempt_with_its_reason(tell, app, monkeypatch, outbox, tried):
    use(app, monkeypatch, free_port())
    tell(SHIFT, OMAR)
    delivery.deliver("email")
    assert tried() == ["unreachable"]
    assert "refused" in outbox()[0].last_error


def test_a_server_that_says_nothing_does_not_hold_a_worker(tell, app, monkeypatch, tried):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use(app, monkeypatch, silent.getsockname()[1])
        monkeypatch.setitem(app.config, "SMTP_TIMEOUT_SECONDS", 0.2)
        tell(SHIFT, OMAR)
        delivery.deliver("email")
    assert tried() == ["unreachable"]


def test_without_a_server_messages_wait_and_say_why(tell, app, monkeypatch, outbox):
    use(app, monkeypatch, 25)
    monkeypatch.setitem(app.config, "SMTP_HOST", "")
    tell(SHIFT, OMAR)
    delivery.deliver("email")
    assert [(row.state, row.last_error) for row in outbox()] == [("waiting", "SMTP_HOST is not set")]


# -- every message once ----------------------------------------------------------------------------------

DIGESTS = 4  # of three messages each, collected while workers die


@pytest.mark.parametrize("seed", range(1, 12 if LONG else 2))
def test_every_message_is_delivered_although_everything_fails(tmp_path, redis_url, seed, record_property):
    count = 200 if LONG else 14
    judge = Judge(seed, **TROUBLES)
    judge.hang_seconds = 0.6
    server = Server(judge)
    with served_app(tmp_path, SMTP_PORT=server.port, **SMTP) as app:
        kinds.wire(KINDS)  # a new application wires its own
        night = Night(app, tell_many(app, count), judge, redis_url, [jobs.sweep])
        night.work()  # nobody answers; then five days pass
        server.start()
        night.rounds = 60
        while night.waiting() and night.rounds < 200:
            night.work()
        states, unknown = night.result()
    server.stop()
    record_property("figures", f"{night.rounds - 60} rounds, {dict(judge.seen)}, {unknown} unknown outcomes, "
                               f"{len(judge.taken) - len(judge.ids)} second copies")
    assert states == {"sent": count + DIGESTS, "digested": 3 * DIGESTS}
    assert len(judge.ids) == count + DIGESTS  # by Message-ID, as mail stores tell copies
    copies = len(judge.taken) - len(judge.ids)
    assert copies <= unknown, "each second copy comes from an attempt that nobody knows the outcome of"
    assert judge.seen["kill_early"] + judge.seen["kill_late"] > 1
    assert judge.seen["drop_kept"] + judge.seen["drop_lost"] > 1


def tell_many(app, count):
    with app.app_context():
        acme = Organisation("acme")
        with tenant_scope(acme.id), unit_of_work():
            operations.tell(SHIFT, [Message(Recipient(name=f"P{n}", email=f"p{n}@x.example"), {"course": "Fire"})
                                    for n in range(count)])
            readers = [Recipient(name="R", email=f"reader{n}@x.example") for n in range(DIGESTS)]
            operations.tell(NEWS, [Message(reader, {"what": "Paint"}) for reader in readers * 3])
        db.engine.dispose()
        return acme.id
