"""Reports by command."""

from __future__ import annotations

from pathlib import Path

import click

from app.accounts.models import SYSTEM
from app.platform.cli import for_tenant, trainflow
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, downloads, jobs, operations, queries


@trainflow.command("report")
@click.argument("name", type=click.Choice([report.name for report in catalogue.REPORTS]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--filter", "given", multiple=True, metavar="NAME=VALUE", help="Narrow it, for example days=30.")
@for_tenant
def report(name: str, file: Path, given: tuple[str, ...]) -> None:
    """Make the report NAME of everybody into FILE, whose ending (pdf, xlsx, json) says as what."""
    form, forms = file.suffix.lstrip(".").lower(), catalogue.forms_of(name)
    if form not in forms:
        raise click.BadParameter(f"end it in {' or '.join(f'.{one}' for one in forms)}", param_hint="FILE")
    try:
        with unit_of_work():
            run_id = operations.request_run(SYSTEM, name, dict(one.split("=", 1) for one in given if "=" in one)).id
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    jobs.make(run_id)
    run = queries.run(run_id)
    with downloads.taken(SYSTEM, run, form) as made:
        file.write_bytes(made.read())
    click.echo(f"{run.row_count} rows in {file.name}")
