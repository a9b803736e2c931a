"""The lines of a batch, in parts: whatever part they stand in, they are found by outcome, page and subject."""

import importlib.util
import json
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.imports import ledger, queries
from app.imports.models import ImportPart, ImportRow
from app.platform.unit_of_work import unit_of_work

LINES = 1203  # three parts; one line in a hundred is refused
SUBJECTS = [uuid7() for _ in range(LINES)]


def entry(number):
    is_bad = number % 100 == 7
    return (number, 0, "users", "refused" if is_bad else "create", None if is_bad else {"number": f"E{number}"},
            ["x"] if is_bad else None, [{"code": "bad", "message": "Bad."}] if is_bad else None, None,
            None if is_bad else SUBJECTS[number], None)


@pytest.fixture
def batch_id(importing):
    batch = importing.upload("employees", [["Number", "Name"], ["E1", "Sara"]])
    with unit_of_work():
        ledger.append(batch.id, map(entry, range(LINES)))
    return batch.id


def numbers(batch_id, outcome, page, size):
    return [row.number for row in queries.rows(batch_id, outcome, page, size)]


def test_a_page_is_what_a_page_of_one_list_would_be(batch_id):
    assert numbers(batch_id, None, 1, LINES + 1) == list(range(LINES))
    for page in range(1, 14):
        assert numbers(batch_id, None, page, 100) == list(range(LINES))[(page - 1) * 100:page * 100]


def test_rows_of_one_outcome_come_from_every_part(batch_id):
    bad = [number for number in range(LINES) if number % 100 == 7]
    assert numbers(batch_id, "refused", 1, 5) == bad[:5]
    assert numbers(batch_id, "refused", 2, 5) == bad[5:10]
    assert numbers(batch_id, "refused", 3, 5) == bad[10:]
    assert numbers(batch_id, "change", 1, 5) == []


def test_what_stands_after_an_undo_is_told_with_its_reason(batch_id):
    keys = {line.number: key for key, line in ledger.written(batch_id, "users")}
    with unit_of_work():
        ledger.note_undo(batch_id, [(keys[3], "removed", None), (keys[4], "standing", "used"),
                                    (keys[1100], "standing", "changed")])
    assert [(row.number, row.undo_reason) for row in queries.rows(batch_id, "standing", 1, 10)] == [
        (4, "used"), (1100, "changed")]
    assert [row.number for row in queries.rows(batch_id, "standing", 2, 1)] == [1100]
    again = {line.number: key for key, line in ledger.written(batch_id, "users")}
    assert keys.keys() - again.keys() == {3}
    with unit_of_work():
        ledger.note_undo(batch_id, [(keys[4], "removed", None)])
    assert numbers(batch_id, "standing", 1, 10) == [1100]


def test_a_commit_reads_the_lines_of_all_its_tables_at_once(importing, statements):
    importing.upload("employees", [["Number", "Name", "Department", "Grade"], ["E901", "Sara", "NEW", "G77"]])
    importing.check(department_id__missing="create", grade_id__missing="create")
    with statements() as found:
        assert importing.commit().counts["create"] == 3
    assert sum("FROM import_parts" in statement for statement in found) == 1


def test_rows_that_others_refer_to_are_found_in_any_part(batch_id):
    wanted = {SUBJECTS[2], SUBJECTS[1150], uuid7()}
    assert {key: values["number"] for key, values in ledger.subjects(batch_id, wanted).items()} == {
        SUBJECTS[2]: "E2", SUBJECTS[1150]: "E1150"}


def test_what_was_kept_row_by_row_is_copied_into_parts():
    """The upgrade of an installation that has imports already: they can still be looked at and undone."""
    path = next(Path(__file__).parents[2].joinpath("migrations/versions").glob("*_import_parts.py"))
    spec = importlib.util.spec_from_file_location("migration", path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    tenant_id, batch_id = uuid7(), uuid7()
    with sa.create_engine("sqlite://").connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # of tables that are not here
        for model in (ImportRow, ImportPart):
            model.__table__.create(connection)
        connection.execute(sa.insert(ImportRow.__table__), [
            {"id": uuid7(), "tenant_id": tenant_id, "batch_id": batch_id, "number": number, "place": 0,
             "resource": "users", "outcome": "change", "values": {"name": "B"}, "changes": {"name": ["A", "B"]},
             "subject_id": SUBJECTS[number], "seen_at": migration.datetime(2026, 11, 1),
             "undo": "standing" if number == 700 else None} for number in reversed(range(LINES))])
        migration.copy_rows(connection, ImportPart.__table__)
        parts = connection.execute(sa.select(ImportPart.__table__).order_by(ImportPart.position)).all()
    lines = [ledger.Told(*line) for part in parts for line in json.loads(part.lines)]
    assert [line.number for line in lines] == list(range(LINES))
    assert lines[700][:8] == (700, 0, "users", "change", {"name": "B"}, None, None, {"name": ["A", "B"]})
    assert (UUID(lines[700].subject), lines[700].seen_at) == (SUBJECTS[700], "2026-11-01T00:00:00+00:00")
    assert [(part.counts, part.standing, part.undone) for part in parts[1:]] == [
        ({"change": 500}, 1, {"200": ["standing", None]}), ({"change": 203}, 0, {})]
