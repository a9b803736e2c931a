"""The dry run, the commit and the undo, done by a worker; and the sweep that picks up what was left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM
from app.imports import merging, queries, undoing
from app.imports.models import ImportBatch, Stage
from app.platform import progress
from app.platform.collecting import without_collecting
from app.platform.errors import DomainError
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work

# Where each step of a job begins and ends: shares of the time that 20,000 people and 50,000 completions take
CHECKING = {"reading": (0.0, 0.4), "comparing": (0.4, 0.9), "writing": (0.9, 1.0)}
COMMITTING = {"loading": (0.0, 0.3), "comparing": (0.3, 0.5), "writing": (0.5, 0.9), "finishing": (0.9, 1.0)}
UNDOING = {"reverting": (0.0, 0.3), "removing": (0.3, 1.0)}


def _gave_up(batch_id: UUID) -> None:
    with unit_of_work():
        merging.give_up(batch_id)


@job("imports", gave_up=_gave_up)
def check(batch_id: UUID) -> None:
    """Make the dry run of a batch."""
    batch = queries.batch(batch_id)
    if batch.stage != Stage.CHECKING:
        return
    with without_collecting():
        _check(batch)


def _check(batch: ImportBatch) -> None:
    """In a function of its own, so that what it made is gone before anything looks for cycles in it."""
    batch_id = batch.id
    try:
        found = merging.examine(_actor(batch.uploaded_by_id), batch, teller(batch_id, CHECKING))
    except DomainError as refusal:
        with unit_of_work():
            merging.fail(batch_id, refusal)
        return
    with unit_of_work():
        merging.note_examination(batch_id, found, teller(batch_id, CHECKING))


@job("imports", gave_up=_gave_up)
def merge(batch_id: UUID) -> None:
    """Write a batch's accepted rows."""
    with without_collecting(), unit_of_work():
        merging.commit_batch(_actor(queries.batch(batch_id).requested_by_id), batch_id, teller(batch_id, COMMITTING))


@job("imports", gave_up=_gave_up)
def undo(batch_id: UUID) -> None:
    """Take a batch back."""
    with without_collecting(), unit_of_work():
        undoing.undo_batch(_actor(queries.batch(batch_id).requested_by_id), batch_id, teller(batch_id, UNDOING))


BY_STAGE = {Stage.CHECKING: check, Stage.COMMITTING: merge, Stage.UNDOING: undo}


def sweep() -> None:
    """Enqueue what a killed worker or a lost Redis left behind in the current tenant."""
    for batch in queries.busy_batches():
        BY_STAGE[Stage(batch.stage)].enqueue_if_idle(batch.id)


def _actor(user_id: int | None) -> Any:
    return (accounts.login(user_id) if user_id is not None else None) or SYSTEM


def teller(batch_id: UUID, steps: Mapping[str, tuple[float, float]]) -> merging.Tell:
    """What a job tells how far it is: the bar goes on step by step, so that it moves for a small file as well, and
    never back. steps: where each begins and ends, from 0 to 1."""
    reached = 0.0

    def tell(done: int, total: int, stage: str) -> None:
        nonlocal reached
        start, end = steps[stage]
        reached = max(reached, start + (end - start) * (done / total if total else 0))
        progress.report(batch_id, done, total, stage, round(reached, 3))

    return tell
