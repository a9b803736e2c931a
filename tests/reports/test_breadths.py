from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from app.reports import catalogue
from app.reports.breadths import LEAST, shared_out

D = dt.date


def test_columns_take_what_they_need_and_share_what_is_left():
    assert shared_out([10, 30], [True, True], 80) == [20, 60]
    assert shared_out([20, 50, 90], [False, True, True], 120) == [20, 50, 50]  # the broadest gives way first
    assert shared_out([20, 90, 90], [False, True, True], 100) == [20, 40, 40]
    assert shared_out([50, 50], [False, False], 80) == [40, 40]
    assert sum(shared_out([100, 60, 60], [False, True, True], 80)) == pytest.approx(80)
    assert min(shared_out([100, 60, 60], [False, True, True], 120 + LEAST)) >= LEAST


@pytest.fixture
def read(reporting):
    """The text of the PDF of a report."""
    def read(report, name="officer", locale="en", **given):
        run = reporting.make(report, name, locale, **given)
        return "".join(page.extract_text() for page in PdfReader(reporting.opened(run, "pdf", name)).pages)
    return read


def test_a_printed_date_is_never_cut(reporting, read):
    reporting.complete("employee", D(2025, 9, 28))
    assert "…" not in read("transcript", locale="ar", employee="E5")


def test_the_keys_of_an_audit_extract_are_printed_whole(reporting, read):
    text = read("audit", "admin")
    assert re.findall("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text.replace("\n", ""))
    assert "…" not in text


def test_an_audit_extract_speaks_the_readers_language(reporting):
    run = reporting.make("audit", "admin", "ar")
    found = json.loads(reporting.taken(run, "json", "admin"))
    assert all(re.search("[\u0600-\u06ff]", one["subject"]) for one in found["rows"])
    report = catalogue.report_for(reporting.organisation.actor("admin"), "audit")
    with force_locale("ar"):
        labels = [str(column.label) for column in report.columns]
    assert len(set(labels)) == len(labels), labels


def test_the_day_stays_beside_the_name_of_a_tenant_that_has_no_arabic_one(reporting):
    run = reporting.make("compliance", locale="ar")
    page = PdfReader(reporting.opened(run, "pdf")).pages[0]
    places: dict[str, float] = {}
    page.extract_text(visitor_text=lambda text, _matrix, at, *_font: places.setdefault(text.strip("\u200f \n"), at[4]))
    assert places["Acme-Works"] > places["·"] > places["1"] > places["2026"]


def test_what_nobody_knows_is_not_summed_up_to_nought(reporting):
    from app.courses.operations import update_course
    from app.platform.unit_of_work import unit_of_work

    assert reporting.make("hours", first="2025-01-01").totals["sums"]["cost"] == 200
    with unit_of_work():
        update_course(reporting.organisation.actor("officer"), reporting.course.id, cost=None)
    totals = reporting.make("hours", first="2025-01-01").totals
    assert totals["sums"].keys() == {"completions", "hours"} and totals["rows"]
