"""Spreadsheets in, by command."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.accounts.models import SYSTEM
from app.imports import jobs, labels, operations, queries, questions
from app.imports.importer import importer_of, importers
from app.imports.models import ImportBatch, Stage
from app.platform.cli import for_tenant, trainflow
from app.platform.command_options import Pair
from app.platform.unit_of_work import unit_of_work

SHOWN = 20


@trainflow.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commit", is_flag=True, help="Write the good rows; without it nothing is changed.")
@click.option("--sheet", type=click.IntRange(min=1), help="Which sheet, from 1.")
@click.option("--header", type=click.IntRange(min=0),
              help="The row of the headings as Excel counts; 0: there are none.")
@click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), help="How ambiguous dates are meant.")
@click.option("--answer", "given", type=Pair(), multiple=True, metavar="KEY=VALUE", help="The answer to a question.")
@for_tenant
def import_file(kind: str, file: Path, commit: bool, sheet: int | None, header: int | None, dates: str | None,
                given: tuple[tuple[str, str], ...]) -> None:
    """Check a FILE of one KIND (departments, employees, courses, enrollments, tracker), and import it."""
    if importer_of(kind) is None:
        kinds = ", ".join(importer.kind for importer in importers())
        raise click.BadParameter(f"choose one of {kinds}", param_hint="KIND")
    with file.open("rb") as source, unit_of_work():
        batch_id = operations.start_import(SYSTEM, kind, source, file.name,
                                           sheet=None if sheet is None else sheet - 1, header=header).id
    batch = _check(batch_id, dict(given), dates)
    _show(batch)
    if commit and batch.stage == Stage.CHECKED:
        _commit(batch)


def _check(batch_id: UUID, answers: dict[str, str], dates: str | None) -> ImportBatch:
    with unit_of_work():
        operations.match_columns(SYSTEM, batch_id, queries.batch(batch_id).mapping)
    jobs.check(batch_id)
    batch = queries.batch(batch_id)
    if batch.stage != Stage.ASKING:
        return batch
    found = {one["key"]: answers.get(one["key"], dates if one["kind"] == "order" else None) for one in batch.questions}
    if None in found.values():
        return batch
    with unit_of_work():
        operations.answer_questions(SYSTEM, batch_id, {key: answer or "" for key, answer in found.items()})
    jobs.check(batch_id)
    return queries.batch(batch_id)


def _show(batch: ImportBatch) -> None:
    click.echo(f"{batch.file_name}: {labels.STAGES[batch.stage]}")
    if batch.problem:
        click.echo(batch.problem.get("message", ""), err=True)
    importer: Any = importer_of(batch.kind)
    for one in batch.questions:
        click.echo(f"{questions.title(one, importer.field(one['field']).label)} {questions.hint(one)}\n"
                   f"  answer with --answer {one['key']}={'|'.join(one['options'])}", err=True)
    for what, count in batch.counts.items():
        click.echo(f"  {what}: {count}")
    for row in queries.refused(batch.id, SHOWN):
        click.echo(f"  row {row.number}: {' '.join(reason['message'] for reason in row.reasons)}", err=True)
    if batch.questions or batch.problem:
        raise SystemExit(1)


def _commit(batch: ImportBatch) -> None:
    with unit_of_work():
        operations.request_commit(SYSTEM, batch.id, good_rows_only=True)
    jobs.merge(batch.id)
    click.echo(f"{labels.STAGES[queries.batch(batch.id).stage]}")
