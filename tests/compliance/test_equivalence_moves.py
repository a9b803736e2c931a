"""A change of an equivalence says first, by name, whom it moves, and can be taken back."""

from __future__ import annotations

import re

import pytest

from app.compliance import arrangements, equivalence_moves
from app.compliance.pairs import pair_states
from app.platform.db import db
from app.platform.errors import Conflict, DomainError
from app.platform.scope import tenant_scope
from tests.compliance.conftest import TODAY, Matrix
from tests.compliance.test_views import page
from tests.kpi.conftest import DAY


@pytest.fixture
def matrix(acme):
    """Fire is required of the plant; employee and foreman have the crane, the employee fire for another 15 days."""
    with tenant_scope(acme.id):
        made = Matrix(acme)
        made.require("fire", department_id=made.places["plant"].id)
        made.completed("fire", TODAY - 350 * DAY)
        made.completed("crane", TODAY - 30 * DAY)
        made.completed("crane", TODAY - 30 * DAY, "foreman")
    return made


def ids(matrix, **more):
    return {"course_id": matrix.courses["fire"].id, "counted_id": matrix.courses["crane"].id} | more


def planned(matrix, plan, *args, **values):
    found = plan(matrix.officer, *args, **values)
    return (found.covered, found.uncovered, found.moved, found.day,
            {(one.employee.name, one.kind, one.was_state, one.state) for one in found.named})


COVERED = {("Foreman Acme", "covered", "not_started", "valid"),
           ("Employee Acme", "moved", "expiring_soon", "valid")}
UNCOVERED = {(who, "uncovered" if kind == "covered" else kind, then, now) for who, kind, now, then in COVERED}


def states(matrix):
    return {(row.employee_id, row.course_id): (row.state, row.expires_on) for row in db.session.execute(pair_states())}


def test_what_is_foretold_is_what_happens(acme, matrix):
    with tenant_scope(acme.id):
        before = states(matrix)
        assert planned(matrix, equivalence_moves.plan_addition, **ids(matrix)) == (1, 0, 1, TODAY, COVERED)
        assert states(matrix) == before
        foretold = equivalence_moves.plan_addition(matrix.officer, **ids(matrix))
        row = matrix.do(arrangements.add_equivalence, **ids(matrix))
        after = states(matrix)
        told = {(one.employee.id, one.course.id): (one.state, one.expires_on) for one in foretold.named}
        assert told == {key: value for key, value in after.items() if before[key] != value}
        assert planned(matrix, equivalence_moves.plan_end, row.id) == (0, 1, 1, TODAY, UNCOVERED)
        assert planned(matrix, equivalence_moves.plan_change, row.id, valid_until=TODAY - DAY, valid_from=TODAY - DAY
                       )[:3] == (0, 1, 1)
        matrix.do(arrangements.archive_equivalence, row.id)
        assert planned(matrix, equivalence_moves.plan_restore, row.id)[4] == COVERED


def test_the_first_day_that_differs_is_asked(acme, matrix):
    with tenant_scope(acme.id):
        later = TODAY + 20 * DAY  # the employee's fire has run out by then, within its grace
        found = planned(matrix, equivalence_moves.plan_addition, **ids(matrix, valid_from=later))
        assert found == (2, 0, 0, later, {("Foreman Acme", "covered", "not_started", "valid"),
                                          ("Employee Acme", "covered", "grace", "valid")})
        row = matrix.do(arrangements.add_equivalence, **ids(matrix))
        until = planned(matrix, equivalence_moves.plan_change, row.id, valid_until=later - DAY)
        assert until[:4] == (0, 2, 0, later)
        reversed_ = {"course_id": row.counted_id, "counted_id": row.course_id}
        assert planned(matrix, equivalence_moves.plan_change, row.id, **reversed_)[:3] == (0, 1, 1)
        assert planned(matrix, equivalence_moves.plan_change, row.id, both_ways=True)[:3] == (0, 0, 0)


def test_what_could_not_be_saved_is_refused_before(acme, matrix):
    with tenant_scope(acme.id), pytest.raises(DomainError) as refused:
        equivalence_moves.plan_addition(matrix.officer, **ids(matrix, counted_id=matrix.courses["fire"].id))
    assert refused.value.code == "same_course"


