"""The matrix as a workbook that looks like the grid: frozen heads, the colours of the states, a legend."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, Any

import xlsxwriter
from flask_babel import get_locale
from flask_babel import gettext as _

from app.compliance import drawing, grid
from app.compliance.grid import Cell, Grid, Wanted
from app.courses.models import Course
from app.enrollments.facts import State
from app.exports import operations as exports
from app.platform.errors import Invalid
from app.platform.look import dates
from app.platform.look.states import STATES
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import RIGHT_TO_LEFT, localised

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CELLS = 1_000_000
AT_ONCE = 100_000  # cells that are drawn while somebody waits: about a second
Tell = Callable[[int, int], None]
PERSON = 4  # columns before the first course
HEAD = {"bold": True, "bg_color": "#EDF0F2", "border": 1, "border_color": "#D5DADF", "text_wrap": True}
PLAIN = {"quote_prefix": True}  # text stays text, whatever it begins with


def write(actor: Any, wanted: Wanted) -> IO[bytes]:
    """The whole grid, narrowed by `wanted`, as an open file. On record before it leaves; refuses as `draw`."""
    file, rows = draw(actor, wanted, lambda *_far: None)
    with unit_of_work():
        exports.note_export(actor, resource="matrix", format="xlsx", rows=rows, filters=_filters(wanted))
    return file


def draw(actor: Any, wanted: Wanted, tell: Tell) -> tuple[IO[bytes], int]:
    """The whole grid as an open file, from its start, and how many people it has. `tell` is told how many of them
    are done, and of how many.

    Invalid `too_many_cells` beyond `MOST_CELLS`.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by whoever takes it
    locale = get_locale()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False,
                                    "strings_to_urls": False, "in_memory": False}) as book:
        sheet, legend = book.add_worksheet(_("Matrix")[:31]), book.add_worksheet(_("Legend")[:31])
        if locale is not None and locale.language in RIGHT_TO_LEFT:
            sheet.right_to_left()
            legend.right_to_left()
        rows = _fill(book, sheet, actor, wanted, tell)
        _explain(book, legend, wanted)
    file.seek(0)
    return file, rows


def _filters(wanted: Wanted) -> dict[str, str]:
    return {name: str(value) for name, value in vars(wanted).items() if value}


def _fill(book: Any, sheet: Any, actor: Any, wanted: Wanted, tell: Tell) -> int:
    formats = {state: book.add_format({"font_color": look.light.ink, "bg_color": look.light.ground, "border": 1,
                                       "border_color": "#FFFFFF", "align": "center", **PLAIN})
               for state, look in STATES.items()}
    plain, count, whole = book.add_format(PLAIN), 0, grid.size(actor, wanted).people
    for part in grid.everybody(actor, wanted):
        if count == 0:
            _heads(book, sheet, part.courses)
        if (count + len(part.people)) * len(part.courses) > MOST_CELLS:
            raise Invalid(_("This is more than a workbook should hold. Narrow the matrix first."),
                          code="too_many_cells")
        for person in part.people:
            count += 1
            _row(sheet, count, person, part, formats, plain, wanted)
        tell(count, whole)
    return count


def _heads(book: Any, sheet: Any, courses: Any) -> None:
    head = book.add_format(HEAD | PLAIN)
    turned = book.add_format(HEAD | PLAIN | {"rotation": 60, "valign": "bottom"})
    sheet.set_row(0, 110)
    sheet.freeze_panes(1, PERSON)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, PERSON - 1, 24)
    sheet.set_column(PERSON, PERSON + max(0, len(courses) - 1), 13)
    for column, text in enumerate((_("Number"), _("Employee"), _("Department"), _("Job role"))):
        sheet.write_string(0, column, text, head)
    for column, course in enumerate(courses, start=PERSON):
        sheet.write_string(0, column, _course(course), turned)


def _course(course: Course) -> str:
    return f"{course.code} {localised(course)}"


def _row(sheet: Any, number: int, person: Any, part: Grid, formats: dict[str, Any], plain: Any,
         wanted: Wanted) -> None:
    facts = (person.number, localised(person), str(person.department or ""), str(person.job_role or ""))
    for column, text in enumerate(facts):
        sheet.write_string(number, column, text, plain)
    for column, (_course, cell) in enumerate(part.row(person.id), start=PERSON):
        if cell is not None:
            sheet.write_string(number, column, _text(cell, wanted), formats[cell.state])


def _text(cell: Cell, wanted: Wanted) -> str:
    """The sign of the grid, and the day on which the certificate ends."""
    ends = dates.day(cell.expires_on) if cell.expires_on is not None and cell.expires_on.year < 9999 else ""
    shown = drawing.SIGNS[State.EXPIRING_SOON] if cell.state == "expiring_soon" else drawing.sign(cell, wanted.day)
    return f"{shown} {ends}".strip() if cell.is_required else f"({f'{shown} {ends}'.strip()})"


def _explain(book: Any, sheet: Any, wanted: Wanted) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 60)
    for number, (state, look) in enumerate(STATES.items()):
        colours = book.add_format({"font_color": look.light.ink, "bg_color": look.light.ground, "align": "center"})
        sheet.write_string(number, 0, drawing.SIGNS[State(state)], colours)
        sheet.write_string(number, 1, str(look.word))
    notes = ((drawing.NOT_DUE, _("Not due yet: the grace for newcomers is still running")),
             ("( )", _("In brackets: not required of this person")),
             ("", _("As of %(day)s", day=dates.day(wanted.day))))
    for number, (shown, text) in enumerate(notes, start=len(STATES)):
        sheet.write_string(number, 0, shown)
        sheet.write_string(number, 1, text)
