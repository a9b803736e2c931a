"""What happens without anybody asking."""

from __future__ import annotations

from datetime import time, timedelta

from app.accounts import jobs as account_jobs
from app.alerts import jobs as alert_jobs
from app.audit import jobs as audit_jobs
from app.enrollments import jobs as enrollment_jobs
from app.imports import jobs as import_jobs
from app.jobs import jobs as job_upkeep
from app.kpi import jobs as kpi_jobs
from app.notifications import jobs as notification_jobs
from app.notifications import measures as notification_measures
from app.platform import metrics
from app.platform.schedule import Scheduled, Sweep
from app.renewals import jobs as renewal_jobs
from app.reports import jobs as report_jobs

# what runs by itself (see app.platform.schedule), and what looks every minute for work left behind
SCHEDULE: list[Scheduled] = [
    Scheduled("links for new passwords", account_jobs.send_left_links, every=timedelta(minutes=1)),
    Scheduled("enrollment statuses", enrollment_jobs.refresh_statuses, daily_at=time(0, 10)),
    Scheduled("kpi snapshot", kpi_jobs.take_snapshot, daily_at=time(0, 20)),
    Scheduled("approval deadlines", renewal_jobs.chase_approvals, every=timedelta(minutes=5)),
    Scheduled("expiry alerts", alert_jobs.send_alerts, daily_at=alert_jobs.FROM),
    Scheduled("scheduled reports", report_jobs.send_due, daily_at=report_jobs.FROM),
    Scheduled("audit root", audit_jobs.take_root, daily_at=time(0, 5)),
    Scheduled("job history", job_upkeep.forget_runs, daily_at=time(3, 30)),
]
SWEEPS: list[Sweep] = [
    import_jobs.sweep, notification_jobs.sweep, renewal_jobs.sweep, alert_jobs.sweep, report_jobs.sweep]

# what /metrics asks when somebody looks
METRICS: list[metrics.Measure] = [notification_measures.outbox]
