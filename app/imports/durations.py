"""How long something is valid, as lists write it: '24', '2 years', 'سنتان', 'lifetime'."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.imports.numbers import parse_integer
from app.imports.outcomes import Outcome, Parsed, Problem
from app.imports.wording import ascii_digits, normal_form, plain

_NEVER = (
    "never", "lifetime", "life time", "life long", "lifelong", "for life", "permanent", "unlimited", "no expiry",
    "no expiration", "no expiry date", "does not expire", "never expires", "non expiring", "not expiring",
    "indefinite", "open ended", "illimite", "illimitee", "permanente", "unbefristet", "suresiz", "لا تنتهي",
    "لا ينتهي", "دائم", "دائمة", "مدى الحياة", "بدون انتهاء", "بلا انتهاء", "غير محدود", "غير محدودة", "غير محددة",
)  # fmt: skip
_ONCE = ("one time", "one time only", "one off", "once", "once only", "مرة واحدة")
_NEVER_FORMS = frozenset(map(normal_form, _NEVER))
_ONCE_FORMS = frozenset(map(normal_form, _ONCE))
_UNITS = {
    12: "year years yr yrs y an ans annee annees jahr jahre yil sene año años سنة سنوات سنين عام أعوام اعوام عاما",
    1: "month months mth mths mo mos mon m mois monat monate ay mes meses شهر أشهر اشهر شهور شهرا",
}
_MONTHS_OF = {normal_form(word): months for months, words in _UNITS.items() for word in words.split()}
_WORDS = {
    normal_form(word): months
    for months, words in {
        1: "monthly|شهري|شهريا", 2: "شهران|شهرين", 3: "quarterly", 6: "semi annual|half yearly|نصف سنوي",
        12: "annual|annually|yearly|annuel|annuelle|jährlich|yıllık|سنوي|سنوية|سنويا|سنة واحدة|عام واحد",
        24: "biennial|biennially|سنتان|سنتين|عامان|عامين", 36: "triennial",
    }.items()
    for word in words.split("|")
}  # fmt: skip
_NUMBERS = {word: number for number, words in enumerate((
    "one un une ein ein bir", "two deux zwei iki", "three trois drei uc ثلاث ثلاثه", "four quatre vier dort اربع اربعه",
    "five cinq funf bes خمس خمسه"), 1) for word in words.split()}  # fmt: skip
_FILLERS = {"every", "each", "valid", "for", "validity", "كل", "لمده", "مده"}


def never_ends(text: str) -> bool:
    """Whether `text` says of an expiry that there is none: 'permanent', 'لا تنتهي'."""
    return normal_form(text) in _NEVER_FORMS


def parse_months(value: Any, *, mark: str | None = None) -> Outcome:
    """`value` as whole calendar months: 24 is 24, '2 years' 24, 'سنتان' 24; 0 for what never expires.

    mark: see `parse_decimal`. Days and weeks are a problem, as they are no calendar months.
    """
    if not isinstance(value, str):
        return parse_integer(value, mark=mark)
    form = normal_form(value)
    if form in _NEVER_FORMS | _ONCE_FORMS:
        return Parsed(0)
    bare = " ".join(word for word in _spaced(value).split() if word not in _FILLERS)
    if bare in _WORDS:
        return Parsed(_WORDS[bare])
    number, unit = _divided(bare)
    if unit in _MONTHS_OF:
        months = number * _MONTHS_OF[unit]
        return Parsed(int(months)) if months == int(months) else Problem("not_months", {"value": plain(value)})
    outcome = parse_integer(value, mark=mark)
    return Problem("not_months", {"value": plain(value)}) if _has_unit(outcome, bare) else outcome


def _spaced(value: str) -> str:
    """The words, digits apart from letters, a decimal mark kept: '1,5 Yrs.' is '1.5 yrs'."""
    text = re.sub(r"(?<=\d)[.,٫](?=\d)", "·", ascii_digits(plain(value)))
    parts = (part if part == "·" else normal_form(part) for part in re.split("(·)", text))
    joined = " ".join(parts).replace(" · ", ".")
    return re.sub(r"(?<=\d)(?=[^\W\d])", " ", joined)


def _divided(bare: str) -> tuple[Decimal, str]:
    """Number and unit; a unit alone is one of it."""
    first, _space, rest = bare.partition(" ")
    if re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", first):
        return Decimal(first), rest
    return (Decimal(_NUMBERS[first]), rest) if first in _NUMBERS else (Decimal(1), bare)


def _has_unit(outcome: Outcome, bare: str) -> bool:
    return isinstance(outcome, Problem) and outcome.code == "not_a_number" and bool(re.match(r"\d", bare))
