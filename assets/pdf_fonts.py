"""Makes the fonts of PDFs from those of the screen: one file for Latin and Arabic, as PDFs embed them.

IBM Plex is under the SIL Open Font License, which reserves its name; what comes out is called TrainFlow Sans.
Run it with fonttools and brotli after a change of app/static/fonts: `.venv/bin/python assets/pdf_fonts.py`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SOURCE, TARGET = ROOT / "app" / "static" / "fonts", ROOT / "app" / "platform" / "fonts"
PARTS = ("sans-arabic-arabic", "sans-latin", "sans-latin-ext")
NAME = "TrainFlow Sans"


def main() -> None:
    """Write a regular and a semi-bold font."""
    for weight, style in ((400, "Regular"), (600, "Bold")):
        with tempfile.TemporaryDirectory() as folder:
            font = Merger().merge([_as_ttf(part, weight, Path(folder)) for part in PARTS])
        names = {1: NAME, 2: style, 3: f"{NAME} {style}", 4: f"{NAME} {style}", 6: f"TrainFlowSans-{style}"}
        for record in list(font["name"].names):
            if record.nameID in names:
                record.string = names[record.nameID]
            elif record.nameID not in (0, 5, 13, 14):
                font["name"].names.remove(record)
        font.save(TARGET / f"trainflow-sans-{weight}.ttf")


def _as_ttf(part: str, weight: int, folder: Path) -> str:
    font = TTFont(SOURCE / f"ibm-plex-{part}-{weight}-normal.woff2")
    font.flavor = None
    path = folder / f"{part}.ttf"
    font.save(path)
    return str(path)


if __name__ == "__main__":
    main()
