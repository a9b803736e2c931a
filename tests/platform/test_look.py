"""States, icons, dates and cells: what every page relies on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import g
from flask_babel import force_locale

from app.accounts.models import SYSTEM
from app.enrollments.facts import State
from app.organisation import operations as organisation
from app.platform.look import cells, dates, navigation, states
from app.platform.look.states import LOOKS, STATES, Shade
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

APP = Path(__file__).parents[2] / "app"
SPRITE = (APP / "static" / "icons.svg").read_text()


def _luminance(colour: str) -> float:
    channels = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(shade: Shade) -> float:
    lighter, darker = sorted((_luminance(shade.ink), _luminance(shade.ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_state_has_a_look() -> None:
    assert set(STATES) == {state.value for state in State}


def test_states_differ_by_word_icon_and_colour() -> None:
    for seen in ([str(look.word) for look in STATES.values()], [look.icon for look in STATES.values()],
                 [look.light for look in STATES.values()], [look.dark for look in STATES.values()]):
        assert len(set(seen)) == len(STATES)


@pytest.mark.parametrize("name", LOOKS)
def test_a_badge_can_be_read_by_day_and_by_night(name: str) -> None:
    assert min(_contrast(LOOKS[name].light), _contrast(LOOKS[name].dark)) >= 4.5


def _tokens(theme: str) -> dict[str, str]:
    sheet = (APP / "static" / "css" / "tokens.css").read_text()
    start = sheet.index('[data-theme="dark"]') if theme == "dark" else 0
    end = sheet.index("@media (prefers-color-scheme") if theme == "dark" else sheet.index('[data-theme="dark"]')
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet[start:end]))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [
    ("ink", "ground"), ("ink", "sunken"), ("ink-soft", "ground"), ("ink-soft", "surface"), ("ink-soft", "sunken"),
    ("ink-faint", "ground"), ("ink-faint", "surface"), ("danger", "surface"), ("danger", "danger-ground"),
    ("warning-ink", "warning-ground"), ("success-ink", "success-ground"),
])
def test_text_can_be_read_by_day_and_by_night(theme: str, ink: str, ground: str) -> None:
    tokens = _tokens(theme)
    assert _contrast(Shade(tokens[ink], tokens[ground])) >= 4.5


def test_night_is_the_same_whether_chosen_or_of_the_device() -> None:
    sheet = (APP / "static" / "css" / "tokens.css").read_text()
    chosen, device = re.findall(r"color-scheme: dark;(.*?)}", sheet, re.DOTALL)
    assert chosen.split() == device.split()


def test_the_stylesheet_has_the_colours_of_the_states() -> None:
    assert (APP / "static" / "css" / "states.css").read_text() == states.stylesheet()


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sources = [*APP.glob("templates/**/*.html"), *APP.glob("**/views.py")]
    named = {look.icon for look in LOOKS.values()}
    for source in sources:
        text = source.read_text()
        named |= set(re.findall(r"""\bicon\(['"]([a-z0-9-]+)['"]""", text))
        named |= set(re.findall(r"""\bicon = ['"]([a-z0-9-]+)['"]""", text))
    assert {name for name in named if f'id="{name}"' not in SPRITE} == set()


def test_no_template_has_what_the_content_policy_refuses() -> None:
    refused = re.compile(r"""\sstyle=|\son[a-z]+=["']|javascript:|<style|<script(?![^>]*\ssrc=)|https?://(?!www\.w3\.org)""")
    found = {f"{path.relative_to(APP)}: {match[0]}" for path in APP.glob("templates/**/*.html")
             for match in refused.finditer(path.read_text())}
    assert found == set()


def test_styles_know_the_line_but_not_left_and_right() -> None:
    physical = re.compile(r"(?<![-\w])((margin|padding|border)-(left|right|top|bottom)|left|right)\s*:"
                          r"|text-align: (left|right)")
    found = {f"{path.name}: {match[0]}" for path in APP.glob("static/css/*.css")
             for match in physical.finditer(path.read_text())}
    assert found == set()


def test_every_menu_entry_has_its_icon_in_the_sprite() -> None:
    from app.wiring import MENU

    assert {entry.icon for entry in MENU if f'id="{entry.icon}"' not in SPRITE} == set()


@pytest.mark.parametrize(("expires_on", "english", "arabic"), [
    (date(2026, 3, 1), "last day today", "اليوم هو الأخير"),
    (date(2026, 3, 2), "1 day left", "متبقٍّ يوم واحد"),
    (date(2026, 3, 13), "12 days left", "متبقٍّ 12 يومًا"),
    (date(2026, 9, 1), "6 months left", "متبقٍّ 6 أشهر"),
    (date(2026, 2, 27), "2 days ago", "منذ يومين"),
    (date(2025, 3, 1), "12 months ago", "منذ 12 شهرًا"),
    (date.max, "", ""),
    (None, "", ""),
])
def test_days_left_are_told_as_people_say_them(context: Any, expires_on: date | None, english: str,
                                               arabic: str) -> None:
    assert dates.days_left(expires_on, date(2026, 3, 1)) == english
    with force_locale("ar"):
        assert dates.days_left(expires_on, date(2026, 3, 1)) == arabic


def test_dates_are_written_as_people_write_them(context: Any) -> None:
    assert dates.day(date(2026, 3, 14)) == "14 Mar 2026"
    assert dates.instant(datetime(2026, 3, 14, 9, 5, tzinfo=UTC)) == "14 Mar 2026, 09:05"
    with force_locale("ar"):
        assert dates.day(date(2026, 3, 14)) == "14 مارس 2026"


def test_what_a_cell_shows_is_escaped(context: Any) -> None:
    assert "<script>" not in str(cells.show("<script>", "code"))


def test_a_row_shows_its_state_as_a_badge_and_its_expiry_with_the_days_left(context: Any) -> None:
    view = SimpleNamespace(formatters_columns={}, edit_schema=None, add_schema=None)
    row = SimpleNamespace(state=State.EXPIRING_SOON, expires_on=date(2026, 3, 13))
    assert 'data-state="expiring_soon"' in cells.cell(view, row, "state")
    assert "12 days left" in cells.cell(view, row, "expires_on")


@pytest.mark.parametrize(("path", "url", "is_current"), [
    ("/users", "/users", True), ("/users/1/edit", "/users", True), ("/users-of-old", "/users", False),
    ("/", "/users", False),
])
def test_the_entry_of_the_page_one_is_on_is_marked(path: str, url: str, is_current: bool) -> None:
    assert navigation.is_below(path, url) is is_current


@pytest.mark.parametrize(("setting", "colour"), [("#0b7a75", "#0b7a75"), ("red", ""), ("#0b7a75;}", ""), (None, "")])
def test_a_tenant_may_set_its_colour_and_nothing_else(context: Any, setting: str | None, colour: str) -> None:
    g.user = SimpleNamespace(is_authenticated=True, tenant=SimpleNamespace(flags={"accent": setting}))
    assert navigation.accent() == colour


def test_an_arabic_page_calls_people_by_their_arabic_name(acme, sign_in):
    with tenant_scope(acme.id), unit_of_work():
        organisation.update_employee(SYSTEM, acme.employees["officer"], name_ar="عبد الله الراشد")
    officer = sign_in(acme, "officer")
    assert "عبد الله الراشد" not in officer.get("/").get_data(as_text=True)
    officer.get("/lang/ar")
    assert officer.get("/").get_data(as_text=True).count("عبد الله الراشد") >= 3  # greeting, button, menu
