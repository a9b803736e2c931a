"""The approval inbox in Chromium: a hundred decisions, by keyboard alone and by thumb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.models import SYSTEM
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations
from app.renewals.models import StepStatus, WorkflowStep
from tests.browser.conftest import PHONE, Site

OpenPage = Callable[..., Page]
DECISIONS = 50


class Waiting:
    """Requests that wait for the foreman of the site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.app.app_context(), tenant_scope(site.acme.id), unit_of_work():
            self.course_id = courses.create_course(SYSTEM, code="CRANE", name="Mobile crane", validity_kind="rolling",
                                                   validity_months=12).id

    def add(self, count: int) -> None:
        """So many people of the crew ask."""
        site = self.site
        with site.app.app_context(), tenant_scope(site.acme.id), unit_of_work():
            officer, completed_on = site.acme.actor("officer"), clock.today() - dt.timedelta(days=355)
            people = sa.select(sa.func.count()).select_from(WorkflowStep)
            first = db.session.scalar(people) or 0
            for number in range(first, first + count):
                person = organisation.create_employee(
                    SYSTEM, number=f"W{number:04}", name=f"Worker {number:04}",
                    foreman_id=site.acme.employees["foreman"], manager_id=site.acme.employees["manager"])
                held = enrollments.create_enrollment(officer, employee_id=person.id, course_id=self.course_id,
                                                     status="completed", completed_on=completed_on)
                operations.request_renewal(officer, enrollment_id=held.id, reason=f"Shift {number}")

    def count(self, status: str) -> int:
        """How many of the foreman's steps are open, approved or rejected."""
        with self.site.app.app_context(), tenant_scope(self.site.acme.id):
            return db.session.scalar(sa.select(sa.func.count(WorkflowStep.id)).where(
                WorkflowStep.position == 1, WorkflowStep.status == status)) or 0


@pytest.fixture(scope="module")
def waiting(site: Site) -> Waiting:
    """Requests on demand."""
    return Waiting(site)


@pytest.fixture
def full(waiting: Waiting) -> Waiting:
    """Exactly as many requests as one test decides."""
    waiting.add(DECISIONS - waiting.count(StepStatus.OPEN))
    return waiting


def shown(page: Page) -> str:
    """The step whose case is shown, once it is the one that the queue points at."""
    page.wait_for_function("""() => {
        const here = document.querySelector('[data-queue] a[aria-current]');
        const shown = document.querySelector('[data-case-of]');
        return here && shown && here.closest('li').dataset.step === shown.dataset.caseOf
            && !document.querySelector('[data-case]').hasAttribute('aria-busy');
    }""")
    return str(page.get_attribute("[data-case-of]", "data-case-of"))


def left(page: Page, count: int) -> None:
    expect(page.locator("[data-queue] > li")).to_have_count(count)


def test_fifty_decisions_by_keyboard_alone(open_page: OpenPage, full: Waiting) -> None:
    page = open_page("foreman")
    page.goto("/approvals")
    approved, rejected = full.count("approved"), full.count("rejected")
    requests: list[Any] = []
    page.on("request", lambda request: requests.append(request) if request.is_navigation_request() else None)
    page.keyboard.press("j")
    page.keyboard.press("k")
    for done in range(DECISIONS):
        shown(page)
        if done % 5 == 4:
            page.keyboard.press("r")
            page.keyboard.type("Not before the shutdown")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("a")
        if done < DECISIONS - 1:
            left(page, DECISIONS - 1 - done)
    expect(page.locator(".empty")).to_contain_text("Nothing waits for you")
    assert requests == []  # the page was never left
    assert (full.count("approved") - approved, full.count("rejected") - rejected) == (40, 10)


def test_fifty_decisions_by_thumb(open_page: OpenPage, full: Waiting) -> None:
    page = open_page("foreman", viewport=PHONE, has_touch=True)
    page.goto("/approvals")
    approved, rejected = full.count("approved"), full.count("rejected")
    page.locator("[data-queue] a").first.tap()
    shown(page)
    small = page.evaluate("""() => [...document.querySelectorAll('.verdicts .button')]
        .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)""")
    assert small == []
    for done in range(DECISIONS):
        shown(page)
        if done % 10 == 9:
            page.tap(".verdicts .danger")
            expect(page.locator("#comment-error")).to_contain_text("Say why")
            page.fill("#comment", "Not before the shutdown")
            page.tap(".verdicts .danger")
        else:
            page.tap(".verdicts .primary")
        if done < DECISIONS - 1:
            page.wait_for_function("left => document.querySelectorAll('[data-queue] > li').length === left",
                                   arg=DECISIONS - 1 - done)
    expect(page.locator(".empty")).to_contain_text("Nothing waits for you")
    assert (full.count("approved") - approved, full.count("rejected") - rejected) == (45, 5)


def test_what_was_decided_is_taken_back_by_a_key(open_page: OpenPage, full: Waiting) -> None:
    page = open_page("foreman")
    page.goto("/approvals")
    first = shown(page)
    page.keyboard.press("a")
    left(page, DECISIONS - 1)
    expect(page.locator("[data-undo]")).to_contain_text("1 request approved.")
    page.keyboard.press("u")
    expect(page.locator(".note.success")).to_contain_text("1 decision was taken back.")
    left(page, DECISIONS)
    assert full.count(StepStatus.OPEN) == DECISIONS
    assert page.locator(f'[data-step="{first}"]').count() == 1


def test_selected_requests_are_answered_beside_the_queue(open_page: OpenPage, full: Waiting) -> None:
    page = open_page("foreman")
    page.goto("/approvals")
    shown(page)
    for _ in range(3):
        page.keyboard.press("x")
        page.keyboard.press("j")
        shown(page)
    page.click(".many .danger")
    expect(page.locator(".many [data-error]")).to_contain_text("Say why")
    page.fill("#many-comment", "Not before the shutdown")
    page.click(".many .danger")
    expect(page.locator("[data-decided] h2")).to_have_text("3 requests rejected.")
    expect(page.locator("[data-decided] .answers li")).to_have_count(3)
    left(page, DECISIONS - 3)
    expect(page.locator('[data-waiting="Approvals"]').first).to_contain_text(str(DECISIONS - 3))


def test_it_works_without_scripts(open_page: OpenPage, full: Waiting) -> None:
    page = open_page("foreman", java_script_enabled=False)
    page.goto("/approvals")
    page.locator("[data-queue] a").nth(1).click()
    page.fill("#comment", "Booked for April")
    page.click(".verdicts .primary")
    expect(page.locator("[data-undo]")).to_contain_text("1 request approved.")
    page.click("[data-undo] button")
    expect(page.locator(".note.success")).to_contain_text("1 decision was taken back.")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_inbox_fits_a_phone(open_page: OpenPage, full: Waiting, language: str) -> None:
    page = open_page("foreman", language=language, viewport=PHONE, has_touch=True)
    page.goto("/approvals")
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        page.locator("[data-queue] a").first.click()
        shown(page)
        assert not page.locator(".queue").is_visible()
        page.click(".case .back")
        assert page.locator(".queue").is_visible()
