"""Files that people upload, kept by their content below one folder for each tenant. Never served by their path."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

from app.platform.scope import current_tenant_id

CHUNK = 1024 * 1024


class FileLost(FileNotFoundError):
    """This tenant keeps no file with such a key: it never did, or the disk lost it."""


@dataclass(frozen=True)
class StoredFile:
    """A kept file: `key` finds it again within the tenant, `size` is in bytes."""

    key: str
    size: int


def keep(source: IO[bytes]) -> StoredFile:
    """Store what `source` holds, from its start; the same content twice is stored once.

    The key is the content's SHA-256, so it can be written into a row before or after the file is there.
    Raises RuntimeError outside a tenant; OSError where there is no room, with nothing half-written left.
    """
    source.seek(0)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy:
        try:
            stored = _copied(source, copy)
            target = _path(stored.key)
            target.parent.mkdir(exist_ok=True)
            os.replace(copy.name, target)  # in one step: nobody ever reads half a file
        except BaseException:
            Path(copy.name).unlink(missing_ok=True)
            raise
    source.seek(0)
    return stored


def _copied(source: IO[bytes], copy: IO[bytes]) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while part := source.read(CHUNK):
        digest.update(part)
        size += copy.write(part)
    copy.flush()
    return StoredFile(digest.hexdigest(), size)


def open_kept(key: str) -> IO[bytes]:
    """The kept file, open for reading. FileLost: this tenant has none with such a key."""
    try:
        return open(_path(key), "rb")
    except FileNotFoundError as missing:
        raise FileLost(key) from missing


def _folder() -> Path:
    tenant_id = current_tenant_id()
    if tenant_id is None:
        raise RuntimeError("files belong to a tenant and none is set")
    return Path(current_app.config["FILES_DIRECTORY"]) / str(tenant_id)


def _path(key: str) -> Path:
    if not (len(key) == 64 and key.isalnum()):
        raise FileLost(key)
    return _folder() / key[:2] / key
