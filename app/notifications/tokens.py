"""The address behind 'no more digests': signed, so that it stops the digests of its reader only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.notifications.models import OutboxMessage

PURPOSE = "notifications: no more digests"


@dataclass(frozen=True)
class Reader:
    """Whose digests: a login's, or those to an address that belongs to none."""

    tenant_id: UUID
    user_id: int | None
    address: str


def unsubscribe_path(message: OutboxMessage) -> str:
    """The path that the mail programs' 'unsubscribe' asks for (RFC 8058)."""
    whose: list[Any] = [message.tenant_id.hex, message.user_id, "" if message.user_id else message.address]
    return f"/notifications/unsubscribe/{_signer().dumps(whose)}"


def reader_of(token: str) -> Reader | None:
    """Whose digests `token` stops; None for one that we never made."""
    try:
        tenant_id, user_id, address = _signer().loads(token)
        return Reader(UUID(tenant_id), user_id, address)
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=PURPOSE)
