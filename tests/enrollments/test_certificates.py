"""Certificates: drawn for whoever may see them, checked by anybody who has the code, saying no more than they show."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app.accounts.models import SYSTEM
from app.courses import operations as courses
from app.enrollments import certificates, operations
from app.enrollments.events import CertificateIssued
from app.enrollments.models import CertificateCode
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import logos
from app.tenancy.operations import suspend_tenant
from tests.enrollments.conftest import Training
from tests.tenancy.test_logos import picture

D = dt.date


@pytest.fixture
def training(acme):
    """acme with its courses."""
    with tenant_scope(acme.id):
        return Training(acme)


@pytest.fixture
def done(acme, training):
    """A completion of the employee's, valid to 1 January 2027."""
    with tenant_scope(acme.id):
        return training.completed("rolling", D(2026, 1, 1), certificate_number="R/1").id


def drawn(client, row_id):
    answer = client.get(f"/certificates/{row_id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.get_data(as_text=True)[:500]
    return PdfReader(io.BytesIO(answer.data))


def lines(reader):
    """Without the marks of direction, which nobody sees."""
    said = re.sub("[\u200e\u200f]", "", reader.pages[0].extract_text())
    return [line.strip() for line in said.splitlines() if line.strip()]


def code_in(reader):
    return next(found[0] for line in lines(reader)
                if (found := re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", line)))


def test_a_certificate_says_who_what_and_until_when(acme, done, sign_in):
    reader = drawn(sign_in(acme, "employee"), done)
    text = " ".join(lines(reader))
    for said in ("Acme", "Certificate of completion", "Employee Acme", "Rolling course", "1 January 2026",
                 "1 January 2027", "R/1"):
        assert said in text, said
    assert len(reader.pages) == 1


def test_arabic_lines_come_out_of_the_pdf_as_they_were_written(acme, training, done, sign_in):
    with tenant_scope(acme.id), unit_of_work():
        courses.update_course(training.officer, training.courses["rolling"].id,
                              name_ar="التوعية بغاز كبريتيد الهيدروجين والنجاة منه")
        organisation.update_employee(training.officer, acme.employees["employee"], name_ar="أحمد الرشيدي")
    client = sign_in(acme, "employee")
    client.get("/lang/ar")
    found = lines(drawn(client, done))
    for said in ("شهادة إكمال دورة", "التوعية بغاز كبريتيد الهيدروجين والنجاة منه", "أحمد الرشيدي"):
        assert said in found, found


def test_it_is_drawn_in_the_other_language_than_the_readers_too(acme, done, sign_in):
    client = sign_in(acme, "employee")
    answer = client.get(f"/certificates/{done}?language=ar")
    assert "شهادة إكمال دورة" in lines(PdfReader(io.BytesIO(answer.data)))
    assert "Certificate of completion" in lines(PdfReader(io.BytesIO(client.get(
        f"/certificates/{done}?language=xx").data)))
    assert f"/certificates/{done}?language=ar" in client.get(f"/enrollments/{done}").get_data(as_text=True)


def test_it_carries_the_tenants_logo(acme, done, sign_in):
    client = sign_in(acme, "employee")
    plain = drawn(client, done)
    with tenant_scope(acme.id), unit_of_work():
        logos.set_logo(acme.actor("admin"), file=io.BytesIO(picture()))
    adorned = drawn(client, done)
    assert len(adorned.pages[0].images) == len(plain.pages[0].images) + 1
    assert lines(adorned) == lines(plain) and len(adorned.pages) == 1
    assert 'class="paper-logo"' in client.get("/transcripts").get_data(as_text=True)


def test_fonts_are_embedded(acme, done, sign_in):
    resources = drawn(sign_in(acme, "employee"), done).pages[0]["/Resources"]
    for font in resources["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in inner
        assert "TrainFlow" in str(font.get_object()["/BaseFont"])


def test_the_code_is_made_once_and_recorded(acme, training, done, sign_in):
    client = sign_in(acme, "officer")
    first, second = code_in(drawn(client, done)), code_in(drawn(client, done))
    assert first == second
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(CertificateCode.id))) == 1
    assert CertificateIssued.subject == "enrollment"


def test_whoever_may_not_see_the_enrollment_gets_nothing(acme, globex, training, done, sign_in):
    for organisation_, who in ((acme, "outsider"), (globex, "admin")):
        assert sign_in(organisation_, who).get(f"/certificates/{done}").status_code == 404
    with tenant_scope(acme.id):
        running = training.active("kept").id
    assert sign_in(acme, "officer").get(f"/certificates/{running}").status_code == 404
    assert sign_in(acme, "officer").get("/certificates/garbage").status_code == 404


@pytest.fixture
def code(acme, training, done):
    """The code of the completion."""
    with tenant_scope(acme.id):
        return training.do(certificates.issue_code, done)


def checked(client, code, status=200):
    answer = client.get(f"/verify/{code}")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_anybody_checks_a_code_however_it_is_typed(context, acme, code):
    visitor = context.test_client()
    for typed in (code, certificates.grouped(code), code.lower(), f" {code[:10]} {code[10:]} "):
        text = checked(visitor, typed)
        assert "genuine and valid" in text and "Employee Acme" in text and "Rolling course" in text
    assert visitor.get(f"/verify?code={code}").location.endswith(f"/verify/{code}")


def test_the_page_says_no_more_than_the_paper(context, acme, code):
    text = checked(context.test_client(), code)
    for secret in (acme.emails["employee"], "Foreman", "E5", str(acme.employees["employee"])):
        assert secret not in text, secret
    answer = context.test_client().get(f"/verify/{code}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_revoked_expired_and_taken_off_are_said_plainly(context, acme, training, done, code):
    visitor = context.test_client()
    with tenant_scope(acme.id):
        old = training.completed("rolling", D(2024, 1, 1), "foreman")
        old_code = training.do(certificates.issue_code, old.id)
        training.do(operations.revoke_enrollment, done, revoked_on=D(2026, 2, 1), reason="A secret reason")
    assert "genuine and has expired" in checked(visitor, old_code)
    revoked = checked(visitor, code)
    assert "was revoked" in revoked and "A secret reason" not in revoked
    with tenant_scope(acme.id):
        training.do(operations.archive_enrollment, done)
    assert "no certificate with this code" in checked(visitor, code, 404)


def test_a_renewed_certificate_stays_what_the_paper_says(context, acme, training, done, code):
    with tenant_scope(acme.id):
        training.completed("rolling", D(2026, 2, 20))
    text = checked(context.test_client(), code)
    assert "genuine and valid" in text and "1 Jan 2027" in text and "20 Feb" not in text


def test_of_a_suspended_organisation_it_is_genuine_and_no_more(context, acme, code):
    with unit_of_work():
        suspend_tenant(SYSTEM, acme.id)
    text = checked(context.test_client(), code)
    assert "This certificate is genuine." in text and "not kept up" in text and "genuine and valid" not in text


def test_an_unknown_code_is_unknown(context, acme):
    visitor = context.test_client()
    for wrong in ("0" * 20, "x", "A" * 500, "%00", "١٢٣"):
        checked(visitor, wrong, 404)
    assert visitor.get("/verify").status_code == 200


def test_who_is_signed_in_elsewhere_checks_too(acme, globex, code, sign_in):
    client = sign_in(globex, "admin")
    assert "Employee Acme" in checked(client, code)
    assert client.get("/users").status_code == 200
    own = sign_in(acme, "admin")
    assert "Employee Acme" in checked(own, code)
    assert "Employee Acme" in own.get("/users").get_data(as_text=True)


def test_checking_is_rate_limited(app):
    limits = app.appbuilder.sm.limiter.limit_manager.blueprint_limits(app, "VerifyView")
    reading = [str(limit.limit) for limit in limits if "get" in (limit.methods or ["get"])]  # files are counted too
    assert reading == ["60 per 1 minute"]


def test_a_transcript_has_every_period_there_was(acme, training, done, sign_in):
    with tenant_scope(acme.id):
        training.completed("rolling", D(2024, 6, 1))
        training.active("kept")
        training.completed("grace", D(2025, 6, 1), "foreman")
    text = sign_in(acme, "employee").get("/transcripts").get_data(as_text=True)
    for said in ("1 Jan 2026", "1 Jan 2027", "1 Jun 2024", "1 Jun 2025", "Kept course", f"/certificates/{done}"):
        assert said in text, said
    assert "Grace course" not in text
    foreman = sign_in(acme, "foreman")
    assert "Rolling course" in foreman.get(f"/transcripts/{acme.employees['employee']}").get_data(as_text=True)
    for unseen in (acme.employees["manager"], "garbage"):
        assert foreman.get(f"/transcripts/{unseen}").status_code == 404
    assert "Nothing on record yet" in sign_in(acme, "admin").get("/transcripts").get_data(as_text=True)


def test_a_transcript_over_rest(acme, training, done, program):
    answer = program(acme, "foreman").get(f"/api/v1/transcripts/{acme.employees['employee']}")
    [chapter] = answer.json["result"]
    assert (chapter["state"], chapter["entries"][0]["expires_on"]) == ("valid", "2027-01-01")
    assert program(acme, "employee").get(f"/api/v1/transcripts/{acme.employees['foreman']}").status_code == 404


def test_a_certificate_over_rest(acme, globex, done, program):
    address = f"/api/v1/certificates/{done}"
    answer = program(acme, "employee").get(address)
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert program(acme, "outsider").get(address).status_code == 404
    assert program(globex, "admin").get(address).status_code == 404
