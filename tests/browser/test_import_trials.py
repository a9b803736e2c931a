"""Each sample spreadsheet goes through the screens as a training officer takes it: uploaded, matched, checked,
imported, offered a second time, and undone.

The files lie beside the project (../shared/data) and are not part of it: without them these tests have nothing
to try. What comes out is written down in docs/import-trials.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from rq import Queue, SimpleWorker
from werkzeug.serving import make_server

from app.platform import redis
from app.platform.db import db
from app.platform.jobs import QUEUES
from app.platform.scope import tenant_scope
from tests.browser.conftest import DESK, PHONE
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app

FILES = Path(__file__).parents[2].parent / "shared" / "data"
WORDS = {"create": 0, "change": 1, "same": 2, "refused": 3}  # the order of the tiles


@dataclass(frozen=True)
class Trial:
    """One file: what a person chooses on the way, and what must come of it.

    `columns`: field to the text of the column to choose ('' for none). `answers`: question to answer.
    `left_out` and `reasons` are texts that must stand on the page of the dry run.
    """

    kind: str
    file: str
    create: int
    same: int = 0
    refused: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    confirmed: bool = False


STORIES: dict[str, tuple[str, dict[str, int], list[Trial]]] = {
    "oracle": ("en", DESK, [
        Trial("departments", "oracle_departments.csv", create=27),
        Trial("employees", "oracle_employees.csv", create=126, answers={
            "email:domain": "example.com", "job_role_id:missing": "create"}),
    ]),
    "ibm": ("en", PHONE, [
        Trial("employees", "ibm_employees.csv", create=1482, columns={"name": "EmployeeNumber"}, answers={
            "department_id:missing": "create", "job_role_id:missing": "create"}, confirmed=True),
    ]),
    "arabic": ("ar", DESK, [
        Trial("departments", "employees_ar.xlsx", create=5, same=235, columns={"name": ""}),
        Trial("employees", "employees_ar.xlsx", create=245, answers={"grade_id:missing": "create"}),
        Trial("courses", "courses_cp1256.csv", create=8),
        Trial("enrollments", "completions_unicode.txt", create=893, same=1, refused=6,
              answers={"score:fractions": "yes"},
              reasons=("99999", "XYZ-1", "31.02.2026", "00.00.0000", "=HYPERLINK")),
        Trial("tracker", "training_tracker_matrix.xlsx", create=937, same=47),
    ]),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: Any) -> Iterator[tuple[Flask, str]]:
    """TrainFlow on a port and a database of its own."""
    with served_app(tmp_path_factory.mktemp("trials"), WTF_CSRF_ENABLED=True) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield app, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Officer:
    """Somebody at a browser, with a worker at their service."""

    def __init__(self, app: Flask, page: Page, organisation: Organisation) -> None:
        self.app, self.page, self.organisation = app, page, organisation

    def sign_in(self, name: str, language: str) -> None:
        self.page.goto("/login")
        self.page.fill("[name=email]", self.organisation.emails[name])
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_navigation(url="**/"):
            self.page.click("button[type=submit]")
        self.page.goto(f"/lang/{language}")
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def work(self) -> None:
        """Let a worker do what was asked for, and wait until the page has seen it."""
        expect(self.page.locator("[data-progress-url]")).to_have_count(1, timeout=60_000)
        with self.app.app_context():
            connection = redis.connection()
            SimpleWorker([Queue(name, connection=connection) for name in QUEUES], connection=connection).work(
                burst=True, logging_level="ERROR")
        expect(self.page.locator("[data-progress-url]")).to_have_count(0, timeout=60_000)

    def upload(self, trial: Trial) -> None:
        self.page.goto("/imports/add")
        self.page.check(f"[name=kind][value={trial.kind}]")
        self.page.set_input_files("[name=file]", FILES / trial.file)
        self.page.click(".form-actions .primary")

    def match(self, trial: Trial) -> None:
        for name, text in trial.columns.items():
            chosen = self.page.locator(f"#field-{name}")
            option = chosen.locator("option", has_text=text).first if text else chosen.locator("option").first
            chosen.select_option(option.get_attribute("value"))
        self.page.click(".form-actions .primary")
        self.work()

    def answer(self, trial: Trial) -> None:
        for key, value in trial.answers.items():
            choice = self.page.locator(f'[name="{key}"][value="{value}"]')
            if choice.count():
                choice.check()
            elif self.page.locator(f'[name="{key}:text"]').count():
                self.page.fill(f'[name="{key}:text"]', value)
        self.page.click(".form-actions .primary")
        self.work()

    def figures(self) -> dict[str, int]:
        """The tiles of the dry run."""
        tiles = self.page.locator(".tile .figure").all_inner_texts()
        return {word: int(tiles[place].replace(",", "").replace("٬", "")) for word, place in WORDS.items()}


def tables(app: Flask, tenant_id: Any) -> dict[str, list[str]]:
    """Every row of the tenant, what imports and jobs write about themselves and the audit aside."""
    with app.app_context(), tenant_scope(tenant_id):
        connection = db.session.connection()
        return {table.name: sorted(map(str, connection.execute(sa.select(table).where(table.c.tenant_id == tenant_id))))
                for table in db.metadata.sorted_tables if "tenant_id" in table.c
                and not table.name.startswith(("audit", "import", "ab_user", "job_runs"))}


def dry_run(officer: Officer, trial: Trial) -> dict[str, int]:
    officer.upload(trial)
    officer.match(trial)
    if trial.answers and officer.page.locator("fieldset").count():
        officer.answer(trial)
    return officer.figures()


@pytest.mark.parametrize("story", STORIES)
def test_sample_files_go_in_and_out(served: tuple[Flask, str], chromium: Browser, story: str) -> None:
    app, url = served
    language, viewport, trials = STORIES[story]
    trials = [trial for trial in trials if (FILES / trial.file).exists()]
    with app.app_context():
        organisation = Organisation(story)
    context = chromium.new_context(base_url=url, viewport=viewport)
    officer = Officer(app, context.new_page(), organisation)
    officer.sign_in("officer", language)
    done = []
    for trial in trials:
        before = tables(app, organisation.id)
        assert dry_run(officer, trial) == {"create": trial.create, "change": 0, "same": trial.same,
                                           "refused": trial.refused}, trial
        assert tables(app, organisation.id) == before  # a dry run changes nothing
        check_reasons(officer, trial)
        commit(officer, trial, context, language)
        done.append((trial, officer.page.url, before))
        again = dry_run(officer, trial)
        assert (again["create"], again["change"], again["refused"]) == (0, 0, trial.refused), trial
        expect(officer.page.locator("[name=rows]")).to_have_count(0)
    for _trial, address, before in reversed(done):
        undo(officer, address)
        assert tables(app, organisation.id) == before, address
    context.close()


def check_reasons(officer: Officer, trial: Trial) -> None:
    if trial.refused:
        address = officer.page.url.split("?")[0].split("#")[0]
        officer.page.goto(f"{address}?outcome=refused")
        assert officer.page.locator("tbody tr").count() == trial.refused
        text = officer.page.locator("tbody").inner_text()
        assert [reason for reason in trial.reasons if reason not in text] == []


def commit(officer: Officer, trial: Trial, context: Any, language: str) -> None:
    page = officer.page
    page.click("[name=rows]")
    if trial.confirmed:
        second = Officer(officer.app, context.browser.new_context(base_url=page.url.split("/imports")[0]).new_page(),
                         officer.organisation)
        second.sign_in("admin", language)
        second.page.goto(page.url)
        second.page.click("form[action$='/confirm'] button")
        expect(second.page.locator("[data-progress-url]")).to_have_count(1)
        page.reload()
    officer.work()
    expect(page.locator("form[action$='/undo']")).to_have_count(1)


def undo(officer: Officer, address: str) -> None:
    officer.page.goto(address)
    officer.page.click("form[action$='/undo'] button")
    officer.page.click("#ask-yes")
    officer.work()
    expect(officer.page.locator("form[action$='/undo']")).to_have_count(0)
