"""The texts that cells of a workbook share, kept small: 400,000 texts as objects would cost 30 MB and more."""

from __future__ import annotations

from array import array
from typing import IO

from app.imports.files.cells import clean_text, unescape_text
from app.imports.files.markup import CHUNK, Attributes, local, new_parser

_REMEMBERED = (
    20_000  # texts kept decoded; headings, courses and departments repeat, certificate numbers do not
)


class SharedStrings:
    """All shared texts as one run of UTF-8 bytes and the place where each ends."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])
        self._decoded: dict[int, str | None] = {}

    def append(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, index: int) -> str | None:
        if index in self._decoded:
            return self._decoded[index]
        if index < 0:
            raise IndexError(index)
        text = clean_text(self._bytes[self._ends[index] : self._ends[index + 1]].decode("utf-8"))
        if len(self._decoded) < _REMEMBERED:
            self._decoded[index] = text
        return text


def read_strings(stream: IO[bytes]) -> SharedStrings:
    """The shared texts of a workbook, rich text joined, phonetic guides left out."""
    strings, parser = SharedStrings(), new_parser()
    pieces: list[str] = []
    aside = [0]

    def start(name: str, _attributes: Attributes) -> None:
        name = local(name)
        if name == "t" and not aside[0]:
            parser.CharacterDataHandler = pieces.append
        elif name == "rPh":
            aside[0] += 1

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "rPh":
            aside[0] -= 1
        elif name == "si":
            strings.append(unescape_text("".join(pieces)))
            pieces.clear()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return strings
