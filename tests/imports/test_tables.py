from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.imports.columns import FieldSpec, known_headings
from app.imports.reader import Sheet, open_workbook
from app.imports.table_rows import LeftOut, left_out_sentence, table_rows
from app.imports.tables import column_letters, find_tables, is_sheet_ambiguous, rank_sheets, table_at
from app.platform.errors import Invalid
from tests.imports.oddities import ODDITIES, SAMPLES, Seen
from tests.imports.workbooks import csv, xlsx

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FIELDS = [
    FieldSpec("number", ("Employee No",), ("الرقم الوظيفي",), required=True, kind="code"),
    FieldSpec("name", ("Name",), ("الاسم",), required=True),
    FieldSpec("department", ("Department",), ("القسم",)),
]
KNOWN = known_headings(FIELDS)


def sheet_of(file: io.BytesIO) -> Sheet:
    return open_workbook(file).sheets[0]


def headings(sheet: Sheet, known: Any = ()) -> list[str]:
    table = find_tables(sheet, known).best
    assert table is not None
    return [heading.text for heading in table.headings]


def seen(path: Path) -> Seen | str:
    try:
        with open_workbook(path) as book:
            choice = rank_sheets(book.sheets)[0]
            table = choice.findings.best
            assert table is not None
            rows = list(table_rows(choice.sheet, table))
    except Invalid as refusal:
        return refusal.code
    left_out = sum(row.left_out is not None for row in rows)
    names = [heading.text for heading in table.headings[:3]]
    return Seen(choice.sheet.name, table.header, len(rows) - left_out, names, left_out)


@pytest.mark.parametrize("name", sorted(ODDITIES) if (DATA / "oddities").is_dir() else [])
def test_each_odd_file_is_read_as_a_person_would(name: str) -> None:
    assert seen(DATA / "oddities" / name) == ODDITIES[name]


@pytest.mark.parametrize("name", sorted(SAMPLES) if DATA.is_dir() else [])
def test_each_sample_is_read_as_a_person_would(name: str) -> None:
    assert seen(DATA / name) == SAMPLES[name]


def test_no_odd_file_is_without_an_expectation() -> None:
    assert {path.name for path in (DATA / "oddities").glob("*")} <= ODDITIES.keys()


PEOPLE = [["70014", "Fahad", "HSE"], ["70021", "Khalid", "OPS"], ["70035", "Hind", "HSE"]]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Staff list 2026"]],
        [["Staff list 2026"], ["Printed on 2026-11-10"], []],
        [["ACME Company"], [], ["Prepared by", "Training"], ["Date", "2026-01-01"], []],
        [[None, None, "Confidential"], []],
        [["Site", "Ras Tanura"]],
    ],
)
def test_the_header_is_found_below_titles(above: list[list[Any]]) -> None:
    sheet = sheet_of(xlsx(*above, ["Emp No", "Name", "Department"], *PEOPLE))
    findings = find_tables(sheet)
    assert findings.best and findings.best.header == (len(above) + 1, len(above) + 1) and not findings.ambiguous
    assert [heading.text for heading in findings.best.headings] == ["Emp No", "Name", "Department"]
    assert [row.number for row in table_rows(sheet, findings.best)] == [len(above) + 2 + n for n in range(3)]


def test_a_blank_row_between_header_and_data_is_passed_over() -> None:
    sheet = sheet_of(csv("Emp No,Name\n,\n\n7,Ali\n8,Mona\n"))
    table = find_tables(sheet).best
    assert table and [(row.number, row.values) for row in table_rows(sheet, table)] == [
        (4, ["7", "Ali"]), (5, ["8", "Mona"]),
    ]  # fmt: skip


def test_known_headings_decide_where_shapes_do_not() -> None:
    file = csv("Site,Camp,Room\nEmployee No,Name,Department\nA7,Ali,HSE\nA8,Mona,OPS\n")
    assert headings(sheet_of(file)) == ["Site", "Camp", "Room"]
    assert headings(sheet_of(file), KNOWN) == ["Employee No", "Name", "Department"]


