"""A tenant's own words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import User
from app.notifications import kinds, letters, rules
from app.notifications.audience import Audience
from app.notifications.events import TemplateChanged, TemplateReverted, TestMailRequested
from app.notifications.jobs import deliver
from app.notifications.kinds import Kind, Recipient
from app.notifications.mail_pages import Entry, Page, html_of, text_of
from app.notifications.models import NotificationTemplate, OutboxMessage
from app.notifications.queries import template
from app.notifications.rendering import Said, default_words, in_words
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, Invalid, NotFound
from app.platform.unit_of_work import record
from app.platform.wording import LANGUAGES

TEST_KIND = "test"


def save_template(actor: Any, kind_name: str, locale: str, *, title: str, body: str = "") -> NotificationTemplate:
    """Say it in the tenant's own words from now on; a mail that was tried already keeps its words.

    Invalid `placeholder_unknown` for a name in braces that the kind has no value for.
    """
    kind = known(kind_name, locale)
    _require_known_names(kind, title, body)
    row = template(kind.name, locale)
    old = (row.title, row.body) if row is not None else default_words(kind, locale)
    if row is None:
        row = NotificationTemplate(kind=kind.name, locale=locale)
        db.session.add(row)
    row.title, row.body = title, body
    db.session.flush()
    changes = {name: pair for name, pair in (("title", (old[0], title)), ("body", (old[1], body)))
               if pair[0] != pair[1]}
    if changes:
        record(TemplateChanged(actor_id=actor.id, subject_id=row.id, kind=kind.name, locale=locale, changes=changes))
    return row


def reset_template(actor: Any, kind_name: str, locale: str) -> None:
    """Say it in TrainFlow's words again."""
    row = template(known(kind_name, locale).name, locale)
    if row is not None:
        record(TemplateReverted(actor_id=actor.id, subject_id=row.id, kind=row.kind, locale=locale, title=row.title,
                                body=row.body))
        db.session.delete(row)


def preview(kind_name: str, locale: str, title: str, body: str) -> Said:
    """The words with the kind's sample values filled in. Invalid as for saving."""
    kind = known(kind_name, locale)
    _require_known_names(kind, title, body)
    return in_words(title, body, kinds.stored(kind.samples), locale)


def send_test(actor: User, kind_name: str, locale: str, *, title: str, body: str) -> OutboxMessage:
    """Mail the actor what the words come to with sample values, whatever the actor chose otherwise."""
    kind, said = known(kind_name, locale), preview(kind_name, locale, title, body)
    audience = Audience(kind, [Recipient(actor.id)])
    [person] = audience.people
    sender = letters.sender_name(audience.tenant, locale)
    page = Page(locale, letters.called(actor.id, person.name, locale), sender, said.title,
                [("", [Entry(said.title, said.body, "/notifications", letters.link_label(kind, locale))])])
    message = OutboxMessage(
        channel="email", kind=TEST_KIND, user_id=actor.id, recipient_name=person.name, address=person.email or "",
        locale=locale, due_at=clock.now(), title=said.title, text=text_of(page), html=html_of(page))
    db.session.add(message)
    db.session.flush()
    record(TestMailRequested(actor_id=actor.id, subject_id=message.id, kind=kind.name))
    deliver.enqueue("email")
    return message


def known(kind_name: str, locale: str) -> Kind:
    """The kind called so, in a language that there is. NotFound."""
    kind = kinds.kind_named(kind_name)
    if kind is None or locale not in LANGUAGES:
        raise NotFound(_("There is no such message."))
    return kind


def _require_known_names(kind: Kind, title: str, body: str) -> None:
    problems: list[DomainError] = []
    for field, text in (("title", title), ("body", body)):
        unknown = sorted(rules.placeholders(text) - set(kind.samples))
        if unknown:
            problems.append(Invalid(_("There is no value called %(names)s for this message.", names=", ".join(
                f"{{{name}}}" for name in unknown)), field=field, code="placeholder_unknown"))
    if problems:
        raise Invalid.all(problems)
