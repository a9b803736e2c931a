"""The certificate of one completion on one page."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask_babel import format_date
from flask_babel import gettext as _

from app.enrollments.certificates import grouped
from app.enrollments.models import Enrollment
from app.platform import clock
from app.platform.pdf import SOFT, Document
from app.platform.wording import localised

MARGIN, QR = 18, 34  # mm
LOGO = (60.0, 15.0)  # mm at most, broad and high
ACCENT = "#0f5c73"


def certificate(row: Enrollment, tenant: Any, code: str, address: str) -> bytes:
    """The PDF in the reader's language; the QR code leads to `address`, where anybody can check it."""
    page = Document(landscape=True, title=_("Certificate: %(course)s", course=str(row.course)))
    page.set_auto_page_break(False)
    page.set_margin(MARGIN)
    page.add_page()
    _frame(page, _colour(tenant))
    page.set_y(MARGIN + 8)
    if tenant.logo:
        page.set_y(MARGIN + page.write_picture(tenant.logo, most=LOGO, top=MARGIN - 1, align="centre") + 2)
    page.write_line(localised(tenant), size=16, bold=True, align="centre")
    page.ln(8)
    page.write_line(_("Certificate of completion"), size=30, bold=True, align="centre", colour=_colour(tenant))
    page.ln(6)
    page.write_line(_("This is to certify that"), size=12, align="centre", colour=SOFT)
    page.ln(2)
    page.write_line(str(row.employee), size=26, bold=True, align="centre")
    page.write_line(row.employee.number, size=11, align="centre", colour=SOFT)
    page.ln(3)
    page.write_line(_("has completed the course"), size=12, align="centre", colour=SOFT)
    page.ln(2)
    page.write_line(str(row.course), size=20, bold=True, align="centre")
    page.write_line(row.course.code, size=11, align="centre", colour=SOFT)
    if row.revoked_on is not None and row.revoked_on <= clock.today():
        page.ln(2)
        page.write_line(_("Revoked from %(day)s. This certificate does not count.", day=_day(row.revoked_on)), size=14,
                        bold=True, align="centre", colour="#a81d2c")
    _facts(page, row)
    _proof(page, code, address)
    return bytes(page.output())


def _frame(page: Document, colour: str) -> None:
    page.set_draw_color(colour)
    for inset, width in ((9, 1.2), (11.5, 0.3)):
        page.set_line_width(width)
        page.rect(inset, inset, page.w - 2 * inset, page.h - 2 * inset)


def _facts(page: Document, row: Enrollment) -> None:
    facts = [(_("Completed on"), _day(row.completed_on)),
             (_("Valid until"), _day(row.expires_on) if row.expires_on else _("Does not expire"))]
    facts += [(_("Certificate number"), row.certificate_number)] if row.certificate_number else []
    facts += [(_("Provider"), row.course.provider)] if row.course.provider else []
    top, start = page.h - MARGIN - QR, MARGIN + 4 if not page.is_rtl else MARGIN + QR + 74
    for number, (label, value) in enumerate(facts):
        page.set_xy(start, top + 8.5 * number)
        label_first = ((label, SOFT, 45), (value, "#1d2429", 90))
        for text, colour, width in label_first if not page.is_rtl else reversed(label_first):
            page.write_line(text, size=11, colour=colour, bold=colour != SOFT, width=width, height=7, same_line=True)


def _proof(page: Document, code: str, address: str) -> None:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="png", scale=8, border=0)
    drawn.seek(0)
    x = page.w - MARGIN - QR - 2 if not page.is_rtl else MARGIN + 2
    y = page.h - MARGIN - QR - 2
    page.image(drawn, x, y, QR, QR)
    beside = x - 70 if not page.is_rtl else x + QR + 4
    for number, (text, size) in enumerate(((_("Check it at"), 9), (address.rpartition("/")[0], 9), (_("Code"), 9),
                                           (grouped(code), 10))):
        page.set_xy(beside, y + 6.5 * number + 4)
        page.write_line(text, size=size, colour=SOFT if number % 2 == 0 else "#1d2429", width=66, height=6,
                        align="end", same_line=True)


def _colour(tenant: Any) -> str:
    colour = str(tenant.accent or "")
    is_colour = len(colour) == 7 and colour[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    return colour if is_colour else ACCENT


def _day(day: Any) -> str:
    return format_date(day, "d MMMM y")
