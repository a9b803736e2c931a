"""What is this file? Told by its content, never by its name; what is not a spreadsheet is refused with what to do."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from enum import Enum
from typing import IO

from flask_babel import gettext as _

from app.platform.errors import Invalid

MEGABYTE = 1024 * 1024


class Format(Enum):
    """The kinds of file that can be read."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"


@dataclass(frozen=True)
class Limits:
    """How much one upload may cost us; every figure can be lowered or raised by the caller.

    file_bytes: size as uploaded. unpacked_bytes: all parts of a packed workbook together. part_ratio: how
    many times larger than packed one large part may be (zip bombs are near 1000, real sheets under 50).
    entries: parts in a package. field_characters: one cell of a text file, beyond which a quote was left open.
    """

    file_bytes: int = 25 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    part_ratio: int = 250
    part_floor_bytes: int = 20 * MEGABYTE
    entries: int = 10_000
    field_characters: int = 1_000_000


_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"MZ": "program",
    b"\x7fELF": "program",
    b"\xca\xfe\xba\xbe": "program",
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
    b"RIFF": "picture",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"PK\x05\x06": "archive",
    b"{\\rtf": "document",
    b"SQLite format 3": "database",
    b"PAR1": "database",
}


def recognise(file: IO[bytes], limits: Limits) -> Format:
    """The format of `file` (seekable, binary; left at its start).

    Raises Invalid: file_empty, file_too_large, not_a_spreadsheet, password_protected, file_damaged,
    unpacks_too_large, xlsb_not_read, web_page.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    _check_size(size, limits)
    if head.startswith(_ZIP):
        return _recognise_package(file, limits)
    if head.startswith(_OLE):
        return _recognise_compound(file)
    _refuse_foreign(head)
    return Format.TEXT


def damaged() -> Invalid:
    """The refusal of a file that starts like a spreadsheet and does not go on like one."""
    return Invalid(
        _(
            "This file is damaged or was not completely uploaded. "
            "Open it in Excel, save it again, and upload that copy."
        ),
        code="file_damaged",
    )


def foreign(kind: str) -> Invalid:
    """The refusal of something that is no spreadsheet; `kind` is one of the words of the table below."""
    names = {
        "program": _("a program"),
        "pdf": _("a PDF document"),
        "picture": _("a picture, sound or video"),
        "archive": _("a compressed archive"),
        "document": _("a text document or presentation"),
        "database": _("a database"),
        "data": _("binary data"),
    }
    message = _(
        "This is %(kind)s, not a spreadsheet, whatever its name says. Upload an Excel workbook (.xlsx) or a CSV file.",
        kind=names[kind],
    )
    return Invalid(message, code="not_a_spreadsheet")


def _check_size(size: int, limits: Limits) -> None:
    if size == 0:
        raise Invalid(
            _(
                "This file is empty (0 bytes). Save it again from Excel, check that it has rows, and upload that."
            ),
            code="file_empty",
        )
    if size > limits.file_bytes:
        message = _(
            "This file has %(size)s MB; up to %(limit)s MB can be taken. Remove pictures and unused sheets, "
            "or split the rows over several files.",
            size=-(-size // MEGABYTE),
            limit=limits.file_bytes // MEGABYTE,
        )
        raise Invalid(message, code="file_too_large")


def _refuse_foreign(head: bytes) -> None:
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic) and (b"\0" in head or not magic.isalnum()):  # a heading may begin with MZ
            raise foreign(kind)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\x00", b"")[:600].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<workbook", b"mime-version:")):
        raise Invalid(
            _(
                "This is a web page or XML file with a spreadsheet's name, as some systems export. "
                "Open it in Excel, choose Save as, Excel workbook (.xlsx), and upload that."
            ),
            code="web_page",
        )


# -- packages: .xlsx, .xlsm, .ods ------------------------------------------------------------------------------


def part_name(name: str) -> str:
    """A part's name in one spelling: some writers use backslashes, a leading slash or capitals."""
    return name.replace("\\", "/").lstrip("/").lower()


def _recognise_package(file: IO[bytes], limits: Limits) -> Format:
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError) as error:
        raise damaged() from error
    finally:
        file.seek(0)
    _check_entries(entries, limits)
    return _package_format(entries)


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    # The declared sizes are the true ones: zipfile stops reading a part at its declared size and then
    # finds the checksum wrong, so a part that lies is 'damaged', never larger than it said.
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > limits.part_floor_bytes
        and entry.file_size > entry.compress_size * limits.part_ratio
        for entry in entries
    )
    if len(entries) > limits.entries or total > limits.unpacked_bytes or swollen:
        message = _(
            "This file unpacks to %(size)s MB in %(parts)s parts, far more than a list of people or courses needs. "
            "Copy the rows into a new workbook and upload that.",
            size=total // MEGABYTE,
            parts=len(entries),
        )
        raise Invalid(message, code="unpacks_too_large")


def _package_format(entries: list[zipfile.ZipInfo]) -> Format:
    names = {part_name(entry.filename): entry for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise password_protected()
    if "xl/workbook.bin" in names:
        message = _(
            "This is a binary workbook (.xlsb), which can not be read. Open it in Excel, choose Save as, "
            "Excel workbook (.xlsx), and upload that."
        )
        raise Invalid(message, code="xlsb_not_read")
    if "content.xml" in names and "mimetype" in names:
        if any(name.startswith(("word/", "ppt/")) for name in names):
            raise foreign("document")
        return Format.ODS
    if any(name.endswith("workbook.xml") for name in names):
        return Format.XLSX
    is_office = any(name.startswith(("word/", "ppt/", "visio/")) for name in names)
    raise foreign("document" if is_office else "archive")


# -- compound files: .xls, and workbooks behind a password -----------------------------------------------------


def password_protected() -> Invalid:
    """The refusal of an encrypted workbook."""
    message = _(
        "This workbook is protected by a password, so its content can not be read. Open it in Excel, choose File, "
        "Info, Protect workbook, Encrypt with password, clear the password, save, and upload it again."
    )
    return Invalid(message, code="password_protected")


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _recognise_compound(file: IO[bytes]) -> Format:
    content = file.read()
    file.seek(0)
    if _wide("EncryptedPackage") in content:
        raise password_protected()
    if not any(_wide(name) + b"\0\0" in content for name in ("Workbook", "Book")):
        raise foreign("document")
    return Format.XLS  # its own password record is met on opening
