"""Reports by command."""

from __future__ import annotations

from pathlib import Path

import click

from app.accounts.models import SYSTEM
from app.platform.cli import for_tenant, trainflow
from app.platform.command_options import NewFile, Pair
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, downloads, filters, jobs, operations, queries


@trainflow.command("report")
@click.argument("name", type=click.Choice([report.name for report in catalogue.REPORTS]))
@click.argument("file", type=NewFile())
@click.option("--filter", "given", type=Pair(), multiple=True, metavar="NAME=VALUE",
              help="Narrow it, for example days=30.")
@for_tenant
def report(name: str, file: Path, given: tuple[tuple[str, str], ...]) -> None:
    """Make the report NAME of everybody into FILE, whose ending (pdf, xlsx, json) says as what."""
    form, forms = file.suffix.lstrip(".").lower(), catalogue.forms_of(name)
    if form not in forms:
        raise click.BadParameter(f"end it in {' or '.join(f'.{one}' for one in forms)}", param_hint="FILE")
    filters.refuse_unknown(catalogue.report_for(SYSTEM, name), dict(given))
    with unit_of_work():
        run_id = operations.request_run(SYSTEM, name, dict(given)).id
    jobs.make(run_id)
    run = queries.run(run_id)
    with downloads.taken(SYSTEM, run, form) as made:
        file.write_bytes(made.read())
    click.echo(f"{run.row_count} rows in {file.name}")
