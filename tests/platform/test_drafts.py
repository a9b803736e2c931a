"""Many rows at once, checked before they are written."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.organisation.models import Department, Employee, Grade
from app.platform import drafts as module
from app.platform.db import db
from app.platform.drafts import Draft, load_current, parts, refuse_taken, refuse_unknown, write
from app.platform.errors import Conflict
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


def new(code, **values):
    return Draft.new({"code": code, "name": code.title(), "rank": 1} | values)


def taken(code):
    return f"{code} is taken"


def saved(*drafts):
    with unit_of_work():
        write(Grade, drafts)
    return drafts


def test_outcomes(inside):
    (row,) = saved(new("A"))
    same, changed, gone = (Draft.change(row.id, {"name": "A"}), Draft.change(row.id, {"name": "B"}),
                           Draft.change(uuid4(), {"name": "B"}))
    for draft in (same, changed, gone):
        load_current(Grade, [draft])
    refused = new("B")
    refused.refuse(Conflict("no"))
    assert [d.outcome for d in (new("C"), same, changed, gone, refused)] == [
        "create", "same", "change", "refused", "refused"]
    assert changed.changes == {"name": ("A", "B")}
    assert gone.errors[0].code == "not_found"


def test_only_what_was_given_changes(inside):
    (row,) = saved(new("A", name_ar="أ"))
    draft = Draft.change(row.id, {"name": "B"})
    load_current(Grade, [draft], "name_ar")
    saved(draft)
    found = db.session.get(Grade, row.id, populate_existing=True)
    assert (found.code, found.name, found.name_ar, found.rank) == ("A", "B", "أ", 1)
    assert draft.get("name_ar") == "أ"


def test_refused_drafts_are_not_written(inside):
    good, bad = new("A"), new("B")
    bad.refuse(Conflict("no"))
    saved(good, bad)
    assert db.session.scalars(sa.select(Grade.code)).all() == ["A"]


def test_a_code_is_taken_by_a_row_or_by_an_earlier_line(inside):
    (row,) = saved(new("A"))
    clash, first, second, own = new("A"), new("B"), new("B"), Draft.change(row.id, {"code": "A"})
    load_current(Grade, [own])
    refuse_taken([clash, first, second, own], Grade, "code", taken)
    assert [[e.code for e in d.errors] for d in (clash, first, second, own)] == [
        ["code_taken"], [], ["code_taken"], []]
    assert str(clash.errors[0]) == "A is taken"


def test_unknown_references_are_refused_and_coming_ones_are_not(inside, globex):
    with tenant_scope(inside.id), unit_of_work():
        write(Grade, [known := new("A")])
    with tenant_scope(globex.id), unit_of_work():
        write(Grade, [foreign := new("A")])
    coming = uuid4()
    with tenant_scope(inside.id):
        made = {name: Draft.new({"grade_id": key}) for name, key in {
            "known": known.id, "foreign": foreign.id, "unknown": uuid4(), "coming": coming, "none": None}.items()}
        refuse_unknown(list(made.values()), "grade_id", Grade, "no such grade", coming={coming})
        assert {name for name, draft in made.items() if draft.errors} == {"foreign", "unknown"}
        assert len({str(draft.errors[0]) for draft in made.values() if draft.errors}) == 1


def test_writing_touches_one_tenant_only(inside, globex):
    with tenant_scope(globex.id), unit_of_work():
        write(Grade, [theirs := new("A")])
    forged = Draft.change(theirs.id, {"name": "Taken"})
    forged.changes = {"name": ("A", "Taken")}  # as if somebody forgot to load it
    with tenant_scope(inside.id), unit_of_work():
        write(Grade, [forged])
    with tenant_scope(globex.id):
        assert db.session.get(Grade, theirs.id).name == "A"


def test_many_rows_cost_a_few_statements(inside, statements):
    many = [new(f"G{n}") for n in range(12_000)]
    with statements() as found:
        refuse_taken(many, Grade, "code", taken)
        saved(*many)
    assert len(found) <= 12
    changes = [Draft.change(d.id, {"rank": 2}) for d in many]
    with statements() as found:
        load_current(Grade, changes)
        saved(*changes)
    assert len(found) <= 12
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Grade).where(Grade.rank == 2)) == 12_000


def test_the_search_key_follows_every_name(inside):
    (row,) = saved(Draft.new({"code": "A", "name": "Crane", "rank": 1}))
    draft = Draft.change(row.id, {"name_ar": "رافعة"})
    load_current(Grade, [draft], "code", "name")
    saved(draft)
    assert db.session.get(Grade, row.id, populate_existing=True).search_key == " a crane رافعه"


def test_a_manager_may_stand_after_the_person_in_one_batch(inside):
    boss = Draft.new({"number": "B", "name": "Boss"})
    person = Draft.new({"number": "P", "name": "Person", "manager_id": boss.id})
    with unit_of_work():
        write(Employee, [person, boss])
    assert db.session.get(Employee, person.id).manager.name == "Boss"


@pytest.mark.parametrize(("count", "size", "lengths"), [(0, 3, []), (3, 3, [3]), (7, 3, [3, 3, 1])])
def test_parts(count, size, lengths):
    found = list(parts(range(count), size))
    assert [len(part) for part in found] == lengths
    assert [n for part in found for n in part] == list(range(count))
    assert module.PART <= 10_000  # ids in one list that both databases take


def test_a_draft_knows_its_id_before_it_is_written(inside):
    top = Draft.new({"code": "T", "name": "Top"})
    low = Draft.new({"code": "L", "name": "Low", "parent_id": top.id})
    with unit_of_work():
        write(Department, [low, top])
    assert db.session.get(Department, low.id).parent_id == top.id
