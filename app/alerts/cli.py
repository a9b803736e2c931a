"""`flask trainflow alerts`."""

from __future__ import annotations

from datetime import date

import click

from app.alerts import jobs, operations
from app.platform import clock, directory
from app.platform.cli import trainflow
from app.platform.command_options import Day
from app.platform.scope import tenant_scope


@trainflow.command("alerts")
@click.option("--tenant", "slug", help="One tenant's short name; all of them unless given.")
@click.option("--on", "day", type=Day(), help="With --dry-run: the day to ask about.")
@click.option("--dry-run", is_flag=True, help="Say how many would be told, and tell nobody.")
def alerts(slug: str | None, day: date | None, dry_run: bool) -> None:
    """Warn people of expiries now, as the daily job does; harmless any number of times."""
    if day is not None and not dry_run:
        raise click.UsageError("--on asks about another day: use it with --dry-run")
    tenants = [(one.slug, one.id, one.time_zone) for one in directory.tenants().active_tenants()
               if slug in (None, one.slug)]
    if not tenants:
        raise click.BadParameter(f"there is no active tenant {slug!r}", param_hint="--tenant")
    for name, tenant_id, zone in tenants:
        with tenant_scope(tenant_id):
            clock.set_zone(zone)
            click.echo(f"{name}: {_told(day, dry_run)}")
    clock.set_zone(None)


def _told(day: date | None, dry_run: bool) -> str:
    due = operations.preview_round(day)
    if not dry_run:
        jobs.send_alerts()
    return (f"{due.warnings} warnings, {due.foremen} escalations to foremen, {due.managers} to managers, "
            f"{due.officers} to training officers")
