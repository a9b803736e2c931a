"""The secret of a link: what it is made of, and how it is compared."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

SECRET_BYTES = 24


@dataclass(frozen=True)
class Link:
    """What the address of a calendar says: whose it claims to be, and the proof."""

    tenant_id: UUID
    feed_id: UUID
    secret: bytes

    @property
    def token(self) -> str:
        """The link's own part of its address."""
        whole = self.tenant_id.bytes + self.feed_id.bytes + self.secret
        return base64.urlsafe_b64encode(whole).decode().rstrip("=")

    @property
    def secret_hash(self) -> str:
        """What is kept of the secret; it is random and long, so a plain hash can not be searched."""
        return sha256(self.secret).hexdigest()

    def fits(self, secret_hash: str | None) -> bool:
        """Whether this is the link that `secret_hash` was kept of, compared in the same time whatever differs."""
        is_equal = hmac.compare_digest(self.secret_hash, secret_hash or "-" * 64)
        return is_equal and secret_hash is not None


def read_token(token: str) -> Link | None:
    """The link whose `token` this is; None for anything that no link of ours looks like."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(whole) != 32 + SECRET_BYTES:
        return None
    link = Link(UUID(bytes=whole[:16]), UUID(bytes=whole[16:32]), whole[32:])
    return link if link.token == token else None
