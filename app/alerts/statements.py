"""The steps of a round, one INSERT … SELECT each, and the same selects for a dry run.

They work on Core tables past the fence, so every table in them is held to the tenant by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.alerts.coverage import E, N, booked, certificates, nobody_acted, uncovered, unmatched
from app.alerts.models import FOREMAN, MANAGER, OFFICERS, PERSON, ExpiryAlert
from app.alerts.notifications import KIND_NAMES
from app.alerts.rules import TRACKED
from app.notifications.models import Notification
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.expressions import new_row_id
from app.platform.fence import unfenced

A: Any = ExpiryAlert.__table__
FOREMEN, MANAGERS, NAMED_FOREMEN = (  # of whoever a certificate is of
    Employee.__table__.alias(name) for name in ("foreman", "manager", "named_foreman"))
COLUMNS = ("enrollment_id", "employee_id", "course_id", "expires_on", "level", "threshold", "told_id")


@dataclass(frozen=True)
class Terms:
    """What a round goes by: the tenant, its day, its thresholds in days, the first expiry that it looks at, its
    patience in days, and how many rows one statement writes at most."""

    tenant_id: UUID
    today: date
    thresholds: tuple[int, ...]
    since: date
    patience: int
    most: int

    @property
    def until(self) -> date:
        """The last expiry that any threshold has reached."""
        return self.today + timedelta(days=max(self.thresholds))

    @property
    def patience_ends(self) -> date:
        """What was told, or ran out, on this day or before has waited long enough."""
        return self.today - timedelta(days=self.patience)


def warnings(terms: Terms) -> Any:
    """Step one: who stands at a threshold that they were not told of, nor of a later one."""
    columns = (N.c.id, N.c.employee_id, N.c.course_id, N.c.expires_on, _threshold(terms).label("threshold"))
    due = sa.select(*columns).select_from(certificates(terms.tenant_id)).where(
        uncovered(terms.tenant_id, terms.today), N.c.expires_on.between(terms.since, terms.until)).subquery("due")
    told = sa.exists().where(
        A.c.tenant_id == terms.tenant_id, A.c.enrollment_id == due.c.id, A.c.expires_on == due.c.expires_on,
        A.c.level == PERSON, A.c.threshold <= due.c.threshold)
    return sa.select(due.c.id, due.c.employee_id, due.c.course_id, due.c.expires_on, sa.literal(PERSON),
                     due.c.threshold, due.c.employee_id).where(~told)


def _threshold(terms: Terms) -> Any:
    steps = sorted(terms.thresholds)
    return sa.case(*((N.c.expires_on <= terms.today + timedelta(days=one), one) for one in steps), else_=steps[-1])


def for_leaders(terms: Terms) -> Any:
    """Step two: whose warning stayed unread for the tenant's patience, or whose certificate ran out as long ago.

    The foreman is told; where there is none, the manager; where there is neither, the training officers. Nobody
    is passed over who is told today only.
    """
    warned = A.alias("warned")
    unread = sa.and_(warned.c.told_on <= terms.patience_ends, ~_was_read(warned), ~_later_one_was_read(terms, warned))
    overdue = sa.and_(warned.c.expires_on <= terms.patience_ends, warned.c.told_on < terms.today)
    due = _due(terms, warned, PERSON, sa.or_(overdue, unread), FOREMAN, MANAGER, OFFICERS)
    foreman, manager, source = _with_leaders(terms, _of(terms, due))
    return sa.select(
        N.c.id, N.c.employee_id, N.c.course_id, N.c.expires_on,
        sa.case((foreman.c.id.isnot(None), FOREMAN), (manager.c.id.isnot(None), MANAGER), else_=OFFICERS),
        sa.literal(0), sa.func.coalesce(foreman.c.id, manager.c.id, N.c.employee_id),
    ).select_from(source).where(uncovered(terms.tenant_id, terms.today), nobody_acted(terms.tenant_id))


def for_managers(terms: Terms) -> Any:
    """Step three: what the foreman was told and left unread for the tenant's patience, or what ran out meanwhile."""
    before = A.alias("before")
    waited = sa.and_(before.c.told_on <= terms.patience_ends,
                     sa.or_(before.c.expires_on < terms.today, ~_was_read(before)))
    due = _due(terms, before, FOREMAN, waited, MANAGER)
    _foreman, manager, source = _with_leaders(terms, _of(terms, due))
    return sa.select(
        N.c.id, N.c.employee_id, N.c.course_id, N.c.expires_on, sa.literal(MANAGER), sa.literal(0), manager.c.id,
    ).select_from(source).where(
        uncovered(terms.tenant_id, terms.today), nobody_acted(terms.tenant_id), manager.c.id != due.c.told_id)


def _due(terms: Terms, alert: Any, level: str, condition: Any, *next_levels: str) -> Any:
    """What was told at a level, fulfils `condition` and went no further: to begin with, for it is little."""
    further = A.alias("further")
    return sa.select(alert.c.enrollment_id, alert.c.expires_on, alert.c.told_id).distinct().where(
        alert.c.tenant_id == terms.tenant_id, alert.c.level == level,
        alert.c.expires_on.between(terms.today - TRACKED, terms.until), condition,
        ~sa.exists().where(
            further.c.tenant_id == terms.tenant_id, further.c.enrollment_id == alert.c.enrollment_id,
            further.c.expires_on == alert.c.expires_on, further.c.level.in_(next_levels))).subquery("due")


def _of(terms: Terms, due: Any) -> Any:
    """The certificates of `due` as they stand, to select from."""
    return due.join(certificates(terms.tenant_id), sa.and_(N.c.id == due.c.enrollment_id,
                                                           N.c.expires_on == due.c.expires_on))


