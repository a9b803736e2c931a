"""Renewals over REST: the same operations, the same refusals."""

from __future__ import annotations

import io

import pytest

from app.organisation import delegation
from app.renewals import queries
from tests.renewals.conftest import TODAY

REQUESTS, WORKFLOW = "/api/v1/renewal-requests", "/api/v1/workflow"


@pytest.fixture
def asked(renewals):
    """Two requests that wait for the foreman."""
    return [renewals.ask(), renewals.ask(course="technical")]


def test_ask_look_and_withdraw(renewals, program):
    old = renewals.certificate()
    me = program(renewals.acme, "employee")
    answer = me.post(f"{REQUESTS}/", json={"enrollment_id": str(old.id), "reason": "Runs out"})
    assert answer.status_code == 201, answer.json
    address = f"{REQUESTS}/{answer.json['id']}"
    assert me.get(address).json["result"]["status"] == "pending"
    assert me.post(f"{REQUESTS}/", json={"enrollment_id": str(old.id)}).json["code"] == "already_requested"
    assert me.post(f"{address}/withdraw", json={}).json["result"]["status"] == "withdrawn"
    assert [line["event"] for line in me.get(f"{address}/log").json["result"]] == ["requested", "opened", "withdrawn"]


def test_what_waits_for_me(renewals, asked, program):
    mine = program(renewals.acme, "foreman").get(f"{REQUESTS}/pending").json
    assert mine["count"] == 2
    assert {one["person"] for one in mine["result"]} == {"Employee Acme"}
    assert {one["request"]["id"] for one in mine["result"]} == {str(one.id) for one in asked}
    assert program(renewals.acme, "manager").get(f"{REQUESTS}/pending").json["count"] == 0


def test_decide_by_request(renewals, asked, program):
    foreman, manager = program(renewals.acme, "foreman"), program(renewals.acme, "manager")
    address = f"{REQUESTS}/{asked[0].id}"
    assert manager.post(f"{address}/approve", json={}).json["code"] == "not_yours"
    assert foreman.post(f"{address}/reject", json={}).status_code == 422
    assert foreman.post(f"{address}/approve", json={"comment": "Yes"}).status_code == 200
    again = foreman.post(f"{address}/approve", json={"comment": "Yes"})
    assert (again.status_code, again.json["code"]) == (409, "already_decided")
    assert manager.post(f"{address}/approve", json={}).json["result"]["status"] == "approved"


def test_who_may_decide_both_steps_decides_one_with_each_call(renewals, asked, program):
    """A retried call must not decide the next step as well; who names the step decides that one."""
    renewals.do(delegation.create_delegation, "manager", delegate_id=renewals.acme.employees["foreman"],
                starts_on=TODAY, ends_on=TODAY)
    foreman, address = program(renewals.acme, "foreman"), f"{REQUESTS}/{asked[0].id}"
    assert foreman.post(f"{address}/approve", json={}).status_code == 200
    assert foreman.post(f"{address}/approve", json={}).json["code"] == "already_decided"
    step = renewals.open_step(asked[0])
    assert foreman.post(f"{REQUESTS}/{asked[1].id}/approve", json={"step_id": str(step.id)}).status_code == 404
    named = foreman.post(f"{address}/approve", json={"step_id": str(step.id)})
    assert named.json["result"]["status"] == "approved"


def test_ask_back_and_answer(renewals, asked, program):
    foreman, employee = program(renewals.acme, "foreman"), program(renewals.acme, "employee")
    address = f"{REQUESTS}/{asked[0].id}"
    assert foreman.post(f"{address}/return", json={"question": "Where?"}).json["result"]["question"] == "Where?"
    assert employee.post(f"{address}/answer", json={"answer": "Here"}).json["result"]["status"] == "pending"


def test_reassign(renewals, asked, program):
    body = {"employee_id": str(renewals.acme.employees["outsider"])}
    address = f"{REQUESTS}/{asked[0].id}/reassign"
    assert program(renewals.acme, "foreman").post(address, json=body).status_code == 403
    assert program(renewals.acme, "officer").post(address, json=body).status_code == 200
    assert renewals.open_step(asked[0]).assignee_id == renewals.acme.employees["outsider"]


def test_many_at_once_and_back(renewals, asked, program):
    foreman = program(renewals.acme, "foreman")
    ids = [str(renewals.open_step(one).id) for one in asked]
    answer = foreman.post(f"{WORKFLOW}/decisions", json={"step_ids": ids, "verdict": "approved"})
    assert (answer.status_code, answer.json["result"]["answers"]) == (200, dict.fromkeys(ids, "approved"))
    address = f"{WORKFLOW}/decisions/{answer.json['id']}"
    assert foreman.get(address).json["result"]["done"] == 2
    assert program(renewals.acme, "manager").get(address).status_code == 404
    assert foreman.post(f"{address}/undo").json["result"]["standing"] == {}
    assert {renewals.open_step(one).kind for one in asked} == {"foreman"}


def test_steps_and_requests_of_others_are_not_there(renewals, asked, program):
    outsider = program(renewals.acme, "outsider")
    assert outsider.get(f"{REQUESTS}/").json["count"] == outsider.get(f"{WORKFLOW}/").json["count"] == 0
    assert outsider.get(f"{REQUESTS}/{asked[0].id}").status_code == 404
    assert outsider.get(f"{WORKFLOW}/{queries.open_step(asked[0].id).id}").status_code == 404
    assert program(renewals.acme, "manager").get(f"{REQUESTS}/").json["count"] == 2


def test_files_go_with_a_request_from_whoever_asked_to_whoever_sees_it(renewals, globex, asked, program):
    people = {who: program(renewals.acme, who) for who in ("employee", "foreman", "officer", "outsider")}
    people["another's officer"] = program(globex, "officer")
    address = f"{REQUESTS}/{asked[0].id}/evidence"

    def send(who, content=b"%PDF-1.4 a card"):
        return people[who].post(address, data={"file": (io.BytesIO(content), "card.pdf")})

    kept = send("employee").json
    answers = {who: (client.get(address).status_code, client.get(f"{address}/{kept['id']}").status_code,
                     send(who).status_code) for who, client in people.items()}
    assert answers == {"employee": (200, 200, 201), "foreman": (200, 200, 403), "officer": (200, 200, 201),
                       "outsider": (404, 404, 404), "another's officer": (404, 404, 404)}
    assert people["foreman"].get(address).json["count"] == 3
    file = people["foreman"].get(f"{address}/{kept['id']}")
    assert (file.data, file.mimetype) == (b"%PDF-1.4 a card", "application/pdf")
    assert (send("foreman").json["code"], send("employee", b"MZ a program").json["code"]) == (
        "not_requester", "file_kind")
    assert people["employee"].get(f"{REQUESTS}/{asked[1].id}/evidence/{kept['id']}").status_code == 404
    people["employee"].post(f"{REQUESTS}/{asked[0].id}/withdraw", json={})
    assert (send("employee").status_code, send("employee").json["code"]) == (409, "not_live")
