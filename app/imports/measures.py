"""What Prometheus is told about imports."""

from __future__ import annotations

from app.imports.events import ImportCommitted
from app.platform.metrics import Counted
from app.platform.unit_of_work import after_commit

rows = Counted("import_rows", "Rows of committed imports", "outcome")


def count_rows(event: ImportCommitted) -> None:
    """Count the rows of a batch, by what became of them, once they are durable."""
    after_commit(rows.add, event.counts)
