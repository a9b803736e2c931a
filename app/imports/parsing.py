"""The cells of one line as values of fields, column by column; what a column leaves open is asked once.

A `ColumnReader` sees its whole column first (`see`), says what has to be asked (`questions`), and then reads it by
what the column and the answers have settled. Each different value is looked at once: columns repeat themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError

from app.imports.date_columns import DateColumn, order_in
from app.imports.group_columns import GroupColumn
from app.imports.importer import Field
from app.imports.numbers import NumberColumn, ScoreColumn
from app.imports.outcomes import Mark, Problem
from app.imports.questions import Question
from app.imports.values import Reading, as_text, parse, problem_sentence
from app.imports.wording import is_blank, normal_form
from app.platform.errors import DomainError, Invalid
from app.platform.wording import LANGUAGES

_KINDS = {"email": "text", "choice": "text"}
_BLANK = (Mark.KEEP, None)
_PLAIN_CODE = re.compile("[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")  # a code that `parse` would leave as it is
Read = tuple[Any, DomainError | None]
Lines = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column that was read: the value for each line, None where it has none; `odd` has, by the line's place in the
    file, what is more than a value: a mark, or what is wrong. `has_blanks`: some cells say nothing."""

    values: list[Any]
    odd: dict[int, Read]
    has_blanks: bool

    def at(self, place: int) -> Read:
        """What the line at `place` says, and what is wrong with it."""
        return self.odd.get(place) or (self.values[place], None)


