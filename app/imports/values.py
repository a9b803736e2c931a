"""Read one cell as the type that a field wants. Start here: `parse(value, type, …)`.

Whatever a cell holds, the answer is a value, a mark (blank keeps, a dash clears, N/A, booked) or a problem with
its reason; never an exception and never a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.imports.dates import Order, parse_date
from app.imports.durations import never_ends, parse_months
from app.imports.files.cells import ERROR_CODES, UNCALCULATED, CellError
from app.imports.numbers import parse_decimal, parse_integer, parse_score
from app.imports.outcomes import (
    BOOKED,
    CLEAR,
    KEEP,
    NO_END,
    NOT_APPLICABLE,
    Mark,
    Outcome,
    Parsed,
    Problem,
    problem_sentence,
)
from app.imports.wording import ascii_digits, normal_form, plain

_LONGEST_MARK = 25
_DASHES = re.compile("[-‐‑‒–—―−ـ_]+")
_NOT_APPLICABLE = re.compile(
    r"n\s?[/.\\]\s?a\.?|غ\s?[/.]\s?م|not applicable|لا ينطبق|لا تنطبق|غير مطلوبة?|not req(?:uired|'?d)?\.?|"
    r"not needed|exempt(?:ed)?|معفى|معفي", re.I
)


def _forms(*words: str) -> frozenset[str]:
    return frozenset(map(normal_form, words))


_BOOKED = _forms(
    "booked", "planned", "scheduled", "nominated", "registered", "due", "overdue", "over due", "pending", "tbc", "tbd",
    "tba", "to be confirmed", "to be scheduled", "required", "not done", "not started", "not yet", "not trained",
    "not attempted", "not completed", "incomplete", "in progress", "enrolled", "no show", "absent", "cancelled",
    "postponed", "missing", "محجوز", "مجدول", "مخطط", "مسجل", "مطلوب", "مستحق", "متاخر", "معلق", "قيد الانتظار",
    "قيد التنفيذ", "لم يبدأ", "لم يكتمل", "غير مكتمل", "لم يحضر", "غائب", "ملغى", "مؤجل",
)  # fmt: skip
_RUNNING = _forms("in progress", "enrolled", "registered", "active", "started", "ongoing", "under way", "in training",
                  "قيد التنفيذ", "مسجل", "جار", "جاري", "قيد التدريب")
_TRUE = _forms(
    "yes", "y", "true", "t", "1", "on", "active", "enabled", "mandatory", "required", "x", "ok", "oui", "ja", "si",
    "evet", "working", "on duty", "on leave", "probation", "on probation", "employed", "current",
    "على رأس العمل", "اجازه", "نعم", "ن", "صح", "صحيح", "فعال", "نشط", "إلزامي", "إلزامية",
)  # fmt: skip
_FALSE = _forms(
    "no", "n", "false", "f", "0", "off", "inactive", "disabled", "optional", "not required", "non", "nein", "hayir",
    "not active", "terminated", "resigned", "retired", "left", "withdrawn", "deceased", "ex employee", "separated",
    "dismissed", "end of service", "مستقيل", "متقاعد", "منتهي الخدمة", "مفصول", "متوفى", "انتهت خدمته",
    "لا", "خطأ", "غير فعال", "غير نشط", "اختياري", "اختيارية",
)  # fmt: skip
_PASSED = _forms(
    "passed", "pass", "p", "ok", "success", "successful", "completed", "complete", "competent", "satisfactory",
    "certified", "qualified", "attended", "valid", "expired", "expiring", "current", "course complete", "excellent",
    "very good", "distinction", "merit", "ممتاز", "جيد جدا", "جيد", "مقبول", "معتمد", "حضر", "ساري",
    "سارية", "منتهي", "منتهية", "ناجح", "ناجحة", "نجح", "نجحت", "اجتاز", "اجتازت", "مجتاز", "مكتمل",
)  # fmt: skip
_FAILED = _forms(
    "failed", "fail", "f", "unsuccessful", "unsatisfactory", "not passed", "did not pass", "not competent",
    "not yet competent", "راسب", "راسبة", "رسب", "رسبت", "لم يجتز", "لم تجتز", "غير مجتاز",
)  # fmt: skip
_TICKS, _CROSSES = frozenset("✓✔☑✅√"), frozenset("✗✘☒❌✕✖×")


@dataclass(frozen=True)
class Reading:
    """What the column, or a person, has settled about its cells.

    order, calendar, swapped: see `parse_date`. mark: see `parse_decimal`. fractions: see `parse_score`.
    longest: characters that a text may have. date1904: of the workbook.
    """

    order: Order | None = None
    calendar: str = "gregorian"
    swapped: bool = False
    mark: str | None = None
    fractions: bool = False
    longest: int = 2000
    date1904: bool = False


def parse(value: Any, kind: str, reading: Reading | None = None) -> Outcome:
    """One cell as `kind`: text, code, integer, decimal, months, score, boolean, result or date.

    Returns Parsed (with a str, int, Decimal, bool, 'passed'/'failed', date, or a Mark) or Problem.
    """
    if isinstance(value, CellError):
        return (
            Problem("formula_uncalculated")
            if value == UNCALCULATED
            else Problem("cell_error", {"value": value.code})
        )
    if value is None:
        return KEEP
    if isinstance(value, str):
        text = plain(value)
        outcome = _mark(text, kind) if len(text) < _LONGEST_MARK else None
        if outcome is None and text[0] in "=#":
            outcome = _refused_text(text)
        if outcome is not None:
            return outcome
    return _PARSERS[kind](value, reading or Reading())


def _mark(text: str, kind: str) -> Outcome | None:
    if not text:
        return KEEP
    if _DASHES.fullmatch(text):
        return CLEAR
    if _NOT_APPLICABLE.fullmatch(text) or (kind not in ("text", "code") and text.upper() == "NA"):
        return NOT_APPLICABLE
    if kind == "date" and never_ends(text):
        return NO_END
    if kind == "result" and normal_form(text) in _RUNNING:
        return None
    return BOOKED if kind in ("date", "result") and normal_form(text) in _BOOKED else None


def _refused_text(text: str) -> Problem | None:
    if text.upper() in ERROR_CODES:
        return Problem("cell_error", {"value": text})
    if re.match(r"=[^\s=]", text) and not re.fullmatch(r'="[^"]*"', text):
        return Problem("formula_text", {"value": text})
    return None


def _text(value: Any, reading: Reading) -> Outcome:
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Problem("not_text", {"value": value})
    text = as_text(value)
    if len(text) > reading.longest:
        return Problem("text_too_long", {"length": len(text), "limit": reading.longest})
    return Parsed(text)


def as_text(value: Any) -> str:
    """A cell as a person would copy it: whole numbers without '.0', no invisible marks, line breaks kept."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str):
        return str(value)
    text = value
    if value[:1] in ("=", "'"):
        unwrapped = re.fullmatch(r'="([^"]*)"', value.strip())  # how CSV files keep Excel from eating zeros
        text = unwrapped[1] if unwrapped else value
        text = text[1:] if text[0] == "'" else text  # how people, and our exports, keep Excel from reading it
    if "\n" not in text:
        return plain(text)
    return "\n".join(line for line in map(plain, text.split("\n")) if line)


