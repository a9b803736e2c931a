"""What each job is called and does, for people. A job that is missing here is told by its code name."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

JOBS: dict[str, tuple[Any, Any]] = {
    "platform.schedule.sweep": (
        _l("Look for work left behind"), _l("Finds what a lost queue or a stopped worker left, and starts it again.")),
    "platform.schedule.tick": (
        _l("Keep the schedule"), _l("Starts what the clock says is due, for each organisation.")),
    "accounts.send_reset_links": (
        _l("Send password links"), _l("Mails a link to people who forgot their password.")),
    "accounts.send_left_links": (
        _l("Look for password links left behind"),
        _l("Sends links that were asked for while the queue was away.")),
    "notifications.mail_operator": (
        _l("Send an operator's password link"), _l("Mails a link to a platform operator who forgot the password.")),
    "enrollments.refresh_statuses": (
        _l("Refresh enrollment statuses"), _l("Brings the stored status of certificates in line with their dates.")),
    "audit.take_root": (
        _l("Root of the audit log"),
        _l("Keeps the seal of the last entry each day, and sends it to the address of the settings.")),
    "kpi.take_snapshot": (
        _l("Put the figures on record"), _l("Keeps the training figures of the day as they are known on it.")),
    "imports.check": (_l("Check an import"), _l("Makes the dry run of an uploaded file.")),
    "imports.merge": (_l("Commit an import"), _l("Writes the accepted rows of a file.")),
    "imports.undo": (_l("Undo an import"), _l("Takes back what a file brought.")),
    "notifications.deliver": (_l("Deliver messages"), _l("Sends the mails and text messages that are due.")),
    "renewals.decide": (_l("Decide many approvals"), _l("Goes on with a decision about hundreds of requests.")),
    "renewals.undo": (_l("Undo many approvals"), _l("Goes on taking back a decision about hundreds of requests.")),
    "renewals.chase_approvals": (
        _l("Chase approvals"), _l("Follows absences, reminds of approvals and passes on those that wait too long.")),
    "alerts.send_alerts": (
        _l("Send warnings of expiries"),
        _l("Warns people whose certificates run out, and tells whoever leads them when nobody acts.")),
    "reports.make": (_l("Make a report"), _l("Writes a report into its files.")),
    "reports.send_due": (
        _l("Send scheduled reports"), _l("Makes the reports that are due today and tells their owners.")),
    "seeds.plant_demo": (_l("Add demo data"), _l("Adds what the two demo organisations lack.")),
    "jobs.forget_runs": (_l("Tidy the job history"), _l("Forgets runs that are older than sixty days.")),
}
"""Job name to its title and what it does."""

SOURCES: dict[str, Any] = {
    "schedule": _l("Schedule"), "screen": _l("Screen"), "api": _l("REST"), "command": _l("Command"),
    "import": _l("Import"),
}
"""Where a run came from."""


def title_of(job: str) -> str:
    """The job in words."""
    return str(JOBS[job][0]) if job in JOBS else job


def purpose_of(job: str) -> str:
    """What the job does, in a sentence; nothing where nobody wrote it down."""
    return str(JOBS[job][1]) if job in JOBS else ""
