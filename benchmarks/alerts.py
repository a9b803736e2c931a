"""A round of expiry alerts over 400,000 enrollments, against the raw SQL that leaves the same rows behind."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import time_machine

from app.accounts.models import SYSTEM
from app.alerts import operations
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure

TURNS, TARGET = 3, 1.5
STEPS = (0, 1, 7, 14, 30)
TABLES = ("outbox_messages", "notifications", "expiry_alerts", "alert_rounds")  # in the order of deleting

# the certificates that nothing covers, as somebody would write it by hand
UNCOVERED = """
    FROM enrollments n
    JOIN employees e ON e.tenant_id = :tenant AND e.id = n.employee_id
    JOIN courses c ON c.tenant_id = :tenant AND c.id = n.course_id
    WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL AND n.status IN ('completed', 'expired')
    AND n.completed_on <= :today AND (n.revoked_on IS NULL OR n.revoked_on > :today)
    AND n.expires_on BETWEEN :since AND :until
    AND e.is_active AND e.deleted_at IS NULL AND (e.left_on IS NULL OR e.left_on > :today)
    AND c.is_active AND c.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM enrollments m WHERE m.tenant_id = :tenant AND m.employee_id = n.employee_id
        AND m.course_id = n.course_id AND m.status IN ('completed', 'expired') AND m.deleted_at IS NULL
        AND (m.revoked_on IS NULL OR m.revoked_on > :today)
        AND (m.expires_on IS NULL OR m.expires_on > n.expires_on OR (m.expires_on = n.expires_on AND m.id > n.id)))
    AND NOT EXISTS (SELECT 1 FROM enrollments b WHERE b.tenant_id = :tenant AND b.employee_id = n.employee_id
        AND b.course_id = n.course_id AND b.status = 'active' AND b.deleted_at IS NULL
        AND n.expires_on >= :today)
    AND NOT EXISTS (SELECT 1 FROM course_equivalences q
        JOIN enrollments m ON m.tenant_id = :tenant AND m.employee_id = n.employee_id AND m.deleted_at IS NULL
        WHERE q.tenant_id = :tenant AND q.deleted_at IS NULL AND q.course_id = n.course_id
        AND q.counted_id = m.course_id AND ((m.status = 'active' AND n.expires_on >= :today)
            OR m.expires_on > n.expires_on))
    AND NOT EXISTS (SELECT 1 FROM waivers w WHERE w.tenant_id = :tenant AND w.employee_id = n.employee_id
        AND w.course_id = n.course_id AND w.deleted_at IS NULL AND w.starts_on <= n.expires_on
        AND (w.ends_on IS NULL OR w.ends_on > n.expires_on))
"""
ALERTS = f"""
    INSERT INTO expiry_alerts (id, tenant_id, created_at, updated_at, round_id, enrollment_id, employee_id, course_id,
        expires_on, level, threshold, told_id, told_on)
    SELECT {{id}}, :tenant, :now, :now, :round, d.id, d.employee_id, d.course_id, d.expires_on, 'person',
        d.threshold, d.employee_id, :today
    FROM (SELECT n.id, n.employee_id, n.course_id, n.expires_on, {{threshold}} AS threshold {UNCOVERED}) d
    WHERE NOT EXISTS (SELECT 1 FROM expiry_alerts a WHERE a.tenant_id = :tenant AND a.enrollment_id = d.id
        AND a.expires_on = d.expires_on AND a.level = 'person' AND a.threshold <= d.threshold)
"""
NOTIFICATIONS = """
    INSERT INTO notifications (id, tenant_id, created_at, updated_at, kind, recipient_name, data, link, subject,
        subject_id, dedupe_key)
    SELECT {id}, :tenant, :now, :now, 'expiry-warning', e.name, {data}, '/enrollments/' || a.enrollment_id,
        'expiry alert', a.id, 'expiry-warning:' || a.enrollment_id || ':' || a.expires_on || ':' || a.threshold
    FROM expiry_alerts a JOIN employees e ON e.tenant_id = :tenant AND e.id = a.told_id
    JOIN courses c ON c.tenant_id = :tenant AND c.id = a.course_id
    WHERE a.tenant_id = :tenant AND a.round_id = :round AND a.level = 'person'
