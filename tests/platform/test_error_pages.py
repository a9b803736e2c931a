"""The pages that say what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.platform.db import db


@pytest.mark.parametrize(("address", "status"), [("/departments", 503), ("/nothing-here", 404)])
def test_somebody_signed_in_is_told_when_the_database_is_away(acme: Any, sign_in: Any, monkeypatch: Any,
                                                              address: str, status: int) -> None:
    client = sign_in(acme, "officer")
    monkeypatch.setitem(db.engines, None, sa.create_engine("sqlite:////nowhere/at/all.db"))
    answer = client.get(address)
    assert (answer.status_code, answer.headers["X-Trace-Id"] in answer.text) == (status, True)


def broken() -> Any:
    raise ValueError("the driver reads what it does not understand")


@pytest.mark.parametrize(("address", "status"), [("/departments", 500), ("/nothing-here", 404)])
def test_a_bug_below_whatever_a_page_asks_for_still_has_its_page(app: Any, acme: Any, sign_in: Any, monkeypatch: Any,
                                                                 address: str, status: int) -> None:
    client = sign_in(acme, "officer")
    monkeypatch.setitem(db.engines, None, sa.create_engine("sqlite://", creator=broken))
    monkeypatch.setattr(app, "testing", False)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["X-Trace-Id"] in answer.text) == (status, True)
    assert "<h1>" in answer.text and "ValueError" not in answer.text


def test_an_error_keeps_the_navigation_of_somebody_signed_in(acme: Any, sign_in: Any) -> None:
    page = sign_in(acme, "officer").get("/nothing-here")
    assert page.status_code == 404
    assert 'href="/departments"' in page.text


def test_a_pages_script_that_asks_for_json_reads_the_refusal(acme: Any, sign_in: Any) -> None:
    client = sign_in(acme, "employee")
    for address, status, code in (("/nothing-here", 404, "not_found"), ("/audit-logs", 403, "forbidden")):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert client.get(address, headers={"Accept": "text/html,application/json;q=0.9"}).is_json is False
