"""The screens that stand in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.alerts.views import AlertView
from app.audit.views import AuditLogView, OperatorTrailView
from app.calendars.views import CalendarView
from app.compliance.coverage_views import CoverageView
from app.compliance.equivalence_views import EquivalenceView
from app.compliance.matrix_views import MatrixView
from app.compliance.requirement_views import RequirementView
from app.compliance.waiver_views import WaiverView
from app.courses.views import CourseView
from app.enrollments.certificate_views import TranscriptView
from app.enrollments.my_courses import MyCoursesView
from app.enrollments.views import EnrollmentView
from app.imports.views import ImportView
from app.jobs.views import JobsView
from app.kpi.views import KpiDashboardView, TeamView
from app.notifications.outbox_views import OutboxView
from app.notifications.template_views import TemplateView
from app.notifications.views import NotificationView
from app.organisation.delegation_views import DelegationView
from app.organisation.tenant_views import TenantView
from app.organisation.views import DepartmentView, EmployeeView, GradeView, JobRoleView
from app.renewals.chain_views import ApprovalChainView
from app.renewals.inbox_views import ApprovalsView
from app.renewals.my_views import MyRenewalsView
from app.renewals.views import RenewalView
from app.reports.views import ReportView
from app.tenancy.views import HolidayView, SettingsView


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
    MenuEntry(ReportView, "Reports", _l("PDF and Excel reports"), "Reports", "file-text"),
    MenuEntry(ApprovalChainView, "Approval chains", _l("Approval chains"), "Administration", "list-checks"),
    MenuEntry(HolidayView, "Holidays", _l("Holidays"), "Administration", "calendar"),
    MenuEntry(ImportView, "Imports", _l("Imports"), "Administration", "upload"),
    MenuEntry(JobsView, "Jobs", _l("Jobs"), "Administration", "calendar-clock"),
    MenuEntry(OutboxView, "Outbox", _l("Outbox"), "Administration", "send"),
    MenuEntry(TemplateView, "Message templates", _l("Message templates"), "Administration", "mail"),
    MenuEntry(AuditLogView, "Audit log", _l("Audit log"), "Administration", "scroll-text"),
    MenuEntry(SettingsView, "Settings", _l("Settings"), "Administration", "settings"),
    MenuEntry(TenantView, "Tenants", _l("Tenants"), "Administration", "building-2"),
    MenuEntry(OperatorTrailView, "Operators' trail", _l("Operators' trail"), "Administration", "scroll-text"),
]


def menu_resources() -> list[tuple[str, str]]:
    """(menu entry, resource) for the permission sync: who may read the resource sees the entry and its group."""
    return [pair for entry in MENU for pair in
            ((entry.name, entry.view.class_permission_name), (entry.group, entry.view.class_permission_name))]
