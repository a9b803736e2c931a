"""A run as a PDF: the tenant's name, what was asked, a table with its head on every page, totals, page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any

from flask_babel import gettext as _

from app.platform import pdf
from app.platform.errors import Invalid
from app.platform.look import dates
from app.platform.look.states import LOOKS
from app.reports.breadths import shared_out
from app.reports.documents import Document, Head, cell

MOST_ROWS = 20_000
ROW, SIZE, MARGIN = 6.0, 8.0, 10.0  # millimetres, points, millimetres
SMALLER = 7.0  # points, of tables that are too broad
MEASURED, LONGEST = 500, 5  # rows that are looked at for how broad a column is, and texts of each that are measured
RTL_MARK = "\u200f"
PADDING = 2.5  # millimetres
LOGO = (50.0, 12.0)  # millimetres at most, broad and high
BROADEST = 0.24  # millimetres of the broadest letters, for each point of their size
_ARABIC = re.compile("[\u0600-\u06ff]")


class _Page(pdf.Document):
    """Landscape A4 with a line below that says whose, what and which page."""

    def __init__(self, head: Head) -> None:
        super().__init__(landscape=True, title=head.title)
        self.said, self.size = head, SIZE
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_author(head.tenant)
        self.set_creation_date(datetime.fromisoformat(head.made_at))
        self.fits: dict[tuple[str, float, str], str] = {}

    def _shape(self, text: str) -> None:
        """Only Arabic needs its letters joined; the rest is written three times as fast without."""
        if _ARABIC.search(text):
            super()._shape(text)
        elif self.text_shaping:
            self.set_text_shaping(False)

    def write_foot(self, number: int, pages: int) -> None:
        """The tenant, the report and the page, at the lower edge of the page that is drawn on."""
        self.set_y(-12)
        said = _("Page %(page)s of %(pages)s", page=number, pages=pages)
        self.write_line(f"{self.said.tenant} · {self.said.title} · {said}", size=7, align="centre", colour=pdf.SOFT)


def write(document: Document, target: IO[bytes]) -> None:
    """Write the PDF. Invalid `too_many_rows` beyond `MOST_ROWS`."""
    page = _Page(document.head)
    rows = document.rows()
    first = list(islice(rows, MEASURED))
    widths = _widths(page, document.head, first)
    _open_page(page)
    _heads(page, widths)
    for count, row in enumerate(chain(first, rows)):
        if count >= MOST_ROWS:
            raise Invalid(_("This report has more than %(most)s rows. Take the workbook, or narrow it.",
                            most=MOST_ROWS), code="too_many_rows")
        if page.get_y() + ROW > page.h - 14:
            page.add_page()
            _heads(page, widths)
        _row(page, widths, row)
    if not document.totals["rows"]:
        page.write_line(_("No row fits the filters above."), size=9, colour=pdf.SOFT)
    _totals(page, document)
    page.close_pages(page.write_foot)
    target.write(page.output())


def _open_page(page: _Page) -> None:
    head = page.said
    page.add_page()
    if head.logo:
        page.write_picture(head.logo, most=LOGO, top=MARGIN)
    page.write_line(head.title, size=15, bold=True)
    parts = f"{RTL_MARK} · " if page.is_rtl else " · "  # else the day goes to the left of a name that is Latin
    page.write_line(parts.join([head.tenant, dates.instant(datetime.fromisoformat(head.made_at))]), size=9,
                    colour=pdf.SOFT)
    for what, which in head.filters:
        page.write_line(f"{what}: {which}", size=9)
    page.ln(2)


def _widths(page: _Page, head: Head, rows: list[list[Any]]) -> list[float]:
    """The breadth of each column, by what stands in it; the letters become smaller where that makes room."""
    natural = [_natural(page, column, {row[place] for row in rows}) for place, column in enumerate(head.columns)]
    room = page.w - 2 * MARGIN
    if sum(natural) > room:
        page.size = SMALLER
        natural = [one * SMALLER / SIZE for one in natural]
    return shared_out(natural, [column[2] == "text" for column in head.columns], room)


def _natural(page: _Page, column: list[Any], values: set[Any]) -> float:
    """What a column takes to be read whole: its head, and the longest of its values."""
    kind = column[2]
    shown = {_shown(kind, date(2026, month, 28).isoformat()) for month in range(1, 13)} if kind == "date" else {
        _shown(kind, value) for value in values}
    page.set_font(pdf.FAMILY, "B", SIZE)
    head = _breadth(page, column[1])
    page.set_font(pdf.FAMILY, "", SIZE)
    return PADDING + max([head, *(_breadth(page, text) for text in sorted(shown, key=_by_length)[-LONGEST:])])


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text


def _breadth(page: _Page, text: str) -> float:
    page._shape(text)
    return float(page.get_string_width(text))


def _placed(page: _Page, widths: list[float]) -> Iterator[tuple[float, list[Any]]]:
    """The columns as they are read, each with its breadth; the page stands where the next one begins."""
    at = page.w - MARGIN if page.is_rtl else MARGIN
    for width, column in zip(widths, page.said.columns, strict=True):
        page.set_x(at - width if page.is_rtl else at)
        at = page.x if page.is_rtl else at + width
        yield width, column


def _heads(page: _Page, widths: list[float]) -> None:
    page.set_text_color(pdf.INK)
    page.set_font(pdf.FAMILY, "B", page.size)
    page.set_fill_color("#EDF0F2")
    page.set_draw_color("#D5DADF")
    for width, column in _placed(page, widths):
        page.write_cell(width, ROW + 1, _fitted(page, column[1], width), align=_align(page, column[2]), fill=True)
    page.ln(ROW + 1)
    page.set_font(pdf.FAMILY, "", page.size)


def _row(page: _Page, widths: list[float], row: list[Any]) -> None:
    for value, (width, column) in zip(row, _placed(page, widths), strict=True):
        kind, shown = column[2], _shown(column[2], value)
        is_state = kind == "state" and value in LOOKS
        if is_state:
            page.set_text_color(LOOKS[value].light.ink)
            page.set_fill_color(LOOKS[value].light.ground)
        page.write_cell(width, ROW, _fitted(page, shown, width), align=_align(page, kind), fill=is_state)
        if is_state:
            page.set_text_color(pdf.INK)
    page.ln(ROW)


def _shown(kind: str, value: Any) -> str:
    if kind == "date" and value:
        return dates.day(date.fromisoformat(value))
    return f"{value:g}" if isinstance(value, float) and kind == "number" else str(cell(kind, value))


def _align(page: _Page, kind: str) -> str:
    return "R" if (kind in ("number", "percent")) != page.is_rtl else "L"


def _fitted(page: _Page, text: str, width: float) -> str:
    """`text`, cut where it is broader than its column; the page is set for its letters."""
    page._shape(text)
    room = width - 2
    if len(text) * page.size * BROADEST < room:
        return text
    asked = text, width, page.font_style
    if asked not in page.fits:
        page.fits[asked] = _cut(page, text, room)
    return page.fits[asked]


def _cut(page: _Page, text: str, room: float) -> str:
    if page.get_string_width(text) <= room:
        return text
    while text and page.get_string_width(text + "…") > room:
        text = text[:-1]
    return text + "…"


def _totals(page: _Page, document: Document) -> None:
    totals, labels = document.totals, {column[0]: column[1] for column in document.head.columns}
    said = [f"{_('Rows')}: {totals['rows']}"]
    said += [f"{cell('state', value)}: {number}" for value, number in totals["counts"].items()]
    said += [f"{labels[name]}: {dates.number(value)}" for name, value in totals["sums"].items()]
    page.ln(2)
    for line in said:
        if page.get_y() + ROW > page.h - 14:
            page.add_page()
        page.write_line(line, size=9, bold=line == said[0])
