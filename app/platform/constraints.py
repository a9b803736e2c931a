"""Which refusal a violated constraint stands for.

Operations check first and refuse in their own words. When two people save the same thing at the same moment
both checks pass, and the database decides; here its answer becomes a refusal instead of a bug.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask_appbuilder import Model
from flask_babel import gettext as _

from app.platform.errors import Conflict, DomainError, Invalid


def refusal_of(error: sa.exc.IntegrityError) -> DomainError | None:
    """The refusal for a violated unique key or reference between tenant tables; None: it is a bug.

    `<column>_taken` and `<column>_unknown` as the operations' own checks say it. SQLite does not tell which
    reference was violated: then the code is `reference_unknown`, without a field.
    """
    unique = _unique_column(error)
    if unique is not None:
        return Conflict(_("Somebody else has just saved this. Change it, then save again."), field=unique,
                        code=f"{unique}_taken")
    reference = _reference_column(error)
    if reference is not None:
        return Invalid(_("What this refers to is not there any more."), field=reference or None,
                       code=f"{reference or 'reference'}_unknown")
    return None


def _unique_column(error: sa.exc.IntegrityError) -> str | None:
    keys = _unique_keys()
    name = _name_of(error)
    failed = re.search(r"UNIQUE constraint failed: (\w+)\.tenant_id, (.+)", str(error.orig))
    if name is None and failed is not None:
        return "_".join(column.partition(".")[2] for column in failed[2].split(", "))
    return keys.get(name or "")


def _reference_column(error: sa.exc.IntegrityError) -> str | None:
    if "FOREIGN KEY constraint failed" in str(error.orig):
        return ""
    found = re.fullmatch(r"fk_(\w+)", _name_of(error) or "")
    tables = sorted(Model.metadata.tables, key=len, reverse=True)
    table = next((name for name in tables if found and found[1].startswith(f"{name}_")), None)
    return found[1].removeprefix(f"{table}_") if found and table else None


def _name_of(error: sa.exc.IntegrityError) -> str | None:
    """The violated constraint's name, which PostgreSQL tells."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


def _unique_keys() -> dict[str, str]:
    """Name of each unique key within a tenant to its column."""
    keys = [index for table in Model.metadata.tables.values() for index in table.indexes if index.unique]
    keys += [key for table in Model.metadata.tables.values() for key in table.constraints
             if isinstance(key, sa.UniqueConstraint)]
    return {str(key.name): "_".join(c.name for c in key.columns if c.name != "tenant_id")
            for key in keys if "tenant_id" in key.columns}