def _with_leaders(terms: Terms, source: Any) -> tuple[Any, Any, Any]:
    """Foreman, manager, and the certificates of `source` with both, to select from."""
    # a manager who is not named on the person's record is the foreman's, also of a foreman who left
    foreman, manager, named = FOREMEN, MANAGERS, NAMED_FOREMEN
    source = (
        source.outerjoin(named, sa.and_(named.c.tenant_id == terms.tenant_id, named.c.id == E.c.foreman_id))
        .outerjoin(foreman, sa.and_(_works(foreman, terms), foreman.c.id == E.c.foreman_id))
        .outerjoin(manager, sa.and_(_works(manager, terms), manager.c.id == sa.func.coalesce(
            E.c.manager_id, named.c.manager_id))))
    return foreman, manager, source


def _works(leader: Any, terms: Terms) -> Any:
    return sa.and_(leader.c.tenant_id == terms.tenant_id, leader.c.is_active, leader.c.deleted_at.is_(None),
                   sa.or_(leader.c.left_on.is_(None), leader.c.left_on > terms.today))


def _was_read(alert: Any) -> Any:
    message: Any = Notification.__table__.alias(f"message_of_{alert.name}")
    return sa.exists().where(
        message.c.tenant_id == alert.c.tenant_id, message.c.kind.in_(KIND_NAMES),
        message.c.subject_id == sa.func.coalesce(alert.c.message_id, alert.c.id), message.c.read_at.isnot(None))


def _later_one_was_read(terms: Terms, alert: Any) -> Any:
    later = A.alias("later")
    return sa.exists().where(
        later.c.tenant_id == terms.tenant_id, later.c.enrollment_id == alert.c.enrollment_id,
        later.c.expires_on == alert.c.expires_on, later.c.level == PERSON, later.c.threshold < alert.c.threshold,
        _was_read(later))


def insert(step: Any, terms: Terms, round_id: UUID, at: datetime) -> int:
    """Write what `step` selects as alerts of a round, up to `terms.most`; returns how many.

    Two workers at once write each alert once: the second one's are left out by the unique key.
    """
    dialect = db.session.connection().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    always = {"id": new_row_id(at), "tenant_id": sa.literal(terms.tenant_id), "created_at": sa.literal(at, _INSTANT),
              "updated_at": sa.literal(at, _INSTANT), "round_id": sa.literal(round_id),
              "told_on": sa.literal(terms.today)}
    statement: Any = make(A).from_select([*COLUMNS, *always], step.add_columns(*always.values()).limit(terms.most),
                                         include_defaults=False)
    result: Any = db.session.execute(unfenced(statement.on_conflict_do_nothing()),
                                     execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


_INSTANT = A.c.created_at.type


def group_by_leader(tenant_id: UUID, round_id: UUID) -> None:
    """Let the alerts of a round that one leader is told together be told by one message, its first alert's."""
    of_round = sa.and_(A.c.tenant_id == tenant_id, A.c.round_id == round_id, A.c.level != PERSON)
    whose = sa.case((A.c.level == OFFICERS, None), else_=A.c.told_id)
    first = sa.func.first_value(A.c.id).over(partition_by=(whose, A.c.level), order_by=(A.c.expires_on, A.c.id))
    groups = sa.select(A.c.id, first.label("message_id")).where(of_round).subquery("groups")
    db.session.execute(unfenced(sa.update(A).values(message_id=groups.c.message_id)
                                .where(A.c.tenant_id == tenant_id, A.c.id == groups.c.id)))


def count(step: Any) -> int:
    """How many alerts `step` would write."""
    return int(db.session.scalar(unfenced(sa.select(sa.func.count()).select_from(step.subquery()))) or 0)


def count_levels(step: Any) -> dict[str, int]:
    """Level to how many alerts `step` would write for it."""
    level = step.selected_columns[COLUMNS.index("level")]
    found: Any = db.session.execute(unfenced(step.with_only_columns(level, sa.func.count()).group_by(level)))
    return dict(found.all())


def expiries(terms: Terms, last: date) -> list[Any]:
    """What nothing but a booking covers as things stand, of all that rounds up to the day `last` look at, as rows:
    `id`, `employee_id`, `expires_on`, `left_on`, `foreman_id` and `manager_id` of leaders who work here, `is_acted`
    and `is_booked`."""
    told = sa.exists().where(A.c.tenant_id == terms.tenant_id, A.c.enrollment_id == N.c.id,
                             A.c.expires_on == N.c.expires_on)
    foreman, manager, source = _with_leaders(terms, certificates(terms.tenant_id))
    until = last + timedelta(days=max(terms.thresholds))
    return list(db.session.execute(unfenced(sa.select(
        N.c.id, N.c.employee_id, N.c.expires_on, E.c.left_on, foreman.c.id.label("foreman_id"),
        manager.c.id.label("manager_id"), (~nobody_acted(terms.tenant_id)).label("is_acted"),
        booked(terms.tenant_id, terms.today).label("is_booked"),
    ).select_from(source).where(
        unmatched(terms.tenant_id, terms.today), N.c.expires_on.between(terms.today - TRACKED, until),
        sa.or_(N.c.expires_on >= terms.since, told)))))


def said(terms: Terms) -> list[Any]:
    """What was told of expiries that rounds still look at, as rows: `enrollment_id`, `expires_on`, `level`,
    `threshold`, `told_on`, `told_id`, `is_read`."""
    return list(db.session.execute(unfenced(sa.select(
        A.c.enrollment_id, A.c.expires_on, A.c.level, A.c.threshold, A.c.told_on, A.c.told_id,
        _was_read(A).label("is_read")).where(
            A.c.tenant_id == terms.tenant_id, A.c.expires_on >= terms.today - TRACKED))))
