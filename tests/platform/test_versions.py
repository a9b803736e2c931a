"""Programs write only what they have seen, and page through lists that others add to."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import NOW, PASSWORD


@pytest.fixture
def ask(context, acme):
    """ask('GET', 'departments/') as acme's administrator."""
    login = {"email": acme.emails["admin"], "password": PASSWORD}
    token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]

    def _ask(method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return context.test_client().open(f"/api/v1/{path}", method=method, json=body,
                                          headers={"Authorization": f"Bearer {token}"} | headers)
    return _ask


@pytest.fixture
def department(ask):
    """The path of a department and the version that was seen."""
    made = ask("POST", "departments/", {"code": "HSE", "name": "Safety"})
    return f"departments/{made.json['id']}", made.headers["ETag"]


def test_an_answer_says_which_version_it_shows(ask, department, time_machine):
    path, tag = department
    assert ask("GET", path).headers["ETag"] == tag
    time_machine.move_to(NOW + dt.timedelta(seconds=1))
    changed = ask("PUT", path, {"name": "Health"})
    assert changed.headers["ETag"] == ask("GET", path).headers["ETag"] != tag


def test_what_is_known_is_not_sent_again(ask, department):
    path, tag = department
    answer = ask("GET", path, If_None_Match=tag)
    assert (answer.status_code, answer.data) == (304, b"")
    assert ask("GET", path, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_holds_for_the_version_that_was_seen(ask, department, time_machine, method):
    path, tag = department
    time_machine.move_to(NOW + dt.timedelta(seconds=1))
    current = ask("PUT", path, {"name": "Health"}).headers["ETag"]
    refused = ask(method, path, {"name": "Mine"}, If_Match=tag)
    assert (refused.status_code, refused.json["code"]) == (412, "changed_meanwhile")
    assert ask("GET", path).json["result"]["name"] == "Health"
    assert ask(method, path, {"name": "Mine"}, If_Match=current).status_code == 200


def test_a_write_without_a_condition_or_with_any_is_done(ask, department):
    path, _tag = department
    assert ask("PUT", path, {"name": "Health"}, If_Match="*").status_code == 200


def test_paging_by_cursor_meets_every_row_once(ask):
    for number in range(7):
        ask("POST", "grades/", {"code": f"G{number}", "name": f"Grade {number}", "rank": number})
    seen, cursor = [], ""
    while cursor is not None:
        wanted = "(page_size:3,order_column:code,order_direction:desc,columns:!(code))"
        page = ask("GET", f"grades/?cursor={cursor}&q={wanted}")
        assert page.status_code == 200, page.json
        seen += [row["code"] for row in page.json["result"]]
        assert all(set(row) == {"code"} for row in page.json["result"])
        cursor = page.json["next"]
        if len(seen) == 3:
            ask("POST", "grades/", {"code": "G9", "name": "Grade 9", "rank": 9})  # before the mark: not met any more
    assert seen == [f"G{number}" for number in reversed(range(7))]


def test_a_cursor_that_was_made_up_is_refused(ask):
    answer = ask("GET", "grades/?cursor=nonsense")
    assert (answer.status_code, answer.json["code"]) == (422, "cursor_unknown")
