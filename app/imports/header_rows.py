"""Which rows of a sheet could be its headings, and how much speaks for each.

A header row names columns: mostly words, hardly any twice, over the same columns that the rows below fill, and
unlike those rows in kind. Groups above it ('2024' over three columns) and lines below it that belong to it are
told by merged cells, or by names that would otherwise be doubled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from app.imports.files.cells import Merge
from app.imports.row_kinds import (
    BODY,
    Line,
    Look,
    differs_throughout,
    kind,
    labelness,
    stands_apart,
    usual_kind,
)
from app.imports.wording import heading_parts, loose_form, normal_form, plain

_GROUPS = 3  # rows above a header that may group its columns


@dataclass(frozen=True)
class Block:
    """A header candidate: sheet rows from and to, places among the lines looked at, text per column.

    `known` counts headings that the import understands; `stands_apart` says that a gap and a change of kind
    precede it, as where a second table starts.
    """

    rows: tuple[int, int]
    place: int
    last_place: int
    texts: dict[int, str]
    known: int
    score: float
    stands_apart: bool = False


def header_block(look: Look, place: int, known: Collection[str]) -> Block | None:
    """The candidate whose main row is the line at `place`, or None when that row can not be a header."""
    line = look.lines[place]
    if labelness(line) < 0.25 and not differs_throughout(look, place):
        return None
    last = _last_place(look, place)
    top = _first_place(look, place, line)
    texts = _texts(look, range(top, last + 1))
    matched = _known(texts, known)
    score = _score(look, place, last, texts, matched)
    if score is None:
        return None
    rows = (look.lines[top].number, _bottom(look, place, last))
    return Block(rows, place, last, texts, matched, score, stands_apart(look, place))


# -- extent ----------------------------------------------------------------------------------------------------


def _first_place(look: Look, place: int, line: Line) -> int:
    """The first of the lines directly above that group the columns of this one."""
    names = Counter(normal_form(str(value)) for value in line.cells.values())
    is_doubled = any(times > 1 for times in names.values())
    top = place
    while (
        top > 0
        and place - top < _GROUPS
        and _groups(look, look.lines[top - 1], look.lines[top], line, is_doubled)
    ):
        top -= 1
    return top


def _groups(look: Look, above: Line, below: Line, header: Line, is_doubled: bool) -> bool:
    low, high = min(header.cells), max(header.cells)
    if above.number != below.number - 1 or not all(isinstance(value, str) for value in above.cells.values()):
        return False
    areas = [area for area in look.merges_by_row.get(above.number, ()) if area.right > area.left]
    if any(area.left <= low and area.right >= high for area in areas):
        return False  # a title across the whole table
    if areas:
        return any(low <= area.left and area.right <= high for area in areas) and len(above.cells) >= 1
    inside = all(low <= column <= high for column in above.cells)
    return is_doubled and inside and 2 <= len(above.cells) < len(header.cells)


def _last_place(look: Look, place: int) -> int:
    """The last line that belongs to the header starting at `place`."""
    line = look.lines[place]
    areas = [area for area in look.merges_by_row.get(line.number, ()) if area.top == line.number]
    bottom = max((area.bottom for area in areas if area.bottom - area.top <= 6), default=line.number)
    last = place
    while last + 1 < len(look.lines) and look.lines[last + 1].number <= bottom:
        last += 1
    spans = [area for area in areas if area.right > area.left and area.bottom == area.top]
    if last == place and place + 1 < len(look.lines):
        below, after = look.lines[place + 1], look.lines[place + 2 : place + 3]
        if _continues(below, line, spans) or (not look.merges and after and _splits(below, line, after[0])):
            last += 1
    return last


def _continues(below: Line, line: Line, spans: list[Merge]) -> bool:
    """Names under the merged cells of a header, or hints in brackets under all of it."""
    if below.number != line.number + 1 or not all(isinstance(value, str) for value in below.cells.values()):
        return False
    if all(re.fullmatch(r"[\(\[].*[\)\]]", plain(value)) for value in below.cells.values()):
        return len(below.cells) * 2 > len(line.cells)
    under = all(any(area.left <= column <= area.right for area in spans) for column in below.cells)
    return under and len(line.cells) > len(spans)


def _splits(below: Line, line: Line, after: Line) -> bool:
    """Where a text file lost the merges: words that divide a group, under blanks to its right, above full rows."""
    adds = below.cells.keys() - line.cells.keys()
    return (
        below.number == line.number + 1
        and bool(adds)
        and min(below.cells) > min(line.cells)
        and labelness(below) == 1
        and (line.cells.keys() | adds) <= after.cells.keys()
    )


def _bottom(look: Look, place: int, last: int) -> int:
    """The last sheet row of the header, which a merge may carry below its last line with text."""
    line = look.lines[place]
    areas = [area for area in look.merges_by_row.get(line.number, ()) if area.top == line.number]
    reach = [area.bottom for area in areas if area.bottom - area.top <= 6]
    return max([look.lines[last].number, *reach])


# -- text ------------------------------------------------------------------------------------------------------


def _texts(look: Look, places: range) -> dict[int, str]:
    """Column → its names from top to bottom, a merged name standing over each column that it covers."""
    columns = sorted({column for place in places for column in _covered(look, look.lines[place])})
    rows = [_spread(look, look.lines[place], columns, is_last=place == places[-1]) for place in places]
    texts: dict[int, str] = {}
    for column in columns:
        names = [row[column] for row in rows if row.get(column)]
        names = [name for place, name in enumerate(names) if name not in names[:place]]
        if names:
            texts[column] = " ".join(names)
    return texts


def _covered(look: Look, line: Line) -> set[int]:
    spans = [area for area in look.merges_by_row.get(line.number, ()) if area.top == line.number]
    wide = {
        column
        for area in spans
        if area.right - area.left < 200
        for column in range(area.left, area.right + 1)
    }
    return wide | line.cells.keys() if any(area.left in line.cells for area in spans) else set(line.cells)


def _spread(look: Look, line: Line, columns: list[int], *, is_last: bool) -> dict[int, str]:
    names = {column: plain(str(value)) for column, value in line.cells.items()}
    areas = look.merges_by_row.get(line.number, ())
    for area in areas:
        if area.top == line.number and area.left in names:
            names.update(dict.fromkeys(range(area.left, area.right + 1), names[area.left]))
    if not areas and not is_last:  # a text file keeps no merges: a group reaches to the next one
        current = ""
        for column in columns:
            current = names.setdefault(column, current) or current
    return names


def _known(texts: dict[int, str], known: Collection[str]) -> int:
    forms = (
        {form for part in (text, *heading_parts(text)) for form in (normal_form(part), loose_form(part))}
        for text in texts.values()
    )
    return sum(any(form in known for form in pair if form) for pair in forms) if known else 0


# -- score -----------------------------------------------------------------------------------------------------


def _score(look: Look, place: int, last: int, texts: dict[int, str], known: int) -> float | None:
    """How much speaks for a candidate, about 0 to 1.5; None when too much speaks against it."""
    body = look.lines[last + 1 : last + 1 + BODY]
    labels, coverage = labelness(look.lines[place]), _coverage(texts, body)
    distinct = len({normal_form(text) or text for text in texts.values()}) / len(texts)
    is_known = known >= 2 and known * 2 >= len(texts)
    differs = differs_throughout(look, place)
    if not is_known:
        if (labels < 0.5 and not differs) or coverage < 0.5 or distinct < 0.5 or (place and not body):
            return None
        if _data_likeness(look.lines[place], body) >= 0.2:
            return None
    contrast = _contrast(look.lines[place], body)
    bonus = 0.5 * min(1.0, known / len(texts) + (known >= 3) * 0.3)
    follows = 0.05 if body else 0.0
    return 0.4 * max(labels, differs) + 0.25 * coverage + 0.15 * contrast + 0.15 * distinct + bonus + follows


def _coverage(texts: dict[int, str], body: list[Line]) -> float:
    """The share of the columns filled below that the candidate names."""
    filled = Counter(column for line in body for column in line.cells)
    usual = {column for column, times in filled.items() if times * 3 >= len(body)}
    return len(usual & texts.keys()) / len(usual) if usual else 1.0


def _contrast(line: Line, body: list[Line]) -> float:
    """The share of columns whose values below are of another kind than words."""
    kinds = [usual_kind(column, body) for column in line.cells]
    return sum(1.0 if found not in ("words", "") else 0.3 for found in kinds) / len(kinds)


def _data_likeness(line: Line, body: list[Line]) -> float:
    """The share of cells that are numbers or dates just like the ones below them."""
    alike = sum(
        kind(value) in ("number", "digits", "date", "code") and kind(value) == usual_kind(column, body)
        for column, value in line.cells.items()
    )
    return alike / len(line.cells)
