"""Take a file in, say what its columns mean, ask for the commit, confirm, undo, drop.

What a worker does on the way (dry run, commit, undo) is in `merging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.imports import choosing, events, policies, queries, rules
from app.imports.importer import Importer
from app.imports.lines import BY_COURSE
from app.imports.models import OPEN, ImportBatch, ImportMapping, Stage
from app.imports.questions import is_answer
from app.imports.reader import open_workbook
from app.imports.wording import normal_form
from app.platform import clock, files
from app.platform.db import db
from app.platform.errors import Conflict, Invalid
from app.platform.unit_of_work import record
from app.tenancy import queries as tenancy

BEFORE_COMMIT = (Stage.UPLOADED, Stage.ASKING, Stage.CHECKED, Stage.FAILED)


def start_import(actor: Any, kind: str, file: IO[bytes], file_name: str, *, sheet: int | None = None,
                 header: int | None = None) -> ImportBatch:
    """Take in an uploaded file of one kind and propose what its columns mean.

    file: seekable, binary. Refuses kinds that the actor may not import, and files that are no spreadsheet,
    with the codes of `formats`; nothing is kept then.
    """
    importer = policies.require_importer(actor, kind)
    with open_workbook(file) as workbook:
        table = choosing.choose_table(importer, workbook, sheet, header)
    stored = files.keep(file)
    batch = ImportBatch(kind=kind, file_name=_shortened(file_name), file_key=stored.key, file_size=stored.size,
                        table=table, mapping=_proposed(importer, table), uploaded_by_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    record(events.ImportUploaded(actor_id=actor.id, subject_id=batch.id, kind=kind, file_name=batch.file_name))
    return batch


def choose_table(actor: Any, batch_id: UUID, *, sheet: int | None, header: int | None) -> ImportBatch:
    """Take the rows from another sheet or below another header (0: it has none)."""
    batch, importer = _batch(actor, batch_id)
    batch.move(Stage.UPLOADED, *BEFORE_COMMIT)
    with files.open_kept(batch.file_key) as file, open_workbook(file) as workbook:
        batch.table = choosing.choose_table(importer, workbook, sheet, header)
    batch.mapping, batch.answers, batch.questions = _proposed(importer, batch.table), {}, []
    return batch


def match_columns(actor: Any, batch_id: UUID, mapping: Mapping[str, Any]) -> ImportBatch:
    """Say which column feeds which field (field to positions), remember it, and ask for the dry run.

    For a tracker `mapping['across']` gives position to course, `mapping['expiries']` likewise for expiries.
    Refuses as `choosing.check_mapping`.
    """
    batch, importer = _batch(actor, batch_id)
    batch.move(Stage.CHECKING, *BEFORE_COMMIT)
    choosing.check_mapping(importer, batch.table, mapping)
    if mapping != batch.mapping:
        batch.answers, batch.questions = {}, []
    batch.mapping = dict(mapping)
    _remember(importer, batch)
    return batch


def answer_questions(actor: Any, batch_id: UUID, answers: Mapping[str, str]) -> ImportBatch:
    """Say what was ambiguous (question key to answer) and ask for the dry run again.

    Refuses `answer_missing` and `answer_unknown`, each at its question's key.
    """
    batch, _importer = _batch(actor, batch_id)
    batch.move(Stage.CHECKING, *BEFORE_COMMIT)
    refusals = []
    for question in batch.questions:
        answer = answers.get(question["key"], "").strip()
        if not is_answer(question, answer):
            refusals.append(Invalid(_("Choose one of the answers."), field=question["key"],
                                    code="answer_unknown" if answer else "answer_missing"))
    if refusals:
        raise Invalid.all(refusals)
    batch.answers = {**batch.answers, **{one["key"]: answers[one["key"]].strip() for one in batch.questions}}
    batch.questions = []
    return batch


def check_again(actor: Any, batch_id: UUID) -> ImportBatch:
    """Ask for the dry run once more, on the tables as they are now."""
    batch, _importer = _batch(actor, batch_id)
    batch.move(Stage.CHECKING, Stage.CHECKED, Stage.FAILED)
    return batch


def request_commit(actor: Any, batch_id: UUID, *, good_rows_only: bool) -> ImportBatch:
    """Ask for the accepted rows to be written; above the tenant's limits a second person has to confirm.

    Refuses `rows_refused` (all or nothing, and some rows can not go in) and `nothing_to_do`.
    """
    batch, _importer = _batch(actor, batch_id)
    too_many = over_limits(batch)
    batch.move(Stage.WAITING if too_many and actor.id is not None else Stage.COMMITTING, Stage.CHECKED)
    if batch.counts.get("refused") and not good_rows_only:
        raise Conflict(_("%(count)s rows are refused. Correct them and upload the file again, or import the good "
                         "rows only.", count=batch.counts["refused"]), code="rows_refused")
    if not batch.counts.get("create") and not batch.counts.get("change"):
        raise Conflict(_("There is nothing to import: every row is there already."), code="nothing_to_do")
    batch.good_rows_only, batch.requested_by_id = good_rows_only, actor.id
    record(events.ImportRequested(actor_id=actor.id, subject_id=batch.id, kind=batch.kind, counts=batch.counts,
                                  needs_confirmation=batch.stage == Stage.WAITING))
    return batch


def confirm_import(actor: Any, batch_id: UUID) -> ImportBatch:
    """Agree, as a second person, to a batch above the limits. NotAllowed for those who brought it here."""
    batch, _importer = _batch(actor, batch_id)
    policies.require_second_person(actor, batch)
    batch.move(Stage.COMMITTING, Stage.WAITING)
    batch.confirmed_by_id = actor.id
    record(events.ImportConfirmed(actor_id=actor.id, subject_id=batch.id, kind=batch.kind, counts=batch.counts))
    return batch


def discard_import(actor: Any, batch_id: UUID) -> ImportBatch:
    """Drop a batch that was not committed."""
    batch, _importer = _batch(actor, batch_id)
    batch.move(Stage.DISCARDED, *OPEN)
    record(events.ImportDiscarded(actor_id=actor.id, subject_id=batch.id, kind=batch.kind))
    return batch


def request_undo(actor: Any, batch_id: UUID) -> ImportBatch:
    """Ask for a committed batch to be taken back; again for the rows that stood in the way the last time.

    Conflict `undo_too_late` after 30 days.
    """
    batch, _importer = _batch(actor, batch_id)
    batch.move(Stage.UNDOING, Stage.COMMITTED, Stage.UNDONE)
    if not rules.can_undo(batch.committed_at, clock.now()):
        raise Conflict(_("An import can be undone for %(days)s days.", days=rules.UNDO_DAYS), code="undo_too_late")
    batch.requested_by_id = actor.id
    return batch


def over_limits(batch: ImportBatch) -> list[tuple[str, int, int]]:
    """(what, rows, limit) for each of the tenant's limits that the batch is above."""
    tenant = tenancy.current_tenant()
    limits = rules.Limits(tenant.import_create_limit, tenant.import_change_limit, tenant.import_deactivate_limit)
    return rules.exceeded(limits, batch.counts)


