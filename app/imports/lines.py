"""A file as parsed lines: which sheet, which table, which column feeds which field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.imports.field_names import known_names, names_of_all, specs
from app.imports.files.cells import CellError
from app.imports.importer import Importer, Values
from app.imports.outcomes import Mark
from app.imports.parsing import ColumnReader, Read
from app.imports.questions import Question
from app.imports.reader import Workbook
from app.imports.table_rows import LeftOut, TableRow, table_rows
from app.imports.tables import Heading, Table
from app.imports.values import as_text
from app.imports.wording import is_blank, normal_form
from app.platform.errors import DomainError, Invalid

MOST_ROWS = 200_000
BY_COURSE = ("across", "expiries")  # of a mapping: position to course, not field to positions
_LABELLED = re.compile(r"([^:：]+)[:：]\s*(\S.*)", re.DOTALL)
NOT_DONE = (None, Mark.NOT_APPLICABLE, Mark.CLEAR)


@dataclass(slots=True)
class Line:
    """A line of the file: what it wants (`values`: field to value, None to clear) and what is wrong with it.

    `number` is the sheet's row, `place` the column of a tracker counted from 1 (else 0), `cells` the line as
    it stands in the file. `notes` say what a person should know about a line that is not refused;
    `is_left_alone`: it says nothing that could be imported.
    """

    number: int
    place: int
    cells: list[Any]
    values: Values
    errors: list[DomainError]
    notes: list[DomainError] = field(default_factory=list)
    is_left_alone: bool = False


@dataclass(slots=True)
class Parsed:
    """A file read: its lines, the rows that are none of them (number, why), and what has to be asked."""

    lines: list[Line]
    left_out: list[tuple[int, LeftOut]]
    questions: list[Question]


def table_as_dict(sheet: int, table: Table) -> dict[str, Any]:
    """Where the rows of a batch are, as the batch keeps it."""
    return {"sheet": sheet, "header": table.header, "first_row": table.first_row,
            "headings": [[heading.column, heading.text, heading.written] for heading in table.headings]}


def table_of(kept: Mapping[str, Any]) -> Table:
    """The table that `table_as_dict` kept."""
    header = tuple(kept["header"]) if kept["header"] else None
    return Table(header, kept["first_row"], tuple(Heading(*one) for one in kept["headings"]),  # type: ignore[arg-type]
                 0, 0, 0.0, "")


def read_rows(workbook: Workbook, table: Mapping[str, Any], known: Collection[str] = (),
              foreign: Collection[str] = ()) -> Iterator[TableRow]:
    """The rows of the batch's table, those that are no data included. known, foreign: see `table_rows`."""
    yield from table_rows(workbook.sheets[table["sheet"]], table_of(table), known, foreign)


def parse_file(importer: Importer, workbook: Workbook, table: Mapping[str, Any], mapping: Mapping[str, Any],
               answers: Mapping[str, Any]) -> Parsed:
    """Read the file's table into lines. Raises Invalid where the file can not be read, or is too long."""
    readers = _readers(importer, mapping, answers, workbook.date1904, [one[2] for one in table["headings"]])
    across = {int(position): course for position, course in mapping.get("across", {}).items()}
    own = _own_readers(importer, across, answers, workbook.date1904)
    rows, left_out, above, groups = [], [], dict[str, str](), list[dict[str, str]]()
    labels = _group_labels(importer, mapping)
    for row in read_rows(workbook, table, known_names(importer), names_of_all()):
        if row.left_out is not None:
            said = _group(labels, row) if row.left_out is LeftOut.NOTE else {}
            above = {**above, **said}
            left_out.append((row.number, LeftOut.GROUP if said else row.left_out))
            continue
        rows.append(row)
        groups.append(above)
        if len(rows) > MOST_ROWS:
            raise Invalid(_("This file has more than %(limit)s rows. Split it.", limit=MOST_ROWS), code="too_many_rows")
    _see(importer, readers, own, rows)
    if importer.wide:
        until = {course: int(position) for position, course in mapping.get("expiries", {}).items()}
        lines = list(_tracker_lines(importer, readers, across, own, rows, until))
        readers[importer.wide.cell].ask_for(own.values())
    else:
        lines = list(_lines(importer, readers, rows))
        for line, said in zip(lines, groups, strict=True):
            line.values.update({name: text for name, text in said.items() if name not in line.values})
    return Parsed(lines, left_out, [question for reader in readers.values() for question in reader.questions()])


def _group_labels(importer: Importer, mapping: Mapping[str, Any]) -> dict[str, str]:
    """What the rows between may call a field that no column feeds: 'Department: Operations'."""
    free = {one.name for one in importer.fields if one.target is not None and one.name not in importer.key
            and not mapping.get(one.name)} if importer.wide is None else set()
    return {normal_form(name): one.name for one in specs(importer) if one.name in free
            for name in (*one.aliases, *one.arabic)}


def _group(labels: Mapping[str, str], row: TableRow) -> dict[str, str]:
    found = next((_LABELLED.fullmatch(as_text(cell)) for cell in row.values if not is_blank(cell)), None)
    name = labels.get(normal_form(found[1])) if found else None
    return {name: found[2].strip()} if found and name else {}


def by_course(importer: Importer) -> set[str]:
    """The fields that the columns of a tracker's courses give."""
    wide = importer.wide
    return {name for name in (wide.across, wide.cell, wide.until) if name} if wide else set()


