"""Documents that people hand in as proof: taken in by what they hold, never by their name."""

from __future__ import annotations

from typing import IO, Any

from flask_babel import gettext as _

from app.platform import files
from app.platform.errors import Invalid

MEGABYTES = 10
_STARTS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def keep_document(file: IO[bytes], file_name: str) -> dict[str, Any]:
    """Keep a document (seekable, binary); return file_key, file_name, media_type and size (bytes) for its row.

    Invalid `file_kind` unless it holds a PDF, PNG or JPEG, `file_too_large` above 10 MB.
    """
    media_type = _media_type(file)
    _refuse_large(file)
    kept = files.keep(file)
    return {"file_key": kept.key, "file_name": _plain_name(file_name), "media_type": media_type, "size": kept.size}


def _media_type(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(16)
    found = next((kind for start, kind in _STARTS.items() if head.startswith(start)), None)
    if found is None:
        raise Invalid(_("Attach a PDF, a PNG or a JPEG."), field="file", code="file_kind")
    return found


def _refuse_large(file: IO[bytes]) -> None:
    file.seek(0, 2)
    if file.tell() > MEGABYTES * 1024 * 1024:
        raise Invalid(_("The file is larger than %(limit)s MB.", limit=MEGABYTES), field="file",
                      code="file_too_large")


def _plain_name(file_name: str) -> str:
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-200:] or "file"
