"""Who is told about a report."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.notifications import operations as notifications
from app.notifications.kinds import AttachedFile, Kind, Message, Recipient
from app.platform import clock
from app.reports.catalogue import label_of
from app.reports.events import ReportFinished, ReportScheduleStopped

REPORT_READY = Kind(
    "report-ready", _l("Reports"), _l("A report of mine that is made again and again is ready"),
    _l("%(report)s is ready"), _l("It has %(rows)s rows. PDF, workbook and JSON wait for you in TrainFlow."),
    samples={"report": {"en": "Expiring and expired", "ar": "المنتهية والتي ستنتهي"}, "rows": 12},
    icon="file-text", link_label=_l("Open the report"))


REPORT_STOPPED = Kind(
    "report-stopped", _l("Reports"), _l("A report of mine that is made again and again can not be made any more"),
    _l("%(report)s can not be made any more"),
    _l("What it is narrowed by is not there any more. The page of reports says what is missing; end it there and have"
       " it made again as you need it now."),
    samples={"report": {"en": "Expiring and expired", "ar": "المنتهية والتي ستنتهي"}}, icon="file-text",
    link_label=_l("Open the reports"))


def tell_of_stop(event: ReportScheduleStopped) -> None:
    """A report that comes by itself can not be made: its owner hears of it once."""
    if event.actor_id is not None:
        notifications.tell(REPORT_STOPPED, [Message(
            Recipient(user_id=event.actor_id), {"report": label_of(event.name)}, link="/reports", subject="report",
            dedupe_key=f"report-stopped:{event.subject_id}:{event.stopped_on}")])


def tell_owner(event: ReportFinished) -> None:
    """A report that its schedule had made: its owner hears of it."""
    if event.is_scheduled and event.actor_id is not None:
        notifications.tell(REPORT_READY, [Message(
            Recipient(user_id=event.actor_id), {"report": label_of(event.name), "rows": event.rows},
            link=f"/reports/runs/{event.subject_id}", subject="report", dedupe_key=f"report-ready:{event.subject_id}",
            file=AttachedFile(event.attached, f"{event.name}-{clock.today()}.pdf") if event.attached else None)])
