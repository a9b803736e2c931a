"""Values of rows as JSON and back, typed by the columns of their table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID, SafeUUID

import orjson
import sqlalchemy as sa

_new, _set = object.__new__, object.__setattr__


def key_of(text: str) -> UUID:
    """The id that `text` spells as JSON has it; half the work of UUID(text), which takes any spelling and number."""
    key = _new(UUID)
    _set(key, "int", int(text.replace("-", ""), 16))
    _set(key, "is_safe", SafeUUID.unknown)
    return key


_key = lru_cache(maxsize=50_000)(key_of)  # the same people and courses come again and again

_READERS: list[tuple[type, Callable[[Any], Any]]] = [
    (sa.Uuid, _key),
    (sa.DateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Numeric, Decimal),
]


def dump(value: Any) -> str:
    """`value` as JSON; ids, dates and decimals as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def plain(value: Any) -> Any:
    """`value` as JSON gives it back."""
    return parse(dump(value))


def parse(text: str | None) -> Any:
    """JSON as plain values; None for nothing."""
    return None if text is None else orjson.loads(text)


class Codec:
    """Reads the values of one model's rows back from JSON."""

    def __init__(self, model: Any) -> None:
        # what follows from other values and moves by itself, which is nobody's change of the row
        self.derived = frozenset(getattr(model, "DERIVED", ()))
        self._readers = {
            column.key: reader
            for column in sa.inspect(model).column_attrs
            if (reader := _reader(column.columns[0].type)) is not None
        }

    def load(self, values: dict[str, Any]) -> dict[str, Any]:
        """Field name to value, as the model has it."""
        readers = self._readers
        return {name: value if value is None or (reader := readers.get(name)) is None else reader(value)
                for name, value in values.items()}

    def load_one(self, name: str, value: Any) -> Any:
        """One value of the field `name`."""
        reader = self._readers.get(name)
        return value if reader is None or value is None else reader(value)


def _reader(column_type: Any) -> Callable[[Any], Any] | None:
    inner = column_type.impl if isinstance(column_type, sa.TypeDecorator) else column_type
    if isinstance(inner, sa.Float):
        return None
    return next((reader for kind, reader in _READERS if isinstance(inner, kind)), None)
