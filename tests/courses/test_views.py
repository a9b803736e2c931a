"""The catalogue on screen and over REST."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.courses import operations
from app.platform.scope import tenant_scope
from tests.enrollments.conftest import Training

D = dt.date


@pytest.fixture
def training(acme):
    """acme with a course of each policy, and two completions of the rolling one."""
    with tenant_scope(acme.id):
        made = Training(acme)
        made.rows = [made.completed("rolling", D(2025, 6, 1)), made.completed("rolling", D(2025, 12, 1), "foreman")]
        return made


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def typed(**changes):
    return {"code": "rolling", "name": "Rolling course", "category": "technical", "delivery": "classroom",
            "validity_kind": "rolling", "validity_months": "12", "scope": "tenant", "is_active": "y"} | changes


def test_everybody_reads_the_catalogue_and_officers_change_it(acme, training, sign_in):
    employee = sign_in(acme, "employee")
    address = f"/courses/{training.courses['rolling'].id}"
    assert "Rolling course" in page(employee.get("/courses?q=roll"))
    assert "Kept course" not in page(employee.get("/courses?q=roll"))
    page(employee.get(address))
    for method, way in (("get", "/courses/add"), ("get", f"{address}/edit"), ("post", f"{address}/delete")):
        assert getattr(employee, method)(way).status_code == 403


def test_a_course_is_added_with_every_problem_at_its_field(acme, sign_in):
    officer = sign_in(acme, "officer")
    text = page(officer.post("/courses/add", data=typed(code="N", validity_months="", validity_kind="rolling")), 422)
    assert "Say for how many months, or for how many days, it is valid." in text
    assert 'value="N"' in text
    answer = officer.post("/courses/add", data=typed(code="N"))
    assert answer.status_code == 302
    assert "This course is valid for 12 months from its completion." in page(officer.get(answer.location))


def test_a_new_policy_is_saved_once_its_consequences_were_seen(acme, training, sign_in):
    officer = sign_in(acme, "officer")
    address = f"/courses/{training.courses['rolling'].id}"
    text = page(officer.post(f"{address}/edit", data=typed(validity_months="6")))
    assert "This moves 2 expiries" in text
    assert "2 will expire earlier than now." in text
    assert "1 that counts today will have expired." in text
    assert "valid for 12 months" in page(officer.get(address))
    seen = re.search(r'name="confirmed" value="([^"]+)"', text)[1]
    other = page(officer.post(f"{address}/edit", data=typed(validity_months="3", confirmed=seen)))
    assert "This moves 2 expiries" in other
    assert officer.post(f"{address}/edit", data=typed(validity_months="6", confirmed=seen)).status_code == 302
    assert "valid for 6 months" in page(officer.get(address))
    assert "Expired" in page(officer.get(f"/enrollments/{training.rows[0].id}"))


def test_what_moves_nothing_is_saved_at_once(acme, training, sign_in):
    officer = sign_in(acme, "officer")
    answer = officer.post(f"/courses/{training.courses['rolling'].id}/edit", data=typed(name="Renamed"))
    assert answer.status_code == 302
    answer = officer.post(f"/courses/{training.courses['kept'].id}/edit", data=typed(
        code="kept", name="Kept course", validity_months="6"))
    assert answer.status_code == 302


def test_prerequisites_stay_when_the_form_is_saved_as_it_was(acme, training, sign_in):
    officer = sign_in(acme, "officer")
    first, second = training.courses["never"], training.courses["rolling"]
    officer.post(f"/courses/{second.id}/edit", data=typed(prerequisite_ids=[str(first.id)]))
    text = page(officer.get(f"/courses/{second.id}/edit"))
    assert f'name="prerequisite_ids" value="{first.id}"' in text
    text = page(officer.post(f"/courses/{second.id}/edit", data=typed(prerequisite_ids=[str(second.id)])), 422)
    assert "A course can not come before itself" in text


def test_courses_over_rest(acme, globex, training, program):
    officer = program(acme, "officer")
    body = {"code": "R", "name": "Rest", "validity_kind": "fixed", "fixed_month": 2, "fixed_day": 30}
    answer = officer.post("/api/v1/courses/", json=body)
    assert [(one["field"], one["code"]) for one in answer.json["details"]] == [("fixed_day", "no_such_day")]
    made = officer.post("/api/v1/courses/", json=body | {"fixed_day": 28}).json
    assert made["result"]["fixed_day"] == 28
    address = f"/api/v1/courses/{made['id']}"
    assert officer.put(address, json={"name": "Renamed"}).json["result"]["name"] == "Renamed"
    assert officer.put(address, json={"validity_kind": "yearly"}).status_code == 422
    stranger = program(globex, "officer")
    assert stranger.get(address).status_code == stranger.delete(address).status_code == 404
    assert program(acme, "employee").put(address, json={"name": "Mine"}).status_code == 403
    assert officer.delete(address).status_code == 200
    assert officer.get(address).status_code == 404


def test_changing_a_policy_over_rest_moves_expiries_too(acme, training, program):
    officer = program(acme, "officer")
    officer.put(f"/api/v1/courses/{training.courses['rolling'].id}", json={"validity_months": 24})
    row = officer.get(f"/api/v1/enrollments/{training.rows[0].id}").json["result"]
    assert row["expires_on"] == "2027-06-01"


def test_what_comes_before_a_course_stands_on_its_page(acme, training, sign_in):
    officer = sign_in(acme, "officer")
    address = f"/courses/{training.courses['rolling'].id}"
    assert "<h2>Prerequisites</h2>" not in page(officer.get(address))
    officer.post(f"{address}/edit", data=typed(prerequisite_ids=[str(training.courses["never"].id)]))
    assert "Never course" in page(officer.get(address)).partition("<h2>Prerequisites</h2>")[2]


def undo_link(text):
    found = re.search(r'href="([^"]*/validity/undo[?]change=[^"]+)"', text)
    return found and found[1]


def test_a_changed_validity_is_taken_back_once_its_consequences_were_seen(acme, training, sign_in):
    officer = sign_in(acme, "officer")
    course = training.courses["rolling"]
    address = f"/courses/{course.id}"
    assert "Changes of the validity" not in page(officer.get(address))
    with tenant_scope(acme.id):
        training.do(operations.update_course, course.id, validity_months=6, grace_days=3)
    link = undo_link(page(officer.get(address)))
    text = page(officer.get(link))
    assert "This moves 2 expiries" in text and "2 will expire later than now." in text
    assert "Employee Acme" in text and "<del>6</del> <ins>12</ins>" in text
    sent = dict(re.findall(r'name="(change|confirmed)" value="([^"]+)"', text))
    assert "This moves 2 expiries" in page(officer.post(f"{address}/validity/undo", data=sent | {"confirmed": "x"}))
    assert officer.post(f"{address}/validity/undo", data=sent).status_code == 302
    text = page(officer.get(address))
    assert "valid for 12 months" in text and "Taken back" in text and undo_link(text) is None
    assert "1 Jun 2026" in page(officer.get(f"/enrollments/{training.rows[0].id}"))
    officer.post(f"{address}/validity/undo", data=sent)
    assert "valid for 12 months" in page(officer.get(address))
    employee = sign_in(acme, "employee")
    assert "Changes of the validity" not in page(employee.get(address))
    assert employee.get(link).status_code == 403


def test_a_validity_is_asked_about_and_taken_back_over_rest(acme, training, program):
    officer = program(acme, "officer")
    address = f"/api/v1/courses/{training.courses['rolling'].id}"
    asked = officer.post(f"{address}/changes/preview", json={"validity_months": 6}).json["result"]
    assert (asked["total"], asked["moved"], asked["earlier"], asked["expired"]) == (2, 2, 2, 1)
    assert asked["named"][0]["expires_on"] > asked["named"][0]["would_expire_on"]
    refused = officer.post(f"{address}/changes/preview", json={"validity_months": 6, "validity_days": 3})
    assert (refused.status_code, refused.json["code"]) == (422, "validity_twice")
    for months in (6, 9):
        officer.put(address, json={"validity_months": months})
    second, first = officer.get(f"{address}/changes").json["result"]
    assert first["changes"] == {"validity_months": [12, 6]} and second["changes"] == {"validity_months": [6, 9]}
    undo = f"{address}/changes/undo"
    assert officer.post(undo, json={"change_id": first["id"]}).json["code"] == "change_not_latest"
    assert officer.post(undo, json={"change_id": second["id"]}).json["result"]["validity_months"] == 6
    assert officer.post(undo, json={"change_id": second["id"]}).status_code == 409
    assert officer.post(undo, json={"change_id": first["id"]}).json["result"]["validity_months"] == 12
    row = officer.get(f"/api/v1/enrollments/{training.rows[0].id}").json["result"]
    assert row["expires_on"] == "2026-06-01"
    assert officer.post(undo, json={"change_id": str(training.rows[0].id)}).status_code == 404
    assert program(acme, "employee").post(undo, json={"change_id": first["id"]}).status_code == 403
