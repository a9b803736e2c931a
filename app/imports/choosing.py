"""Which sheet, which header and which columns of a file are meant: what is found, for a person to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate, islice, pairwise
from typing import Any

from flask_babel import gettext as _

from app.imports.columns import Proposal, match_columns
from app.imports.field_names import known_names, specs
from app.imports.importer import Field, Importer
from app.imports.layouts import expiry_columns, wide_layout
from app.imports.lines import BY_COURSE, by_course, display, read_rows, table_as_dict
from app.imports.parsing import choice_words
from app.imports.questions import Question
from app.imports.reader import Workbook
from app.imports.tables import SheetChoice, Table, is_sheet_ambiguous, rank_sheets, table_at
from app.imports.wording import normal_form
from app.platform.errors import Invalid

SAMPLES = 3
NO_HEADER = 0


def choose_table(importer: Importer, workbook: Workbook, sheet: int | None = None,
                 header: int | None = None) -> dict[str, Any]:
    """Where the rows are, as the batch keeps it, with what a person can choose instead.

    sheet: index, when a person chose one. header: the row that a person pointed out, NO_HEADER for none.
    Raises Invalid sheet_unknown, and no_rows where the workbook holds nothing but blank sheets.
    """
    if sheet is not None and not 0 <= sheet < len(workbook.sheets):
        raise Invalid(_("Choose one of the sheets of the file."), field="sheet", code="sheet_unknown")
    ranked = rank_sheets(workbook.sheets, known_names(importer))
    chosen = ranked[0] if sheet is None else next(
        (choice for choice in ranked if choice.sheet is workbook.sheets[sheet]), ranked[0])
    table = chosen.findings.best if header is None else table_at(chosen.sheet, header or None)
    if table is None or not table.headings:
        raise Invalid(_("There are no rows in this file. Choose another sheet, or check that it was saved."),
                      code="no_rows")
    index = next(place for place, one in enumerate(workbook.sheets) if one is chosen.sheet)
    kept = table_as_dict(index, table) | _alternatives(workbook, ranked, chosen, table)
    return kept | {"is_ambiguous": sheet is None and header is None and (
        is_sheet_ambiguous(ranked) or chosen.findings.ambiguous or table.header is None),
        "samples": _samples(workbook, kept)}


def _alternatives(workbook: Workbook, ranked: list[SheetChoice], chosen: SheetChoice, table: Table) -> dict[str, Any]:
    places = {id(sheet): place for place, sheet in enumerate(workbook.sheets)}
    return {
        "sheets": [[places[id(choice.sheet)], choice.sheet.name, choice.reason] for choice in ranked],
        "headers": [[one.header[1] if one.header else NO_HEADER, one.reason] for one in chosen.findings.tables],
        "reason": table.reason,
    }


def _samples(workbook: Workbook, kept: Mapping[str, Any]) -> list[list[str]]:
    rows = (row for row in read_rows(workbook, kept) if row.left_out is None)
    shown = [display(row.values) for row in islice(rows, 25)]
    return [[cell for cell in column if cell][:SAMPLES] for column in zip(*shown, strict=False)] if shown else []


def propose(importer: Importer, table: Mapping[str, Any], remembered: Mapping[str, str | None]) -> Proposal:
    """Which heading probably feeds which field; positions are places in the line."""
    headings = [(place, written) for place, (_column, _text, written) in enumerate(table["headings"])]
    proposal = match_columns(headings, specs(importer), remembered)
    beside = _beside(proposal, [column for column, _text, _written in table["headings"]])
    return match_columns([(place, "" if place in beside else written) for place, written in headings],
                         specs(importer), remembered) if beside else proposal


def in_conflict(importer: Importer, table: Mapping[str, Any], mapping: Mapping[str, Any]) -> set[str]:
    """Headings that could feed a field which was given no column: left open is not the same as 'ignore it'."""
    proposal = propose(importer, table, {})
    places = {place for name, found in proposal.conflicts.items() if not mapping.get(name) for place in found}
    return {normal_form(table["headings"][place][2]) for place in places}


def open_columns(importer: Importer, table: Mapping[str, Any], mapping: Mapping[str, Any]) -> list[Question]:
    """What to ask about fields without a column for which several could be meant, and which nobody chose."""
    used = {place for name, places in mapping.items() if name not in BY_COURSE for place in places}
    found = {name: [place for place in places if place not in used]
             for name, places in propose(importer, table, {}).conflicts.items()
             if not mapping.get(name) and name not in by_course(importer)}
    return [Question(f"{name}:column", name, "column", (*map(str, places), "none"),
                     {"headings": [table["headings"][place][1] for place in places]})
            for name, places in found.items() if len(places) > 1]


def answered(mapping: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with the columns that were chosen when asked."""
    chosen = {key.removesuffix(":column"): [int(answer)] for key, answer in answers.items()
              if key.endswith(":column") and answer.isdigit()}
    return {**mapping, **chosen}


