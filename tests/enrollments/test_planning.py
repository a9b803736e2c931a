"""Many enrollments at once: what one form refuses, a file is refused; what moves is told; nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.enrollments import operations, queries
from app.enrollments.models import Enrollment
from app.enrollments.planning import plan_enrollments
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.unit_of_work import unit_of_work

D = dt.date


@pytest.fixture
def row(training):
    """row('employee', 'rolling', day) -> the values of a line of a file."""
    def values(who, code, day, **more):
        return {"employee_id": training.organisation.employees[who], "course_id": training.courses[code].id,
                "completed_on": day, "source": "import", "source_detail": {"batch": "b.xlsx", "row": 7}} | more
    return values


def run(training, rows):
    """Match, plan and write, as an import does; returns the drafts and what else moves."""
    keys = [(values["employee_id"], values["course_id"], values["completed_on"]) for values in rows]
    known = queries.match_results(keys)
    drafts = []
    for key, values in zip(keys, rows, strict=True):
        drafts.append(Draft.change(known[key], {k: v for k, v in values.items() if k not in (
            "employee_id", "course_id", "completed_on", "source", "source_detail")})
            if key in known else Draft.new(dict(values)))
    with unit_of_work():
        moved = plan_enrollments(training.officer, drafts)
        operations.write_enrollments(training.officer, drafts, clock.now())
    return drafts, moved


def table():
    columns = [column for column in Enrollment.__table__.c if column.name not in ("id", "created_at")]
    return sorted(map(str, db.session.execute(sa.select(*[getattr(Enrollment, c.name) for c in columns]))))


def test_completions_are_made_with_their_expiries_and_where_they_came_from(training, row):
    drafts, moved = run(training, [row("employee", "rolling", D(2025, 3, 14)), row("foreman", "never", D(2020, 1, 1))])
    assert [draft.outcome for draft in drafts] == ["create", "create"]
    assert moved == []
    made = db.session.get(Enrollment, drafts[0].id)
    assert (made.status, made.expires_on, made.source, made.source_detail) == (
        "completed", D(2026, 3, 14), "import", {"batch": "b.xlsx", "row": 7})


def test_the_same_file_twice_changes_nothing(training, row):
    rows = [row("employee", code, D(2025, 3, 14), score=90) for code in training.courses]
    rows.append(row("foreman", "rolling", D(2025, 3, 15), status="failed"))
    run(training, rows)
    before = table()
    drafts, moved = run(training, rows)
    assert [draft.outcome for draft in drafts] == ["same"] * len(rows)
    assert (moved, table()) == ([], before)


def test_a_stated_expiry_that_changed_is_a_change(training, row):
    run(training, [row("employee", "rolling", D(2025, 3, 14))])
    [draft], _moved = run(training, [row("employee", "rolling", D(2025, 3, 14), granted_expires_on=D(2028, 1, 1))])
    assert draft.outcome == "change"
    assert draft.changes["expires_on"] == (D(2026, 3, 14), D(2028, 1, 1))
    assert db.session.get(Enrollment, draft.id, populate_existing=True).expires_on == D(2028, 1, 1)


def test_refusals_hang_on_their_rows(training, row):
    nowhere = Draft.new({}).id
    rows = [row("employee", "rolling", D(2026, 3, 2)), row("employee", "rolling", D(2025, 1, 1)),
            row("employee", "rolling", D(2025, 1, 1)), row("employee", "rolling", D(2025, 2, 1), course_id=nowhere),
            row("foreman", "rolling", D(2025, 1, 1))]
    drafts, _moved = run(training, rows)
    assert [[error.code for error in draft.errors] for draft in drafts] == [
        ["completed_in_future"], [], ["completion_exists"], ["course_id_unknown"], []]
    assert len(table()) == 2


def test_a_history_in_any_order_comes_out_as_if_entered_in_order(training, row):
    days = [D(2023, 3, 10), D(2024, 2, 20), D(2025, 3, 1), D(2026, 2, 1)]
    rows = [row("employee", "kept", day) for day in (days[2], days[0], days[3], days[1])]
    drafts, _moved = run(training, rows)
    found = {draft.get("completed_on"): draft.get("expires_on") for draft in drafts}
    assert [found[day] for day in days] == [D(2024, 3, 10), D(2025, 3, 10), D(2026, 3, 10), D(2027, 3, 10)]
    for day in days:
        run(training, [row("foreman", "kept", day)])
    one, other = (
        [(e.completed_on, e.expires_on) for e in queries.of_pair(training.organisation.employees[who],
                                                                training.courses["kept"].id)]
        for who in ("employee", "foreman"))
    assert one == other


def test_what_an_older_completion_moves_is_told_and_written(training, row):
    [later], _moved = run(training, [row("employee", "kept", D(2026, 1, 20))])
    [_older], moved = run(training, [row("employee", "kept", D(2025, 2, 10))])
    told = [(draft.id, draft.changes["expires_on"]) for draft in moved]
    assert told == [(later.id, (D(2027, 1, 20), D(2027, 2, 10)))]
    assert db.session.get(Enrollment, later.id, populate_existing=True).expires_on == D(2027, 2, 10)


def test_taking_rows_away_again_leaves_the_table_as_it_was(training, row):
    run(training, [row("employee", "kept", D(2026, 1, 20))])
    before = table()
    [older], _moved = run(training, [row("employee", "kept", D(2025, 2, 10))])
    with unit_of_work():
        db.session.execute(sa.delete(Enrollment).where(Enrollment.id == older.id))
        operations.write_followers({(older.get("employee_id"), older.get("course_id"))})
    assert table() == before


def test_rows_of_people_that_the_same_batch_makes_are_accepted(training, row):
    coming = Draft.new({}).id
    draft = Draft.new(row("employee", "rolling", D(2025, 1, 1)) | {"employee_id": coming})
    plan_enrollments(training.officer, [draft], {coming})
    assert not draft.errors


def test_thousands_of_rows_cost_a_few_statements(training, row, statements):
    people = [{"id": Draft.new({}).id, "number": f"N{n}", "name": f"Person {n}", "tenant_id": training.organisation.id}
              for n in range(2000)]
    with unit_of_work():
        db.session.execute(sa.insert(Employee), people)
    rows = [row("employee", code, D(2024, 1, 1) + dt.timedelta(n % 300)) | {"employee_id": person["id"]}
            for n, person in enumerate(people) for code in training.courses]
    drafts = [Draft.new(values) for values in rows]
    with statements() as found:
        plan_enrollments(training.officer, drafts)
    assert len(found) < 15
    assert all(draft.outcome == "create" for draft in drafts)
