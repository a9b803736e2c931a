"""Files made on the spot, and somebody who imports them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter

from app.imports import jobs, operations, queries
from app.imports.models import ImportBatch
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work


def workbook(rows: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> io.BytesIO:
    """An .xlsx with these rows; None is a blank cell, dates are real dates."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                (page.write_string if isinstance(value, str) else page.write)(number, column, value)
    book.close()
    made.seek(0)
    return made


class Importing:
    """Somebody's way through an import, as the screens and the worker go it."""

    def __init__(self, organisation: Any, name: str = "officer") -> None:
        self.organisation, self.name = organisation, name
        self.id: Any = None

    @property
    def actor(self) -> Any:
        return self.organisation.actor(self.name)

    @property
    def batch(self) -> ImportBatch:
        db.session.expire_all()
        return queries.batch(self.id)

    def upload(self, kind: str, file: Any, name: str = "file.xlsx") -> ImportBatch:
        file = workbook(file) if isinstance(file, list) else io.BytesIO(file) if isinstance(file, bytes) else file
        with unit_of_work():
            self.id = operations.start_import(self.actor, kind, file, name).id
        return self.batch

    def check(self, mapping: dict[str, Any] | None = None, **answers: str) -> ImportBatch:
        """Match the columns as proposed, and answer with `field__kind="…"`."""
        with unit_of_work():
            operations.match_columns(self.actor, self.id, {**self.batch.mapping, **(mapping or {})})
        jobs.check(self.id)
        if self.batch.stage == "asking" and answers:
            given = {key.replace("__", ":"): value for key, value in answers.items()}
            with unit_of_work():
                operations.answer_questions(self.actor, self.id, given)
            jobs.check(self.id)
        return self.batch

    def commit(self, good_rows_only: bool = True) -> ImportBatch:
        with unit_of_work():
            operations.request_commit(self.actor, self.id, good_rows_only=good_rows_only)
        jobs.merge(self.id)
        return self.batch

    def undo(self) -> ImportBatch:
        with unit_of_work():
            operations.request_undo(self.actor, self.id)
        jobs.undo(self.id)
        return self.batch

    def whole(self, kind: str, file: Any, **answers: str) -> ImportBatch:
        """Upload, check and commit."""
        self.upload(kind, file)
        self.check(**answers)
        return self.commit()

    def outcomes(self) -> dict[int, str]:
        """Row number to outcome."""
        return {row.number: row.outcome for row in self.rows()}

    def codes(self) -> dict[int, list[str]]:
        """Row number to the codes of its reasons."""
        return {row.number: [reason["code"] for reason in row.reasons] for row in self.rows() if row.reasons}

    def reason(self, number: int) -> str:
        return next(row.reasons[0]["message"] for row in self.rows() if row.number == number and row.reasons)

    def rows(self) -> list[Any]:
        return queries.rows(self.id, None, 1, 100_000)


@pytest.fixture
def importing(inside: Any) -> Importing:
    """The officer of acme, in acme's scope."""
    return Importing(inside)


@pytest.fixture
def tables(context: Any) -> Any:
    """tables() reads every row of every table, audit and imports aside, as text. Where somebody stood is noted anew
    by an undo, so that of these rows only what they say is compared."""
    aside = ("audit", "import", "alembic", "ab_permission", "ab_view")

    def _read() -> dict[str, list[str]]:
        connection = db.session.connection()
        return {table.name: sorted(map(str, connection.execute(sa.select(*_said(table)))))
                for table in db.metadata.sorted_tables if not table.name.startswith(aside)}

    return _read


def _said(table: Any) -> list[Any]:
    anew = ("id", "created_at", "updated_at") if table.name == "employee_positions" else ()
    return [column for column in table.columns if column.name not in anew]


@pytest.fixture
def kept(importing: Importing) -> Iterator[Importing]:
    """As `importing`; a name for tests that only read."""
    yield importing
