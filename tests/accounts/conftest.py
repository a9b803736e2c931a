"""Programs that sign in."""

from __future__ import annotations

import pytest

from tests.conftest import PASSWORD


class Program:
    """A client that sends a bearer token with every request."""

    def __init__(self, app, email):
        self.client = app.test_client()
        answer = self.client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.json
        self.headers = {"Authorization": f"Bearer {answer.json['accessToken']}"}

    def __getattr__(self, method):
        return lambda path, **more: getattr(self.client, method)(path, headers=self.headers | more.pop("headers", {}),
                                                                 **more)


@pytest.fixture
def program(context):
    """program(acme, 'officer').get('/api/v1/…') asks with a token of that person's."""
    return lambda organisation, who: Program(context, organisation.emails[who])
