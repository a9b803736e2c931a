"""Certificates as PDF, the page where anybody checks one, and the training record on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, g, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.api import BaseApi, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from marshmallow import fields

from app.enrollments import certificates, queries, records, transcripts
from app.enrollments.certificate_pdf import certificate
from app.enrollments.schemas import TranscriptOutput
from app.organisation import queries as organisation
from app.platform import clock
from app.platform.errors import NotFound
from app.platform.fab.filters import to_uuid
from app.platform.fab.lists import lists
from app.platform.rest import no_such_row
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import LANGUAGES
from app.tenancy import queries as tenancy


class CertificateView(BaseView):
    """A completion as a PDF that its holder can show."""

    route_base = "/certificates"
    class_permission_name = "certificates"
    default_view = "pdf"

    @expose("/<enrollment_id>")
    @has_access
    @permission_name("read")
    def pdf(self, enrollment_id: str) -> Any:
        """The certificate of an enrollment within sight; its code is made when it is first drawn. `language` of the
        address draws it in another language than the reader's."""
        return _drawn(enrollment_id) or abort(404)


class CertificateApi(BaseApi):
    """Certificates for programs."""

    resource_name = "certificates"
    version = "v1"
    class_permission_name = "certificates"
    allow_browser_login = True

    @expose("/<enrollment_id>", methods=["GET"])
    @protect()
    @permission_name("read")
    def get_pdf(self, enrollment_id: str) -> Response:
        """The certificate of a completion as PDF
        ---
        get:
          parameters:
          - {in: path, name: enrollment_id, required: true, schema: {type: string, format: uuid}}
          - {in: query, name: language, schema: {type: string, enum: [en, ar]}}
          responses:
            200:
              description: The certificate, with the code by which anybody checks it
              content:
                application/pdf: {schema: {type: string, format: binary}}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        drawn = _drawn(enrollment_id)
        if drawn is None:
            raise NotFound(no_such_row())
        return drawn


def _drawn(enrollment_id: str) -> Response | None:
    """The certificate as an answer; None for no completion within the reader's sight."""
    row = transcripts.seen_enrollment(g.user, to_uuid(enrollment_id))
    if row is None or not row.is_completion:
        return None
    with unit_of_work():
        code = certificates.issue_code(g.user, row.id)
    row = queries.enrollment(row.id)
    assert row is not None
    address = url_for("VerifyView.verify", code=certificates.grouped(code), _external=True)
    with force_locale(_asked_language()):
        response = make_response(certificate(row, tenancy.current_tenant(), code, address))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{row.employee.number}.pdf"'.encode(
        "ascii", "ignore").decode()
    return response


def _asked_language() -> Any:
    asked = request.args.get("language")
    return asked if asked in LANGUAGES else get_locale()


class VerifyView(BaseView):
    """Where anybody checks a certificate by its code; shows no more than the certificate does."""

    route_base = "/verify"
    default_view = "ask"

    @expose("")
    def ask(self) -> Any:
        """Type the code; the way to the answer."""
        if request.args.get("code"):
            return redirect(url_for(".verify", code=request.args["code"].replace("/", "")[:60] or "-"))
        return self.render_template("enrollments/verify.html", title=_("Check a certificate"), asked=False, proof=None)

    @expose("/<code>")
    def verify(self, code: str) -> Any:
        """What the certificate is worth today, or that there is none with this code."""
        proof = certificates.proof_of(code)
        page = make_response(self.render_template(
            "enrollments/verify.html", title=_("Check a certificate"), asked=True, proof=proof, code=code[:60],
            today=clock.today()), 200 if proof else 404)
        page.headers["X-Robots-Tag"] = "noindex"
        page.headers["Cache-Control"] = "no-store"
        return page


class TranscriptView(BaseView):
    """Somebody's whole training on one page, to print."""

    route_base = "/transcripts"
    class_permission_name = "transcripts"
    default_view = "mine"

    @expose("")
    @has_access
    @permission_name("read")
    def mine(self) -> Any:
        """The own training record."""
        employee = organisation.employee_for_user(g.user.id)
        return self._page(employee)

    @expose("/<employee_id>")
    @has_access
    @permission_name("read")
    def show(self, employee_id: str) -> Any:
        """The training record of somebody within sight."""
        return self._page(transcripts.seen_employee(g.user, to_uuid(employee_id)) or abort(404))

    def _page(self, employee: Any) -> Any:
        found = transcripts.transcript(employee.id) if employee is not None else []
        return self.render_template("enrollments/transcript.html", title=_("Training record"), employee=employee,
                                    transcript=found, today=clock.today(), tenant=tenancy.current_tenant(),
                                    record=records.training_record(employee.id) if employee is not None else [])


class TranscriptApi(BaseApi):
    """Training records over REST."""

    resource_name = "transcripts"
    version = "v1"
    class_permission_name = "transcripts"
    allow_browser_login = True

    @expose("/<employee_id>", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(TranscriptOutput, employee_id=fields.UUID())
    def get_transcript(self, employee_id: str) -> Any:
        """Every period of validity of somebody within sight, course by course
        ---
        get:
          parameters:
          - {in: path, name: employee_id, schema: {type: string, format: uuid}}
          responses:
            200: {description: Courses with their entries}
            404: {$ref: '#/components/responses/404'}
        """
        key: UUID | None = to_uuid(employee_id)
        employee = transcripts.seen_employee(g.user, key)
        if employee is None:
            raise NotFound(no_such_row())
        return transcripts.transcript(employee.id), {"employee_id": str(employee.id)}
