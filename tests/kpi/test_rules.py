from __future__ import annotations

import datetime as dt
from itertools import pairwise
from uuid import UUID

import pytest

from app.kpi.rules import Figure, Filters, Standing, percent, rolled_up, total, weeks_from

A, B, C, T = (UUID(int=number) for number in range(1, 5))


@pytest.mark.parametrize(("figure", "value"), [
    (Figure(0, 0, "percent"), None), (Figure(0, 8, "percent"), 0), (Figure(8, 8, "percent"), 100),
    (Figure(1, 3, "percent"), 33.3), (Figure(0, 0, "count"), 0), (Figure(7, 0, "count"), 7),
    (Figure(0, 0, "days"), None), (Figure(1000, 1, "days"), 0.7), (Figure(1440, 2, "days"), 0.5),
    (Figure(3 * 1440 + 720, 1, "days"), 3.5),
])
def test_what_a_figure_comes_to(figure, value):
    assert figure.value == value


def test_all_but_one_is_not_everything_and_one_is_not_nothing():
    assert percent(99_999, 100_000) == 99.9
    assert percent(1, 100_000) == 0.1


def test_a_department_means_those_below_it_too_unless_told_otherwise():
    parents = {A: None, B: A, C: B, T: None}
    assert Filters(department=A).departments(parents) == {A, B, C}
    assert Filters(department=B).departments(parents) == {B, C}
    assert Filters(department=A, directly=True).departments(parents) == {A}
    assert Filters().departments(parents) == set()


def test_an_address_names_only_what_narrows():
    assert Filters().given == {}
    assert Filters(department=A, category="safety", directly=True).given == {
        "department": str(A), "category": "safety", "directly": "1"}


@pytest.mark.parametrize(("filters", "training", "posts"), [
    (Filters(department=A, team=T), False, False), (Filters(course=A), True, False),
    (Filters(category="safety"), True, False), (Filters(job_role=A), False, True), (Filters(grade=A), False, True),
])
def test_what_the_daily_record_does_not_know_apart_is_said(filters, training, posts):
    assert (filters.narrows_training, filters.narrows_posts) == (training, posts)


def test_a_cycle_of_departments_ends():
    assert Filters(department=A).departments({A: B, B: A}) == {A, B}


def test_people_add_up_to_departments_teams_and_the_tenant():
    people = [Standing(A, T, {"met": 1, "due": 2}), Standing(A, None, {"met": 2, "due": 2}),
              Standing(None, T, {"due": 1})]
    found = {(level, key): counts for level, key, counts in rolled_up(people, UUID(int=9))}
    assert found == {("tenant", UUID(int=9)): {"met": 3, "due": 5}, ("department", A): {"met": 3, "due": 4},
                     ("team", T): {"met": 1, "due": 3}}
    assert total([]) == {}


def test_the_weeks_ahead_touch_and_do_not_overlap():
    weeks = weeks_from(dt.date(2026, 3, 1))
    assert weeks[0] == (dt.date(2026, 3, 1), dt.date(2026, 3, 7))
    assert len(weeks) == 13
    for (_, last), (first, _end) in pairwise(weeks):
        assert first - last == dt.timedelta(days=1)
