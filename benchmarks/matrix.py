"""The training matrix of 20,000 people: a page of 50 by 60 courses, and the grid of 2,500 by 60 as a workbook."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import SYSTEM
from app.compliance import workbook
from app.compliance.grid import Wanted
from app.compliance.models import Requirement, RequirementChange
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, compare

REQUIRED = 60
_CELL = re.compile(r'<td data-state="(\w+)" data-l="(\w)"')
_ROW = re.compile(r'<tr role="row" data-person="([0-9a-f-]{36})"')


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """A page of the whole organisation beside a page of one department of 2,500: it should cost the same. The cells
    are counted in the database as well, so a page that is quick and wrong fails."""
    _require(client.application, generator, day)
    department = generator.key(1, 3)

    def page(address: str) -> Callable[[], Any]:
        return lambda: _page(client, address)

    _check(floor, _page(client, "/matrix?size=50"))
    yield compare("matrix, 50 of 20,000 people by 60 courses", page("/matrix?size=50"),
                  page(f"/matrix?size=50&department={department}"), target=1.3, note="beside 50 of 2,500")
    yield compare("matrix, only who lacks something", page("/matrix?size=50&show=gaps"),
                  page(f"/matrix?size=50&show=gaps&department={department}"), target=1.3, note="beside 50 of 2,500")
    started = time.perf_counter()
    _page(client, "/matrix?size=50")
    yield Figure("matrix, a page against a second", time.perf_counter() - started, 1.0, 1)
    started = time.perf_counter()
    rows = _workbook(client.application, Wanted(day=day, department_id=department))
    took = time.perf_counter() - started
    yield Figure(f"matrix, {rows - 1:,} by {REQUIRED} as a workbook, against 5 s", took, 5.0, 1)


def _require(app: Flask, generator: data.Generator, day: date) -> None:
    """Sixty courses of everybody, and nothing that another workload required."""
    with app.app_context(), tenant_scope(data.TENANT), unit_of_work():
        db.session.execute(sa.delete(Requirement), execution_options={"synchronize_session": False})
        for number in range(REQUIRED):
            rule, course = generator.key(9, number), generator.key(5, number)
            change = RequirementChange(rule_id=rule, course_id=course, kind="added", actor_id=SYSTEM.id)
            db.session.add(change)
            db.session.flush()
            db.session.add(Requirement(rule_id=rule, course_id=course, grace_days=0, change_id=change.id,
                                       valid_from=day - timedelta(days=700), since_on=day - timedelta(days=700)))


def _page(client: Any, address: str) -> tuple[list[str], int]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.get_data(as_text=True)
    return _ROW.findall(text), sum(lane == "m" for _state, lane in _CELL.findall(text))


def _check(floor: Floor, found: tuple[list[str], int]) -> None:
    """As many valid cells as the database counts for these people."""
    people, met = found
    keys = ", ".join(f"'{floor._bound(UUID(one))}'" for one in people)
    sql = f"""SELECT COUNT(*) FROM (SELECT DISTINCT n.employee_id, n.course_id FROM enrollments n
        JOIN courses c ON c.id = n.course_id AND c.code < 'C{REQUIRED:03}'
        WHERE n.tenant_id = :tenant AND n.employee_id IN ({keys}) AND n.status IN ('completed', 'expired')
        AND (n.expires_on IS NULL OR n.expires_on >= :today) AND n.completed_on <= :today) AS valid"""
    [(expected,)] = floor.rows(sql)
    if (len(people), met) != (50, expected):
        raise AssertionError(f"{len(people)} people, {met} valid cells; the database says {expected}")


def _workbook(app: Flask, wanted: Wanted) -> int:
    """Made as a request makes a small one and a worker a large one."""
    with app.app_context(), tenant_scope(data.TENANT):
        return int(openpyxl.load_workbook(workbook.write(SYSTEM, wanted), read_only=True).worksheets[0].max_row)
