"""The figures of 20,000 people, by the statement that TrainFlow runs and by the same in plain SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.compliance.models import Requirement, RequirementChange
from app.platform.db import db
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, compare

PAIRS = """
WITH RECURSIVE tree(ancestor_id, department_id) AS (
    SELECT id, id FROM departments WHERE tenant_id = :tenant AND deleted_at IS NULL
    UNION SELECT t.ancestor_id, d.id FROM tree t JOIN departments d ON d.parent_id = t.department_id
    WHERE d.tenant_id = :tenant AND d.deleted_at IS NULL),
person AS MATERIALIZED (
    SELECT e.id AS employee_id, e.department_id, e.grade_id, e.job_role_id,
           COALESCE(CAST(e.department_id AS TEXT), '') || '/' || COALESCE(CAST(e.grade_id AS TEXT), '') || '/'
           || COALESCE(CAST(e.job_role_id AS TEXT), '') AS place, COALESCE(e.hired_on, :ever) AS began_on,
           COALESCE(s.department_since, e.hired_on, :ever) AS department_since,
           COALESCE(s.grade_since, e.hired_on, :ever) AS grade_since,
           COALESCE(s.job_role_since, e.hired_on, :ever) AS job_role_since
    FROM employees e LEFT JOIN employee_positions s
      ON s.tenant_id = :tenant AND s.employee_id = e.id AND s.until_on IS NULL
    WHERE e.tenant_id = :tenant AND e.is_active AND e.deleted_at IS NULL
      AND (e.hired_on IS NULL OR e.hired_on <= :today) AND (e.left_on IS NULL OR e.left_on >= :today)),
place AS MATERIALIZED (SELECT DISTINCT place, department_id, grade_id, job_role_id FROM person),
rule AS MATERIALIZED (
    SELECT r.course_id, r.department_id, r.grade_id, r.job_role_id, r.since_on, r.grace_days FROM requirements r
    JOIN courses c ON c.id = r.course_id AND c.deleted_at IS NULL
    WHERE r.tenant_id = :tenant AND r.superseded_at IS NULL AND r.valid_from <= :today
      AND (r.valid_until IS NULL OR r.valid_until >= :today)),
ask AS MATERIALIZED (
    SELECT p.place, r.* FROM place p JOIN rule r ON
    CASE WHEN r.department_id IS NULL THEN true ELSE
        (r.department_id, p.department_id) IN (SELECT ancestor_id, department_id FROM tree) END
    AND CASE WHEN r.grade_id IS NULL THEN true ELSE r.grade_id = p.grade_id END
    AND CASE WHEN r.job_role_id IS NULL THEN true ELSE r.job_role_id = p.job_role_id END),
stands AS (
    SELECT p.employee_id, a.course_id, MIN({due}) AS due_on,
           MAX(CASE WHEN n.id IS NOT NULL THEN COALESCE(n.expires_on, :never) END) AS expires_on
    FROM person p JOIN ask a ON a.place = p.place
    LEFT JOIN enrollments n ON n.tenant_id = :tenant AND n.employee_id = p.employee_id AND n.course_id = a.course_id
      AND n.deleted_at IS NULL AND n.status IN ('completed', 'expired') AND n.completed_on <= :today
      AND (n.revoked_on IS NULL OR n.revoked_on > :today)
    GROUP BY p.employee_id, a.course_id),
waived AS (
    SELECT employee_id, course_id, MAX(COALESCE(ends_on, :never)) AS until FROM waivers
    WHERE tenant_id = :tenant AND deleted_at IS NULL AND starts_on <= :today
      AND (ends_on IS NULL OR ends_on >= :today) AND (ended_on IS NULL OR ended_on > :today)
    GROUP BY employee_id, course_id)
SELECT COUNT(*), SUM(CASE WHEN s.expires_on >= :today THEN 1 ELSE 0 END),
       SUM(CASE WHEN s.expires_on < :today AND w.until IS NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN s.expires_on BETWEEN :today AND :in30 THEN 1 ELSE 0 END),
       SUM(CASE WHEN s.expires_on BETWEEN :today AND :in60 THEN 1 ELSE 0 END),
       SUM(CASE WHEN s.expires_on BETWEEN :today AND :in90 THEN 1 ELSE 0 END),
       SUM(CASE WHEN COALESCE(s.expires_on < :today, true) AND w.until IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN COALESCE(s.expires_on < :today, true) AND w.until IS NULL AND s.due_on > :today
           THEN 1 ELSE 0 END)
