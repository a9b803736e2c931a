"""What a log line says, and what it never says."""

from __future__ import annotations

import json
import logging
import re

import pytest
from flask import g
from sqlalchemy.exc import IntegrityError

from app.platform.db import db
from app.platform.logging import JsonFormatter
from app.platform.scope import tenant_scope
from app.platform.tracing import ids_of
from app.platform.unit_of_work import unit_of_work
from app.tenancy.models import Tenant

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def lines(caplog):
    """lines() is what was logged so far, as parsed JSON."""
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


def request_lines(lines):
    return [line for line in lines() if line["logger"] == "trainflow.request"]


def test_a_request_is_one_line_with_ids_and_the_route_pattern(acme, sign_in, lines):
    client = sign_in(acme, "admin")
    client.get("/departments?_flt_0_name=Aisha", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    line = request_lines(lines)[-1]
    assert (line["level"], line["method"], line["route"], line["status"]) == ("INFO", "GET", "/departments", 200)
    assert (line["trace_id"], line["tenant"]) == (TRACE, str(acme.id))
    assert line["user"].isdigit() and line["duration_ms"] >= 0
    assert re.fullmatch(r"2026-03-01T09:00:00\.000\+00:00", line["timestamp"])


def test_a_request_with_a_token_names_its_login_too(acme, program, lines):
    with tenant_scope(acme.id):
        who = str(acme.actor("officer").id)
    program(acme, "officer").get("/api/v1/departments/")
    assert request_lines(lines)[-1]["user"] == who


def test_no_line_holds_a_query_string_an_address_or_a_password(acme, sign_in, caplog, lines):
    client = sign_in(acme, "admin")
    client.get("/departments?_flt_0_name=Aisha")
    client.post("/login", data={"email": acme.emails["officer"], "password": "a wrong password"})
    assert lines()
    for secret in ("Aisha", acme.emails["admin"], acme.emails["officer"], "a wrong password"):
        assert secret not in caplog.text


def test_every_answer_names_its_trace(context):
    client = context.test_client()
    given = client.get("/login", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    assert given.headers["X-Trace-Id"] == TRACE
    made = {client.get("/login").headers["X-Trace-Id"] for _ in range(2)}
    assert len(made) == 2 and all(re.fullmatch(r"[0-9a-f]{32}", trace) for trace in made)


@pytest.mark.parametrize("header", [
    None, "", "rubbish", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", f"00-{TRACE}-{'0' * 16}-01",
    f"ff-{TRACE}-00f067aa0ba902b7-01", f"00-{TRACE.upper()}-00f067aa0ba902b7-01", f"00-{TRACE}", TRACE,
])
def test_what_is_no_traceparent_is_not_believed(header):
    assert ids_of(header) == (None, None)


def test_an_exception_is_logged_whole_but_for_the_row_that_the_database_quotes(app):
    error = "duplicate key value\nDETAIL:  Key (email)=(aisha@acme.example) already exists."
    with app.app_context():
        g.trace_id = TRACE
        try:
            raise ValueError(error)
        except ValueError as caught:
            record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (),
                                       (ValueError, caught, caught.__traceback__))
        line = JsonFormatter().format(record)
    assert "aisha" not in line
    assert "duplicate key value" in line and "Traceback" in line and TRACE in line
    assert "\n" not in line


def test_a_database_error_is_logged_without_the_values(context, caplog, lines):
    for _ in range(2):
        try:
            with unit_of_work():
                db.session.add(Tenant(slug="kept-private", name="Kept private"))
        except IntegrityError:
            logging.getLogger("app").exception("failed")
    assert "IntegrityError" in lines()[-1]["exception"]
    assert "kept-private" not in caplog.text


SECRET = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1In0.c2lnbmVk"


@pytest.mark.parametrize("text", [
    "/login/reset/WzUsImFiIl0.aBc-D_e", "/calendar/3fJ9xQ-_secret.ics", "/notifications/unsubscribe/WzEsMl0.x-y",
    "/decide/WzEsMl0.x-y",
    f"Bearer {SECRET}", "Bearer tfk_AAAA-bbbb_CCCC", f"access_token_cookie={SECRET}; device=x",
])
def test_what_opens_something_by_itself_is_left_out_of_every_line(caplog, text):
    caplog.handler.setFormatter(JsonFormatter())
    try:
        raise RuntimeError(f"lost {text}")
    except RuntimeError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", text)
    line = json.loads(caplog.text)
    assert line["message"].startswith("Error handling request ")
    assert "(left out)" in line["message"] and "(left out)" in line["exception"]
    for secret in ("aBc-D_e", "3fJ9xQ", "x-y", "c2lnbmVk", "bbbb"):
        assert secret not in caplog.text


def test_the_addresses_that_hold_a_secret_are_those_that_are_left_out(app):
    with_token = {rule.rule.split("<")[0] for rule in app.url_map.iter_rules() if "token" in rule.arguments}
    assert with_token == {"/login/reset/", "/calendar/", "/notifications/unsubscribe/", "/decide/"}


def test_who_asks_too_often_is_not_named(app):
    assert not logging.getLogger("flask-limiter").isEnabledFor(logging.INFO)
