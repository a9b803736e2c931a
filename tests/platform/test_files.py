"""Kept files: found by their key within the tenant, and nowhere else."""

from __future__ import annotations

import io

import pytest

from app.platform import files
from app.platform.scope import tenant_scope


def test_the_same_content_is_kept_once_and_read_back(inside):
    first = files.keep(io.BytesIO(b"number,name\n1,Ada\n"))
    second = files.keep(io.BytesIO(b"number,name\n1,Ada\n"))
    assert first == second
    assert first.size == 18
    with files.open_kept(first.key) as kept:
        assert kept.read() == b"number,name\n1,Ada\n"


def test_another_tenants_file_is_unknown(inside, globex):
    key = files.keep(io.BytesIO(b"secret")).key
    with tenant_scope(globex.id), pytest.raises(FileNotFoundError):
        files.open_kept(key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a/../../b", "x" * 63])
def test_a_key_is_never_a_path(inside, key):
    with pytest.raises(FileNotFoundError):
        files.open_kept(key)
