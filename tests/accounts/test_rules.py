"""Which passwords are refused, and what a key covers."""

from __future__ import annotations

import pytest

from app.accounts.rules import key_allows, password_problem


@pytest.mark.parametrize("password", [
    "1234567890", "0123456789", "9876543210", "abcdefghijkl", "qwertyuiop", "Password2026!",
    "P@ssw0rd1234", "!!Welcome123",
    "TrainFlow123!", "Administrator1", "aaaaaaaaaaaa", "abababababab", "passw0rd12", "iloveyou12", "1111111111111",
])
def test_what_attackers_try_first_is_refused(password):
    assert password_problem(password, "somebody@acme.example") == "well_known"


@pytest.mark.parametrize("password", ["correct horse battery", "kf83-zq0!mw", "الحصان الصحيح 42",
                                      "nine more than before"])
def test_what_nobody_guesses_is_taken(password):
    assert password_problem(password, "somebody@acme.example") is None


@pytest.mark.parametrize(("password", "problem"), [
    ("short", "too_short"), ("somebody@acme.example", "is_email"), ("SOMEBODY@acme.example", "is_email"),
])
def test_what_else_is_refused(password, problem):
    assert password_problem(password, "somebody@acme.example") == problem


@pytest.mark.parametrize(("access", "resources", "permission", "resource", "allowed"), [
    ("read", [], "can_read", "courses", True), ("read", [], "can_export", "courses", True),
    ("read", [], "can_edit", "courses", False), ("write", [], "can_edit", "courses", True),
    ("write", ["users"], "can_read", "courses", False), ("write", ["users"], "can_grant", "users", True),
    ("write", [], "can_edit", "account", False), ("write", ["api-keys"], "can_add", "api-keys", False),
])
def test_what_a_key_covers(access, resources, permission, resource, allowed):
    assert key_allows(access, resources, permission, resource) is allowed
