"""Taking training history back: what the calendar or other rows moved meanwhile stands in nobody's way."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
import time_machine

from app.enrollments import records, upkeep
from app.enrollments.models import Enrollment
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.imports.conftest import Importing, tables  # noqa: F401

D = dt.date
HEAD = ["Employee number", "Course", "Completed on"]


def found():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Enrollment))


def test_why_names_the_file_and_the_row(training):
    Importing(training.organisation).whole("enrollments", [HEAD, ["E5", "rolling", D(2025, 6, 1)]])
    row = db.session.scalars(sa.select(Enrollment)).one()
    assert "It is row 2 of file.xlsx." in records.why(row, [row])


def test_a_certificate_that_expired_since_is_taken_back(training):
    importing = Importing(training.organisation)
    importing.whole("enrollments", [HEAD, ["E5", "rolling", D(2025, 3, 3)]])
    assert found() == 1
    with time_machine.travel(dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC), tick=False):
        with unit_of_work():
            assert upkeep.refresh_statuses() == 1
        assert importing.undo().counts["removed"] == 1
    assert found() == 0


def test_a_certificate_whose_expiry_followed_an_older_one_is_taken_back(training):
    importing, later = Importing(training.organisation), Importing(training.organisation)
    importing.whole("enrollments", [HEAD, ["E5", "kept", D(2026, 1, 20)]])
    later.whole("enrollments", [HEAD, ["E5", "kept", D(2025, 2, 10)]])
    assert importing.undo().counts["removed"] == 1
    assert found() == 1


def test_undo_leaves_every_table_as_it_was(training, tables):  # noqa: F811
    training.completed("kept", D(2026, 1, 20))
    training.completed("rolling", D(2025, 2, 10))
    before = tables()
    importing = Importing(training.organisation)
    importing.whole("enrollments", [[*HEAD, "Score"], ["E5", "kept", D(2025, 2, 10), 90],
                                    ["E5", "rolling", D(2025, 2, 10), 77], ["E4", "fixed", D(2025, 1, 1), None]])
    assert tables() != before
    importing.undo()
    assert tables() == before
