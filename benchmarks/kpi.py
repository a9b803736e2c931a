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
person AS (
    SELECT id AS employee_id, department_id, grade_id, job_role_id FROM employees
    WHERE tenant_id = :tenant AND is_active AND deleted_at IS NULL
      AND (hired_on IS NULL OR hired_on <= :today) AND (left_on IS NULL OR left_on >= :today)),
rule AS (
    SELECT r.course_id, r.department_id, r.grade_id, r.job_role_id FROM requirements r
    JOIN courses c ON c.id = r.course_id AND c.deleted_at IS NULL
    WHERE r.tenant_id = :tenant AND r.superseded_at IS NULL AND r.valid_from <= :today
      AND (r.valid_until IS NULL OR r.valid_until >= :today)),
pair AS (
    SELECT p.employee_id, rule.course_id FROM rule JOIN tree t ON t.ancestor_id = rule.department_id
    JOIN person p ON p.department_id = t.department_id AND (rule.grade_id IS NULL OR rule.grade_id = p.grade_id)
      AND (rule.job_role_id IS NULL OR rule.job_role_id = p.job_role_id)
    UNION
    SELECT p.employee_id, rule.course_id FROM rule JOIN person p ON rule.department_id IS NULL
      AND (rule.grade_id IS NULL OR rule.grade_id = p.grade_id)
      AND (rule.job_role_id IS NULL OR rule.job_role_id = p.job_role_id)),
held AS (
    SELECT employee_id, course_id, MAX(COALESCE(expires_on, :never)) AS expires_on,
           MAX(COALESCE(expired_from, :never)) AS expired_from
    FROM enrollments
    WHERE tenant_id = :tenant AND deleted_at IS NULL AND status IN ('completed', 'expired')
      AND completed_on <= :today AND (revoked_on IS NULL OR revoked_on > :today)
    GROUP BY employee_id, course_id)
SELECT COUNT(*), SUM(CASE WHEN h.expires_on >= :today THEN 1 ELSE 0 END),
       SUM(CASE WHEN h.expires_on < :today THEN 1 ELSE 0 END),
       SUM(CASE WHEN h.expires_on BETWEEN :today AND :in30 THEN 1 ELSE 0 END),
       SUM(CASE WHEN h.expires_on BETWEEN :today AND :in60 THEN 1 ELSE 0 END),
       SUM(CASE WHEN h.expires_on BETWEEN :today AND :in90 THEN 1 ELSE 0 END)
FROM pair LEFT JOIN held h ON h.employee_id = pair.employee_id AND h.course_id = pair.course_id"""

COMPLETIONS = """
SELECT COUNT(*), SUM(CASE WHEN n.status IN ('completed', 'expired') AND n.completed_on <= :today THEN 1 ELSE 0 END)
FROM enrollments n JOIN employees e ON e.id = n.employee_id AND e.is_active AND e.deleted_at IS NULL
WHERE n.tenant_id = :tenant AND n.deleted_at IS NULL AND (
    (n.status IN ('completed', 'expired', 'failed') AND n.completed_on <= :today AND n.completed_on > :year_ago)
    OR (NOT (n.status IN ('completed', 'expired', 'failed') AND COALESCE(n.completed_on <= :today, FALSE))
        AND (n.started_on IS NULL OR n.started_on <= :today)
        AND (n.status = 'active' OR n.completed_on > :today OR n.withdrawn_on > :today)))"""


def _require(generator: data.Generator, day: date) -> None:
    """Six courses of everybody, three of each job role, two of each department: some 250,000 pairs."""
    long_ago = day - timedelta(days=700)
    wanted: list[tuple[dict[str, Any], int]] = [({}, number) for number in range(6)]
    wanted += [({"job_role_id": generator.key(3, role)}, 10 + (role * 3 + n) % 100)
               for role in range(30) for n in range(3)]
    wanted += [({"department_id": generator.key(1, place)}, 120 + (place * 2 + n) % 80) for place in range(40)
               for n in range(2)]
    change = generator.row(10, 0, rule_id=generator.key(9, 0), course_id=generator.key(5, 0)) | {"kind": "added"}
    rules = (generator.row(9, n, rule_id=generator.key(9, n), course_id=generator.key(5, course),
                           change_id=change["id"], valid_from=long_ago, since_on=long_ago,
                           **{"job_role_id": None, "department_id": None} | whose)
             for n, (whose, course) in enumerate(wanted))
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        data.insert(connection, RequirementChange.__table__, iter([change]))
        data.insert(connection, Requirement.__table__, rules)
        connection.exec_driver_sql("ANALYZE")


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """The summary over REST; the floor is one hand-written statement for each of its two large tables."""
    with client.application.app_context():
        _require(generator, day)
    values = {"never": date.max, "year_ago": day - timedelta(days=365)} | {
        f"in{days}": day + timedelta(days=days) for days in (30, 60, 90)}

    def plain() -> list[Any]:
        [pairs], [enrollments] = (list(floor.rows(sql, **values)) for sql in (PAIRS, COMPLETIONS))
        return [*pairs, *enrollments]

    def ours() -> list[Any]:
        answer = client.get("/api/v1/kpi/summary")
        found = {one["name"]: one for one in json.loads(answer.get_data(as_text=True))["result"]}
        return [found["compliance"]["among"], found["compliance"]["hits"], found["expired_ratio"]["hits"],
                *(found[f"expiring_{days}"]["hits"] for days in (30, 60, 90)),
                found["training_completion"]["among"], found["training_completion"]["hits"]]

    if ours() != [int(one) for one in plain()]:
        raise AssertionError(f"the summary says {ours()}, the tables {plain()}")
    yield compare("figures of 20,000 people", ours, plain, target=1.3, turns=3)
