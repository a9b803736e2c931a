"""Text files: CSV in its many spellings, tab-separated text, Excel's 'Unicode text'."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import gettext as _

from app.imports.files.cells import Row, clean_text
from app.imports.files.encodings import find_encoding
from app.imports.formats import Limits, foreign
from app.platform.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 128 * 1024
# One process-wide setting of the csv module; its own default (131,072) refuses long notes.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Dialect:
    """How a text file is written. `skip` lines at its top are for Excel, not for people ('sep=;')."""

    encoding: str
    delimiter: str
    skip: int = 0


def find_dialect(file: IO[bytes], encoding: str | None = None) -> Dialect:
    """Decide encoding (unless given) and delimiter; raises Invalid not_a_spreadsheet for binary data."""
    file.seek(0)
    content = file.read()
    encoding = encoding or find_encoding(content)
    if encoding is None:
        raise foreign("data")
    sample = content[: _SAMPLE * 2].decode(encoding, "replace").replace("\0", "")
    first = sample.split("\n", 1)[0].strip('\r\ufeff "').lower()
    if first.startswith("sep=") and len(first) <= 5:
        return Dialect(encoding, first[4:] or "\t", skip=1)
    return Dialect(encoding, find_delimiter(sample[:_SAMPLE]))


def find_delimiter(sample: str) -> str:
    """The delimiter whose records agree best on their number of fields; a comma when there is only one column."""
    scores = {delimiter: _agreement(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _agreement(sample: str, delimiter: str) -> float:
    """The share of records with the commonest number of fields, raised a little for more fields; 0 for one field."""
    counts = _field_counts(sample, delimiter)
    if not counts:
        return 0.0
    fields, records = max(counts.items(), key=lambda item: (item[1] * min(item[0], 2), item[0]))
    share = records / sum(counts.values())
    return share * (1 + min(fields, 20) / 20) if fields > 1 else 0.0


def _field_counts(sample: str, delimiter: str) -> Counter[int]:
    lines = sample.splitlines(keepends=True)
    if len(sample) >= _SAMPLE and len(lines) > 1:
        lines.pop()  # probably cut in the middle
    counts: Counter[int] = Counter()
    for record in _reader(iter(lines[:400]), delimiter):
        if any(field.strip() for field in record):
            counts[len(record)] += 1
    return counts


def _reader(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


class TextSheet:
    """The rows of a text file, read again from its start at each call of `rows`."""

    def __init__(self, file: IO[bytes], dialect: Dialect, limits: Limits) -> None:
        self.file, self.dialect, self.limits = file, dialect, limits

    def rows(self) -> Iterator[Row]:
        """Each record as Excel numbers it: blank lines count, a cell with line breaks is one row."""
        lines = _Lines(self._text())
        number = 0
        for number, record in enumerate(_reader(lines, self.dialect.delimiter), start=1):
            if any(record):
                self._check_quotes(record, lines.last, number)
            values: list[Any] = [clean_text(field.strip(" ")) for field in record]
            while values and values[-1] is None:
                values.pop()
            yield Row(number, values)

    def _text(self) -> Iterator[str]:
        self.file.seek(0)
        wrapper = io.TextIOWrapper(self.file, self.dialect.encoding, errors="replace", newline="")
        try:
            for number, line in enumerate(wrapper):
                if number >= self.dialect.skip:
                    yield line.replace("\0", "").lstrip("\ufeff") if number == 0 else line.replace("\0", "")
        finally:
            wrapper.detach()

    def _check_quotes(self, record: list[str], last_line: str, number: int) -> None:
        field = record[-1]
        left_open = "\n" in field and not last_line.rstrip().endswith('"') and field.endswith(last_line)
        if left_open or len(field) > self.limits.field_characters:
            message = _(
                "Row %(row)s has a quotation mark that is never closed, so the rows after it run together. "
                "Remove the mark or close it, and upload the file again.",
                row=number,
            )
            raise Invalid(message, code="quote_not_closed")


class _Lines:
    """The lines of a text, remembering the last one handed out."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.last = lines, ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self.lines)
        return self.last
