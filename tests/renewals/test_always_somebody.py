"""Whatever happens to people, every open step has somebody who can decide it, and no request is lost.

Run the thousand changes of the promise with TRAINFLOW_LONG=1; a small number by default.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import SYSTEM, User
from app.organisation import delegation
from app.organisation import operations as organisation
from app.organisation.models import Delegation, Employee
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.renewals import deadlines, operations, policies, routing
from app.renewals.models import RenewalRequest, WorkflowStep
from tests.conftest import NOW
from tests.imports.conftest import Importing
from tests.renewals.conftest import Renewals

LONG = "TRAINFLOW_LONG" in os.environ
CREW = ("employee", "outsider", "foreman", "manager", "officer", "second", "third", "lead", "chief")
BOSSES = ("foreman", "manager", "second", "lead", "chief", "officer", None)

people = st.sampled_from(CREW)
bosses = st.sampled_from(BOSSES)
changes = st.one_of(
    st.tuples(st.just("move"), people, bosses, bosses),
    st.tuples(st.just("deactivate"), people),
    st.tuples(st.just("activate"), people),
    st.tuples(st.just("delete"), people),
    st.tuples(st.just("restore"), people),
    st.tuples(st.just("absence"), people, st.sampled_from((*CREW, None)), st.integers(-1, 2), st.integers(0, 4)),
    st.tuples(st.just("back"), people),
    st.tuples(st.just("role"), people, st.sampled_from(("Employee", "Foreman", "Manager", "Training Officer"))),
    st.tuples(st.just("login"), people, st.booleans()),
    st.tuples(st.just("import"), st.lists(st.tuples(people, bosses, bosses, st.booleans()), min_size=1, max_size=4,
                                          unique_by=lambda row: row[0])),
    st.tuples(st.just("undo")),
    st.tuples(st.just("decide"), st.integers(0, 20), st.booleans()),
    st.tuples(st.just("reassign"), st.integers(0, 20), people),
    st.tuples(st.just("days pass"), st.integers(1, 3)),
)


@dataclass
class World:
    """acme with a longer line of people, requests of most of them, and the imports that were committed."""

    renewals: Renewals
    requests: list
    imports: list
    clock: time_machine.Coordinates

    @property
    def ids(self):
        return self.renewals.acme.employees

    def employee(self, who):
        return db.session.scalar(sa.select(Employee).where(Employee.id == self.ids[who]),
                                 execution_options={"include_deleted": True, "populate_existing": True})

    def open_steps(self):
        return list(db.session.scalars(sa.select(WorkflowStep).where(WorkflowStep.status == "open")
                                       .order_by(WorkflowStep.id)))

    # -- the changes -------------------------------------------------------------------------------------

    def move(self, who, foreman, manager):
        organisation.update_employee(SYSTEM, self.ids[who], foreman_id=self.ids.get(foreman),
                                     manager_id=self.ids.get(manager))

    def deactivate(self, who):
        organisation.update_employee(SYSTEM, self.ids[who], is_active=False)

    def activate(self, who):
        organisation.update_employee(SYSTEM, self.ids[who], is_active=True)

    def delete(self, who):
        organisation.archive_employee(SYSTEM, self.ids[who])

    def restore(self, who):
        organisation.restore_employee(SYSTEM, self.ids[who])

    def absence(self, who, delegate, start, days):
        first = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=start)
        delegation.create_delegation(SYSTEM, employee_id=self.ids[who], delegate_id=self.ids.get(delegate),
                                     starts_on=first, ends_on=first + dt.timedelta(days=days))

    def back(self, who):
        for row in db.session.scalars(sa.select(Delegation).where(Delegation.employee_id == self.ids[who])):
            delegation.archive_delegation(SYSTEM, row.id)

    def role(self, who, role):
        organisation.edit_login(SYSTEM, self.ids[who], role=role, active=bool(self.employee(who).may_sign_in))

    def login(self, who, active):
        user = db.session.get_one(User, self.employee(who).user_id)
        organisation.edit_login(SYSTEM, self.ids[who], role=user.roles[0].name, active=active)

    def decide(self, number, approve):
        steps = self.open_steps()
        if not steps:
            return
        step = steps[number % len(steps)]
        actor = next((one for one in self.logins() if step.id in self.decidable(one)), None)
        if approve:
            operations.approve_step(actor, step.id)
        else:
            operations.reject_step(actor, step.id, comment="No")
        self.requests[:] = [one for one in self.requests if one != step.request_id or self.is_live(one)]

    def reassign(self, number, who):
        steps = self.open_steps()
        if steps:
            operations.reassign_step(SYSTEM, steps[number % len(steps)].id, employee_id=self.ids[who])

    # -- in steps of their own ---------------------------------------------------------------------------

    def bring_file(self, rows):
        numbers = {who: self.employee(who).number for who in CREW}
        importing = Importing(self.renewals.acme, "keeper")
        importing.whole("employees", [["Employee number", "Foreman", "Manager", "Active"], *(
            [numbers[who], numbers.get(foreman, "-"), numbers.get(manager, "-"), "yes" if active else "no"]
            for who, foreman, manager, active in rows)])
        if importing.batch.stage == "committed":
            self.imports.append(importing)

    def take_file_back(self):
        if self.imports:
            self.imports.pop().undo()

    def let_days_pass(self, days):
        self.clock.shift(dt.timedelta(days=days))
        with unit_of_work():
            routing.route_anew()
        for chase in (deadlines.remind, deadlines.escalate):
            count = 1
            while count:
                with unit_of_work():
                    count = chase()

    def do(self, change):
        kind, *values = change
        apart = {"import": self.bring_file, "undo": self.take_file_back, "days pass": self.let_days_pass}
        try:
            if kind in apart:
                apart[kind](*values)
            else:
                with unit_of_work():
                    getattr(self, kind)(*values)
        except DomainError:
            pass  # a change that is refused changes nothing

    # -- what must hold ----------------------------------------------------------------------------------

    def is_live(self, request_id):
        return db.session.scalar(sa.select(RenewalRequest.status).where(RenewalRequest.id == request_id)) in (
            "pending", "returned")

    def logins(self):
        return list(db.session.scalars(sa.select(User).where(User.active).order_by(User.id)))

    def decidable(self, actor):
        return set(db.session.scalars(
            sa.select(WorkflowStep.id).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
            .where(policies.decidable(actor))))

    def check(self):
        db.session.expire_all()
        steps = {step.id: step for step in self.open_steps()}
        deciders = {step_id: [] for step_id in steps}
        for actor in self.logins():
            for step_id in self.decidable(actor):
                deciders[step_id].append(actor.id)
        own = self.owners()
        assert [step_id for step_id, found in deciders.items() if not found] == []
        assert [step_id for step_id, found in deciders.items() if set(found) & own[steps[step_id].request_id]] == []
        assert sorted(step.request_id for step in steps.values()) == sorted(own) == sorted(self.requests)

    def owners(self):
        """Live request to the logins of whom it is about and of who asked."""
        rows = db.session.execute(
            sa.select(RenewalRequest.id, RenewalRequest.asked_by_id, Employee.user_id)
            .join(Employee, Employee.id == RenewalRequest.employee_id)
            .where(RenewalRequest.status.in_(("pending", "returned"))),
            execution_options={"include_deleted": True})
        return {request_id: {asked_by, about} for request_id, asked_by, about in rows}


@pytest.fixture
def world(renewals):
    renewals.hire("chief", "Manager")
    renewals.hire("second", "Foreman", manager_id="chief")
    renewals.hire("lead", "Foreman", foreman_id="second", manager_id="manager")
    renewals.hire("third", "Employee", foreman_id="lead", manager_id="chief")
    for keeper in ("keeper", "spare"):  # administrators whom nothing happens to: somebody is always left
        renewals.hire(keeper, "Administrator")
    requests = [renewals.ask(who, course).id for who in ("employee", "outsider", "third", "lead", "officer", "manager")
                for course in ("safety", "technical")]
    requests.append(renewals.ask("second", by="officer").id)
    with time_machine.travel(NOW, tick=False) as clock:
        yield World(renewals, requests, [], clock)


@settings(max_examples=25 if LONG else 2, deadline=None, database=None, derandomize=not LONG,
          suppress_health_check=list(HealthCheck))
@given(many=st.lists(changes, min_size=40 if LONG else 10, max_size=60 if LONG else 14))
def test_every_open_step_has_somebody_whatever_happens_to_people(context, world, many):
    connection = db.engines[None]
    before, requests = connection.begin_nested(), list(world.requests)
    try:
        world.check()
        for change in many:
            world.do(change)
            world.check()
    finally:
        db.session.remove()
        before.rollback()
        world.requests[:], world.imports[:] = requests, []
        world.clock.move_to(NOW)


def test_the_check_sees_a_step_that_nobody_can_decide(world):
    step = world.open_steps()[0]
    with unit_of_work():
        db.session.execute(sa.update(WorkflowStep).where(WorkflowStep.id == step.id).values(
            assignee_id=world.ids["employee"] if step.kind == "foreman" else None, pool=None))
    with pytest.raises(AssertionError):
        world.check()
