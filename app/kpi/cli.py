"""The numbers, by command."""

from __future__ import annotations

import json
from datetime import date

import click

from app.accounts.models import SYSTEM
from app.kpi import metrics, operations, queries
from app.kpi.rules import Filters
from app.platform import clock
from app.platform.cli import for_tenant, trainflow
from app.platform.command_options import Day
from app.platform.unit_of_work import unit_of_work


@trainflow.command("kpi")
@click.option("--as-of", type=Day(), help="A day, as known now; today unless given.")
@click.option("--snapshot", is_flag=True, help="Put today's figures on record, unless they are already.")
@for_tenant
def kpi(as_of: date | None, snapshot: bool) -> None:
    """Show a tenant's figures as JSON, or put today's on record."""
    if snapshot:
        with unit_of_work():
            click.echo(f"{operations.take_snapshot(SYSTEM)} rows put on record")
        return
    figures = metrics.figures(queries.counts(SYSTEM, Filters(), as_of or clock.today()))
    click.echo(json.dumps({name: {"value": figure.value, "hits": figure.hits, "among": figure.among,
                                  "unit": figure.unit} for name, figure in figures.items()}, indent=2))
