"""Have reports made, once or again and again."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.exports import operations as exports
from app.platform import clock, files, progress
from app.platform.catalogue import language
from app.platform.db import db
from app.platform.errors import Conflict, DomainError, Invalid
from app.platform.unit_of_work import after_commit, record
from app.reports import catalogue, documents, events, filters, pdf, policies, queries, rules
from app.reports.models import ReportRun, ReportSchedule, RunStatus
from app.reports.shape import Tell

MOST_MAILED = 5 * 1024 * 1024  # bytes


def request_run(actor: Any, name: str, given: Mapping[str, Any], *, is_scheduled: bool = False) -> ReportRun:
    """Ask for a report, narrowed by texts by name; a worker makes it. NotFound, and what `filters.read` refuses."""
    report = catalogue.report_for(actor, name)
    run = ReportRun(name=name, language=language() or "en", values=filters.plain(filters.read(report, given)),
                    asked_by_id=actor.id, asked_as=policies.roles_of(actor), is_scheduled=is_scheduled)
    db.session.add(run)
    db.session.flush()
    record(events.ReportRequested(actor_id=actor.id, subject_id=run.id, name=name, values=run.values))
    return run


def compose(actor: Any, run: ReportRun, tell: Tell) -> dict[str, Any]:
    """Read what the actor may see into a kept file; returns what `finish_run` writes down. Reads the tables only.

    Raises what `catalogue.report_for` and `filters.read` refuse.
    """
    report = catalogue.report_for(actor, run.name)
    values = filters.read(report, run.values)
    if report.drawing is not None:
        drawn, rows = report.drawing(actor, values, tell)
        with drawn:
            return {"file_key": files.keep(drawn).key, "row_count": rows, "attached": "",
                    "totals": {"rows": rows, "sums": {}, "counts": {}}}
    file, tally = documents.put_down(report, values, report.rows(actor, values), tell)
    with file:
        kept = files.keep(file)
    return {"file_key": kept.key, "row_count": tally.rows, "totals": tally.totals(),
            "attached": _for_mail(kept.key) if run.is_scheduled else ""}


def _for_mail(file_key: str) -> str:
    """The key of the PDF that goes with the mail; nothing where it is too large for one: the mail has a link."""
    with files.open_kept(file_key) as source, tempfile.TemporaryFile() as target:
        try:
            pdf.write(documents.Document(source), target)
        except Invalid:
            return ""
        return files.keep(target).key if target.tell() <= MOST_MAILED else ""


def finish_run(actor: Any, run_id: UUID, made: Mapping[str, Any]) -> ReportRun:
    """Write down what `compose` made. Does nothing when that has happened."""
    run = queries.run(run_id, lock=True)
    if run.status == RunStatus.WAITING:
        run.file_key, run.row_count, run.totals = made["file_key"], made["row_count"], made["totals"]
        run.status, run.finished_at = RunStatus.DONE, clock.now()
        record(events.ReportFinished(actor_id=actor.id, subject_id=run.id, name=run.name, values=run.values,
                                 rows=made["row_count"], is_scheduled=run.is_scheduled, attached=made["attached"]))
        if made["attached"]:
            exports.note_export(actor, resource=f"report {run.name}", format="pdf", rows=made["row_count"],
                                filters={name: str(value) for name, value in run.values.items() if value is not None})
    return run


def fail_run(run_id: UUID, refusal: DomainError | None = None) -> None:
    """Write down that a run can not be made, and why."""
    run = queries.run(run_id, lock=True)
    if run.status == RunStatus.WAITING:
        run.status, run.finished_at = RunStatus.FAILED, clock.now()
        run.problem = str(refusal) if refusal else _("Something went wrong on our side. Try again.")
        record(events.ReportFailed(actor_id=run.asked_by_id, subject_id=run.id, name=run.name,
                                   reason=refusal.code if refusal else "bug"))


def cancel_run(actor: Any, run_id: str) -> ReportRun:
    """No longer want a report. NotFound for somebody else's, Conflict `report_over` once it is made or failed."""
    run = queries.run(queries.own_run(actor, run_id).id, lock=True)
    if run.status != RunStatus.WAITING:
        raise Conflict(_("This report is made already."), code="report_over")
    run.status, run.finished_at = RunStatus.CANCELLED, clock.now()
    record(events.ReportCancelled(actor_id=actor.id, subject_id=run.id, name=run.name))
    after_commit(progress.stop, run.id)
    return run


