"""Lines from right to left in PDFs, whose text comes out of the file as it was written.

A PDF keeps glyphs at places; what they say, in which order, the programs that read it work out, each in a way of its
own. Lines are written so that all of these come to the source, for Arabic with Latin codes, digits and brackets in it:

- pypdf, pdfminer.six and MuPDF follow the order of the file: glyphs are put down as the text is read, each at its
  own place. pypdf turns letters round that follow one another under one font, so the font is named again for each.
- Poppler follows the places, and takes spaces, brackets and signs beside a Latin or numeric part for a piece of it:
  a mark of direction, without ink or breadth, stands where that part ends.
- pdfminer.six and MuPDF begin a new line where the next glyph is far away, as it is where the direction turns: glyphs
  without ink, as broad as the part, lead over. Poppler would stumble over those; an empty /ActualText hides them.
- A ligature's letters have their own places under it, unseen, and so has a sign above or below a letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment

RIGHT, LEFT = "\u200f", "\u200e"
_MANY = 8  # marks in one glyph: no more are read by Poppler
_SIGN = 100  # thousandths of the size that a sign above or below a letter takes up, for programs that read
_BROAD = 2000  # the same of eight marks: closer together Poppler takes them for a letter drawn twice
_HAIR = 0.005  # mm by which a mark stands outside of its part, so that no other glyph begins at the same place


class Glyph(NamedTuple):
    """A shaped glyph: its number in the font, what it moves on by and is moved by (thousandths of the size), what
    it says, and how far from the left of its part it stands."""

    number: int
    advance: float
    aside: float
    above: float
    says: str
    left: float


class Part(NamedTuple):
    """Glyphs of one direction as they are read, and their breadth in thousandths of the size."""

    is_rtl: bool
    glyphs: Sequence[Glyph]
    breadth: float


def parts_of(text: str, font: Any, shaping: dict[str, Any]) -> list[Part]:
    """`text` of a line from right to left, shaped with fpdf2's `shaping` parameters, as it is read."""
    paragraph = BidiParagraph(text=text, base_direction=TextDirection.RTL, preserve_bn_chars=True)
    return [_shaped(piece, font, shaping, direction) for piece, direction in paragraph.get_bidi_fragments()]


def _shaped(text: str, font: Any, shaping: dict[str, Any], direction: TextDirection) -> Part:
    infos, places = font.perform_harfbuzz_shaping(text, 1000, {**shaping, "fragment_direction": direction})
    says = _said(text, infos, places)
    glyphs, left = [], 0.0
    for index, (info, place) in enumerate(zip(infos, places, strict=True)):
        glyphs.append(Glyph(info.codepoint, place.x_advance * font.scale, place.x_offset * font.scale,
                            place.y_offset * font.scale, says.get(index, ""), left))
        left += glyphs[-1].advance
    is_rtl = direction == TextDirection.RTL
    return Part(is_rtl, glyphs[::-1] if is_rtl else glyphs, left)


def _said(text: str, infos: Sequence[Any], places: Sequence[Any]) -> dict[int, str]:
    """What each glyph stands for; of several that stand for the same letters together, the broadest does."""
    broadest: dict[int, int] = {}
    for index, info in enumerate(infos):
        other = broadest.setdefault(info.cluster, index)
        if places[index].x_advance > places[other].x_advance:
            broadest[info.cluster] = index
    starts = sorted(broadest)
    return {broadest[start]: text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)}


class Line(Fragment):
    """A whole line from right to left: `parts` as of `parts_of`."""

    parts: Sequence[Part] = ()

    def get_width(self, *_args: Any, **_more: Any) -> float:
        """Millimetres."""
        return sum(part.breadth for part in self.parts) * self._unit

    @property
    def _unit(self) -> float:
        return self.font_size_pt * 0.001 / self.k

    def render_pdf_text(self, _frag_ws: float, _current_ws: float, _word_spacing: float, adjust_x: float,
                        adjust_y: float, h: float) -> str:
        """The operators that draw the line from `adjust_x` mm on, `adjust_y` mm below the top of a page `h` mm high."""
        return " ".join(_Drawn(self, h - adjust_y).line(adjust_x + self.get_width()))


