"""What can be told. Contexts declare kinds in their notifications.py; app.wiring.NOTIFICATIONS lists them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.platform.bulk import Ready
from app.platform.wording import LANGUAGES

OPEN = _l("Open in TrainFlow")
CHANNELS = ("email", "sms")  # besides TrainFlow itself, which always tells
NOW, DIGEST, OFF = "now", "digest", "off"


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `title` and `body` are lazy translations that name values as `%(course)s`; `samples` gives each such
    value an example, for the preview and to know which names a template may use. `email` and `sms` are what
    happens until a person chooses: 'now', 'digest' (e-mail only) or 'off'. What `is_urgent` passes quiet
    hours where the tenant says so and never waits for a digest. What `is_asked_for` the person has just
    demanded: it comes by e-mail whatever they chose, and is no choice. `link_label` names the button of the mail.
    """

    name: str  # stable: 'expiry-warning'
    group: Any  # heading among the preferences
    label: Any  # what the person chooses about
    title: Any
    body: Any
    samples: Mapping[str, Any] = field(default_factory=dict)
    email: str = NOW
    sms: str = OFF
    is_urgent: bool = False
    is_asked_for: bool = False
    icon: str = "bell"
    link_label: Any = OPEN
    resource: str = ""  # who may not read it is never told this, and so has nothing to choose

    def default(self, channel: str) -> str:
        """What happens on `channel` while nobody chose: now, digest or off."""
        return self.email if channel == "email" else self.sms


class Recipient(NamedTuple):
    """Who is told: a login, whose address and language are looked up, or somebody who has none.

    What is given here goes before what the login says. Without a language it is the login's, else the
    tenant's. A number is of use in international form ('+966 50 123 4567') only.
    """

    user_id: int | None = None
    name: str = ""
    email: str | None = None
    phone: str | None = None
    locale: str | None = None


class AttachedFile(NamedTuple):
    """A kept file (`platform.files`) that goes with the mail: its key, and what it is called there."""

    key: str
    name: str


class Message(NamedTuple):
    """One thing to tell one person.

    `values` fill the placeholders: text, numbers, dates, instants, lazy translations, and `{"en": …, "ar": …}`
    (see `both`) for names in two languages. `link` is the path of the thing itself, `mail_link` another one
    for the mail (a signed link, say; it is forgotten once the mail is out), or what makes it where a mail of
    its own goes out. `file` is attached to a mail of its own, not to a digest. A second message with the same
    `dedupe_key` in the tenant is not told, ever.
    """

    recipient: Recipient
    values: Mapping[str, Any] = MappingProxyType({})
    link: str = ""
    mail_link: str | Callable[[], str] = ""
    subject: str = ""  # kind of row, 'enrollment'
    subject_id: UUID | None = None
    dedupe_key: str | None = None
    file: AttachedFile | None = None


_FILE = "attached file"  # no placeholder can be called so
_wired: dict[str, Kind] = {}


def wire(kinds: Iterable[Kind]) -> None:
    """Called once by app.wiring: every kind there is, in the order of the preferences."""
    _wired.clear()
    _wired.update({kind.name: kind for kind in kinds})


def kinds() -> list[Kind]:
    """Every kind."""
    return list(_wired.values())


def choices() -> list[Kind]:
    """The kinds that people may have otherwise than they are."""
    return [kind for kind in kinds() if not kind.is_asked_for]


def kind_named(name: str) -> Kind | None:
    """The kind called `name`; None where a context that told it is gone."""
    return _wired.get(name)


def both(row: Any) -> dict[str, str]:
    """A row's name in both languages, as a value of a message."""
    return {"en": row.name, "ar": getattr(row, "name_ar", None) or row.name}


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as JSON can keep them, until they are put into words in the reader's language."""
    return {name: _stored(value) for name, value in values.items()}


_quoted = cache(json.dumps)


class Written:
    """`stored`, written out as JSON: a day, or the very same object, that many messages share is written once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], tuple[str, Any]] = {}  # with the value, so that its id stays its own

    def __call__(self, values: Mapping[str, Any]) -> Ready:
        """The values of one message."""
        return Ready("{" + ", ".join([self._pair(name, value) for name, value in values.items()]) + "}")

    def _pair(self, name: str, value: Any) -> str:
        key = (name, value if value.__class__ is date else id(value))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = f"{_quoted(name)}: {json.dumps(_stored(value))}", value
        return known[0]


def with_file(values: Mapping[str, Any], file: AttachedFile | None) -> Mapping[str, Any]:
    """Values that know of a file too."""
    return {**values, _FILE: {"key": file.key, "name": file.name}} if file else values


def file_in(data: Mapping[str, Any]) -> AttachedFile | None:
    """The file that goes with stored values."""
    return AttachedFile(**data[_FILE]) if _FILE in data else None


def _stored(value: Any) -> Any:
    if isinstance(value, LazyString):
        return {locale: _in(locale, value) for locale in LANGUAGES}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(name): str(text) for name, text in value.items()}
    return value if isinstance(value, (str, int)) else str(value)


def _in(locale: str, words: Any) -> str:
    with force_locale(locale):
        return str(words)
