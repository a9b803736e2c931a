"""What hangs together with what. Tables only: read this file to know everything that follows."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model
from flask_babel import lazy_gettext as _l

from app.accounts import cli as accounts_commands
from app.accounts import events as accounts
from app.alerts import cli as alerts_commands
from app.alerts import jobs as alert_jobs
from app.alerts.api import ExpiryAlertApi
from app.alerts.notifications import EXPIRY_WARNING, TEAM_EXPIRY
from app.alerts.outlook import expected_warnings
from app.alerts.views import AlertView, warnings_of
from app.audit import cli as audit_commands
from app.audit.api import AuditLogApi
from app.audit.operations import append_entry
from app.audit.views import AuditLogView
from app.calendars.api import CalendarFeedApi
from app.calendars.views import CalendarDoor, CalendarView
from app.compliance import moving, positions
from app.compliance.api import CoverageApi, EquivalenceApi, RequirementApi, WaiverApi
from app.compliance.case_panels import broken_by_expiry
from app.compliance.coverage_views import CoverageView
from app.compliance.matrix_api import MatrixApi
from app.compliance.matrix_views import MatrixView
from app.compliance.requirement_views import RequirementView
from app.compliance.waiver_views import EquivalenceView, WaiverView
from app.courses import events as courses
from app.courses import previews
from app.courses.api import CourseApi
from app.courses.importer import COURSES
from app.courses.views import CourseView
from app.enrollments import attention
from app.enrollments import events as enrollment_events
from app.enrollments import jobs as enrollment_jobs
from app.enrollments import panels as enrollment_panels
from app.enrollments import upkeep as enrollments
from app.enrollments.api import EnrollmentApi
from app.enrollments.certificate_views import TranscriptApi, TranscriptView, add_certificates
from app.enrollments.importer import ENROLLMENTS, TRACKER
from app.enrollments.my_courses import MyCoursesView
from app.enrollments.views import EnrollmentView
from app.exports import cli as exports_commands
from app.exports.views import export_list
from app.imports import cli as imports_commands
from app.imports import events as import_events
from app.imports import importer as imports
from app.imports import jobs as import_jobs
from app.imports import undoing
from app.imports.api import ImportApi
from app.imports.views import ImportView
from app.jobs import jobs as job_upkeep
from app.jobs import recorder
from app.jobs.api import JobApi
from app.jobs.views import JobsView
from app.kpi import cli as kpi_commands
from app.kpi import jobs as kpi_jobs
from app.kpi import panels as kpi_panels
from app.kpi.api import KpiApi
from app.kpi.views import KpiDashboardView, KpiRowsView, TeamView
from app.notifications import forecasts
from app.notifications import jobs as notification_jobs
from app.notifications import kinds as notifications
from app.notifications import measures as notification_measures
from app.notifications import queries as notification_queries
from app.notifications import reading as notification_reading
from app.notifications.api import NotificationApi
from app.notifications.outbox_api import OutboxApi, TemplateApi
from app.notifications.outbox_views import OutboxView
from app.notifications.password_reset import PASSWORD_RESET, tell_how_to_reset
from app.notifications.template_views import TemplateView
from app.notifications.unsubscribe_views import UnsubscribeView
from app.notifications.views import NotificationView
from app.organisation import cli as organisation_commands
from app.organisation import events as organisation_events
from app.organisation import queries as organisation
from app.organisation.api import DepartmentApi, EmployeeApi, GradeApi, JobRoleApi
from app.organisation.delegation_views import DelegateView, DelegationApi, DelegationView
from app.organisation.importer import DEPARTMENTS, EMPLOYEES
from app.organisation.tenant_views import TenantView
from app.organisation.views import DepartmentView, EmployeeView, GradeView, JobRoleView
from app.platform import directory, jobs, metrics, schedule, unit_of_work
from app.platform.fab import bulk, export, panels
from app.platform.fence import mark_tables
from app.platform.health import HealthApi
from app.platform.look import people, waiting
from app.platform.schedule import Scheduled, Sweep
from app.renewals import events as renewal_events
from app.renewals import jobs as renewal_jobs
from app.renewals import notifications as renewal_notifications
from app.renewals import panels as renewal_panels
from app.renewals import upkeep as renewals
from app.renewals import waiting as renewals_waiting
from app.renewals.api import RenewalRequestApi, WorkflowApi
from app.renewals.chain_views import ApprovalChainApi, ApprovalChainView
from app.renewals.inbox_views import ApprovalsView
from app.renewals.mail_views import DecideByMailView
from app.renewals.my_views import MyRenewalsView
from app.renewals.views import RenewalView
from app.reports import doors as reports
from app.tenancy import events as tenancy_events
from app.tenancy import queries as tenancy
from app.tenancy.views import HolidayApi, HolidayView, SettingsView
from seeds import cli as seed_commands

# event class -> what follows inside the transaction; `object` stands for every event
REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    object: [append_entry],
    accounts.PasswordResetRequested: [tell_how_to_reset],
    courses.CoursePolicyChanged: [enrollments.follow_policy],
    courses.CourseArchived: [enrollments.keep_course_in_use],
    organisation_events.EmployeeCreated: [positions.follow_employee],
    # people come, go and move: whoever has to decide about renewals follows
    accounts.LoginUpdated: [renewals.follow_people],
    organisation_events.EmployeeUpdated: [positions.follow_employee, renewals.follow_people],
    organisation_events.EmployeeArchived: [positions.follow_employee, renewals.follow_people],
    organisation_events.EmployeeRestored: [positions.follow_employee, renewals.follow_people],
    organisation_events.LoginGranted: [renewals.follow_people],
    organisation_events.DelegationCreated: [renewals.follow_people],
    organisation_events.DelegationUpdated: [renewals.follow_people],
    organisation_events.DelegationArchived: [renewals.follow_people],
    import_events.ImportCommitted: [positions.follow_import, renewals.follow_import],
    import_events.ImportUndone: [positions.follow_import, renewals.follow_import],
    renewal_events.StepsOpened: [renewal_notifications.tell_deciders],
    renewal_events.StepsRerouted: [renewal_notifications.tell_deciders],
    renewal_events.StepReassigned: [renewal_notifications.tell_chosen],
    renewal_events.StepsReminded: [renewal_notifications.remind_deciders],
    renewal_events.StepsEscalated: [renewal_notifications.tell_next_level],
    renewal_events.RenewalAnswered: [renewal_notifications.tell_answer],
    renewal_events.RenewalApproved: [renewal_notifications.tell_approved],
    renewal_events.RenewalRejected: [renewal_notifications.tell_rejected],
    renewal_events.RenewalReturned: [renewal_notifications.tell_question],
    renewal_events.RenewalClosed: [renewal_notifications.tell_closed],
    renewal_events.DecisionUndone: [renewal_notifications.tell_undone],
    reports.ReportFinished: [reports.tell_owner],
    # certificates come and go: requests that have nothing to renew any more are closed
    **{event: [renewals.follow_enrollments] for event in (
        enrollment_events.EnrollmentCreated, enrollment_events.EnrollmentCompleted,
        enrollment_events.EnrollmentCorrected, enrollment_events.EnrollmentRevoked,
        enrollment_events.EnrollmentArchived, enrollment_events.EnrollmentRestored)},
    # waiting time
    **{event: [renewals.follow_calendar] for event in (
        tenancy_events.TenantUpdated, tenancy_events.HolidayCreated, tenancy_events.HolidayUpdated,
        tenancy_events.HolidayArchived, tenancy_events.HolidayRestored)},
}

# what runs by itself (see app.platform.schedule), and what looks every minute for work left behind
SCHEDULE: list[Scheduled] = [
    Scheduled("enrollment statuses", enrollment_jobs.refresh_statuses, daily_at=time(0, 10)),
    Scheduled("kpi snapshot", kpi_jobs.take_snapshot, daily_at=time(0, 20)),
    Scheduled("approval deadlines", renewal_jobs.chase_approvals, every=timedelta(minutes=5)),
    Scheduled("expiry alerts", alert_jobs.send_alerts, daily_at=alert_jobs.FROM),
    Scheduled("scheduled reports", reports.send_due, daily_at=time(6, 0)),
    Scheduled("job history", job_upkeep.forget_runs, daily_at=time(3, 30)),
]
SWEEPS: list[Sweep] = [
    import_jobs.sweep, notification_jobs.sweep, renewal_jobs.sweep, alert_jobs.sweep, reports.sweep]

# what people are told, in the order in which they choose about it
NOTIFICATIONS: list[notifications.Kind] = [
    PASSWORD_RESET, EXPIRY_WARNING, TEAM_EXPIRY, *renewal_notifications.KINDS, reports.REPORT_READY]

# what contexts expect to tell in the days ahead
FORECASTS: list[forecasts.Provider] = [expected_warnings]

# what /metrics asks when somebody looks
METRICS: list[metrics.Measure] = [notification_measures.outbox]

# resource -> what other contexts show on the page of one of its rows
PANELS: dict[str, list[panels.Panel]] = {
    "home": [kpi_panels.at_home, renewal_panels.approvals_at_home, renewal_panels.renewable_at_home,
             attention.people_at_home, attention.own_at_home],
    "approvals": [broken_by_expiry],
    "enrollments": [renewal_panels.renewal_of, warnings_of],
    "users": [enrollment_panels.training_of],
    "courses": [enrollment_panels.people_of],
}

# menu entry -> what waits behind it for a person, counted for every page in one statement
WAITING: dict[str, waiting.Waiting] = {
    "Approvals": waiting.Waiting(renewals_waiting.waiting_ids, renewal_panels.seldom_decides),
    "Notifications": waiting.Waiting(notification_queries.unread_ids),
}

# resource -> what other contexts do to the selected rows of its list
BULK: dict[str, list[bulk.BulkAction]] = {
    "users": [enrollment_panels.ENROL_SELECTED],
}

# kinds of spreadsheets, in the order in which a new tenant needs them
IMPORTERS = [DEPARTMENTS, EMPLOYEES, COURSES, ENROLLMENTS, TRACKER]


@dataclass(frozen=True)
class MenuEntry:
    """A screen, the group it stands in and its icon."""

    view: Any
    name: str
    label: Any
    group: str
    icon: str


GROUPS = {
    "My training": _l("My training"), "Team": _l("Team"), "Training": _l("Training"),
    "Organisation": _l("Organisation"), "Reports": _l("Reports"), "Administration": _l("Administration"),
}

MENU = [
    MenuEntry(MyCoursesView, "My courses", _l("My courses"), "My training", "graduation-cap"),
    MenuEntry(CalendarView, "Calendar", _l("Calendar"), "My training", "calendar"),
    MenuEntry(NotificationView, "Notifications", _l("Notifications"), "My training", "bell"),
    MenuEntry(MyRenewalsView, "My renewals", _l("My renewals"), "My training", "refresh-cw"),
    MenuEntry(ApprovalsView, "Approvals", _l("Approvals"), "Team", "list-checks"),
    MenuEntry(TeamView, "My team", _l("My team"), "Team", "users"),
    MenuEntry(TranscriptView, "Training record", _l("Training record"), "My training", "file-text"),
    MenuEntry(EnrollmentView, "Enrollments", _l("Enrollments"), "Training", "award"),
    MenuEntry(RenewalView, "All renewals", _l("All renewals"), "Training", "refresh-cw"),
    MenuEntry(CourseView, "Courses", _l("Courses"), "Training", "book-open"),
    MenuEntry(MatrixView, "Training matrix", _l("Training matrix"), "Training", "grid-3x3"),
    MenuEntry(RequirementView, "Requirements", _l("Requirements"), "Training", "list-checks"),
    MenuEntry(CoverageView, "Coverage", _l("Coverage"), "Training", "shield-check"),
    MenuEntry(WaiverView, "Waivers", _l("Waivers"), "Training", "shield-minus"),
    MenuEntry(EquivalenceView, "Equivalent courses", _l("Equivalent courses"), "Training", "equal"),
    MenuEntry(AlertView, "Warnings", _l("Warnings"), "Training", "clock-alert"),
    MenuEntry(EmployeeView, "People", _l("People"), "Organisation", "users"),
    MenuEntry(DepartmentView, "Departments", _l("Departments"), "Organisation", "building-2"),
    MenuEntry(JobRoleView, "Job roles", _l("Job roles"), "Organisation", "hard-hat"),
    MenuEntry(GradeView, "Grades", _l("Grades"), "Organisation", "signal"),
    MenuEntry(DelegationView, "Absences", _l("Absences"), "Organisation", "calendar-clock"),
    MenuEntry(KpiDashboardView, "Training figures", _l("Training figures"), "Reports", "chart-column"),
    MenuEntry(reports.ReportView, "Reports", _l("Reports"), "Reports", "file-text"),
    MenuEntry(ApprovalChainView, "Approval chains", _l("Approval chains"), "Administration", "list-checks"),
    MenuEntry(HolidayView, "Holidays", _l("Holidays"), "Administration", "calendar"),
    MenuEntry(ImportView, "Imports", _l("Imports"), "Administration", "upload"),
    MenuEntry(JobsView, "Jobs", _l("Jobs"), "Administration", "calendar-clock"),
    MenuEntry(OutboxView, "Outbox", _l("Outbox"), "Administration", "send"),
    MenuEntry(TemplateView, "Message templates", _l("Message templates"), "Administration", "mail"),
    MenuEntry(AuditLogView, "Audit log", _l("Audit log"), "Administration", "scroll-text"),
    MenuEntry(SettingsView, "Settings", _l("Settings"), "Administration", "settings"),
    MenuEntry(TenantView, "Tenants", _l("Tenants"), "Administration", "building-2"),
]

APIS = [ApprovalChainApi, AuditLogApi, CalendarFeedApi, CourseApi, CoverageApi, DelegationApi, DepartmentApi,
        EmployeeApi, EnrollmentApi, EquivalenceApi, ExpiryAlertApi, GradeApi, HealthApi, HolidayApi, ImportApi, JobApi,
        JobRoleApi, KpiApi, MatrixApi, NotificationApi, OutboxApi, RenewalRequestApi, reports.ReportApi, RequirementApi,
        TemplateApi, TranscriptApi, WaiverApi, WorkflowApi]

# modules whose commands stand below `flask trainflow`
COMMANDS = [accounts_commands, alerts_commands, audit_commands, exports_commands, imports_commands, kpi_commands,
            organisation_commands, reports.commands, seed_commands]


def menu_resources() -> list[tuple[str, str]]:
    """(menu entry, resource) for the permission sync: who may read the resource sees the entry and its group."""
    return [pair for entry in MENU for pair in
            ((entry.name, entry.view.class_permission_name), (entry.group, entry.view.class_permission_name))]


def init_app(app: Flask, appbuilder: AppBuilder) -> None:
    """Put the tables above where they are looked up."""
    unit_of_work.wire(REACTIONS)
    directory.wire(tenancy)
    schedule.wire(SCHEDULE, SWEEPS)
    jobs.wire(recorder)
    export.wire(export_list)
    panels.wire(PANELS)
    metrics.wire(METRICS)
    bulk.wire(BULK)
    waiting.wire(WAITING)
    people.wire(organisation.arabic_name)
    notifications.wire(NOTIFICATIONS)
    forecasts.wire(FORECASTS)
    app.jinja_env.globals.update(unread_badge=notification_reading.badge, in_words=notification_reading.in_words)
    previews.wire(enrollments.preview_policy)
    moving.wire()
    imports.wire(IMPORTERS)
    undoing.wire({"users": [positions.note_positions]})
    app.extensions["menu_resources"] = menu_resources()
    mark_tables(Model.registry)
    for entry in MENU:
        appbuilder.add_view(entry.view, entry.name, label=entry.label, icon=entry.icon, category=entry.group,
                            category_label=GROUPS[entry.group])
    appbuilder.add_view_no_menu(UnsubscribeView)
    for api in APIS:
        appbuilder.add_api(api)
    appbuilder.add_view_no_menu(DelegateView)
    appbuilder.add_view_no_menu(DecideByMailView)
    appbuilder.add_view_no_menu(KpiRowsView)
    add_certificates(app, appbuilder)
    door = appbuilder.add_view_no_menu(CalendarDoor)
    appbuilder.sm.limiter.limit(app.config["CALENDAR_LIMIT"])(door.blueprint)
