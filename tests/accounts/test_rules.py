"""Which passwords are refused, who is locked out, and what a key and an operator as somebody else may do."""

from __future__ import annotations

import datetime as dt

import pytest

from app.accounts.rules import (
    impersonation_allows,
    is_locked,
    key_allows,
    links_in_a_row,
    locked_until,
    may_be_sent,
    password_problem,
)

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("password", [
    "1234567890", "0123456789", "9876543210", "abcdefghijkl", "qwertyuiop", "Password2026!",
    "P@ssw0rd1234", "!!Welcome123", "!!M@st3rk3y??", "3456789012", "acegikmoqs", "abcabcbcabca",
    "TrainFlow123!", "Administrator1", "aaaaaaaaaaaa", "abababababab", "passw0rd12", "iloveyou12", "1111111111111",
])
def test_what_attackers_try_first_is_refused(password):
    assert password_problem(password, "somebody@acme.example") == "well_known"


@pytest.mark.parametrize("password", ["correct horse battery", "kf83-zq0!mw", "الحصان الصحيح 42", "abcdbacdbdca",
                                      "nine more than before"])
def test_what_nobody_guesses_is_taken(password):
    assert password_problem(password, "somebody@acme.example") is None


@pytest.mark.parametrize(("password", "problem"), [
    ("short", "too_short"), ("k83-zq0!m", "too_short"), ("k83-zq0!mw", None),
    ("safety.desk@acme.example", "is_email"), ("SAFETY.desk@acme.example", "is_email"), ("Safety.Desk", "is_email"),
])
def test_what_else_is_refused(password, problem):
    assert password_problem(password, "Safety.Desk@acme.example") == problem


@pytest.mark.parametrize(("access", "resources", "permission", "resource", "allowed"), [
    ("read", [], "can_read", "courses", True), ("read", [], "can_export", "courses", True),
    ("read", [], "can_edit", "courses", False), ("write", [], "can_edit", "courses", True),
    ("write", ["users"], "can_read", "courses", False), ("write", ["users"], "can_grant", "users", True),
    ("write", [], "can_edit", "account", False), ("write", ["api-keys"], "can_add", "api-keys", False),
])
def test_what_a_key_covers(access, resources, permission, resource, allowed):
    assert key_allows(access, resources, permission, resource) is allowed


@pytest.mark.parametrize(("failures", "until"), [(4, None), (5, NOW + dt.timedelta(minutes=15)),
                                                 (6, NOW + dt.timedelta(minutes=15))])
def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(failures, until):
    assert locked_until(failures, 5, NOW) == until


@pytest.mark.parametrize(("until", "locked"), [(None, False), (NOW, False), (NOW + dt.timedelta(seconds=1), True),
                                               (NOW - dt.timedelta(seconds=1), False)])
def test_a_lock_ends_at_its_instant(until, locked):
    assert is_locked(until, NOW) is locked


@pytest.mark.parametrize(("permission", "resource", "allowed"), [
    ("can_read", "courses", True), ("can_edit", "enrollments", True), ("can_read", "calendar", True),
    ("can_edit", "calendar", False), ("can_edit", "account", False), ("can_add", "api-keys", False),
    ("can_decide", "approvals", False), ("can_confirm", "imports", False),
])
def test_an_operator_as_somebody_does_nothing_that_is_personal(permission, resource, allowed):
    assert impersonation_allows(permission, resource) is allowed


@pytest.mark.parametrize(("in_a_row", "minutes", "allowed"), [
    (1, 4, False), (1, 5, True), (2, 9, False), (2, 10, True), (4, 39, False), (4, 40, True), (5, 59, False),
    (5, 60, True), (900, 60, True),
])
def test_each_pause_before_another_link_is_twice_the_last_up_to_the_life_of_a_link(in_a_row, minutes, allowed):
    assert may_be_sent(NOW, in_a_row, NOW + dt.timedelta(minutes=minutes)) is allowed
    assert may_be_sent(None, 0, NOW)


@pytest.mark.parametrize(("last", "hours", "row"), [(None, 0, 1), (NOW, 1, 5), (NOW, 23, 5), (NOW, 24, 1)])
def test_a_quiet_day_ends_the_row_of_links(last, hours, row):
    assert links_in_a_row(last, 4, NOW + dt.timedelta(hours=hours)) == row
