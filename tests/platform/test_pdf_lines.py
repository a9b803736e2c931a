"""Text comes out of Arabic PDFs as it was written, with the programs that people read them with."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata

import pymupdf
import pytest
from flask_babel import force_locale
from pdfminer.high_level import extract_text
from pypdf import PdfReader

from app.platform.pdf import Document

LINES = (
    "دورة السلامة", "لا يوجد في الفريق", "دورة NEBOSH تنتهي", "دورة (NEBOSH 1) تنتهي 2026-11-01", "صفحة 1 من 3",
    "مؤسسة الاختبار (فرع 2)", "HSE-101 السلامة العامة", "رافعة C++ (أ)", "٪95 من 12,5", "السلامة: 12/11/2026 · تقرير",
    "لا يوجد في الفريق (100%)", "(HSE) ينتهي", "كهرباء Level 2 (B) – متقدم", "الأساسية، 3 أيام",
    "Demo Corp · تقرير التدريب · صفحة 1 من 12", "[أ] «HSE» – 5%", "دورة (Level 3 (B)) – 2/3؟", "مدير: ahmad@demo.sa",
    "الوقت 12:30 مساءً", "شكرًا جدًّا للمُدرِّبين لًا", "H₂S كبريتيد", "إلى ABC-1، DEF-2، 100 ر.س",
    "NEBOSH (IGC)", "95 %", "A cut name…",
)


def said(text: str) -> list[str]:
    """The lines without the marks of direction, which nobody sees."""
    plain = ("".join(letter for letter in line if unicodedata.category(letter) != "Cf") for line in text.splitlines())
    return [" ".join(line.split()) for line in plain if line.split()]


def by_pypdf(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def by_pdfminer(made: bytes) -> str:
    return extract_text(io.BytesIO(made))


def by_mupdf(made: bytes) -> str:
    with pymupdf.open(stream=made) as document:
        return "\n".join(page.get_text() for page in document)


def by_poppler(made: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()


# Poppler is a program of the system: it is asked wherever it is there.
READERS = [by_pypdf, by_pdfminer, by_mupdf] + [by_poppler] * bool(shutil.which("pdftotext"))


@pytest.fixture(scope="module")
def made(app):
    with app.test_request_context(), force_locale("ar"):
        page = Document(title="قراءة")
        page.add_page()
        for line in LINES:
            page.write_line(line, height=8)
        page.add_page()
        for name in ("Foreman Acme-Works (first shift)", "HSE-1", "سعيد"):
            page.write_line(name, width=60, height=8, align="end", same_line=True)
        return bytes(page.output())


@pytest.mark.parametrize("read", READERS)
def test_each_line_is_read_as_it_was_written(made, read):
    found = said(read(made))
    assert [line for line in LINES if line not in found] == []


def test_what_follows_in_a_row_is_parted_and_in_order(made):
    assert said(PdfReader(io.BytesIO(made)).pages[1].extract_text()) == ["Foreman Acme-Works (first shift) HSE-1 سعيد"]


def test_marks_outweigh_the_latin_letters_of_every_page(app):
    with app.test_request_context(), force_locale("ar"):
        page = Document(title="قراءة")
        for _page in range(3):
            page.add_page()
            page.write_line("Hydrogen sulphide awareness and escape from it", height=8)
        page.close_pages(lambda number, pages: page.write_line(f"صفحة {number} من {pages} من التقرير كله وما فيه"))
        made = bytes(page.output())
    for one in PdfReader(io.BytesIO(made)).pages:
        text = one.extract_text()
        latin, arabic = (len(re.findall(kind, text)) for kind in ("[A-Za-z]", "[\u0600-\u06ff\u200f]"))
        assert arabic > latin
