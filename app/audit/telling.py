"""Entries as people read them: names of fields, old and new values, names instead of ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape
from marshmallow import fields

from app.audit.fields import field_of, field_words
from app.audit.models import AuditEntry
from app.audit.wording import event_words
from app.platform.db import db
from app.platform.fab.fields import Choice, Reference
from app.platform.fab.filters import to_uuid
from app.platform.fab.view import resource_view
from app.platform.look.cells import NOTHING, show
from app.platform.look.states import LOOKS
from app.platform.wording import localised

MOST = 30  # so many of a list are told by name; the rest is counted

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Trail:
    """Some entries in words. The rows that they name are read once for all of them, put away or not."""

    def __init__(self, entries: Sequence[AuditEntry]) -> None:
        self.entries = entries
        self._names = _names(reference for entry in entries for reference in _references(entry))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each entry as {what, who, when, changes}."""
        for entry in self.entries:
            yield {"what": event_words(entry.event), "who": entry.actor_name, "when": entry.occurred_at,
                   "changes": self.changes(entry)}

    def changes(self, entry: AuditEntry) -> list[tuple[str, Any, Any]]:
        """What changed: field, value before, value after."""
        return [(field_words(entry.subject, name), self._told(entry.subject, name, old),
                 self._told(entry.subject, name, new))
                for name, (old, new) in entry.data.get("changes", {}).items()]

    def facts(self, entry: AuditEntry) -> list[tuple[str, Any]]:
        """Whatever else the entry says: name and value."""
        return [(field_words(entry.subject, name), self._told(entry.subject, name, value))
                for name, value in entry.data.items() if name != "changes"]

    def _told(self, subject: str, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return Markup("; ").join(Markup("{}: {}").format(_key(subject, key), self._told(subject, key, one))
                                     for key, one in value.items()) or NOTHING
        return self._value(field_of(subject, name), name, value)

    def _value(self, field: Any, name: str, value: Any) -> Any:
        if value is None or value in ("", []):
            return NOTHING
        if isinstance(value, list):
            told = [self._value(part, name, one) for part, one in _parts(field, value)]
            more = [_("and %(count)s more", count=len(value) - MOST)] if len(value) > MOST else []
            return Markup(" – " if isinstance(field, fields.Tuple) else ", ").join(map(escape, told + more))
        if isinstance(field, Reference):
            return self._names.get(str(value), value)
        if isinstance(field, Choice) and value in field.labels:
            return str(field.labels[value])
        is_day = isinstance(value, str) and _DAY.fullmatch(value)
        return show(date.fromisoformat(value) if is_day else value, "" if name in ("expires_on", "due_on") else name)


def _parts(field: Any, value: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The first values of a list, each with the field that tells it."""
    if isinstance(field, fields.Tuple):
        return zip(field.tuple_fields, value, strict=False)
    return ((field.inner if isinstance(field, fields.List) else field, one) for one in value[:MOST])


def _key(subject: str, key: str) -> str:
    name, _space, operator = key.partition(" ")
    return str(LOOKS[key].word) if key in LOOKS else f"{field_words(subject, name)} {operator}".strip()


def _references(entry: AuditEntry) -> Iterator[tuple[str, str]]:
    """(resource, id) of everything that the entry refers to."""
    said = [(name, value) for name, value in entry.data.items() if name != "changes"]
    said += [(name, value) for name, pair in entry.data.get("changes", {}).items() for value in pair]
    for name, value in said:
        yield from _of(field_of(entry.subject, name), value)


def _of(field: Any, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part, one in _parts(field, value):
            yield from _of(part, one)
    elif isinstance(field, Reference) and value is not None:
        yield field.resource, str(value)


def _names(references: Iterable[tuple[str, str]]) -> dict[str, str]:
    wanted: dict[str, set[Any]] = defaultdict(set)
    for resource, key in references:
        wanted[resource].add(to_uuid(key))
    found: dict[str, str] = {}
    for resource, keys in wanted.items():
        model = resource_view(current_app.appbuilder, resource).datamodel.obj  # type: ignore[attr-defined]
        rows = sa.select(model).where(model.id.in_(keys - {None})).execution_options(include_deleted=True)
        found |= {str(row.id): localised(row) if hasattr(row, "name") else str(row) for row in db.session.scalars(rows)}
    return found
