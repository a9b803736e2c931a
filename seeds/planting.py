"""What is planted, and for whom."""

from __future__ import annotations

from flask import current_app
from uuid_utils.compat import uuid7

from app.platform import clock
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import queries
from seeds.alerts import plant_alerts
from seeds.compliance import plant_matrix
from seeds.courses import plant_courses
from seeds.democorp import DEMOCORP
from seeds.enrollments import plant_enrollments
from seeds.figures import plant_figures
from seeds.gulfenergy import GULFENERGY
from seeds.notifications import plant_notifications
from seeds.organisation import plant_organisation
from seeds.renewals import plant_renewals
from seeds.reports import plant_reports
from seeds.shapes import TenantSeed

TENANTS = (DEMOCORP, GULFENERGY)


def is_production() -> bool:
    """Whether people rely on what is here."""
    return bool(current_app.config["ENV_NAME"] == "production")


def plant(tenant: TenantSeed) -> int:
    """Add what a demo tenant lacks, in one transaction; return how many rows that were."""
    with platform_scope():
        known = queries.tenant_by_slug(tenant.slug)
    with tenant_scope(known.id if known else uuid7()), unit_of_work():
        clock.set_zone(tenant.time_zone)
        return sum(plant_part(tenant) for plant_part in (
            plant_organisation, plant_courses, plant_enrollments, plant_matrix, plant_renewals,
            plant_notifications, plant_alerts, plant_figures, plant_reports))