"""
NOTIFICATIONS_OF_ALL = NOTIFICATIONS.replace(" AND a.round_id = :round AND a.level = 'person'", "")
OUTBOX = """
    INSERT INTO outbox_messages (id, tenant_id, created_at, updated_at, channel, kind, notification_id,
        recipient_name, address, locale, mail_link, state, due_at, attempts, refusals, is_handed_over)
    SELECT {id}, :tenant, :now, :now, 'email', t.kind, t.id, t.recipient_name, e.email, 'en', '', 'waiting', :now, 0,
        0, {false}
    FROM expiry_alerts a JOIN notifications t ON t.tenant_id = :tenant AND t.subject_id = a.id
    JOIN employees e ON e.tenant_id = :tenant AND e.id = a.told_id
    WHERE a.tenant_id = :tenant AND a.round_id = :round
"""
LEADERS = f"""
    INSERT INTO expiry_alerts (id, tenant_id, created_at, updated_at, round_id, enrollment_id, employee_id, course_id,
        expires_on, level, threshold, told_id, told_on)
    SELECT {{id}}, :tenant, :now, :now, :round, d.id, d.employee_id, d.course_id, d.expires_on, '{{level}}', 0,
        d.{{leader}}, :today
    FROM (SELECT n.id, n.employee_id, n.course_id, n.expires_on, e.foreman_id, e.manager_id, e.foreman_id IS NULL AND
        e.manager_id IS NULL AS is_alone {UNCOVERED.replace(":since", ":tracked")}
        AND n.id IN (SELECT a.enrollment_id FROM expiry_alerts a WHERE a.tenant_id = :tenant AND a.level = '{{before}}'
            AND a.expires_on BETWEEN :tracked AND :until AND ((a.told_on < :today AND a.expires_on <= :waited) OR
            (a.told_on <= :waited AND NOT EXISTS (SELECT 1 FROM notifications t WHERE t.tenant_id = :tenant
                AND t.subject_id = a.id AND t.kind IN ('expiry-warning', 'team-expiry') AND t.read_at IS NOT NULL))))
        AND NOT EXISTS (SELECT 1 FROM expiry_alerts x WHERE x.tenant_id = :tenant AND x.enrollment_id = n.id
            AND x.expires_on = n.expires_on AND x.level <> 'person')) d WHERE d.{{leader}} IS NOT NULL AND {{is_alone}}
"""
GROUP = """
    UPDATE expiry_alerts SET message_id = g.message_id FROM (
        SELECT a.id, first_value(a.id) OVER (PARTITION BY CASE a.level WHEN 'officers' THEN NULL ELSE a.told_id END,
            a.level ORDER BY a.expires_on, a.id) AS message_id
        FROM expiry_alerts a WHERE a.tenant_id = :tenant AND a.round_id = :round AND a.level <> 'person') g
    WHERE expiry_alerts.tenant_id = :tenant AND expiry_alerts.id = g.id
"""
SUMMARIES = """
    INSERT INTO notifications (id, tenant_id, created_at, updated_at, kind, recipient_name, data, link, subject,
        subject_id, dedupe_key)
    SELECT {id}, :tenant, :now, :now, 'team-expiry', max(d.leader), {summary}, '/alerts', 'expiry alert',
        d.message_id, 'team-expiry:' || d.message_id
    FROM (SELECT a.message_id, l.name AS leader, e.name || ' - ' || c.name || ': ' || a.expires_on AS line,
            coalesce(e.name_ar, e.name) || ' - ' || coalesce(c.name_ar, c.name) || ': ' || a.expires_on AS line_ar,
            row_number() OVER (PARTITION BY a.message_id ORDER BY a.expires_on, e.name) AS place
        FROM expiry_alerts a JOIN employees e ON e.tenant_id = :tenant AND e.id = a.employee_id
        JOIN employees l ON l.tenant_id = :tenant AND l.id = a.told_id
        JOIN courses c ON c.tenant_id = :tenant AND c.id = a.course_id
        WHERE a.tenant_id = :tenant AND a.round_id = :round AND a.level <> 'person') d GROUP BY d.message_id
