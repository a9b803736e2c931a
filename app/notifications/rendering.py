"""Messages in words: the tenant's own or TrainFlow's, in one language, with the values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale

from app.notifications import kinds, queries, rules
from app.notifications.kinds import Kind
from app.platform.look import dates
from app.platform.wording import RIGHT_TO_LEFT


@dataclass(frozen=True)
class Said:
    """A message in words: one line, and what there is to say about it."""

    title: str
    body: str


class Phrasebook:
    """What the tenant says, read once for many messages."""

    def __init__(self) -> None:
        self.own = queries.templates()

    def said(self, kind_name: str, data: Mapping[str, Any], locale: str) -> Said:
        """A message of the kind `kind_name` with the stored values `data`, in the language `locale`."""
        kind = kinds.kind_named(kind_name)
        if kind is None:  # told by a context that is gone
            return Said(kind_name.replace("-", " ").capitalize(), "")
        own = self.own.get((kind_name, locale))
        draft = (own.title, own.body) if own is not None else default_words(kind, locale)
        return in_words(*draft, data, locale)


def default_words(kind: Kind, locale: str) -> tuple[str, str]:
    """TrainFlow's own title and body for a kind, with `{names}` in braces."""
    with force_locale(locale):
        return rules.in_braces(str(kind.title)), rules.in_braces(str(kind.body))


def in_words(title: str, body: str, data: Mapping[str, Any], locale: str) -> Said:
    """`title` and `body` with the stored values `data` filled in."""
    with force_locale(locale):
        words = {name: rules.set_apart(_word(value, locale), locale in RIGHT_TO_LEFT) for name, value in data.items()}
    return Said(rules.one_line(rules.filled(title, words))[:300], rules.filled(body, words).strip())


def _word(value: Any, locale: str) -> str:
    if isinstance(value, Mapping):
        if "date" in value:
            return dates.day(date.fromisoformat(value["date"]))
        if "instant" in value:
            return dates.instant(datetime.fromisoformat(value["instant"]))
        return str(value.get(locale) or value.get("en") or "")
    return str(value)
