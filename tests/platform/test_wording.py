"""Names in two languages, and words found however they were typed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.platform.wording import localised, search_key


@pytest.mark.parametrize(("locale", "arabic", "shown"), [
    ("en", "السلامة", "Safety"), ("ar", "السلامة", "السلامة"), ("ar", None, "Safety"), ("ar", "", "Safety"),
])
def test_a_name_is_shown_in_the_readers_language(app, locale, arabic, shown):
    with app.test_request_context(), force_locale(locale):
        assert localised(SimpleNamespace(name="Safety", name_ar=arabic)) == shown
        assert localised(SimpleNamespace(name="Safety")) == "Safety"


@pytest.mark.parametrize(("typed", "stored"), [
    ("HSE-01", "hse-01"), ("émile", "Emile"), ("STRASSE", "Straße"), ("احمد", "أحمد"), ("إيمان", "ايمان"),
    ("فاطمه", "فاطمة"), ("مصطفي", "مصطفى"), ("محمّد", "محمد"), ("محـــمد", "محمد"), ("a@b.example", "A@B.example"),
    ("مؤمن", "مومن"), ("ﻣﺤﻤﺪ", "محمد"),
])
def test_different_spellings_meet(typed, stored):
    assert search_key(typed) == search_key(stored)


def test_every_word_starts_with_a_space():
    assert search_key("E17", "Ada  Byron, Lovelace", None, "") == " e17 ada byron lovelace"
    assert search_key() == search_key(None) == search_key("  ") == search_key("—") == ""


@given(st.text())
def test_folding_is_stable_and_leaves_nothing_that_breaks_a_search(text):
    once = search_key(text)
    assert search_key(once) == once
    assert not set(once) & set("%\0'\"\\;")


@given(st.text("aBc19.-/@_, "))
def test_a_name_in_plain_letters_reads_as_any_other(text):
    assert search_key(text) == search_key(text, "—")  # a dash leaves no word behind