FROM stands s LEFT JOIN waived w ON w.employee_id = s.employee_id AND w.course_id = s.course_id"""
LATEST = """{latest}(a.since_on, p.began_on,
    CASE WHEN a.department_id IS NOT NULL THEN p.department_since ELSE :ever END,
    CASE WHEN a.grade_id IS NOT NULL THEN p.grade_since ELSE :ever END,
    CASE WHEN a.job_role_id IS NOT NULL THEN p.job_role_since ELSE :ever END)"""
DUE = {True: f"date({LATEST.format(latest='max')}, a.grace_days || ' days')",
       False: f"{LATEST.format(latest='greatest')} + a.grace_days"}  # SQLite or not


COMPLETIONS = """
SELECT COUNT(*), SUM(CASE WHEN n.status IN ('completed', 'expired') AND n.completed_on <= :today THEN 1 ELSE 0 END)
FROM enrollments n JOIN employees e ON e.id = n.employee_id AND e.is_active AND e.deleted_at IS NULL
WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL AND (
    (n.status IN ('completed', 'expired', 'failed') AND n.completed_on <= :today AND n.completed_on > :year_ago)
    OR (NOT (n.status IN ('completed', 'expired', 'failed') AND COALESCE(n.completed_on <= :today, FALSE))
        AND (n.started_on IS NULL OR n.started_on <= :today)
        AND (n.status = 'active' OR n.completed_on > :today OR n.withdrawn_on > :today)))"""


def _require(generator: data.Generator, day: date) -> None:
    """Six courses of everybody, three of each job role, two of each department: some 250,000 pairs. Newcomers to a
    job role have thirty days."""
    long_ago = day - timedelta(days=700)
    wanted: list[tuple[dict[str, Any], int]] = [({}, number) for number in range(6)]
    wanted += [({"job_role_id": generator.key(3, role), "grace_days": 30}, 10 + (role * 3 + n) % 100)
               for role in range(30) for n in range(3)]
    wanted += [({"department_id": generator.key(1, place)}, 120 + (place * 2 + n) % 80) for place in range(40)
               for n in range(2)]
    change = generator.row(10, 0, rule_id=generator.key(9, 0), course_id=generator.key(5, 0)) | {"kind": "added"}
    rules = (generator.row(9, n, rule_id=generator.key(9, n), course_id=generator.key(5, course),
                           change_id=change["id"], valid_from=long_ago, since_on=long_ago,
                           **{"job_role_id": None, "department_id": None, "grace_days": 0} | whose)
             for n, (whose, course) in enumerate(wanted))
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        data.insert(connection, RequirementChange.__table__, iter([change]))
        data.insert(connection, Requirement.__table__, rules)
        connection.exec_driver_sql("ANALYZE")


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """The summary over REST, and the front page of an officer; the floor of both is one hand-written statement for
    each of the two large tables, with the same lanes (no course is equivalent to another there)."""
    with client.application.app_context():
        _require(generator, day)
    pairs_sql = PAIRS.format(due=DUE[floor.is_sqlite])
    values = {"never": date.max, "ever": date(1900, 1, 1), "year_ago": day - timedelta(days=365)} | {
        f"in{days}": day + timedelta(days=days) for days in (30, 60, 90)}

    def plain() -> list[Any]:
        [pairs], [enrollments] = (list(floor.rows(sql, **values)) for sql in (pairs_sql, COMPLETIONS))
        return [*pairs, *enrollments]

    def ours() -> list[Any]:
        answer = client.get("/api/v1/kpi/summary")
        found = {one["name"]: one for one in json.loads(answer.get_data(as_text=True))["result"]}
        return [found["compliance"]["among"], found["compliance"]["hits"], found["expired_ratio"]["hits"],
                *(found[f"expiring_{days}"]["hits"] for days in (30, 60, 90)),
                found["waived"]["hits"], found["not_due"]["hits"],
                found["training_completion"]["among"], found["training_completion"]["hits"]]

    if ours() != [int(one) for one in plain()]:
        raise AssertionError(f"the summary says {ours()}, the tables {plain()}")
    yield compare("figures of 20,000 people", ours, plain, target=1.3)
    yield compare("front page of an officer", lambda: _ok(client.get("/")), plain, target=1.5, turns=3)
    yield compare("dashboard of 20,000 people", lambda: _ok(client.get("/kpi-dashboard")), plain, target=2, turns=3)


def _ok(answer: Any) -> None:
    assert answer.status_code == 200, answer.status_code
