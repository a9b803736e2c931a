"""The least that any program would have to do: the SQL itself, an exact count, and a bare template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import jinja2

from app.platform.db import db

STATE = """CASE WHEN n.status = 'active' AND n.started_on > :today THEN 'not_started'
    WHEN n.status = 'active' THEN 'in_progress' WHEN n.status IN ('failed', 'withdrawn') THEN n.status
    WHEN n.completed_on > :today THEN 'not_started' WHEN n.revoked_on <= :today THEN 'revoked'
    WHEN n.expires_on IS NULL THEN 'valid' WHEN n.expired_from <= :today THEN 'expired'
    WHEN n.expires_on < :today THEN 'grace' WHEN n.expires_on <= :window THEN 'expiring_soon' ELSE 'valid' END"""
ROWS = f"""
    SELECT n.id, e.number, e.name, d.name, c.name, {STATE}, n.completed_on, n.expires_on
    FROM enrollments n
    LEFT JOIN employees e ON e.id = n.employee_id AND e.tenant_id = :tenant
    LEFT JOIN departments d ON d.id = e.department_id AND d.tenant_id = :tenant
    LEFT JOIN courses c ON c.id = n.course_id AND c.tenant_id = :tenant
    WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL
"""
COUNT = "SELECT COUNT(*) FROM enrollments n WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL"

PAGE = jinja2.Environment(autoescape=True).from_string("""<!doctype html><title>Enrollments</title>
<p>{{ total }} entries</p><table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>""")


class Floor:
    """The driver's own connection, with SQL written once for both databases."""

    def __init__(self, tenant_id: Any, day: date) -> None:
        pooled = db.engine.raw_connection()
        self.connection: Any = pooled.driver_connection
        pooled.detach()  # ours alone from here on
        self.is_sqlite = db.engine.dialect.name == "sqlite"
        self.always = {"tenant": tenant_id, "today": day, "window": day + timedelta(days=30)}

    def rows(self, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql`, whose `:names` are `values`, `:tenant`, `:today` and `:window`, streamed."""
        cursor = self.connection.cursor() if self.is_sqlite else self.connection.cursor("floor")
        if not self.is_sqlite:
            cursor.itersize = 2000
        cursor.execute(*self._asked(sql, values))
        yield from cursor
        cursor.close()

    def run(self, sql: str, **values: Any) -> None:
        """Run a statement that changes rows; `:names` as for `rows`."""
        cursor = self.connection.cursor()
        cursor.execute(*self._asked(sql, values))
        cursor.close()

    def _asked(self, sql: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        values = {name: self._bound(value) for name, value in (self.always | values).items()
                  if re.search(rf":{name}\b", sql)}
        return sql if self.is_sqlite else re.sub(r":(\w+)", r"%(\1)s", sql), values

    def list_page(self, where: str, order: str, limit: int = 25, skip: int = 0, **values: Any) -> list[Any]:
        """One list page as a raw program makes it; returns the ids of its rows.

        A column that may be empty is ordered among the rows that have it, so that its index serves: the
        pages that are timed lie there.
        """
        valued = f"AND {order.split(',')[0].split()[0]} IS NOT NULL"
        rows = list(self.rows(f"{ROWS} {where} {valued} ORDER BY {order} LIMIT {limit} OFFSET {skip}", **values))
        [(total,)] = self.rows(f"{COUNT} {where}", **values)
        PAGE.render(rows=rows, total=total)
        return [self._id(row[0]) for row in rows]

    def _bound(self, value: Any) -> Any:
        if not self.is_sqlite:
            return value
        return value.hex if isinstance(value, UUID) else (value.isoformat() if isinstance(value, date) else value)

    @staticmethod
    def _id(value: Any) -> str:
        return str(value).replace("-", "")
