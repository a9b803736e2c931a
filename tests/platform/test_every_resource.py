"""What docs/api.md says of every resource is true of each: generated, a new one is covered by existing."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD
from tests.structure.rows import fill_every_table
from tests.structure.test_isolation import apis


@pytest.fixture
def ask(context, acme):
    """ask(method, address, body, **headers) as acme's administrator, in whose tenant every table has a row."""
    with tenant_scope(acme.id):
        acme.rows = fill_every_table(acme.id)
        with unit_of_work():
            pass
    login = {"email": acme.emails["admin"], "password": PASSWORD}
    token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]

    def _ask(method, address, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return context.test_client().open(address, method=method, json=body, headers={
            "Authorization": f"Bearer {token}", **named})

    return _ask


def lists(app, ask):
    """Each resource whose list the administrator may read, with its first page."""
    for api in apis(app):
        answer = ask("GET", f"{api.route_base}/")
        if answer.status_code != 403:
            assert answer.status_code == 200, api
            yield api, answer


def test_lists_tell_the_limit_count_their_rows_and_choose_fields(context, ask):
    for api, answer in lists(context, ask):
        assert int(answer.headers["X-RateLimit-Remaining"]) < int(answer.headers["X-RateLimit-Limit"]), api
        assert len(answer.json["result"]) == min(answer.json["count"], api.page_size), api
        fields = next(iter(answer.json["result"]), {"id": None})
        name = "id" if "id" in fields else next(iter(fields))
        chosen = ask("GET", f"{api.route_base}/?q=(columns:!({name}),page_size:1)").json["result"]
        assert all(set(row) == {name} for row in chosen), api
        assert len(chosen) <= 1, api


@pytest.mark.parametrize("name", ["R&D 50% + more", "'a' !(b,c)", 'say "x"', "\u0639\u0631\u0628\u064a", "true", "-1",
                                  "a\nb", "R&D\n50%25 + more"])
def test_a_question_in_json_says_what_it_says(ask, name):
    made = ask("POST", "/api/v1/departments/", {"code": "RD", "name": name}).json["id"]
    question = json.dumps({"filters": [{"col": "name", "opr": "eq", "value": name}]})
    assert ask("GET", f"/api/v1/departments/?q={quote(question)}").json["ids"] == [made]


def test_a_cursor_meets_every_row_once(context, ask):
    for api, answer in lists(context, ask):
        met, mark, turns = [], "", 0
        while mark is not None and turns < 5:
            page = ask("GET", f"{api.route_base}/?q=(page_size:2)&cursor={mark}")
            assert page.status_code == 200, api
            met += page.json["ids"]
            mark, turns = page.json["next"], turns + 1
        assert len(met) == len(set(met)), api
        assert mark is not None or len(met) == answer.json["count"], api


def test_rows_have_versions_and_writes_hold_for_the_one_that_they_name(context, ask):
    tagged, guarded = 0, 0
    for api, answer in lists(context, ask):
        if not answer.json["ids"] or "get" not in api.include_route_methods:
            continue
        address = f"{api.route_base}/{answer.json['ids'][0]}"
        row = ask("GET", address)
        if hasattr(api.datamodel.obj, "updated_at"):
            assert ask("GET", address, If_None_Match=row.headers["ETag"]).status_code == 304, api
            tagged += 1
        for method, name in (("PUT", "put"), ("DELETE", "delete")):
            if name in api.include_route_methods and "ETag" in row.headers:
                refused = ask(method, address, {}, If_Match='"another"')
                assert (refused.status_code, refused.json["code"]) in ((412, "changed_meanwhile"),
                                                                        (403, "not_allowed")), (api, method)
                guarded += refused.status_code == 412
    assert tagged > 10
    assert guarded > 10


def test_a_key_makes_a_write_happen_once(context, ask):
    replayed = 0
    for api, _answer in lists(context, ask):
        if "post" not in api.include_route_methods:
            continue
        first, again, other = (ask("POST", f"{api.route_base}/", body, Idempotency_Key=f"key of {api.resource_name}")
                               for body in ({}, {}, {"name": "Another"}))
        if first.status_code == 403 or first.cache_control.no_store:  # a secret that is shown once is not kept
            continue
        assert again.headers.get("Idempotent-Replay") == "true", api
        assert (again.status_code, again.json) == (first.status_code, first.json), api
        assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused"), api
        replayed += 1
    assert replayed > 8
