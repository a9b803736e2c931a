"""Take the pictures of README.md from a running demo: `make run`, then in another shell `make screenshots`.

Writes docs/screenshots/*.png. BASE names another address than http://127.0.0.1:5000.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("BASE", "http://127.0.0.1:5000")
FOLDER = Path(__file__).parent / "screenshots"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PASSWORD = "TrainFlow123!"

# name, who, language, viewport, address
PICTURES = [
    ("home", "officer", "en", DESK, "/"),
    ("enrollments", "officer", "en", DESK, "/enrollments?order=expires_on&_flt_0_state=expiring_soon"),
    ("courses", "officer", "en", DESK, "/courses"),
    ("approvals", "manager", "en", DESK, "/approvals"),
    ("matrix", "officer", "en", DESK, "/matrix"),
    ("people-arabic", "officer", "ar", DESK, "/users"),
    ("audit-log", "admin", "en", DESK, "/audit-logs"),
    ("foreman-phone", "foreman", "en", PHONE, "/"),
    ("my-courses-phone-arabic", "employee", "ar", PHONE, "/my-courses"),
]


def sign_in(browser: Browser, who: str, language: str, viewport: dict[str, int]) -> Page:
    """A page on which one of DemoCorp's people is signed in."""
    page = browser.new_context(base_url=BASE, viewport=viewport).new_page()  # type: ignore[arg-type]
    page.goto("/login")
    page.fill("[name=email]", f"{who}@democorp.local")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation(url="**/"):
        page.click("button[type=submit]")
    page.goto(f"/lang/{language}")
    return page


def explain(page: Page) -> None:
    """The first enrollment of the list, with its reasons open."""
    page.goto("/enrollments?order=expires_on&_flt_0_state=expiring_soon")
    page.click("tbody tr td a")
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details.why').forEach(one => one.open = true)")


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, who, language, viewport, address in PICTURES:
            page = sign_in(browser, who, language, viewport)
            page.goto(address)
            page.screenshot(path=FOLDER / f"{name}.png")
        page = sign_in(browser, "officer", "en", DESK)
        explain(page)
        page.screenshot(path=FOLDER / "why.png")
        browser.close()


if __name__ == "__main__":
    main()