def add_schedule(actor: Any, name: str, given: Mapping[str, Any], *, every: str) -> ReportSchedule:
    """Have a report made every day, week or month, for the actor. Dates that are not given move along.

    Refuses `every_unknown`, and what `request_run` refuses.
    """
    report = catalogue.report_for(actor, name)
    if every not in rules.EVERY:
        raise Invalid(_("Choose every day, week or month."), field="every", code="every_unknown")
    filters.read(report, given)
    moving = {one.name for one in report.filters if one.kind == "date"}
    values = {one.name: str(given[one.name]) for one in report.filters
              if given.get(one.name) and one.name not in moving}
    schedule = ReportSchedule(name=name, language=language() or "en", values=values, every=every, owner_id=actor.id)
    db.session.add(schedule)
    db.session.flush()
    record(events.ReportScheduled(actor_id=actor.id, subject_id=schedule.id, name=name, every=every, values=values))
    return schedule


def end_schedule(actor: Any, schedule_id: str) -> ReportSchedule:
    """Have a report no longer made. NotFound for somebody else's."""
    schedule = queries.own_schedule(actor, schedule_id)
    schedule.deleted_at = clock.now()
    record(events.ReportUnscheduled(actor_id=actor.id, subject_id=schedule.id, name=schedule.name))
    return schedule


def begin_scheduled(owner: Any | None, schedule: ReportSchedule, day: date) -> ReportRun | None:
    """Ask for what a schedule names, once for `day`; None where its owner may no longer have it or is nobody.

    The first time that something else stands in the way (a department that it names is gone) is on record.
    """
    if not policies.may_schedule(owner):
        return None
    refusal = hindrance(owner, schedule)
    if refusal is not None:
        if schedule.stopped_on is None:
            schedule.stopped_on = day
            record(events.ReportScheduleStopped(actor_id=owner.id if owner else None, subject_id=schedule.id,
                                                name=schedule.name, reason=refusal.code, stopped_on=day))
        return None
    run = request_run(owner, schedule.name, schedule.values, is_scheduled=True)
    schedule.last_on, schedule.stopped_on = day, None
    return run


def may_begin(owner: Any | None, schedule: ReportSchedule) -> bool:
    """Whether what a schedule names can be made for its owner, as they and the report are now."""
    return policies.may_schedule(owner) and hindrance(owner, schedule) is None


def hindrance(owner: Any, schedule: ReportSchedule) -> DomainError | None:
    """What of a schedule's report or filters is not there any more; None: nothing."""
    try:
        filters.read(catalogue.report_for(owner, schedule.name), schedule.values)
    except DomainError as refusal:
        return refusal
    return None


def narrowed_words(owner: Any, asked: ReportRun | ReportSchedule) -> str:
    """What narrows a run or a schedule, for people; empty where nothing does or it can not be told any more."""
    try:
        report = catalogue.report_for(owner, asked.name)
        values = filters.read(report, asked.values)
    except DomainError:
        return ""
    set_ones = {name: values[name] for name in values if asked.values.get(name)}
    return " · ".join(f"{what}: {which}" for what, which in filters.words(report, set_ones))


def hindrance_words(owner: Any, schedule: ReportSchedule) -> str:
    """The same for people, by the name of the filter; empty for nothing."""
    refusal = hindrance(owner, schedule)
    if refusal is None:
        return ""
    label = catalogue.filter_label(schedule.name, refusal.field)
    return f"{label}: {refusal}" if label else str(refusal)
