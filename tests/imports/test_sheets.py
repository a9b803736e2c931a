"""Workbooks that go back to people: the file with its results, and templates."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from flask_babel import force_locale

from app.imports import sheets
from app.imports.importer import importer_of, importers

PEOPLE = [["Staff list"], [], ["Number", "Name", "Phone"], ["1", "Ada", "+966 5"], [None, "Nobody", "5"],
          ["2", "=1+1", None], ["Total", 2]]


def sheet_of(file):
    page = openpyxl.load_workbook(io.BytesIO(file.read())).worksheets[0]
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_the_file_comes_back_row_by_row_with_results_and_reasons(importing):
    importing.upload("employees", PEOPLE)
    importing.check()
    found = sheet_of(sheets.annotated(importing.batch, "xlsx"))
    assert found[0][0] == "Staff list"
    assert found[2] == ["Number", "Name", "Phone", "Result", "Reason"]
    assert found[3] == ["1", "Ada", "+966 5", "New", ""]
    assert found[4][3] == "Refused"
    assert "Employee number" in found[4][4]
    assert "Total" in found[6][0]
    assert "total" in found[6][4]


def test_cells_that_look_like_formulas_stay_text(importing):
    importing.upload("employees", PEOPLE)
    importing.check()
    book = openpyxl.load_workbook(io.BytesIO(sheets.annotated(importing.batch, "xlsx").read()))
    assert book.worksheets[0]["B6"].data_type == "s"
    text = sheets.annotated(importing.batch, "csv").read().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["2", "'=1+1"] in [row[:2] for row in rows]
    assert "'+966 5" in text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_filled_in_template_imports_as_it_is(importing, language):
    with force_locale(language):
        for importer in importers():
            if importer.wide:
                continue
            book = openpyxl.load_workbook(io.BytesIO(sheets.template(importer).read()))
            page, example = book.worksheets[0], book.worksheets[1]
            for column, cell in enumerate(example[2], start=1):
                page.cell(row=2, column=column, value=cell.value)
            filled = io.BytesIO()
            book.save(filled)
            batch = importing.upload(importer.kind, filled)
            proposed = set(batch.mapping)
            assert proposed == {field.name for field in importer.fields}, (language, importer.kind)


def test_a_template_offers_what_there_is_to_choose(importing):
    importing.whole("departments", [["Code", "Name"], ["OPS", "Operations"]])
    book = openpyxl.load_workbook(io.BytesIO(sheets.template(importer_of("employees")).read()))
    page = book.worksheets[0]
    column = next(cell for cell in page[1] if cell.value == "Department").column_letter
    assert any(column in str(rule.sqref) for rule in page.data_validations.dataValidation)
    assert page["A1"].comment.text.startswith("Required.")
    assert "OPS" in [cell.value for cell in book.worksheets[2][column]]
