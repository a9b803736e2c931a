"""Files as spreadsheets open them."""

from __future__ import annotations

import datetime as dt
import resource
from decimal import Decimal

import openpyxl
import pytest

from app.exports import writers
from app.exports.writers import Column, TooManyRows, write_csv, write_xlsx


def written(tmp_path, columns, rows, **options):
    path = tmp_path / "file.xlsx"
    assert write_xlsx(path, columns, rows, title="Sheet/1", **options) == len(rows)
    return openpyxl.load_workbook(path).active


def test_values_stay_what_they_are(tmp_path):
    columns = [Column("Number"), Column("On", "date"), Column("At", "instant"), Column("Score", "number")]
    row = ("007", dt.date(2024, 2, 29), dt.datetime(2024, 1, 1, 10, 30), Decimal("2.5"))
    cells = written(tmp_path, columns, [row])[2]
    assert [cell.value for cell in cells] == ["007", dt.datetime(2024, 2, 29), row[2], 2.5]
    assert [cell.data_type for cell in cells] == ["s", "d", "d", "n"]


@pytest.mark.parametrize("text", ["=1+1", "+966 55", "-7", "@SUM(A1)", "\tx", "\rx", "=cmd|'/c calc'!A0"])
def test_formulas_are_defused(tmp_path, text):
    cell = written(tmp_path, [Column("A")], [(text,)])["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    path = tmp_path / "file.csv"
    write_csv(path, [Column("A")], [(text,)])
    assert f"'{text}" in path.read_bytes().decode("utf-8-sig")


def test_numbers_below_zero_stay_numbers_in_csv(tmp_path):
    path = tmp_path / "file.csv"
    write_csv(path, [Column("A", "number")], [(-5,), (-2.5,)])
    assert path.read_text(encoding="utf-8-sig").split() == ["A", "-5", "-2.5"]


def test_what_excel_can_not_hold_does_not_break_the_file(tmp_path):
    rows = [("a\x00b\x0b", dt.date(1850, 1, 1)), ("x" * 40_000, dt.date.max), (None, None)]
    sheet = written(tmp_path, [Column("A", "long"), Column("B", "date")], rows)
    assert sheet["B2"].value == "1850-01-01"
    assert len(sheet["A3"].value) == writers.CELL_LENGTH
    assert sheet["A4"].value is None


def test_columns_of_the_same_heading_stay_apart(tmp_path):
    sheet = written(tmp_path, [Column("Name"), Column("Name")], [("a", "b")])
    assert [cell.value for cell in sheet[1]] == ["Name", "Name (2)"]
    assert [cell.value for cell in sheet[2]] == ["a", "b"]


def test_states_wear_their_colours(tmp_path):
    column = Column("State", "state", {"Valid": ("#17663a", "#e2f3e8")})
    rules = written(tmp_path, [column], [("Valid",)]).conditional_formatting
    assert [str(rule.sqref) for rule in rules] == ["A2"]


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path):
    with pytest.raises(TooManyRows):
        write_xlsx(tmp_path / "file.xlsx", [Column("A")], ((n,) for n in range(5)), title="x", most=3)


def test_memory_stays_flat(tmp_path):
    columns = [Column(name) for name in "ABCDEF"]

    def grown(rows):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        lines = (tuple(f"value {n} {name}" for name in "ABCDEF") for n in range(rows))
        write_xlsx(tmp_path / "file.xlsx", columns, lines, title="x")
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    grown(1_000)
    assert grown(60_000) < 12_000  # KB; the sheet itself is some 30 MB
