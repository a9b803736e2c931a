"""What a number is, apart from where it comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from uuid import UUID

WEEKS_AHEAD = 13
DAYS_AHEAD = (30, 60, 90)
COMPLETION_DAYS = 365  # how far back an enrollment that is over still counts
TURNAROUND_DAYS = 90  # and a request that was decided
AGES = ((0, 2), (3, 7), (8, 14), (15, None))  # days that a request has waited, from and to

Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Whose and which training is counted. None: all that the asker may see.

    A department includes those below it, unless `directly`; a team is the people whose foreman is `team`; `employee`
    is one person alone.
    """

    department: UUID | None = None
    team: UUID | None = None
    job_role: UUID | None = None
    grade: UUID | None = None
    course: UUID | None = None
    category: str | None = None
    employee: UUID | None = None
    directly: bool = False

    @property
    def given(self) -> dict[str, str]:
        """Those that narrow, by name, as an address says them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: "1" if value is True else str(value) for name, value in values.items() if value}

    def departments(self, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
        """The departments that `department` means; `parents` is each department's own parent."""
        if self.department is None or self.directly:
            return {self.department} if self.department else set()
        return below(self.department, parents)

    @property
    def narrows_training(self) -> bool:
        """Whether they say which courses, which the daily record does not know apart."""
        return self.course is not None or self.category is not None

    @property
    def narrows_posts(self) -> bool:
        """Whether they say which job roles or grades, which the daily record does not know apart either."""
        return self.job_role is not None or self.grade is not None

    @property
    def is_of_record(self) -> bool:
        """Whether the daily record can tell what they mean."""
        return not (self.narrows_training or self.narrows_posts)


@dataclass(frozen=True)
class Figure:
    """How many of how many; `unit` is percent, count or days, and then `hits` is the sum of their minutes."""

    hits: int
    among: int
    unit: str

    @property
    def value(self) -> float | None:
        """The number that stands for it; None where there is nothing to measure."""
        if self.unit == "count":
            return self.hits
        if not self.among:
            return None
        return percent(self.hits, self.among) if self.unit == "percent" else days(self.hits / self.among)


def percent(hits: int, among: int) -> float:
    """The share in per cent with one decimal. 100 only when all are hit and 0 only when none is."""
    share = round(100 * hits / among, 1)
    if share == 100 and hits < among:
        return 99.9
    return 0.1 if share == 0 and hits > 0 else share


def days(minutes: float) -> float:
    """Minutes as days with one decimal."""
    return round(minutes / (24 * 60), 1)


def below(department: UUID, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    """The department and all that are part of it; `parents` is each department's own parent."""
    found, grown = {department}, True
    while grown:
        more = {one for one, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found


def total(counts: Iterable[Counts]) -> dict[str, int]:
    """The counts of several groups that no row is in twice, added up."""
    found: dict[str, int] = {}
    for one in counts:
        for name, number in one.items():
            found[name] = found.get(name, 0) + number
    return found


def weeks_from(day: date) -> list[tuple[date, date]]:
    """(first, last) day of each of the `WEEKS_AHEAD` spans of seven days that begin with `day`."""
    return [(day + timedelta(weeks=n), day + timedelta(weeks=n, days=6)) for n in range(WEEKS_AHEAD)]


@dataclass(frozen=True)
class Standing:
    """Where somebody stood on a day, and what they counted for."""

    department_id: UUID | None
    foreman_id: UUID | None
    counts: Counts


def rolled_up(standings: Iterable[Standing], tenant_id: UUID) -> Iterator[tuple[str, UUID, Counts]]:
    """(level, whose, counts) of the tenant, of each department and of each team, from its people."""
    groups: dict[tuple[str, UUID], list[Counts]] = {("tenant", tenant_id): []}
    for one in standings:
        groups["tenant", tenant_id].append(one.counts)
        for level, scope_id in (("department", one.department_id), ("team", one.foreman_id)):
            if scope_id is not None:
                groups.setdefault((level, scope_id), []).append(one.counts)
    for (level, scope_id), counts in groups.items():
        yield level, scope_id, total(counts)
