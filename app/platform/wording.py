"""The languages TrainFlow speaks, and names that exist in two of them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from app.platform.catalogue import language

LANGUAGES = {"en": "English", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})

_ARABIC_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None,
                               "ؤ": "و", "ئ": "ي"})
_WORDS = re.compile(r"[\w@.+/-]+")
_PLAIN = re.compile(r"[A-Za-z0-9_@.+/-]+(?: [A-Za-z0-9_@.+/-]+)*")  # what most rows are called: nothing to fold


def localised(row: Any) -> str:
    """The row's name in the reader's language: `name_ar` for Arabic where there is one, else `name`."""
    arabic = getattr(row, "name_ar", None)
    return arabic if arabic and language() == "ar" else row.name


def search_key(*texts: str | None) -> str:
    """What a search looks through: the words of `texts`, folded, each preceded by a space.

    Case, accents, Arabic diacritics and the usual Arabic spelling variants are folded, so that a person
    finds a name however it was typed. `LIKE '% term%'` then finds the start of any word.
    """
    spelled = " ".join([text for text in texts if text])
    if _PLAIN.fullmatch(spelled):
        return f" {spelled.lower()}"
    return "".join([f" {word}" for word in _WORDS.findall(spelled.lower() if spelled.isascii() else _folded(spelled))])


def _folded(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return plain.translate(_ARABIC_FOLDS)
