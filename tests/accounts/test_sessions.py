"""What a request leaves behind."""

from __future__ import annotations

from typing import Any

from app.platform.db import db


def test_a_request_closes_every_session_it_opened(acme: Any, sign_in: Any) -> None:
    client = sign_in(acme, "officer")
    before = set(db.session.registry.registry)
    client.get("/users")
    assert set(db.session.registry.registry) == before


def test_signing_in_closes_the_sessions_of_both_scopes(acme: Any, context: Any) -> None:
    before = set(db.session.registry.registry)
    context.test_client().post("/login", data={"email": acme.emails["officer"], "password": "wrong password"})
    assert set(db.session.registry.registry) == before
