"""Find the table in a sheet: below which titles it starts, what its columns are called, which sheet to take.

Nothing here is certain, so everything found comes ranked and with its reason, and says when two answers are
nearly as good (`ambiguous`): then a person is asked.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from app.imports.header_rows import Block, header_block
from app.imports.reader import Sheet
from app.imports.row_kinds import Line, Look
from app.imports.wording import is_blank, normal_form, plain

_SAMPLE = 150  # rows looked at from the top: titles and header are near it
_TITLES = 5  # so many lines of labels and values may stand above a header
_CLOSE = 0.12  # difference in score within which two answers are 'nearly as good'


@dataclass(frozen=True)
class Heading:
    """A column of the table: its place in the sheet (0 is column A) and what it is called there.

    `text` is unique within the table ('Date (2)', 'Column C'); `written` is what the sheet says, '' for nothing.
    """

    column: int
    text: str
    written: str


@dataclass(frozen=True)
class Table:
    """A table that a sheet may hold. `header` is its first and last heading row, None when it has none.

    Rows count from 1 as Excel shows them. `rows` is how many rows follow within the part looked at. `reason`
    tells a person why this is thought to be the header.
    """

    header: tuple[int, int] | None
    first_row: int
    headings: tuple[Heading, ...]
    rows: int
    known: int
    score: float
    reason: str


@dataclass(frozen=True)
class Findings:
    """The tables that a sheet may hold, best first; none for a blank sheet.

    A person is asked when `ambiguous`, and when the best has no header.
    """

    tables: tuple[Table, ...]
    ambiguous: bool

    @property
    def best(self) -> Table | None:
        """The likeliest table."""
        return self.tables[0] if self.tables else None


@dataclass(frozen=True)
class SheetChoice:
    """A sheet with what was found in it and why it ranks where it does."""

    sheet: Sheet
    findings: Findings
    score: float
    reason: str


def find_tables(sheet: Sheet, known: Collection[str] = ()) -> Findings:
    """The tables at the top of `sheet`.

    known: normal and loose forms of the headings that the import understands (`columns.known_headings`);
    a row with some of them is preferred.
    """
    look = _look(sheet)
    if not look.lines:
        return Findings((), ambiguous=False)
    blocks = _rivals(
        [block for block in (header_block(look, place, known) for place in range(len(look.lines))) if block]
    )
    tables = tuple(_table(look, block) for block in sorted(blocks, key=lambda block: -block.score))
    if not tables:
        return Findings((_headerless(look),), ambiguous=False)
    ambiguous = len(tables) > 1 and tables[0].score - tables[1].score < _CLOSE
    return Findings(tables, ambiguous)


def table_at(sheet: Sheet, row: int | None) -> Table:
    """The table whose header a person has pointed out: `row` as Excel counts, None for 'it has no header'."""
    look = _look(sheet, row or 1)
    at = next((place for place, line in enumerate(look.lines) if line.number == row), None)
    if at is None:
        return _headerless(look)
    line = look.lines[at]
    block = Block((line.number, line.number), at, at, dict.fromkeys(line.cells, ""), 0, 1.0)
    texts = {column: plain(str(value)) for column, value in line.cells.items()}
    return replace(_table(look, replace(block, texts=texts)), reason=_("You chose this row as the header."))


def rank_sheets(sheets: Collection[Sheet], known: Collection[str] = ()) -> list[SheetChoice]:
    """The sheets of a workbook, the likeliest first: known headings count most, then size; hidden ones come last."""
    choices = [_choice(sheet, find_tables(sheet, known)) for sheet in sheets]
    return sorted(choices, key=lambda choice: -choice.score)


def is_sheet_ambiguous(ranked: list[SheetChoice]) -> bool:
    """Whether two sheets are about equally likely to be meant."""
    return len(ranked) > 1 and ranked[1].score > 0 and ranked[0].score - ranked[1].score < 1


def _choice(sheet: Sheet, findings: Findings) -> SheetChoice:
    table = findings.best
    if table is None:
        return SheetChoice(sheet, findings, -10.0, _("The sheet is empty."))
    rows = max(sheet.estimated_rows, table.rows)
    score = 3.0 * table.known + math.log10(rows + 1) + min(len(table.headings), 10) / 10
    if sheet.hidden:
        return SheetChoice(sheet, findings, score - 100, _("The sheet is hidden."))
    if not table.rows:
        return SheetChoice(sheet, findings, score - 5, _("The sheet has headings and no rows."))
    if table.known:
        known = _("%(known)s of its headings are known.", known=table.known)
        return SheetChoice(sheet, findings, score, known)
    return SheetChoice(
        sheet, findings, score, _("It has about %(rows)s rows; no heading is known.", rows=rows)
    )


def _look(sheet: Sheet, needed: int = 1) -> Look:
    lines: list[Line] = []
    for row in sheet.rows():
        cells = {column: value for column, value in enumerate(row.values) if not is_blank(value)}
        if cells:
            lines.append(Line(row.number, cells))
        if len(lines) >= _SAMPLE and row.number >= needed:
            break
    return Look(lines, sheet.merges)


def _rivals(blocks: list[Block]) -> list[Block]:
    """Leave out rows that are data of the table whose header stands above them."""
    kept: list[Block] = []
    for block in blocks:
        if not any(_is_data_of(block, above) for above in kept):
            kept = [above for above in kept if not _outdone(above, block)]
            kept.append(block)
    return kept


def _is_data_of(block: Block, above: Block) -> bool:
    if block.place <= above.last_place:
        return True
    if block.known > above.known and block.known >= 2:
        return False
    if block.rows[0] <= above.rows[1]:
        return False
    shared = len(block.texts.keys() & above.texts.keys()) / len(block.texts)
    return shared >= 0.7 and not block.stands_apart and block.score <= above.score + 0.15


def _outdone(above: Block, block: Block) -> bool:
    """Groups that a lower header counts as its own, and a few labels over a wider table ('Prepared by', 'Date')."""
    if block.rows[0] <= above.rows[1] or block.score > above.score + 2 * _CLOSE:
        return True
    is_narrow = above.texts.keys() < block.texts.keys() and block.place - above.last_place <= _TITLES
    return is_narrow and block.score > above.score


def _table(look: Look, block: Block) -> Table:
    body = look.lines[block.last_place + 1 :]
    used = {column for line in body for column in line.cells}
    first, last = min(block.texts), max(block.texts)
    beyond = [column for column in used if column > last and _mostly_used(body, column)]
    columns = [*(column for column in used if column < first), *range(first, last + 1), *beyond]
    wanted = used | _named(look, block)
    kept = [heading for heading in _headings(block.texts, sorted(columns)) if heading.column in wanted]
    score = round(block.score, 3)
    reason = _reason(block, kept)
    return Table(block.rows, block.rows[1] + 1, tuple(kept), len(body), block.known, score, reason)


def _named(look: Look, block: Block) -> set[int]:
    """The columns with a heading of their own, not only under a merged one."""
    first, last = block.rows
    return {column for line in look.lines if first <= line.number <= last for column in line.cells}


def _mostly_used(body: list[Line], column: int) -> bool:
    """A column without heading belongs to the table when a third of the rows fill it; a stray note does not."""
    return sum(column in line.cells for line in body) * 3 >= len(body)


def _headings(texts: dict[int, str], columns: list[int]) -> list[Heading]:
    seen: dict[str, int] = {}
    headings = []
    for column in columns:
        written = texts.get(column, "")
        text = written or _("Column %(letters)s", letters=column_letters(column))
        times = seen[normal_form(text) or text] = seen.get(normal_form(text) or text, 0) + 1
        headings.append(Heading(column, f"{text} ({times})" if times > 1 else text, written))
    return headings


def column_letters(column: int) -> str:
    """The letters of a column as Excel shows them: 0 is 'A', 27 is 'AB'."""
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return letters


def _headerless(look: Look) -> Table:
    width = max(max(line.cells) for line in look.lines) if look.lines else 0
    first = next((line.number for line in look.lines if len(line.cells) * 2 > width), 1)
    columns = sorted({column for line in look.lines if line.number >= first for column in line.cells})
    reason = _("No row looks like a header: the first rows already hold numbers or dates.")
    return Table(None, first, tuple(_headings({}, columns)), len(look.lines), 0, 0.0, reason)


def _reason(block: Block, headings: list[Heading]) -> str:
    first, last = block.rows
    if block.known:
        return _(
            "Row %(row)s has %(known)s known headings out of %(all)s.",
            row=last, known=block.known, all=len(headings),
        )  # fmt: skip
    if first != last:
        return _("Rows %(first)s to %(last)s hold headings in several lines.", first=first, last=last)
    return _(
        "Row %(row)s names %(all)s columns, and the rows below it are filled alike.",
        row=last,
        all=len(headings),
    )
