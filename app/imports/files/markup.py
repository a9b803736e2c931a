"""The XML inside workbooks, read as a stream and without the features that make XML dangerous."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile

from app.imports.formats import damaged, password_protected

CHUNK = 32 * 1024
Attributes = dict[str, str]
_BROKEN = (
    expat.ExpatError, zlib.error, BadZipFile, EOFError, LookupError, ValueError, OverflowError, NotImplementedError,
)  # fmt: skip


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn what a broken or hostile file does to the readers into one Invalid that a person understands."""
    try:
        yield
    except _BROKEN as error:
        raise damaged() from error
    except RuntimeError as error:  # zipfile's answer to an encrypted part
        raise password_protected() if "password" in str(error) else error from error


def new_parser() -> expat.XMLParserType:
    """An expat parser that refuses document types: no office program writes one, entity bombs need one."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise damaged()


def local(name: str) -> str:
    """A name without its namespace prefix."""
    return name.rpartition(":")[2]


def walk(
    stream: IO[bytes], start: Callable[[str, Attributes], None], end: Callable[[str], None] | None = None
) -> None:
    """Call `start(local name, attributes)` for each element of a small part, and `end(local name)` after it."""
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(local(name))
    parser.ParseFile(stream)
