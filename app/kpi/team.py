"""The people whom somebody leads, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kpi import metrics, queries
from app.kpi.rules import Counts, Figure, Filters, total
from app.kpi.sources import SOURCES
from app.platform import clock


@dataclass(frozen=True)
class Member:
    """A person and the figures of that person alone."""

    person: Any
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Team:
    """The figures of all of them together, and the members, those who lack most first."""

    figures: Mapping[str, Figure]
    members: list[Member]


def team(actor: Any) -> Team:
    """Everybody whom the actor sees, the actor included: a foreman's crew, a manager's crews."""
    day, counted = clock.today(), dict[Any, list[Counts]]()
    for source in SOURCES:
        for group in queries.grouped(actor, Filters(), day, source, by=("employee_id",)):
            counted.setdefault(group.key[0], []).append(group.counts)
    people = queries.members(actor, day)
    members = [Member(person, metrics.figures(total(counted.get(person.id, [])))) for person in people]
    everything = total(counts for several in counted.values() for counts in several)
    return Team(metrics.figures(everything), sorted(members, key=_most_missing))


def _most_missing(member: Member) -> tuple[int, int, str]:
    missing, soon = (member.figures.get(name) for name in ("overdue", "expiring_30"))
    return -(missing.hits if missing else 0), -(soon.hits if soon else 0), str(member.person)

