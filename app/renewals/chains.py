"""Who decides about renewals, category by category: the chains as administrators set them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft, load_current, refuse_taken, refuse_unknown, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record
from app.renewals import events, queries
from app.renewals.models import ApprovalChain

PLACES = (1, 2, 3, 4)


def create_chain(actor: Any, **values: Any) -> ApprovalChain:
    """Set who decides about a category; fields as in `ApprovalChainSchema`. Refuses what `plan_chains` refuses.

    Requests that are under way keep the chain that they began with.
    """
    chain = save_one(ApprovalChain, plan_chains, actor, Draft.new(values))
    record(events.ApprovalChainCreated(actor_id=actor.id, subject_id=chain.id, category=chain.category,
                                       steps=[kind for kind, _person in chain.steps()]))
    return chain


def update_chain(actor: Any, chain_id: UUID, **values: Any) -> ApprovalChain:
    """Change who decides about a category, for requests to come."""
    draft = Draft.change(chain_id, values)
    chain = save_one(ApprovalChain, plan_chains, actor, draft)
    if draft.changes:
        record(events.ApprovalChainUpdated(actor_id=actor.id, subject_id=chain.id, changes=draft.changes))
    return chain


def archive_chain(actor: Any, chain_id: UUID) -> ApprovalChain:
    """Let the chain for all other categories stand in for this one again."""
    chain = _found(queries.chain(chain_id))
    chain.deleted_at = clock.now()
    record(events.ApprovalChainArchived(actor_id=actor.id, subject_id=chain.id))
    return chain


def restore_chain(actor: Any, chain_id: UUID) -> ApprovalChain:
    """Bring a chain back. Conflict `category_taken` when there is another one for its category."""
    chain = _found(queries.chain(chain_id, include_deleted=True))
    other = queries.chain_for(chain.category)
    if other is not None and other.category == chain.category and other.id != chain.id:
        raise Conflict(_taken(chain.category), code="category_taken")
    chain.deleted_at = None
    db.session.flush()
    record(events.ApprovalChainRestored(actor_id=actor.id, subject_id=chain.id))
    return chain


def plan_chains(actor: Any, drafts: Sequence[Draft], *, lock: bool = True) -> None:
    """Check drafts of chains; refusals hang on them: a second chain for a category, an unknown person, a
    named person without a name, a chain without a single step, or with one twice: nobody decides twice."""
    names = [f"{part}_{n}{end}" for n in PLACES for part, end in (("step", ""), ("person", "_id"))]
    load_current(ApprovalChain, drafts, *names, lock=lock)
    refuse_taken(drafts, ApprovalChain, "category", _taken)
    for n in PLACES:
        refuse_unknown(drafts, f"person_{n}_id", Employee, _("There is no such employee."))
    for draft in drafts:
        _refuse_gaps(draft)
        _refuse_repeated(draft)


def _refuse_gaps(draft: Draft) -> None:
    if not any(draft.get(f"step_{n}") for n in PLACES):
        draft.refuse(Invalid(_("Choose at least one step."), field="step_1", code="steps_missing"))
    for n in PLACES:
        if draft.get(f"step_{n}") == "person" and draft.get(f"person_{n}_id") is None:
            draft.refuse(Invalid(_("Choose the person."), field=f"person_{n}_id", code="person_missing"))


def _refuse_repeated(draft: Draft) -> None:
    there: set[Any] = set()
    for n in PLACES:
        kind = draft.get(f"step_{n}")
        step = draft.get(f"person_{n}_id") if kind == "person" else kind
        if step is not None and step in there:
            draft.refuse(Invalid(_("This step is in the chain already."), field=f"step_{n}", code="step_repeated"))
        there.add(step)


def _taken(category: str) -> str:
    return _("There is a chain for this category already.")


def _found(chain: ApprovalChain | None) -> ApprovalChain:
    if chain is None:
        raise NotFound(_("There is no such entry."))
    return chain
