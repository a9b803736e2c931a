"""Append to the trail, and check it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context, request

from app.accounts import queries as accounts
from app.audit import queries, rules
from app.audit.events import AuditRootTaken
from app.audit.models import OF_OPERATORS, OF_TENANT, AuditRoot, Chain, HeadColumns, chain_here
from app.platform import clock
from app.platform.db import db
from app.platform.fence import kept
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import record
from app.tenancy import queries as tenancy

log = logging.getLogger(__name__)

NAME_LENGTH = 140
SYSTEM_NAME = "TrainFlow"
_HEADS: dict[Chain, Any] = {  # with every write; who locks both locks the tenant's first
    chain: kept(sa.select(chain.head).with_for_update().execution_options(populate_existing=True))
    for chain in (OF_TENANT, OF_OPERATORS)}


def append_entry(event: Any) -> None:
    """One entry for a recorded event, sealed to the one before, in the transaction that made it true.

    It stands in the tenant's trail, outside any tenant in that of the platform operators; what operators do to a
    tenant in both.
    """
    said = {"event": type(event).__name__, **_who(event.actor_id), **_what(event), **_where()}
    _append(chain_here(), said)
    if current_tenant_id() is None:
        log.info("%s by %s: %s %s", said["event"], event.actor_id, event.subject, event.subject_id)
    elif event.is_of_operators and not accounts.is_of_here(event.actor_id):
        _append(OF_OPERATORS, said)


def _append(chain: Chain, said: dict[str, Any]) -> None:
    head = _locked_head(chain)
    entry = chain.entry(sequence=head.sequence + 1, occurred_at=clock.now(), previous_hash=head.hash, **said)
    entry.hash = rules.seal(head.hash, vars(entry))
    head.sequence, head.hash = entry.sequence, entry.hash
    db.session.add(entry)


def _locked_head(chain: Chain) -> HeadColumns:
    head = db.session.scalar(_HEADS[chain])
    if head is None:
        _begin(chain)
        head = db.session.scalars(_HEADS[chain]).one()
    return head


def _begin(chain: Chain) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(chain.head(sequence=0, hash=rules.FIRST_LINK))
    except sa.exc.IntegrityError:
        pass  # somebody else made the first entry at this moment


def _who(actor_id: int | None) -> dict[str, Any]:
    name = accounts.full_name(actor_id) if actor_id is not None else ""
    who: dict[str, Any] = {"actor_id": actor_id, "actor_name": (name or SYSTEM_NAME)[:NAME_LENGTH]}
    behind = g.get("impersonator")  # of app.accounts, in requests and in the jobs they leave
    if behind is None or behind.id == actor_id:
        return who
    return who | {"impersonator_id": behind.id, "impersonator_name": behind.name[:NAME_LENGTH]}


def _what(event: Any) -> dict[str, Any]:
    data = rules.plain({field.name: getattr(event, field.name) for field in fields(event)})
    data.pop("actor_id")
    subject_id = data.pop("subject_id")
    return {"subject": event.subject, "subject_id": None if subject_id is None else str(subject_id),
            "data": data}


def _where() -> dict[str, Any]:
    in_request = has_request_context()
    return {"source": g.get("source") or ("screen" if in_request else "command"),
            "address": request.remote_addr if in_request else None, "trace_id": g.get("trace_id")}


def take_root(actor: Any) -> AuditRoot | None:
    """Keep where the trail stands today, and have it sent to the tenant's address, else the installation's.

    Once a day: None when today's was taken before.
    """
    today, head = clock.today(), _locked_head(OF_TENANT)
    if queries.root_of(today) is not None:
        return None
    root = AuditRoot(taken_on=today, sequence=head.sequence, hash=head.hash, sent_to=tenancy.audit_root_address())
    db.session.add(root)
    db.session.flush()
    record(AuditRootTaken(actor_id=actor.id, subject_id=root.id, sequence=root.sequence, hash=root.hash,
                          address=root.sent_to))
    return root


def first_broken_link(kept: Mapping[int, str] | None = None) -> int | None:
    """The sequence number of the first entry of the current scope's chain that was touched; None: none.

    Found by recomputing every hash in order; a removed entry shows as a gap, and a cut-off end as a head, or a
    root, that nothing leads to. Somebody who rewrote the whole chain shows by the roots taken of it, and by
    those of `kept` (sequence to hash), which somebody kept elsewhere.
    """
    roots = queries.roots() | dict(kept or {})
    previous, expected = rules.FIRST_LINK, 1
    for entry in queries.chain():
        fits = entry.sequence == expected and entry.previous_hash == previous
        if not fits or rules.seal(previous, vars(entry)) != entry.hash or roots.get(expected, entry.hash) != entry.hash:
            return expected
        previous, expected = entry.hash, expected + 1
    head = queries.head()
    end = (head.sequence, head.hash) if head is not None else (0, rules.FIRST_LINK)
    return expected if end != (expected - 1, previous) or any(sequence >= expected for sequence in roots) else None
