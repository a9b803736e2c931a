"""When a batch needs a second person, and how long it can be undone."""

from __future__ import annotations

import datetime as dt

import pytest

from app.imports.rules import Limits, can_undo, exceeded

LIMITS = Limits(create=100, change=50, deactivate=0)
COMMITTED = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(("counts", "over"), [
    ({}, []),
    ({"create": 100, "change": 50, "refuse": 999}, []),
    ({"create": 101, "change": 51}, [("create", 101, 100), ("change", 51, 50)]),
    ({"deactivate": 1}, [("deactivate", 1, 0)]),
])
def test_a_second_person_is_needed_above_each_limit_and_not_at_it(counts, over):
    assert exceeded(LIMITS, counts) == over


@pytest.mark.parametrize(("later", "is_possible"), [
    (dt.timedelta(), True), (dt.timedelta(days=30), True), (dt.timedelta(days=30, seconds=1), False),
])
def test_a_batch_can_be_undone_for_thirty_days(later, is_possible):
    assert can_undo(COMMITTED, COMMITTED + later) is is_possible


def test_what_was_never_committed_can_not_be_undone():
    assert can_undo(None, COMMITTED) is False
