"""Files that prove a completion: taken in by what they hold, never by their name."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from flask_babel import gettext as _

from app.enrollments import events, queries
from app.enrollments.models import Evidence
from app.platform import files
from app.platform.db import db
from app.platform.errors import Invalid, NotFound
from app.platform.unit_of_work import record

MEGABYTES = 10
_STARTS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def attach_evidence(actor: Any, enrollment_id: UUID, *, file: IO[bytes], file_name: str) -> Evidence:
    """Put a file (seekable, binary) to an enrollment.

    Invalid `file_kind` unless it holds a PDF, PNG or JPEG, `file_too_large` above 10 MB.
    """
    if queries.enrollment(enrollment_id) is None:
        raise NotFound(_("There is no such entry."))
    media_type = _media_type(file)
    _refuse_large(file)
    kept = files.keep(file)
    row = Evidence(enrollment_id=enrollment_id, file_key=kept.key, file_name=_plain_name(file_name),
                   media_type=media_type, size=kept.size, uploaded_by_id=actor.id)
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


def _media_type(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(16)
    found = next((kind for start, kind in _STARTS.items() if head.startswith(start)), None)
    if found is None:
        raise Invalid(_("Attach a PDF, a PNG or a JPEG."), field="file", code="file_kind")
    return found


def _refuse_large(file: IO[bytes]) -> None:
    file.seek(0, 2)
    if file.tell() > MEGABYTES * 1024 * 1024:
        raise Invalid(_("The file is larger than %(limit)s MB.", limit=MEGABYTES), field="file",
                      code="file_too_large")


def _plain_name(file_name: str) -> str:
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-200:] or "file"