def _beside(proposal: Proposal, columns: list[int]) -> set[int]:
    """Columns in conflict that stand in another block of columns than most that are known: a table beside the table."""
    blocks = list(accumulate((at - before > 1 for before, at in pairwise(columns)), initial=0))
    known = Counter(blocks[match.column] for match in proposal.matches if match.field)
    main = known.most_common(1)[0][0] if known else 0
    return {place for places in proposal.conflicts.values() if any(blocks[place] == main for place in places)
            for place in places if blocks[place] != main}


def proposed_mapping(importer: Importer, proposal: Proposal, table: Mapping[str, Any],
                     courses: Mapping[str, str]) -> dict[str, Any]:
    """Field to positions, as far as the proposal is certain; for a tracker also position to course.

    `courses`: code to name of what the headings of a tracker may mean.
    """
    mapping: dict[str, Any] = {one.name: list(proposal.columns_of(one.name)) for one in importer.fields}
    _move_by_content(importer, table, mapping)
    if importer.wide is not None:
        headings = [(place, written) for place, (_column, _text, written) in enumerate(table["headings"])]
        found = {str(column): course for column, course, _heading in wide_layout(headings, courses)}
        mapping["across"] = found
        until = expiry_columns(headings, {int(place): course for place, course in found.items()}, courses)
        mapping["expiries"] = {str(column): course for column, course in until.items()} if importer.wide.until else {}
    return {name: value for name, value in mapping.items() if value}


def _move_by_content(importer: Importer, table: Mapping[str, Any], mapping: dict[str, Any]) -> None:
    """Where a column's first values are none of a field's choices, and another field goes by the same heading: that.

    'Validity' may hold the kind ('Does not expire') or the length ('24 months').
    """
    samples = table.get("samples") or []
    for one in (one for one in importer.fields if one.choices is not None):
        for place in mapping[one.name][:1]:
            shown = {normal_form(text) for text in samples[place]} if place < len(samples) else set()
            other = _also_called(importer, one, table["headings"][place][2])
            if shown and other and not mapping[other] and not shown & choice_words(one).keys():
                mapping[other], mapping[one.name] = [place], []


def _also_called(importer: Importer, field: Field, heading: str) -> str | None:
    form = normal_form(heading)
    return next((one.name for one in importer.fields if one is not field and one.type != field.type
                 and form in map(normal_form, (*one.headings, *one.arabic))), None)


def check_mapping(importer: Importer, table: Mapping[str, Any], mapping: Mapping[str, Any]) -> None:
    """Refuse a mapping that can not be read: a key or a required field without column, a column that is none.

    Raises Invalid column_missing (one for each field), column_unknown, courses_missing.
    """
    width = len(table["headings"])
    used = [place for name, places in mapping.items() if name not in BY_COURSE for place in places]
    used += [int(place) for name in BY_COURSE for place in mapping.get(name, {})]
    if any(not 0 <= place < width for place in used):
        raise Invalid(_("Choose one of the columns of the file."), code="column_unknown")
    given = {name for name, places in mapping.items() if places}
    wide = by_course(importer)
    missing = [one for one in importer.fields if one.name in importer.key and one.name not in given | wide]
    if missing:
        raise Invalid.all(Invalid(_("Choose the column that holds %(field)s.", field=one.label), field=one.name,
                                  code="column_missing") for one in missing)
    if importer.wide and not mapping.get("across"):
        raise Invalid(_("Choose at least one column that stands for a course."), code="courses_missing")
