"""Requests that run side by side, and what one leaves behind for the next."""

from __future__ import annotations

import pytest

from app.platform.db import db
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with served_app(tmp_path_factory.mktemp("served")) as app:
        with app.app_context():
            app.organisations = [Organisation("acme"), Organisation("globex")]
        yield app


def browser(app, organisation, name):
    client = app.test_client()
    answer = client.post("/login", data={"email": organisation.emails[name], "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_a_request_gives_its_session_and_connection_back(served):
    acme, globex = served.organisations
    browsers = [browser(served, acme, "officer"), browser(served, globex, "officer")]
    for client in browsers * 10:  # more requests than the pool has connections
        assert client.get("/departments").status_code == 200
        assert client.get("/api/v1/departments/").status_code == 200
    assert db.session.registry.registry == {}
    with served.app_context():
        assert db.engine.pool.checkedout() == 0
