"""Validity policies: what is refused, field by field, and the calendar under them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.rules import (
    FIELDS_OF_KIND,
    InvalidPolicy,
    PolicyFields,
    ValidityPolicy,
    add_days,
    add_months,
    add_validity,
    fixed_day_from,
    policy_problems,
)

YEAR = {"kind": "anniversary", "months": 12, "window_before_days": 60, "window_after_days": 30}
NEW_YEARS_EVE = {"kind": "fixed", "fixed_month": 12, "fixed_day": 31}


@pytest.mark.parametrize("fields", [
    {"kind": "never"},
    {"kind": "never", "grace_days": 30},
    {"kind": "never", "months": 0, "days": None},
    {"kind": "rolling", "months": 1},
    {"kind": "rolling", "months": 600},
    {"kind": "rolling", "days": 1},
    {"kind": "rolling", "days": 18_250, "grace_days": 366},
    {"kind": "anniversary", "months": 12},
    YEAR,
    {"kind": "anniversary", "months": 1, "window_before_days": 27},
    {"kind": "anniversary", "days": 90, "window_before_days": 45, "window_after_days": 44},
    NEW_YEARS_EVE,
    {**NEW_YEARS_EVE, "window_before_days": 364},
    {"kind": "fixed", "fixed_month": 2, "fixed_day": 29},
])
def test_a_sound_policy_has_no_problems(fields: dict[str, Any]) -> None:
    assert policy_problems(PolicyFields(**fields)) == []
    assert ValidityPolicy(**fields).kind == fields["kind"]


@pytest.mark.parametrize(("fields", "problems"), [
    ({"kind": "yearly"}, ["kind unknown_kind"]),
    ({"kind": ""}, ["kind unknown_kind"]),
    ({"kind": "rolling"}, ["months validity_missing"]),
    ({"kind": "anniversary", "window_before_days": 60}, ["months validity_missing"]),
    ({"kind": "rolling", "months": 12, "days": 365}, ["days validity_twice"]),
    ({"kind": "rolling", "months": 12, "days": 365, "grace_days": None},
     ["days validity_twice", "grace_days missing"]),
    ({"kind": "rolling", "months": 0}, ["months out_of_range"]),
    ({"kind": "rolling", "months": 0, "grace_days": -1}, ["grace_days out_of_range", "months out_of_range"]),
    ({"kind": "rolling", "months": -12}, ["months out_of_range"]),
    ({"kind": "rolling", "months": 601}, ["months out_of_range"]),
    ({"kind": "rolling", "days": 0}, ["days out_of_range"]),
    ({"kind": "rolling", "days": 18_251}, ["days out_of_range"]),
    ({"kind": "rolling", "months": 1.5}, ["months not_whole"]),
    ({"kind": "rolling", "months": "12"}, ["months not_whole"]),
    ({"kind": "rolling", "months": True}, ["months not_whole"]),
    ({"kind": "rolling", "months": 12, "grace_days": -1}, ["grace_days out_of_range"]),
    ({"kind": "rolling", "months": 12, "grace_days": 367}, ["grace_days out_of_range"]),
    ({"kind": "rolling", "months": 12, "grace_days": None}, ["grace_days missing"]),
    ({"kind": "never", "months": 12}, ["months not_used"]),
    ({"kind": "rolling", "months": 12, "window_before_days": 60}, ["window_before_days not_used"]),
    ({"kind": "rolling", "months": 12, "fixed_month": 12, "fixed_day": 31},
     ["fixed_day not_used", "fixed_month not_used"]),
    ({**NEW_YEARS_EVE, "months": 12}, ["months not_used"]),
    ({**NEW_YEARS_EVE, "window_after_days": 10}, ["window_after_days not_used"]),
    ({"kind": "fixed"}, ["fixed_day missing", "fixed_month missing"]),
    ({"kind": "fixed", "fixed_month": "12", "fixed_day": 31}, ["fixed_month not_whole"]),
    ({"kind": "fixed", "fixed_month": 12, "fixed_day": "31"}, ["fixed_day not_whole"]),
    ({"kind": "fixed", "fixed_month": 13, "fixed_day": 1}, ["fixed_month out_of_range"]),
    ({"kind": "fixed", "fixed_month": 0, "fixed_day": 31}, ["fixed_month out_of_range"]),
    ({"kind": "fixed", "fixed_month": 1, "fixed_day": 32}, ["fixed_day out_of_range"]),
    ({"kind": "fixed", "fixed_month": 2, "fixed_day": 30}, ["fixed_day no_such_day"]),
    ({"kind": "fixed", "fixed_month": 4, "fixed_day": 31}, ["fixed_day no_such_day"]),
    ({**NEW_YEARS_EVE, "window_before_days": 365}, ["window_before_days window_too_long"]),
    ({**YEAR, "window_before_days": -1}, ["window_before_days out_of_range"]),
    ({**YEAR, "window_after_days": None}, ["window_after_days missing"]),
    ({**YEAR, "window_before_days": 306}, ["window_before_days window_too_long"]),
    ({**YEAR, "window_after_days": 276}, ["window_after_days window_too_long"]),
    ({"kind": "anniversary", "months": 1, "window_before_days": 28}, ["window_before_days window_too_long"]),
    ({"kind": "anniversary", "days": 90, "window_before_days": 45, "window_after_days": 45},
     ["window_after_days window_too_long"]),
    # Everything at once, so that nobody mends a form one refusal at a time.
    ({"kind": "fixed", "fixed_month": 4, "fixed_day": 31, "months": 6, "grace_days": 999},
     ["months not_used", "grace_days out_of_range", "fixed_day no_such_day"]),
])
def test_what_is_wrong_with_a_policy(fields: dict[str, Any], problems: list[str]) -> None:
    found = policy_problems(PolicyFields(**fields))

    assert [f"{each.field} {each.code}" for each in found] == problems
    with pytest.raises(InvalidPolicy) as refused:
        ValidityPolicy(**fields)
    assert refused.value.problems == found
    assert str(refused.value) == "; ".join(problems).replace(" ", ": ").replace(";: ", "; ")


def test_a_problem_carries_what_its_sentence_needs() -> None:
    (range_,) = policy_problems(PolicyFields(kind="rolling", months=601))
    (day,) = policy_problems(PolicyFields(kind="fixed", fixed_month=2, fixed_day=30))
    (window,) = policy_problems(PolicyFields(**{**YEAR, "window_before_days": 310}))

    (kind,) = policy_problems(PolicyFields(kind="yearly"))
    (unused,) = policy_problems(PolicyFields(kind="never", months=12))
    (text,) = policy_problems(PolicyFields(kind="rolling", months="12"))  # type: ignore[arg-type]

    assert (kind.params, unused.params, text.params) == ({"kind": "yearly"}, {"kind": "never"}, {"value": "12"})
    assert range_.params == {"value": 601, "lowest": 1, "highest": 600}
    assert day.params == {"day": 30, "month": 2, "last": 29}
    assert window.params == {"days": 340, "longest": 335}


@pytest.mark.parametrize(("day", "months", "found"), [
    ("2025-01-31", 1, "2025-02-28"),
    ("2024-01-31", 1, "2024-02-29"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-02-29", 48, "2028-02-29"),
    ("2096-02-29", 48, "2100-02-28"),
    ("2025-12-15", 0, "2025-12-15"),
    ("2025-12-15", 1, "2026-01-15"),
    ("2025-11-15", 1, "2025-12-15"),
    ("2025-03-31", -1, "2025-02-28"),
    ("2025-01-15", -1, "2024-12-15"),
    ("9998-12-31", 6, "9999-06-30"),
    ("9999-06-30", 7, "9999-12-31"),
])
def test_calendar_months(day: str, months: int, found: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(found)


def test_days_are_held_to_the_calendar() -> None:
    assert add_days(date(2025, 2, 28), 1) == date(2025, 3, 1)
    assert add_days(date(2024, 3, 1), -1) == date(2024, 2, 29)
    assert add_days(date.max, 30) == date.max
    assert add_days(date.min, -30) == date.min


def test_fixed_day_on_or_after() -> None:
    leap_day = ValidityPolicy(kind="fixed", fixed_month=2, fixed_day=29)

    assert fixed_day_from(leap_day, date(2025, 2, 28)) == date(2025, 2, 28)
    assert fixed_day_from(leap_day, date(2027, 3, 1)) == date(2028, 2, 29)
    assert fixed_day_from(leap_day, date(9999, 3, 1)) == date.max


def test_the_fields_of_each_kind_are_those_it_can_be_made_of() -> None:
    for kind, used in FIELDS_OF_KIND.items():
        unused = {"months", "days", "fixed_month", "fixed_day"} - used
        refused = policy_problems(PolicyFields(kind=kind, **dict.fromkeys(unused, 1)))
        assert {each.field for each in refused if each.code == "not_used"} == unused


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(days, st.integers(0, 50))
def test_whole_years_keep_the_month_and_all_days_but_29_february(day: date, years: int) -> None:
    found = add_months(day, 12 * years)

    assert (found.year, found.month) == (day.year + years, day.month)
    assert found.day == day.day or ((day.month, day.day) == (2, 29) and found.day == 28)


@given(days, st.integers(0, 600))
def test_months_land_on_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    found = add_months(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(1)).day == 1)


@given(days, days, st.integers(0, 600))
def test_months_keep_the_order_of_dates(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))

    assert add_months(earlier, months) <= add_months(later, months)


@given(days, st.integers(1, 60), st.integers(0, 20))
def test_several_validities_are_counted_from_the_first_day(day: date, length: int, times: int) -> None:
    months, days_ = (ValidityPolicy(kind="rolling", **{unit: length}) for unit in ("months", "days"))

    assert add_validity(months, day, times) == add_months(day, length * times)
    assert add_validity(days_, day, times) == day + timedelta(length * times)
