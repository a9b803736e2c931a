"""How PostgreSQL goes about statements over hundreds of thousands of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import TransactionStatus

from app.platform.db import db

HASHING = "SET LOCAL work_mem = '32MB'; SET LOCAL enable_mergejoin = off"
AS_BEFORE = "SET LOCAL work_mem TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT"


@contextmanager
def by_hashing() -> Iterator[None]:
    """Statements of the block join and group by hash tables in memory, where PostgreSQL might sort both sides on disk.

    Which of the two it takes for cheaper hangs on the sample of its last ANALYZE: what looks somewhat unevenly spread
    there (the rows of each person) is sorted, which takes a quarter longer. A hash table has up to twice 32 MB; a
    statement over fewer rows takes what it needs. Other databases go their own way.
    """
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute(HASHING)
    try:
        yield
    finally:
        if driver.info.transaction_status != TransactionStatus.INERROR:  # what is rolled back takes them along
            driver.execute(AS_BEFORE)
