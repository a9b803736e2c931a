"""`flask trainflow seed`."""

from __future__ import annotations

import click

from app.platform.cli import trainflow
from seeds.planting import TENANTS, is_production, plant


@trainflow.command("seed")
@click.option("--production", is_flag=True, help="Yes, put demo tenants with a published password into production.")
def seed(production: bool = False) -> None:
    """Add what the two demo tenants lack; harmless any number of times."""
    if is_production() and not production:
        raise click.ClickException("demo accounts have a published password; --production says you want them here")
    for tenant in TENANTS:
        click.echo(f"{tenant.name}: {plant(tenant)} rows added")
