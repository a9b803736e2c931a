"""Lists as files, by command."""

from __future__ import annotations

import openpyxl
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.scope import tenant_scope


def run(context, *args):
    return context.test_cli_runner().invoke(args=["trainflow", "export", *args])


def test_a_list_is_written_for_one_tenant_and_recorded(acme, globex, context, tmp_path):
    path = tmp_path / "people.xlsx"
    result = run(context, "users", "--tenant", "acme", "--out", str(path), "--language", "ar")
    assert result.exit_code == 0, result.output
    sheet = openpyxl.load_workbook(path).active
    assert sheet.max_row == 7
    assert sheet.sheet_view.rightToLeft
    assert not any("Globex" in str(cell.value) for cell in sheet["B"])
    with tenant_scope(acme.id):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "Exported")).one()
        assert (entry.data["rows"], entry.source, entry.actor_name) == (6, "command", "TrainFlow")


def test_search_narrows(acme, context, tmp_path):
    path = tmp_path / "people.csv"
    result = run(context, "users", "--tenant", "acme", "--out", str(path), "--format", "csv", "--search", "foreman")
    assert result.exit_code == 0, result.output
    assert "1 rows" in result.output


def test_an_unknown_list_is_named(acme, context, tmp_path):
    result = run(context, "secrets", "--tenant", "acme", "--out", str(tmp_path / "x.csv"))
    assert result.exit_code == 2
    assert "no list of 'secrets'" in result.output
