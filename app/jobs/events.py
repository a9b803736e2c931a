"""What people do to jobs."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class JobRequested(Event):
    """Somebody had a scheduled job run now."""

    subject = "job"
    job: str


@dataclass(frozen=True, kw_only=True)
class JobRepeated(Event):
    """Somebody had a run that failed tried again."""

    subject = "job"
    job: str
