"""Certificates: a code that nobody can guess, what it proves to whoever has it, and no more than that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.enrollments import events, queries
from app.enrollments.models import CertificateCode, Enrollment
from app.platform import clock
from app.platform.db import db
from app.platform.scope import across_tenants, tenant_scope
from app.platform.unit_of_work import record
from app.platform.wording import localised
from app.tenancy import queries as tenancy

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is read as something else
LENGTH, GROUP = 20, 5  # 100 bits


@dataclass(frozen=True)
class Proof:
    """What a certificate shows, and what it is worth today: `state` is that of this certificate alone. Not
    `is_kept_up`: nobody of the organisation could have revoked it since.
    """

    organisation: str
    name: str
    course: str
    completed_on: date
    expires_on: date | None
    certificate_number: str | None
    state: str
    revoked_on: date | None
    is_kept_up: bool


def issue_code(actor: Any, enrollment_id: UUID) -> str:
    """The verification code of a completion, made the first time it is asked for. Conflict `not_completed`."""
    row = queries.enrollment(enrollment_id)
    assert row is not None
    row.require_completion()
    known = db.session.scalar(sa.select(CertificateCode.code).where(CertificateCode.enrollment_id == enrollment_id))
    if known is not None:
        return known
    made = CertificateCode(enrollment_id=enrollment_id, code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
    db.session.add(made)
    db.session.flush()
    record(events.CertificateIssued(actor_id=actor.id, subject_id=enrollment_id))
    return made.code


def grouped(code: str) -> str:
    """A code as it is printed: 7K3M9-QXT4B-…"""
    return "-".join(code[start:start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """A code as somebody types it, without what does not belong to it."""
    plain = text.upper().translate(str.maketrans("OIL", "011"))
    return "".join(letter for letter in plain if letter in ALPHABET)


def proof_of(text: str) -> Proof | None:
    """What the certificate with this code proves today; None: there is none. Asked by people without a login."""
    code = read_code(text)
    if len(code) != LENGTH:
        return None
    with across_tenants("somebody checks a certificate by its code"):
        found = db.session.execute(sa.select(CertificateCode.tenant_id, CertificateCode.enrollment_id).where(
            CertificateCode.code == code)).one_or_none()
    if found is None:
        return None
    with tenant_scope(found.tenant_id):
        tenant = tenancy.current_tenant()
        clock.set_zone(tenant.time_zone)
        try:
            row = queries.enrollment(found.enrollment_id)
            return _proof(row, tenant) if row is not None and row.is_completion else None
        finally:
            clock.set_zone(None)


def _proof(row: Enrollment, tenant: Any) -> Proof:
    assert row.completed_on is not None
    return Proof(organisation=localised(tenant), name=str(row.employee), course=f"{row.course} ({row.course.code})",
                 completed_on=row.completed_on, expires_on=row.expires_on,
                 certificate_number=row.certificate_number, state=row.state,  # type: ignore[attr-defined]
                 revoked_on=row.revoked_on, is_kept_up=tenant.is_active)
