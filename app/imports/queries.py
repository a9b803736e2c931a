"""Reads of imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.imports import ledger
from app.imports.importer import Importer, Target
from app.imports.ledger import Told
from app.imports.models import BUSY, ImportBatch, ImportMapping
from app.platform.db import db
from app.platform.errors import NotFound


def batch(batch_id: UUID, lock: bool = False) -> ImportBatch:
    """The batch with this id. NotFound."""
    statement = sa.select(ImportBatch).where(ImportBatch.id == batch_id)
    found = db.session.scalar(statement.with_for_update() if lock else statement,
                              execution_options={"populate_existing": lock})
    if found is None:
        raise NotFound(_("There is no such import."))
    return found


def busy_batches() -> list[ImportBatch]:
    """Batches that a worker has to finish, oldest first."""
    return list(db.session.scalars(
        sa.select(ImportBatch).where(ImportBatch.stage.in_(BUSY)).order_by(ImportBatch.created_at).limit(100)))


def remembered(kind: str) -> dict[str, str | None]:
    """Normal form of a heading to the field that it meant the last time."""
    return dict(db.session.execute(
        sa.select(ImportMapping.heading, ImportMapping.field).where(ImportMapping.kind == kind)).all())


def names_across(importer: Importer) -> dict[str, str]:
    """Code to name of what the columns of a tracker may stand for; empty for other layouts."""
    if importer.wide is None:
        return {}
    target = importer.targets[importer.wide.across]
    model = target.table.model
    return dict(db.session.execute(sa.select(getattr(model, target.code), model.name)).all())


def codes(target: Target, limit: int) -> list[str]:
    """The codes that a field may refer to, in order; empty when there are more than `limit`."""
    column = getattr(target.table.model, target.code)
    found = list(db.session.scalars(sa.select(column).order_by(column).limit(limit + 1)))
    return found if len(found) <= limit else []


def rows(batch_id: UUID, outcome: str | None, page: int, size: int) -> list[Told]:
    """One page (from 1) of a batch's rows in the order of the file, all or of one outcome."""
    return rows_from(batch_id, outcome, (page - 1) * size, size)


def rows_from(batch_id: UUID, outcome: str | None, start: int, size: int) -> list[Told]:
    """`size` of the same rows from `start` (from 0) on."""
    return ledger.page(batch_id, outcome, start, size)


def row_count(batch_id: UUID, outcome: str | None) -> int:
    """How many rows a batch has, all or of one outcome."""
    return ledger.count(batch_id, outcome)


def refused(batch_id: UUID, limit: int) -> list[Told]:
    """The first refused rows."""
    return ledger.page(batch_id, "refused", 0, limit)


def labels(targets: dict[Any, set[UUID]]) -> dict[UUID, str]:
    """Id to 'CODE - name' of the rows that ledger values refer to: model to the ids wanted of it."""
    found: dict[UUID, str] = {}
    for model, ids in targets.items():
        for row in db.session.scalars(sa.select(model).where(model.id.in_(ids)),
                                      execution_options={"include_deleted": True}):
            code = getattr(row, "code", None) or getattr(row, "number", "")
            found[row.id] = f"{code} – {row}" if code and code != str(row) else str(row)
    return found


def coming_labels(batch_id: UUID, ids: set[UUID]) -> dict[UUID, str]:
    """Id to a name of rows that the batch itself is about to make."""
    return {row_id: " – ".join(str(values[name]) for name in ("code", "number", "name") if values.get(name))
            for row_id, values in ledger.subjects(batch_id, ids).items()}