class _Drawn:
    """Makes the operators of one line, whose letters stand `height` mm above the lower edge of the page."""

    def __init__(self, line: Line, height: float) -> None:
        font: Any = line.font
        self._parts, self._font, self._height, self._k, self._unit = line.parts, font, height, line.k, line._unit
        self._named = f"/F{font.i} {line.font_size_pt:.2f} Tf "
        self._blank = blank_of(font)
        self._room = line.get_width() / line._unit

    def line(self, right: float) -> Iterator[str]:
        """The operators, from the right edge on (mm)."""
        yield f"[{-self._room:.0f}] TJ"  # to the right edge: pypdf takes a leap there for a gap between words
        if not self._parts[0].is_rtl or not _is_arabic(self._parts[0].glyphs[0].says):
            yield self._mark(right)
        for part in self._parts:
            right -= part.breadth * self._unit
            yield from self._from_right(part, right) if part.is_rtl else self._from_left(part, right)

    def _from_right(self, part: Part, left: float) -> Iterator[str]:
        before = left + part.breadth * self._unit
        for glyph in part.glyphs:
            at = left + glyph.left * self._unit
            says, place = glyph.says, at + glyph.aside * self._unit
            if glyph.advance == 0 or not says:
                yield _hidden(self._put(glyph, place, RIGHT, 2 * _SIGN))
                over = _SIGN + max(0, (before - at) / self._unit)
                yield from (self._blanked(at - _SIGN * self._unit - number * _HAIR, letter, over)
                            for number, letter in enumerate(says))
                continue
            share = glyph.advance / max(len(says), 1)
            for number, letter in enumerate(says[:-1], 1):
                yield self._unseen(at + (glyph.advance - number * share) * self._unit, letter, share)
            breadth = share if len(says) > 1 else max(glyph.advance, (before - place) / self._unit)
            yield self._put(glyph, place, says[-1:], breadth if says and abs(breadth - glyph.advance) > 1 else None)
            before = place
            if says and unicodedata.bidirectional(says[0]) in ("ES", "ET", "CS"):
                yield self._mark(at)

    def _from_left(self, part: Part, left: float) -> Iterator[str]:
        yield self._lead(part, left)
        flush = True
        for glyph in part.glyphs:
            says, is_arabic = glyph.says, _is_arabic(glyph.says)
            if glyph is part.glyphs[-1] and ends_open(says):
                says += LEFT
            place = left + (glyph.left + glyph.aside) * self._unit
            yield self._put(glyph, place, says, named=flush or is_arabic)
            flush = is_arabic
        yield self._lead(part, left)
        yield self._mark(left)

    def _lead(self, part: Part, left: float) -> str:
        stretched = part.breadth / self._font.cw[0x20] * 100
        return _hidden(f"{stretched:.2f} Tz {self._blanked(left, RIGHT, None)} 100 Tz")

    def _mark(self, left: float) -> str:
        return self._blanked(left - _HAIR, RIGHT)

    def _blanked(self, left: float, says: str, breadth: float | None = 1) -> str:
        return self._put(Glyph(self._blank, 0, 0, 0, "", 0), left, says, breadth)

    def _unseen(self, left: float, letter: str, breadth: float) -> str:
        name = self._font.cmap.get(ord(letter))
        number = self._font.ttfont.getGlyphID(name) if name else self._blank
        return f"3 Tr {self._put(Glyph(number, 0, 0, 0, '', 0), left, letter, breadth)} 0 Tr"

    def _put(self, glyph: Glyph, left: float, says: str, breadth: float | None = None, named: bool = True) -> str:
        above = self._height + glyph.above * self._unit
        place = f"1 0 0 1 {left * self._k:.2f} {above * self._k:.2f} Tm"
        return f"{self._named if named else ''}{place} ({self._code(glyph, says, breadth)}) Tj"

    def _code(self, glyph: Glyph, says: str, breadth: float | None) -> str:
        number = glyph.number or self._blank  # a letter that the font lacks leaves its room empty
        own = None if glyph.number else glyph.advance
        return _code_of(self._font, number, says, own if breadth is None else breadth)


def _code_of(font: Any, number: int, says: str, breadth: float | None) -> str:
    """How a string of the file names this glyph, as broad as in the font unless `breadth` is given."""
    name = font.ttfont.getGlyphName(number)
    own = font.scale * font.ttfont["hmtx"].metrics[name][0] if breadth is None else breadth
    kept = font.subset.get_glyph(glyph=number, unicode=tuple(map(ord, says)), glyph_name=name, glyph_width=round(own))
    return str(font.escape_text(chr(font.subset.pick_glyph(kept))))


def ends_open(text: str) -> bool:
    """Whether the end of a text from left to right would be taken for a piece of what is on its right."""
    return bool(text) and unicodedata.bidirectional(text[-1]) not in ("L", "EN")


def marked(font: Any, size: float, places: Sequence[tuple[float, str]], below: float) -> str:
    """The operators that put what is not seen at (points from the left, what it says), `below` points above the lower
    edge, in a `font` of `size` points."""
    blank = blank_of(font)
    drawn = [f"1 0 0 1 {left:.2f} {below:.2f} Tm ({_code_of(font, blank, says, 1)}) Tj" for left, says in places]
    return f"BT /F{font.i} {size:.2f} Tf {' '.join(drawn)} ET"


def weighed(font: Any, many: int, right: float, below: float) -> str:
    """So `many` marks from right to left, ending `right` points from the left: what a page is weighed with."""
    glyphs, size = -(-many // _MANY), 0.5
    codes, left = _code_of(font, blank_of(font), RIGHT * _MANY, _BROAD) * glyphs, right - glyphs * _BROAD * size / 1000
    return f"BT /F{font.i} {size} Tf 1 0 0 1 {left:.2f} {below:.2f} Tm ({codes}) Tj ET"


def blank_of(font: Any) -> int:
    """The glyph without ink."""
    return int(font.ttfont.getGlyphID("space"))


def _hidden(drawn: str) -> str:
    """For programs that heed /ActualText this says nothing."""
    return f"/Span <</ActualText ()>> BDC {drawn} EMC"


def _is_arabic(text: str) -> bool:
    return "\u0600" <= text[:1] <= "\u06ff" or unicodedata.bidirectional(text[:1] or " ") in ("R", "AL", "AN")
