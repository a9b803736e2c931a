"""The list of 400,000 enrollments as people open it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, compare

DEEP_PAGE = 5_000  # of 16,000; a run of fewer rows takes the page in the same place
_ROW = re.compile(r'data-opens="/enrollments/([0-9a-f-]{36})"')


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """First, filtered, sorted, deep and searched pages, and the REST list; aimed at no more than the floor."""
    department = generator.key(1, 3)
    expiring = ("AND n.status IN ('completed', 'expired') AND n.expires_on BETWEEN :today AND :window "
                "AND n.revoked_on IS NULL AND n.completed_on <= :today")
    by_expiry = "n.expires_on, n.id"
    in_department = ("AND n.employee_id IN (SELECT id FROM employees WHERE tenant_id = :tenant "
                     "AND department_id = :department)")
    named = ("AND (n.employee_id IN (SELECT id FROM employees WHERE tenant_id = :tenant AND search_key LIKE :word) "
             "OR n.course_id IN (SELECT id FROM courses WHERE tenant_id = :tenant AND search_key LIKE :word))")
    page = max(2, int(DEEP_PAGE * data.SCALE))
    deep = _deep_address(floor, (page - 1) * 25)

    def both(name: str, address: str, where: str, order: str, skip: int = 0, **values: Any) -> Figure:
        return _compared(name, lambda: _page(client, address),
                         lambda: floor.list_page(where, order, skip=skip, **values))

    yield both("list, first page", "/enrollments", "", "n.id DESC")
    yield both("list, expiring soonest first", "/enrollments?_flt_0_state=expiring_soon&order=expires_on", expiring,
               by_expiry)
    yield both("list, one department", f"/enrollments?_flt_0_department={department}", in_department, "n.id DESC",
               department=department)
    yield both("list, sorted by expiry", "/enrollments?order=expires_on", "", by_expiry)
    yield both(f"list, page {page:,}", deep, "", "n.completed_on, n.id", skip=(page - 1) * 25)
    yield both("list, searched by surname", f"/enrollments?q={data.RARE}", named, "n.id DESC",
               word=f"% {data.RARE.lower()}%")
    yield _compared("REST, 100 rows", lambda: _rest(client), lambda: floor.list_page("", "n.id", limit=100))


def _compared(name: str, ours: Callable[[], list[str]], floor: Callable[[], list[str]]) -> Figure:
    found, expected = ours(), floor()
    if found != expected:
        raise AssertionError(f"{name}: {found[:3]} … is not {expected[:3]} …")
    return compare(name, ours, floor, target=1)


def _page(client: Any, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return [key.replace("-", "") for key in _ROW.findall(answer.get_data(as_text=True))]


def _rest(client: Any) -> list[str]:
    answer = client.get("/api/v1/enrollments/?q=(page_size:100)")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [row["id"].replace("-", "") for row in answer.json["result"]]


def _deep_address(floor: Floor, skipped: int) -> str:
    """The address that 'next' leads to after `skipped` rows, without leafing there."""
    from app.enrollments.models import Enrollment
    from app.platform.fab.cursor import Cursor

    sql = ("SELECT n.completed_on, n.id FROM enrollments n WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL "
           f"AND n.completed_on IS NOT NULL ORDER BY n.completed_on, n.id LIMIT 1 OFFSET {skipped - 1}")
    [(completed_on, key)] = floor.rows(sql)
    day = completed_on if isinstance(completed_on, date) else date.fromisoformat(completed_on)
    row = Enrollment(completed_on=day, id=data.as_uuid(key))
    return f"/enrollments?order=completed_on&after={Cursor(Enrollment, 'completed_on', 'asc').at(row)}"
