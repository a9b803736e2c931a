"""What people upload by mistake, and what is odd inside a sheet: said in words, and nothing is kept or lost."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa

from app.imports.models import ImportBatch
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.imports.conftest import workbook

MEGABYTE = 1024 * 1024
HEAD = ["Number", "Name", "Phone"]


def zip_bomb() -> bytes:
    made = io.BytesIO(workbook([HEAD]).read())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet2.xml", b"0" * (300 * MEGABYTE))
    return made.getvalue()


def locked() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(("content", "status", "words"), [
    (b"MZ\x90\x00" * 50, 422, "a program"),
    (b"\x89PNG\r\n\x1a\n" + bytes(50), 422, "a picture"),
    (locked(), 422, "password"),
    (b"", 422, "empty"),
    (workbook([]).read(), 422, "no rows"),
    (b"PK\x03\x04broken", 422, "damaged"),
    (b"0" * 60 * MEGABYTE, 413, "too large"),
    (b"number,name\n" * (26 * MEGABYTE // 12), 413, "too large"),
    (zip_bomb(), 422, "unpacks"),
], ids=["exe", "picture", "password", "empty", "blank", "damaged", "60 MB", "26 MB", "zip bomb"])  # fmt: skip
def test_a_file_that_can_not_be_read_is_refused_on_its_page(acme, sign_in, content, status, words):
    answer = sign_in(acme, "officer").post("/imports/add", data={
        "kind": "employees", "file": (io.BytesIO(content), "people.xlsx")})
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0


def test_a_sheet_without_header_is_read_when_somebody_says_what_its_columns_are(importing):
    batch = importing.upload("employees", [["100", "Ada", "123"], ["101", "Grace", "124"]])
    assert batch.table["is_ambiguous"] or batch.table["header"] is None
    assert importing.batch.mapping.get("number") is None


def test_two_columns_of_one_name_are_asked(importing):
    batch = importing.upload("employees", [["Number", "Name", "Phone", "Phone"], ["1", "A", "1", "2"]])
    assert "phone" not in batch.mapping
    assert [text for _column, text, _written in batch.table["headings"]][2:] == ["Phone", "Phone (2)"]
    importing.check({"phone": [3]})
    importing.commit()
    assert db.session.scalar(sa.select(Employee.phone).where(Employee.number == "1")) == "2"


def test_formulas_errors_long_texts_and_control_characters_cost_their_row_at_most(importing):
    importing.upload("employees", [HEAD, ["1", "=1+1", None], ["2", "#REF!", None], ["3", "x" * 5000, None],
                                   ["4", "A\tB\x1f", None], ["5", "Good", None]])
    importing.check()
    assert importing.codes() == {2: ["formula_text"], 3: ["cell_error"], 4: ["text_too_long"]}
    importing.commit()
    assert db.session.scalar(sa.select(Employee.name).where(Employee.number == "4")) == "A B"


def test_a_million_blank_rows_at_the_end_are_passed_over(importing):
    """Somebody formatted whole columns; Excel then writes every row."""
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(3, 1_000_003))
    made = io.BytesIO()
    with zipfile.ZipFile(workbook([["Number", "Name"], ["1", "A"]])) as source, zipfile.ZipFile(
            made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</sheetData>", blank.encode() + b"</sheetData>")
            target.writestr(name, part)
    importing.upload("employees", made)
    assert importing.check().counts == {"left_out": 0, "create": 1}
