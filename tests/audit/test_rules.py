"""The seal of an entry: it covers everything that the entry says, and stays what it was."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from app.audit.rules import FIRST_LINK, SEALED, SEALED_IF_SET, plain, seal

ENTRY = {"sequence": 3, "occurred_at": dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), "event": "CourseChanged",
         "actor_id": 7, "actor_name": "سارة", "subject": "course", "subject_id": str(UUID(int=1)),
         "data": {"changes": {"name": ["Fire", "Fire safety"]}}, "source": "screen", "address": "10.0.0.1",
         "trace_id": "a1"}
SEALED_BEFORE = "9ea1d75af5b1ca4c58c74c0afb929b1f9e923d2b69375fcad48b1dc298af1b11"


def test_an_entry_of_years_ago_still_has_the_seal_that_it_was_given():
    assert seal(FIRST_LINK, ENTRY) == SEALED_BEFORE
    assert seal(FIRST_LINK, {**ENTRY, "impersonator_id": None, "hash": "x", "note": "y"}) == SEALED_BEFORE


@pytest.mark.parametrize("field", [*SEALED, *SEALED_IF_SET])
def test_whatever_is_changed_breaks_the_seal(field):
    assert seal(FIRST_LINK, {**ENTRY, field: "something else"}) != SEALED_BEFORE


def test_the_seal_covers_the_entry_before():
    assert seal("1" * 64, ENTRY) != SEALED_BEFORE


def test_the_order_in_which_data_was_written_does_not_matter():
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert seal(FIRST_LINK, {**ENTRY, "data": one}) == seal(FIRST_LINK, {**ENTRY, "data": other})


def test_values_are_kept_as_json_reads_them_back():
    day, key = dt.date(2026, 3, 1), UUID(int=1)
    assert plain({"on": day, 5: key, "parts": (1, 2.5, None), "is": True, "set": {"x"}, "in": {"deep": [day]}}) == {
        "on": "2026-03-01", "5": str(key), "parts": [1, 2.5, None], "is": True, "set": ["x"],
        "in": {"deep": ["2026-03-01"]}}
