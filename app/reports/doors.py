"""What wiring takes from here, in one place."""

from app.reports import cli as commands
from app.reports.api import ReportApi
from app.reports.events import ReportFinished
from app.reports.jobs import send_due, sweep
from app.reports.notifications import REPORT_READY, tell_owner
from app.reports.views import ReportView

__all__ = ["REPORT_READY", "ReportApi", "ReportFinished", "ReportView", "commands", "send_due", "sweep", "tell_owner"]
