"""What somebody who decides about a renewal has to know, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app.enrollments import queries as enrollments
from app.enrollments.models import Enrollment
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.fab.panels import panels_of
from app.platform.look.dates import day
from app.renewals import queries, story
from app.renewals.models import RenewalEvidence, RenewalRequest, WorkflowStep

VALID = ("valid", "expiring_soon")


@dataclass(frozen=True)
class Impact:
    """What the team loses when the certificate runs out: a sentence, further lines, and the state that colours it."""

    words: str
    more: list[str]
    state: str


@dataclass(frozen=True)
class Case:
    """A step with everything that helps to decide it; `notes` say on whose behalf, and in which turn."""

    step: WorkflowStep
    notes: list[str]
    impact: Impact | None
    history: list[Enrollment]
    facts: list[str]
    evidence: list[RenewalEvidence]
    chain: list[story.Stage]
    timeline: list[dict[str, Any]]
    panels: list[dict[str, Any]]

    @property
    def request(self) -> RenewalRequest:
        """What is asked for."""
        return self.step.request


def case_of(actor: Any, step: WorkflowStep) -> Case:
    """The case of a step that `actor` may decide."""
    asked, steps = step.request, queries.steps_of(step.request_id)
    history = enrollments.of_pair(asked.employee_id, asked.course_id)
    return Case(step, list(_notes(actor, step, steps)), _impact(asked), list(reversed(history)),
                list(_facts(asked)), queries.evidence_of(asked.id), story.stages(asked, steps),
                story.lines(asked.id), list(panels_of("approvals", step)))


def stands_in_for(me: Employee | None, step: WorkflowStep) -> Employee | None:
    """Whom `me` decides for, when the step is somebody else's who is away."""
    return step.assignee if step.assignee is not None and (me is None or step.assignee_id != me.id) else None


def _notes(actor: Any, step: WorkflowStep, steps: list[WorkflowStep]) -> Iterator[str]:
    away = stands_in_for(organisation.employee_for_user(actor.id), step)
    if away is not None:
        yield _("You decide for %(name)s, who is away. The timeline will say so.", name=str(away))
    asked = step.request
    if asked.asked_by is not None and asked.asked_by_id != asked.employee.user_id:
        yield _("%(name)s asked on their behalf.", name=str(asked.asked_by))
    coming = [one for one in steps if one.position > step.position and one.status == "waiting"]
    if not coming:
        yield _("Yours is the last decision: approving enrols %(name)s again.", name=str(asked.employee))


def _facts(asked: RenewalRequest) -> Iterator[str]:
    course = asked.course
    if course.is_mandatory:
        yield _("This course is mandatory.")
    if course.provider:
        yield _("Provider: %(name)s", name=course.provider)
    if course.duration_hours:
        yield ngettext("It takes %(num)s hour.", "It takes %(num)s hours.", round(course.duration_hours))
    earlier = [one for one in queries.requests_of(asked.employee_id) if one.id != asked.id]
    if earlier:
        yield ngettext("%(num)s earlier request for renewal by this person.",
                       "%(num)s earlier requests for renewal by this person.", len(earlier))


def _impact(asked: RenewalRequest) -> Impact | None:
    person, held = asked.employee, asked.enrollment
    team, crew = _team(person)
    if crew is None:
        return None
    counts = enrollments.people_by_state(asked.course_id, crew)
    size = db.session.scalar(sa.select(sa.func.count(Employee.id)).where(crew, Employee.is_active)) or 0
    valid = sum(counts.get(state, 0) for state in VALID)
    words = _("%(team)s: %(valid)s of %(size)s hold a valid certificate for this course.", team=team, valid=valid,
              size=size)
    if held.state not in VALID:
        return Impact(words, [_("This one is valid no longer and is not among them.")], held.state)
    more = _("From %(day)s, when this one has run out: %(left)s of %(size)s.", day=day(held.expires_on),
             left=max(valid - 1, 0), size=size) if held.expires_on else ""
    return Impact(words, [more] if more else [], "expired" if valid <= 1 else held.state)


def _team(person: Employee) -> tuple[str, Any]:
    """Whom the certificate is missed by: the crew, or the department of who is in none; and its name."""
    if person.foreman_id is not None:
        return _("The crew of %(name)s", name=str(person.foreman)), Employee.foreman_id == person.foreman_id
    if person.department_id is not None:
        return str(person.department), Employee.department_id == person.department_id
    return "", None
