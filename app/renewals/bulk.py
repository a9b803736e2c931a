"""New values for many rows: one statement for each set of equal values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.platform import clock
from app.platform.db import db
from app.platform.drafts import parts


def set_values(model: Any, rows: Mapping[UUID, Mapping[str, Any]], *conditions: Any) -> None:
    """Set each row's values (row id to column name to value); rows with equal values share statements.

    Rows that the session holds already are read anew when they are asked for the next time.
    """
    groups: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    for row_id, values in rows.items():
        groups[tuple(sorted(values.items(), key=_by_name))].append(row_id)
    for same, ids in groups.items():
        for part in parts(ids):
            db.session.execute(
                sa.update(model).where(model.id.in_(part), *conditions)
                .values(dict(same) | {"updated_at": clock.now()})
                .execution_options(synchronize_session=False))
    _forget(model, rows)


def _by_name(pair: tuple[str, Any]) -> str:
    return pair[0]


def _forget(model: Any, rows: Mapping[UUID, Any]) -> None:
    for row in list(db.session.identity_map.values()):
        if isinstance(row, model) and row.id in rows:
            db.session.expire(row)
