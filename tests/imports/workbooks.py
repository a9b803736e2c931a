"""Small files for the tests of reading, made on the spot, down to the XML where that is the point."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(*rows: list[Any], merges: tuple[str, ...] = (), name: str = "People", **formats: str) -> io.BytesIO:
    """A workbook with one sheet. A value (text, format name) is written with the number format of that name."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(name)
    styles = {key: book.add_format({"num_format": code}) for key, code in formats.items()}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, tuple):
                sheet.write(number, column, value[0], styles[value[1]])
            elif value is not None:
                sheet.write(number, column, value)
    for area in merges:
        sheet.merge_range(area, None)
    if merges:  # merging blanks the first cell
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None and not isinstance(value, tuple):
                    sheet.write(number, column, value)
    book.close()
    file.seek(0)
    return file


def package(sheet: str, *, workbook: str = "", styles: str = "", strings: str = "", prefix: str = "") -> io.BytesIO:
    """A workbook from the inner XML of its parts: `sheet` is what the worksheet element holds."""
    colon = f":{prefix}" if prefix else ""
    tag = f"{prefix}:" if prefix else ""
    relation = f'<Relationship Id="%s" Type="{_OFFICE}/%s" Target="%s"/>'
    parts = {
        "_rels/.rels": _relations(relation % ("r1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(
            relation % ("r1", "worksheet", "worksheets/sheet1.xml")
            + relation % ("r2", "styles", "styles.xml")
            + relation % ("r3", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/workbook.xml": workbook
        or f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<{tag}worksheet xmlns{colon}="{_MAIN}">{sheet}</{tag}worksheet>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def zipped(parts: dict[str, bytes]) -> io.BytesIO:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def ods(*tables: str, styles: str = "") -> io.BytesIO:
    """A LibreOffice workbook from the inner XML of its tables."""
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def csv(text: str, encoding: str = "utf-8") -> io.BytesIO:
    """A text file."""
    return io.BytesIO(text.encode(encoding))
