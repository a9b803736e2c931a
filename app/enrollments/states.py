"""The state of an enrollment today as SQL: the same comparisons with the same dates as `rules.boundaries`.

`expires_on` and `expired_from` are those boundaries, kept beside the row; the day and the tenant's window are
asked when a statement runs, so a state is right whether or not any job has run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.courses import queries as courses
from app.courses.rules import add_days
from app.enrollments.facts import LAST_DAY, State
from app.platform import clock
from app.tenancy import queries as tenancy

COMPLETED = ("completed", "expired")
"""The statuses of an enrollment that was passed; `expired` is a cache of what the dates say."""


def _window_end() -> Any:
    return add_days(clock.today(), tenancy.current_tenant().expiring_window_days)


def _grace_start() -> Any:
    return add_days(clock.today(), -courses.longest_grace())


TODAY = sa.bindparam("today", type_=sa.Date, callable_=clock.today, unique=True)
WINDOW_END = sa.bindparam("window_end", type_=sa.Date, callable_=_window_end, unique=True)
GRACE_START = sa.bindparam("grace_start", type_=sa.Date, callable_=_grace_start, unique=True)
"""What ended before this day can not be in grace: it spares reading all that ended long ago."""


def state_case(row: Any) -> Any:
    """The state of `row` (a mapped class) today, or failed or withdrawn, as one expression for a column."""
    return sa.case(
        (sa.and_(row.status == "active", row.started_on > TODAY), State.NOT_STARTED.value),
        (row.status == "active", State.IN_PROGRESS.value),
        (row.status.in_(("failed", "withdrawn")), row.status),
        (row.completed_on > TODAY, State.NOT_STARTED.value),
        (row.revoked_on <= TODAY, State.REVOKED.value),
        (row.expires_on.is_(None), State.VALID.value),
        (row.expired_from <= TODAY, State.EXPIRED.value),
        (row.expires_on < TODAY, State.GRACE.value),
        (row.expires_on <= WINDOW_END, State.EXPIRING_SOON.value),
        else_=State.VALID.value,
    )


def _counts(row: Any, day: Any = TODAY) -> Any:
    return sa.and_(row.status.in_(COMPLETED), row.completed_on <= day,
                   sa.or_(row.revoked_on.is_(None), row.revoked_on > day))


def _ran(row: Any, day: Any) -> Any:
    """The condition that the enrollment `row` was under way on `day`, past days included."""
    began = sa.or_(row.started_on.is_(None), row.started_on <= day)
    ended = sa.func.coalesce(row.completed_on, row.withdrawn_on)
    return sa.or_(sa.and_(row.status == "active", began), sa.and_(row.started_on <= day, ended > day))


def person_columns(row: Any, day: Any = TODAY) -> list[Any]:
    """What `person_state` needs, aggregated over one person's rows for one course. `day`: today unless given."""
    revoked = sa.and_(row.status.in_(COMPLETED), row.completed_on <= day, row.revoked_on <= day)
    ended_on = sa.case((row.expires_on < row.revoked_on, row.expires_on), else_=row.revoked_on)
    last = sa.literal(LAST_DAY, sa.Date)
    return [
        sa.func.max(sa.case((_counts(row, day), sa.func.coalesce(row.expires_on, last)))).label("expires_on"),
        sa.func.max(sa.case((_counts(row, day), sa.func.coalesce(row.expired_from, last)))).label("expired_from"),
        sa.func.max(sa.case((revoked, ended_on))).label("ended_on"),
        sa.func.max(sa.case((_ran(row, day), 1), else_=0)).label("running"),
    ]


def person_state(person: Any, day: Any = TODAY, window_end: Any = WINDOW_END) -> Any:
    """A person's state for a course on `day`, over all their rows; `person`: the columns of `person_columns`.

    `window_end` is the last day of the tenant's window from `day` on.
    """
    over = sa.case((person.ended_on > person.expires_on, State.REVOKED.value), else_=State.EXPIRED.value)
    return sa.case(
        (person.expired_from > day, sa.case(
            (person.expires_on < day, State.GRACE.value),
            (person.expires_on <= window_end, State.EXPIRING_SOON.value), else_=State.VALID.value)),
        (person.expires_on.isnot(None), over),
        (person.ended_on.isnot(None), State.REVOKED.value),
        (person.running == 1, State.IN_PROGRESS.value),
        else_=State.NOT_STARTED.value,
    )


_CONDITIONS: dict[str, Callable[[Any], Any]] = {
    "valid": lambda row: sa.and_(_counts(row), sa.or_(row.expires_on.is_(None), row.expires_on > WINDOW_END)),
    "expiring_soon": lambda row: sa.and_(_counts(row), row.expires_on >= TODAY, row.expires_on <= WINDOW_END),
    "grace": lambda row: sa.and_(_counts(row), row.expires_on >= GRACE_START, row.expires_on < TODAY,
                                 row.expired_from > TODAY),
    "expired": lambda row: sa.and_(_counts(row), row.expires_on < TODAY, row.expired_from <= TODAY),
    "revoked": lambda row: sa.and_(row.status.in_(COMPLETED), row.completed_on <= TODAY, row.revoked_on <= TODAY),
    "in_progress": lambda row: sa.and_(row.status == "active",
                                       sa.or_(row.started_on.is_(None), row.started_on <= TODAY)),
    "not_started": lambda row: sa.or_(sa.and_(row.status == "active", row.started_on > TODAY),
                                      sa.and_(row.status.in_(COMPLETED), row.completed_on > TODAY)),
    "failed": lambda row: row.status == "failed",
    "withdrawn": lambda row: row.status == "withdrawn",
}

STATES = tuple(_CONDITIONS)
"""What `state_case` may say."""


def in_state(row: Any, state: str) -> Any:
    """The condition that `row` is in `state` today, as ranges of dates that an index serves; unknown: none."""
    condition = _CONDITIONS.get(state)
    return condition(row) if condition else sa.false()
