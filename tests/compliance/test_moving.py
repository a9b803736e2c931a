"""A move says first what the person will have to have."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from app.compliance import moving
from app.compliance.pairs import pair_states
from app.organisation import moves
from app.organisation import operations as organisation
from app.organisation.models import Department
from app.platform import clock
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.compliance.conftest import Matrix
from tests.compliance.test_views import page
from tests.conftest import NOW

D = dt.date


@pytest.fixture
def matrix(acme):
    """Fire is required of the plant, crane of fitters within 30 days, code of everybody."""
    with tenant_scope(acme.id):
        made = Matrix(acme)
        made.require("fire", department_id=made.places["plant"].id)
        made.require("crane", job_role_id=made.fitter.id, grace_days=30)
        made.require("code")
    return made


def test_requirements_come_and_go_with_the_place(acme, matrix):
    with tenant_scope(acme.id), time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        matrix.completed("fire", D(2026, 1, 1), "manager")
        place = {"department_id": matrix.places["shop"].id, "grade_id": None, "job_role_id": matrix.fitter.id}
        moves = moving.moves_of_place(acme.employee("manager"), place)
        assert (moves.gained, moves.lost, moves.missing) == (2, 0, 1)
        assert [(one.course.code, one.state, one.due_on) for one in moves.named] == [
            ("crane", "not_started", D(2026, 4, 1)), ("fire", "valid", D(2026, 3, 2))]
        away = moving.moves_of_place(acme.employee("employee"), dict.fromkeys(place))
        assert (away.gained, away.lost) == (0, 2)


def test_the_form_shows_it_before_it_saves(acme, matrix, sign_in):
    who = acme.employees["manager"]
    sent = {"number": "E3", "name": "Manager Acme", "is_active": "y", "department_id": str(matrix.places["shop"].id),
            "job_role_id": str(matrix.fitter.id), "grade_id": ""}
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        officer = sign_in(acme, "officer")
        text = page(officer.post(f"/users/{who}/edit", data=sent))
        mark = re.search(r'name="confirmed" value="([^"]+)"', text)[1]
        with tenant_scope(acme.id):
            assert acme.employee("manager").job_role_id is None
        assert officer.post(f"/users/{who}/edit", data=sent | {"confirmed": mark}).status_code == 302
    assert "Required from now on" in text and "Crane" in text and "due from 1 Apr 2026" in text
    with tenant_scope(acme.id):
        assert acme.employee("manager").job_role_id == matrix.fitter.id


def test_what_is_due_on_another_day_is_shown_too(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        matrix.require("code", job_role_id=matrix.fitter.id, grade_id=matrix.g5.id)
        matrix.require("fire", department_id=matrix.places["office"].id, grace_days=20)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        with tenant_scope(acme.id):
            place = {"department_id": matrix.places["office"].id, "grade_id": None, "job_role_id": matrix.fitter.id}
            [said] = moving.moves_of_place(acme.employee("employee"), place).named
            assert (said.kind, said.course.code, said.was_due_on, said.due_on) == (
                "moved", "fire", D(2026, 1, 1), D(2026, 3, 22))
        text = page(sign_in(acme, "officer").post(f"/users/{acme.employees['employee']}/edit", data={
            "number": "E5", "name": "Employee Acme", "is_active": "y", "job_role_id": str(matrix.fitter.id),
            "department_id": str(matrix.places["office"].id)}))
    assert "Another due day" in text and "<del>1 Jan 2026</del> 22 Mar 2026" in text


def test_somebody_who_is_put_right_on_the_day_of_the_slip_is_told_the_day_that_stays(acme, matrix):
    with tenant_scope(acme.id), time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        was = {name: getattr(acme.employee("employee"), name) for name in ("department_id", "grade_id", "job_role_id")}
        matrix.move("employee", job_role_id=None)
        [said] = moving.moves_of_place(acme.employee("employee"), was).named
        assert (said.kind, said.course.code, said.due_on) == ("gained", "crane", D(2026, 1, 31))


def test_what_moves_nothing_is_saved_at_once(acme, matrix, sign_in):
    who = acme.employees["outsider"]
    sent = {"number": "E6", "name": "Outsider Acme", "is_active": "y", "department_id": str(matrix.places["office"].id)}
    assert sign_in(acme, "officer").post(f"/users/{who}/edit", data=sent).status_code == 302


def test_a_move_is_taken_back_once_it_was_seen_what_that_requires(acme, matrix, sign_in):
    officer, who = sign_in(acme, "officer"), acme.employees["employee"]
    address = f"/users/{who}"
    assert "/moves/undo" not in page(officer.get(f"/users/{acme.employees['outsider']}"))
    with tenant_scope(acme.id):
        matrix.move("employee", department_id=matrix.places["office"].id, job_role_id=None, name="Renamed Acme")
    text = page(officer.get(address))
    assert "Job role: <del>Fitter</del> <ins>–</ins>" in text
    link = re.search(r'href="([^"]*/moves/undo[?]change=[^"]+)"', text)[1]
    text = page(officer.get(link))
    assert "Required from now on" in text and "Crane" in text and "Fire" in text
    assert "due as before the move" in text and "due from" not in text
    sent = dict(re.findall(r'name="(change|confirmed)" value="([^"]+)"', text))
    assert officer.post(f"{address}/moves/undo", data=sent).status_code == 302
    with tenant_scope(acme.id):
        back = acme.employee("employee")
        assert (back.department_id, back.job_role_id) == (matrix.places["shop"].id, matrix.fitter.id)
        assert back.name == "Renamed Acme"
    text = page(officer.get(address))
    assert "Taken back" in text
    officer.post(f"{address}/moves/undo", data=sent)
    assert "This was taken back or changed again since." in page(officer.get(address))
    officer.get(f"{address}/moves/undo?change=nothing")
    assert "There is no such change." in page(officer.get(address))
    assert sign_in(acme, "foreman").get(link).status_code == 403


def test_who_is_put_back_gains_no_new_grace(acme, matrix):
    with tenant_scope(acme.id):
        who = [acme.employees["employee"]]

        def due():
            pairs = db.session.execute(pair_states(clock.today(), only=lambda column: column.in_(who)))
            return {row.course_id: row.due_on for row in pairs}

        before = due()
        with time_machine.travel(NOW + dt.timedelta(days=4), tick=False):
            matrix.move("employee", job_role_id=None)
        with time_machine.travel(NOW + dt.timedelta(days=19), tick=False):
            [change, *_earlier] = moves.moves_of(who[0])
            matrix.do(moves.undo_move, who[0], change_id=change.id)
            assert due() == before


def test_moves_over_rest(acme, globex, matrix, program):
    officer, who = program(acme, "officer"), acme.employees["employee"]
    office = str(matrix.places["office"].id)
    officer.put(f"/api/v1/users/{who}", json={"department_id": office})
    [change, *_earlier] = officer.get(f"/api/v1/users/{who}/changes").json["result"]
    assert change["changes"] == {"department_id": [str(matrix.places["shop"].id), office]}
    address, sent = f"/api/v1/users/{who}/changes/undo", {"change_id": change["id"]}
    assert program(globex, "officer").post(address, json=sent).status_code == 404
    assert program(acme, "foreman").post(address, json=sent).status_code == 403
    assert officer.post(address, json=sent).json["result"]["department_id"] == str(matrix.places["shop"].id)
    assert officer.post(address, json=sent).json["code"] == "change_not_latest"


def test_a_department_moves_people_under_other_requirements_by_name(acme, matrix):
    with tenant_scope(acme.id):
        matrix.completed("fire", D(2026, 1, 1))
        shop, office = matrix.places["shop"], matrix.places["office"]
        out = moving.moves_of_department(shop, office.id)
        assert (out.gained, out.lost, out.moved) == (0, 2, 0)
        assert {(one.employee.name, one.course.code, one.state) for one in out.named} == {
            ("Employee Acme", "fire", "valid"), ("Foreman Acme", "fire", "not_started")}
        into = moving.moves_of_department(office, matrix.places["plant"].id)
        assert (into.gained, into.lost, into.missing) == (1, 0, 1)
        assert [(one.employee.name, one.course.code) for one in into.named] == [("Manager Acme", "fire")]
        assert moving.moves_of_department(matrix.places["plant"], None).total == 0
        matrix.require("code", department_id=office.id, grace_days=9)
        matrix.require("crane", department_id=office.id)
        whole = moving.moves_of_department(matrix.places["plant"], office.id)
        assert (whole.gained, whole.lost) == (0, 0) and whole.moved == 2  # the people of the shop, which is part of it
        before = set(db.session.execute(pair_states(clock.today())).all())
        matrix.do(organisation.update_department, shop.id, parent_id=office.id)
        assert len(before) - len(db.session.execute(pair_states(clock.today())).all()) == out.lost


def test_the_form_of_a_department_shows_it_before_it_saves_and_it_can_be_taken_back(acme, matrix, sign_in):
    officer, shop = sign_in(acme, "officer"), matrix.places["shop"]
    address = f"/departments/{shop.id}"
    sent = {"code": "shop", "name": "Shop", "is_active": "y", "parent_id": str(matrix.places["office"].id)}
    text = page(officer.post(f"{address}/edit", data=sent))
    assert "2 people will not have to have it any more." in text and "Employee Acme" in text
    mark = re.search(r'name="confirmed" value="([^"]+)"', text)[1]
    assert officer.post(f"{address}/edit", data=sent | {"confirmed": mark}).status_code == 302
    text = page(officer.get(address))
    assert "Part of: <del>Plant</del> <ins>Office</ins>" in text
    text = page(officer.get(re.search(r'href="([^"]*/moves/undo[?]change=[^"]+)"', text)[1]))
    assert "2 people will have to have it." in text and "2 of them lack it." in text
    seen = dict(re.findall(r'name="(change|confirmed)" value="([^"]+)"', text))
    assert officer.post(f"{address}/moves/undo", data=seen).status_code == 302
    with tenant_scope(acme.id):
        assert db.session.get(Department, shop.id).parent_id == matrix.places["plant"].id
    assert officer.post(f"{address}/edit", data=sent | {"name": "Shed", "parent_id": str(matrix.places["plant"].id)}
                        ).status_code == 302  # a name moves nobody
    assert "/moves/undo" not in page(sign_in(acme, "foreman").get(address))


def test_moves_are_foretold_over_rest(acme, globex, matrix, program):
    officer, shop, office = program(acme, "officer"), matrix.places["shop"].id, str(matrix.places["office"].id)
    address = f"/api/v1/departments/{shop}"
    told = officer.post(f"{address}/changes/preview", json={"parent_id": office}).json["result"]
    assert (told["gained"], told["lost"], {one["name"] for one in told["named"]}) == (
        0, 2, {"Employee Acme", "Foreman Acme"})
    assert officer.post(f"{address}/changes/preview", json={"parent_id": str(shop)}).json["code"] == "department_cycle"
    assert program(globex, "officer").post(f"{address}/changes/preview", json={"parent_id": None}).status_code == 404
    who = f"/api/v1/users/{acme.employees['employee']}/changes/preview"
    assert officer.post(who, json={"job_role_id": None}).json["result"]["lost"] == 1
    assert officer.post(who, json={}).json["result"]["named"] == []
    officer.put(address, json={"parent_id": office})
    [change] = officer.get(f"{address}/changes").json["result"]
    undo = {"change_id": change["id"]}
    assert program(acme, "foreman").post(f"{address}/changes/undo", json=undo).status_code == 403
    assert officer.post(f"{address}/changes/undo", json=undo).json["result"]["parent_id"] == str(
        matrix.places["plant"].id)
