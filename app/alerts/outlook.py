"""What alerts expect to tell in the days ahead, for the page of what will be sent.

The rounds of those days are worked out, not made: who is warned when, and which leaders hear of it if nobody reads
or acts meanwhile. A test lets the days go by and compares.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.alerts import operations, queries, rules, statements
from app.alerts.models import FOREMAN, MANAGER, OFFICERS, PERSON
from app.alerts.notifications import EXPIRY_WARNING, TEAM_EXPIRY
from app.alerts.rules import Expiry, Said
from app.alerts.statements import Terms
from app.notifications.forecasts import Expected

Group = tuple[date, str, UUID | None]
"""The day on which leaders of a level are told, and which one."""


def expected_warnings(first: date, last: date) -> Iterator[Expected]:
    """How many messages people and their leaders get on each day from `first` to `last`, as things stand today."""
    given, rounds = operations.terms(), queries.round_days()
    if rounds and rounds[1] == given.today:
        first = max(first, given.today + timedelta(days=1))
    warned, led = _told(replace(given, since=rules.since(first, rounds)), first, last)
    yield from (Expected(day, EXPIRY_WARNING.name, count) for day, count in sorted(warned.items()))
    yield from (Expected(day, TEAM_EXPIRY.name, count) for day, count in sorted(led.items()))


def _told(given: Terms, first: date, last: date) -> tuple[Counter[date], Counter[date]]:
    rows, said = statements.expiries(given, last), _said(given)
    reachable = queries.reachable({one for row in rows for one in (row.employee_id, row.foreman_id, row.manager_id)
                                   if one})
    warned, groups = Counter[date](), set[Group]()
    for row in rows:
        one = _expiry(row, said.get((row.id, row.expires_on), {}))
        ahead = rules.warnings_ahead(one, given.thresholds, first, given.since)
        if row.employee_id in reachable:
            warned.update(told.on for told in ahead.values() if told.on <= last)
        groups.update(_groups(one, {**one.warned, **ahead}, given.patience, first))
    return warned, _messages([one for one in groups if one[0] <= last], reachable)


def _said(given: Terms) -> Mapping[tuple[UUID, date], dict[Any, Said]]:
    """Certificate and expiry to what was told of it: by threshold to the person, by level to whoever leads them."""
    found = defaultdict[tuple[UUID, date], dict[Any, Said]](dict)
    for row in statements.said(given):
        key = row.threshold if row.level == PERSON else row.level
        found[row.enrollment_id, row.expires_on][key] = Said(row.told_on, row.is_read, row.told_id)
    return found


def _expiry(row: Any, said: Mapping[Any, Said]) -> Expiry:
    return Expiry(row.expires_on, row.foreman_id, row.manager_id, row.left_on, row.is_acted, row.is_booked,
                  {key: one for key, one in said.items() if isinstance(key, int)},
                  {key: one for key, one in said.items() if isinstance(key, str)})


def _groups(one: Expiry, warned: Mapping[int, Said], patience: int, first: date) -> Iterator[Group]:
    day, foreman = rules.leader_ahead(one, warned, patience, first), one.led.get(FOREMAN)
    if day is not None:
        level = FOREMAN if one.foreman_id else MANAGER if one.manager_id else OFFICERS
        yield day, level, one.foreman_id or one.manager_id
        foreman = Said(day, to=one.foreman_id) if level == FOREMAN else None
    later = rules.manager_ahead(one, foreman, patience, first)
    if later is not None:
        yield later, MANAGER, one.manager_id


def _messages(groups: list[Group], reachable: set[UUID]) -> Counter[date]:
    found, officers = Counter[date](), len(queries.officers())
    for day, level, whose in groups:
        found[day] += officers if level == OFFICERS else int(whose in reachable)
    return +found
