"""Take the pictures of README.md from the demo: `make screenshots`. Needs Chromium.

Writes docs/screenshots/*.png. Starts TrainFlow as `make run` does, and stops it afterwards; BASE names one that runs
already, such as http://127.0.0.1:5000.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
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


@contextmanager
def demo() -> Iterator[str]:
    """The address of a TrainFlow with demo data: the one that BASE names, or one of our own."""
    if os.environ.get("BASE"):
        yield os.environ["BASE"]
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env={**os.environ, "PORT": str(port)},
                               stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        if not any("is running at" in line for line in running.stdout):
            sys.exit("TrainFlow did not start. If it runs here already, name it: make screenshots BASE=http://…")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def sign_in(browser: Browser, base: str, who: str, language: str, viewport: dict[str, int]) -> Page:
    """A page on which one of DemoCorp's people is signed in."""
    page = browser.new_context(base_url=base, viewport=viewport).new_page()  # type: ignore[arg-type]
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


def take(browser: Browser, base: str) -> None:
    """Take them all."""
    for name, who, language, viewport, address in PICTURES:
        page = sign_in(browser, base, who, language, viewport)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.context.close()
    page = sign_in(browser, base, "officer", "en", DESK)
    explain(page)
    page.screenshot(path=FOLDER / "why.png")


def main() -> None:
    """Start what is needed, take the pictures, stop it."""
    chromium = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("There is no Chromium on this machine: install it (Debian: apt-get install chromium).")
    FOLDER.mkdir(exist_ok=True)
    with demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(browser, base)
        browser.close()


if __name__ == "__main__":
    main()
