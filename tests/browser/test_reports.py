"""Reports and figures in Chromium: choose, narrow, look, take away, have it sent; and figures that come later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.compliance import operations as compliance
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.kpi import panels
from app.platform import clock
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.browser.conftest import Site

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def _training(site: Site) -> None:
    """A required course that the employee's certificate of runs out in ten days."""
    with site.app.app_context(), tenant_scope(site.acme.id), unit_of_work():
        officer, today = site.acme.actor("officer"), clock.today()
        course = courses.create_course(officer, code="RIGGING", name="Rigging", validity_kind="rolling",
                                       validity_months=12)
        compliance.add_requirement(officer, course_id=course.id, valid_from=today)
        enrollments.create_enrollment(officer, employee_id=site.acme.employees["employee"], course_id=course.id,
                                      status="completed", completed_on=today - dt.timedelta(days=355))


def _complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def test_a_report_is_narrowed_looked_at_taken_away_and_sent_again(open_page: OpenPage, _training: Any) -> None:
    page = open_page("officer")
    complaints = _complaints(page)
    page.goto("/reports")
    page.click("text=Expiring and expired")
    page.fill("[name=days]", "5")
    page.click("button:has-text('Show')")
    expect(page.get_by_text("Nothing to report")).to_be_visible()
    page.fill("[name=days]", "30")
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_contain_text(["Employee Acme"])
    assert "days=30" in page.url
    page.click("button:has-text('Make PDF')")
    expect(page.locator("tbody tr")).to_contain_text(["Employee Acme"])
    with page.expect_download() as file:
        page.click("a.button:has-text('PDF')")
    assert Path(file.value.path()).read_bytes().startswith(b"%PDF")
    page.goto("/reports/expiring?days=30")
    page.select_option("#every", "week")
    page.click("button:has-text('Send it to me')")
    schedules = page.get_by_role("region", name="Made again and again")
    expect(schedules).to_contain_text("Every week, on Sunday")
    schedules.get_by_role("button", name="End it").click()
    expect(page.get_by_role("region", name="What you had made")).to_contain_text("Expiring and expired")
    expect(schedules).to_have_count(0)
    assert complaints == []


def test_figures_follow_the_front_page_of_a_large_tenant_and_charts_are_drawn(
        open_page: OpenPage, _training: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("officer")
    complaints = _complaints(page)
    monkeypatch.setattr(panels, "MANY", 2)
    with page.expect_response("**/kpi/at-home") as later:
        page.goto("/")
    assert later.value.ok
    expect(page.locator("[data-part] .tile")).to_have_count(len(panels.TENANT))
    expect(page.locator("[data-part]")).to_have_attribute("aria-busy", "false")
    page.locator("[data-part] .tile a").first.click()
    expect(page.locator("tbody tr")).to_contain_text(["Employee Acme"])
    page.goto("/kpi-dashboard")
    expect(page.locator("#heat .canvas svg")).to_be_visible()
    expect(page.locator("[data-chart=weeks] .canvas svg")).to_be_visible()
    page.locator("[data-chart=weeks] summary").click()
    page.locator("[data-chart=weeks] tbody a").first.click()
    expect(page.locator("tbody tr")).to_contain_text(["Employee Acme"])
    page.goto("/lang/ar")
    page.goto("/kpi-dashboard")
    expect(page.locator("[data-chart=weeks] .canvas svg")).to_be_visible()
    right_of_year = page.evaluate("""[...document.querySelectorAll('[data-chart=weeks] .canvas text')]
        .filter((one) => /[\u0600-\u06ff]/.test(one.textContent)).map((one) => {
          const at = (wanted) => one.getExtentOfChar(one.textContent.search(wanted)).x;
          return at(/\\d/) - at(/\\d{4}/);
        })""")
    assert right_of_year and min(right_of_year) > 0, "an Arabic date begins on the right"
    assert complaints == []
