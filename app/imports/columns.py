"""Match the headings of a table to the fields of an importer; what is uncertain is proposed, never assumed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import gettext as _

from app.imports.wording import heading_parts, loose_form, normal_form

_COUNTERS = {"no", "num", "nbr", "nr", "#", "№", "sn", "s n", "م"}  # alone, these mostly number the rows
_CODE_WORDS = {"code", "id", "number", "رقم", "رمز", "كود"}
_NAME_WORDS = {"name", "title", "description", "اسم", "عنوان", "وصف"}
_SIMILAR = 0.82  # difflib's ratio from which a heading is suggested for a field


@dataclass(frozen=True)
class FieldSpec:
    """What an importer wants: a field, and what its column may be called.

    headings: English names, the first being the one in the template; arabic: likewise. `kind` is a type of
    `values.parse`. parts: aliases per part where files spread the field over columns (first name, last name),
    which are then joined with a space in the order of the parts.
    """

    name: str
    headings: tuple[str, ...]
    arabic: tuple[str, ...] = ()
    required: bool = False
    kind: str = "text"
    parts: tuple[tuple[str, ...], ...] = ()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every name that a column of the whole field goes by."""
        return (self.name, *self.headings, *self.arabic)


@dataclass(frozen=True)
class Match:
    """A proposal for one column.

    `field` is None where nothing fits. `confidence` runs from 0 to 1: at 1 remembered or named exactly, above
    0.85 the same but for spelling; a `is_suggestion` one is to be confirmed by a person. `part` counts from 0
    where the column holds a part of the field.
    """

    column: int
    heading: str
    field: str | None
    confidence: float
    reason: str
    is_suggestion: bool = False
    part: int | None = None


@dataclass(frozen=True)
class Proposal:
    """All columns matched. `conflicts`: field → the columns that all claim it, for a person to choose from.
    `missing`: required fields that no column was matched to (a mere suggestion does not count). `preferred`: field
    in conflict → the column that is proposed, as it says more exactly which row is meant (a code beside a name)."""

    matches: tuple[Match, ...]
    conflicts: Mapping[str, tuple[int, ...]]
    missing: tuple[str, ...]
    preferred: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def columns_of(self, field: str) -> tuple[int, ...]:
        """The columns of a field, parts in their order; empty while a conflict or suggestion is open."""
        found = [match for match in self.matches if match.field == field and not match.is_suggestion]
        if field in self.conflicts:
            return (self.preferred[field],) if field in self.preferred else ()
        return tuple(m.column for m in sorted(found, key=lambda m: m.part or 0))


def known_headings(fields: Iterable[FieldSpec]) -> frozenset[str]:
    """All names that the fields go by, in the forms by which `tables.find_tables` knows a header row."""
    names = [
        name
        for field in fields
        for name in (*field.aliases, *(alias for part in field.parts for alias in part))
    ]
    return frozenset(form(name) for name in names for form in (normal_form, loose_form)) - {""}


def match_columns(
    headings: Sequence[tuple[int, str]],
    fields: Sequence[FieldSpec],
    remembered: Mapping[str, str | None] | None = None,
) -> Proposal:
    """Propose a field for each heading.

    headings: (column, what the sheet says); '' is matched to nothing. remembered: normal form of a heading →
    field, or None for 'ignore it', as a person chose it last time; comes before anything else.
    """
    names = _Names(fields)
    matches = [names.match(column, heading, remembered or {}) for column, heading in headings]
    matches = _one_suggestion_each(_without_beaten(matches))
    conflicts = _conflicts(matches)
    settled = {match.field for match in matches if match.field and not match.is_suggestion} - conflicts.keys()
    codes = {one.name: one.required for one in fields if one.kind == "code"}
    preferred = _preferred(conflicts, codes, dict(headings))
    missing = tuple(one.name for one in fields if one.required and one.name not in settled | preferred.keys())
    return Proposal(tuple(matches), conflicts, missing, preferred)