class ColumnReader:
    """Reads the cells that feed one field; `positions` are their places in the line, several are joined.

    `may_group`: the column stands before those that tell the rows apart, as one that says a thing once per group.
    `heading`: what stands above it, which may tell the order of its dates.
    """

    def __init__(self, field: Field, positions: Sequence[int], schema: type[Schema], answers: Mapping[str, Any],
                 date1904: bool = False, may_group: bool = False, heading: str = "") -> None:
        self.field, self.positions, self.name = field, tuple(positions), field.name
        self.kind = _KINDS.get(field.type, field.type)
        shape = schema().load_fields.get(field.name)
        self._rules: list[Callable[[Any], Any]] = [] if field.target else list(shape.validators if shape else [])
        self._answers, self._date1904 = answers, date1904
        self._seen: set[tuple[type, Any]] = set()
        self._profile: Any = _PROFILES.get(field.type, lambda: None)()
        self._without_domain = 0
        self._hijri: set[str] = set()
        self._is_code = field.type == "code"
        self._group = GroupColumn() if may_group else None
        self._above = answers.get(f"{field.name}:above") == "above"
        self._last: Any = None
        self._told = order_in(heading)
        self._only = self.positions[0] if len(self.positions) == 1 else None

    # -- the column --------------------------------------------------------------------------------------

    def see(self, lines: Lines, rows: Sequence[int]) -> None:
        """Take the column's cells into account; `rows` are the numbers of the lines."""
        self.see_cells([line[self.positions[0]] for line in lines], rows)

    def see_cells(self, cells: Sequence[Any], rows: Sequence[int]) -> None:
        """As `see`, for cells that are in hand; may be called for several columns of one field."""
        if self._group is not None:
            self._group.see_all(cells, rows)
        if self._profile is None and self.field.type != "email":
            return
        keys = list(zip(map(type, cells), cells, strict=True))
        first = dict(zip(reversed(keys), reversed(rows), strict=True))
        for key in dict.fromkeys(keys):
            if key[1] is not None and key not in self._seen:
                self._seen.add(key)
                self._see_value(key[1], first[key])

    def _see_value(self, value: Any, row: int) -> None:
        if self.field.type == "email":
            self._without_domain += "@" not in str(value) and any(map(str.isalnum, str(value)))
        elif isinstance(self._profile, DateColumn):
            self._profile.see(value, row)
        else:
            for profile in self._profile:
                profile.see(value)

    @property
    def is_dated(self) -> bool:
        """Whether the column holds dates."""
        return isinstance(self._profile, DateColumn)

    @property
    def has_order(self) -> bool:
        """Whether the column itself, once seen, tells in which order its dates are written."""
        return isinstance(self._profile, DateColumn) and self._profile.verdict().state == "settled"

    def ask_for(self, others: Iterable[ColumnReader]) -> None:
        """Ask what `others`, which read cells of the same field, have left open."""
        self._hijri = self._hijri.union(*(other._hijri for other in others))

    def questions(self) -> Iterator[Question]:
        """What a person has to say before every cell can be read; call it after all lines were read once."""
        if isinstance(self._profile, DateColumn):
            yield from self._date_questions()
        elif self._profile is not None:
            yield from self._number_questions()
        if self._group is not None and self._group.must_ask:
            yield Question(f"{self.name}:above", self.name, "above", ("above", "blank"),
                           {"count": self._group.blanks, "example": as_text(self._group.example),
                            "row": self._group.row})
        if self._without_domain:
            yield Question(f"{self.name}:domain", self.name, "domain", ("leave_out",),
                           {"count": self._without_domain}, is_text=True)
        if self._hijri:
            yield Question(f"{self.name}:calendar", self.name, "calendar", ("hijri", "gregorian"),
                           {"count": len(self._hijri)})

    def _date_questions(self) -> Iterator[Question]:
        verdict = self._profile.verdict()
        if verdict.must_ask and self._told not in verdict.options:
            example = verdict.example
            yield Question(f"{self.name}:order", self.name, "order", verdict.options,
                           {"count": verdict.doubtful, "example": example.value if example else "",
                            "row": example.row if example else None})
        if verdict.swap_suspected:
            yield Question(f"{self.name}:swapped", self.name, "swapped", ("yes", "no"), {})

    def _number_questions(self) -> Iterator[Question]:
        number, *score = self._profile
        if number.must_ask:
            yield Question(f"{self.name}:mark", self.name, "mark", (".", ","),
                           {"count": number.doubtful, "example": number.example})
        if score and score[0].is_mixed:
            yield Question(f"{self.name}:fractions", self.name, "fractions", ("yes", "no"),
                           {"fractions": score[0].fractions, "points": score[0].points})

    @cached_property
    def _reading(self) -> Reading:
        answer = {name: self._answers.get(f"{self.name}:{name}")
                  for name in ("order", "calendar", "swapped", "mark", "fractions")}
        order, mark, fractions = answer["order"], answer["mark"], answer["fractions"] == "yes"
        if isinstance(self._profile, DateColumn):
            verdict = self._profile.verdict()
            order = order or (self._told if self._told in verdict.options else None) or verdict.order
        elif self._profile is not None:
            mark = mark or self._profile[0].mark
            fractions = fractions or (len(self._profile) > 1 and self._profile[1].is_fractions)
        return Reading(order=order, calendar=answer["calendar"] or "gregorian", swapped=answer["swapped"] == "yes",
                       mark=mark, fractions=fractions, date1904=self._date1904)

    # -- one cell ----------------------------------------------------------------------------------------

    def read(self, lines: Lines) -> ReadColumn:
        """The values of the field, line by line, with what is odd about them."""
        cells = [line[self._only] for line in lines] if self._only is not None else [
            _joined(line, self.positions) for line in lines]
        return self.read_cells([self._or_above(cell) for cell in cells] if self._above else cells)

    def _or_above(self, cell: Any) -> Any:
        """Lines come in their order, and a person said that a blank cell means the one above."""
        self._last = self._last if is_blank(cell) else cell
        return self._last

    def read_cells(self, cells: Sequence[Any]) -> ReadColumn:
        """As `read`, for cells that are in hand."""
        keys = list(zip(map(type, cells), cells, strict=True))
        read = {key: self._read(key[1]) for key in dict.fromkeys(keys)}
        odd = {key for key, (value, error) in read.items() if error is not None or value.__class__ is Mark}
        blank = {key for key in odd if read[key] == _BLANK}
        odd -= blank
        values = {key: None if key in blank else value for key, (value, _error) in read.items()}
        places = {place: read[key] for place, key in enumerate(keys) if key in odd} if odd else {}
        return ReadColumn([values[key] for key in keys], places, bool(blank))

    def _read(self, cell: Any) -> Read:
        if cell is None:
            return _BLANK
        if self._is_code and cell.__class__ is str and len(cell) < 40 and _PLAIN_CODE.fullmatch(cell):
            return self._checked(cell) if self._rules else (cell, None)
        outcome = parse(cell, self.kind, self._reading)
        if isinstance(outcome, Problem):
            if outcome.code == "date_hijri" and f"{self.name}:calendar" not in self._answers:
                self._hijri.add(as_text(cell))
            return None, Invalid(problem_sentence(outcome), field=self.name, code=outcome.code)
        return self._marked(outcome.value, cell) if isinstance(outcome.value, Mark) else self._checked(outcome.value)

    def _marked(self, mark: Mark, cell: Any) -> Read:
        if mark is Mark.NO_END and not self.field.required:
            return Mark.CLEAR, None
        if mark is Mark.NO_END:
            problem = Problem("not_a_date", {"value": as_text(cell)})
            return None, Invalid(problem_sentence(problem), field=self.name, code=problem.code)
        if mark is Mark.CLEAR and self.field.required:
            return None, Invalid(_("A dash clears a cell, and %(field)s can not be empty.", field=self.field.label),
                                 field=self.name, code="can_not_clear")
        if mark is Mark.BOOKED:
            said = {"value": as_text(cell)}
            return mark, Invalid(_('"%(value)s" is no date: nothing was completed yet.', **said)
                                 if self.kind == "date" else _('"%(value)s": nothing was completed yet.', **said),
                                 field=self.name, code="booked")
        return mark, None

    def _checked(self, value: Any) -> Read:
        try:
            value = self._chosen(value) if self.field.choices is not None else self._with_domain(value)
            if value is Mark.KEEP:
                return _BLANK
            for rule in self._rules:
                rule(value)
        except ValidationError as refusal:
            return None, Invalid(f'"{_short(value)}": {" ".join(map(str, refusal.messages))}', field=self.name,
                                 code="not_allowed")
        return value, None

    def _chosen(self, text: Any) -> Any:
        found = self._words.get(normal_form(str(text)))
        if found is None:
            words = ", ".join(str(label) for label in self.field.choices.values())  # type: ignore[union-attr]
            raise ValidationError(_("Write one of: %(words)s.", words=words))
        return found

    @cached_property
    def _words(self) -> dict[str, Any]:
        return choice_words(self.field)

    def _with_domain(self, value: Any) -> Any:
        if self.field.type != "email" or "@" in value:
            return value
        domain = self._answers.get(f"{self.name}:domain")
        if domain is None:
            return value
        return Mark.KEEP if domain == "leave_out" else f"{value}@{str(domain).lstrip('@')}"


def choice_words(field: Field) -> dict[str, Any]:
    """Normal form of every word for one of the field's choices, in each language → the choice."""
    words = {}
    for locale in LANGUAGES:
        with force_locale(locale):
            for value, label in (field.choices or {}).items():
                words[normal_form(str(value))] = words[normal_form(str(label))] = value
    return words


def _joined(cells: Sequence[Any], positions: Sequence[int]) -> Any:
    parts = [as_text(cells[position]) for position in positions if not is_blank(cells[position])]
    return " ".join(parts) or None


def _short(value: Any, limit: int = 60) -> str:
    text = str(value)
    return text if len(text) <= limit else text[:limit - 1] + "…"


_PROFILES: dict[str, Callable[[], Any]] = {
    "date": DateColumn,
    "integer": lambda: [NumberColumn()],
    "months": lambda: [NumberColumn()],
    "decimal": lambda: [NumberColumn()],
    "score": lambda: [NumberColumn(), ScoreColumn()],
}
