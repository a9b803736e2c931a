""".xlsx and .xlsm workbooks: the parts of the package and how they hang together."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import IO
from zipfile import ZipFile, ZipInfo

from app.imports.files.cells import Row
from app.imports.files.markup import Attributes, local, walk
from app.imports.files.strings import SharedStrings, read_strings
from app.imports.files.styles import Show, read_styles
from app.imports.files.worksheet import Extent, sheet_rows, survey
from app.imports.formats import part_name


@dataclass(frozen=True)
class Part:
    """A worksheet as the workbook lists it."""

    name: str
    hidden: bool
    path: str


class Package:
    """An open workbook package. Parts are found whatever the spelling of their names."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = ZipFile(file)
        self.parts: dict[str, ZipInfo] = {part_name(entry.filename): entry for entry in self.zip.infolist()}
        self.workbook = self._find_workbook()
        self.relations = self._relations(self.workbook)
        self.date1904 = False
        self.sheets = self._sheets()

    def open(self, path: str) -> IO[bytes]:
        """A part as a stream; KeyError when the package has none of that name."""
        return self.zip.open(self.parts[part_name(path)])

    @cached_property
    def strings(self) -> SharedStrings:
        """The texts that cells share, read once."""
        path = self._of_type("sharedStrings")
        if not path:
            return SharedStrings()
        with self.open(path) as stream:
            return read_strings(stream)

    @cached_property
    def styles(self) -> list[Show | None]:
        """What the sheets show of numbers, by style, read once."""
        path = self._of_type("styles")
        if not path:
            return []
        with self.open(path) as stream:
            return read_styles(stream, date1904=self.date1904)

    def survey(self, part: Part) -> Extent:
        """A sheet's extent and merges."""
        with self.open(part.path) as stream:
            return survey(stream)

    def rows(self, part: Part, extent: Extent) -> Iterator[Row]:
        """The rows of a sheet, from its start."""
        with closing(self.open(part.path)) as stream:
            yield from sheet_rows(stream, extent, self.strings, self.styles)

    def _find_workbook(self) -> str:
        if "_rels/.rels" in self.parts:
            for kind, target in self._relations("").values():
                if kind == "officeDocument" and part_name(target) in self.parts:
                    return target
        return next(name for name in self.parts if name.endswith("workbook.xml"))

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type's last word, full path) of the part at `path` ('' for the package)."""
        folder, name = posixpath.split(path)
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(
                    posixpath.join("/" + folder, attributes["Target"].replace("\\", "/"))
                )
                found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target)

        with self.open(posixpath.join(folder, "_rels", name + ".rels")) as stream:
            walk(stream, start)
        return found

    def _of_type(self, wanted: str) -> str | None:
        paths = (path for kind, path in self.relations.values() if kind == wanted)
        return next((path for path in paths if part_name(path) in self.parts), None)

    def _sheets(self) -> list[Part]:
        listed: list[Attributes] = []

        def start(element: str, attributes: Attributes) -> None:
            if element == "sheet":
                listed.append(attributes)
            elif element == "workbookPr":
                self.date1904 = attributes.get("date1904", "0").lower() in ("1", "true", "on")

        with self.open(self.workbook) as stream:
            walk(stream, start)
        return [part for part in map(self._part, listed) if part]

    def _part(self, sheet: Attributes) -> Part | None:
        """The worksheet that an entry of the workbook means; None for chart and macro sheets."""
        key = next(value for name, value in sheet.items() if ":" in name and local(name) == "id")
        kind, path = self.relations[key]
        if kind != "worksheet":
            return None
        return Part(sheet.get("name", ""), sheet.get("state", "visible") != "visible", path)
