"""Numbers as people and programs write them, and what only a whole column can decide about them.

'1,234' is a thousand here and one and a bit there; 0.78 is a score of 78 only where all scores are fractions.
One cell can not know: the column's profile sees all of them and settles it, or says that a person must.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.imports.files.cells import Percent
from app.imports.outcomes import Outcome, Parsed, Problem
from app.imports.wording import ascii_digits, plain

_MARKS = str.maketrans({"٫": ".", "٬": "'", "’": "'", "−": "-", "–": "-", "٪": "%", "﹪": "%", "％": "%"})
_CURRENCY = re.compile(
    r"^(?:[$€£¥]|SAR|SR|AED|USD|EUR|ر\.س\.?|ريال)\s*|\s*(?:[$€£¥]|SAR|SR|AED|USD|EUR|ر\.س\.?|ريال)$"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")  # one mark before three digits: thousands or decimals
_OUT_OF = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:/|out of|of|من)\s*(\d{1,4})")
_LIMIT = Decimal(10) ** 15


def tidy_number(text: str) -> str:
    """Digits as 0 to 9, Arabic marks as theirs, no spaces between digits, no currency."""
    text = ascii_digits(plain(text)).translate(_MARKS)
    text = _CURRENCY.sub("", text)
    if re.fullmatch(r"\(\s*[\d.,' ]+\)", text):  # accountants' minus
        text = "-" + text[1:-1].strip()
    return re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", text)


def parse_decimal(value: Any, *, mark: str | None = None) -> Outcome:
    """`value` as a Decimal; a percentage as its figure (92% is 92), times as hours.

    mark: '.' or ',', what separates decimals in this column where it is known; asked for ('number_ambiguous')
    where a text can be read both ways.
    """
    if isinstance(value, Percent):
        return _in_range(Decimal(str(float(value))) * 100, value)
    if isinstance(value, bool) or not isinstance(value, int | float | str | dt.timedelta):
        return Problem("not_a_number", {"value": value})
    if isinstance(value, dt.timedelta):
        return Parsed(Decimal(round(value.total_seconds() / 36)) / 100)
    if not isinstance(value, str):
        return _in_range(Decimal(str(value)), value)
    return _parse_text(value, tidy_number(value).removesuffix("%").rstrip(), mark)


def _parse_text(value: str, text: str, mark: str | None) -> Outcome:
    if not re.fullmatch(r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d{1,2})?", text):
        return Problem("not_a_number", {"value": plain(value)})
    unsigned = text.lstrip("+-")
    if mark is None and _GROUPED.fullmatch(unsigned):
        whole, part = re.split("[.,]", unsigned)
        return Problem(
            "number_ambiguous", {"value": text, "thousands": whole + part, "decimal": f"{whole}.{part}"}
        )
    plain_number = _without_groups(text, mark)
    try:
        return _in_range(Decimal(plain_number), value)
    except InvalidOperation:
        return Problem("not_a_number", {"value": plain(value)})


def _without_groups(text: str, mark: str | None) -> str:
    """The number with a point for its decimals; text that groups digits oddly comes back unreadable."""
    mark = mark or decimal_mark(text)
    other = "," if mark == "." else "."
    whole, _found, part = text.partition(mark)
    grouped = whole.lstrip("+-")
    if other in grouped and not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", grouped):
        return "?"
    return whole.replace(other, "") + "." + part if part else whole.replace(other, "")


def decimal_mark(text: str) -> str:
    """The mark that separates decimals in a text that leaves no doubt: the last of two, the one used once."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return "."
    found, other = text[last], ("," if text[last] == "." else ".")
    return found if other in text or text.count(found) == 1 else other


def _in_range(number: Decimal, value: Any) -> Outcome:
    return Parsed(number) if number.is_finite() and abs(number) < _LIMIT else Problem("not_a_number", {"value": value})


def parse_integer(value: Any, *, mark: str | None = None) -> Outcome:
    """`value` as an int; 12.0 is 12, 12.5 a problem."""
    outcome = parse_decimal(value, mark=mark)
    if isinstance(outcome, Problem):
        return outcome
    number = outcome.value
    return (
        Parsed(int(number))
        if number == number.to_integral_value()
        else Problem("not_whole", {"value": number})
    )


@dataclass
class NumberColumn:
    """Which mark separates decimals in a column of texts; fed cell by cell with `see`."""

    points: int = 0
    commas: int = 0
    doubtful: int = 0
    example: str = ""

    def see(self, value: Any) -> None:
        """Take one cell of the column into account; anything but number texts is passed over."""
        if not isinstance(value, str):
            return
        text = tidy_number(value).rstrip("% ").lstrip("+-")
        if not re.fullmatch(r"[\d.,]*\d", text) or not re.search("[.,]", text):
            return
        if _GROUPED.fullmatch(text):
            self.doubtful, self.example = self.doubtful + 1, self.example or text
        elif decimal_mark(text) == ".":
            self.points += 1
        else:
            self.commas += 1

    @property
    def mark(self) -> str | None:
        """'.' or ',' when all that is clear agrees; None when nothing is clear, or it contradicts itself."""
        if self.points and not self.commas:
            return "."
        return "," if self.commas and not self.points else None

    @property
    def must_ask(self) -> bool:
        """Whether there are texts that only a person's answer can read."""
        return self.doubtful > 0 and self.mark is None


@dataclass
class ScoreColumn:
    """Whether the bare numbers of a column of scores are fractions (0.78) or points (78)."""

    fractions: int = 0
    points: int = 0

    def see(self, value: Any) -> None:
        """Take one cell into account; percentages speak for themselves and are passed over."""
        if isinstance(value, Percent) or (isinstance(value, str) and tidy_number(value).endswith("%")):
            return
        outcome = parse_decimal(value, mark=None)
        if isinstance(outcome, Problem) or outcome.value in (0, 1):  # these tell nothing
            return
        if 0 < outcome.value < 1:
            self.fractions += 1
        else:
            self.points += 1

    @property
    def is_fractions(self) -> bool:
        """Only if no bare number is above 1 and at least one lies below."""
        return self.fractions > 0 and self.points == 0

    @property
    def is_mixed(self) -> bool:
        """Both kinds occur (0.78 beside 78): a person should be asked what the small ones mean."""
        return self.fractions > 0 and self.points > 0


def parse_score(value: Any, *, fractions: bool, mark: str | None = None) -> Outcome:
    """`value` as a score from 0 to 100, '18/20' being 90. `fractions`: bare numbers up to 1 mean parts of one."""
    shared = _OUT_OF.fullmatch(tidy_number(value)) if isinstance(value, str) else None
    if shared and (whole := Decimal(shared[2])) > 0:
        return _score(Decimal(shared[1].replace(",", ".")) * 100 / whole, value)
    outcome = parse_decimal(value, mark=mark)
    if isinstance(outcome, Problem):
        return outcome
    says_percent = isinstance(value, Percent) or (isinstance(value, str) and tidy_number(value).endswith("%"))
    score = outcome.value * 100 if fractions and not says_percent and outcome.value <= 1 else outcome.value
    return _score(score, value)


def _score(score: Decimal, value: Any) -> Outcome:
    if not 0 <= score <= 100:
        return Problem("not_a_score", {"value": value})
    return Parsed(round(score, 2).normalize() + 0)
