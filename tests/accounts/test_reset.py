"""A forgotten password: a link that works once, for an hour, and tells nobody who has an address."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM, ResetRequest
from app.accounts.operations import create_login
from app.accounts.permissions import OPERATOR
from app.accounts.queries import password_print
from app.accounts.reset import is_open, request_reset, reset_password
from app.notifications.channels import channel
from app.platform.db import db
from app.platform.errors import NotFound
from app.platform.schedule import tick
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, PASSWORD

NEW = "a wholly different one"


@pytest.fixture
def link(context, acme, run_pending_jobs):
    """link() -> the path of a fresh link for the officer."""
    def _link():
        channel("email").sent.clear()
        answer = context.test_client().post("/login/forgotten", data={"email": acme.emails["officer"]})
        assert answer.status_code == 200
        while run_pending_jobs():
            pass
        mails = [str(mail) for mail in channel("email").sent]
        assert len(mails) == 1
        return re.search(r"/login/reset/[\w.-]+", mails[0].replace("=\n", ""))[0]
    return _link


def signs_in(app, acme, password):
    answer = app.test_client().post("/login", data={"email": acme.emails["officer"], "password": password})
    return answer.status_code == 302


def test_the_link_sets_a_new_password_once(context, acme, link, sign_in):
    old, address = sign_in(acme, "officer"), link()
    client = context.test_client()
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200  # looking uses nothing up
    assert client.post(address, data={"password": "short"}).status_code == 422
    assert client.post(address, data={"password": NEW}).location == "/login"
    assert signs_in(context, acme, NEW)
    assert not signs_in(context, acme, PASSWORD)
    assert old.get("/departments").status_code == 302
    assert client.get(address).status_code == 404
    assert client.post(address, data={"password": "and another one"}).status_code == 404
    assert signs_in(context, acme, NEW)


def test_the_link_ends_after_an_hour(context, acme, link, time_machine):
    address = link()
    time_machine.move_to(NOW + dt.timedelta(minutes=61))
    assert context.test_client().post(address, data={"password": NEW}).status_code == 404


def test_two_who_open_the_link_together_set_one_password(acme):
    with tenant_scope(acme.id):
        user = acme.actor("officer")
        mark = password_print(user)
        assert is_open(user.id, mark)
        with unit_of_work():
            reset_password(user.id, mark, password=NEW)
        with pytest.raises(NotFound, match="used before"), unit_of_work():
            reset_password(user.id, mark, password="and another one")


def test_the_link_of_whoever_left_meanwhile_sets_nothing(acme):
    with tenant_scope(acme.id):
        user = acme.actor("officer")
        user.active = False
        db.session.commit()
        mark = password_print(user)
        assert not is_open(user.id, mark)
        with pytest.raises(NotFound, match="used before"), unit_of_work():
            reset_password(user.id, mark, password=NEW)


def test_a_new_password_ends_the_lock_of_wrong_ones(context, acme, link):
    for _guess in range(5):
        assert not signs_in(context, acme, "a guess")
    assert not signs_in(context, acme, PASSWORD)
    assert context.test_client().post(link(), data={"password": NEW}).status_code == 302
    assert signs_in(context, acme, NEW)


def test_a_made_up_link_opens_nothing(context, acme, link):
    address = link()
    for forged in ("/login/reset/nonsense", address[:-12] + "A" * 12, "/login/reset/.."):
        assert context.test_client().post(forged, data={"password": NEW}).status_code in (404, 405), forged
    assert signs_in(context, acme, PASSWORD)


def test_nobody_learns_who_has_an_address(context, acme, statements):
    pages, costs = [], []
    for email in (acme.emails["officer"], "nobody@acme.example"):
        with statements() as found:
            answer = context.test_client().post("/login/forgotten", data={"email": email})
        pages.append((answer.status_code, answer.text.replace(email, "")))
        costs.append(len(found))
    assert pages[0] == pages[1]
    assert costs[0] == costs[1]


def test_asking_ten_times_sends_one_mail(context, acme, link, run_pending_jobs):
    link()
    for _ in range(10):
        context.test_client().post("/login/forgotten", data={"email": acme.emails["officer"]})
    while run_pending_jobs():
        pass
    assert len(channel("email").sent) == 1


def test_whoever_asks_all_day_fills_no_mailbox_and_keeps_nobody_out(context, acme, run_pending_jobs, time_machine):
    """Not per visitor only: from a hundred addresses, one mailbox still gets a letter an hour."""
    channel("email").sent.clear()
    sent = []
    with tenant_scope(acme.id):
        for minute in range(0, 180, 5):
            time_machine.move_to(at := NOW + dt.timedelta(minutes=minute))
            with unit_of_work():
                request_reset(acme.actor("officer").id)
            sent += [minute] if acme.actor("officer").reset_sent_at >= at else []
    assert sent == [0, 5, 15, 35, 75, 135]
    while run_pending_jobs():
        pass
    links = [re.search(r"/login/reset/[\w.-]+", str(mail).replace("=\n", ""))[0] for mail in channel("email").sent]
    assert len(links) == len(sent)
    assert context.test_client().get(links[-1]).status_code == 200


def test_the_answer_is_the_same_while_nothing_more_is_sent(context, acme, run_pending_jobs):
    body, pages = {"email": acme.emails["officer"]}, []
    for _time in range(2):
        pages.append(context.test_client().post("/login/forgotten", data=body))
        while run_pending_jobs():
            pass
    assert (pages[0].status_code, pages[0].text) == (pages[1].status_code, pages[1].text)


def test_a_link_that_was_asked_for_while_redis_was_away_is_sent_once_it_is_back(context, acme, run_pending_jobs,
                                                                               redis_url, time_machine):
    channel("email").sent.clear()
    context.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    try:
        answer = context.test_client().post("/login/forgotten", data={"email": acme.emails["officer"]})
    finally:
        context.config["REDIS_URL"] = redis_url
    assert answer.status_code == 200
    assert run_pending_jobs() == 0
    time_machine.move_to(NOW + dt.timedelta(minutes=2))
    for _turn in range(2):
        tick("links for new passwords")
        while run_pending_jobs():
            pass
    assert [mail.address for mail in channel("email").sent] == [acme.emails["officer"]]
    with platform_scope():
        assert db.session.scalars(sa.select(ResetRequest)).all() == []


def test_a_platform_operator_chooses_a_new_password_by_mail(context, run_pending_jobs):
    with platform_scope(), unit_of_work():
        create_login(SYSTEM, email="op@trainflow.example", first_name="Op", last_name="Erator", roles=[OPERATOR],
                     password=PASSWORD)
    channel("email").sent.clear()
    client = context.test_client()
    for _time in range(2):
        assert client.post("/login/forgotten", data={"email": "op@trainflow.example"}).status_code == 200
        while run_pending_jobs():
            pass
    [mail] = channel("email").sent
    assert (mail.address, mail.title) == ("op@trainflow.example", "Choose a new password")
    address = re.search(r"/login/reset/[\w.-]+", mail.text)[0]
    assert client.post(address, data={"password": NEW}).location == "/login"
    assert client.post("/login", data={"email": "op@trainflow.example", "password": NEW}).status_code == 302
    assert client.post(address, data={"password": "and another one"}).status_code == 404
