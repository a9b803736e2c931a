"""Set new values on a row and say what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def apply_changes(row: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set `values` (attribute name to new value) on `row`; return name to (old, new) where they differ."""
    changes = {name: (getattr(row, name), new) for name, new in values.items() if getattr(row, name) != new}
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    return changes
