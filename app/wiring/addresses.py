"""What else has an address: screens outside the menu, and REST."""

from __future__ import annotations

from typing import Any

from app.alerts.api import ExpiryAlertApi
from app.audit.api import AuditLogApi, OperatorTrailApi
from app.calendars.api import CalendarFeedApi
from app.calendars.views import CalendarDoor
from app.compliance.api import CoverageApi, RequirementApi, WaiverApi
from app.compliance.equivalence_api import EquivalenceApi
from app.compliance.matrix_api import MatrixApi
from app.courses.api import CourseApi
from app.enrollments.api import EnrollmentApi
from app.enrollments.certificate_views import CertificateApi, CertificateView, TranscriptApi, VerifyView
from app.imports.api import ImportApi
from app.jobs.api import JobApi
from app.kpi.api import KpiApi
from app.kpi.views import KpiRowsView
from app.notifications.api import NotificationApi
from app.notifications.outbox_api import OutboxApi
from app.notifications.template_api import TemplateApi
from app.notifications.unsubscribe_views import UnsubscribeView
from app.organisation.api import DepartmentApi, EmployeeApi, GradeApi, JobRoleApi
from app.organisation.delegation_views import DelegateView, DelegationApi
from app.organisation.tenant_api import TenantApi
from app.platform.health import HealthApi
from app.renewals.api import RenewalRequestApi, WorkflowApi
from app.renewals.chain_views import ApprovalChainApi
from app.renewals.mail_views import DecideByMailView
from app.reports.api import ReportApi
from app.reports.schedule_api import ReportScheduleApi
from app.tenancy.logo_api import LogoApi
from app.tenancy.logo_views import LogoView
from app.tenancy.settings_api import SettingsApi
from app.tenancy.views import HolidayApi
from seeds.api import DemoApi

# screens that are reached by links only, and the option that says how often one address may ask
UNLISTED: list[tuple[Any, str | None]] = [
    (UnsubscribeView, None),
    (DelegateView, None),
    (DecideByMailView, None),
    (KpiRowsView, None),
    (LogoView, None),
    (CertificateView, None),
    (VerifyView, "VERIFY_LIMIT"),
    (CalendarDoor, "CALENDAR_LIMIT"),
]

APIS = [ApprovalChainApi, AuditLogApi, OperatorTrailApi, CalendarFeedApi, CertificateApi, CourseApi, CoverageApi,
        DelegationApi, DemoApi, DepartmentApi, EmployeeApi, EnrollmentApi, EquivalenceApi, ExpiryAlertApi,
        GradeApi, HealthApi, HolidayApi, ImportApi, JobApi, JobRoleApi, KpiApi, LogoApi, MatrixApi, NotificationApi,
        OutboxApi, RenewalRequestApi, ReportApi, ReportScheduleApi, RequirementApi, SettingsApi,
        TemplateApi, TenantApi, TranscriptApi, WaiverApi, WorkflowApi]
