"""Enrollments over REST: the same operations, the same refusals."""

from __future__ import annotations

import datetime as dt

import pytest

from app.platform.scope import tenant_scope
from tests.enrollments.conftest import Training

D = dt.date


@pytest.fixture
def training(acme):
    """acme with its courses."""
    with tenant_scope(acme.id):
        return Training(acme)


def post(client, address, status, **body):
    answer = client.post(f"/api/v1/enrollments{address}", json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def test_a_whole_life_over_rest(acme, training, program):
    officer = program(acme, "officer")
    body = {"employee_id": str(acme.employees["employee"]), "course_id": str(training.courses["rolling"].id)}
    row = post(officer, "/", 201, **body, started_on="2026-02-01")
    assert row["result"]["state"] == "in_progress"
    assert post(officer, "/", 409, **body)["details"] == [
        {"code": "already_active", "field": "employee_id",
         "message": "There is an active enrollment in this course already."}]
    done = post(officer, f"/{row['id']}/complete", 200, completed_on="2026-02-20", score=80)
    assert (done["result"]["expires_on"], done["result"]["state"]) == ("2027-02-20", "valid")
    assert post(officer, f"/{row['id']}/fail", 409, completed_on="2026-02-20")["code"] == "not_active"
    answer = officer.put(f"/api/v1/enrollments/{row['id']}", json={"completed_on": "2026-02-21"})
    assert answer.json["result"]["expires_on"] == "2027-02-21"
    assert post(officer, f"/{row['id']}/revoke", 200, revoked_on="2026-03-01", reason="Forged")["result"][
        "state"] == "revoked"
    assert post(officer, f"/{row['id']}/reinstate", 200)["result"]["state"] == "valid"
    renewed = post(officer, f"/{row['id']}/renew", 201)
    assert renewed["result"]["renews_id"] == row["id"]
    assert post(officer, f"/{renewed['id']}/withdraw", 200, reason="No")["result"]["state"] == "withdrawn"
    assert officer.delete(f"/api/v1/enrollments/{row['id']}").status_code == 200
    assert officer.get(f"/api/v1/enrollments/{row['id']}").status_code == 404


def test_the_shape_is_checked_field_by_field(acme, training, program):
    officer = program(acme, "officer")
    answer = post(officer, "/", 422, employee_id="x", course_id=str(training.courses["rolling"].id), score=101)
    assert {error["field"] for error in answer["details"]} == {"employee_id", "score"}
    assert answer["traceId"]


def test_several_people_at_once(acme, training, program):
    officer = program(acme, "officer")
    ids = [str(one) for one in acme.employees.values()]
    body = {"course_id": str(training.courses["rolling"].id), "employee_ids": ids}
    assert len(post(officer, "/enrol", 201, **body)["ids"]) == 6
    assert len(post(officer, "/enrol", 409, **body)["details"]) == 6
    assert post(officer, "/enrol", 422, course_id=body["course_id"], employee_ids=[])["details"][0][
        "field"] == "employee_ids"


def test_me_is_only_me(acme, training, program):
    with tenant_scope(acme.id):
        mine = training.completed("rolling", D(2025, 6, 1))
        training.completed("rolling", D(2025, 6, 1), "foreman")
    result = program(acme, "employee").get("/api/v1/enrollments/me").json
    assert [row["id"] for row in result["result"]] == [str(mine.id)]
    assert program(acme, "admin").get("/api/v1/enrollments/me").json["count"] == 0


def test_everybody_reads_their_own_and_writes_nothing(acme, training, program):
    with tenant_scope(acme.id):
        mine, other = (training.completed("rolling", D(2025, 6, 1), who) for who in ("employee", "foreman"))
    employee = program(acme, "employee")
    assert [row["id"] for row in employee.get("/api/v1/enrollments/").json["result"]] == [str(mine.id)]
    assert employee.get(f"/api/v1/enrollments/{other.id}").status_code == 404
    assert employee.put(f"/api/v1/enrollments/{mine.id}", json={"score": 100}).status_code == 403
    for way in ("/", "/enrol", f"/{mine.id}/revoke", f"/{mine.id}/renew"):
        assert post(employee, way, 403)["code"] == "not_allowed"


def test_another_tenants_id_is_unknown_everywhere(acme, globex, training, program):
    with tenant_scope(acme.id):
        row = training.active("rolling")
    stranger = program(globex, "officer")
    assert stranger.get(f"/api/v1/enrollments/{row.id}").status_code == 404
    for way in ("complete", "fail", "withdraw", "revoke", "reinstate", "renew"):
        assert post(stranger, f"/{row.id}/{way}", 404, completed_on="2026-02-01", revoked_on="2026-02-01",
                    reason="x")["code"] == "not_found"


def test_lists_filter_by_state(acme, training, program):
    with tenant_scope(acme.id):
        training.completed("rolling", D(2024, 6, 1))
        valid = training.completed("rolling", D(2025, 6, 1))
    officer = program(acme, "officer")
    answer = officer.get("/api/v1/enrollments/?q=(filters:!((col:state,opr:eq,value:valid)))")
    assert [row["id"] for row in answer.json["result"]] == [str(valid.id)]