def _readers(importer: Importer, mapping: Mapping[str, Any], answers: Mapping[str, Any], date1904: bool,
             headings: Sequence[str]) -> dict[str, ColumnReader]:
    columns = {name: positions for name, positions in mapping.items() if name not in BY_COURSE and positions}
    if importer.wide:  # the cells of every course column are one field, so one order of dates
        columns[importer.wide.cell] = [int(position) for position in mapping.get("across", {})]
        if importer.wide.until:
            columns[importer.wide.until] = [int(position) for position in mapping.get("expiries", {})]
    last_key = max((columns[name][0] for name in importer.key if columns.get(name)), default=-1)
    return {name: ColumnReader(importer.field(name), positions, importer.schema, answers, date1904,
                               may_group=importer.field(name).target is not None and positions[0] < last_key,
                               heading=headings[positions[0]])
            for name, positions in columns.items() if positions}


def _see(importer: Importer, readers: dict[str, ColumnReader], own: dict[int, ColumnReader],
         rows: Sequence[TableRow]) -> None:
    lines, numbers = [row.values for row in rows], [row.number for row in rows]
    for name, reader in readers.items():
        if importer.wide and name == importer.wide.cell:
            for position, one in own.items():
                cells = [line[position] for line in lines]
                reader.see_cells(cells, numbers)
                one.see_cells(cells, numbers)
        elif importer.wide and name == importer.wide.until:
            for position in reader.positions:
                reader.see_cells([line[position] for line in lines], numbers)
        elif reader.is_dated:
            told = _told(importer, readers, name, lines)
            reader.see([lines[place] for place in told], [numbers[place] for place in told])
        else:
            reader.see(lines, numbers)


def _told(importer: Importer, readers: dict[str, ColumnReader], name: str, lines: Sequence[list[Any]]) -> list[int]:
    """The places of the lines that say which row they are about. A date in another line, as below a printed page, is
    no evidence."""
    keys = [readers[key].positions[0] for key in importer.key if key != name and key in readers]
    blank = {position: {cell for cell in {line[position] for line in lines} if is_blank(cell)} for position in keys}
    return [place for place, line in enumerate(lines) if not any(line[key] in blank[key] for key in keys)]


def _lines(importer: Importer, readers: dict[str, ColumnReader], rows: Sequence[TableRow]) -> Iterator[Line]:
    names, cells = list(readers), [row.values for row in rows]
    columns = [reader.read(cells) for reader in readers.values()]
    has_blanks, odd_places = any(one.has_blanks for one in columns), set[int]().union(*(one.odd for one in columns))
    for place, (row, read) in enumerate(zip(rows, zip(*(one.values for one in columns), strict=True), strict=True)):
        if has_blanks:
            values = {name: value for name, value in zip(names, read, strict=True) if value is not None}
        else:
            values = dict(zip(names, read, strict=True))
        line = Line(row.number, 0, row.values, values, [])
        if place in odd_places:
            _note_odd(line, {name: one.odd[place] for name, one in zip(names, columns, strict=True)
                             if place in one.odd})
        if importer.complete is not None and not line.is_left_alone:
            importer.complete(values)
        yield line


def _note_odd(line: Line, odd: Mapping[str, Read]) -> None:
    """Take over what cells say that is no value."""
    for name, (value, error) in odd.items():
        line.values.pop(name, None)
        if value is Mark.BOOKED and error is not None:  # nothing is wrong with the line, and nothing happened either
            line.notes.append(error)
        elif error is not None:
            line.errors.append(error)
        elif value is Mark.CLEAR:
            line.values[name] = None
    if line.notes:
        line.errors.clear()
        line.is_left_alone = True


def _own_readers(importer: Importer, across: Mapping[int, str], answers: Mapping[str, Any],
                 date1904: bool) -> dict[int, ColumnReader]:
    """A reader for each course's column: where all its dates tell their order, the other columns' does not matter."""
    if importer.wide is None:
        return {}
    cell = importer.field(importer.wide.cell)
    rest = {key: answer for key, answer in answers.items() if key != f"{cell.name}:order"}
    return {position: ColumnReader(cell, [position], importer.schema, rest, date1904) for position in across}


def _tracker_lines(importer: Importer, readers: dict[str, ColumnReader], across: dict[int, str],
                   own: dict[int, ColumnReader], rows: Sequence[TableRow], until: dict[str, int]) -> Iterator[Line]:
    wide, cells = importer.wide, [row.values for row in rows]
    assert wide is not None
    people = readers[wide.down].read(cells)
    columns = {position: (one if one.has_order else readers[wide.cell]).read_cells([line[position] for line in cells])
               for position, one in own.items()}
    ends = {course: readers[str(wide.until)].read_cells([line[position] for line in cells])
            for course, position in until.items()}
    for place, row in enumerate(rows):
        who, unknown = people.at(place)
        for position, course in across.items():
            value, error = columns[position].at(place)
            if error is None and value in NOT_DONE:
                continue
            if value is Mark.BOOKED:
                yield _booked(row, position, {wide.down: who, wide.across: course}, error)
                continue
            end, wrong = ends[course].at(place) if course in ends else (None, None)
            given = _given({wide.down: who, wide.across: course, wide.cell: value, str(wide.until): end})
            if importer.complete is not None:
                importer.complete(given)
            problems = (unknown, error, None if end is Mark.BOOKED else wrong)
            errors = [found for found in problems if found is not None]
            yield Line(row.number, position + 1, row.values, given, errors)


def _booked(row: TableRow, position: int, values: Values, note: DomainError | None) -> Line:
    """A cell that says 'booked': nothing is wrong with it, and nothing was completed either."""
    return Line(row.number, position + 1, row.values, _given(values), [], [note] if note else [], is_left_alone=True)


def _given(values: Values) -> Values:
    return {name: value for name, value in values.items() if value is not None and not isinstance(value, Mark)}


def display(cells: Sequence[Any]) -> list[str]:
    """A line's cells as texts, for showing them."""
    return ["" if cell is None else cell.code if isinstance(cell, CellError) else as_text(cell)[:200] for cell in cells]
