"""`flask trainflow import`."""

from __future__ import annotations

import sqlalchemy as sa

from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.imports.conftest import workbook


def run(context, tmp_path, rows, *options):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook(rows).read())
    return context.test_cli_runner().invoke(args=["trainflow", "import", "employees", str(path), "--tenant", "acme",
                                                  *options])


def numbers(acme):
    with tenant_scope(acme.id):
        return set(db.session.scalars(sa.select(Employee.number)))


def test_a_file_is_checked_and_with_commit_imported(context, acme, tmp_path):
    rows = [["Number", "Name", "Hired on"], ["77", "Ada", "03/04/2020"], [None, "Nobody", "01/01/2020"]]
    asked = run(context, tmp_path, rows)
    assert asked.exit_code == 1
    assert "hired_on:order" in asked.output
    checked = run(context, tmp_path, rows, "--dates", "dmy")
    assert checked.exit_code == 0, checked.output
    assert "create: 1" in checked.output
    assert "row 3" in checked.output
    assert "77" not in numbers(acme)
    assert run(context, tmp_path, rows, "--dates", "dmy", "--commit").exit_code == 0
    assert "77" in numbers(acme)


def test_an_unknown_kind_names_the_known_ones(context, acme, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")
    answer = context.test_cli_runner().invoke(args=["trainflow", "import", "spaceships", str(path), "--tenant", "acme"])
    assert answer.exit_code == 2
    assert "tracker" in answer.output
