"""What happens to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ReportRequested(Event):
    """Somebody asked for a report: which, narrowed how."""

    subject = "report"
    name: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ReportFinished(Event):
    """A report was made: which, narrowed how, how many rows; `attached` is the file that goes with the mail."""

    subject = "report"
    name: str
    values: dict[str, Any]
    rows: int
    is_scheduled: bool
    attached: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportFailed(Event):
    """A report could not be made: which, and the code of the refusal, or 'bug'."""

    subject = "report"
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReportCancelled(Event):
    """Whoever asked for a report does not want it any more."""

    subject = "report"
    name: str


@dataclass(frozen=True, kw_only=True)
class ReportScheduled(Event):
    """Somebody has a report made again and again."""

    subject = "report"
    name: str
    every: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ReportScheduleStopped(Event):
    """A report that should come by itself could not be made for the first time, and will not until it is mended."""

    subject = "report"
    name: str
    reason: str
    stopped_on: date


@dataclass(frozen=True, kw_only=True)
class ReportUnscheduled(Event):
    """A schedule was ended."""

    subject = "report"
    name: str
