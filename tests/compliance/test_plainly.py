"""Whatever happens to rules, people, departments and certificates, every pair stands as the plain definition says, on
any day, and what a preview foretells is what happens.

TRAINFLOW_LONG=1 runs TRAINFLOW_EXAMPLES (100) long histories; a few short ones by default.
"""

from __future__ import annotations

import copy
import os

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.compliance.models import Requirement
from app.platform import clock
from app.platform.db import db
from tests.compliance.happenings import DAY, World
from tests.conftest import NOW

LONG = "TRAINFLOW_LONG" in os.environ
MANY = int(os.environ.get("TRAINFLOW_EXAMPLES", "100"))
WHO = ("employee", "foreman", "manager", "outsider")
CODES = ("fire", "crane", "code", "yearly")
PLACES = ("plant", "shop", "office", "desk")
POLICIES = (
    {"validity_kind": "never", "validity_months": None, "validity_days": None},
    {"validity_kind": "rolling", "validity_months": 12, "validity_days": None, "grace_days": 14},
    {"validity_kind": "rolling", "validity_months": None, "validity_days": 40, "grace_days": 5},
    {"validity_kind": "rolling", "validity_months": None, "validity_days": 10, "grace_days": 0},
)

who, codes, number = st.sampled_from(WHO), st.sampled_from(CODES), st.integers(0, 30)
places, maybe = st.sampled_from((*PLACES, None)), st.sampled_from((None, False, True))
ahead, back, grace = st.integers(0, 12), st.integers(0, 60), st.sampled_from((0, 0, 5, 30))
until = st.one_of(st.none(), st.integers(0, 20))
scope = st.fixed_dictionaries({}, optional={
    "department": st.sampled_from(PLACES), "job_role": st.just("FIT"), "grade": st.sampled_from(("G5", "G6"))})
OPERATIONS = st.one_of(
    st.tuples(st.just("require"), codes, scope, grace, st.integers(-20, 8), until),
    st.tuples(st.just("change"), number, st.fixed_dictionaries({}, optional={
        "course": codes, "grace_days": grace, "grade": st.sampled_from(("G5", None)),
        "department": places, "until": until}), ahead),
    st.tuples(st.just("retire"), number, ahead),
    st.tuples(st.just("undo"), number),
    st.tuples(st.just("move"), who, st.fixed_dictionaries({}, optional={
        "department": places, "job_role": st.sampled_from(("FIT", None)),
        "grade": st.sampled_from(("G5", "G6", None))})),
    st.tuples(st.just("move_back"), who),
    st.tuples(st.just("put_below"), st.sampled_from(PLACES), places),
    st.tuples(st.just("put_back"), st.sampled_from(PLACES)),
    st.tuples(st.just("come_and_go"), who, st.booleans()),
    st.tuples(st.just("delete"), who), st.tuples(st.just("bring_back"), who),
    st.tuples(st.just("hired_and_left"), who, st.sampled_from((None, -40, -3, 2)), st.sampled_from((None, 0, 9))),
    st.tuples(st.just("counts_as"), codes, codes, st.booleans(), st.integers(-9, 9), until),
    st.tuples(st.just("counts_otherwise"), number, st.booleans(), until),
    st.tuples(st.just("counts_as_before"), number),
    st.tuples(st.just("counts_no_more"), number), st.tuples(st.just("counts_again"), number),
    st.tuples(st.just("waive"), who, codes, st.integers(-9, 9), until),
    st.tuples(st.just("end_waiver"), number, st.integers(0, 5)),
    st.tuples(st.just("drop_waiver"), number), st.tuples(st.just("restore_waiver"), number),
    st.tuples(st.just("completed"), who, codes, back, st.one_of(st.none(), st.integers(0, 50))),
    st.tuples(st.just("enrol"), who, codes, st.integers(-5, 5)),
    st.tuples(st.just("result"), number, st.sampled_from(("complete", "fail", "withdraw"))),
    st.tuples(st.just("correct"), number, back), st.tuples(st.just("revoke"), number, st.integers(0, 9)),
    st.tuples(st.just("reinstate"), number), st.tuples(st.just("drop"), number), st.tuples(st.just("restore"), number),
    st.tuples(st.just("close"), st.sampled_from(PLACES), st.booleans()),
    st.tuples(st.just("put_away"), codes, st.booleans()),
    st.tuples(st.just("policy"), codes, st.sampled_from(POLICIES)), st.tuples(st.just("policy_back"), codes),
    st.tuples(st.just("days_pass"), st.integers(1, 9)),
)


@pytest.fixture
def world(matrix):
    with time_machine.travel(NOW, tick=False) as clock_:
        yield World(matrix, clock_)


@settings(max_examples=MANY if LONG else 3, deadline=None, database=None, derandomize=not LONG,
          phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(many=st.lists(OPERATIONS, min_size=30 if LONG else 20, max_size=60 if LONG else 30),
       days=st.lists(st.integers(-30, 60), min_size=3, max_size=3))
def test_every_pair_stands_as_the_plain_definition_says(context, world, many, days):
    db.session.rollback()
    before, seen = db.engines[None].begin_nested(), (world.places, world.tree)
    world.places, world.tree = copy.deepcopy(seen)
    try:
        for step in many:
            world.do(step)
            world.check(clock.today())
        world.check(*(clock.today() + some * DAY for some in (-1, 1, *days)))
    finally:
        db.session.rollback()
        before.rollback()
        world.places, world.tree = seen
        world.clock.move_to(world.start)


def test_the_check_sees_a_pair_that_stands_otherwise(world):
    world.require("fire", {"department": "plant"}, 0, 0, None)
    world.check(clock.today())
    told = world.told(clock.today())
    db.session.execute(sa.update(Requirement).values(since_on=clock.today() + DAY))
    assert world.named(world.rows().pairs(clock.today())) != told
