"""What an officer sees and does on screen: preview, save, take back."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.compliance import arrangements, queries, waivers
from app.platform.scope import tenant_scope
from tests.compliance.conftest import Matrix

D = dt.date


@pytest.fixture
def matrix(acme):
    """acme with courses and departments; enter the tenant where rows are made."""
    return Matrix(acme)


def page(answer, status=200):
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:1500]
    return text


def confirmed(text):
    return re.search(r'name="confirmed" value="([^"]+)"', text)[1]


def test_requiring_shows_first_whom_it_moves_and_asks_again_when_that_changed(acme, matrix, sign_in):
    officer = sign_in(acme, "officer")
    sent = {"course_id": str(matrix.courses["fire"].id), "job_role_id": str(matrix.fitter.id), "grace_days": "0"}
    text = page(officer.post("/requirements/add", data=sent))
    assert "Employee Acme" in text and "Foreman Acme" in text and "2 people will have to have it." in text
    seen = confirmed(text)
    with tenant_scope(acme.id):
        matrix.completed("fire", D(2026, 1, 1))
    assert confirmed(page(officer.post("/requirements/add", data=sent | {"confirmed": seen}))) != seen
    answer = officer.post("/requirements/add", data=sent | {"confirmed": "2/0/0/1"})
    assert answer.status_code == 302
    assert "Fire" in page(officer.get(answer.location))


def test_a_refusal_keeps_what_was_typed(acme, matrix, sign_in):
    text = page(sign_in(acme, "officer").post("/requirements/add", data={"grace_days": "abc"}), 422)
    assert "Fill this in." in text and "Enter a whole number." in text and 'value="abc"' in text


def test_a_change_and_its_way_back(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        row = matrix.require("fire", job_role_id=matrix.fitter.id)
    officer = sign_in(acme, "officer")
    sent = {"course_id": str(row.course_id), "department_id": str(matrix.places["office"].id), "grace_days": "0"}
    text = page(officer.post(f"/requirements/{row.id}/edit", data=sent))
    assert "2 people will not have to have it any more." in text
    officer.post(f"/requirements/{row.id}/edit", data=sent | {"confirmed": confirmed(text)})
    changes = page(officer.get("/requirements/changes"))
    [first, _added] = re.findall(r"/requirements/changes/([0-9a-f-]+)/undo", changes)
    address = f"/requirements/changes/{first}/undo"
    text = page(officer.get(address))
    assert "2 people will have to have it." in text and "Employee Acme" in text
    assert "Taken back" not in page(officer.get("/requirements/changes"))
    assert officer.post(address, data={"confirmed": confirmed(text)}).status_code == 302
    assert officer.get(address).location == "/requirements/changes"
    assert "Taken back" in page(officer.get("/requirements/changes"))
    with tenant_scope(acme.id):
        assert [one.job_role_id for one in queries.spans(row.rule_id)] == [matrix.fitter.id]


def test_a_rule_and_its_changes_say_whom_they_are_about(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        matrix.require("fire", job_role_id=matrix.fitter.id)
        matrix.require("code")
    officer = sign_in(acme, "officer")
    cells = [re.sub(r"<[^>]+>|\s+", " ", one).split() for one in re.findall(
        r'data-label="(?:Department|Job role|Grade)"[^>]*>(.*?)</td>', page(officer.get("/requirements")), re.S)]
    assert cells.count(["All"]) == 5 and ["Fitter"] in cells
    whom = re.findall(r'data-label="For whom">(.*?)</td>', page(officer.get("/requirements/changes")))
    assert whom == ["Everybody", "Fitter"]


def test_ending_is_previewed_too(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        row = matrix.require("fire", job_role_id=matrix.fitter.id)
    officer = sign_in(acme, "officer")
    text = page(officer.post(f"/requirements/{row.id}/end", data={}))
    assert officer.post(f"/requirements/{row.id}/end", data={"confirmed": confirmed(text)}).status_code == 302
    with tenant_scope(acme.id):
        assert [one.valid_until for one in queries.spans(row.rule_id)] == [D(2026, 2, 28)]


def test_a_foreman_sees_the_waivers_of_the_crew_only(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        for who in ("employee", "manager"):
            matrix.do(waivers.grant_waiver, employee_id=acme.employees[who], course_id=matrix.courses["fire"].id,
                      reason=f"Reason of {who}")
    text = page(sign_in(acme, "foreman").get("/waivers"))
    assert "Reason of employee" in text and "Reason of manager" not in text
    assert sign_in(acme, "foreman").get("/waivers/add").status_code == 403
    assert "Reason of employee" in page(sign_in(acme, "employee").get("/waivers"))


def test_a_waiver_is_granted_from_a_link_and_ended(acme, matrix, sign_in):
    officer = sign_in(acme, "officer")
    who, course = acme.employees["employee"], matrix.courses["fire"].id
    assert "Employee Acme" in page(officer.get(f"/waivers/add?employee_id={who}&course_id={course}"))
    answer = officer.post("/waivers/add", data={"employee_id": who, "course_id": course, "reason": "On loan"})
    assert answer.status_code == 302
    assert officer.post(f"{answer.location}/end", data={}).status_code == 302
    assert "1 Mar 2026" in page(officer.get(answer.location))


def test_the_page_of_a_certificate_says_what_its_expiry_would_break(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        matrix.do(arrangements.add_coverage_need, course_id=matrix.courses["fire"].id, minimum=1,
                  department_id=matrix.places["shop"].id)
        row = matrix.completed("fire", D(2025, 4, 1))
    said = "Fire – Shop needs 1 and has 0 from 2 Apr 2026 on."
    assert said in page(sign_in(acme, "foreman").get(f"/enrollments/{row.id}"))
    assert said not in page(sign_in(acme, "employee").get(f"/enrollments/{row.id}"))
    with tenant_scope(acme.id):
        matrix.completed("fire", D(2026, 2, 1), "foreman")
    assert said not in page(sign_in(acme, "officer").get(f"/enrollments/{row.id}"))


def test_coverage_says_how_it_stands_on_any_day(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        matrix.do(arrangements.add_coverage_need, course_id=matrix.courses["fire"].id, minimum=1,
                  department_id=matrix.places["shop"].id)
        matrix.completed("fire", D(2025, 4, 1))
    officer = sign_in(acme, "officer")
    text = page(officer.get("/coverage/standing"))
    assert "Just enough" in text and "2 Apr 2026" in text and "Employee Acme" in text
    assert "1 missing" in page(officer.get("/coverage/standing?day=2026-04-02"))
    page(officer.get("/coverage/standing?day=garbage"))
    for who, is_told in (("officer", True), ("foreman", True), ("employee", False)):
        assert ("Coverage at risk" in page(sign_in(acme, who).get("/"))) is is_told
    assert "No coverage need" in page(sign_in(acme, "manager").get("/coverage/standing?day=0001-01-01"))


def test_rest_does_what_the_screens_do(acme, matrix, context):
    from tests.conftest import PASSWORD

    client = context.test_client()
    answer = client.post("/api/auth/login", json={"email": acme.emails["officer"], "password": PASSWORD})
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['accessToken']}"

    def ask(method, path, status, **body):
        answer = client.open(f"/api/v1{path}", method=method, json=body)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    fire = str(matrix.courses["fire"].id)
    row = ask("POST", "/requirements/", 201, course_id=fire, job_role_id=str(matrix.fitter.id))
    assert ask("POST", "/requirements/", 409, course_id=fire, job_role_id=str(matrix.fitter.id))[
        "code"] == "requirement_exists"
    asked = ask("POST", f"/requirements/{row['id']}/preview", 200, grace_days=30)["result"]
    assert (asked["gained"], asked["lost"], asked["moved"]) == (0, 0, 2)
    assert {(one["name"], one["was_due_on"], one["due_on"]) for one in asked["named"]} == {
        (f"{who} Acme", "2026-03-01", "2026-03-31") for who in ("Employee", "Foreman")}
    assert ask("POST", f"/requirements/{row['id']}/end/preview", 200)["result"]["lost"] == 2
    crane = str(matrix.courses["crane"].id)
    assert ask("POST", "/requirements/preview", 200, course_id=crane)["result"]["missing"] >= 2
    ask("POST", "/requirements/preview", 409, course_id=fire, job_role_id=str(matrix.fitter.id))
    changed = ask("PUT", f"/requirements/{row['id']}", 200, grace_days=30)
    assert changed["result"]["grace_days"] == 30
    ask("POST", f"/requirements/{changed['id']}/undo", 200)
    ask("PUT", f"/requirements/{row['id']}", 404, grace_days=3)
    assert [(one["kind"], one["is_undone"]) for one in ask("GET", "/requirements/changes", 200)["result"]] == [
        ("undone", False), ("changed", True), ("added", False)]
    assert ask("GET", "/requirements/", 200)["count"] == 1
    pair = {"employee_id": str(acme.employees["employee"]), "course_id": fire}
    waiver = ask("POST", "/waivers/", 201, **pair, reason="On loan")
    assert ask("POST", f"/waivers/{waiver['id']}/end", 200)["result"]["ended_on"] == "2026-03-01"
    need = ask("POST", "/coverage/", 201, course_id=fire, minimum=2)
    [standing] = ask("GET", "/coverage/standing", 200)["result"]
    assert (standing["id"], standing["valid"], standing["spare"]) == (need["id"], 0, -2)
    ask("POST", "/equivalences/", 201, course_id=fire, counted_id=str(matrix.courses["crane"].id))
