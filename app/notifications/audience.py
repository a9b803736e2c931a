"""Who is told, where, in which language, and how they want it: looked up for everybody at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.accounts.models import User
from app.notifications import queries
from app.notifications.kinds import NOW, OFF, Kind, Recipient
from app.notifications.models import (
    COLLECTING,
    DIGESTED,
    NotificationPreference,
    NotificationSettings,
    OutboxMessage,
)
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.keys import is_one_of
from app.tenancy import queries as tenancy
from app.tenancy.models import Tenant


class Person(NamedTuple):
    """A recipient with everything known about the way there. `choices`: channel to now, digest or off."""

    user_id: int | None
    name: str
    email: str | None
    phone: str | None
    locale: str
    choices: dict[str, str]
    digest_hour: int
    quiet: tuple[int | None, int | None]
    is_digest_off: bool = False


class Audience:
    """The people behind the recipients of one kind of message, in their order."""

    def __init__(self, kind: Kind, recipients: Sequence[Recipient]) -> None:
        self.kind, self.tenant = kind, tenancy.current_tenant()
        ids = sorted({one.user_id for one in recipients if one.user_id is not None})
        self.logins = {login.id: login for login in _logins(ids)}
        self.chosen = _choices(kind, ids)
        self.settings = _settings(ids, {one.email.lower() for one in recipients if one.email and not one.user_id})
        self._hours = self.tenant.digest_hour, self._quiet(None)
        self._unasked = {has_mailbox: self._choices_of(None, has_mailbox) for has_mailbox in (True, False)}
        self.people = [self._person(one) for one in recipients]
        self.mails = mails_today({person.email for person in self.people if person.email})

    def _person(self, one: Recipient) -> Person:
        login = self.logins.get(one.user_id) if one.user_id is not None else None
        settings = self.settings.get(login.id if login else (one.email or "").lower()) if self.settings else None
        if login is None and settings is None:
            return self._stranger(one)
        phone = one.phone or (settings.phone if settings else None)
        email = one.email or (login.email if login else None)
        if login is not None and not login.active:
            email = phone = None  # who may not sign in is told nothing outside either
        return Person(
            login.id if login else None, one.name or _name(login), email.lower() if email else None, phone,
            one.locale or (login.locale if login else None) or self.tenant.locale,
            self._choices_of(login, bool(email)), _digest_hour(settings, self.tenant),
            self._quiet(settings), bool(settings and settings.is_digest_off))

    def _stranger(self, one: Recipient) -> Person:
        """Somebody of whom nothing is known but what was given: most, where thousands are told."""
        return Person(None, one.name, one.email.lower() if one.email else None, one.phone,
                      one.locale or self.tenant.locale, self._unasked[bool(one.email)], *self._hours)

    def _choices_of(self, login: Any, has_mailbox: bool) -> dict[str, str]:
        if self.kind.is_asked_for:
            return {"email": self.kind.email, "sms": self.kind.sms}
        if login is None:  # nobody without a login can choose; a text message is for those without a mailbox
            return {"email": self.kind.email, "sms": OFF if has_mailbox else NOW}
        return {channel: self.chosen.get((login.id, channel), self.kind.default(channel))
                for channel in ("email", "sms")}

    def _quiet(self, settings: Any) -> tuple[int | None, int | None]:
        if self.kind.is_urgent and self.tenant.is_urgent_at_night:
            return None, None
        return quiet_hours(settings, self.tenant)


def quiet_hours(settings: NotificationSettings | None, tenant: Tenant) -> tuple[int | None, int | None]:
    """A person's quiet hours, (from, until): the own ones, else the tenant's."""
    source: Any = settings if settings is not None and settings.has_own_quiet_hours else tenant
    return source.quiet_from, source.quiet_until


def _digest_hour(settings: NotificationSettings | None, tenant: Tenant) -> int:
    own = settings.digest_hour if settings is not None else None
    return own if own is not None else tenant.digest_hour


def _name(login: Any) -> str:
    return f"{login.first_name} {login.last_name}".strip() if login else ""


def _logins(ids: Sequence[int]) -> Iterable[Any]:
    for part in parts(ids):
        yield from db.session.execute(sa.select(
            User.id, User.email, User.locale, User.active, User.first_name, User.last_name).where(User.id.in_(part)))


def _choices(kind: Kind, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    chosen: dict[tuple[int, str], str] = {}
    of = NotificationPreference
    for part in parts(ids):
        rows = db.session.execute(sa.select(of.user_id, of.channel, of.choice)
                                  .where(of.kind == kind.name, of.user_id.in_(part)))
        chosen.update({(user_id, channel): choice for user_id, channel, choice in rows})
    return chosen


def _settings(ids: Sequence[int], addresses: Iterable[str]) -> dict[Any, NotificationSettings]:
    found: dict[Any, NotificationSettings] = {}
    for part in parts(ids):
        found.update({one.user_id: one for one in queries.settings_of_logins(part)})
    for some in parts(sorted(addresses)):
        found.update({one.address: one for one in queries.settings_of_addresses(some)})
    return found


def mails_today(addresses: Iterable[str]) -> dict[str, int]:
    """How many mails of their own each address was given since midnight."""
    found: dict[str, int] = {}
    of = OutboxMessage
    for part in parts(sorted(addresses)):
        found.update(db.session.execute(
            sa.select(of.address, sa.func.count(of.id))
            .where(is_one_of(of.address, part), of.channel == "email", of.created_at >= clock.start_of(clock.today()),
                   of.state.not_in((COLLECTING, DIGESTED)))
            .group_by(of.address)).all())
    return found
