"""How much a program may ask."""

from __future__ import annotations

import re
from io import BytesIO

import pyotp
import pytest
import sqlalchemy as sa

from app.accounts.models import ResetRequest
from app.platform.db import db
from app.platform.scope import platform_scope
from config import Config
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """An application that answers five requests a minute of each login, and three at each of its doors."""
    with served_app(tmp_path_factory.mktemp("limited"), API_LIMIT="5 per minute", SIGN_IN_LIMIT="3 per minute",
                    VERIFY_LIMIT="3 per minute", CALENDAR_LIMIT="3 per minute") as app:
        with app.app_context():
            app.acme = Organisation("acme")
        yield app


def bearer(app, who):
    answer = app.test_client().post("/api/auth/login", json={"email": app.acme.emails[who], "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json['accessToken']}"}


def test_each_login_has_its_own_share_over_all_resources(limited):
    limited.appbuilder.sm.limiter.reset()
    officer, admin, client = bearer(limited, "officer"), bearer(limited, "admin"), limited.test_client()
    paths = ("departments", "grades", "courses", "users", "job-roles", "departments")
    answers = [client.get(f"/api/v1/{path}/", headers=officer) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["X-RateLimit-Limit"] == "5"
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert answers[-1].json["code"] == "too_many_requests"
    assert client.get("/api/v1/departments/", headers=admin).status_code == 200
    assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize(("method", "door"), [
    ("POST", "/login"), ("POST", "/login/code"), ("POST", "/login/forgotten"), ("POST", "/login/reset/made-up"),
    ("POST", "/api/auth/login"), ("POST", "/api/auth/refresh"), ("POST", "/api/auth/password"),
    ("POST", "/api/auth/sign-out-everywhere"), ("POST", "/api/auth/second-step"),
    ("POST", "/api/auth/second-step/secret"), ("POST", "/api/auth/second-step/recovery-codes"),
    ("POST", "/api/auth/second-step/remove"),
    ("GET", "/verify/AAAA-BBBB-CCCC"), ("GET", "/calendar/made-up.ics"),
])
def test_nobody_knocks_at_a_door_without_end(limited, method, door):
    limited.appbuilder.sm.limiter.reset()
    knocks = [limited.test_client().open(door, method=method) for _knock in range(4)]
    assert knocks[3].status_code == 429
    assert 429 not in [knock.status_code for knock in knocks[:3]]
    assert {knock.headers["X-RateLimit-Limit"] for knock in knocks} == {"3"}
    assert [knock.headers["X-RateLimit-Remaining"] for knock in knocks] == ["2", "1", "0", "0"]
    assert 0 < int(knocks[3].headers["Retry-After"]) <= 61


@pytest.mark.parametrize("address", [
    "imports/", "enrollments/{row}/evidence", "renewal-requests/{row}/evidence",
])
def test_files_count_as_any_other_request(limited, address):
    limited.appbuilder.sm.limiter.reset()
    officer, client = bearer(limited, "officer"), limited.test_client()
    path = f"/api/v1/{address.format(row='00000000-0000-7000-8000-000000000000')}"
    sent = [client.post(path, data={"file": (BytesIO(b"%PDF"), "a.pdf")}, headers=officer) for _file in range(6)]
    assert [answer.status_code for answer in sent].index(429) == 5
    assert sent[5].json["code"] == "too_many_requests"
    assert 0 < int(sent[5].headers["Retry-After"]) <= 61


@pytest.mark.parametrize("address", ["/imports/add", "/enrollments/{row}/evidence", "/logo/edit", "/my-renewals/ask"])
def test_files_sent_on_screens_count_into_the_same_share_and_pages_do_not(limited, address):
    limited.appbuilder.sm.limiter.reset()
    client, page = limited.test_client(), address.format(row="00000000-0000-7000-8000-000000000000")
    client.post("/login", data={"email": limited.acme.emails["admin"], "password": PASSWORD})
    sent = [client.post(page, data={"file": (BytesIO(b"%PDF"), "a.pdf")}).status_code for _file in range(6)]
    assert (sent.index(429), sent[5]) == (5, 429)
    assert client.get("/api/v1/departments/").status_code == 429
    assert client.get("/departments").status_code == 200
    assert client.post("/departments/add", data={"code": "HSE", "name": "Safety"}).status_code != 429


def test_the_limits_are_on_unless_a_server_says_otherwise():
    assert Config.RATELIMIT_ENABLED
    assert (Config.API_LIMIT, Config.SIGN_IN_LIMIT) == ("600 per minute", "10 per minute")


def test_no_link_is_on_its_way_for_who_asks_too_often(limited):
    limited.appbuilder.sm.limiter.reset()
    body = {"email": limited.acme.emails["officer"]}
    asked = [limited.test_client().post("/login/forgotten", data=body).status_code for _ask in range(4)]
    assert asked == [200, 200, 200, 429]
    with limited.app_context(), platform_scope():
        assert db.session.scalar(sa.select(sa.func.count(ResetRequest.id))) == 3


def test_the_right_code_opens_nothing_to_who_has_tried_too_many(limited):
    limited.appbuilder.sm.limiter.reset()
    email, client = limited.acme.emails["foreman"], limited.test_client()
    client.post("/login", data={"email": email, "password": PASSWORD})
    secret = re.search(r'<code dir="ltr">(\w{32})</code>', client.get("/account/second-step").text)[1]
    page = client.post("/account/second-step", data={"code": pyotp.TOTP(secret).now()})
    code = re.search(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", page.text)[1]
    client = limited.test_client()
    client.post("/login", data={"email": email, "password": PASSWORD})
    tried = [client.post("/login/code", data={"code": one}).status_code for one in ("000000",) * 3 + (code,)]
    assert tried == [401, 401, 401, 429]  # two before the login itself would be locked
    assert client.get("/api/auth/me").status_code == 401
    limited.appbuilder.sm.limiter.reset()
    assert client.post("/login/code", data={"code": code}).status_code == 302
    assert client.get("/api/auth/me").status_code == 200
