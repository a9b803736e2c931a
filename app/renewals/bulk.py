"""New values for many rows: a statement for each set of equal values, or one for all where each row has its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft, parts

FEW = 20  # statements that cost less together than one that is sent for each row


def set_values(model: Any, rows: Mapping[UUID, Mapping[str, Any]], *conditions: Any) -> None:
    """Set each row's values (row id to column name to value); rows with equal values share statements.

    Rows that the session holds already are read anew when they are asked for the next time.
    """
    groups: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    for row_id, values in rows.items():
        groups[tuple(sorted(values.items(), key=_by_name))].append(row_id)
    if len(groups) > FEW and not conditions:
        drafts.write(model, [_changing(row_id, values) for row_id, values in rows.items()])
        groups.clear()
    for same, ids in groups.items():
        for part in parts(ids):
            db.session.execute(
                sa.update(model).where(model.id.in_(part), *conditions)
                .values(dict(same) | {"updated_at": clock.now()})
                .execution_options(synchronize_session=False))
    _forget(model, rows)


def _changing(row_id: UUID, values: Mapping[str, Any]) -> Draft:
    return Draft(row_id, {}, is_new=False, changes={name: (None, new) for name, new in values.items()})


def _by_name(pair: tuple[str, Any]) -> str:
    return pair[0]


def _forget(model: Any, rows: Mapping[UUID, Any]) -> None:
    for row in list(db.session.identity_map.values()):
        if isinstance(row, model) and row.id in rows:
            db.session.expire(row)
