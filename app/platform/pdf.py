"""PDFs in English and Arabic: embedded fonts, letters joined and lines set from right to left where they should be."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment
from PIL import Image

from app.platform import clock, files
from app.platform.pdf_lines import LEFT, RIGHT, Line, Part, ends_open, marked, parts_of, weighed
from app.platform.wording import RIGHT_TO_LEFT

FONTS = Path(__file__).parent / "fonts"
FAMILY = "trainflow"
INK, SOFT = "#1d2429", "#525c66"
_ARABIC, _LETTERS = re.compile("[\u0600-\u06ff]"), re.compile("[A-Za-z]")
_EDGE = 5.0  # mm from the corner where marks of the whole page stand
_BASELINE = 0.3  # of the size: how far fpdf2 sets letters below the middle of their line

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every table that it subsets


class Document(FPDF):
    """A PDF whose lines are set by what they say: `start` and `end` are sides of the reader's direction."""

    def __init__(self, *, landscape: bool = False, title: str = "") -> None:
        super().__init__(orientation="landscape" if landscape else "portrait", format="A4")
        locale = get_locale()
        self.is_rtl = locale is not None and locale.language in RIGHT_TO_LEFT
        for style, weight in (("", 400), ("B", 600)):
            self.add_font(FAMILY, style, FONTS / f"trainflow-sans-{weight}.ttf")
        self.set_creation_date(clock.now())
        self.set_title(title)
        self.set_producer("TrainFlow")
        self.set_lang("ar" if self.is_rtl else "en")
        self._laid: dict[tuple[str, str], list[Part]] = {}
        self._latin: Counter[int] = Counter()  # letters on each page, less those of Arabic

    def write_line(self, text: str, *, size: float = 11, bold: bool = False, align: str = "start",
                   colour: str = INK, width: float = 0, height: float | None = None, same_line: bool = False) -> None:
        """One line of `size` points, made smaller where it does not fit `width` mm (0: to the margin).

        `align` is start, end or centre. The next line follows below, or beside it with `same_line`.
        """
        self.set_text_color(colour)
        self._shape(text)
        room = width or self.epw
        self.set_font(FAMILY, "B" if bold else "", size)
        while self.get_string_width(text) > room - 2 and self.font_size_pt > 6:
            self.set_font_size(self.font_size_pt - 0.5)
        follows: dict[str, Any] = {"new_x": "RIGHT", "new_y": "TOP"} if same_line else {
            "new_x": "LMARGIN", "new_y": "NEXT"}
        self.cell(width, height or size * 0.5, text, align=self._side(align), **follows)

    def write_picture(self, key: str, *, most: tuple[float, float], top: float, align: str = "end") -> float:
        """A kept picture of at most so many mm, broad and high, `top` mm below the edge; returns its height in mm.

        `align` as for a line, between the margins. Nothing (0) where the picture is no longer kept.
        """
        with suppress(FileNotFoundError), files.open_kept(key) as kept, Image.open(kept) as picture:
            width = min(most[0], most[1] * picture.width / picture.height)
            side = self._side(align)
            left = {"L": self.l_margin, "C": (self.w - width) / 2, "R": self.w - self.r_margin - width}[side]
            self.image(picture, left, top, width)
            return float(width * picture.height / picture.width)
        return 0.0

    def cell(self, w: float | None = None, h: float | None = None, text: str = "",  # type: ignore[override]
             **more: Any) -> bool:
        """As of fpdf2. In documents from right to left programs that read are told where a cell ends: a blank parts it
        from the next on its left, and marks keep a Latin one from running into its neighbours."""
        if not (self.is_rtl and text):
            return bool(super().cell(w, h, text, **more))
        left, top, room = self.x, self.y, w or self.w - self.r_margin - self.x
        broke = super().cell(w, h, text, **more)
        breadth = self.get_string_width(text)
        free = room - self.c_margin - breadth
        start = left + {"L": self.c_margin, "C": (room - breadth) / 2, "R": free}[more.get("align", "L")]
        is_latin = not _ARABIC.search(text)
        places = [((start + breadth) * self.k + 0.1, LEFT)] if is_latin and ends_open(text) else []
        places += [(start * self.k - 0.1, RIGHT)] if is_latin else []
        places.append((start * self.k - 0.2, " "))
        middle = self.h - top - (h or self.font_size) / 2 - _BASELINE * self.font_size
        self._out(marked(self.current_font, self.font_size_pt, places, middle * self.k))
        self._latin[self.page] += len(_LETTERS.findall(text)) if is_latin else -len(_ARABIC.findall(text))
        return bool(broke)

    def write_cell(self, width: float, height: float, text: str, *, align: str, fill: bool = False) -> None:
        """A cell of a table, underlined, so many mm broad and high; `align` is L or R.

        The same as `cell` draws; a text that needs no shaping is written without the pieces that fpdf2 makes of it.
        """
        if self.text_shaping or self.is_rtl:
            self.cell(width, height, text, border="B", align=align, fill=fill)
            return
        font: Any = self.current_font
        colour: Any = self.text_color
        k, left = self.k, self.x
        if not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(font, self.font_size_pt))
        bottom = (self.h - self.y - height) * k
        ground = f"{left * k:.2f} {bottom:.2f} {width * k:.2f} {height * k:.2f} re f " if fill else ""
        drawn = f"{ground}{left * k:.2f} {bottom:.2f} m {(left + width) * k:.2f} {bottom:.2f} l S"
        self.x = left + width
        if text:
            breadth = font.get_text_width(text, self.font_size_pt, None)[1] / k
            start = left + (self.c_margin if align == "L" else width - self.c_margin - breadth)
            below = bottom + (height / 2 - _BASELINE * self.font_size) * k
            drawn += (f" q {colour.serialize().lower()} BT {start * k:.2f} {below:.2f} Td "
                      f"{font.encode_text(text)} ET Q")
        self._out(drawn)

    def output(self, *args: Any, **more: Any) -> Any:
        """As of fpdf2, once it is known what each page says: Poppler reads one with more Latin letters than Arabic ones
        from the left, so marks outweigh them."""
        last = self.page
        for number, latin in self._latin.items():
            if latin > 0:
                self.page, self.current_font_is_set_on_page = number, False
                font: Any = self.current_font
                self._out(self._set_font_for_page(font, self.font_size_pt))
                self._out(weighed(font, latin + 1, (self.w - _EDGE) * self.k, _EDGE * self.k))
        self._latin.clear()
        self.page = last
        return super().output(*args, **more)

    def close_pages(self, draw: Callable[[int, int], None]) -> None:
        """Draw on every page what needs the number of all: `draw(page, pages)`."""
        pages = self.page
        for number in range(1, pages + 1):
            self.page, self.current_font_is_set_on_page = number, False
            draw(number, pages)

    def _side(self, align: str) -> str:
        if align == "centre":
            return "C"
        return "R" if (align == "end") != self.is_rtl else "L"

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        """A line from right to left is one piece, so that its text can be put down as it is read; fpdf2 puts down
        what stands further left first."""
        shaping: Any = self.text_shaping
        if not text or not shaping or shaping["direction"] != TextDirection.RTL:
            return super()._preload_bidirectional_text(text, markdown)
        shaping["paragraph_direction"] = shaping["fragment_direction"] = TextDirection.LTR
        line, asked = Line(text, self._get_current_graphics_state(), self.k), (text, self.font_style)
        if asked not in self._laid:
            self._laid[asked] = parts_of(text, self.current_font, shaping)
        line.parts = self._laid[asked]
        return (line,)

    def _shape(self, text: str) -> None:
        if _ARABIC.search(text):
            self.set_text_shaping(True, direction="rtl", script="arab", language="ara")
        else:
            self.set_text_shaping(True, direction="ltr", script="latn", language="eng")
