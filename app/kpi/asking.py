"""What somebody asks for, as an address says it: the same arguments on screen, over REST and for a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from app.kpi.rules import Filters
from app.platform import clock
from app.platform.fab.filters import to_uuid

_NOBODY = UUID(int=0)  # what is no id at all is an id that nothing has
_ROWS = ("department", "team", "employee", "job_role", "grade", "course")


@dataclass(frozen=True)
class Asked:
    """Whose numbers, of which day, and whether as they were known then."""

    filters: Filters
    day: date
    is_then: bool = False

    def arguments(self, **changes: Any) -> dict[str, str]:
        """The arguments that ask for the same again, some replaced (None removes)."""
        found = self.filters.given
        if self.day != clock.today():
            found |= {"as_of": self.day.isoformat()}
        if self.is_then:
            found |= {"known": "then"}
        wanted = found | {name: str(value) for name, value in changes.items() if value is not None}
        return {name: value for name, value in wanted.items() if changes.get(name, "") is not None}

    def link(self, path: str, **changes: Any) -> str:
        """An address that asks for the same, some replaced."""
        arguments = self.arguments(**changes)
        return f"{path}?{urlencode(arguments)}" if arguments else path


def asked(arguments: Mapping[str, str]) -> Asked:
    """What the arguments of an address ask for; a day that is none is today, and what was known today is known now."""
    ids = {name: to_uuid(arguments[name]) or _NOBODY for name in _ROWS if arguments.get(name)}
    day = _day(arguments.get("as_of", "")) or clock.today()
    filters = Filters(**ids, category=arguments.get("category", "").replace("\0", "") or None,
                      directly="department" in ids and bool(arguments.get("directly")))
    return Asked(filters, day, is_then=arguments.get("known") == "then" and day < clock.today())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in clock.YEARS else None
