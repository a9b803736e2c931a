"""Files that prove a completion: what is taken, and who gets it."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.enrollments import evidence
from app.enrollments.models import Evidence
from app.platform import documents, files
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.scope import tenant_scope
from tests.enrollments.conftest import Training

PDF = b"%PDF-1.7\nsome certificate"


@pytest.fixture
def row(acme):
    """A completion of the employee's."""
    with tenant_scope(acme.id):
        return Training(acme).completed("rolling", dt.date(2025, 6, 1))


def send(client, row, content, name):
    return client.post(f"/enrollments/{row.id}/evidence", data={"file": (io.BytesIO(content), name)},
                       follow_redirects=True).get_data(as_text=True)


def test_a_certificate_is_attached_and_read_by_whoever_sees_the_enrollment(acme, globex, row, sign_in):
    assert "The file is attached." in send(sign_in(acme, "officer"), row, PDF, "scans/first.pdf")
    with tenant_scope(acme.id):
        kept = db.session.scalars(sa.select(Evidence)).one()
    address = f"/enrollments/{row.id}/evidence/{kept.id}"
    answer = sign_in(acme, "employee").get(address)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=first.pdf"
    assert sign_in(acme, "foreman").get(address).status_code == 200
    assert sign_in(acme, "foreman").get(f"/enrollments/{row.id}/evidence/{row.id}").status_code == 404
    assert sign_in(acme, "outsider").get(address).status_code == 404
    assert sign_in(globex, "officer").get(address).status_code == 404
    assert sign_in(acme, "employee").post(f"/enrollments/{row.id}/evidence").status_code == 403


def test_a_file_that_the_disk_lost_is_told_in_words(context, acme, row, sign_in):
    officer = sign_in(acme, "officer")
    send(officer, row, b"%PDF-1.7\nsoon lost", "lost.pdf")
    with tenant_scope(acme.id):
        kept = db.session.scalars(sa.select(Evidence)).one()
        address = f"/enrollments/{row.id}/evidence/{kept.id}"
        Path(files.open_kept(kept.file_key).name).unlink()
    answer = officer.get(address)
    assert answer.status_code == 404
    assert "This file is no longer kept here. Tell your administrator." in answer.text


def test_a_file_is_taken_by_what_it_holds(acme, row, sign_in):
    officer = sign_in(acme, "officer")
    assert "Attach a PDF, a PNG or a JPEG." in send(officer, row, b"MZ\x90 not a picture", "certificate.pdf")
    assert "Attach a PDF, a PNG or a JPEG." in send(officer, row, b"<script>%PDF-</script>", "a.pdf")
    with tenant_scope(acme.id):
        assert not db.session.scalars(sa.select(Evidence)).all()


def test_a_file_attached_by_mistake_is_removed_and_leaves_its_name_in_the_trail(acme, globex, row, sign_in):
    officer = sign_in(acme, "officer")
    send(officer, row, PDF, "wrong.pdf")
    with tenant_scope(acme.id):
        kept = db.session.scalars(sa.select(Evidence)).one()
    address = f"/enrollments/{row.id}/evidence/{kept.id}"
    assert sign_in(acme, "employee").post(f"{address}/remove").status_code == 403
    assert sign_in(globex, "officer").post(f"{address}/remove").status_code == 404
    assert officer.post(f"{address}/remove").status_code == 302
    assert officer.get(address).status_code == 404
    with tenant_scope(acme.id):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "EvidenceRemoved")).one()
        assert (entry.subject_id, entry.data) == (str(row.id), {"file_name": "wrong.pdf"})


def test_a_file_has_a_limit(acme, row):
    large = io.BytesIO(PDF)
    large.seek(documents.MEGABYTES * 1024 * 1024)
    large.write(b"x")
    with tenant_scope(acme.id), pytest.raises(DomainError) as caught:
        evidence.attach_evidence(acme.actor("officer"), row.id, file=large, file_name="a.pdf")
    assert caught.value.code == "file_too_large"
