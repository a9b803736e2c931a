"""Schema fields that forms, REST and spreadsheets read alike."""

from __future__ import annotations

import enum
import re
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and halves of characters that JSON can name and no encoding has


def read(schema: Schema, data: Any) -> dict[str, Any]:
    """What `schema` makes of `data`. ValidationError also for a text that holds what PostgreSQL can not store."""
    values: dict[str, Any] = schema.load(data)
    unstorable = [name for name, value in values.items() if _is_unstorable(value)]
    if unstorable:
        raise ValidationError({name: [_("This text holds a character that can not be stored.")]
                               for name in unstorable})
    return values


def _is_unstorable(value: Any) -> bool:
    if isinstance(value, str):
        return UNSTORABLE.search(value) is not None
    if isinstance(value, dict):
        return any(_is_unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple | set) and any(map(_is_unstorable, value))


class Reference(fields.Field[UUID]):
    """The id of a row of another resource, chosen by search on screen and by code in a spreadsheet.

    `resource` names the resource whose look-up offers the choices. Whether the row exists for this actor
    is asked by the operation, which answers 'no such …' for another tenant's id as for an unknown one.
    """

    default_error_messages = {"invalid": _l("Choose an entry of the list.")}  # noqa: RUF012

    def __init__(self, resource: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.resource = resource

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        try:
            return value if isinstance(value, UUID) else UUID(value)
        except (ValueError, AttributeError, TypeError) as problem:
            raise self.make_error("invalid") from problem


class Choice(fields.String):
    """One of a few named values; `labels` maps each value to the words people see."""

    def __init__(self, labels: dict[str, Any] | type[enum.Enum], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.labels = labels if isinstance(labels, dict) else {m.value: m.name for m in labels}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.labels:
            raise ValidationError(_("Choose one of: %(choices)s.", choices=", ".join(map(str, self.labels.values()))))
        return text


class References(fields.List):
    """Several ids of another resource, without repeats."""

    def __init__(self, resource: str, **kwargs: Any) -> None:
        super().__init__(Reference(resource), **kwargs)
        self.resource = resource
