"""How an entry is sealed to the one before it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIRST_LINK = "0" * 64
SEALED = ("sequence", "occurred_at", "event", "actor_id", "actor_name", "subject", "subject_id", "data",
          "source", "address", "trace_id")


SEALED_IF_SET = ("impersonator_id", "impersonator_name")  # younger than the first entries


def plain(value: Any) -> Any:
    """`value` as JSON knows it: dates and ids as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def seal(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """The entry's hash: SHA-256 over the hash before it and the entry's `SEALED` fields, as hex.

    Fields of `SEALED_IF_SET` count where they say something, so that older entries keep their hash.
    """
    fields = SEALED + tuple(name for name in SEALED_IF_SET if entry.get(name) is not None)
    content = json.dumps([previous_hash, plain({name: entry[name] for name in fields})],
                         sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
