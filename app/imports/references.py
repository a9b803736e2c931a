"""Which rows refer to a row, by the foreign keys of the schema. Reads around the ORM, naming the tenant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.platform.db import db
from app.platform.drafts import KEYS, parts
from app.platform.fence import unfenced
from app.platform.keys import is_one_of
from app.platform.scope import current_tenant_id


@dataclass(frozen=True)
class Referrer:
    """A column of another table (or of the same) that may hold a row's id."""

    column: Any
    model: Any = None

    @property
    def table(self) -> str:
        """The name of the table that refers."""
        return str(self.column.table.name)

    @property
    def label(self) -> str:
        """The table's name for people."""
        return self.table.replace("_", " ")

    @property
    def goes_along(self) -> bool:
        """Whether the rows are nobody's own: kept about the row that they refer to, they go when it goes."""
        return getattr(self.model, "KEPT_WITH", None) == self.column.name

    @property
    def is_forgotten(self) -> bool:
        """Whether the rows stay and something else takes the place of the row that they refer to, when it goes."""
        return getattr(self.model, "FORGETS", None) == self.column.name

    def rows(self, ids: Collection[UUID]) -> Iterator[tuple[UUID | None, UUID]]:
        """(id of the referring row, id referred to), deleted rows included: their foreign key holds as well."""
        table = self.column.table
        row_id = table.c.id if "id" in table.c else sa.null()
        for part in parts(list(ids), KEYS):
            statement = sa.select(row_id, self.column).where(table.c.tenant_id == current_tenant_id(),
                                                             is_one_of(self.column, part))
            yield from db.session.execute(unfenced(statement))  # type: ignore[misc]


def referrers(model: Any) -> list[Referrer]:
    """Every column of the schema with a foreign key to the `id` of `model`."""
    wanted = model.__table__.c.id
    models = {mapper.local_table: mapper.class_ for mapper in model.registry.mappers}
    return [Referrer(key.parent, models.get(table))
            for table in model.metadata.sorted_tables for key in table.foreign_keys
            if key.column is wanted]