def _code(value: Any, reading: Reading) -> Outcome:
    """A key such as an employee number: leading zeros kept, 1001.0 is '1001', digits as 0 to 9."""
    is_fraction = isinstance(value, float) and not value.is_integer()
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta) or is_fraction:
        return Problem("not_a_code", {"value": value})
    if isinstance(value, int | float) and abs(value) >= 10**15:
        return Problem("code_lost_digits", {"value": f"{value:.6g}"})
    text = plain(ascii_digits(as_text(value)))
    if re.fullmatch(r"\d[.,]\d+E\+\d+", text, re.IGNORECASE):
        return Problem("code_lost_digits", {"value": text})
    return _text(re.sub(r"^(\d+)\.0$", r"\1", text), reading)


def _boolean(value: Any, _reading: Reading) -> Outcome:
    if isinstance(value, bool):
        return Parsed(value)
    word = _word(value)
    if word in _TRUE or word in _TICKS:
        return Parsed(True)
    if word in _FALSE or word in _CROSSES:
        return Parsed(False)
    return Problem("not_yes_or_no", {"value": value})


def _result(value: Any, _reading: Reading) -> Outcome:
    word = _word(value)
    if word in _PASSED or word in _TICKS:
        return Parsed("passed")
    if word in _FAILED or word in _CROSSES:
        return Parsed("failed")
    if word in _RUNNING:
        return Parsed("active")
    return Problem("not_a_result", {"value": value})


def _word(value: Any) -> str:
    text = as_text(value)
    return text.strip("\ufe0f") if text[:1] in _TICKS | _CROSSES else normal_form(text)


def _date(value: Any, reading: Reading) -> Outcome:
    return parse_date(
        value,
        order=reading.order,
        calendar=reading.calendar,
        swapped=reading.swapped,
        date1904=reading.date1904,
    )


_PARSERS: dict[str, Callable[[Any, Reading], Outcome]] = {
    "text": _text,
    "code": _code,
    "boolean": _boolean,
    "result": _result,
    "date": _date,
    "months": lambda value, reading: parse_months(value, mark=reading.mark),
    "integer": lambda value, reading: parse_integer(value, mark=reading.mark),
    "decimal": lambda value, reading: parse_decimal(value, mark=reading.mark),
    "score": lambda value, reading: parse_score(value, fractions=reading.fractions, mark=reading.mark),
}

__all__ = ["Mark", "Outcome", "Parsed", "Problem", "Reading", "as_text", "parse", "problem_sentence"]
