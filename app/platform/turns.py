"""Work of one tenant that must not overlap with itself."""

from __future__ import annotations

from zlib import crc32

import sqlalchemy as sa

from app.platform.db import db
from app.platform.scope import current_tenant_id


def take_turn(topic: str) -> None:
    """Wait until no other transaction of this tenant has its turn at `topic`; held until this one ends.

    What is read afterwards is what the one before left. SQLite has one writer at a time anyway. RuntimeError
    outside a tenant.
    """
    tenant_id = current_tenant_id()
    if tenant_id is None:
        raise RuntimeError("turns are taken within a tenant and none is set")
    if db.session.connection().dialect.name == "postgresql":
        key = int.from_bytes(tenant_id.bytes[-8:], "big", signed=True) ^ crc32(topic.encode())
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