def test_two_tables_in_one_sheet_are_asked_about() -> None:
    file = csv("Code,Name,Hours\nA,Safety,4\nB,Fire,8\n\n\nNumber,Person,Grade\n7,Ali,G4\n8,Mona,G5\n")
    findings = find_tables(sheet_of(file))
    assert findings.ambiguous and {table.header for table in findings.tables} == {(1, 1), (6, 6)}


def test_rows_of_words_only_are_no_second_header() -> None:
    file = csv("Code,Title,Owner\nalpha,Safety,Ali\n\nbeta,Fire,Mona\ngamma,Height,Hind\n")
    findings = find_tables(sheet_of(file))
    assert not findings.ambiguous and findings.best and findings.best.header == (1, 1)


@pytest.mark.parametrize("text", ["1,english\n2,german\n3,dutch\n", "7,2024-01-01\n8,2024-02-01\n9,2024-03-01\n"])
def test_a_table_without_header_is_asked_about(text: str) -> None:
    sheet = sheet_of(csv(text))
    table = find_tables(sheet).best
    assert table and table.header is None and headings(sheet) == ["Column A", "Column B"]
    assert len(list(table_rows(sheet, table))) == 3


def test_a_person_can_point_out_the_header() -> None:
    sheet = sheet_of(csv("a,b\nx,y\nNo,Name\n7,Ali\n"))
    table = table_at(sheet, 3)
    assert (table.header, [h.text for h in table.headings]) == ((3, 3), ["No", "Name"])
    assert [row.values for row in table_rows(sheet, table)] == [["7", "Ali"]]
    assert table_at(sheet, None).header is None


def test_headings_over_several_rows_are_joined_and_groups_spread() -> None:
    file = xlsx(["No", "Safety", None, "Technical", None], [None, "Date", "Score", "Date", "Score"],
                [7, "2024-01-01", 80, "2024-02-01", 90], [8, "2024-01-01", 81, "2024-02-01", 91],
                merges=("A1:A2", "B1:C1", "D1:E1"))  # fmt: skip
    sheet = sheet_of(file)
    table = find_tables(sheet).best
    assert table and table.header == (1, 2) and len(list(table_rows(sheet, table))) == 2
    assert [h.text for h in table.headings] == [
        "No", "Safety Date", "Safety Score", "Technical Date", "Technical Score",
    ]  # fmt: skip


def test_groups_of_a_text_file_are_told_by_doubled_names() -> None:
    file = csv(",Safety,,Technical,\nNo,Date,Score,Date,Score\n7,2024-01-01,80,2024-02-01,90\n8,,,2024-02-01,91\n")
    assert headings(sheet_of(file)) == [
        "No", "Safety Date", "Safety Score", "Technical Date", "Technical Score",
    ]  # fmt: skip


def test_a_group_that_only_some_columns_have_is_told_without_merges() -> None:
    sheet = sheet_of(csv("No,Name,Completion,\n,,Date,Score\n7,Ali,2024-01-01,80\n8,Mona,2024-02-01,90\n"))
    assert headings(sheet) == ["No", "Name", "Completion Date", "Completion Score"]
    words = sheet_of(csv("No,Name,Site,\n7,,Camp,Late\n8,Mona,Camp,x\n"))
    assert headings(words) == ["No", "Name", "Site", "Column D"]
    unfinished = sheet_of(csv("No,Name,Site,\n,Mona,Camp,Late\n8,Ali,Main,\n9,Sara,Main,\n"))
    assert headings(unfinished) == ["No", "Name", "Site", "Column D"]


