"""What people see and do on screen."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.enrollments import operations, queries
from app.enrollments.models import Enrollment
from app.organisation import operations as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.enrollments.conftest import Training

D = dt.date


@pytest.fixture
def training(acme):
    """acme with its courses; enter the tenant where rows are made."""
    with tenant_scope(acme.id):
        return Training(acme)


@pytest.fixture
def inside(acme, training):
    """The tenant entered for the setup of a test."""
    return lambda: tenant_scope(acme.id)


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def listed(client, address):
    return re.findall(r'<tr data-opens="/enrollments/([^"]+)"', page(client.get(address)))


@pytest.fixture
def history(training, inside):
    """One certificate in each state that dates give, and an active enrollment."""
    with inside():
        return {
            "valid": training.completed("rolling", D(2026, 1, 1)).id,
            "expiring_soon": training.completed("grace", D(2025, 3, 14)).id,
            "grace": training.completed("grace", D(2025, 2, 20), "foreman").id,
            "expired": training.completed("rolling", D(2024, 2, 20), "manager").id,
            "in_progress": training.active("kept", "outsider").id,
        }


def test_the_list_shows_states_and_days_left(acme, training, history, sign_in):
    text = page(sign_in(acme, "officer").get("/enrollments"))
    for word in ("Valid", "Expiring", "In grace", "Expired", "In progress", "13 days left"):
        assert word in text, word


def test_each_state_is_a_filter(acme, training, history, sign_in):
    officer = sign_in(acme, "officer")
    for state, row_id in history.items():
        assert listed(officer, f"/enrollments?_flt_0_state={state}") == [str(row_id)], state
        assert str(row_id) not in listed(officer, f"/enrollments?_flt_1_state={state}"), state
    assert listed(officer, "/enrollments?_flt_0_state=nonsense") == []


def test_filters_by_person_course_department_and_dates(acme, training, history, inside, sign_in):
    with inside(), unit_of_work():
        hse = organisation.create_department(acme.actor("officer"), code="HSE", name="Safety")
        organisation.update_employee(acme.actor("officer"), acme.employees["foreman"], department_id=hse.id)
    officer = sign_in(acme, "officer")

    def found(query):
        return set(listed(officer, f"/enrollments?{query}"))

    assert found(f"_flt_0_department={hse.id}") == {str(history["grace"])}
    assert found("_flt_0_department=garbage") == set()
    assert found(f"_flt_0_employee={acme.employees['manager']}") == {str(history["expired"])}
    assert found(f"_flt_0_course={training.courses['kept'].id}") == {str(history["in_progress"])}
    assert found("_flt_0_status=active") == {str(history["in_progress"])}
    assert found("_flt_1_completed_on=2025-12-31") == {str(history["valid"])}  # later than


def test_words_find_people_and_courses_together(acme, training, history, sign_in):
    officer = sign_in(acme, "officer")
    assert set(listed(officer, "/enrollments?q=employee+grace")) == {str(history["expiring_soon"])}
    assert set(listed(officer, "/enrollments?q=roll")) == {str(history["valid"]), str(history["expired"])}
    assert listed(officer, "/enrollments?q=rolling+nobody") == []


def test_a_foreman_sees_the_crew_and_an_employee_only_the_own(acme, training, history, sign_in):
    seen = {who: set(listed(sign_in(acme, who), "/enrollments")) for who in ("foreman", "employee", "outsider")}
    assert seen["foreman"] == {str(history[key]) for key in ("valid", "expiring_soon", "grace")}
    assert seen["employee"] == {str(history[key]) for key in ("valid", "expiring_soon")}
    assert seen["outsider"] == {str(history["in_progress"])}
    employee = sign_in(acme, "employee")
    assert employee.get(f"/enrollments/{history['valid']}").status_code == 200
    assert employee.get(f"/enrollments/{history['grace']}").status_code == 404
    assert employee.get("/enrollments/add").status_code == 403
    assert employee.post(f"/enrollments/{history['valid']}/revoke", data={}).status_code == 403


def test_another_tenants_enrollment_is_as_unknown_as_any(acme, globex, training, history, sign_in):
    with tenant_scope(globex.id):
        Training(globex)
    officer = sign_in(globex, "officer")
    for way in ("", "/edit", "/complete", "/fail", "/withdraw", "/revoke", f"/evidence/{history['valid']}"):
        assert officer.get(f"/enrollments/{history['valid']}{way}").status_code == 404, way
    for way in ("/delete", "/restore", "/renew", "/reinstate", "/evidence", "/complete"):
        answer = officer.post(f"/enrollments/{history['valid']}{way}")
        assert answer.status_code == (403 if way == "/restore" else 404), way


def test_the_page_says_why_in_words_and_shows_the_history(acme, training, inside, sign_in):
    with inside():
        old = training.completed("kept", D(2025, 3, 14))
        new = training.completed("kept", D(2026, 2, 2))
    text = page(sign_in(acme, "officer").get(f"/enrollments/{new.id}"))
    assert "It was renewed 40 days before the expiry on 14 March 2026, within the window of 60 days" in text
    assert "The certificate is valid until 14 March 2027, that day included." in text
    assert f"/enrollments/{old.id}" in text
    assert "Renews an earlier one." in text


def test_only_administrators_see_the_trail_on_the_page(acme, training, history, sign_in):
    address = f"/enrollments/{history['valid']}"
    assert "<h2>Audit</h2>" in page(sign_in(acme, "admin").get(address))
    assert "<h2>Audit</h2>" not in page(sign_in(acme, "officer").get(address))


def test_twelve_people_are_enrolled_in_one_go(acme, training, inside, sign_in):
    officer = sign_in(acme, "officer")
    people = list(acme.employees.values())
    chosen = page(officer.get(f"/enrollments/enrol?course_id={training.courses['rolling'].id}"))
    assert "Rolling course" in chosen
    answer = officer.post("/enrollments/enrol", data={"course_id": training.courses["rolling"].id,
                                                      "employee_ids": people})
    assert answer.status_code == 302
    text = page(officer.get(answer.location))
    assert "6 people were enrolled." in text
    again = page(officer.post("/enrollments/enrol", data={"course_id": training.courses["rolling"].id,
                                                          "employee_ids": people[:1]}), 422)
    assert "There is an active enrollment in this course already." in again


def test_the_steps_of_an_enrollment_on_screen(acme, training, inside, sign_in):
    officer = sign_in(acme, "officer")
    with inside():
        done, lost, left = (training.active(code, started_on=D(2026, 2, 1)) for code in ("rolling", "grace", "never"))

    def step(row, name, **data):
        return officer.post(f"/enrollments/{row.id}/{name}", data=data)

    assert "This day is still to come." in page(step(done, "complete", completed_on="2026-03-09"), 422)
    assert step(done, "complete", completed_on="2026-02-20", score="88.5").status_code == 302
    assert step(lost, "fail", completed_on="2026-02-20").status_code == 302
    assert step(left, "withdraw", reason="Left the site").status_code == 302
    assert "This enrollment is over already." in page(step(done, "complete", completed_on="2026-02-21"), 422)
    assert step(done, "revoke", revoked_on="2026-02-25", reason="Forged").status_code == 302
    assert "Revoked" in page(officer.get(f"/enrollments/{done.id}"))
    assert step(done, "reinstate").status_code == 302
    renewed = step(done, "renew")
    assert "In progress" in page(officer.get(renewed.location))
    with inside():
        states = {db.session.get(Enrollment, row.id).status for row in (done, lost, left)}
        assert states == {"completed", "failed", "withdrawn"}
        assert float(db.session.get(Enrollment, done.id).score) == 88.5


def test_a_correction_does_not_overwrite_what_somebody_else_changed(acme, training, inside, sign_in):
    officer = sign_in(acme, "officer")
    with inside():
        row = training.completed("rolling", D(2025, 3, 14))
    text = page(officer.get(f"/enrollments/{row.id}/edit"))
    version = re.search(r'name="_version" value="([^"]+)"', text)[1]
    with inside(), unit_of_work():
        db.session.execute(sa.update(Enrollment).values(updated_at=dt.datetime(2026, 3, 1, 10)))
    answer = officer.post(f"/enrollments/{row.id}/edit", data={"completed_on": "2025-04-01", "_version": version})
    assert "Somebody else changed this meanwhile" in page(answer, 422)


def test_my_courses_shows_mine_and_nothing_of_others(acme, training, history, sign_in):
    text = page(sign_in(acme, "employee").get("/my-courses"))
    assert "Rolling course" in text
    assert "Grace course" in text
    assert "Kept course" not in text
    assert "Needs your attention" in text
    assert "Nothing on record yet" in page(sign_in(acme, "admin").get("/my-courses"))


def test_a_persons_page_shows_their_training_and_a_courses_page_its_people(acme, training, history, sign_in):
    officer, foreman = sign_in(acme, "officer"), sign_in(acme, "foreman")
    text = page(officer.get(f"/users/{acme.employees['employee']}"))
    assert "<h2>Training</h2>" in text
    assert "Grace course" in text
    course = f"/courses/{training.courses['rolling'].id}"
    tiles = r'<div class="tile" data-state="(\w+)">.*?<span class="figure">(\d+)</span>'
    assert dict(re.findall(tiles, page(officer.get(course)), re.DOTALL)) == {"valid": "1", "expired": "1"}
    assert dict(re.findall(tiles, page(foreman.get(course)), re.DOTALL)) == {"valid": "1"}
    assert "This course is valid for 12 months from its completion." in page(foreman.get(course))


def test_a_list_page_costs_the_same_with_many_rows(acme, training, inside, sign_in, statements):
    with inside(), unit_of_work():
        people = [{"id": Draft.new({}).id, "number": f"N{n}", "name": f"Person {n}", "tenant_id": acme.id,
                   "search_key": f" n{n} person {n}"} for n in range(300)]
        db.session.execute(sa.insert(Employee), people)
        drafts = [Draft.new({"employee_id": one["id"], "course_id": course.id, "completed_on": D(2025, 6, 1),
                             "status": "completed"}) for one in people for course in training.courses.values()]
        operations.plan_enrollments(acme.actor("officer"), drafts)
        operations.write_enrollments(acme.actor("officer"), drafts, dt.datetime(2026, 3, 1))
    officer = sign_in(acme, "officer")
    officer.get("/enrollments")
    for address in ("/enrollments", "/enrollments?size=100&_flt_0_state=expiring_soon&order=expires_on&q=person",
                    "/enrollments?order=-completed_on", f"/users/{people[0]['id']}", "/courses",
                    f"/courses/{training.courses['rolling'].id}", "/my-courses", "/api/v1/enrollments/"):
        with statements() as found:
            page(officer.get(address))
        assert len(found) <= 8, (address, found)


def test_pages_follow_each_other_by_expiry(acme, training, history, inside, sign_in):
    with inside():
        expected = [str(row_id) for row_id in db.session.scalars(
            sa.select(Enrollment.id).order_by(Enrollment.expires_on.is_(None), Enrollment.expires_on, Enrollment.id))]
    assert listed(sign_in(acme, "officer"), "/enrollments?order=expires_on") == expected


def test_a_deleted_enrollment_leaves_the_list_and_comes_back(acme, training, history, sign_in, inside):
    admin = sign_in(acme, "admin")
    address = f"/enrollments/{history['valid']}"
    admin.post(f"{address}/delete")
    assert str(history["valid"]) not in listed(admin, "/enrollments")
    assert sign_in(acme, "officer").get(address).status_code == 404
    admin.post(f"{address}/restore")
    assert str(history["valid"]) in listed(admin, "/enrollments")
    with inside():
        assert queries.enrollment(history["valid"]) is not None
