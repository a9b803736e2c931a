"""The values that the validity rules take and give: completions, periods, attempts, waivers, states.

Plain and frozen, so that the screen, REST, import, jobs and tests all make them from what they have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

LAST_DAY = date.max  # 31.12.9999 is how SAP and many people write 'does not expire'
SOURCES = ("screen", "import", "sync", "renewal")


class State(StrEnum):
    """What a person is for a course on a day."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    VALID = "valid"
    EXPIRING_SOON = "expiring_soon"
    GRACE = "grace"
    EXPIRED = "expired"
    WAIVED = "waived"
    REVOKED = "revoked"


VALID_STATES = frozenset({State.VALID, State.EXPIRING_SOON})
"""The states in which a certificate is valid; grace is tolerance after it, not validity."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """That somebody completed a course (or one declared equivalent to it), as it was recorded.

    `granted_expires_on` is the expiry that the certificate or the import states; it overrides the computed
    one, and 31.12.9999 means that it does not expire. From `revoked_on` the completion no longer counts.
    `source` is one of SOURCES; `source_batch` and `source_row` say where in it. `renews_id` links to the
    enrollment that was renewed: the dates decide, not the link, so that imported history without links
    comes out the same. `equivalent_code` is the code of the equivalent course that was in fact completed.
    """

    completed_on: date
    granted_expires_on: date | None = None
    revoked_on: date | None = None
    enrollment_id: UUID | None = None
    renews_id: UUID | None = None
    source: str = "screen"
    source_batch: str | None = None
    source_row: int | None = None
    certificate_number: str | None = None
    equivalent_code: str | None = None

    def is_revoked(self, day: date) -> bool:
        """Whether the completion no longer counts on `day` because it was revoked."""
        return self.revoked_on is not None and self.revoked_on <= day


@dataclass(frozen=True, kw_only=True)
class Period(Completion):
    """A completion with its expiry: the last valid day, None when it does not expire."""

    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The dates of one enrollment. `outcome` is completed, failed, withdrawn or None while it runs."""

    started_on: date
    ended_on: date | None = None
    outcome: str | None = None

    def has_ended(self, day: date) -> bool:
        """Whether it was over on `day`; an outcome without a date counts as over from the start."""
        return self.ended_on <= day if self.ended_on else self.outcome is not None


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """The course is not asked of the person from `starts_on` to `ends_on` inclusive (None: open)."""

    starts_on: date
    ends_on: date | None
    reason: str
    approver: str

    def covers(self, day: date) -> bool:
        """Whether the waiver is in force on `day`."""
        return self.starts_on <= day <= (self.ends_on or LAST_DAY)