def test_a_change_is_taken_back_while_nothing_stands_on_it(acme, matrix):
    with tenant_scope(acme.id):
        row = matrix.do(arrangements.add_equivalence, **ids(matrix))
        matrix.do(arrangements.change_equivalence, row.id, valid_until=TODAY, both_ways=True)
        [change] = equivalence_moves.changes(row.id)
        back = matrix.do(equivalence_moves.undo_change, row.id, change_id=change.id)
        assert (back.valid_until, back.both_ways) == (None, False)
        with pytest.raises(Conflict) as refused:
            matrix.do(equivalence_moves.undo_change, row.id, change_id=change.id)
        assert refused.value.code == "change_not_latest"


def test_the_screen_asks_first(acme, matrix, sign_in):
    officer = sign_in(acme, "officer")
    sent = {name: str(value) for name, value in ids(matrix).items()}
    text = page(officer.post("/equivalences/add", data=sent))
    assert "1 person will have what is required by another certificate." in text and "Foreman Acme" in text
    with tenant_scope(acme.id):
        assert states(matrix)[acme.employees["foreman"], matrix.courses["fire"].id][0] == "not_started"
    mark = dict(re.findall(r'name="(confirmed)" value="([^"]+)"', text))
    [address] = re.findall(r"/equivalences/[0-9a-f-]{36}", officer.post(
        "/equivalences/add", data=sent | mark).headers["Location"])
    text = page(officer.post(f"{address}/edit", data=sent | {"valid_from": "2026-02-01", "valid_until": "2026-02-02"}))
    assert "1 person will lack what is required." in text
    mark = dict(re.findall(r'name="(confirmed)" value="([^"]+)"', text))
    assert officer.post(f"{address}/edit", data=sent | mark | {"valid_from": "2026-02-01", "valid_until": "2026-02-02"}
                        ).status_code == 302
    text = page(officer.get(address))
    link = re.search(r'href="([^"]*/changes/undo[?]change=[^"]+)"', text)[1]
    text = page(officer.get(link))
    assert "Foreman Acme" in text
    seen = dict(re.findall(r'name="(change|confirmed)" value="([^"]+)"', text))
    assert officer.post(f"{address}/changes/undo", data=seen).status_code == 302
    assert "Taken back" in page(officer.get(address))
    text = page(officer.post(f"{address}/delete"))
    assert "1 person will lack what is required." in text
    mark = dict(re.findall(r'name="(confirmed)" value="([^"]+)"', text))
    officer.post(f"{address}/delete", data=mark)
    with tenant_scope(acme.id):
        assert states(matrix)[acme.employees["foreman"], matrix.courses["fire"].id][0] == "not_started"
    admin = sign_in(acme, "admin")
    text = page(admin.post(f"{address}/restore"))
    assert "Foreman Acme" in text
    admin.post(f"{address}/restore", data=dict(re.findall(r'name="(confirmed)" value="([^"]+)"', text)))
    with tenant_scope(acme.id):
        assert states(matrix)[acme.employees["foreman"], matrix.courses["fire"].id][0] == "valid"


def test_over_rest(acme, globex, matrix, program):
    officer, base = program(acme, "officer"), "/api/v1/equivalences"
    sent = {name: str(value) for name, value in ids(matrix).items()}
    told = officer.post(f"{base}/preview", json=sent).json["result"]
    assert (told["covered"], told["uncovered"], told["moved"], told["day"]) == (1, 0, 1, TODAY.isoformat())
    assert {one["name"] for one in told["named"]} == {"Foreman Acme", "Employee Acme"}
    address = f"{base}/{officer.post(base + '/', json=sent).json['id']}"
    change = {"valid_until": TODAY.isoformat()}
    told = officer.post(f"{address}/preview", json=change).json["result"]
    assert (told["uncovered"], told["day"]) == (1, (TODAY + DAY).isoformat())
    assert officer.post(f"{address}/end/preview").json["result"]["uncovered"] == 1
    officer.put(address, json=change)
    [noted] = officer.get(f"{address}/changes").json["result"]
    undo = {"change_id": noted["id"]}
    assert program(globex, "officer").post(f"{address}/changes/undo", json=undo).status_code == 404
    assert program(acme, "foreman").post(f"{address}/preview", json=change).status_code == 403
    assert officer.post(f"{address}/changes/undo", json=undo).json["result"]["valid_until"] is None
    officer.delete(address)
    assert program(acme, "admin").post(f"{address}/restore/preview").json["result"]["covered"] == 1
    assert officer.post(f"{address}/restore/preview").status_code == 403
