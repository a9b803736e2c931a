"""Keys for programs: made, recognised, revoked."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.events import ApiKeyCreated, ApiKeyRevoked
from app.accounts.models import ApiKey, OperatorKey, User, role_names
from app.accounts.permissions import ADMINISTRATOR, OPERATOR
from app.platform import clock
from app.platform.db import db
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.scope import Scope, current_scope, current_tenant_id
from app.platform.unit_of_work import record

MARK = "tfk_"
PLATFORM = UUID(int=0)  # in the place of the tenant in an operator's key
LONGEST = timedelta(days=366)
USE_NOTED_EVERY = timedelta(minutes=5)


def new_key(tenant_id: UUID | None) -> str:
    """A key nobody can guess; it begins with the tenant in whose scope it is looked for (None: an operator's)."""
    return MARK + base64.urlsafe_b64encode((tenant_id or PLATFORM).bytes + secrets.token_bytes(32)).decode().rstrip("=")


def scope_of(key: str) -> UUID | Scope | None:
    """The tenant that a key names, or the platform of an operator's; None: it is no key."""
    text = key.removeprefix(MARK)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if not key.startswith(MARK) or len(raw) != 48:
        return None
    tenant_id = UUID(bytes=raw[:16])
    return Scope.PLATFORM if tenant_id == PLATFORM else tenant_id


def table_of_keys() -> type[ApiKey] | type[OperatorKey]:
    """Where the keys of the current scope are: a tenant's, or those of platform operators."""
    return OperatorKey if current_scope() is Scope.PLATFORM else ApiKey


def digest_of(key: str) -> str:
    """What is kept of a key. It has 256 random bits, so a quick digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_api_key(actor: Any, *, name: str, access: str = "read", resources: list[str] | None = None,
                   expires_on: date | None = None) -> ApiKey | OperatorKey:
    """A key of the actor's; `row.key` holds it this once.

    `access` read or write, to `resources` (none: all that the actor may); ends with the day `expires_on`
    (90 days unless given, a year at most). Invalid `expires_on_range`.
    """
    day = expires_on or clock.today() + timedelta(days=90)
    if not clock.today() <= day <= clock.today() + LONGEST:
        raise Invalid(_("Choose a day within the next year."), field="expires_on", code="expires_on_range")
    key = new_key(current_tenant_id())
    row = table_of_keys()(user_id=actor.id, name=name, prefix=key[-6:], digest=digest_of(key), access=access,
                          resources=sorted(set(resources or [])),
                          expires_at=clock.start_of(day + timedelta(days=1)))
    db.session.add(row)
    db.session.flush()
    record(ApiKeyCreated(actor_id=actor.id, subject_id=row.id, name=name, access=access,
                         resources=tuple(row.resources)))
    row.key = key
    return row


def revoke_api_key(actor: Any, key_id: UUID) -> ApiKey | OperatorKey:
    """End a key at once. Conflict when it was ended before."""
    table = table_of_keys()
    row = db.session.scalar(sa.select(table).where(table.id == key_id, visible_keys(actor)).with_for_update())
    if row is None:
        raise NotFound(_("There is no such key."))
    if row.revoked_at is not None:
        raise Conflict(_("This key was revoked before."), code="key_revoked")
    row.revoked_at = clock.now()
    record(ApiKeyRevoked(actor_id=actor.id, subject_id=row.id, name=row.name))
    return row


def visible_keys(actor: Any) -> Any:
    """Whose keys somebody sees: the own; an administrator all of the tenant, a platform operator all operators'."""
    return sa.true() if {ADMINISTRATOR, OPERATOR} & role_names(actor) else table_of_keys().user_id == actor.id


def owner_of(key: str) -> tuple[User, ApiKey | OperatorKey] | None:
    """The login and the key, in the current scope, while the key is good; two statements."""
    table = table_of_keys()
    statement = (sa.select(User, table).join(table, table.user_id == User.id)
                 .where(table.digest == digest_of(key), table.revoked_at.is_(None), table.expires_at > clock.now())
                 .options(selectinload(User.roles), joinedload(User.tenant)))
    found = db.session.execute(statement).unique().one_or_none()
    return (found[0], found[1]) if found else None


def note_use(key_id: UUID) -> None:
    """Write down that a key was used now."""
    table = table_of_keys()
    db.session.execute(sa.update(table).where(table.id == key_id).values(
        last_used_at=clock.now(), updated_at=table.updated_at))
