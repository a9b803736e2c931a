"""The texts that cells of a workbook share, kept small: 400,000 texts as objects would cost 30 MB and more."""

from __future__ import annotations

from array import array
from typing import IO

from app.imports.files.cells import clean_text, unescape_text
from app.imports.files.markup import CHUNK, Attributes, local, new_parser

_REMEMBERED = (
    20_000  # texts kept decoded; headings, courses and departments repeat, certificate numbers do not
)


class SharedStrings(dict[int, str | None]):
    """All shared texts as one run of UTF-8 bytes and the place where each ends; as a dict, the decoded ones."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        """Add the text with the next index."""
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __missing__(self, index: int) -> str | None:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        text = clean_text(self._bytes[self._ends[index] : self._ends[index + 1]].decode("utf-8"))
        if len(self) < _REMEMBERED:
            self[index] = text
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
