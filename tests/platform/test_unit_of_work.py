"""One click, one transaction: everything or nothing, and what follows follows inside."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import g

from app.organisation.models import Grade
from app.platform import unit_of_work as platform
from app.platform.db import db
from app.platform.errors import Conflict
from app.platform.events import Event
from app.platform.unit_of_work import after_commit, record, savepoint, unit_of_work, wire
from app.wiring import REACTIONS


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    subject = "thing"
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Followed(Event):
    subject = "thing"


@pytest.fixture
def seen():
    """What reactions saw, with the application's own put back afterwards."""
    found = []
    wire({Happened: [lambda event: found.append(event.name)], object: [lambda event: found.append(type(event))]})
    yield found
    wire(REACTIONS)


def happened(name):
    return Happened(actor_id=None, name=name)


def add(code):
    db.session.add(Grade(code=code, name=code))
    db.session.flush()


def codes():
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Grade.code)))


def test_a_block_is_kept_whole_or_not_at_all(inside, seen):
    with unit_of_work():
        add("A")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        add("B")
        record(happened("b"))
        1 / 0
    assert codes() == ["A"]
    assert seen == []


def test_reactions_run_inside_own_kind_first_and_may_record_more(inside, seen):
    wire({Happened: [lambda event: record(Followed(actor_id=None)), lambda event: seen.append("own")],
          object: [lambda event: seen.append(type(event).__name__)]})
    with unit_of_work():
        record(happened("x"))
        assert seen == []  # not before the block is done
    assert seen == ["own", "Happened", "Followed"]


def test_a_reaction_that_fails_undoes_the_change(inside, seen):
    wire({Happened: [lambda event: 1 / 0]})
    with pytest.raises(ZeroDivisionError), unit_of_work():
        add("A")
        record(happened("x"))
    assert codes() == []


def test_units_of_work_do_not_nest(inside, seen):
    with unit_of_work():
        add("A")
        with pytest.raises(RuntimeError), unit_of_work():
            pass
    assert codes() == ["A"]
    with unit_of_work():  # and the next one opens
        add("B")
    assert codes() == ["A", "B"]


def test_a_savepoint_undoes_a_part_with_what_it_recorded(inside, seen):
    calls = []
    with unit_of_work():
        add("A")
        record(happened("a"))
        with pytest.raises(Conflict), savepoint():
            add("B")
            record(happened("b"))
            after_commit(calls.append, "b")
            raise Conflict("no")
        with savepoint():
            add("C")
            record(happened("c"))
            after_commit(calls.append, "c")
    assert codes() == ["A", "C"]
    assert [name for name in seen if isinstance(name, str)] == ["a", "c"]
    assert calls == ["c"]


def test_calls_after_commit_run_once_the_change_is_durable_and_not_otherwise(inside, seen):
    calls = []
    with unit_of_work():
        add("A")
        after_commit(lambda: calls.append(g.get("work")))
    assert calls == [None]  # nothing is open any more
    with pytest.raises(ZeroDivisionError), unit_of_work():
        after_commit(calls.append, "never")
        1 / 0
    assert calls == [None]


def test_a_call_after_commit_that_fails_does_not_take_the_next_with_it(inside, seen, caplog):
    calls = []
    with unit_of_work():
        add("A")
        after_commit(lambda: 1 / 0)
        after_commit(calls.append, "next")
    assert calls == ["next"]
    assert codes() == ["A"]
    assert "after commit" in caplog.text


def test_rows_changed_outside_are_refused_and_not_swept_along(inside, seen):
    with unit_of_work():
        add("A")
    db.session.scalars(sa.select(Grade)).one().name = "Changed by a view"
    with pytest.raises(RuntimeError), unit_of_work():
        add("B")
    assert codes() == ["A"]
    assert db.session.scalars(sa.select(Grade)).one().name == "A"


def test_recording_needs_an_open_unit_of_work(inside):
    with pytest.raises((AttributeError, TypeError)):
        record(happened("x"))
    assert platform.log.name == "app.platform.unit_of_work"


@pytest.mark.parametrize(("row", "code", "field"), [
    (dict(code="A", name="again"), "code_taken", "code"),
], ids=["unique"])
def test_what_the_database_refuses_is_a_refusal_in_words(inside, seen, row, code, field):
    with unit_of_work():
        add("A")
    with pytest.raises(Conflict) as refused, unit_of_work():
        db.session.add(Grade(**row))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert codes() == ["A"]


def test_what_the_database_refuses_by_our_mistake_stays_a_bug(inside, seen):
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        db.session.add(Grade(code="A", name=None))
