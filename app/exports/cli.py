"""Lists as files, by command."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app, g
from flask_babel import force_locale

from app.accounts.models import SYSTEM
from app.exports import operations
from app.exports.lists import write_list
from app.platform.cli import for_tenant, trainflow
from app.platform.command_options import NewFile
from app.platform.fab.export import FORMATS
from app.platform.fab.view import resource_view
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import LANGUAGES


@trainflow.command("export")
@click.argument("resource")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="xlsx", show_default=True)
@click.option("--out", type=NewFile(), required=True)
@click.option("--search", default="", help="Only rows with these words.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@for_tenant
def export(resource: str, format_: str, out: Path, search: str, language: str) -> None:
    """Write everything a tenant's list of RESOURCE holds (users, courses, enrollments …) into a file."""
    try:
        view = resource_view(current_app.extensions["appbuilder"], resource)
    except LookupError as problem:
        raise click.BadParameter(f"there is no list of {resource!r}", param_hint="RESOURCE") from problem
    g.user = SYSTEM
    with force_locale(language):
        query = view.datamodel.stream(view._base_filters, view.default_order, search)
        rows = write_list(view, query, view.list_columns, format_, out)
    with unit_of_work():
        operations.note_export(SYSTEM, resource=resource, format=format_, rows=rows,
                               filters={"q": search} if search else {})
    click.echo(f"{rows} rows of {resource} are in {out}")
