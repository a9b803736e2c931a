"""What a round found, put into messages: one each for people, one together for whoever leads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.alerts.models import FOREMAN, OFFICERS
from app.alerts.notifications import EXPIRY_WARNING, TEAM_EXPIRY
from app.notifications.kinds import Message, Recipient
from app.platform.wording import LANGUAGES

NAMED = 10  # people named in one message; the rest is on the page it leads to

Words = Mapping[str, str]
"""A text by language."""


class Phrases:
    """What thousands of messages share, put into words once."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._known: dict[tuple[Any, ...], Words] = {}
        self._days: dict[date, Words] = {}

    def when(self, expires_on: date) -> Words:
        """'expires in 14 days', 'expires today', 'expired 3 days ago', in every language."""
        if expires_on not in self._days:
            self._days[expires_on] = self.say(_when, (expires_on - self._today).days)
        return self._days[expires_on]

    def say(self, words: Callable[[Any], str], about: Any) -> Words:
        """`words(about)` in every language."""
        key = (words, about)
        if key not in self._known:
            self._known[key] = in_every_language(partial(words, about))
        return self._known[key]

    def both(self, name: str, arabic: str | None) -> Words:
        """A name in every language."""
        key = (name, arabic)
        if key not in self._known:
            self._known[key] = {"en": name, "ar": arabic or name}
        return self._known[key]


def _when(days: int) -> str:
    if days == 0:
        return _("expires today")
    if days > 0:
        return ngettext("expires in %(num)s day", "expires in %(num)s days", days)
    return ngettext("expired %(num)s day ago", "expired %(num)s days ago", -days)


def in_every_language(say: Callable[[], str]) -> Words:
    """What `say()` says in each language."""
    found = {}
    for locale in LANGUAGES:
        with force_locale(locale):
            found[locale] = say()
    return found


def warnings(rows: Iterable[Any], today: date) -> Iterator[Message]:
    """One message for each row of `queries.new_warnings`, to the person; whoever can not be reached gets none."""
    phrases, day_text = Phrases(today), cache(date.isoformat)
    for row in rows:
        to, certificate, day = _recipient(row), str(row.enrollment_id), row.expires_on
        if to is not None:
            yield Message(
                to, {"course": phrases.both(row.course, row.course_ar), "when": phrases.when(day), "day": day},
                link=f"/enrollments/{certificate}", subject="expiry alert", subject_id=row.id,
                dedupe_key=f"{EXPIRY_WARNING.name}:{certificate}:{day_text(day)}:{row.threshold}")


def _recipient(row: Any) -> Recipient | None:
    if row.user_id is not None:
        return Recipient(row.user_id, row.told_name)
    email, phone = row.email, row.phone
    return Recipient(None, row.told_name, email, phone) if email or phone else None


def summaries(rows: Iterable[Any], today: date, officers: Iterable[int]) -> Iterator[Message]:
    """One message for the rows of `queries.new_escalations` of one `message_id`, the alert that stands for them;
    to each of the `officers` (logins) where nobody leads the people."""
    phrases, groups = Phrases(today), defaultdict[Any, list[Any]](list)
    for row in sorted(rows, key=lambda row: (row.expires_on, row.person)):
        groups[row.message_id].append(row)
    for message_id, group in groups.items():
        values = {"what": phrases.say(_what_of(group[0].level), len(group)),
                  "why": phrases.say(_why, group[0].level), "people": _people(group, phrases)}
        for to in _recipients(group[0], officers):
            yield Message(to, values, link="/alerts", subject="expiry alert", subject_id=message_id,
                          dedupe_key=f"{TEAM_EXPIRY.name}:{message_id}" + (
                              f":{to.user_id}" if group[0].level == OFFICERS else ""))


def _recipients(row: Any, officers: Iterable[int]) -> list[Recipient]:
    if row.level == OFFICERS:
        return [Recipient(one) for one in officers]
    to = _recipient(row)
    return [to] if to is not None else []


def _what_of(level: str) -> Callable[[int], str]:
    return _what_nobody_leads if level == OFFICERS else _what


def _what_nobody_leads(many: int) -> str:
    return ngettext("%(num)s certificate of people whom nobody leads runs out",
                    "%(num)s certificates of people whom nobody leads run out", many)


def _what(many: int) -> str:
    return ngettext("%(num)s certificate of your team runs out", "%(num)s certificates of your team run out", many)


def _why(level: str) -> str:
    if level == OFFICERS:
        return _("The people were warned and nothing has happened since; they have neither foreman nor manager.")
    if level == FOREMAN:
        return _("The people were warned and nothing has happened since.")
    return _("The people were warned, and whoever leads them was told; nothing has happened since.")


def _rest(more: int) -> str:
    return ngettext("and %(num)s more", "and %(num)s more", more)


def _people(group: Sequence[Any], phrases: Phrases) -> Words:
    lines = {locale: [_line(row, locale, phrases) for row in group[:NAMED]] for locale in LANGUAGES}
    more = len(group) - NAMED
    if more > 0:
        rest = phrases.say(_rest, more)
        for locale in LANGUAGES:
            lines[locale].append(rest[locale])
    return {locale: "\n".join(found) for locale, found in lines.items()}


def _line(row: Any, locale: str, phrases: Phrases) -> str:
    person, course = phrases.both(row.person, row.person_ar), phrases.both(row.course, row.course_ar)
    return f"{person[locale]} – {course[locale]}: {phrases.when(row.expires_on)[locale]}"
