"""An import from upload to undo: what each row comes to, and what is refused with which reason."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEntry
from app.imports import jobs, merging, operations, queries
from app.imports.models import ImportBatch
from app.organisation.models import Department, Employee
from app.organisation.operations import create_department, update_employee
from app.platform import clock, progress
from app.platform.db import db
from app.platform.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.imports.conftest import Importing

LATER = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DEPARTMENTS = [["Code", "Name", "Part of"], ["OPS", "Operations", None], ["HSE", "Safety", "OPS"]]
PEOPLE = [["Emp No", "Full name", "Department", "Manager", "Hire date"],
          ["100", "Ada", "OPS", "101", dt.date(2020, 1, 5)], ["101", "Grace", "HSE", None, None]]


def find(number: str) -> Employee:
    return db.session.scalars(sa.select(Employee).where(Employee.number == number),
                              execution_options={"populate_existing": True}).one()


def events() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.event).where(AuditEntry.subject == "import")
                                   .order_by(AuditEntry.sequence)))


# -- the good way ----------------------------------------------------------------------------------------


def test_departments_and_people_come_in_with_what_they_refer_to_further_down(importing):
    assert importing.whole("departments", DEPARTMENTS).counts["create"] == 2
    assert importing.whole("employees", PEOPLE).counts["create"] == 2
    ada, grace = find("100"), find("101")
    assert ada.manager_id == grace.id
    assert str(ada.department) == "Operations"
    assert ada.department.id == grace.department.parent_id
    assert ada.hired_on == dt.date(2020, 1, 5)
    assert ada.is_active


def test_one_event_for_the_whole_batch_and_the_rows_in_the_ledger(importing):
    importing.whole("departments", DEPARTMENTS)
    assert events() == ["ImportUploaded", "ImportRequested", "ImportCommitted"]
    made = {row.subject_id for row in importing.rows()}
    assert made == set(db.session.scalars(sa.select(Department.id)))


def test_a_commit_says_how_far_it_is(importing):
    importing.upload("departments", DEPARTMENTS)
    importing.check()
    heard = []
    with unit_of_work():
        operations.request_commit(importing.actor, importing.id, good_rows_only=True)
        merging.commit_batch(importing.actor, importing.id, lambda *now: heard.append(now))
    assert heard == [(0, 2, "loading"), (0, 0, "comparing"), (0, 2, "writing"), (2, 2, "writing"),
                     (0, 0, "finishing")]


def test_the_same_file_twice_changes_nothing(importing, tables):
    importing.whole("departments", DEPARTMENTS)
    importing.whole("employees", PEOPLE)
    before = tables()
    for kind, file in (("departments", DEPARTMENTS), ("employees", PEOPLE)):
        importing.upload(kind, file)
        assert set(importing.check().counts) <= {"same", "left_out"}
        with pytest.raises(Conflict) as refusal, unit_of_work():
            operations.request_commit(importing.actor, importing.id, good_rows_only=True)
        assert refusal.value.code == "nothing_to_do"
    assert tables() == before


def test_a_change_shows_old_and_new_and_leaves_other_fields_alone(importing):
    importing.whole("employees", [["Number", "Name", "Phone"], ["7", "Ada", "123"]])
    importing.upload("employees", [["Number", "Name", "Phone"], ["7", "Ada Byron", None]])
    importing.check()
    assert importing.rows()[0].changes == {"name": ["Ada", "Ada Byron"]}
    importing.commit()
    assert (find("7").name, find("7").phone) == ("Ada Byron", "123")


def test_a_blank_cell_keeps_and_a_dash_clears(importing):
    importing.whole("employees", [["Number", "Name", "Phone", "E-mail"], ["7", "Ada", "123", "ada@example.com"]])
    importing.whole("employees", [["Number", "Name", "Phone", "E-mail"], ["7", None, "-", " "]])
    assert (find("7").phone, find("7").email, find("7").name) == (None, "ada@example.com", "Ada")


def test_a_dash_does_not_clear_what_must_be_there(importing):
    importing.upload("employees", [["Number", "Name"], ["E5", "–"]])
    importing.check()
    assert importing.codes() == {2: ["can_not_clear"]}


def test_numbers_find_people_whatever_their_digits_case_and_blanks(importing):
    importing.whole("employees", [["Number", "Name", "Manager"], ["A7", "Ada", None], [1001, "Grace", "a7 "]])
    importing.upload("employees", [["Number", "Name"], ["a7", "Ada"], ["١٠٠١", "Grace"], [1001.0, "Grace"]])
    importing.check()
    assert importing.outcomes() == {2: "same", 3: "same", 4: "same"}
    assert find("1001").manager_id == find("A7").id


def test_a_reference_may_be_a_name_or_code_and_name_in_one_cell(importing):
    importing.whole("departments", [["Code", "Name", "Name in Arabic"], ["OPS", "Operations", "العمليات"]])
    importing.whole("employees", [["Number", "Name", "Department"], ["1", "A", "operations"], ["2", "B", "العمليات"],
                                  ["3", "C", "OPS - Operations"], ["4", "D", "ops"]])
    assert len({find(number).department_id for number in "1234"} - {None}) == 1


def test_missing_departments_are_added_only_when_somebody_says_so(importing):
    file = [["Number", "Name", "Department"], ["1", "A", "OPS - Operations"], ["2", "B", "OPS"]]
    importing.upload("employees", file)
    assert importing.check().stage == "asking"
    assert importing.batch.questions[0]["params"]["texts"] == ["OPS - Operations", "OPS"]
    importing.check(department_id__missing="create")
    assert [(row.resource, row.outcome) for row in importing.rows()] == [
        ("departments", "create"), ("users", "create"), ("users", "create")]
    importing.commit()
    assert [str(find(number).department) for number in "12"] == ["Operations", "Operations"]


def test_missing_departments_refuse_their_rows_when_nobody_wants_them(importing):
    importing.upload("employees", [["Number", "Name", "Department"], ["1", "A", "NOPE"], ["2", "B", None]])
    importing.check(department_id__missing="refuse")
    assert importing.codes() == {2: ["department_id_unknown"]}
    importing.commit()
    assert db.session.scalar(sa.select(Employee).where(Employee.number == "1")) is None
    assert find("2").name == "B"


def test_somebody_who_leaves_by_import_can_no_longer_sign_in(importing):
    importing.whole("employees", [["Number", "Active"], ["E5", "no"]])
    assert not importing.organisation.actor("employee").active
    importing.undo()
    db.session.expire_all()
    assert importing.organisation.actor("employee").active


# -- asked, not guessed ----------------------------------------------------------------------------------


def test_an_ambiguous_date_is_asked_once_for_the_column(importing):
    file = [["Number", "Name", "Hired on"], ["1", "A", "03/04/2020"], ["2", "B", "05/06/2020"]]
    importing.upload("employees", file)
    batch = importing.check()
    assert (batch.stage, [q["key"] for q in batch.questions]) == ("asking", ["hired_on:order"])
    importing.check(hired_on__order="mdy")
    importing.commit()
    assert [find(number).hired_on for number in "12"] == [dt.date(2020, 3, 4), dt.date(2020, 5, 6)]


def test_one_clear_date_settles_its_column(importing):
    importing.upload("employees", [["Number", "Name", "Hired on"], ["1", "A", "03/04/2020"], ["2", "B", "25/06/2020"]])
    assert importing.check().stage == "checked"
    importing.commit()
    assert find("1").hired_on == dt.date(2020, 4, 3)


def test_an_answer_that_was_not_offered_is_refused(importing):
    importing.upload("employees", [["Number", "Name", "Hired on"], ["1", "A", "03/04/2020"]])
    importing.check()
    for answers, code in (({}, "answer_missing"), ({"hired_on:order": "sideways"}, "answer_unknown")):
        with pytest.raises(Invalid) as refusal, unit_of_work():
            operations.answer_questions(importing.actor, importing.id, answers)
        assert refusal.value.code == code


def test_a_header_is_remembered_as_somebody_matched_it(importing):
    importing.upload("employees", [["Badge code of worker", "Who"], ["1", "A"]])
    assert "number" not in importing.batch.mapping
    importing.check({"number": [0], "name": [1]})
    importing.upload("employees", [["Who", "badge code OF worker"], ["B", "2"]])
    assert importing.batch.mapping == {"number": [1], "name": [0]}


# -- refused, row by row ---------------------------------------------------------------------------------

GOOD = ["9", "Good", None, None, None]


@pytest.mark.parametrize(("row", "code", "words"), [
    ([None, "Nobody", "a@example.com"], "missing", "Employee number"),
    (["1", None], "missing", "Name"),
    (["1", "A", None, "777"], "manager_id_unknown", "777"),
    (["1", "A", None, None, "31/02/2024"], "date_impossible", "31/02/2024"),
    (["1", "A", None, None, "soon"], "not_a_date", "soon"),
    (["1", "A", None, "1"], "manager_cycle", "manager"),
    (["1", "A" * 161], "not_allowed", "160"),
    (["1", "A", "nobody@"], "not_allowed", "nobody@"),
    (["1", "=A2&B2"], "formula_text", "=A2&B2"),
])  # fmt: skip
def test_a_bad_row_says_why_and_the_good_one_goes_in(importing, row, code, words):
    header = ["Number", "Name", "E-mail", "Manager", "Hired on"]
    importing.upload("employees", [header, [*row, *[None] * (5 - len(row))], GOOD])
    importing.check()
    assert importing.codes() == {2: [code]}
    assert words in importing.reason(2)
    importing.commit()
    assert find("9").name == "Good"


def test_the_same_key_twice_is_refused_when_the_rows_differ_and_noted_when_they_do_not(importing):
    importing.upload("employees", [["Number", "Name"], ["1", "A"], ["1", "B"], ["2", "C"], ["2", "C"]])
    importing.check()
    assert importing.outcomes() == {2: "refused", 3: "refused", 4: "create", 5: "same"}
    assert importing.codes() == {2: ["key_twice"], 3: ["key_twice"], 5: ["repeated"]}
    assert "3" in importing.reason(2)


def test_a_loop_of_managers_is_refused_for_each_of_its_members_only(importing):
    importing.upload("employees", [["Number", "Name", "Manager"], ["1", "A", "2"], ["2", "B", "3"], ["3", "C", "1"],
                                   ["4", "D", "1"]])
    importing.check()
    assert importing.outcomes() == {2: "refused", 3: "refused", 4: "refused", 5: "create"}
    assert importing.codes()[5] == ["refers_to_refused"]


def test_people_are_not_refused_for_their_managers_typing_error(importing):
    importing.upload("employees", [["Number", "Name", "Manager", "Hired on"], ["1", "Boss", None, "31/02/2020"],
                                   ["2", "B", "1", None], ["3", "C", "2", None]])
    importing.check()
    assert importing.outcomes() == {2: "refused", 3: "create", 4: "create"}
    importing.commit()
    assert find("2").manager_id is None
    assert find("3").manager_id == find("2").id


def test_another_tenants_codes_are_unknown(importing, globex):
    with tenant_scope(globex.id), unit_of_work():
        create_department(globex.actor("officer"), code="SECRET", name="Theirs")
    importing.upload("employees", [["Number", "Name", "Department"], ["1", "A", "SECRET"], ["2", "B", "NOWHERE"]])
    importing.check(department_id__missing="refuse")
    theirs, nobodys = importing.reason(2), importing.reason(3)
    assert theirs.replace("SECRET", "…") == nobodys.replace("NOWHERE", "…")


def test_another_tenants_batch_is_unknown(importing, globex):
    importing.upload("departments", DEPARTMENTS)
    with tenant_scope(globex.id), pytest.raises(NotFound):
        operations.request_commit(globex.actor("officer"), importing.id, good_rows_only=True)


# -- all or nothing, limits, a second person -------------------------------------------------------------


def test_all_or_nothing_refuses_a_file_with_bad_rows(importing):
    importing.upload("departments", [["Code", "Name"], ["OPS", "Operations"], [None, "No code"]])
    importing.check()
    with pytest.raises(Conflict) as refusal, unit_of_work():
        operations.request_commit(importing.actor, importing.id, good_rows_only=False)
    assert refusal.value.code == "rows_refused"
    assert importing.batch.stage == "checked"


def test_above_the_limit_a_second_person_has_to_confirm(importing):
    with unit_of_work():
        tenancy.update_tenant(importing.actor, importing.organisation.id, import_create_limit=1)
    importing.upload("departments", DEPARTMENTS)
    importing.check()
    assert importing.commit().stage == "waiting"
    with pytest.raises(NotAllowed) as refusal, unit_of_work():
        operations.confirm_import(importing.actor, importing.id)
    assert refusal.value.code == "second_person_needed"
    with unit_of_work():
        operations.confirm_import(importing.organisation.actor("admin"), importing.id)
    assert importing.batch.stage == "committing"
    assert events()[-2:] == ["ImportRequested", "ImportConfirmed"]


def test_who_may_not_edit_people_may_not_import_them(inside):
    with pytest.raises(NotAllowed):
        Importing(inside, "manager").upload("employees", PEOPLE)


# -- the data moved --------------------------------------------------------------------------------------


def test_nothing_is_written_when_the_data_moved_since_the_dry_run(importing):
    importing.whole("employees", [["Number", "Name"], ["7", "Ada"]])
    importing.upload("employees", [["Number", "Name"], ["7", "Ada Byron"], ["8", "New"]])
    importing.check()
    with unit_of_work():
        update_employee(importing.actor, find("7").id, name="Countess Ada")
    batch = importing.commit()
    assert (batch.stage, batch.problem["code"], batch.problem["rows"]) == ("checked", "moved", [2])
    assert db.session.scalar(sa.select(Employee).where(Employee.number == "8")) is None
    with unit_of_work():
        operations.check_again(importing.actor, importing.id)
    jobs.check(importing.id)
    assert importing.commit().stage == "committed"
    assert find("7").name == "Ada Byron"


def test_a_change_that_does_not_matter_holds_nothing_back(importing):
    importing.whole("employees", [["Number", "Name"], ["7", "Ada"]])
    importing.upload("employees", [["Number", "Name"], ["7", "Ada Byron"]])
    importing.check()
    with unit_of_work():
        update_employee(importing.actor, find("7").id, phone="5")
    assert importing.commit().stage == "committed"


def test_committing_twice_writes_once(importing):
    importing.upload("departments", DEPARTMENTS)
    importing.check()
    importing.commit()
    with pytest.raises(Conflict) as refusal, unit_of_work():
        operations.request_commit(importing.actor, importing.id, good_rows_only=True)
    assert refusal.value.code == "stage_passed"
    assert events().count("ImportCommitted") == 1


# -- undo ------------------------------------------------------------------------------------------------


def test_undo_leaves_every_table_as_it_was(importing, tables):
    importing.whole("departments", DEPARTMENTS)
    importing.whole("employees", [*PEOPLE, ["E5", "Renamed", "OPS", "100", None]])
    before = tables()
    importing.whole("employees", [["Number", "Name", "Department", "Manager", "Phone"],
                                  ["100", "Ada Byron", "NEW - New one", "300", "-"], ["300", "Boss", "NEW", "E2", "1"]],
                    department_id__missing="create")
    assert tables() != before
    batch = importing.undo()
    assert {name: batch.counts[name] for name in ("removed", "reverted", "standing")} == {
        "removed": 2, "reverted": 1, "standing": 0}
    assert tables() == before


def test_undo_says_which_rows_later_changes_keep(importing):
    importing.whole("employees", [["Number", "Name"], ["7", "Ada"], ["8", "Grace"], ["9", "Mary"]])
    importing.whole("employees", [["Number", "Name"], ["7", "Ada Byron"], ["8", "Grace Hopper"], ["10", "New"],
                                  ["11", "Other"]])
    with time_machine.travel(LATER, tick=False), unit_of_work():
        update_employee(importing.actor, find("7").id, name="Countess")
        update_employee(importing.actor, find("10").id, phone="1")
        update_employee(importing.actor, find("9").id, manager_id=find("11").id)
    batch = importing.undo()
    standing = {row.number: row.undo_reason for row in queries.rows(importing.id, "standing", 1, 10)}
    assert set(standing) == {2, 4, 5}
    assert "employees" in standing[5]
    assert (find("7").name, find("8").name) == ("Countess", "Grace")
    assert (batch.counts["standing"], batch.counts["reverted"], batch.counts["removed"]) == (3, 1, 0)


def test_an_undo_is_refused_after_thirty_days(importing):
    importing.whole("departments", DEPARTMENTS)
    with unit_of_work():
        importing.batch.committed_at = clock.now() - dt.timedelta(days=31)
    with pytest.raises(Conflict) as refusal, unit_of_work():
        operations.request_undo(importing.actor, importing.id)
    assert refusal.value.code == "undo_too_late"


# -- the file itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file_empty"),
    (b"MZ\x90\x00\x03" + b"\0" * 100, "not_a_spreadsheet"),
    (b"%PDF-1.7\n1 0 obj", "not_a_spreadsheet"),
])  # fmt: skip
def test_a_file_that_is_no_spreadsheet_is_refused_and_not_kept(importing, content, code):
    with pytest.raises(DomainError) as refusal:
        importing.upload("employees", content, "people.xlsx")
    assert refusal.value.code == code
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0


def test_total_rows_are_left_out_and_named(importing):
    importing.upload("employees", [["Staff list"], [], ["Number", "Name"], ["1", "A"], ["2", "B"], ["Total", 2]])
    batch = importing.check()
    assert (batch.counts["create"], [number for number, _why in batch.left_out]) == (2, [6])


# -- how far it is ---------------------------------------------------------------------------------------


def test_the_bar_of_a_small_commit_goes_on_step_by_step(importing):
    importing.upload("employees", PEOPLE)
    importing.check(department_id__missing="create")
    told, seen = jobs.teller(importing.id, jobs.COMMITTING), []

    def tell(done, total, stage):
        told(done, total, stage)
        seen.append(progress.read(importing.id))

    with unit_of_work():
        operations.request_commit(importing.actor, importing.id, good_rows_only=True)
    with unit_of_work():
        merging.commit_batch(importing.actor, importing.id, tell)
    assert [*dict.fromkeys(one.stage for one in seen)] == ["loading", "comparing", "writing", "finishing"]
    shares = [one.whole for one in seen]
    assert shares == sorted(shares) and len(set(shares)) >= 5
    assert [(one.done, one.total) for one in seen if one.stage == "writing"][-1] == (4, 4)
