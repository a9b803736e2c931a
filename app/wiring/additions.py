"""What contexts add to the screens of others."""

from __future__ import annotations

from app.alerts.views import warnings_of
from app.compliance import panels as compliance_panels
from app.enrollments import attention
from app.enrollments import panels as enrollment_panels
from app.kpi import panels as kpi_panels
from app.notifications import queries as notification_queries
from app.platform.fab import bulk, panels
from app.platform.look import waiting
from app.renewals import panels as renewal_panels
from app.renewals import waiting as renewals_waiting

# resource -> what other contexts show on the page of one of its rows
PANELS: dict[str, list[panels.Panel]] = {
    "home": [kpi_panels.at_home, renewal_panels.approvals_at_home, compliance_panels.at_home,
             renewal_panels.renewable_at_home, attention.people_at_home, attention.own_at_home],
    "approvals": [compliance_panels.broken_by_expiry],
    "enrollments": [renewal_panels.renewal_of, compliance_panels.broken_with, warnings_of],
    "users": [enrollment_panels.training_of],
    "courses": [enrollment_panels.people_of],
    "departments": [enrollment_panels.people_in("department")],
    "grades": [enrollment_panels.people_in("grade")],
    "job-roles": [enrollment_panels.people_in("job_role")],
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
