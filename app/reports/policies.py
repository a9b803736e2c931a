"""Who may open what was made, and who may have something made again and again."""

from __future__ import annotations

from typing import Any

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.reports import catalogue
from app.reports.models import ReportRun


def may_open(actor: Any, run: ReportRun) -> bool:
    """Only whoever asked, and only while they hold every role that they had then: what was read with the eyes of a
    foreman stays closed to somebody who is none any more."""
    return run.asked_by_id == actor.id and may_open_kind(actor, run.name, run.asked_as)


def may_open_kind(actor: Any, name: str, asked_as: str | None) -> bool:
    """The same of every own run of the report called `name` that was read with the roles `asked_as`."""
    then = frozenset(asked_as.split(",")) if asked_as else frozenset[str]()
    return catalogue.may_run_named(actor, name) and then <= role_names(actor)


def roles_of(actor: Any) -> str | None:
    """The actor's roles as a run keeps them; None for TrainFlow itself."""
    return ",".join(sorted(role_names(actor))) or None


def may_schedule(actor: Any) -> bool:
    """Whether reports may be made for the actor by themselves. Only for a login that may still sign in."""
    return actor is not None and (actor.id is None or (
        bool(actor.active) and allows(role_names(actor), "schedule", "reports")))