def test_doubled_and_blank_headings_get_names_of_their_own() -> None:
    file = csv("No,Date,,date ,\n7,2024-01-01,x,2024-02-01,\n8,2024-01-01,y,2024-02-01,\n")
    assert headings(sheet_of(file)) == ["No", "Date", "Column C", "date (2)"]
    assert [column_letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["Total", None, None, 3], LeftOut.TOTAL),
        (["الإجمالي", None, None, "3"], LeftOut.TOTAL),
        ([None, None, "Grand Total:", "3"], LeftOut.TOTAL),
        (["Total employees: 3", None, None, 3], LeftOut.TOTAL),
        ([None, None, None, "=SUM(D2:D4)"], LeftOut.TOTAL),
        (["Emp No", "Name", "Department", "Hours"], LeftOut.HEADER),
        (["Department: Operations", None, None, None], LeftOut.NOTE),
        (["Disclaimer: figures may not add up.", None, None, None], LeftOut.NOTE),
        (["70099", None, None, None], None),
        (["TOT-1", "Total Energies", "Total", 4], None),
        (["70100", None, None, "=SUM(B5:C5)"], None),
        (["70100", "Totalla Sumaya", "OPS", "=SUM(D2:D4)"], None),
    ],
)
def test_rows_that_are_no_data_are_left_out_and_told(row: list[Any], reason: LeftOut | None) -> None:
    people = [[*person, 8] for person in PEOPLE]
    sheet = sheet_of(xlsx(["Emp No", "Name", "Department", "Hours"], *people, row, ["70200", "Last", "HSE", 8]))
    table = find_tables(sheet).best
    assert table is not None
    found = {line.number: line.left_out for line in table_rows(sheet, table)}
    assert found == {2: None, 3: None, 4: None, 5: reason, 6: None}
    assert reason is None or left_out_sentence(reason)


def test_a_department_called_total_is_a_department() -> None:
    sheet = sheet_of(csv("Code,Name,Head\nTOTAL,Total Energies,\nADNOC,Abu Dhabi,Ali\nTotal,2,\n"))
    table = find_tables(sheet).best
    assert table and [row.left_out for row in table_rows(sheet, table)] == [None, None, LeftOut.TOTAL]


def test_cells_outside_the_table_are_counted() -> None:
    sheet = sheet_of(csv("No,Name\n7,Ali\n8,Smith,John,x\n9,Mona\n10,Sara\n"))
    table = find_tables(sheet).best
    assert table and [row.outside for row in table_rows(sheet, table)] == [0, 2, 0, 0]


def test_merged_departments_reach_each_row_and_the_total_is_left_out() -> None:
    file = xlsx(["List"], ["القسم", "الرقم", "الاسم"], ["HSE", 1, "a"], [None, 2, "b"], ["OPS", 3, "c"], [None, 4, "d"],
                [], ["المجموع", 4], merges=("A3:A4", "A5:A6"))  # fmt: skip
    sheet = sheet_of(file)
    table = find_tables(sheet).best
    assert table is not None
    assert [row.values[0] for row in table_rows(sheet, table) if not row.left_out] == ["HSE", "HSE", "OPS", "OPS"]


def test_the_sheet_with_known_headings_comes_first_hidden_and_empty_ones_last() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, lines in {
        "Empty": [],
        "Lists": [["Employee No", "Name", "Department"], *PEOPLE * 9],
        "Prices": [["Item", "Price"], *[["Pump", 5]] * 50],
        "People": [["Employee No", "Name", "Department"], *PEOPLE],
    }.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        if name == "Lists":
            sheet.very_hidden()
    book.worksheets()[3].activate()
    book.close()
    ranked = rank_sheets(open_workbook(file).sheets, KNOWN)
    assert [choice.sheet.name for choice in ranked] == ["People", "Prices", "Empty", "Lists"]
    assert not is_sheet_ambiguous(ranked) and all(choice.reason for choice in ranked)


def test_sheets_that_look_alike_are_asked_about() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name in ("January", "February"):
        book.add_worksheet(name).write_row(0, 0, ["Employee No", "Name"])
        book.get_worksheet_by_name(name).write_row(1, 0, [7, "Ali"])
    book.close()
    assert is_sheet_ambiguous(rank_sheets(open_workbook(file).sheets, KNOWN))


def test_a_blank_sheet_holds_no_table() -> None:
    assert find_tables(sheet_of(xlsx([" "], ["\u200f"]))).tables == ()


def test_dates_as_headings_do_not_hide_the_header() -> None:
    file = xlsx(["Emp No", "Name", dt.date(2026, 1, 1), dt.date(2026, 2, 1)], ["7", "Ali", "x", None],
                ["8", "Mona", None, "x"])  # fmt: skip
    assert headings(sheet_of(file))[:2] == ["Emp No", "Name"]
