"""Have a report made for whoever asks on a screen or over REST."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import g, url_for

from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, filters, jobs, operations, queries
from app.reports.models import ReportRun

AT_ONCE = 1000  # rows that are made while somebody waits


def start(run: ReportRun) -> None:
    """Make a short report here and now, and leave a long or a drawn one to a worker."""
    report = catalogue.report_for(g.user, run.name)
    rows = report.rows(g.user, filters.read(report, run.values))
    is_short = report.drawing is None and len(list(islice(rows, AT_ONCE + 1))) <= AT_ONCE
    (jobs.make if is_short else jobs.make.enqueue)(run.id)


def hand_over(actor: Any, name: str, given: Mapping[str, Any]) -> str:
    """Have a report made that somebody asked for elsewhere; the address of its run. Asked again before it is made:
    the same run."""
    run = queries.waiting_run(actor, name, given)
    if run is None:
        with unit_of_work():
            run = operations.request_run(actor, name, given)
        start(run)
    return url_for("ReportView.run_page", pk=run.id)
