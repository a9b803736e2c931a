"""Who is told what about renewals. Reactions: inside the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from app.notifications import operations as notifications
from app.notifications.kinds import Kind, Message, Recipient
from app.platform import clock
from app.platform.scope import current_tenant_id
from app.renewals import audience, events, mail_links, queries, wording
from app.renewals.audience import Asked, Reached, Waiting

APPROVALS, RENEWALS = _l("Approvals"), _l("My renewals")
PERSON = {"en": "Ahmed Al-Rashidi", "ar": "أحمد الرشيدي"}
COURSE = {"en": "First aid", "ar": "الإسعافات الأولية"}
_ABOUT = {"person": PERSON, "course": COURSE, "expires_on": date(2026, 3, 14), "reason": "…"}
_OWN = {"person": PERSON, "course": COURSE}


WAITING = Kind(
    "approval-waiting", APPROVALS, _l("Somebody waits for my approval"),
    _l("%(person)s asks to renew %(course)s"), _l("Valid until %(expires_on)s. %(reason)s"), _ABOUT,
    icon="clipboard-check", link_label=_l("Decide"))
STANDING_IN = Kind(
    "approval-standing-in", APPROVALS, _l("An approval waits that I stand in for"),
    _l("%(person)s asks to renew %(course)s"),
    _l("You decide in the place of %(absent)s. Valid until %(expires_on)s. %(reason)s"),
    {**_ABOUT, "absent": PERSON}, icon="clipboard-check", link_label=_l("Decide"))
REMINDER = Kind(
    "approval-reminder", APPROVALS, _l("An approval still waits for me"),
    _l("Still waiting for you: %(person)s, %(course)s"),
    _l("Valid until %(expires_on)s. If nobody decides, it goes to the next level. %(reason)s"), _ABOUT,
    icon="clock-alert", link_label=_l("Decide"))
ESCALATED = Kind(
    "approval-escalated", APPROVALS, _l("An approval was passed on to me"),
    _l("Passed on to you: %(person)s asks to renew %(course)s"),
    _l("It waited too long with the level before. Valid until %(expires_on)s. %(reason)s"), _ABOUT,
    icon="trending-up", link_label=_l("Decide"))
ANSWERED = Kind(
    "renewal-answered", APPROVALS, _l("Somebody answered my question"),
    _l("%(person)s answered about %(course)s"), _l("%(answer)s"), {**_ABOUT, "answer": "…"},
    icon="info", link_label=_l("Decide"))
APPROVED = Kind(
    "renewal-approved", RENEWALS, _l("My renewal was approved"),
    _l("Approved: %(course)s is renewed"), _l("%(person)s is enrolled in %(course)s again."), _OWN,
    icon="circle-check")
REJECTED = Kind(
    "renewal-rejected", RENEWALS, _l("My renewal was rejected"),
    _l("Not approved: %(course)s"), _l("The reason given for %(person)s: %(comment)s"),
    {**_OWN, "comment": "…"}, icon="circle-x")
RETURNED = Kind(
    "renewal-question", RENEWALS, _l("There is a question about my renewal"),
    _l("A question about the renewal of %(course)s"), _l("%(question)s"), {**_OWN, "question": "…"},
    icon="circle-question-mark", link_label=_l("Answer"))
CLOSED = Kind(
    "renewal-closed", RENEWALS, _l("My renewal is no longer needed"),
    _l("No longer needed: the renewal of %(course)s"), _l("%(why)s"), {**_OWN, "why": "…"}, icon="info")
UNDONE = Kind(
    "renewal-undone", RENEWALS, _l("A decision about my renewal was taken back"),
    _l("Decided anew: the renewal of %(course)s"),
    _l("The decision that you were told about was taken back. You will hear again."), _OWN, icon="undo-2")

NO_DATE = _l("no date")

KINDS = [WAITING, STANDING_IN, REMINDER, ESCALATED, ANSWERED, APPROVED, REJECTED, RETURNED, CLOSED, UNDONE]


def tell_deciders(event: events.StepsOpened | events.StepsRerouted) -> None:
    """It is their turn."""
    _tell_deciders(WAITING, event.step_ids)


def tell_chosen(event: events.StepReassigned) -> None:
    """An officer chose them."""
    assert isinstance(event.subject_id, UUID)
    _tell_deciders(WAITING, [event.subject_id])


def tell_stand_ins(event: events.StepsCovered) -> None:
    """The delegates of those whose turn it is: an absence has begun."""
    _tell(STANDING_IN, [one for one in audience.deciders(event.step_ids) if one.stands_in_for is not None], {})


def remind_deciders(event: events.StepsReminded) -> None:
    """It has waited for some time; delegates know for whom they decide."""
    _tell(REMINDER, audience.deciders(event.step_ids), {})


def tell_next_level(event: events.StepsEscalated) -> None:
    """It has waited too long elsewhere."""
    _tell_deciders(ESCALATED, event.step_ids)


def tell_answer(event: events.RenewalAnswered) -> None:
    """What they asked was answered."""
    _tell(ANSWERED, audience.deciders([event.step_id]), {"answer": event.answer})


def tell_approved(event: events.RenewalApproved) -> None:
    """The requester, and who asked for them."""
    _tell_requesters(APPROVED, event.request_ids, event.actor_id)


def tell_rejected(event: events.RenewalRejected) -> None:
    """The requester, with the reason."""
    _tell_requesters(REJECTED, event.request_ids, event.actor_id, comment=event.comment)


def tell_question(event: events.RenewalReturned) -> None:
    """The requester, who has to answer."""
    assert isinstance(event.subject_id, UUID)
    _tell_requesters(RETURNED, [event.subject_id], event.actor_id, question=event.question)


def tell_closed(event: events.RenewalClosed) -> None:
    """The requester: there is nothing to renew any more."""
    _tell_requesters(CLOSED, event.request_ids, event.actor_id, why=wording.OUTCOMES.get(event.outcome, ""))


def tell_undone(event: events.DecisionUndone) -> None:
    """Requesters who were told of a decision that was taken back."""
    told = queries.ended_by(event.decision_id)
    _tell_requesters(UNDONE, [one for one in event.request_ids if one in told], event.actor_id)


def _tell_deciders(kind: Kind, step_ids: Iterable[UUID]) -> None:
    waiting = audience.deciders(list(step_ids))
    _tell(kind, [one for one in waiting if one.stands_in_for is None], {})
    _tell(STANDING_IN, [one for one in waiting if one.stands_in_for is not None], {})


def _tell(kind: Kind, waiting: Iterable[Waiting], more: dict[str, Any]) -> None:
    notifications.tell(kind, [_to_decider(kind, one, more) for one in waiting])


def _to_decider(kind: Kind, one: Waiting, more: dict[str, Any]) -> Message:
    values = {"person": one.person, "course": one.course, "expires_on": one.expires_on or NO_DATE,
              "reason": one.reason, **({"absent": one.stands_in_for} if one.stands_in_for else {}), **more}
    return Message(_recipient(one.to), values, link=f"/approvals/{one.step_id}", mail_link=partial(_mail_link, one),
                   subject="approval step", subject_id=one.step_id,
                   dedupe_key=f"{kind.name}:{one.step_id}:{one.to.user_id}:{one.since:%Y%m%d%H%M%S}")


def _mail_link(one: Waiting) -> str:
    """The link to decide by without signing in (SPEC 4.6)."""
    tenant_id = current_tenant_id()
    if one.to.user_id is None or tenant_id is None:
        return ""
    return mail_links.path_for(tenant_id, one.step_id, one.to.user_id)


def _tell_requesters(kind: Kind, request_ids: Iterable[UUID], actor_id: int | None, **more: Any) -> None:
    asked = audience.requesters(list(request_ids))
    notifications.tell(kind, [_to_requester(kind, one, more) for one in asked
                              if actor_id is None or one.to.user_id != actor_id])


def _to_requester(kind: Kind, one: Asked, more: dict[str, Any]) -> Message:
    link = "/my-renewals" if one.is_own else f"/all-renewals/{one.request_id}"
    return Message(_recipient(one.to), {"person": one.person, "course": one.course, **more}, link=link,
                   subject="renewal request", subject_id=one.request_id,
                   dedupe_key=f"{kind.name}:{one.request_id}:{one.to.user_id}:{clock.now():%Y%m%d%H%M%S}")


def _recipient(one: Reached) -> Recipient:
    return Recipient(one.user_id, one.name, one.email, one.phone)
