"""What the database believes about its tables, brought up to date after a large change.

A planner that still takes a table of twenty thousand rows for an empty one reads all of it for each row of
another. PostgreSQL would notice by itself within minutes, SQLite never.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.platform.db import db

LARGE = 5_000  # rows of one table in one transaction
STATEMENTS = {
    "postgresql": ("SELECT trainflow_refresh_statistics(%s, %s)",),
    "sqlite": ("PRAGMA analysis_limit = 1000", "PRAGMA optimize"),  # so many entries of an index are looked at
}


def refresh(written: Mapping[str, int]) -> bool:
    """Have the planner look at the tables (name to rows written) that a transaction changed on a large scale.

    PostgreSQL looks at those that grew by a tenth or more, by a function that may do so in their owner's
    name; SQLite decides by itself which ones need it. Returns whether there is anything to commit.
    """
    large = {table: rows for table, rows in written.items() if rows >= LARGE}
    if not large:
        return False
    connection = db.session.connection(execution_options={"writes": True})
    given = (list(large), list(large.values())) if connection.dialect.name == "postgresql" else ()
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement, given)
    return True
