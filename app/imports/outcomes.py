"""What reading one cell comes to: a value, a mark, or a problem that can be put into a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flask_babel import gettext as _


class Mark(Enum):
    """What a cell says instead of a value."""

    KEEP = "keep"  # blank: what is there stays
    CLEAR = "clear"  # a dash: what is there goes
    NOT_APPLICABLE = "not_applicable"  # N/A
    BOOKED = "booked"  # planned, and not done yet
    NO_END = "no_end"  # permanent, 31.12.9999


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cell that could be read: its value in the wanted type, or a Mark."""

    value: Any


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that could not be read: a stable `code`, and `params` for its sentence."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


Outcome = Parsed | Problem
KEEP, CLEAR = Parsed(Mark.KEEP), Parsed(Mark.CLEAR)
NOT_APPLICABLE, BOOKED, NO_END = Parsed(Mark.NOT_APPLICABLE), Parsed(Mark.BOOKED), Parsed(Mark.NO_END)

# Each sentence says what is wrong with which value, and what would be right. `_l` would bind them too early.
_SENTENCES = {
    "cell_error": lambda: _("The cell shows the error %(value)s. Correct the formula, or type the value."),
    "formula_uncalculated": lambda: _(
        "The cell holds a formula that was never worked out. Open the file in Excel, save it, and upload it again."
    ),
    "formula_text": lambda: _('"%(value)s" is a formula written as text. Type the value it should have.'),
    "text_too_long": lambda: _(
        "This text has %(length)s characters; up to %(limit)s can be kept. Shorten it."
    ),
    "not_text": lambda: _('"%(value)s" is a date or time where a text is expected. Type it as text.'),
    "not_a_code": lambda: _(
        '"%(value)s" is not a code: a number with decimals or a date. Format the cell as text.'
    ),
    "code_lost_digits": lambda: _(
        'Excel has rounded the code to "%(value)s": it keeps 15 digits of a number. Format the cell as text.'
    ),
    "not_a_number": lambda: _('"%(value)s" is not a number. Write it in digits, for example 12 or 12.5.'),
    "not_months": lambda: _(
        '"%(value)s" is no number of months. Write it in months, for example 24; days have a column of their own.'
    ),
    "not_whole": lambda: _('"%(value)s" has decimals; a whole number is expected.'),
    "number_ambiguous": lambda: _(
        '"%(value)s" can be %(thousands)s or %(decimal)s. Say for the column which mark separates decimals.'
    ),
    "not_yes_or_no": lambda: _('"%(value)s" is neither yes nor no. Write yes or no.'),
    "not_a_result": lambda: _('"%(value)s" is no known result. Write passed, failed or in progress.'),
    "not_a_score": lambda: _('"%(value)s" is no score between 0 and 100.'),
    "not_a_date": lambda: _('"%(value)s" is not a date. Write it as year-month-day, for example 2026-03-15.'),
    "date_ambiguous": lambda: _(
        '"%(value)s" can be %(first)s or %(second)s. Say for the column whether the day or the month comes first.'
    ),
    "date_impossible": lambda: _('"%(value)s" is a day that does not exist.'),
    "date_incomplete": lambda: _('"%(value)s" lacks a day. Write day, month and year.'),
    "date_hijri": lambda: _(
        '"%(value)s" is a Hijri date. Convert it to the Gregorian calendar, or choose Hijri for the column.'
    ),
    "date_out_of_range": lambda: _(
        '"%(value)s" is too far away to be meant: years from %(first)s to %(last)s are read.'
    ),
}


def problem_sentence(problem: Problem) -> str:
    """The problem in words for a person, in the language of the request."""
    sentence = _SENTENCES[problem.code]()
    return sentence % {key: shorten(str(value)) for key, value in problem.params.items()}


def shorten(text: str, limit: int = 60) -> str:
    """`text` cut to what fits a sentence."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
