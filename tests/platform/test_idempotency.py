"""A write that is sent again with the same key is done once."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import NOW, PASSWORD

BODY = {"code": "HSE", "name": "Safety"}


@pytest.fixture
def send(context, acme):
    """send(body, key, who) -> the answer to a POST of a department."""
    tokens = {}

    def _send(body=BODY, key="once", who="officer", path="departments/", method="POST"):
        if who not in tokens:
            login = {"email": acme.emails[who], "password": PASSWORD}
            tokens[who] = context.test_client().post("/api/auth/login", json=login).json["accessToken"]
        headers = {"Authorization": f"Bearer {tokens[who]}"} | ({"Idempotency-Key": key} if key else {})
        return context.test_client().open(f"/api/v1/{path}", method=method, json=body, headers=headers)
    _send.forget_tokens = tokens.clear
    return _send


def test_the_second_time_gives_the_first_answer(send):
    first, second = send(), send()
    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert second.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers


def test_without_a_key_each_is_a_write_of_its_own(send):
    assert [send(key=None).status_code for _ in range(2)] == [201, 409]


def test_a_refusal_is_kept_as_well(send):
    assert send(body={"code": "HSE"}).status_code == 422
    answer = send(body={"code": "HSE"})
    assert (answer.status_code, answer.headers["Idempotent-Replay"]) == (422, "true")


def test_a_key_belongs_to_one_request(send):
    send()
    for answer in (send(BODY | {"name": "Other"}), send(path="grades/")):
        assert (answer.status_code, answer.json["code"]) == (409, "idempotency_key_reused")


def test_keys_of_different_people_do_not_meet(send):
    assert send(who="officer").status_code == 201
    assert send(body={"code": "OPS", "name": "Operations"}, who="admin").status_code == 201


def test_a_key_is_forgotten_after_a_day(context, acme, send, time_machine):
    send()
    time_machine.move_to(NOW + dt.timedelta(days=1, minutes=1))
    send.forget_tokens()
    answer = send()
    assert (answer.status_code, answer.json["code"]) == (409, "code_taken")  # done anew, and refused by its own rule


def test_what_is_shown_once_is_not_kept(send):
    first, second = (send({"name": "Reader"}, path="api-keys/") for _ in range(2))
    assert first.json["result"]["key"] != second.json["result"]["key"]


def test_a_key_that_is_too_long_is_refused(send):
    assert send(key="x" * 201).json["code"] == "idempotency_key_too_long"


def test_a_platform_operators_write_is_done_once_too(context, acme, operator_program):
    new = {"slug": "initech", "name": "Initech", "admin_name": "Bill", "email": "boss@initech.example",
           "password": "staplers are mine"}

    def send(path, body):
        return operator_program.post(f"/api/v1/tenants/{path}", json=body, headers={"Idempotency-Key": path or "open"})

    first, again = send("", new), send("", new)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replay"] == "true"
    assert send("", new | {"name": "Another"}).json["code"] == "idempotency_key_reused"
    in_a_tenant = [send(f"{acme.id}/suspend", {}).status_code for _time in range(2)]
    assert in_a_tenant == [200, 200]


def test_a_part_of_a_form_without_a_name_is_no_fault(context, acme):
    part = b'--x\r\nContent-Disposition: form-data%s\r\n\r\ntext\r\n'
    body = part % b"" + part % b'; name="kind"' + part % b'; filename="a.pdf"' + b"--x--\r\n"
    login = {"email": acme.emails["officer"], "password": PASSWORD}
    token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]
    answers = [context.test_client().post("/api/v1/imports/", data=body, content_type="multipart/form-data; boundary=x",
                                          headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "nameless"})
               for _time in range(2)]
    assert [(one.status_code, one.json["code"]) for one in answers] == [(422, "file_missing")] * 2
    assert answers[1].headers["Idempotent-Replay"] == "true"
