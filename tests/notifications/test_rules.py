"""When a message may go out, how often it is tried, and what its words may hold."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.notifications import rules

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(("hour", "start", "end", "quiet"), [
    (22, 21, 6, True), (5, 21, 6, True), (6, 21, 6, False), (20, 21, 6, False), (21, 21, 6, True), (0, 21, 6, True),
    (12, 12, 14, True), (13, 12, 14, True), (14, 12, 14, False), (11, 12, 14, False),
    (3, None, 6, False), (3, 21, None, False), (3, 3, 3, False)])
def test_quiet_hours_run_over_midnight(hour, start, end, quiet):
    assert rules.is_quiet(hour, start, end) is quiet


@pytest.mark.parametrize(("now", "hour", "then"), [
    ("2026-03-01T06:59", 7, "2026-03-01T07:00"), ("2026-03-01T07:00", 7, "2026-03-02T07:00"),
    ("2026-12-31T23:30", 7, "2027-01-01T07:00"), ("2026-03-01T06:59:59.5", 7, "2026-03-01T07:00")])
def test_the_next_digest_is_at_the_next_full_hour(now, hour, then):
    zone = ZoneInfo("Asia/Riyadh")
    assert rules.next_digest(dt.datetime.fromisoformat(now).replace(tzinfo=zone), hour) == (
        dt.datetime.fromisoformat(then).replace(tzinfo=zone))


def test_a_digest_stays_at_its_hour_when_the_clocks_change():
    zone = ZoneInfo("Europe/Berlin")  # the night to 29 March 2026 has 23 hours
    at = rules.next_digest(dt.datetime(2026, 3, 28, 8, tzinfo=zone), 7)
    assert (at.hour, at.astimezone(dt.UTC).hour) == (7, 5)


@pytest.mark.parametrize(("now", "start", "end", "over"), [
    ("2026-03-01T22:15", 21, 6, "2026-03-02T06:00"), ("2026-03-01T05:59", 21, 6, "2026-03-01T06:00"),
    ("2026-03-01T06:00", 21, 6, None), ("2026-03-01T22:15", None, None, None), ("2026-03-01T22:15", 21, None, None)])
def test_what_comes_in_quiet_hours_waits_for_their_end(now, start, end, over):
    found = rules.quiet_over(dt.datetime.fromisoformat(now), start, end)
    assert found == (dt.datetime.fromisoformat(over) if over else None)


def test_attempts_become_rarer_and_go_on_for_a_fortnight():
    waits = [rules.next_attempt(NOON, attempt, NOON) - NOON for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] == dt.timedelta(minutes=1)
    assert waits[-1] == dt.timedelta(hours=1)
    assert rules.next_attempt(NOON + dt.timedelta(days=5), 130, NOON) is not None
    assert rules.next_attempt(NOON + dt.timedelta(days=14), 390, NOON) is not None
    assert rules.next_attempt(NOON + dt.timedelta(days=14, seconds=1), 390, NOON) is None


def test_what_was_never_tried_is_tried_in_a_minute():
    assert rules.next_attempt(NOON, 0, None) == NOON + dt.timedelta(minutes=1)


def test_a_final_refusal_is_asked_again_after_an_hour_six_and_a_day_and_then_believed():
    waits = [rules.after_refusal(NOON, refusals) for refusals in (1, 2, 3, 4)]
    assert waits == [*(NOON + dt.timedelta(hours=hours) for hours in (1, 6, 24)), None]


def test_what_may_be_a_copy_waits_longer():
    waits = [rules.after_unknown(NOON, unknown, NOON) - NOON for unknown in range(1, 6)]
    assert waits == [dt.timedelta(hours=hours) for hours in (.5, 2, 8, 24, 24)]
    assert rules.after_unknown(NOON + dt.timedelta(days=15), 9, NOON) is None


@pytest.mark.parametrize(("choice", "urgent", "mails", "stopped", "way"), [
    ("now", False, 0, False, "now"), ("now", False, 10, False, "digest"), ("now", True, 99, False, "now"),
    ("digest", False, 0, False, "digest"), ("digest", False, 0, True, "off"), ("digest", True, 0, True, "now"),
    ("off", True, 0, False, "off"), ("now", False, 10, True, "off"), ("now", False, 9, True, "now")])
def test_which_way_a_mail_goes(choice, urgent, mails, stopped, way):
    assert rules.way(choice, is_urgent=urgent, mails_today=mails, is_digest_off=stopped) == way


@pytest.mark.parametrize(("typed", "number"), [
    ("+966 50 123 4567", "+966501234567"), ("00966-50-1234567", "+966501234567"), ("+٩٦٦٥٠١٢٣٤٥٦٧", "+966501234567"),
    ("\u202a+966 50 123 4567\u202c", "+966501234567"), ("(+49) 30/1234567", "+49301234567"),
    ("050 123 4567", None), ("+0501234567", None), ("+12345", None), ("+1234567890123456", None), ("", None),
    (None, None), ("+966 50 123 4567 ext 3", None), ("+966501234567\n", "+966501234567")])
def test_numbers_name_their_country(typed, number):
    assert rules.international(typed) == number


@pytest.mark.parametrize(("text", "parts"), [
    ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("ب" * 70, 1), ("ب" * 71, 2), ("ب" * 134, 2), ("ب" * 135, 3), ("a" * 100 + "ب", 2), ("😀" * 35, 1), ("😀" * 36, 2)])
def test_text_messages_are_counted_as_networks_do(text, parts):
    assert rules.sms_parts(text) == parts


def test_placeholders_are_names_and_nothing_more():
    words = {"course": "{day}", "day": "Monday"}
    assert rules.filled("{course} on {day}, {unknown} {course.x} {{day}}", words) == (
        "{day} on Monday, {unknown} {course.x} {Monday}")
    assert rules.in_braces("%(course)s at 100%%") == "{course} at 100%"
    assert rules.placeholders("{a} {b_c} {d.e} {}") == {"a", "b_c"}


def test_lines_are_joined_by_a_space():
    assert rules.one_line("Fire\r\n\tsafety\x00 2 ") == "Fire safety 2"


@settings(max_examples=40, deadline=None)
@given(some.text())
def test_one_line_is_one_line(text):
    said = rules.one_line(text)
    assert said.splitlines() in ([], [said])
    assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in said)


@pytest.mark.parametrize("text, is_rtl, expected", [
    ("I need it.", True, "\u2068I need it.\u2069"), ("I need it.", False, "I need it."),
    ("أحتاجها.", False, "\u2068أحتاجها.\u2069"), ("أحتاجها.", True, "أحتاجها."),
    ("12", True, "12"), ("", True, ""), ("12 days", True, "\u206812 days\u2069"),
    ("سعيد\nSaeed", True, "سعيد\n\u2068Saeed\u2069"),
])
def test_what_runs_the_other_way_stands_apart(text, is_rtl, expected):
    assert rules.set_apart(text, is_rtl) == expected
