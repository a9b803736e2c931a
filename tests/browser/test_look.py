"""What people rely on in every page: it is whole, in both languages, on desk and phone, by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Site

OpenPage = Callable[..., Page]
PAGES = ["/", "/users", "/users/add", "/departments", "/departments?_flt_2_name=07", "/departments?q=nowhere",
         "/grades", "/account/password", "/audit-logs", "/nothing-here"]
UNNAMED = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
    .filter(e => e.checkVisibility() && !e.innerText && !e.ariaLabel && !(e.labels || []).length)
    .map(e => e.outerHTML.slice(0, 120))"""


def _complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error"
            and "404 (NOT FOUND)" not in said.text else None)
    return found


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_whole(open_page: OpenPage, site: Site, language: str, viewport: Any) -> None:
    page = open_page(language=language, viewport=viewport)
    complaints, elsewhere = _complaints(page), []
    page.on("request", lambda request: elsewhere.append(request.url) if site.url not in request.url else None)
    for address in PAGES:
        page.goto(address, wait_until="networkidle")
        assert page.evaluate("document.documentElement.lang + ' ' + document.documentElement.dir") == {
            "en": "en ltr", "ar": "ar rtl"}[language]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (address, wide, page.evaluate(UNNAMED), complaints, elsewhere) == (address, 0, [], [], [])


def test_a_choice_is_found_by_typing_and_kept(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments/add")
    page.fill("#code", "SUB")
    page.fill("#name", "Sub-department")
    page.locator("#parent_id").press_sequentially("07")
    expect(page.get_by_role("option", name="Department 07")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#parent_id")).to_have_value("Department 07")
    page.click(".form-actions .primary")
    expect(page.locator(".facts")).to_contain_text("Department 07")
    page.click("text=Edit")
    expect(page.locator("#parent_id")).to_have_value("Department 07")


def test_what_was_typed_but_not_chosen_is_not_believed(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments/add")
    page.fill("#parent_id", "nowhere")
    page.focus("#name")
    expect(page.locator("#parent_id")).to_have_value("")
    assert page.locator("input[type=hidden][name=parent_id]").count() == 0


def test_a_filter_stands_in_the_address_and_can_be_taken_away(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments")
    page.click("[popovertarget=filters]")
    page.select_option("[data-operator=filter-name]", label="starts with")
    page.fill("#filter-name", "Department 1")
    page.click("#filters .primary")
    expect(page.locator(".chip")).to_have_text("Name starts with Department 1")
    assert page.locator("tr[data-opens]").count() == 10
    assert page.url.endswith("/departments?_flt_0_name=Department+1")
    page.click(".chip a")
    expect(page.locator(".chip")).to_have_count(0)


def test_a_list_is_walked_by_keys(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.is-here .opens")).to_have_text("Department 00")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("j07")
    expect(page.locator("#q")).to_have_value("j07")
    page.goto("/departments")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Department 00")


def test_hidden_columns_and_row_height_are_remembered(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments")
    page.click("[popovertarget=view-menu]")
    page.uncheck("[data-column-choice=parent]")
    page.click("text=Compact")
    page.reload()
    expect(page.locator("th[data-column=parent]")).to_be_hidden()
    expect(page.locator("th[data-column=code]")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.density") == "compact"


def test_deleting_asks_first(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments?q=D39")
    page.click("[popovertarget=row-menu]")
    page.click("#row-menu >> text=Delete")
    expect(page.locator("#ask")).to_contain_text("Delete Department 39?")
    page.click("#ask >> text=Cancel")
    expect(page.locator("tr[data-opens]")).to_have_count(1)
    page.click("[popovertarget=row-menu]")
    page.click("#row-menu >> text=Delete")
    page.click("#ask-yes")
    expect(page.locator(".note.success")).to_contain_text("Department 39")


def test_leaving_a_changed_form_is_asked_about(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments/add")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#name", "Half written")
    page.goto("/departments")
    assert asked == ["beforeunload"]


def test_a_refused_form_leads_to_its_faults_and_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments/add")
    page.fill("#name", "Named but not coded")
    page.click(".form-actions .primary")
    expect(page.locator(".error-summary")).to_be_focused()
    page.click(".error-summary a")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#name")).to_have_value("Named but not coded")


def test_the_navigation_is_a_drawer_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    page.goto("/departments")
    expect(page.locator("#side")).to_be_hidden()
    page.tap(".menu-button")
    page.tap("#side >> text=Grades")
    expect(page.locator("h1")).to_have_text("Grades")
    small = page.evaluate("""() => [...document.querySelectorAll('.page .button, .topbar .button')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)""")
    assert small == []


def test_changing_the_language_keeps_the_page(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/departments?q=07")
    page.click("[hreflang=ar]")
    assert page.url.endswith("/departments?q=07")
    expect(page.locator("h1")).to_have_text("الإدارات")
    expect(page.locator(".opens")).to_have_text("الإدارة 07")


def test_everything_but_search_as_you_type_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/departments")
    page.fill("#q", "D05")
    page.press("#q", "Enter")
    page.click("text=Department 05")
    page.click("text=Edit")
    page.fill("#name", "Department five")
    page.click(".form-actions .primary")
    expect(page.locator("h1")).to_have_text("Department five")


@pytest.mark.parametrize("colour", ["#ffcc00", "#111111", "#e60000", "#00a3e0", "#7fff00", "#ffffff"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_accent_stays_readable(open_page: OpenPage, colour: str, theme: str) -> None:
    page = open_page(color_scheme=theme)
    page.goto("/departments")
    contrasts = page.evaluate("""(colour) => {
        document.documentElement.style.setProperty('--accent', colour);
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const light = (css) => {
            canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => c / 255)
                .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const probe = document.createElement('i');
        document.body.append(probe);
        const value = (name) => { probe.style.color = `var(${name})`; return light(getComputedStyle(probe).color); };
        const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        return {
            button: contrast(value('--on-accent'), value('--accent')),
            link: contrast(value('--accent-ink'), value('--surface')),
            current: contrast(value('--accent-ink'), value('--accent-ground')),
        };
    }""", colour)
    assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}


def test_a_list_leaves_out_what_does_not_fit_and_says_so(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1024, "height": 800})
    page.goto("/users")
    heads, frame = page.locator("th[data-column]:visible"), page.locator(".frame")
    wider = "one => one.scrollWidth > one.clientWidth"
    shown = heads.count()
    expect(page.locator("button [data-left-out]")).to_have_text(f"−{10 - shown}")
    assert 3 < shown < 10 and page.locator("th[data-column=name]:visible").count() == 1 and not frame.evaluate(wider)
    page.click("text=View")
    page.check("[data-whole]")
    expect(heads).to_have_count(10)
    page.reload()
    expect(heads).to_have_count(10)
    assert frame.evaluate(wider) and page.locator("button [data-left-out]:visible").count() == 0