"""
POSTGRESQL = {
    "summary": "json_build_object('what', count(*), 'people', json_build_object('en', string_agg(d.line, chr(10)) "
               "FILTER (WHERE d.place <= 10), 'ar', string_agg(d.line_ar, chr(10)) FILTER (WHERE d.place <= 10)))",
    "id": "gen_random_uuid()", "false": "false",
    "data": "json_build_object('course', json_build_object('en', c.name, 'ar', coalesce(c.name_ar, c.name)), 'day', "
            "json_build_object('date', a.expires_on), 'when', json_build_object('en', 'expires in ' || (a.expires_on "
            "- :today) || ' days', 'ar', 'expires in ' || (a.expires_on - :today) || ' days'))",
}
SQLITE = {
    "summary": "json_object('what', count(*), 'people', json_object('en', group_concat(d.line, char(10)) "
               "FILTER (WHERE d.place <= 10), 'ar', group_concat(d.line_ar, char(10)) FILTER (WHERE d.place <= 10)))",
    "id": "lower(hex(randomblob(16)))", "false": "0",
    "data": "json_object('course', json_object('en', c.name, 'ar', coalesce(c.name_ar, c.name)), 'day', "
            "json_object('date', a.expires_on), 'when', json_object('en', 'expires in ' || (julianday(a.expires_on) "
            "- julianday(:today)) || ' days', 'ar', 'expires in ' || (julianday(a.expires_on) - julianday(:today)) "
            "|| ' days'))",
}

Answer = set[tuple[Any, ...]]


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """Who is due, and the whole job with its messages: of a first round, which has a month to catch up with, of an
    ordinary morning, and of a round that has nothing to do."""
    raw = _Raw(floor)
    raw.begin()
    raw.run("UPDATE employees SET email = number || '@bench.example' WHERE tenant_id = :tenant")
    raw.commit()
    raw.get_known(day)

    def both(name: str, today: date, is_told: bool = True) -> Figure:
        return _compared(name, lambda: _round(client, today, is_told), lambda: raw.round(today, is_told), raw)

    for name, today in (("a first round", day), ("an ordinary morning", day + timedelta(days=1))):
        yield both(f"alerts, who is due in {name}", today, is_told=False)
        yield both(f"alerts, {name} with its messages", today)
        if today == day:
            raw.round(day)
    yield both("alerts, the same morning again", day)
    raw.forget()


def _compared(name: str, ours: Callable[[], None], floor: Callable[[], None], raw: _Raw) -> Figure:
    """The best of each, turn by turn, every turn from the same rows; both have to leave the same answer."""
    before, found = raw.told(), dict[Any, Answer]()
    best = {ours: float("inf"), floor: float("inf")}
    for turn in range(TURNS + 1):
        for call in (ours, floor):
            gc.collect()
            started = time.perf_counter()
            call()
            took = time.perf_counter() - started
            best[call] = min(best[call], took if turn else float("inf"))  # the first warms up
            found[call] = raw.told() - before
            raw.forget(but=before)
    if found[ours] != found[floor]:
        raise AssertionError(f"{name}: {len(found[ours])} due, the floor {len(found[floor])}")
    return Figure(name, best[ours], best[floor], TARGET, f"{len(found[ours]):,} due")


def _round(client: Any, today: date, is_told: bool) -> None:
    with _on(today), client.application.app_context(), tenant_scope(data.TENANT), unit_of_work():
        if is_told:
            operations.send_alerts(SYSTEM)
        else:
            operations.note_due(SYSTEM, operations.terms())


@contextmanager
def _on(today: date) -> Iterator[None]:
    with time_machine.travel(datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=9), tick=False):
        yield


class _Raw:
    """The same rows by SQL through the driver, in one transaction."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.words = SQLITE if floor.is_sqlite else POSTGRESQL

    def run(self, sql: str, **values: Any) -> Any:
        """Run a statement whose `:names` are `values` and the tenant."""
        return self.floor.run(sql, **values)

    def begin(self) -> None:
        """Begin writing; PostgreSQL's driver does so by itself."""
        if self.floor.is_sqlite:
            self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep it."""
        self.floor.connection.commit()

    def get_known(self, day: date) -> None:
        """Let PostgreSQL's planner know the tables as they are on any day but the first, and keep it at that."""
        if self.floor.is_sqlite:
            return
        for table in TABLES:
            self.run(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        self.commit()
        self.round(day, is_told=False)
        self.run("ANALYZE expiry_alerts")
        self.run(NOTIFICATIONS_OF_ALL.format(**self.words), now=f"{day} 00:00:00.000000")
        self.run("ANALYZE notifications")
        self.commit()
        self.forget()

    def round(self, today: date, is_told: bool = True) -> None:
        """Note everybody who is due, and put the mail into the outbox unless told not to."""
        steps = " ".join(f"WHEN n.expires_on <= :day_{step} THEN {step}" for step in STEPS)
        self.begin()
        values = {"now": f"{today} 00:00:00.000000", "round": uuid4(), "today": today,
                  "since": today - timedelta(days=14), "until": today + timedelta(days=30),
                  "tracked": today - timedelta(days=120), "waited": today - timedelta(days=7),
                  **{f"day_{step}": today + timedelta(days=step) for step in STEPS}}
        self.run("INSERT INTO alert_rounds (id, tenant_id, created_at, updated_at, day, warnings, escalations) "
                 "VALUES (:round, :tenant, :now, :now, :today, 0, 0)", **values)
        foremen = {"level": "foreman", "leader": "foreman_id", "before": "person", "is_alone": "NOT d.is_alone"}
        managers = {"level": "manager", "leader": "manager_id", "before": "foreman", "is_alone": "NOT d.is_alone"}
        officers = {"level": "officers", "leader": "employee_id", "before": "person", "is_alone": "d.is_alone"}
        unled = {**managers, "before": "person", "is_alone": "d.foreman_id IS NULL"}
        for sql, terms in ((ALERTS, {"threshold": f"CASE {steps} END"}), (LEADERS, foremen), (LEADERS, managers),
                           (LEADERS, unled), (LEADERS, officers)):
            self.run(sql.format(**terms, **self.words), **values)
        for sql in (NOTIFICATIONS, GROUP, SUMMARIES, OUTBOX) if is_told else ():
            self.run(sql.format(**self.words), **values)
        self.commit()

    def told(self) -> Answer:
        """(enrollment, level, threshold, how many mails wait) of everything that is told; of leaders, who get one
        mail for several certificates, how many mails in all."""
        found = {(str(key), *rest) for key, *rest in self.floor.rows(
            "SELECT a.enrollment_id, a.level, a.threshold, count(o.id) FROM expiry_alerts a "
            "LEFT JOIN notifications t ON t.tenant_id = :tenant AND t.subject_id = a.id "
            "LEFT JOIN outbox_messages o ON o.tenant_id = :tenant AND o.notification_id = t.id "
            "WHERE a.tenant_id = :tenant GROUP BY a.enrollment_id, a.level, a.threshold")}
        self.commit()
        mails = sum(count for _key, level, _threshold, count in found if level != "person")
        return {(key.replace("-", ""), level, threshold, count if level == "person" else mails)
                for key, level, threshold, count in found}

    def forget(self, but: Answer | None = None) -> None:
        """Delete what a round left, or only what came after the one that left `but`."""
        kept = self.first_instant() if but else None
        self.begin()
        for table in TABLES:
            if kept is None:
                self.run(f"DELETE FROM {table} WHERE tenant_id = :tenant")
            else:
                self.run(f"DELETE FROM {table} WHERE tenant_id = :tenant AND created_at > :kept", kept=kept)
        self.commit()

    def first_instant(self) -> Any:
        """The instant of the first round that is there."""
        [(instant,)] = self.floor.rows("SELECT min(created_at) FROM alert_rounds WHERE tenant_id = :tenant")
        self.commit()
        return instant
