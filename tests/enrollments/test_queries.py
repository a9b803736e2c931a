"""Which record a line of an import means."""

from __future__ import annotations

import datetime as dt

from app.enrollments import operations, queries

D = dt.date
BEGAN = D(2026, 1, 10)


def meant(training, code, *days):
    """Day (None: what is under way) to the record that a line with it means, of lines that come together."""
    pair = training.organisation.employees["employee"], training.courses[code].id
    found = queries.match_results([(*pair, day) for day in days])
    assert {key[:2] for key in found} <= {pair}
    return {day: row_id for (*_pair, day), row_id in found.items()}


def test_the_first_new_day_since_it_began_ends_what_is_under_way(training):
    running = training.active("rolling", started_on=BEGAN).id
    before, later, last = D(2026, 1, 9), D(2026, 1, 20), D(2026, 2, 1)
    assert meant(training, "rolling", None) == {None: running}
    assert meant(training, "rolling", before) == {}
    assert meant(training, "rolling", BEGAN) == {BEGAN: running}
    for days in ((last, before, later), (later, last)):
        assert meant(training, "rolling", *days) == {later: running}
    assert meant(training, "rolling", None, later) == {None: running}, "a line says that it still runs"
    assert meant(training, "grace", None, later) == {}


def test_a_day_that_is_on_record_means_that_record_and_ends_nothing(training):
    known, later = D(2026, 1, 15), D(2026, 2, 1)
    running, done = training.active("rolling", started_on=BEGAN).id, training.completed("rolling", known).id
    assert meant(training, "rolling", known) == {known: done}
    assert meant(training, "rolling", known, later) == {known: done, later: running}


def test_who_failed_and_passed_on_one_day_passed(training):
    day = D(2026, 2, 1)
    passed = training.completed("grace", day).id
    failed = training.active("grace", started_on=BEGAN).id
    training.do(operations.fail_enrollment, failed, completed_on=day)
    assert meant(training, "grace", day) == {day: passed}
