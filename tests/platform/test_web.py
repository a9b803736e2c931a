"""The browser edge: headers, pages for errors, and nothing about the inside."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import abort, request

from app.platform.errors import Conflict, NotFound
from app.platform.web import PAGES, local_target
from tests.served import served_app

FAULTS = {
    "bug": lambda: 1 / 0, "refused": lambda: _raise(Conflict("Not like this.", code="odd")),
    "gone": lambda: _raise(NotFound("No such thing.")),
    "database": lambda: _raise(sa.exc.OperationalError("SELECT secret", {}, Exception("no route to host"))),
    "teapot": lambda: abort(418), "large": lambda: abort(413),
}


def _raise(error):
    raise error


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    def add(app):
        for name, fault in FAULTS.items():
            app.add_url_rule(f"/fault/{name}", f"fault-{name}", fault)
            app.add_url_rule(f"/api/fault/{name}", f"api-fault-{name}", fault)

    with served_app(tmp_path_factory.mktemp("faulty"), before_first=add, PROPAGATE_EXCEPTIONS=False) as app:
        yield app


@pytest.mark.parametrize(("name", "status"), [("bug", 500), ("refused", 409), ("gone", 404), ("database", 503),
                                              ("teapot", 418), ("large", 413)])
def test_every_error_has_a_page_and_an_envelope_that_tell_nothing_of_the_inside(faulty, name, status):
    page = faulty.test_client().get(f"/fault/{name}")
    answer = faulty.test_client().get(f"/api/fault/{name}")
    assert (page.status_code, answer.status_code) == (status, status)
    assert page.mimetype == "text/html"
    assert set(answer.json) == {"code", "message", "details", "traceId"}
    assert answer.json["traceId"]
    for text in (page.text, answer.text):
        for inside in ("Traceback", "ZeroDivision", "division by zero", "SELECT", "no route", ".py", "sqlalchemy"):
            assert inside not in text


def test_a_file_that_is_too_large_leads_back_to_its_form(faulty):
    ask = faulty.test_client().get
    assert 'href="/imports/add"' in ask("/fault/large", headers={"Referer": "http://localhost/imports/add"}).text
    assert "elsewhere" not in ask("/fault/large", headers={"Referer": "http://elsewhere.example/imports/add"}).text
    assert "/imports/add" not in ask("/fault/bug", headers={"Referer": "http://localhost/imports/add"}).text


def test_a_bug_is_logged_whole_with_the_number_that_was_shown(faulty, caplog):
    answer = faulty.test_client().get("/api/fault/bug")
    assert any("ZeroDivisionError" in (record.exc_text or str(record.exc_info)) for record in caplog.records)
    assert len(answer.json["traceId"]) == 32


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/departments/x/y/z"])
def test_an_unknown_address_is_a_404(faulty, path):
    answer = faulty.test_client().get(path)
    assert answer.status_code == 404
    assert (answer.mimetype == "application/json") == path.startswith("/api/")


def test_every_page_comes_with_its_headers(faulty):
    for path in ("/login", "/nowhere", "/api/v1/departments/", "/fault/bug", "/static/icon.svg"):
        headers = faulty.test_client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'",
                     "form-action 'self'"):
            assert part in policy, path
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        for feature in ("camera", "geolocation", "microphone", "payment"):
            assert f"{feature}=()" in headers["Permissions-Policy"], path
        assert "Server" not in headers or "Python" not in headers["Server"]


def test_over_https_the_cookie_and_the_header_say_so(tmp_path):
    with served_app(tmp_path, SESSION_COOKIE_SECURE=True) as app:
        answer = app.test_client().get("/login", base_url="https://localhost")
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        cookies = app.test_client().get("/login", base_url="https://localhost").headers.getlist("Set-Cookie")
        assert all("Secure" in cookie for cookie in cookies)


def test_error_pages_exist_for_what_people_meet(app):
    assert {400, 403, 404, 405, 413, 429, 500, 503} <= set(PAGES)


@pytest.mark.parametrize(("target", "path"), [
    (None, "/"), ("/a?b=c", "/a?b=c"), ("http://localhost/a", "/a"), ("//evil.example/a", "/"), ("a", "/"),
    ("http://evil.example/a", "/"), ("/\\evil.example", "/"), ("data:text/html,x", "/"),
    ("http://localhost//evil.example", "/"),
])
def test_where_a_redirect_may_lead(app, target, path):
    with app.test_request_context():
        assert local_target(target) == path


@pytest.mark.parametrize(("trusted", "seen"), [(0, "127.0.0.1"), (1, "10.0.0.7"), (2, "192.0.2.9")])
def test_an_address_is_believed_from_as_many_proxies_as_there_are(tmp_path, trusted, seen):
    def add(app):
        app.add_url_rule("/address", "address", lambda: request.remote_addr)

    with served_app(tmp_path, before_first=add, TRUSTED_PROXIES=trusted) as app:
        answer = app.test_client().get("/address", headers={"X-Forwarded-For": "203.0.113.1, 192.0.2.9, 10.0.0.7"})
        assert answer.get_data(as_text=True) == seen


def test_a_request_under_another_host_is_refused(tmp_path):
    with served_app(tmp_path, TRUSTED_HOSTS=["train.acme.example"]) as app:
        for host, status in {"train.acme.example": 200, "train.acme.example:8443": 200, "evil.example": 400,
                             "train.acme.example.evil.example": 400, "evil.example#train.acme.example": 400}.items():
            answer = app.test_client().get("/login", headers={"Host": host})
            assert answer.status_code == status, host
            assert "evil" not in answer.get_data(as_text=True)
