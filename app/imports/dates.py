"""Dates in every shape found in spreadsheets. Ambiguity is a matter of the column, never guessed per cell.

A text such as 03/04/2026 has several possible readings. `parse_date` takes the only possible one, or the one of
the column's settled or answered order, and otherwise asks. `DateColumn` (date_columns) does the settling.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from typing import Any, Literal

from app.imports.files.cells import from_serial
from app.imports.months import HIJRI_MONTHS, MONTHS
from app.imports.outcomes import KEEP, NO_END, Outcome, Parsed, Problem
from app.imports.wording import ascii_digits, normal_form, plain

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
FIRST_YEAR, LAST_YEAR = 1920, 2120
_FIRST_SERIAL, _LAST_SERIAL = 7306, 80720  # those years as Excel counts days
_NO_END = {"99991231", "2958465"}  # 31 December 9999, by which personnel systems mean 'no end'

_TIME = re.compile(
    r"(?:T|\s+|,\s*)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?|ص|م)?\s*(?:Z|(?:[A-Z]{2,4}\b)?\s*(?:[+-]\d{2}:?\d{2})?|[A-Z][A-Za-z]+/[A-Za-z_]+)$"
)
_NUMBERS = re.compile(r"(\d{1,4})\s?([-/.\\،,]|\s)\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?")
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
_HIJRI_SIGN = re.compile(r"(?<=\d)\s*(?:هـ|ه|AH|H)\.?$")
_GREGORIAN_SIGN = re.compile(r"(?<=\d)\s*(?:م|AD|CE)\.?$")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", re.IGNORECASE)


def parse_date(
    value: Any,
    *,
    order: Order | None = None,
    calendar: str = "gregorian",
    swapped: bool = False,
    date1904: bool = False,
) -> Outcome:
    """`value` as a date.

    order: how the column's doubtful texts are to be read, when settled by the column or answered by a person.
    calendar: 'hijri' converts dates of the years 1300 to 1499, which are otherwise refused.
    swapped: a person confirmed that Excel swapped day and month of the column's real dates; swap them back.
    """
    if isinstance(value, dt.date):  # a datetime is one
        return _real(value.date() if isinstance(value, dt.datetime) else value, swapped)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Problem("not_a_date", {"value": value})
    if not isinstance(value, str):
        return _from_number(value, date1904)
    text = tidy_date(value)
    if re.fullmatch(r"0+([-/.])0+\1?0+|0{8}", text):  # and by which they mean 'no date'
        return KEEP
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _from_number(float(text), date1904)
    hijri = _read_hijri(text)
    if hijri:
        return _convert_hijri(hijri, text) if calendar == "hijri" else Problem("date_hijri", {"value": text})
    return _read_text(text, order)


def tidy_date(text: str) -> str:
    """Digits as 0 to 9, no time of day, no ordinal endings, no invisible marks."""
    text = ascii_digits(plain(text)).lstrip("'")
    text = _GREGORIAN_SIGN.sub("", _TIME.sub("", text))
    return _ORDINAL.sub("", text).strip(" ,")


@lru_cache(maxsize=10_000)
def possible_orders(text: str) -> dict[Order, dt.date] | None:
    """Which readings of a purely numeric date exist, with what each gives; None when it is not one.

    A four-digit year fixes its own place. Two-digit years (69 to 99 are 1969 to 1999, 00 to 68 are 2000 to
    2068, as POSIX has it) come first only between hyphens: 24-03-15, never 24/03/15.
    """
    found = _NUMBERS.fullmatch(tidy_date(text))
    if not found:
        return None
    first, sign, second, third = found.groups()
    if len(first) == 3 or len(third) == 3 or (len(first) == 4 and len(third) == 4):
        return None
    if len(first) == 4:
        orders: tuple[Order, ...] = ("ymd",)
    else:
        orders = ORDERS if len(third) <= 2 and sign == "-" and len(first) == 2 else ("dmy", "mdy")
    readings = {order: _date(*_arrange(order, first, second, third)) for order in orders}
    return {order: date for order, date in readings.items() if date}


def _arrange(order: Order, first: str, second: str, third: str) -> tuple[str, str, str]:
    """The parts as year, month, day."""
    if order == "ymd":
        return first, second, third
    return (third, second, first) if order == "dmy" else (third, first, second)


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(_full_year(year), int(month), int(day))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    return number + (1900 if number >= 69 else 2000)


def _real(date: dt.date, swapped: bool) -> Outcome:
    if swapped and date.day <= 12:
        date = date.replace(month=date.day, day=date.month)
    return _in_range(date, date)


def _from_number(number: float, date1904: bool) -> Outcome:
    if not math.isfinite(number):
        return Problem("not_a_date", {"value": number})
    if str(number).removesuffix(".0") in _NO_END:
        return NO_END
    compact = _COMPACT.fullmatch(str(int(number))) if number == int(number) else None
    if compact:
        century, year, month, day = compact.groups()
        date = _date(century + year, month, day)
        return _in_range(date, date) if date else Problem("date_impossible", {"value": int(number)})
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        moment = from_serial(number, date1904=date1904, clock=False)
        return Parsed(moment.date() if isinstance(moment, dt.datetime) else moment)
    shown = int(number) if number == int(number) else number
    is_year = number == int(number) and FIRST_YEAR <= number <= LAST_YEAR
    return Problem("date_incomplete" if is_year else "not_a_date", {"value": shown})


def _read_text(text: str, order: Order | None) -> Outcome:
    readings = possible_orders(text)
    if readings is None:
        return _read_named(text)
    if not readings:
        return Problem("date_impossible", {"value": text})
    dates = sorted(set(readings.values()))
    if order in readings:
        return _in_range(readings[order], text)
    if len(dates) == 1:
        return _in_range(dates[0], text)
    return Problem(
        "date_ambiguous", {"value": text, "first": dates[0].isoformat(), "second": dates[-1].isoformat()}
    )


def _in_range(date: dt.date, value: Any) -> Outcome:
    if FIRST_YEAR <= date.year <= LAST_YEAR:
        return Parsed(date)
    if date.year == 9999:
        return NO_END
    return Problem("date_out_of_range", {"value": value, "first": FIRST_YEAR, "last": LAST_YEAR})


# -- months by name --------------------------------------------------------------------------------------------


@lru_cache(maxsize=10_000)
def _read_named(text: str) -> Outcome:
    """A date with its month's name: the other numbers are a day and a year."""
    words = normal_form(text)
    month, rest = _take_month(words, MONTHS)
    numbers = re.findall(r"\d+", rest)
    if month is None or re.search(r"[^\d\s]", _without_weekday(rest)):
        return Problem("not_a_date", {"value": text})
    if len(numbers) == 1:
        return Problem("date_incomplete", {"value": text})
    if len(numbers) != 2:
        return Problem("not_a_date", {"value": text})
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    date = _date(year, str(month), day) if len(year) in (2, 4) else None
    return _in_range(date, text) if date else Problem("date_impossible", {"value": text})


