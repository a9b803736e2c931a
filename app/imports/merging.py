"""What a worker does with a batch: the dry run, the commit, the undo. Each may be run twice, or killed midway.

Every step looks at the batch's stage first, under a lock on the batch; a killed one leaves nothing, since its
rows and its stage are of one transaction, and is started again by the sweep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.imports import choosing, events, ledger, queries
from app.imports.codec import Codec, key_of, plain
from app.imports.dry_run import DryRun
from app.imports.importer import Table, importer_of
from app.imports.ledger import Entry
from app.imports.lines import parse_file
from app.imports.models import ImportBatch, Stage
from app.imports.questions import Question, unanswered
from app.imports.reader import open_workbook
from app.imports.table_rows import left_out_sentence
from app.platform import clock, files, progress
from app.platform.drafts import Draft
from app.platform.errors import DomainError
from app.platform.unit_of_work import record

Tell = Callable[[int, int, str], None]
NAMED = 200  # rows left out, or moved, that a batch names


class Examination:
    """A dry run as it comes out of `examine`: either questions, or what the ledger will say."""

    def __init__(self, questions: list[Question], run: DryRun | None, left_out: list[Any], lines: int) -> None:
        self.questions, self.run, self.left_out, self.lines = questions, run, left_out, lines


def examine(actor: Any, batch: ImportBatch, tell: Tell) -> Examination:
    """Read the batch's file and decide every row; reads only, so it needs no unit of work.

    Raises Invalid where the file can not be read to its end.
    """
    importer = importer_of(batch.kind)
    assert importer is not None
    tell(0, 0, "reading")
    columns = unanswered(choosing.open_columns(importer, batch.table, batch.mapping), batch.answers)
    if columns:  # the rest depends on them
        return Examination(columns, None, [], 0)
    mapping = choosing.answered(batch.mapping, batch.answers)
    with files.open_kept(batch.file_key) as file, open_workbook(file) as workbook:
        parsed = parse_file(importer, workbook, batch.table, mapping, batch.answers)
    tell(0, 0, "comparing")
    run = DryRun(actor, importer, parsed.lines, batch.answers, batch.id)
    left = [[number, left_out_sentence(why)] for number, why in parsed.left_out]
    asked = unanswered([*parsed.questions, *run.questions()], batch.answers)
    if asked:
        return Examination(asked, None, left, len(parsed.lines))
    run.plan()
    return Examination([], run, left, len(parsed.lines))


def note_examination(batch_id: UUID, found: Examination, tell: Tell) -> None:
    """Write down what `examine` found: the questions, or a ledger line per row. Does nothing when it is there."""
    batch = queries.batch(batch_id, lock=True)
    if batch.stage != Stage.CHECKING:
        return
    batch.left_out = found.left_out[:NAMED]
    if found.run is None:
        batch.questions = [question.as_dict() for question in found.questions]
        batch.move(Stage.ASKING, Stage.CHECKING)
        return
    counts: Counter[str] = Counter(left_out=len(found.left_out))
    ledger.clear(batch_id)
    ledger.append(batch_id, _counted(found.run.entries(), counts, found.lines, tell))
    batch.counts, batch.questions = dict(counts), []
    batch.move(Stage.CHECKED, Stage.CHECKING)


def _counted(entries: Iterator[Entry], counts: Counter[str], total: int, tell: Tell) -> Iterator[Entry]:
    for done, entry in enumerate(entries):
        outcome = entry[3]
        counts[outcome] += 1
        if outcome == "change" and entry[7].get("is_active") == (True, False):
            counts["deactivate"] += 1
        if done % ledger.PART == 0:
            tell(done, total, "writing")
        yield entry


def fail(batch_id: UUID, refusal: DomainError) -> None:
    """Write down why the file could not be read."""
    batch = queries.batch(batch_id, lock=True)
    if batch.stage == Stage.CHECKING:
        batch.move(Stage.FAILED, Stage.CHECKING)
        batch.problem = {"code": refusal.code, "message": str(refusal)}


def give_up(batch_id: UUID) -> None:
    """Put a batch whose job failed for a reason of ours back to where a person can try again, and say so."""
    batch = queries.batch(batch_id, lock=True)
    back = {Stage.CHECKING: Stage.FAILED, Stage.COMMITTING: Stage.CHECKED, Stage.UNDOING: Stage.COMMITTED}
    stage = Stage(batch.stage)
    if stage in back:
        batch.move(back[stage], stage)
        batch.problem = {"code": "internal", "message": _(
            "Something went wrong on our side and nothing was changed. Try again; if it happens again, tell your "
            "administrator this number: %(trace_id)s.", trace_id=g.get("trace_id") or "-")}


# -- the commit ------------------------------------------------------------------------------------------


def commit_batch(actor: Any, batch_id: UUID, tell: Tell) -> ImportBatch:
    """Write a batch's accepted rows, all of them or none.

    Every row is planned anew on the tables as they are now. Where that comes out otherwise than the dry run
    said, nothing is written: the batch goes back to `checked` and names the rows that moved.
    """
    batch = queries.batch(batch_id, lock=True)
    if batch.stage != Stage.COMMITTING:
        return batch
    importer = importer_of(batch.kind)
    assert importer is not None
    loaded = [(table, *rows) for table, rows in zip(importer.tables, _load(importer.tables, batch, tell), strict=True)]
    coming = {draft.id for _table, _lines, drafts in loaded for draft in drafts if draft.is_new}
    moved: list[int] = []
    tell(0, 0, "comparing")
    for table, lines, drafts in loaded:
        if drafts:
            table.plan(actor, drafts, coming, lock=True)
            moved += [line[0] for line, draft in zip(lines, drafts, strict=True) if _has_moved(line, draft)]
    if moved:
        batch.move(Stage.CHECKED, Stage.COMMITTING)
        batch.problem = {"code": "moved", "rows": sorted(set(moved))[:NAMED], "count": len(moved)}
        return batch
    at, done, total = clock.now(), 0, sum(len(drafts) for _table, _lines, drafts in loaded)
    for table, _lines, drafts in loaded:
        tell(done, total, "writing")
        _put(table, actor, drafts, at, partial(_tell_written, tell, done, total))
        done += len(drafts)
    tell(0, 0, "finishing")
    batch.move(Stage.COMMITTED, Stage.COMMITTING)
    batch.committed_at = at
    record(events.ImportCommitted(actor_id=actor.id, subject_id=batch.id, kind=batch.kind, file_name=batch.file_name,
                                  counts=batch.counts))
    return batch


def _put(table: Table, actor: Any, drafts: list[Draft], at: datetime, tell: Callable[[int], None]) -> None:
    with progress.watched(tell):  # rows that follow are written too
        table.put(actor, drafts, at)


def _tell_written(tell: Tell, before: int, total: int, done: int) -> None:
    tell(min(before + done, total), total, "writing")


def _load(tables: list[Table], batch: ImportBatch, tell: Tell) -> list[tuple[list[Any], list[Draft]]]:
    """For each table the lines of the ledger to write to it, as far as they have to come out the same again, and a
    draft of each; the ledger is read once."""
    loaded: dict[str, tuple[list[Any], list[Draft]]] = {table.resource: ([], []) for table in tables}
    codecs = {table.resource: Codec(table.model) for table in tables}
    total = batch.counts.get("create", 0) + batch.counts.get("change", 0)
    for nth, line in enumerate(ledger.accepted(batch.id)):
        if nth % ledger.PART == 0:
            tell(min(nth, total), total, "loading")
        lines, drafts = loaded[line.resource]
        drafts.append(Draft(key_of(line.subject), codecs[line.resource].load(line.values or {}),
                            line.outcome == "create"))
        lines.append((line.number, line.outcome, line.changes))
    return list(loaded.values())


def _has_moved(line: Any, draft: Draft) -> bool:
    """Whether a row would come out otherwise than the dry run said."""
    _number, outcome, changes = line
    return draft.outcome != outcome or (outcome == "change" and plain(draft.changes) != changes)