class _Names:
    """The fields by each form of each name."""

    def __init__(self, fields: Sequence[FieldSpec]) -> None:
        self.exact: dict[str, tuple[str, int | None]] = {}
        self.loose: dict[str, tuple[str, int | None]] = {}
        self.fields = {field.name for field in fields}
        for field in fields:
            self._add(field.name, field.aliases, None)
            for number, aliases in enumerate(field.parts):
                self._add(field.name, aliases, number)

    def _add(self, field: str, aliases: Iterable[str], part: int | None) -> None:
        for alias in aliases:
            self.exact.setdefault(normal_form(alias), (field, part))
            self.loose.setdefault(loose_form(alias), (field, part))

    def match(self, column: int, heading: str, remembered: Mapping[str, str | None]) -> Match:
        normal, loose = normal_form(heading), loose_form(heading)
        if normal in remembered and (remembered[normal] is None or remembered[normal] in self.fields):
            return Match(column, heading, remembered[normal], 1.0, _("As you chose last time."))
        if not normal:
            return Match(column, heading, None, 0.0, _("The column has no heading."))
        if normal in self.exact:
            field, part = self.exact[normal]
            return Match(
                column, heading, field, 1.0, _("The heading is a known name of the field."), part=part
            )
        if loose in self.loose:
            field, part = self.loose[loose]
            if normal in _COUNTERS:
                reason = _("The heading may name the field, or only number the rows.")
                return Match(column, heading, field, 0.5, reason, is_suggestion=True, part=part)
            reason = _("The heading is a known name of the field, spelled differently.")
            return Match(column, heading, field, 0.9, reason, part=part)
        return self._bilingual(column, heading) or self._similar(column, heading, loose)

    def _bilingual(self, column: int, heading: str) -> Match | None:
        """'Emp. No. / رقم الموظف': each part names the same field, or the others name none."""
        parts = heading_parts(heading)
        named = (self.exact.get(normal_form(part)) or self.loose.get(loose_form(part)) for part in parts)
        found = [one for one in named if one is not None]
        if len(parts) < 2 or len({field for field, _part in found}) != 1:
            return None
        field, part = found[0]
        reason = _("A part of the heading is a known name of the field.")
        return Match(column, heading, field, 0.87, reason, part=part)

    def _similar(self, column: int, heading: str, loose: str) -> Match:
        scored = [(SequenceMatcher(None, loose, name).ratio(), name) for name in self.loose if name]
        score, name = max(scored, default=(0.0, ""))
        if score < _SIMILAR or min(len(loose), len(name)) < 4:
            return Match(column, heading, None, 0.0, _("No field has a name like this."))
        field, part = self.loose[name]
        reason = _('The heading is similar to "%(name)s".', name=name)
        return Match(column, heading, field, round(score * 0.8, 2), reason, is_suggestion=True, part=part)


def _without_beaten(matches: list[Match]) -> list[Match]:
    """Drop a suggestion, and a part, where another column is the whole field for certain."""
    certain = {
        match.field for match in matches if match.field and not match.is_suggestion and match.part is None
    }
    return [
        _unmatched(match)
        if match.field in certain and (match.is_suggestion or match.part is not None)
        else match
        for match in matches
    ]


def _one_suggestion_each(matches: list[Match]) -> list[Match]:
    """Of several columns that only resemble a field, suggest the one that resembles it most."""
    best: dict[tuple[str | None, int | None], float] = {}
    for match in matches:
        if match.is_suggestion:
            key = (match.field, match.part)
            best[key] = max(best.get(key, 0.0), match.confidence)
    return [
        _unmatched(match)
        if match.is_suggestion and match.confidence < best[match.field, match.part]
        else match
        for match in matches
    ]


def _unmatched(match: Match) -> Match:
    return Match(match.column, match.heading, None, 0.0, _("Another column fits the field better."))


def _conflicts(matches: list[Match]) -> dict[str, tuple[int, ...]]:
    """Fields that two columns claim; where one was remembered or named exactly and the others were not, it wins no
    less than a person would expect: they are still asked, as both columns may hold values."""
    claims: dict[tuple[str, int | None], list[int]] = {}
    for match in matches:
        if match.field:
            claims.setdefault((match.field, match.part), []).append(match.column)
    return {field: tuple(columns) for (field, _part), columns in claims.items() if len(columns) > 1}


def _preferred(
    conflicts: Mapping[str, tuple[int, ...]], codes: Mapping[str, bool], headings: Mapping[int, str]
) -> dict[str, int]:
    """'Department code' before 'Department', where just one of the columns says that it holds codes.

    codes: fields that hold codes → whether they are required; then the other columns must say that they hold names.
    """
    found = {}
    for name in conflicts.keys() & codes.keys():
        words = {column: set(loose_form(headings[column]).split()) for column in conflicts[name]}
        exact = [column for column in words if words[column] & _CODE_WORDS]
        others_are_names = all(words[column] & _NAME_WORDS for column in words.keys() - set(exact))
        if len(exact) == 1 and (others_are_names or not codes[name]):
            found[name] = exact[0]
    return found
