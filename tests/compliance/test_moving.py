"""A move says first what the person will have to have."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.compliance import moving
from app.platform.scope import tenant_scope
from tests.compliance.conftest import Matrix
from tests.compliance.test_views import page

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
    with tenant_scope(acme.id):
        matrix.completed("fire", D(2026, 1, 1), "manager")
        place = {"department_id": matrix.places["shop"].id, "grade_id": None, "job_role_id": matrix.fitter.id}
        moves = moving.moves_of_place(acme.employee("manager"), place)
        assert (moves.gained, moves.lost, moves.missing) == (2, 0, 1)
        assert [(one.course.code, one.state, one.due_on) for one in moves.named] == [
            ("crane", "not_started", D(2026, 3, 31)), ("fire", "valid", D(2026, 3, 1))]
        away = moving.moves_of_place(acme.employee("employee"), dict.fromkeys(place))
        assert (away.gained, away.lost) == (0, 2)


def test_the_form_shows_it_before_it_saves(acme, matrix, sign_in):
    officer, who = sign_in(acme, "officer"), acme.employees["manager"]
    sent = {"number": "E3", "name": "Manager Acme", "is_active": "y", "department_id": str(matrix.places["shop"].id),
            "job_role_id": str(matrix.fitter.id), "grade_id": ""}
    text = page(officer.post(f"/users/{who}/edit", data=sent))
    assert "Required from now on" in text and "Crane" in text and "due from 31 Mar 2026" in text
    with tenant_scope(acme.id):
        assert acme.employee("manager").job_role_id is None
    mark = re.search(r'name="confirmed" value="([^"]+)"', text)[1]
    assert officer.post(f"/users/{who}/edit", data=sent | {"confirmed": mark}).status_code == 302
    with tenant_scope(acme.id):
        assert acme.employee("manager").job_role_id == matrix.fitter.id


def test_what_moves_nothing_is_saved_at_once(acme, matrix, sign_in):
    who = acme.employees["outsider"]
    sent = {"number": "E6", "name": "Outsider Acme", "is_active": "y", "department_id": str(matrix.places["office"].id)}
    assert sign_in(acme, "officer").post(f"/users/{who}/edit", data=sent).status_code == 302
