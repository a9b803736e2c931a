"""PDFs in English and Arabic: embedded fonts, letters joined and lines set from right to left where they should be."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from fpdf import FPDF
from PIL import Image

from app.platform import clock, files
from app.platform.wording import RIGHT_TO_LEFT

FONTS = Path(__file__).parent / "fonts"
FAMILY = "trainflow"
INK, SOFT = "#1d2429", "#525c66"
_ARABIC = re.compile("[\u0600-\u06ff]")

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

    def _side(self, align: str) -> str:
        if align == "centre":
            return "C"
        return "R" if (align == "end") != self.is_rtl else "L"

    def _shape(self, text: str) -> None:
        if _ARABIC.search(text):
            self.set_text_shaping(True, direction="rtl", script="arab", language="ara")
        else:
            self.set_text_shaping(True, direction="ltr", script="latn", language="eng")
