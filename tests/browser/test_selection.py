"""Rows of a list selected by keys, and a button that says how many."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]


def test_people_selected_by_keys_are_enrolled_by_a_button_that_counts_them(open_page: OpenPage) -> None:
    page = open_page("officer")
    page.goto("/users?q=acme")
    expect(page.locator(".bulk")).to_be_hidden()
    for key in ("j", "x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".bulk [data-chosen]")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.click(".bulk >> text=Enrol in a course")
    button = page.locator(".form-actions .primary")
    expect(button).to_have_text("Enrol 2 people")
    page.locator(".combo-token .clear").first.click()
    expect(button).to_have_text("Enrol 1 person")
    page.locator(".combo-token .clear").first.click()
    expect(button).to_have_text("Enrol")


def test_a_chosen_colour_is_shown_before_it_is_saved(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/settings")
    page.locator(".swatch").fill("#a01020")
    expect(page.locator("#accent")).to_have_value("#a01020")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") == "#a01020"
