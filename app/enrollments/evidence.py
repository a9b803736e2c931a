"""Files that prove a completion: taken in by what they hold, never by their name."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from flask_babel import gettext as _

from app.enrollments import events, queries
from app.enrollments.models import Evidence
from app.platform.db import db
from app.platform.documents import keep_document
from app.platform.errors import NotFound
from app.platform.unit_of_work import record


def attach_evidence(actor: Any, enrollment_id: UUID, *, file: IO[bytes], file_name: str) -> Evidence:
    """Put a file (seekable, binary) to an enrollment.

    Invalid `file_kind` unless it holds a PDF, PNG or JPEG, `file_too_large` above 10 MB.
    """
    if queries.enrollment(enrollment_id) is None:
        raise NotFound(_("There is no such entry."))
    row = Evidence(enrollment_id=enrollment_id, uploaded_by_id=actor.id, **keep_document(file, file_name))
    db.session.add(row)
    db.session.flush()
    record(events.EvidenceAttached(actor_id=actor.id, subject_id=enrollment_id, file_name=row.file_name))
    return row


def remove_evidence(actor: Any, evidence_id: UUID) -> Evidence:
    """Take a file from its enrollment, one that was put there by mistake; the audit keeps its name."""
    row = db.session.get(Evidence, evidence_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    db.session.delete(row)
    record(events.EvidenceRemoved(actor_id=actor.id, subject_id=row.enrollment_id, file_name=row.file_name))
    return row
