"""Forms of a text that compare equal where a person sees no difference."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

# Marks that steer right-to-left display or take no room; copied along with text from PDFs, mail and web pages.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
_DIGITS = {
    ord(digit): str(value)
    for zero in "٠۰０"
    for value, digit in enumerate(map(chr, range(ord(zero), ord(zero) + 10)))
}
_ARABIC = str.maketrans("أإآٱىةؤئکی", "اااايهويكي")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]{2,}\b)")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_SAME_WORD = {
    "#": "number", "no": "number", "num": "number", "nbr": "number", "nr": "number", "№": "number",
    "emp": "employee", "empl": "employee", "dept": "department", "dep": "department", "mgr": "manager",
    "cert": "certificate", "dt": "date", "desc": "description", "mobile": "phone", "staff": "employee",
    "personnel": "employee", "hrs": "hours", "trng": "training", "org": "organisation",
    "organization": "organisation", "pct": "percent", "%": "percent", "qty": "quantity",
}  # fmt: skip
_FILLERS = {"the", "of", "a", "an", "please", "enter", "field"}


def is_blank(value: Any) -> bool:
    """Whether a person sees nothing in the cell: None, or text of spaces and invisible marks only."""
    return value is None or (isinstance(value, str) and not value[:1].isalnum() and not plain(value))


def plain(text: str) -> str:
    """`text` without invisible marks, with single ordinary spaces, trimmed. Line breaks count as spaces."""
    if text.isascii() and text.isalnum():
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip("\u200c\u200d ")


def ascii_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as 0 to 9."""
    return text if text.isascii() else text.translate(_DIGITS)


@lru_cache(maxsize=20_000)
def normal_form(text: str) -> str:
    """The form in which headings and words are compared.

    Case, punctuation, Latin accents, Arabic vowel marks and letter variants, digits and spacing make no
    difference; `hireDate`, `HIRE_DATE` and 'Hire date' are one.
    """
    text = _CAMEL.sub(" ", ascii_digits(plain(text)))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char) and char != "ـ").translate(
        _ARABIC
    )
    words = re.findall(r"[^\W_]+|[#№%]", text)
    return re.sub(r"\be mail\b", "email", " ".join(words))


@lru_cache(maxsize=20_000)
def loose_form(text: str) -> str:
    """`normal_form` without hints in brackets, abbreviations, filler words and Arabic articles."""
    bare = normal_form(_BRACKETS.sub(" ", text)) or normal_form(text)
    words = [_SAME_WORD.get(word, word) for word in bare.split() if word not in _FILLERS]
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words)


def heading_parts(heading: str) -> list[str]:
    """What a heading says in two languages, or in two lines: the parts around / | and the like, or either script."""
    parts = [part for part in re.split(r"\s*[/|\\\n]\s*|\s+[-–—:]\s+", heading) if part.strip()]
    if len(parts) > 1:
        return parts
    scripts = [" ".join(re.findall(shape, heading)) for shape in (r"[\u0600-\u06ff]+", r"[A-Za-z0-9_.#-]+")]
    return scripts if all(scripts) else [heading]
