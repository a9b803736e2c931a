"""acme's matrix with everything that can happen to it, beside the plain definition of what that comes to."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from app.audit.changes import standing
from app.compliance import arrangements, equivalence_moves, moving, operations, waivers
from app.compliance.models import Equivalence, Requirement, RequirementChange, Waiver
from app.compliance.pairs import pair_states
from app.courses import operations as courses
from app.courses import validity_changes
from app.courses.models import Course
from app.enrollments import operations as enrollments
from app.enrollments.models import Enrollment
from app.organisation import moves
from app.organisation import operations as organisation
from app.organisation.models import Department, Employee
from app.organisation.previews import PLACE
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.tenancy import queries as tenancy
from tests.compliance.plainly import Chronicle, Rows

DAY = dt.timedelta(days=1)


class World:
    """The matrix of the other tests, with one course more of the anniversary kind and one department more."""

    def __init__(self, matrix, clock_):
        self.matrix, self.clock = matrix, clock_
        matrix.courses["yearly"] = matrix.do(
            courses.create_course, code="yearly", name="Yearly", validity_kind="anniversary", validity_months=2,
            window_before_days=20, window_after_days=10, grace_days=7)
        matrix.places["desk"] = matrix.do(organisation.create_department, code="desk", name="Desk",
                                          parent_id=matrix.places["office"].id)
        g6 = matrix.do(organisation.create_grade, code="G6", name="Senior", rank=6)
        self.courses = {code: row.id for code, row in matrix.courses.items()}
        self.keys = {"G5": matrix.g5.id, "G6": g6.id, "FIT": matrix.fitter.id, None: None,
                     **{code: row.id for code, row in matrix.places.items()}}
        self.people = matrix.acme.employees
        self.places, self.tree = Chronicle(), Chronicle()
        self.look()
        self.days_pass(1)
        self.start = clock.now()

    # -- reading -----------------------------------------------------------------------------------------

    def all(self, model, *, order=None):
        rows = db.session.scalars(sa.select(model).order_by(model.id), execution_options={"include_deleted": True})
        return list(rows)

    def one(self, model, number, is_deleted=False):
        rows = [one for one in self.all(model) if (getattr(one, "deleted_at", None) is not None) == is_deleted]
        return rows[number % len(rows)] if rows else None

    def look(self):
        """Note how people and departments stand now; it is what this day will have ended with, unless more happens."""
        db.session.expire_all()
        for one in self.all(Employee):
            self.places.look(one.id, clock.today(), one.is_active and one.deleted_at is None,
                             **{name: getattr(one, name) for name in PLACE})
        for one in self.all(Department):
            self.tree.look(one.id, clock.today(), one.deleted_at is None, parent_id=one.parent_id)

    def rows(self):
        db.session.expire_all()
        return Rows(clock.today(), tenancy.current_tenant().expiring_window_days, self.all(Employee),
                    {one.id: one for one in self.all(Course)}, self.all(Requirement), self.all(Equivalence),
                    self.all(Waiver), [one for one in self.all(Enrollment) if one.deleted_at is None],
                    self.places, self.tree)

    def check(self, *days):
        rows = self.rows()
        for day in days:
            assert self.told(day) == self.named(rows.pairs(day)), day

    def told(self, day):
        return self.named({(row.employee_id, row.course_id): row for row in db.session.execute(pair_states(day))})

    def named(self, pairs):
        who = {key: name for name, key in self.people.items()}
        codes = {key: code for code, key in self.courses.items()}
        return {(who[employee_id], codes[course_id]): (
            one.due_on, one.state, one.expires_on if one.state not in ("revoked", "waived") else None, one.lane)
            for (employee_id, course_id), one in pairs.items()}

    # -- what happens ------------------------------------------------------------------------------------

    def do(self, step):
        name, *values = step
        try:
            getattr(self, name)(*values)
        except DomainError:
            pass  # what is refused changes nothing
        self.look()

    def as_officer(self, operation, *args, **values):
        return self.matrix.do(operation, *args, **values)

    def foretold(self, moves, before, day, codes_):
        """That `moves` said what became of the pairs of `before` on `day`, in these courses."""
        self.look()
        after = {key: one for key, one in self.rows().pairs(day).items() if key[1] in codes_}
        before = {key: one for key, one in before.items() if key[1] in codes_}
        kinds = {"gained": after.keys() - before.keys(), "lost": before.keys() - after.keys(),
                 "moved": {key for key in after.keys() & before.keys() if after[key].due_on != before[key].due_on}}
        happened = {(kind, who, code, (before if kind == "lost" else after)[who, code].due_on)
                    for kind, keys in kinds.items() for who, code in keys}
        assert {(one.kind, one.employee.id, one.course.id, one.due_on) for one in moves.named} == happened
        assert (moves.gained, moves.lost, moves.moved) == tuple(map(len, kinds.values()))
        assert moves.missing == sum(after[key].lane in ("missing", "not_due") for key in kinds["gained"])

    def _scope(self, scope):
        return {f"{name}_id": self.keys[code] for name, code in scope.items()
                if name in ("department", "grade", "job_role")}

    def _days(self, **days):
        return {name: clock.today() + some * DAY for name, some in days.items() if some is not None}

    def _change(self, plan, make):
        """A change of a rule: `plan` foretells what `make` does, and past days stay as they were."""
        planned = plan()
        day, moves = max(planned.from_on, clock.today()), planned.moves()
        codes_ = {one.course_id for one in (*planned.replaced, *planned.written)}
        before = self.rows().pairs(day)
        make()
        self.foretold(moves, before, day, codes_)

    def require(self, code, scope, grace_days, start, length):
        values = self._scope(scope) | self._days(valid_from=start) | {
            "course_id": self.courses[code], "grace_days": grace_days}
        if length is not None:
            values["valid_until"] = values["valid_from"] + length * DAY
        officer = self.matrix.officer
        self._change(lambda: operations.plan_addition(officer, **values),
                     lambda: self.as_officer(operations.add_requirement, **values))

    def _standing_rule(self, number):
        rows = [one for one in self.all(Requirement) if one.superseded_at is None]
        return rows[number % len(rows)].id if rows else None

    def change(self, number, changes, ahead):
        rule, values = self._standing_rule(number), self._scope(changes) | self._days(from_on=ahead)
        if rule is None:
            return
        if "course" in changes:
            values["course_id"] = self.courses[changes["course"]]
        if "grace_days" in changes:
            values["grace_days"] = changes["grace_days"]
        if "until" in changes:
            values["valid_until"] = None if changes["until"] is None else values["from_on"] + changes["until"] * DAY
        was = self.past()
        self._change(lambda: operations.plan_change(self.matrix.officer, rule, **values),
                     lambda: self.as_officer(operations.change_requirement, rule, **values))
        assert self.past() == was

    def retire(self, number, ahead):
        rule, was = self._standing_rule(number), self.past()
        if rule is not None:
            self._change(lambda: operations.plan_end(self.matrix.officer, rule, **self._days(from_on=ahead)),
                         lambda: self.as_officer(operations.end_requirement, rule, **self._days(from_on=ahead)))
            assert self.past() == was

    def past(self):
        return [self.told(clock.today() - days * DAY) for days in (1, 8)]

    def undo(self, number):
        change = self.one(RequirementChange, number)
        if change is not None:
            self._change(lambda: operations.plan_undo(self.matrix.officer, change.id),
                         lambda: self.as_officer(operations.undo_change, change.id))

    def employee(self, who):
        """Nobody where their record was put away."""
        return db.session.scalar(sa.select(Employee).where(Employee.id == self.people[who]))

    def move(self, who, place):
        employee = self.employee(who)
        if employee is None:
            return
        values, before = self._scope(place), self.rows().pairs(clock.today())
        told = moving.moves_of_place(employee, {name: getattr(employee, name) for name in PLACE} | values)
        self.as_officer(organisation.update_employee, employee.id, **values)
        self.foretold(told, before, clock.today(), set(self.courses.values()))

    def move_back(self, who):
        change, employee = standing(moves.moves_of(self.people[who])), self.employee(who)
        if change is not None and employee is not None:
            before, place = self.rows().pairs(clock.today()), moves.place_before(change)
            told = moving.moves_of_place(employee, {name: getattr(employee, name) for name in PLACE} | place,
                                         is_back=True)
            self.as_officer(moves.undo_move, employee.id, change_id=change.id)
            for name, value in place.items():
                self.places.put_back.add((employee.id, name, clock.today(), value))
            self.foretold(told, before, clock.today(), set(self.courses.values()))

    def put_below(self, code, parent):
        department, before = db.session.get_one(Department, self.keys[code]), self.rows().pairs(clock.today())
        if self._loops(code, parent):
            return
        told = moving.moves_of_department(department, self.keys[parent])
        self.as_officer(organisation.update_department, department.id, parent_id=self.keys[parent])
        self.foretold(told, before, clock.today(), set(self.courses.values()))

    def _loops(self, code, parent):
        above = self.keys[parent]
        while above is not None and above != self.keys[code]:
            above = db.session.get_one(Department, above).parent_id
        return above is not None

    def put_back(self, code):
        change = standing(moves.moves_of(self.keys[code], moves.DEPARTMENTS))
        if change is None:
            return
        department, before = db.session.get_one(Department, self.keys[code]), self.rows().pairs(clock.today())
        parent_id = moves.place_before(change)["parent_id"]
        if self._loops(code, next(one for one, key in self.keys.items() if key == parent_id)):
            return
        told = moving.moves_of_department(department, parent_id, is_back=True)
        self.as_officer(moves.undo_department_move, department.id, change_id=change.id)
        self.tree.put_back.add((department.id, "parent_id", clock.today(), parent_id))
        self.foretold(told, before, clock.today(), set(self.courses.values()))

    def close(self, code, again):
        operation = organisation.restore_department if again else organisation.archive_department
        self.as_officer(operation, self.keys[code])

    def put_away(self, code, again):
        self.as_officer(courses.restore_course if again else courses.archive_course, self.courses[code])

    def come_and_go(self, who, is_active):
        self.as_officer(organisation.update_employee, self.people[who], is_active=is_active)

    def delete(self, who):
        self.as_officer(organisation.archive_employee, self.people[who])

    def bring_back(self, who):
        self.as_officer(organisation.restore_employee, self.people[who])

    def hired_and_left(self, who, hired, left):
        values = {"hired_on": None, "left_on": None} | self._days(hired_on=hired, left_on=left)
        self.as_officer(organisation.update_employee, self.people[who], **values)

    def _turned(self, told, make):
        """That an equivalence turns what `told` says, on its day."""
        before = self.named(self.rows().pairs(told.day))
        make()
        after = self.named(self.rows().pairs(told.day))
        turned = {"covered": 0, "uncovered": 0, "moved": 0}
        for key, (_due, state, expires_on, lane) in after.items():
            _due, was_state, was_expires_on, was_lane = before[key]
            if (was_lane == "met") != (lane == "met"):
                turned["covered" if lane == "met" else "uncovered"] += 1
            elif (was_state, was_expires_on) != (state, expires_on):
                turned["moved"] += 1
        assert {name: getattr(told, name) for name in turned} == turned

    def counts_as(self, code, counted, both_ways, start, length):
        values = self._days(valid_from=start) | {
            "course_id": self.courses[code], "counted_id": self.courses[counted], "both_ways": both_ways}
        if length is not None:
            values["valid_until"] = values["valid_from"] + length * DAY
        self._turned(equivalence_moves.plan_addition(self.matrix.officer, **values),
                     lambda: self.as_officer(arrangements.add_equivalence, **values))

    def counts_otherwise(self, number, both_ways, length):
        row = self.one(Equivalence, number)
        if row is not None:
            key = row.id
            values = {"both_ways": both_ways, "valid_until": None if length is None else clock.today() + length * DAY}
            self._turned(equivalence_moves.plan_change(self.matrix.officer, key, **values),
                         lambda: self.as_officer(arrangements.change_equivalence, key, **values))

    def counts_as_before(self, number):
        row = self.one(Equivalence, number)
        change = standing(equivalence_moves.changes(row.id)) if row is not None else None
        if change is not None:
            key = row.id
            self._turned(equivalence_moves.plan_undo(self.matrix.officer, key, change_id=change.id),
                         lambda: self.as_officer(equivalence_moves.undo_change, key, change_id=change.id))

    def counts_no_more(self, number):
        row = self.one(Equivalence, number)
        if row is not None:
            key = row.id
            self._turned(equivalence_moves.plan_end(self.matrix.officer, key),
                         lambda: self.as_officer(arrangements.archive_equivalence, key))

    def counts_again(self, number):
        row = self.one(Equivalence, number, is_deleted=True)
        if row is not None:
            key = row.id
            self._turned(equivalence_moves.plan_restore(self.matrix.officer, key),
                         lambda: self.as_officer(arrangements.restore_equivalence, key))

    def waive(self, who, code, start, length):
        days = self._days(starts_on=start)
        if length is not None:
            days["ends_on"] = days["starts_on"] + length * DAY
        self.as_officer(waivers.grant_waiver, employee_id=self.people[who], course_id=self.courses[code],
                        reason="Abroad", **days)

    def end_waiver(self, number, ahead):
        self.to_one(Waiver, number, waivers.end_waiver, **self._days(ended_on=ahead))

    def drop_waiver(self, number):
        self.to_one(Waiver, number, waivers.archive_waiver)

    def restore_waiver(self, number):
        self.to_one(Waiver, number, waivers.restore_waiver, is_deleted=True)

    def to_one(self, model, number, operation, is_deleted=False, **values):
        row = self.one(model, number, is_deleted)
        if row is not None:
            self.as_officer(operation, row.id, **values)

    def completed(self, who, code, back, stated):
        day = clock.today() - back * DAY
        more = {} if stated is None else {"granted_expires_on": day + stated * DAY}
        self.matrix.completed(code, day, who, **more)

    def enrol(self, who, code, start):
        self.as_officer(enrollments.create_enrollment, employee_id=self.people[who], course_id=self.courses[code],
                        **self._days(started_on=start))

    def result(self, number, kind):
        running = [one for one in self.all(Enrollment) if one.status == "active" and one.deleted_at is None]
        if running:
            row, day = running[number % len(running)], {"completed_on": clock.today()}
            operation, values = {"complete": (enrollments.complete_enrollment, day),
                                 "fail": (enrollments.fail_enrollment, day),
                                 "withdraw": (enrollments.withdraw_enrollment, {"reason": "Ill"})}[kind]
            self.as_officer(operation, row.id, **values)

    def correct(self, number, back):
        self.to_one(Enrollment, number, enrollments.correct_enrollment, completed_on=clock.today() - back * DAY)

    def revoke(self, number, back):
        self.to_one(Enrollment, number, enrollments.revoke_enrollment, revoked_on=clock.today() - back * DAY,
                    reason="Forged")

    def reinstate(self, number):
        self.to_one(Enrollment, number, enrollments.reinstate_enrollment)

    def drop(self, number):
        self.to_one(Enrollment, number, enrollments.archive_enrollment)

    def restore(self, number):
        self.to_one(Enrollment, number, enrollments.restore_enrollment, is_deleted=True)

    def policy(self, code, policy):
        values = {"grace_days": 0, "window_before_days": 0, "window_after_days": 0} | policy
        told = validity_changes.moves_of(self.matrix.officer, self.courses[code], **values)
        before = self.expiries()
        self.as_officer(courses.update_course, self.courses[code], **values)
        after = self.expiries()
        assert told.moved <= sum(before[key] != after[key] for key in before)

    def expiries(self):
        db.session.expire_all()
        return {one.id: (one.expires_on, one.expired_from) for one in self.all(Enrollment) if one.deleted_at is None}

    def policy_back(self, code):
        change = standing(validity_changes.validity_changes(self.courses[code]))
        if change is not None:
            self.as_officer(validity_changes.undo_validity_change, self.courses[code], change_id=change.id)

    def days_pass(self, days):
        self.clock.shift(days * DAY)
