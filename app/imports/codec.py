"""Values of rows as JSON and back, typed by the columns of their table."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

_READERS: list[tuple[type, Callable[[Any], Any]]] = [
    (sa.Uuid, UUID),
    (sa.DateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Numeric, Decimal),
]


def dump(value: Any) -> str:
    """`value` as JSON; ids, dates and decimals as text."""
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """`value` as JSON gives it back."""
    return json.loads(dump(value))


class Codec:
    """Reads the values of one model's rows back from JSON."""

    def __init__(self, model: Any) -> None:
        self._readers = {
            column.key: reader
            for column in sa.inspect(model).column_attrs
            if (reader := _reader(column.columns[0].type)) is not None
        }

    def load(self, values: dict[str, Any]) -> dict[str, Any]:
        """Field name to value, as the model has it."""
        return {name: self.load_one(name, value) for name, value in values.items()}

    def load_one(self, name: str, value: Any) -> Any:
        """One value of the field `name`."""
        reader = self._readers.get(name)
        return value if reader is None or value is None else reader(value)


def _reader(column_type: Any) -> Callable[[Any], Any] | None:
    inner = column_type.impl if isinstance(column_type, sa.TypeDecorator) else column_type
    if isinstance(inner, sa.Float):
        return None
    return next((reader for kind, reader in _READERS if isinstance(inner, kind)), None)