def _batch(actor: Any, batch_id: UUID) -> tuple[ImportBatch, Importer]:
    batch = queries.batch(batch_id, lock=True)
    return batch, policies.require_importer(actor, batch.kind)


def _shortened(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")[-255:] or "-"


def _proposed(importer: Importer, table: Mapping[str, Any]) -> dict[str, Any]:
    proposal = choosing.propose(importer, table, queries.remembered(importer.kind))
    return choosing.proposed_mapping(importer, proposal, table, queries.names_across(importer))


def _remember(importer: Importer, batch: ImportBatch) -> None:
    open_ones = choosing.in_conflict(importer, batch.table, batch.mapping)
    meanings = {heading: name for heading, name in _meanings(batch).items() if heading not in open_ones}
    known = {row.heading: row for row in db.session.scalars(
        sa.select(ImportMapping).where(ImportMapping.kind == importer.kind, ImportMapping.heading.in_(meanings)))}
    for heading, name in meanings.items():
        row = known.get(heading) or ImportMapping(kind=importer.kind, heading=heading)
        row.field = name
        db.session.add(row)


def _meanings(batch: ImportBatch) -> dict[str, str | None]:
    """Heading to field or None, for the columns that stand for one field or for none."""
    columns = {name: places for name, places in batch.mapping.items() if name not in BY_COURSE}
    alone = {places[0]: name for name, places in reversed(columns.items()) if len(places) == 1}
    special = {place for places in columns.values() if len(places) > 1 for place in places}
    special |= {int(place) for name in BY_COURSE for place in batch.mapping.get(name, {})}
    headings = {place: normal_form(written) for place, (_column, _text, written) in enumerate(batch.table["headings"])}
    return {heading: alone.get(place) for place, heading in headings.items()
            if 0 < len(heading) <= 200 and place not in special}