def _take_month(words: str, names: dict[str, int]) -> tuple[int | None, str]:
    """The month named in `words`, and the words without it."""
    spaced = re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", words)
    for length in (2, 1):
        parts = spaced.split()
        for start in range(len(parts) - length + 1):
            name = " ".join(parts[start : start + length])
            if name in names:
                return names[name], " ".join(parts[:start] + parts[start + length :])
    return None, spaced


_WEEKDAYS = (
    "sunday monday tuesday wednesday thursday friday saturday sun mon tue tues wed thu thur thurs fri sat de del of "
    "الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت احد اثنين ثلاثاء اربعاء خميس جمعه سبت يوم"
)
_WEEKDAY_FORMS = frozenset(normal_form(word) for word in _WEEKDAYS.split())


def _without_weekday(words: str) -> str:
    return " ".join(word for word in words.split() if word not in _WEEKDAY_FORMS)


# -- Hijri -----------------------------------------------------------------------------------------------------


def _read_hijri(text: str) -> tuple[int, int, int] | None:
    """Year, month and day (0 where unclear) of what can only be a Hijri date: a year from 1300 to 1499."""
    bare = _HIJRI_SIGN.sub("", text)
    found = _NUMBERS.fullmatch(bare)
    if found:
        first, _sign, second, third = found.groups()
        year, day = (first, third) if len(first) == 4 else (third, first)
        return (int(year), int(second), int(day)) if len(year) == 4 and 1300 <= int(year) <= 1499 else None
    month, rest = _take_month(normal_form(bare), HIJRI_MONTHS)
    numbers = sorted((int(number) for number in re.findall(r"\d+", rest)), reverse=True)
    if month and numbers and 1300 <= numbers[0] <= 1499:
        return numbers[0], month, numbers[1] if len(numbers) > 1 else 0
    return None


def _convert_hijri(parts: tuple[int, int, int], text: str) -> Outcome:
    from hijridate import Hijri  # loads tables that only tenants with Hijri files need

    if not parts[2]:
        return Problem("date_incomplete", {"value": text})
    try:
        return Parsed(dt.date(*Hijri(*parts).to_gregorian().datetuple()))
    except (ValueError, OverflowError):
        return Problem("date_impossible", {"value": text})
