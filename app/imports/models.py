"""Batches, what became of each of their rows, and which heading meant which field."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.platform.db import Instant, TenantModel, tenant_key, tenant_reference
from app.platform.errors import Conflict


class Stage(StrEnum):
    """Where a batch is on its way."""

    UPLOADED = "uploaded"  # its columns wait to be matched
    CHECKING = "checking"  # a worker makes the dry run
    ASKING = "asking"  # something is ambiguous and was not answered yet
    CHECKED = "checked"  # the dry run is there
    WAITING = "waiting"  # large: a second person has to confirm
    COMMITTING = "committing"  # a worker writes
    COMMITTED = "committed"
    UNDOING = "undoing"  # a worker takes back
    UNDONE = "undone"
    FAILED = "failed"  # the file turned out unreadable
    DISCARDED = "discarded"


class Outcome(StrEnum):
    """What the dry run says about a row."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refused"
    FOLLOWS = "follows"  # a row of the tables that moves because of others; not a line of the file


BUSY = frozenset({Stage.CHECKING, Stage.COMMITTING, Stage.UNDOING})
OPEN = frozenset({Stage.UPLOADED, Stage.ASKING, Stage.CHECKED, Stage.WAITING, Stage.FAILED})


class ImportBatch(TenantModel):
    """One uploaded file on its way into the tables.

    `table` says where in the file the rows are (sheet, header, headings); `mapping` which column feeds which
    field; `answers` what a person said about ambiguous columns; `questions` what is still asked; `counts`
    what the dry run found, by outcome; `problem` why a step could not be finished.
    """

    __tablename__ = "import_batches"
    __table_args__ = (
        tenant_key("import_batches"),
        tenant_reference("import_batches", "uploaded_by_id", "ab_user"),
        tenant_reference("import_batches", "requested_by_id", "ab_user"),
        tenant_reference("import_batches", "confirmed_by_id", "ab_user"),
        sa.Index("ix_import_batches_created", "tenant_id", "created_at", "id"),
        sa.Index("ix_import_batches_stage", "tenant_id", "stage"),
    )

    kind: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    stage: Mapped[str] = mapped_column(sa.String(20), nullable=False, default=Stage.UPLOADED)
    file_name: Mapped[str] = mapped_column(sa.String(255), nullable=False)
    file_key: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    file_size: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    table: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, nullable=False, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, nullable=False, default=dict)
    left_out: Mapped[list[Any]] = mapped_column(sa.JSON, nullable=False, default=list)
    problem: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    good_rows_only: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    requested_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    committed_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)

    uploaded_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(ImportBatch.uploaded_by_id) == User.id", viewonly=True
    )
    confirmed_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(ImportBatch.confirmed_by_id) == User.id", viewonly=True
    )

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it, or about to be."""
        return self.stage in BUSY

    def move(self, stage: Stage, *allowed: Stage) -> None:
        """Go on to `stage`. Conflict `stage_passed` unless the batch is in one of the `allowed` stages."""
        if self.stage not in allowed:
            raise Conflict(
                _("Somebody was faster: this import has gone on meanwhile. Reload the page."),
                code="stage_passed",
            )
        self.stage, self.problem = stage, None


class ImportPart(TenantModel):
    """A stretch of what the dry run found about the rows of a file; after the commit the ledger that undo reads.

    A few hundred lines together, as `app.imports.ledger` writes them: `lines` is JSON, `position` counts the parts
    of a batch from 0, `counts` says how many lines have which outcome. `undone` is what an undo did to some of the
    lines (their place among `lines`, as text, to [removed | reverted | standing, why]), `standing` how many it left.
    """

    __tablename__ = "import_parts"
    __table_args__ = (
        tenant_reference("import_parts", "batch_id", "import_batches"),
        sa.UniqueConstraint("tenant_id", "batch_id", "position", name="uq_import_parts_position"),
    )

    batch_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, nullable=False)
    lines: Mapped[str] = mapped_column(sa.Text, nullable=False)
    undone: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    standing: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)


class ImportRow(TenantModel):
    """A row of an import, as it was kept before `ImportPart`; nothing reads or writes it any more.

    The table stays, since migrations take nothing away; what stood in it was copied into parts.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        tenant_reference("import_rows", "batch_id", "import_batches"),
        sa.Index("ix_import_rows_batch", "tenant_id", "batch_id", "number", "place"),
    )

    batch_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    place: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    resource: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    raw: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    values: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    outcome: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON)
    changes: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    subject_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    undo: Mapped[str | None] = mapped_column(sa.String(10))
    undo_reason: Mapped[str | None] = mapped_column(sa.String(400))


class ImportMapping(TenantModel):
    """What a heading meant the last time somebody said so: a field's name, or None for 'leave it out'."""

    __tablename__ = "import_mappings"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "kind", "heading", name="uq_import_mappings_heading"),)

    kind: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    heading: Mapped[str] = mapped_column(sa.String(200), nullable=False)
    field: Mapped[str | None] = mapped_column(sa.String(60))
